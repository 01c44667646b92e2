import { expect, test } from "vitest";
import { powerComplement } from "../../src/arithmetic/powerComplement.js";

/** 2^80·x^n for a double x below 1, rounded down. */
function scaledPower(x: number, n: number): bigint {
  const mantissa = BigInt(x * 2 ** 60);
  return ((mantissa ** BigInt(n)) << 80n) >> BigInt(60 * n);
}

test.each([0.5, 0.9, 0.99, 0.999, 1 - 2 ** -20])("1 − %d^n is within half a unit of what it is taken from", (x) => {
  const complement = powerComplement(x);
  for (const n of [1, 2, 3, 7, 10, 63, 64, 65, 350, 400, 1000, 1023]) {
    const exact = Number((1n << 80n) - scaledPower(x, n)) / 2 ** 80;
    expect(Math.abs(complement(n) - exact)).toBeLessThanOrEqual(2 ** -53);
  }
});

test("what has been asked for before changes nothing", () => {
  const complement = powerComplement(0.999);
  const steps = [40_000, 3, 36_736, 36_737, 36_000, 1, 2 ** 52, 100, 0];
  const answers = steps.map(complement);
  expect(answers).toEqual(steps.map((n) => powerComplement(0.999)(n)));
  expect(answers[0]).toBe(1);
  expect(answers[1]).toBeCloseTo(3 * 0.001, 5);
  expect(answers[6]).toBe(1);
  expect(answers[8]).toBe(0);
  expect(powerComplement(0)(1)).toBe(1);
});
