import { checkBetween, readable } from "../errors.js";
import { rmspropStep32, rmspropStep64 } from "../kernels/js/vectors/optimizers.js";
import { FusedOptimizer, type Optimizer, type OptimizerOptions } from "./FusedOptimizer.js";
import { atLeastSmallest, MOST_ADDED } from "./overflow.js";
import type { Parameter } from "./parameters.js";

/** The options of {@link adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** Step size. Default 1e-2. */
  learningRate?: OptimizerOptions["learningRate"];
  /** The step size of step t is learningRate/(1 + (t − 1)·learningRateDecay). At least 0 and finite. Default 0. */
  learningRateDecay?: number | undefined;
  /** Where the sums of squares start, from 0 to 1e30. Default 0. */
  initialAccumulator?: number | undefined;
  /** Added to the root, from 0 to 1e30; u = 0 stays 0 even if both are. Default 1e-10. */
  eps?: number | undefined;
}

/**
 * Adagrad. With u the gradient and what `l2`, `weightDecay` and l1 by subgradient add to it,
 *
 * ```text
 * s ← s + u²,   a = learningRate/(1 + (t − 1)·learningRateDecay)/(√s + eps)
 * w ← soft(w − a·u, a·l1)
 * ```
 *
 * Fixed points are stationary points of loss + l1·Σ|w| + l2·Σw².
 *
 * @param parameters - What to train. Exclude biases from the penalties: `unpenalized(b)`.
 * @param options - See {@link OptimizerOptions} and {@link AdagradOptions}.
 * @throws RangeError if an option is out of range, parameters overlap, or their arena has no room for an array like each of them.
 * @throws TypeError if an option or a parameter is of the wrong kind, or an option is unknown.
 * @see Duchi, Hazan & Singer, Adaptive subgradient methods for online learning and stochastic optimization (2011); PyTorch's Adagrad.
 * @example
 * const optimizer = adagrad([W, unpenalized(b)], { learningRate: 0.1, l1: 1e-3 });
 * optimizer.step([gradientOfW, gradientOfB]);
 */
export function adagrad(parameters: readonly Parameter[], options: AdagradOptions = {}): Optimizer {
  const { learningRateDecay = 0, initialAccumulator = 0, eps = 1e-10 } = readable("adagrad", options);
  checkBetween("learningRateDecay", learningRateDecay, 0, Number.MAX_VALUE);
  checkBetween("initialAccumulator", initialAccumulator, 0, MOST_ADDED);
  checkBetween("eps", eps, 0, MOST_ADDED);
  let damping = 1;
  return new FusedOptimizer(
    {
      kind: "adagrad",
      options: ["learningRateDecay", "initialAccumulator", "eps"],
      arrays: ["sum"],
      initial: initialAccumulator,
      learningRate: 1e-2,
      begin(step) {
        damping = 1 + (step - 1) * learningRateDecay;
      },
      reach({ reach, learningRate }, u, after) {
        after.state = 0;
        after.square = reach.square + u * u;
        after.weight = reach.weight + (learningRate / atLeastSmallest(eps, learningRate)) * u;
      },
      twins: { float64: { rmspropStep: rmspropStep64 }, float32: { rmspropStep: rmspropStep32 } },
      run(kernels, n, w, wOffset, g, gOffset, state, stateOffset, stride, scale, limit, slot) {
        const { decay, push, shrink } = slot;
        const rate = slot.learningRate / damping;
        // RMSprop that forgets nothing
        kernels.rmspropStep(
          n,
          w,
          wOffset,
          g,
          gOffset,
          state,
          stateOffset,
          stride,
          scale,
          limit,
          decay,
          push,
          1,
          1,
          atLeastSmallest(eps, slot.learningRate),
          0,
          0,
          rate,
          rate * shrink,
        );
      },
    },
    parameters,
    options,
  );
}
