import { describe, expect, test } from "vitest";
import { dense, regularizationPath } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";

const n = 100_000;
const p = 10;
const next = randomStream(1);
const X = new Float64Array(n * p);
for (let k = 0; k < X.length; ++k) X[k] = next() + next();
const eta = Float64Array.from({ length: n }, (_, i) => 1.5 * (X[n + i] - X[i] / 2 + X[2 * n + i] / 3));
/** Between 0 and 1. */
const uniform = (): number => (next() + 1) / 2;
const responses = {
  binomial: eta.map((value) => (uniform() < 1 / (1 + Math.exp(-value)) ? 1 : 0)),
  poisson: eta.map((value) => Math.floor(Math.exp(0.5 * value) * -Math.log(uniform()))),
  multinomial: eta.map((value) => Math.min(2, Math.floor(3 / (1 + Math.exp(-value - 3 * next()))))),
};

// What the last steps gain is less than the rounding errors of a sum over so many rows as one.
describe.each(Object.entries(responses))("%s data of 100,000 rows", (family, y) => {
  test("takes few steps to a gap of 1e-11", () => {
    const path = regularizationPath(dense(X, n, p, { order: "column" }), y, {
      family: family as keyof typeof responses,
      lambdaCount: 8,
      lambdaMinRatio: 0.02,
      tolerance: 1e-11,
    });
    expect(Array.from(path.converged)).toEqual(new Array(8).fill(1));
    expect(Math.max(...path.iterations)).toBeLessThanOrEqual(10);
  });
});
