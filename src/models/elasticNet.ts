import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { ridgeWing } from "../solvers/ridge/ridgePath.js";
import { type ElasticNetOptions, FIT_OPTIONS, type PenalisedOptions } from "./options/options.js";
import { fitOne } from "./paths/fitOne.js";
import { gaussianPath } from "./paths/gaussianPath.js";
import type { Model } from "./results/Model.js";

/** With what solves without an L1 part, which a bundle of {@link lasso} alone does without. */
const anyMix: typeof gaussianPath = (X, y, fit) => gaussianPath(X, y, fit, { ridge: ridgeWing });

/**
 * Elastic net: least squares with an L1 and an L2 penalty. Minimises over w and b
 *
 * ```text
 * 1/W·Σ_i s_i·(y_i − offset_i − x_i·w − b)²/2 + lambda·Σ_j f_j·(l1Ratio·|w_j| + (1 − l1Ratio)/2·w_j²)
 * ```
 *
 * with weights s, W = Σ s_i and penalty factors f; with `standardize` (the default) sd_j·w_j stands for w_j in the penalty.
 *
 * @param X - n rows by p columns: `dense(...)`, `sparse(...)`, an array of rows, or a matrix or table of ml-matrix,
 *   ndarray, Arrow or arquero. Copied once; float32 is widened to float64.
 * @param y - n finite numbers.
 * @param options - `lambda`, `l1Ratio` and the options of every fit.
 * @returns The model, with a certificate recomputed at its coefficients. Not converging is a result, not an error.
 * @throws RangeError for values that are not finite or not allowed, lengths that do not fit, problems above 4 GiB, and
 *   lambda = 0 on linearly dependent columns.
 * @throws TypeError for arguments of the wrong kind and unknown options.
 * @see Zou & Hastie, Regularization and variable selection via the elastic net (2005).
 * @example
 * elasticNet([[1, 2], [2, 1], [3, 5], [4, 3]], [1, 2, 3, 4], { lambda: 0.1, l1Ratio: 0.5 }).coefficients;
 */
export function elasticNet(X: MatrixLike, y: VectorLike, options: ElasticNetOptions): Model {
  return fitOne("elasticNet", "gaussian", X, y, options, 1, [...FIT_OPTIONS, "lambda", "l1Ratio", "penalty"], anyMix);
}

/**
 * Lasso: least squares with an L1 penalty, which makes coefficients exactly zero. Minimises over w and b
 *
 * ```text
 * 1/W·Σ_i s_i·(y_i − offset_i − x_i·w − b)²/2 + lambda·Σ_j f_j·|w_j|
 * ```
 *
 * {@link elasticNet} with `l1Ratio` 1, which says more of it. scikit-learn's alpha is this lambda.
 *
 * @throws RangeError and TypeError as {@link elasticNet}.
 * @see Tibshirani, Regression shrinkage and selection via the lasso (1996).
 * @example
 * lasso([[1, 2], [2, 1], [3, 5], [4, 3]], [1, 2, 3, 4], { lambda: 0.1 }).nonzeros;
 */
export function lasso(X: MatrixLike, y: VectorLike, options: PenalisedOptions): Model {
  return fitOne("lasso", "gaussian", X, y, options, 1, [...FIT_OPTIONS, "lambda"], gaussianPath);
}

/**
 * Ridge regression: least squares with an L2 penalty, which shrinks all coefficients and makes none zero. Minimises over w and b
 *
 * ```text
 * 1/W·Σ_i s_i·(y_i − offset_i − x_i·w − b)²/2 + lambda·Σ_j f_j·w_j²/2
 * ```
 *
 * {@link elasticNet} with `l1Ratio` 0, solved directly. The alpha of scikit-learn's Ridge is W·lambda: {@link fromSklearnRidge}.
 *
 * @throws RangeError and TypeError as {@link elasticNet}.
 * @see Hoerl & Kennard, Ridge regression: biased estimation for nonorthogonal problems (1970).
 * @example
 * ridge([[1, 2], [2, 1], [3, 5], [4, 3]], [1, 2, 3, 4], { lambda: 0.1 }).coefficients;
 */
export function ridge(X: MatrixLike, y: VectorLike, options: PenalisedOptions): Model {
  return fitOne("ridge", "gaussian", X, y, options, 0, [...FIT_OPTIONS, "lambda"], anyMix);
}
