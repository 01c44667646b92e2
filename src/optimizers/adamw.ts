import { type AdamOptions, adamLike } from "./adam.js";
import type { Optimizer } from "./FusedOptimizer.js";
import type { Parameter } from "./parameters.js";

/**
 * Adam with decoupled weight decay:
 *
 * ```text
 * w ← soft(w·(1 − learningRate·weightDecay) − a·m/(1 − beta1^t), a·l1)
 * ```
 *
 * with m and a as in {@link adam}. `weightDecay` is 0.01 unless set; `l2` is still part of the gradient.
 *
 * @param parameters - What to train. Exclude biases from the decay: `unpenalized(b)`.
 * @param options - See {@link OptimizerOptions} and {@link AdamOptions}.
 * @throws RangeError and TypeError as {@link adam} does.
 * @see Loshchilov & Hutter, Decoupled weight decay regularization (2019); PyTorch's AdamW.
 * @example
 * const optimizer = adamw([W1, W2, unpenalized(b1), unpenalized(b2)], { learningRate: 1e-2, weightDecay: 0.05 });
 * optimizer.step([gW1, gW2, gb1, gb2]);
 */
export function adamw(parameters: readonly Parameter[], options: AdamOptions = {}): Optimizer {
  return adamLike("adamw", 0.01, parameters, options);
}
