import { describe, expect, test } from "vitest";
import { follow, lesson, linearSamples, shrink, TRUE_WEIGHTS, trainLinear } from "../../examples/lesson.js";
import { dense, lasso } from "../../src/index.js";

describe("one step", () => {
  test("L2 shrinks in proportion", () => {
    [4.9, 0.0098, 1.96, -2.94].forEach((value, j) => {
      expect(shrink("L2", 1)[j]).toBeCloseTo(value, 12);
    });
  });

  test("proximal L1 moves by 0.01 and lands on exactly 0", () => {
    const w = shrink("L1 proximal", 1);
    [4.99, 0, 1.99, -2.99].forEach((value, j) => {
      expect(w[j]).toBeCloseTo(value, 12);
    });
    expect(Object.is(w[1], 0)).toBe(true);
  });

  test("the subgradient leaves a residue", () => {
    const residue = Math.abs(shrink("L1 subgradient", 1)[1]);
    expect(residue).toBeGreaterThan(1e-18);
    expect(residue).toBeLessThan(1e-17);
  });
});

test("in the long run the proximal step alone gives zeros", () => {
  for (const { zeroAt } of follow("L1 proximal", 1000)) expect(zeroAt).toBeLessThanOrEqual(502);
  for (const { zeroAt, signChanges } of follow("L1 subgradient", 1000)) {
    expect(zeroAt).toBeUndefined();
    expect(signChanges).toBeGreaterThan(400);
  }
  for (const { zeroAt, last } of follow("L2", 40_000)) {
    expect(zeroAt).toBeUndefined();
    expect(last).not.toBe(0);
  }
});

describe("in training", () => {
  const zeros = (weights: Float64Array): number => weights.filter((w) => w === 0).length;

  test("L2 gives small weights", () => {
    const { weights } = trainLinear("L2");
    expect(zeros(weights)).toBe(0);
    TRUE_WEIGHTS.forEach((w, j) => {
      if (w !== 0) expect(Math.abs(weights[j])).toBeLessThan(0.85 * Math.abs(w));
    });
  });

  test("L1 by hand oscillates around 0", () => {
    const { weights, signChanges } = trainLinear("L1 by hand");
    expect(zeros(weights)).toBe(0);
    expect(signChanges).toBeGreaterThan(1000);
  });

  test("proximal L1 gives exact zeros, and the solution of lasso()", () => {
    const { X, y, l1 } = linearSamples();
    const { weights, bias, signChanges } = trainLinear("L1 proximal");
    // Mean squared error has no half.
    const model = lasso(dense(X, y.length, TRUE_WEIGHTS.length), y, { lambda: l1 / 2, standardize: false });
    expect(zeros(weights)).toBe(7);
    expect(signChanges).toBe(0);
    model.coefficients.forEach((w, j) => {
      expect(weights[j]).toBeCloseTo(w, 6);
    });
    expect(bias).toBeCloseTo(model.intercept, 6);
  });
});

test("the lesson prints them", () => {
  const text = lesson();
  for (const part of ["-1.7e-18", "0 of 10", "7 of 10"]) expect(text).toContain(part);
});
