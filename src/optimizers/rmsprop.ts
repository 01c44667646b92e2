import { checkBetween, checkBoolean, readable } from "../errors.js";
import { rmspropStep32, rmspropStep64 } from "../kernels/js/vectors/optimizers.js";
import { FusedOptimizer, type Optimizer, type OptimizerOptions } from "./FusedOptimizer.js";
import { momentumSum } from "./momentumSum.js";
import { atLeastSmallest, kept, MOST_ADDED } from "./overflow.js";
import type { Parameter } from "./parameters.js";

/** The options of {@link rmsprop}. */
export interface RmspropOptions extends OptimizerOptions {
  /** Step size. Default 1e-2. */
  learningRate?: OptimizerOptions["learningRate"];
  /** How much of the mean square is kept, between 0 and 1: PyTorch's alpha. Default 0.99. */
  smoothing?: number | undefined;
  /** Added to the root, from 0 to 1e30; u = 0 stays 0 even if both are. Default 1e-8. */
  eps?: number | undefined;
  /** Between 0 and 1. Default 0. */
  momentum?: number | undefined;
  /** Divide by the standard deviation instead of the root mean square. Default false. */
  centered?: boolean | undefined;
}

/**
 * RMSprop. With u the gradient and what `l2`, `weightDecay` and l1 by subgradient add to it,
 *
 * ```text
 * v ← smoothing·v + (1 − smoothing)·u²
 * a = 1/(√v + eps)   (centered: v − (mean of u)² in the root, at least 0)
 * b ← momentum·b + a·u
 * w ← soft(w − learningRate·b, learningRate·l1·a·c)
 * ```
 *
 * with c_1 = 1, c_t = momentum·c_{t−1} + 1. Fixed points are stationary points of loss + l1·Σ|w| + l2·Σw²; not if centered,
 * as the deviation of a gradient that stays the same is 0.
 *
 * @param parameters - What to train. Exclude biases from the penalties: `unpenalized(b)`.
 * @param options - See {@link OptimizerOptions} and {@link RmspropOptions}.
 * @throws RangeError if an option is out of range, parameters overlap, or their arena has no room for an array like each of
 *   them, one more if centered, and one more with momentum.
 * @throws TypeError if an option or a parameter is of the wrong kind, or an option is unknown.
 * @see Tieleman & Hinton, Lecture 6.5: RMSProp (2012); Graves, Generating sequences with recurrent neural networks (2013);
 *   PyTorch's RMSprop.
 * @example
 * const optimizer = rmsprop([W, unpenalized(b)], { learningRate: 1e-3, momentum: 0.9, l2: 1e-4 });
 * optimizer.step([gradientOfW, gradientOfB]);
 */
export function rmsprop(parameters: readonly Parameter[], options: RmspropOptions = {}): Optimizer {
  const { smoothing = 0.99, eps = 1e-8, momentum = 0, centered = false } = readable("rmsprop", options);
  checkBetween("smoothing", smoothing, 0, 1);
  checkBetween("eps", eps, 0, MOST_ADDED);
  checkBetween("momentum", momentum, 0, 1);
  checkBoolean("centered", centered);
  const sum = momentumSum(momentum, 1);
  let growth = 1;
  return new FusedOptimizer(
    {
      kind: "rmsprop",
      options: ["smoothing", "eps", "momentum", "centered"],
      arrays: ["square", ...(centered ? ["mean"] : []), ...(momentum === 0 ? [] : ["momentum"])],
      learningRate: 1e-2,
      begin(step) {
        growth = sum(step);
      },
      reach({ reach, learningRate }, u, after) {
        const step = u / atLeastSmallest(eps, learningRate);
        const mean = centered ? kept(smoothing) * reach.state + (1 - smoothing) * u : 0;
        const velocity = momentum === 0 ? step : kept(momentum) * reach.state + step;
        after.state = Math.max(mean, momentum === 0 ? 0 : velocity);
        after.square = kept(smoothing) * reach.square + (1 - smoothing) * u * u;
        after.weight = reach.weight + learningRate * velocity;
      },
      twins: { float64: { rmspropStep: rmspropStep64 }, float32: { rmspropStep: rmspropStep32 } },
      run(kernels, n, w, wOffset, g, gOffset, state, stateOffset, stride, scale, limit, slot) {
        const { decay, push, learningRate, shrink } = slot;
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
          smoothing,
          1 - smoothing,
          atLeastSmallest(eps, learningRate),
          centered ? 1 : 0,
          momentum,
          learningRate,
          learningRate * shrink * growth,
        );
      },
    },
    parameters,
    options,
  );
}
