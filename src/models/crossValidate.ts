import type { Matrix } from "../data/Matrix.js";
import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { checkBetween, checkBoolean, checkChoice, rangeError } from "../errors.js";
import { canFoldSums, foldSums } from "./foldSums.js";
import { type FoldOptions, type Folds, makeFolds } from "./folds.js";
import { gaussianPath } from "./gaussianPath.js";
import type { Model } from "./Model.js";
import { type Fit, readData, readFit } from "./options.js";
import type { Path } from "./Path.js";
import { PATH_OPTIONS, type PathOptions, readLambdas } from "./regularizationPath.js";
import { ridgeLeaveOneOut } from "./ridgeLeaveOneOut.js";

/** The options of {@link crossValidate}. */
export interface CrossValidationOptions extends Omit<PathOptions, "l1Ratio">, FoldOptions {
  /** Share of the L1 part, or several to choose from. Default 1. */
  l1Ratio?: number | readonly number[];
}

/** The errors of one l1Ratio over its path. */
export interface CrossValidationTable {
  l1Ratio: number;
  /** Descending, from the path on all rows. */
  lambdas: Float64Array;
  /** Mean error of each lambda over the folds, weighted by their weights. */
  meanErrors: Float64Array;
  /** Standard error of each mean: √(weighted mean of (e_k − mean)²/(K − 1)). */
  standardErrors: Float64Array;
  /** The error of each fold for each lambda, fold after fold. */
  foldErrors: Float64Array;
  /**
   * Only for ridge by `"loo"`: generalised cross-validation's estimate of the error of each lambda,
   *
   *   (1/W·Σ s_i·r_i²)/(1 − tr(H)/n)²
   *
   * H being the hat matrix, intercept included. Its smallest value is another way to choose lambda, which does not depend
   * on how rows are rotated. Golub, Heath & Wahba (1979).
   */
  gcvErrors?: Float64Array;
  /** The weight of each fold: the sum of its rows' weights. */
  foldWeights: Float64Array;
  /** Place of the smallest mean error; of equal ones, that of the largest lambda. */
  indexMin: number;
  /** Place of the largest lambda whose error is at most one standard error above the smallest. */
  index1se: number;
  lambdaMin: number;
  lambda1se: number;
  /** Whether lambdaMin is the first or last lambda, so that the best one may lie outside of the grid. */
  atEdge: boolean;
  /** The path on all rows. */
  path: Path;
}

/** What cross-validation found: the table of the best l1Ratio, and all of them in `byRatio`. */
export class CrossValidation implements CrossValidationTable {
  declare readonly l1Ratio: number;
  declare readonly lambdas: Float64Array;
  declare readonly meanErrors: Float64Array;
  declare readonly standardErrors: Float64Array;
  declare readonly foldErrors: Float64Array;
  declare readonly gcvErrors?: Float64Array;
  declare readonly foldWeights: Float64Array;
  declare readonly indexMin: number;
  declare readonly index1se: number;
  declare readonly lambdaMin: number;
  declare readonly lambda1se: number;
  declare readonly atEdge: boolean;
  declare readonly path: Path;
  /** One table for each l1Ratio, in the order given. */
  readonly byRatio: readonly CrossValidationTable[];

  /** @internal Made by {@link crossValidate}. */
  constructor(byRatio: readonly CrossValidationTable[]) {
    const error = (table: CrossValidationTable): number => table.meanErrors[table.indexMin];
    // Of equal ones the sparser: the larger L1 part.
    const better = (a: CrossValidationTable, b: CrossValidationTable): boolean =>
      error(b) < error(a) || (error(b) === error(a) && b.l1Ratio > a.l1Ratio);
    Object.assign(
      this,
      byRatio.reduce((best, table) => (better(best, table) ? table : best)),
    );
    this.byRatio = byRatio;
  }

  /**
   * The model on all rows for the lambda with the smallest error, or by the one-standard-error rule the sparsest that is
   * about as good.
   */
  model(rule: "min" | "1se" = "min"): Model {
    if (rule !== "min" && rule !== "1se")
      throw rangeError("ERR_VALUE", `"rule" must be "min" or "1se", got ${String(rule)}`);
    return this.path.model(rule === "min" ? this.indexMin : this.index1se);
  }
}

const OPTIONS = [...PATH_OPTIONS, "folds", "seed", "groups", "stratify"];

/**
 * Chooses lambda, and l1Ratio if several are given, by K-fold cross-validation. The lambdas come from a path on all rows.
 * Each fold is fitted for all of them on the other rows, centred and standardised anew, and its error is the weighted
 * mean of the squared residuals of its own rows. Ridge's `"loo"` is exact leave-one-out without refitting: it keeps W·lambda
 * and the standard deviations of all rows; its table also has the scores of generalised cross-validation, `gcvErrors`.
 *
 * @param X - As for {@link elasticNet}.
 * @param y - n finite numbers.
 * @param options - `folds`, `seed`, `groups`, `stratify`, `l1Ratio`, and the options of a path.
 * @throws RangeError and TypeError as {@link elasticNet}, and for folds that are empty or without weight.
 * @see Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), §7.10.
 * @example
 * const cv = crossValidate(X, y, { folds: 10 });
 * cv.model("1se").predict(Xnew);
 */
