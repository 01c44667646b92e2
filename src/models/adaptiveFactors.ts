import { exp, log } from "../arithmetic/transcendental.js";
import { checkFinite, checkNonNegative, checkOptions, describe, rangeError, reading, typeError } from "../errors.js";
import { hasEtas } from "../losses/families.js";
import { hasMoments } from "./results/coefficientRows.js";
import { type AnyModel, Model } from "./results/Model.js";
import type { ModelFields } from "./results/ModelFields.js";

/** The options of {@link adaptiveFactors}. */
export interface AdaptiveOptions {
  /** The power of the coefficients, at least 0. Default 1. */
  gamma?: number | undefined;
}

/**
 * The penalty factors of the adaptive lasso from a first fit, such as a ridge: what is large there is penalised less, what is exactly 0 is left out.
 *
 * ```text
 * f_j = |d_j·w_j|^−gamma
 * ```
 *
 * where d_j is the sd of the column in training if the fit was standardised, and else 1.
 *
 * @param model - A fit with one coefficient for each of the p columns.
 * @param options - `gamma`.
 * @returns p factors for `penaltyFactor`, Infinity where the coefficient is 0.
 * @throws TypeError if it is no model, or the sds are not known, as in models of files from before there were any; RangeError for a
 *   multinomial model, one that could not be fitted, a gamma that is negative or not finite, and factors beyond the range of numbers.
 * @see Zou, The adaptive lasso and its oracle properties (2006).
 * @example
 * const first = ridge(X, y, { lambda: 0.1 });
 * lasso(X, y, { lambda: 0.05, penaltyFactor: adaptiveFactors(first) });
 */
export function adaptiveFactors(model: AnyModel, options: AdaptiveOptions = {}): Float64Array {
  if (!reading('"model"', () => model instanceof Model))
    throw typeError("ERR_TYPE", `"model" must be a model, got ${describe(model)}`);
  checkOptions("adaptiveFactors", options, ["gamma"]);
  const { gamma = 1 } = options;
  checkNonNegative("gamma", gamma);
  checkFinite("gamma", gamma);
  const { family, coefficients, sds, standardize = true } = model as ModelFields;
  if (hasEtas(family)) {
    throw rangeError("ERR_VALUE", '"model" must have one coefficient for each column, got a multinomial model');
  }
  if (standardize && !hasMoments(model as ModelFields)) {
    throw typeError("ERR_TYPE", '"model" must have the sds of its columns: fit and save it again');
  }
  return coefficients.map((coefficient, j) => {
    const size = Math.abs(coefficient === 0 || !standardize ? coefficient : coefficient * sds[j]);
    const factor = gamma === 1 ? 1 / size : exp(-gamma * log(size));
    if (coefficient === 0) return Number.POSITIVE_INFINITY;
    if (factor > 0 && factor < Number.POSITIVE_INFINITY) return factor;
    throw rangeError(
      "ERR_VALUE",
      `"model" must have coefficients whose factors are numbers, got ${coefficient} at ${j}`,
    );
  });
}
