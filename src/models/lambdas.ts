import { exp, log } from "../kernels/js/transcendental.js";

/** `count` lambdas from `largest` down to `largest·ratio`, equally spaced in their logarithm. */
export function lambdaGrid(largest: number, ratio: number, count: number): Float64Array {
  const step = count > 1 ? log(ratio) / (count - 1) : 0;
  return Float64Array.from(
    { length: count },
    (_, k) => largest * (k === count - 1 && count > 1 ? ratio : exp(step * k)),
  );
}

/** A penalty as the models take it. */
export interface LambdaAndRatio {
  lambda: number;
  l1Ratio: number;
}

/**
 * The penalty of glmnet's gaussian fits, which divide their L2 part by the standard deviation of y (whatever `standardize` says):
 *
 *   lambda = λ·(mix + (1 − mix)/sd(y)),  l1Ratio = λ·mix/lambda
 *
 * @param lambda - glmnet's `lambda`.
 * @param mix - glmnet's `alpha`, the share of the L1 part.
 * @param sdOfY - sd of y with 1/W and weights as in the fit; without an intercept the root mean square.
 */
export function fromGlmnetGaussian(lambda: number, mix: number, sdOfY: number): LambdaAndRatio {
  return split(lambda * mix, (lambda * (1 - mix)) / sdOfY);
}

/** The penalty of scikit-learn's `Ridge(alpha)`: lambda = alpha/W, W the sum of the weights (n without). */
export function fromSklearnRidge(strength: number, totalWeight: number): LambdaAndRatio {
  return { lambda: strength / totalWeight, l1Ratio: 0 };
}

/** The penalty of scikit-learn's `LogisticRegression(C)`: lambda = 1/(C·W). */
export function fromSklearnLogistic(C: number, totalWeight: number, l1Ratio = 0): LambdaAndRatio {
  return { lambda: 1 / (C * totalWeight), l1Ratio };
}

/** Our own textbook penalty `l1·Σ|w| + l2·Σw²` beside half a mean square: lambda = l1 + 2·l2, l1Ratio = l1/lambda. */
export function fromL1L2(l1: number, l2: number): LambdaAndRatio {
  return split(l1, 2 * l2);
}

function split(l1: number, halfL2: number): LambdaAndRatio {
  const lambda = l1 + halfL2;
  return { lambda, l1Ratio: lambda === 0 ? 1 : l1 / lambda };
}
