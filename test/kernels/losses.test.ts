import fc from "fast-check";
import { describe, test } from "vitest";
import { randomStream, SHIFTS, shifts } from "../support/arbitraries.js";
import { expectTwins } from "../support/backends.js";

const special = [0, -0, 5e-324, 1e-310, 1, -1, 36.7, -36.8, 709.7, 709.8, -745.1, -746, 1e308, -1e308];
const etas = fc.oneof(
  fc.constantFrom(...special, Infinity, -Infinity, Number.NaN),
  fc.double(),
  fc.double({ min: -40, max: 40, noNaN: true }),
);
const row = fc.record({
  eta: etas,
  y: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1e6, noNaN: true })),
  v: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
});
type Row = { eta: number; y: number; v: number };

describe.each(["binomialLoss", "poissonLoss"] as const)("%s twins", (name) => {
  const twins = (rows: readonly Row[], shift: number): void =>
    expectTwins((heap, kernels) => {
      const n = rows.length;
      const operand = (values: number[], by: number) => heap.float64(values, by);
      const blank = new Array<number>(n).fill(7);
      return kernels[name](
        n,
        ...operand(
          rows.map(({ eta }) => eta),
          shift,
        ),
        ...operand(
          rows.map(({ y }) => (name === "binomialLoss" ? Number(y > 0.5) : y)),
          3 - shift,
        ),
        ...operand(
          rows.map(({ v }) => v),
          shift % 2,
        ),
        ...operand(blank, shift),
        ...operand(blank, 1),
      );
    });

  test("every length from 0 to 70 at every alignment", () => {
    const next = randomStream(31);
    for (let n = 0; n <= 70; ++n) {
      for (const shift of SHIFTS) {
        const rows = Array.from({ length: n }, () => ({
          eta: 40 * next(),
          y: next() > 0 ? 1 : 0,
          v: Math.abs(next()),
        }));
        twins(rows, shift);
      }
    }
  });

  test("any rows, weights of 0 and η beyond all bounds among them", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 70 }), shifts, (rows, shift) => twins(rows, shift)),
      { numRuns: 500 },
    );
  });
});
