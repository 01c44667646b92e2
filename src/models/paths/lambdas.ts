import { exp, log } from "../../arithmetic/transcendental.js";
import { checkBetween, checkFinite, checkNonNegative, checkNumber, checkPositive, rangeError } from "../../errors.js";
import type { Lambdas } from "../options/Fit.js";

/** `count` lambdas from `largest` down to `largest·ratio`, equally spaced in their logarithm. */
export function lambdaGrid(largest: number, ratio: number, count: number): Float64Array {
  const step = count > 1 ? log(ratio) / (count - 1) : 0;
  return Float64Array.from(
    { length: count },
    (_, k) => largest * (k === count - 1 && count > 1 ? ratio : exp(step * k)),
  );
}

/** The lambdas of a path that does not end early. */
export const countOf = (lambdas: Lambdas): number =>
  lambdas.given === undefined ? lambdas.count : lambdas.given.length;

/** A penalty as the models take it. */
export interface LambdaAndRatio {
  lambda: number;
  l1Ratio: number;
}

/**
 * The penalty of glmnet's gaussian fits, which divide their L2 part by the standard deviation of y (whatever `standardize` says):
 *
 * ```text
 * lambda = λ·(mix + (1 − mix)/sd(y)),  l1Ratio = λ·mix/lambda
 * ```
 *
 * @param lambda - glmnet's `lambda`.
 * @param mix - glmnet's `alpha`, the share of the L1 part.
 * @param sdOfY - sd of y with 1/W and weights as in the fit; without an intercept the root mean square.
 * @throws TypeError for arguments that are no numbers; RangeError for a lambda that is negative or not finite, a mix outside of 0 to 1,
 *   an sd that is not positive and finite, and a penalty beyond the largest number.
 */
export function fromGlmnetGaussian(lambda: number, mix: number, sdOfY: number): LambdaAndRatio {
  checkPart("lambda", lambda);
  checkBetween("mix", mix, 0, 1);
  checkPositive("sdOfY", sdOfY);
  return split(lambda * mix, (lambda * (1 - mix)) / sdOfY);
}

/**
 * The penalty of scikit-learn's `Ridge(alpha)`: lambda = alpha/W, W the sum of the weights (n without).
 *
 * @throws TypeError for arguments that are no numbers; RangeError for an alpha that is negative or not finite, and a W that is not
 *   positive and finite.
 */
export function fromSklearnRidge(strength: number, totalWeight: number): LambdaAndRatio {
  checkPart("strength", strength);
  checkPositive("totalWeight", totalWeight);
  return { lambda: finite(strength / totalWeight), l1Ratio: 0 };
}

/**
 * The penalty of scikit-learn's `LogisticRegression(C)`: lambda = 1/(C·W). A C of Infinity is no penalty, as there.
 *
 * @throws TypeError for arguments that are no numbers; RangeError for a C that is not positive, a W that is not positive and finite,
 *   and an l1Ratio outside of 0 to 1.
 */
export function fromSklearnLogistic(C: number, totalWeight: number, l1Ratio = 0): LambdaAndRatio {
  checkNumber("C", C);
  if (!(C > 0)) throw rangeError("ERR_VALUE", `"C" must be positive, got ${C}`);
  checkPositive("totalWeight", totalWeight);
  checkBetween("l1Ratio", l1Ratio, 0, 1);
  return { lambda: finite(1 / (C * totalWeight)), l1Ratio };
}

/**
 * Our own textbook penalty `l1·Σ|w| + l2·Σw²` beside half a mean square: lambda = l1 + 2·l2, l1Ratio = l1/lambda.
 *
 * @throws TypeError for arguments that are no numbers; RangeError for negative ones and those that are not finite.
 */
export function fromL1L2(l1: number, l2: number): LambdaAndRatio {
  checkPart("l1", l1);
  checkPart("l2", l2);
  return split(l1, 2 * l2);
}

function split(l1: number, halfL2: number): LambdaAndRatio {
  const lambda = finite(l1 + halfL2);
  return { lambda, l1Ratio: lambda === 0 ? 1 : l1 / lambda };
}

/** A part of a penalty: at least 0 and finite. */
function checkPart(name: string, value: unknown): void {
  checkNonNegative(name, value);
  checkFinite(name, value);
}

function finite(lambda: number): number {
  if (lambda < Number.POSITIVE_INFINITY) return lambda;
  throw rangeError("ERR_VALUE", `the arguments must make a finite "lambda", got ${lambda}`);
}
