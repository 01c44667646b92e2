import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { type ElasticNetOptions, FIT_OPTIONS } from "./options/options.js";
import { familyPath } from "./paths/familyPath.js";
import { fitOne } from "./paths/fitOne.js";
import type { Model } from "./results/Model.js";

/**
 * Poisson regression of counts or rates, with an L1 and an L2 penalty. Minimises over w and b
 *
 * ```text
 * 1/W·Σ_i s_i·(e^η_i − y_i·η_i) + lambda·Σ_j f_j·(l1Ratio·|w_j| + (1 − l1Ratio)/2·w_j²)
 * η_i = offset_i + x_i·w + b
 * ```
 *
 * Everything else is as in {@link elasticNet}. The offset is the logarithm of the exposure.
 *
 * @param X - As for {@link elasticNet}.
 * @param y - n numbers, at least 0; they need not be whole.
 * @param options - `lambda`, `l1Ratio` (default 1) and the options of every fit.
 * @returns The model, with a certificate recomputed at its coefficients. It predicts e^η.
 * @throws RangeError and TypeError as {@link elasticNet}; RangeError for negative y, and with an intercept for y that are all 0.
 * @see McCullagh & Nelder, Generalized Linear Models (1989), chapter 6.
 * @example
 * poisson([[1, 2], [2, 1], [3, 5], [4, 3]], [1, 0, 7, 4], { lambda: 0.1 }).predict([[4, 2]]);
 */
export function poisson(X: MatrixLike, y: VectorLike, options: ElasticNetOptions): Model {
  return fitOne(
    "poisson",
    "poisson",
    X,
    y,
    options,
    1,
    [...FIT_OPTIONS, "lambda", "l1Ratio", "penalty"],
    familyPath<Model>,
  );
}
