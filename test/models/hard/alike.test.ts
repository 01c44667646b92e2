/** Pairs of columns that differ by so little that a Gram hardly tells them apart, and that are both wanted for what they differ by, or the same. */

import { describe, expect, test } from "vitest";
import { dense, regularizationPath } from "../../../src/index.js";
import { randomArray, randomStream } from "../../support/arbitraries.js";

const SHAPES = [
  [100, 40],
  [200, 100],
  [60, 200],
  [500, 30],
] as const;

/** X by columns, each second one like the one before, and what ten of them add up to. */
function alike(n: number, p: number, difference: number, next: () => number) {
  const X = new Float64Array(n * p);
  for (let j = 0; j < p; ++j) {
    const own = randomArray(n, next);
    X.set(j % 2 === 0 ? own : own.map((value, i) => X[(j - 1) * n + i] + difference * value), j * n);
  }
  const eta = new Float64Array(n);
  for (let k = 0; k < 10; ++k) {
    const j = Math.floor(0.5 * (next() + 1) * p);
    const b = 2 * next();
    for (let i = 0; i < n; ++i) eta[i] += b * X[j * n + i];
  }
  return { X: dense(X, n, p, { order: "column" }), eta };
}

describe.each(SHAPES)("%d × %d", (n, p) => {
  test.each([0, 1e-9, 3e-8, 1e-7, 1e-6])("columns that differ by %d: every fit ends at its tolerance", (difference) => {
    const next = randomStream(5);
    for (let repeat = 0; repeat < 4; ++repeat) {
      const { X, eta } = alike(n, p, difference, next);
      const ys = {
        gaussian: eta.map((value) => value + next()),
        binomial: eta.map((value) => (value + next() > 0 ? 1 : 0)),
        poisson: eta.map((value) => Math.floor(Math.exp(Math.min(2, value) + 0.5 * next() + 0.5))),
      };
      for (const family of ["gaussian", "binomial", "poisson"] as const) {
        for (const tolerance of [1e-4, 1e-10]) {
          const path = regularizationPath(X, ys[family], { family, tolerance, lambdaCount: 20, lambdaMinRatio: 1e-3 });
          expect([...path.converged].every(Boolean)).toBe(true);
        }
      }
    }
  });
});
