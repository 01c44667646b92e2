import { describe, expect, test } from "vitest";
import { dense, fromGlmnetGaussian, type Path, regularizationPath, setBackend } from "../../../src/index.js";
import { distance, type GlmnetFit, type GoldenSet, glmnet, goldenSet } from "../../support/golden.js";
import { objective } from "../oracle.js";
import type { Problem } from "../problems.js";

/** glmnet leaves out every constant column; here it is an ordinary one where nothing is centred or scaled. */
function penaltyFactorOf({ X_rows }: GoldenSet): number[] {
  return X_rows[0].map((value, j) => (X_rows.every((row) => row[j] === value) ? Number.POSITIVE_INFINITY : 1));
}

/** A fit of glmnet as a problem whose objective can be computed. */
function problemOf(set: GoldenSet, { standardize, intercept }: GlmnetFit): Omit<Problem, "lambda" | "l1Ratio"> {
  const { X_rows, y, sample_weight } = set;
  return {
    X: X_rows,
    y,
    standardize,
    intercept,
    weights: sample_weight ?? y.map(() => 1),
    penaltyFactor: penaltyFactorOf(set),
    lowerBounds: X_rows[0].map(() => Number.NEGATIVE_INFINITY),
    upperBounds: X_rows[0].map(() => Number.POSITIVE_INFINITY),
    offset: y.map(() => 0),
  };
}

describe.each(["wasm", "js"] as const)("glmnet's paths on %s", (backend) => {
  for (const { name, fits } of glmnet) {
    const set = goldenSet(name);
    test.each(fits)(`${name}, mix $alpha, standardize $standardize, intercept $intercept`, (fit) => {
      setBackend(backend);
      const { standardize, intercept, ys } = fit;
      const penalties = fit.lambda.map((lambda) => fromGlmnetGaussian(lambda, fit.alpha, ys));
      const { l1Ratio } = penalties[0];
      const path = regularizationPath(set.X, set.y, {
        ...set.data,
        standardize,
        intercept,
        penaltyFactor: penaltyFactorOf(set),
        lambdas: penalties.map(({ lambda }) => lambda),
        l1Ratio,
        tolerance: 1e-14,
      });
      expect(path.converged.every((flag) => flag === 1)).toBe(true);
      // glmnet's own optimality residuals are up to 1e-7.
      const problem = problemOf(set, fit);
      penalties.forEach(({ lambda }, k) => {
        const theirs = objective({ ...problem, lambda, l1Ratio }, fit.beta[k], fit.a0[k]);
        expect(theirs / path.objectives[k] - 1).toBeGreaterThan(-1e-11);
        expect(theirs / path.objectives[k] - 1).toBeLessThan(1e-7);
      });
      expect(distance(path.devianceRatios, fit.dev_ratio)).toBeLessThan(1e-6);
      // With an L1 part, the collinear columns may share their coefficients almost as they like.
      if (name === "collinear" && fit.alpha > 0) return;
      expect(distance(path.coefficients, fit.beta.flat())).toBeLessThan(1e-4);
      expect(distance(path.intercepts, fit.a0)).toBeLessThan(1e-5);
    });
  }
});

/** The lambdas of a path of glmnet with nlambda = 25. */
const COUNT = 25;

/** Where glmnet ends a path on a grid of its own (fdev and devmax): after so many lambdas. */
function glmnetLength(ratios: Float64Array): number {
  const last = ratios.findIndex((ratio, k) => k >= 4 && (ratio - ratios[k - 1] < 1e-5 * ratio || ratio > 0.999));
  return last < 0 ? ratios.length : last + 1;
}

/** A path as glmnet makes it: its grid, its end, its L2 part over sd(y). With it, what turns its lambdas into ours. */
function glmnetPath(rows: number[][], y: number[], mix: number): { path: Path; unit: number } {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const sd = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
  const { lambda: unit, l1Ratio } = fromGlmnetGaussian(1, mix, sd);
  const X = dense(Float64Array.from(rows.flat()), rows.length, rows[0].length);
  const options = { l1Ratio, tolerance: 1e-14 };
  const largest = regularizationPath(X, y, { ...options, lambdaCount: 1 }).lambdas[0];
  const ratio = rows.length < rows[0].length ? 1e-2 : 1e-4;
  const lambdas = Array.from({ length: COUNT }, (_, k) => largest * ratio ** (k / (COUNT - 1)));
  const whole = regularizationPath(X, y, { ...options, lambdas });
  return {
    path: regularizationPath(X, y, { ...options, lambdas: lambdas.slice(0, glmnetLength(whole.devianceRatios)) }),
    unit,
  };
}

describe.each(["wasm", "js"] as const)("tables of cv.glmnet, rebuilt its way, on %s", (backend) => {
  for (const { name, cv } of glmnet) {
    const { X_rows, y, folds } = goldenSet(name);
    test.each(cv)(`${name}, mix $alpha`, (table) => {
      setBackend(backend);
      const all = glmnetPath(X_rows, y, table.alpha);
      expect(
        distance(
          all.path.lambdas.map((lambda) => lambda / all.unit),
          table.lambda,
        ),
      ).toBeLessThan(1e-11);
      const foldOf = folds as number[];
      const count = Math.max(...foldOf) + 1;
      const errors = Array.from({ length: count }, (_, fold) => {
        const train = y.map((_y, i) => i).filter((i) => foldOf[i] !== fold);
        const test = y.map((_y, i) => i).filter((i) => foldOf[i] === fold);
        const pick = <T>(values: readonly T[], places: readonly number[]): T[] => places.map((i) => values[i]);
        const { path, unit } = glmnetPath(pick(X_rows, train), pick(y, train), table.alpha);
        const [largest, smallest] = [path.lambdas[0], path.lambdas[path.lambdas.length - 1]];
        // Interpolated between the fold's own lambdas, and clamped at their ends.
        return table.lambda.map((lambda) => {
          const model = path.at(Math.min(Math.max(lambda * unit, smallest), largest));
          const eta = model.predict(pick(X_rows, test));
          return pick(y, test).reduce((sum, value, i) => sum + (value - eta[i]) ** 2, 0) / test.length;
        });
      });
      const sizes = errors.map((_, fold) => foldOf.filter((f) => f === fold).length);
      const mean = (values: number[]): number =>
        values.reduce((sum, value, fold) => sum + value * sizes[fold], 0) / y.length;
      const means = table.lambda.map((_, k) => mean(errors.map((row) => row[k])));
      const deviations = table.lambda.map((_, k) =>
        Math.sqrt(mean(errors.map((row) => (row[k] - means[k]) ** 2)) / (count - 1)),
      );
      const error = (values: number[], reference: number[]): number =>
        Math.max(...values.map((value, k) => Math.abs(value / reference[k] - 1)));
      // What glmnet's own threshold of 1e-14 leaves, most of it for p > n; at 1e-20 next to nothing.
      const slack = name === "p_gt_n" ? 1e-4 : 2e-6;
      expect(error(means, table.cvm)).toBeLessThan(slack);
      expect(error(deviations, table.cvsd)).toBeLessThan(slack);
      const { cvm, cvsd } = table.tight ?? { cvm: means, cvsd: deviations };
      expect(error(means, cvm)).toBeLessThan(1e-7);
      expect(error(deviations, cvsd)).toBeLessThan(1e-7);
      const best = means.indexOf(Math.min(...means));
      expect(table.lambda[best]).toBe(table.lambda_min);
      const limit = means[best] + deviations[best];
      expect(table.lambda[means.findIndex((error) => error <= limit)]).toBe(table.lambda_1se);
    });
  }
});
