import type { Matrix } from "../../data/Matrix.js";
import { named } from "../../errors.js";
import { type Folds, foldName, rowsByFold } from "../dealing/Folds.js";
import type { Measure } from "../options/measure.js";
import type { Fit } from "../options/options.js";
import { familyPath } from "../paths/familyPath.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { foldTester } from "./foldTester.js";
import type { FitOf, FoldResults } from "./heldOut.js";

/** The error of each fold for each lambda of the path, fitted without the fold. */
export function foldErrors(
  X: Matrix,
  y: Float64Array,
  fit: Fit,
  path: Path<AnyModel>,
  folds: Folds,
  measure: Measure,
  keepFolds: boolean,
): FoldResults {
  const { rows: n, columns: p } = X;
  const { count } = folds;
  const { lambdas, l1Ratio } = path;
  const steps = lambdas.length;
  const K = path.intercepts.length / steps;
  const errors = new Float64Array(count * steps);
  // Until a lambda is chosen the fits for all are kept, or η of all rows: what takes less.
  const byFit = keepFolds || n > count * p;
  const fits: Path<AnyModel>[] = [];
  const decisions = new Float64Array(byFit ? 0 : steps * n * K);
  const fitOf: FitOf = (fold, k) => {
    const { coefficients, intercepts } = fits[byFit ? fold : 0];
    return {
      coefficients: coefficients.subarray(k * K * p, (k + 1) * K * p),
      intercepts: intercepts.subarray(k * K, (k + 1) * K),
    };
  };
  rowsByFold(folds).forEach((rows, fold) => {
    const name = foldName(fold, count);
    try {
      fits[byFit ? fold : 0] = familyPath(X, y, withoutRows(fit, folds, fold), l1Ratio, { given: lambdas });
    } catch (error) {
      throw named(name, error);
    }
    const test = foldTester(y, fit, measure, name, rows, X.takeRows(rows));
    for (let k = 0; k < steps; ++k) {
      const { error, etas } = test(fitOf(fold, k));
      errors[fold * steps + k] = error;
      if (byFit) continue;
      etas.forEach((eta, c) => {
        for (let i = 0; i < rows.length; ++i) decisions[(k * n + rows[i]) * K + c] = eta[i];
      });
    }
  });
  return byFit
    ? { errors, fitOf }
    : { errors, decisions: (place) => decisions.slice(place * n * K, (place + 1) * n * K) };
}

/** A fit without the rows of a fold: those of weight 0 take no part in a fit, in its centring or in its scaling. */
export function withoutRows(fit: Fit, { of }: Folds, fold: number): Fit {
  const { weights } = fit.settings;
  const others = Float64Array.from(of, (own, i) => (own === fold ? 0 : (weights?.[i] ?? 1)));
  return { ...fit, settings: { ...fit.settings, weights: others } };
}
