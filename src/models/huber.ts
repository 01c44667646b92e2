import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import type { FamilyParameters } from "../losses/families.js";
import { type ElasticNetOptions, FIT_OPTIONS } from "./options/options.js";
import { familyPath } from "./paths/familyPath.js";
import { fitOne } from "./paths/fitOne.js";
import type { Model } from "./results/Model.js";

/** The options of {@link huber}. */
export interface HuberOptions extends ElasticNetOptions, FamilyParameters {}

/**
 * Huber regression: squares for small residuals and lines for large ones, so that outliers in y pull no harder than `delta`; with an L1 and an
 * L2 penalty. Minimises over w and b
 *
 * ```text
 * 1/W·Σ_i s_i·loss(y_i − η_i) + lambda·Σ_j f_j·(l1Ratio·|w_j| + (1 − l1Ratio)/2·w_j²)
 * loss(r) = r²/2 for |r| <= delta, else delta·|r| − delta²/2
 * η_i = offset_i + x_i·w + b
 * ```
 *
 * `delta` is on the scale of y. Its default, 1.345·1.4826·median|v − median v| of v = y − offset over all rows, would be 1.345 standard
 * deviations if X explained nothing and errors were normal, which keeps 95 % of the efficiency of least squares. Where X explains much of y it
 * overshoots, as y spreads wider than its errors: then give a `delta` of about 1.345 of their standard deviations. The model holds what it was.
 *
 * A large delta makes this {@link elasticNet}; a small one, and lambda in proportion, makes it least absolute deviations. Everything else is as
 * there.
 *
 * @param X - As for {@link elasticNet}.
 * @param y - n finite numbers.
 * @param options - `lambda`, `l1Ratio` (default 1), `delta` and the options of every fit.
 * @returns The model, with a certificate recomputed at its coefficients. It predicts η.
 * @throws RangeError and TypeError as {@link elasticNet}; RangeError for a delta that is not positive and finite, and where its default is 0, as
 *   more than half of the values of y − offset are the same.
 * @see Huber, Robust estimation of a location parameter (1964); Huber & Ronchetti, Robust Statistics (2009), §7.
 * @example
 * huber([[1, 2], [2, 1], [3, 5], [4, 3]], [1, 2, 3, 400], { lambda: 0.1, delta: 1 }).delta; // 1
 */
export function huber(X: MatrixLike, y: VectorLike, options: HuberOptions): Model {
  return fitOne(
    "huber",
    "huber",
    X,
    y,
    options,
    1,
    [...FIT_OPTIONS, "lambda", "l1Ratio", "penalty", "delta"],
    familyPath<Model>,
  );
}
