import type { Label, LabelsLike } from "../data/toLabels.js";
import type { MatrixLike } from "../data/toMatrix.js";
import { type ClassifierOptions, type ElasticNetOptions, FIT_OPTIONS } from "./options/options.js";
import { familyPath } from "./paths/familyPath.js";
import { fitOne } from "./paths/fitOne.js";
import type { Classifier } from "./results/Model.js";

/** The options of {@link logistic}. */
export interface LogisticOptions extends ElasticNetOptions, ClassifierOptions {}

/**
 * Logistic regression for two classes, with an L1 and an L2 penalty. Minimises over w and b
 *
 * ```text
 * 1/W·Σ_i s_i·(ln(1 + e^η_i) − y_i·η_i) + lambda·Σ_j f_j·(l1Ratio·|w_j| + (1 − l1Ratio)/2·w_j²)
 * η_i = offset_i + x_i·w + b
 * ```
 *
 * with y_i = 1 for the second class and 0 for the first, weights s, W = Σ s_i and penalty factors f; everything else is as in {@link elasticNet}.
 *
 * Where the classes can be told apart without error and the penalty does not keep coefficients finite (lambda = 0, or columns that
 * are not penalised), there is no solution: `converged` is false.
 *
 * @param X - As for {@link elasticNet}.
 * @param y - n labels, numbers or strings, of two classes. Rows of weight 0 count.
 * @param options - `lambda`, `l1Ratio` (default 1), `classWeight` and the options of every fit.
 * @returns The classifier, with a certificate recomputed at its coefficients.
 * @throws RangeError and TypeError as {@link elasticNet}; RangeError for other than two classes, and with an intercept for rows of
 *   positive weight that are all of one class.
 * @see Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010).
 * @example
 * logistic([[1, 2], [2, 1], [3, 5], [4, 3]], ["no", "yes", "no", "yes"], { lambda: 0.1 }).predict([[4, 2]]);
 */
export function logistic<L extends Label = number>(
  X: MatrixLike,
  y: LabelsLike<L>,
  options: LogisticOptions,
): Classifier<L>;
export function logistic(X: MatrixLike, y: LabelsLike, options: LogisticOptions): Classifier;
export function logistic(X: MatrixLike, y: LabelsLike, options: LogisticOptions): Classifier {
  return fitOne(
    "logistic",
    "binomial",
    X,
    y,
    options,
    1,
    [...FIT_OPTIONS, "lambda", "l1Ratio", "penalty"],
    familyPath<Classifier>,
  );
}
