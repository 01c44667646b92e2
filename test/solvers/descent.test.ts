/** Tables of levels with about as many columns as rows, and little that they say: many coefficients, and a Gram of them that is all but singular. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { designMatrix, regularizationPath, type SparseMatrix, setBackend, sparse } from "../../src/index.js";
import { ActiveNewton } from "../../src/solvers/methods/ActiveNewton.js";
import { glmObjective } from "../models/glmOracle.js";
import { randomStream } from "../support/arbitraries.js";

const ROWS = 300;
const TOLERANCE = 1e-5;
const next = randomStream(11);
const pick = (count: number): number => Math.floor(0.5 * (next() + 1) * count);
const levels = [180, 90].map((count) => Array.from({ length: ROWS }, () => `level ${pick(count)}`));
const columns = designMatrix({ first: levels[0], second: levels[1] }, { sparse: true }).X as SparseMatrix;
const X = sparse(columns);
const rows = Array.from({ length: ROWS }, () => Array<number>(X.columns).fill(0));
for (let j = 0; j < X.columns; ++j) {
  for (let k = X.columnPointers[j]; k < X.columnPointers[j + 1]; ++k) rows[X.rowIndices[k]][j] = X.values[k];
}
const settings = { lambdaCount: 12, lambdaMinRatio: 1e-3 };
const families = {
  multinomial: { K: 3, y: rows.map(() => pick(3)) },
  binomial: { K: 1, y: rows.map(() => pick(2)) },
  poisson: { K: 1, y: rows.map(() => pick(4)) },
} as const;

/** F, whatever the path says of it. */
function objectiveOf(family: keyof typeof families, lambda: number, w: Float64Array, b: Float64Array): number {
  const infinite = rows[0].map(() => Number.POSITIVE_INFINITY);
  return glmObjective(
    {
      X: rows,
      lambda,
      l1Ratio: 1,
      intercept: true,
      standardize: true,
      weights: rows.map(() => 1),
      penaltyFactor: rows[0].map(() => 1),
      lowerBounds: infinite.map((bound) => -bound),
      upperBounds: infinite,
      offset: rows.map(() => 0),
      family,
      K: families[family].K,
      y: [...families[family].y],
    },
    w,
    b,
  );
}

afterEach(() => {
  vi.restoreAllMocks();
  setBackend("auto");
});

describe.each(Object.keys(families) as (keyof typeof families)[])("%s", (family) => {
  const { K, y } = families[family];
  const path = (tolerance: number, of: readonly number[][] | typeof X = X) =>
    regularizationPath(of, y, { family, tolerance, ...settings });

  test("descent on sparse columns ends where Newton's method on dense ones does, and takes few steps of it", () => {
    const newton = path(1e-9, rows);
    const run = vi.spyOn(ActiveNewton.prototype, "run");
    const fits = path(TOLERANCE);
    expect(run.mock.calls.length).toBeLessThan(150);
    expect(fits.iterations.reduce((sum, epochs) => sum + epochs, 0)).toBeLessThan(1500);
    expect(fits.strategies.every((strategy) => strategy === "sparse")).toBe(true);
    expect(newton.converged.every((is) => is === 1) && fits.converged.every((is) => is === 1)).toBe(true);
    const size = K * X.columns;
    const scale = objectiveOf(family, fits.lambdas[0], new Float64Array(size), fits.intercepts.subarray(0, K));
    fits.lambdas.forEach((lambda, i) => {
      expect(Math.abs(newton.lambdas[i] - lambda)).toBeLessThan(1e-12 * lambda);
      const of = ({ coefficients, intercepts }: typeof fits) =>
        objectiveOf(
          family,
          lambda,
          coefficients.subarray(i * size, (i + 1) * size),
          intercepts.subarray(i * K, (i + 1) * K),
        );
      const F = of(fits);
      expect(Math.abs(F - fits.objectives[i])).toBeLessThan(1e-12 * scale);
      expect(F - of(newton)).toBeLessThan(TOLERANCE * scale);
      expect(F - of(newton)).toBeLessThan(fits.dualityGaps[i] + 1e-9 * scale);
    });
  });

  test("both backends go the same way, bit for bit", () => {
    setBackend("js");
    const twin = path(1e-7);
    setBackend("wasm");
    const { coefficients, intercepts, iterations } = path(1e-7);
    expect(coefficients).toEqual(twin.coefficients);
    expect(intercepts).toEqual(twin.intercepts);
    expect(iterations).toEqual(twin.iterations);
  });
});
