import type { Label, LabelsLike } from "../data/toLabels.js";
import type { MatrixLike } from "../data/toMatrix.js";
import type { LogisticOptions } from "./logistic.js";
import { FIT_OPTIONS } from "./options/options.js";
import { familyPath } from "./paths/familyPath.js";
import { fitOne } from "./paths/fitOne.js";
import type { Multinomial } from "./results/Model.js";

/**
 * Multinomial logistic regression for K classes, with an L1 and an L2 penalty, every class having coefficients of its own. Minimises over the w_k
 * and b_k
 *
 * ```text
 * 1/W·Σ_i s_i·(ln Σ_k e^η_ik − η_i,y_i) + lambda·Σ_k Σ_j f_j·(l1Ratio·|w_kj| + (1 − l1Ratio)/2·w_kj²)
 * η_ik = offset_ik + x_i·w_k + b_k
 * ```
 *
 * Everything else is as in {@link elasticNet}; factors and bounds are those of the columns, for all classes. What can be added to the
 * coefficients of all classes at no cost (intercepts, columns that are not penalised) is such that they sum to 0. For two classes with
 * only an L1 penalty, w_1 − w_0 is the `w` of {@link logistic}; with only an L2 penalty, it is that for half the lambda.
 *
 * Where the classes can be told apart without error and the penalty does not keep coefficients finite, `converged` is false.
 *
 * @param X - As for {@link elasticNet}.
 * @param y - n labels, numbers or strings, of two classes or more. Rows of weight 0 count.
 * @param options - `lambda`, `l1Ratio` (default 1), `classWeight` and the options of every fit; the `offset` has n·K values, row after row,
 *   and a warm start K·p, class after class.
 * @returns The classifier: K·p `coefficients`, class after class, and K `intercepts`, with a certificate recomputed at them.
 * @throws RangeError and TypeError as {@link elasticNet}; RangeError for a single class, and with an intercept for a class without a
 *   row of positive weight.
 * @see Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010), §4.
 * @example
 * multinomial([[1, 2], [2, 1], [3, 5], [4, 3]], ["a", "b", "c", "b"], { lambda: 0.1 }).predict([[4, 2]]);
 */
export function multinomial<L extends Label = number>(
  X: MatrixLike,
  y: LabelsLike<L>,
  options: LogisticOptions,
): Multinomial<L>;
export function multinomial(X: MatrixLike, y: LabelsLike, options: LogisticOptions): Multinomial;
export function multinomial(X: MatrixLike, y: LabelsLike, options: LogisticOptions): Multinomial {
  return fitOne(
    "multinomial",
    "multinomial",
    X,
    y,
    options,
    1,
    [...FIT_OPTIONS, "lambda", "l1Ratio", "penalty"],
    familyPath<Multinomial>,
  );
}
