import { describe, expect, test } from "vitest";
import { crossValidate, fromSklearnRidge, setBackend } from "../../../src/index.js";
import { distance, goldenSets } from "../../support/golden.js";

type Tables = "LassoCV" | "ElasticNetCV" | "RidgeCV" | "RidgeKFold";

/** The problems that have a table of this model, with it. */
const tables = (model: Tables) =>
  goldenSets.flatMap((set) => (set.cv ?? []).filter((cv) => cv.model === model).map((cv) => ({ ...set, cv })));

const options = { standardize: false, tolerance: 1e-14 } as const;

/** The table as one row for each lambda in descending order, the reference's alphas being in any. */
function descending<T>(alphas: readonly number[], rows: readonly T[]): T[] {
  return rows
    .map((row, k) => ({ row, alpha: alphas[k] }))
    .sort((a, b) => b.alpha - a.alpha)
    .map(({ row }) => row);
}

describe.each(["wasm", "js"] as const)("cross-validation tables of scikit-learn on %s", (backend) => {
  test.each([...tables("LassoCV"), ...tables("ElasticNetCV")])("$cv.model, $name", ({ X, y, folds, cv }) => {
    setBackend(backend);
    const given = Int32Array.from(folds as number[]);
    const { alphas, l1_ratio } = cv;
    const result = crossValidate(X, y, { ...options, folds: given, lambdas: alphas, l1Ratio: l1_ratio });
    const rows = descending(alphas, cv.mse_path_exact as number[][]);
    const count = rows[0].length;
    rows.forEach((row, k) => {
      const errors = row.map((_, fold) => result.foldErrors[fold * rows.length + k]);
      expect(distance(errors, row)).toBeLessThan(1e-9);
      const sizes = Array.from({ length: count }, (_, fold) => given.filter((f) => f === fold).length);
      expect(Array.from(result.foldWeights)).toEqual(sizes);
      const mean = row.reduce((sum, error, fold) => sum + error * sizes[fold], 0) / given.length;
      expect(Math.abs(result.meanErrors[k] / mean - 1)).toBeLessThan(1e-9);
    });
  });

  test.each(tables("RidgeCV"))("RidgeCV, leave-one-out, $name", ({ X, y, cv }) => {
    setBackend(backend);
    const lambdas = cv.alphas.map((alpha) => fromSklearnRidge(alpha, X.rows).lambda);
    const result = crossValidate(X, y, { ...options, folds: "loo", lambdas, l1Ratio: 0 });
    const expected = descending(cv.alphas, cv.mean_loo_sq_error as number[]);
    expect(distance(result.meanErrors, expected)).toBeLessThan(1e-9);
  });

  test.each(tables("RidgeKFold"))("RidgeKFold, $name", ({ X, y, folds, cv }) => {
    setBackend(backend);
    const given = Int32Array.from(folds as number[]);
    // The reference keeps alpha, so that its lambda = alpha/n_train is the fold's own.
    const lambdaOf = (alpha: number, fold: number): number =>
      fromSklearnRidge(alpha, given.filter((f) => f !== fold).length).lambda;
    const table = cv.mse_path as number[][];
    const lambdas = cv.alphas.flatMap((alpha, k) => table[k].map((_, fold) => lambdaOf(alpha, fold)));
    const result = crossValidate(X, y, { ...options, folds: given, lambdas, l1Ratio: 0 });
    cv.alphas.forEach((alpha, k) => {
      table[k].forEach((expected, fold) => {
        const at = result.lambdas.indexOf(lambdaOf(alpha, fold));
        expect(Math.abs(result.foldErrors[fold * lambdas.length + at] / expected - 1)).toBeLessThan(1e-9);
      });
    });
  });
});