export function crossValidate(X: MatrixLike, y: VectorLike, options: CrossValidationOptions = {}): CrossValidation {
  const { matrix, target } = readData(X, y);
  const { l1Ratio = 1, folds, seed, groups, stratify, ...pathOptions } = options;
  const fit = readFit("crossValidate", options as PathOptions, matrix.rows, matrix.columns, OPTIONS);
  const ratios = typeof l1Ratio === "number" ? [l1Ratio] : l1Ratio;
  if (!Array.isArray(ratios) || ratios.length === 0) {
    throw rangeError("ERR_VALUE", '"l1Ratio" must be a number or a list of at least one');
  }
  for (const ratio of ratios) checkBetween("l1Ratio", ratio, 0, 1);
  if (stratify !== undefined) checkBoolean("stratify", stratify);
  checkChoice("family", pathOptions.family ?? "gaussian", ["gaussian"]);
  const lambdas = readLambdas(pathOptions);
  const dealt = makeFolds(target, options);
  const sums =
    (fit.strategy === "auto" || fit.strategy === "gram") && folds !== "loo" && canFoldSums(matrix, dealt)
      ? foldSums(matrix, target, fit, ratios, lambdas, dealt)
      : undefined;
  if (sums !== undefined) {
    return new CrossValidation(
      sums.map(({ path, errors }) => tabulate(path, errors, foldWeights(fit.settings.weights, dealt))),
    );
  }
  return new CrossValidation(
    ratios.map((ratio: number) => {
      const path = gaussianPath(matrix, target, fit, ratio, lambdas);
      const direct =
        folds === "loo" &&
        ratio === 0 &&
        fit.settings.lowerBounds === undefined &&
        fit.settings.upperBounds === undefined;
      const weights = foldWeights(fit.settings.weights, dealt);
      if (!direct) return tabulate(path, foldErrors(matrix, target, fit, path, dealt), weights);
      const { errors, gcvErrors } = ridgeLeaveOneOut(matrix, target, fit, path.lambdas);
      return { ...tabulate(path, errors, weights), gcvErrors };
    }),
  );
}

/** The error of each fold for each lambda of the path, fitted without the fold. */
function foldErrors(X: Matrix, y: Float64Array, fit: Fit, path: Path, { of, count }: Folds): Float64Array {
  const { rows: n, columns: p } = X;
  const { settings } = fit;
  const all = settings.weights ?? new Float64Array(n).fill(1);
  const lambdas = path.lambdas;
  const errors = new Float64Array(count * lambdas.length);
  for (let fold = 0; fold < count; ++fold) {
    // Rows of weight 0 take no part in a fit, in its centring or in its scaling.
    const weights = all.map((weight, i) => (of[i] === fold ? 0 : weight));
    if (!weights.some((weight) => weight > 0)) {
      throw rangeError(
        "ERR_VALUE",
        `"weights" must leave rows to fit without fold ${fold}, got none of positive weight`,
      );
    }
    const fitted = gaussianPath(X, y, { ...fit, settings: { ...settings, weights } }, path.l1Ratio, { given: lambdas });
    const rows = Int32Array.from(of.keys()).filter((i) => of[i] === fold);
    const tested = X.takeRows(rows);
    const eta = new Float64Array(rows.length);
    for (let k = 0; k < lambdas.length; ++k) {
      eta.fill(fitted.intercepts[k]);
      tested.addProduct(fitted.coefficients, k * p, eta);
      let sum = 0;
      let total = 0;
      rows.forEach((row, i) => {
        const residual = y[row] - eta[i] - (settings.offset?.[row] ?? 0);
        sum += all[row] * residual * residual;
        total += all[row];
      });
      errors[fold * lambdas.length + k] = sum / total;
    }
  }
  return errors;
}

function foldWeights(weights: Float64Array | undefined, { of, count }: Folds): Float64Array {
  const sums = new Float64Array(count);
  of.forEach((fold, i) => {
    sums[fold] += weights?.[i] ?? 1;
  });
  const empty = sums.indexOf(0);
  if (empty >= 0)
    throw rangeError("ERR_VALUE", `"weights" must have a positive sum in every fold, got 0 in fold ${empty}`);
  return sums;
}

function tabulate(path: Path, errors: Float64Array, weights: Float64Array): CrossValidationTable {
  const { lambdas, l1Ratio } = path;
  const count = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weightedMean = (value: (fold: number) => number): number =>
    weights.reduce((sum, weight, fold) => sum + weight * value(fold), 0) / total;
  const meanErrors = lambdas.map((_, k) => weightedMean((fold) => errors[fold * lambdas.length + k]));
  const standardErrors = lambdas.map((_, k) => {
    const deviation = (fold: number): number => errors[fold * lambdas.length + k] - meanErrors[k];
    return Math.sqrt(weightedMean((fold) => deviation(fold) * deviation(fold)) / (count - 1));
  });
  const indexMin = meanErrors.reduce((best, error, k) => (error < meanErrors[best] ? k : best), 0);
  const limit = meanErrors[indexMin] + standardErrors[indexMin];
  const index1se = meanErrors.findIndex((error) => error <= limit);
  return {
    l1Ratio,
    lambdas,
    meanErrors,
    standardErrors,
    foldErrors: errors,
    foldWeights: weights,
    indexMin,
    index1se,
    lambdaMin: lambdas[indexMin],
    lambda1se: lambdas[index1se],
    atEdge: indexMin === 0 || indexMin === lambdas.length - 1,
    path,
  };
}
