import type { Matrix } from "../../data/Matrix.js";
import { named } from "../../errors.js";
import type { Steps } from "../../kernels/steps.js";
import { type Folds, foldName } from "../dealing/Folds.js";
import type { Fit } from "../options/Fit.js";
import type { Measure } from "../options/measure.js";
import { familyPath } from "../paths/familyPath.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { foldTester } from "./foldTester.js";
import { type FoldFit, testedRows } from "./heldOut.js";

/** What is fitted without each fold, and how it is measured there. */
export interface FoldData {
  matrix: Matrix;
  target: Float64Array;
  fit: Fit;
  folds: Folds;
  measure: Measure;
}

/** The lambdas of a path and its mix. */
export type Grid = Pick<Path, "lambdas" | "l1Ratio">;

/** What the path without a fold has to give. */
export interface FoldResult {
  /** For each lambda. */
  errors: Float64Array;
  /** Its coefficients and intercepts; or η of the fold's rows, lambda after lambda, row after row, K for each: what takes less. */
  fits?: Pick<Path, "coefficients" | "intercepts">;
  etas?: Float64Array;
}

/** One of the fits of a path of so many steps. */
export function fitAt({ coefficients, intercepts }: FoldFit, k: number, steps: number): FoldFit {
  const at = (values: Float64Array): Float64Array =>
    values.subarray((k * values.length) / steps, ((k + 1) * values.length) / steps);
  return { coefficients: at(coefficients), intercepts: at(intercepts) };
}

/** The error of a fold, whose rows these are, for each lambda of a grid, fitted without it. */
export function* foldErrors(
  { matrix, target, fit, folds, measure }: FoldData,
  { lambdas, l1Ratio }: Grid,
  fold: number,
  rows: Int32Array,
  byFit: boolean,
): Steps<FoldResult> {
  const name = foldName(fold, folds.count);
  const steps = lambdas.length;
  let path: Path<AnyModel>;
  try {
    const training = { ...withoutRows(fit, folds, fold), l1Ratio, lambdas: { given: lambdas } };
    path = yield* familyPath<AnyModel>(matrix, target, training);
  } catch (error) {
    throw named(name, error);
  }
  const { coefficients, intercepts } = path;
  const K = intercepts.length / steps;
  const test = foldTester(target, fit, measure, name, rows, testedRows(matrix, rows));
  const errors = new Float64Array(steps);
  const etas = new Float64Array(byFit ? 0 : steps * rows.length * K);
  for (let k = 0; k < steps; ++k) {
    const found = test(fitAt(path, k, steps));
    errors[k] = found.error;
    if (byFit) continue;
    found.etas.forEach((eta, c) => {
      for (let i = 0; i < rows.length; ++i) etas[(k * rows.length + i) * K + c] = eta[i];
    });
  }
  return { errors, ...(byFit ? { fits: { coefficients, intercepts } } : { etas }) };
}

/** A fit without the rows of a fold: those of weight 0 take no part in a fit, in its centring or in its scaling. */
export function withoutRows(fit: Fit, { of }: Folds, fold: number): Fit {
  const { weights } = fit.settings;
  const others = Float64Array.from(of, (own, i) => (own === fold ? 0 : (weights?.[i] ?? 1)));
  return { ...fit, settings: { ...fit.settings, weights: others } };
}
