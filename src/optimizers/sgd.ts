import { checkBetween, checkBoolean, rangeError, readable } from "../errors.js";
import { sgdStep32, sgdStep64 } from "../kernels/js/vectors/optimizers.js";
import { FusedOptimizer, type Optimizer, type OptimizerOptions } from "./FusedOptimizer.js";
import { momentumSum } from "./momentumSum.js";
import { kept } from "./overflow.js";
import type { Parameter } from "./parameters.js";

/** The options of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** Step size. Default 1e-3. */
  learningRate?: OptimizerOptions["learningRate"];
  /** Between 0 and 1. Default 0. */
  momentum?: number | undefined;
  /** Between 0 and 1: each gradient but the first enters the momentum times 1 − dampening. Default 0. */
  dampening?: number | undefined;
  /** Nesterov's momentum; needs momentum and no dampening. Default false. */
  nesterov?: boolean | undefined;
}

/**
 * Stochastic gradient descent. With u the gradient and what `l2`, `weightDecay` and l1 by subgradient add to it,
 *
 * ```text
 * b ← momentum·b + (1 − dampening)·u   (the first step: u)
 * d = b                                (nesterov: u + momentum·b)
 * w ← soft(w − learningRate·d, learningRate·l1·c)
 * ```
 *
 * c_1 = 1, c_t = momentum·c_{t−1} + 1 − dampening (Nesterov: 1 + momentum·c_t) is what the momentum makes of a constant gradient: the
 * fixed points are those of plain proximal descent, stationary points of loss + l1·Σ|w| + l2·Σw².
 *
 * @param parameters - What to train. Exclude biases from the penalties: `unpenalized(b)`.
 * @param options - See {@link OptimizerOptions} and {@link SgdOptions}.
 * @throws RangeError if an option is out of range, parameters overlap, or their arena has no room for the momentum.
 * @throws TypeError if an option or a parameter is of the wrong kind, or an option is unknown.
 * @see Sutskever et al., On the importance of initialization and momentum in deep learning (2013); PyTorch's SGD.
 * @example
 * const optimizer = sgd([W, unpenalized(b)], { learningRate: 0.1, momentum: 0.9, l1: 1e-4 });
 * optimizer.step([gradientOfW, gradientOfB]);
 */
export function sgd(parameters: readonly Parameter[], options: SgdOptions = {}): Optimizer {
  const { momentum = 0, dampening = 0, nesterov = false } = readable("sgd", options);
  checkBetween("momentum", momentum, 0, 1);
  checkBetween("dampening", dampening, 0, 1);
  checkBoolean("nesterov", nesterov);
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw rangeError("ERR_VALUE", '"nesterov" needs "momentum" above 0 and "dampening" 0');
  }
  const sum = momentumSum(momentum, 1 - dampening);
  let gain = 1;
  let growth = 1;
  return new FusedOptimizer(
    {
      kind: "sgd",
      options: ["momentum", "dampening", "nesterov"],
      arrays: momentum === 0 ? [] : ["momentum"],
      learningRate: 1e-3,
      begin(step) {
        gain = step === 1 ? 1 : 1 - dampening;
        growth = momentum === 0 ? 1 : nesterov ? 1 + momentum * sum(step) : sum(step);
      },
      reach({ reach, learningRate }, u, after) {
        after.state = momentum === 0 ? 0 : kept(momentum) * reach.state + u;
        after.square = 0;
        after.weight = reach.weight + learningRate * (u + after.state);
      },
      twins: { float64: { sgdStep: sgdStep64 }, float32: { sgdStep: sgdStep32 } },
      run(kernels, n, w, wOffset, g, gOffset, state, stateOffset, stride, scale, limit, slot) {
        const { decay, push, learningRate, shrink } = slot;
        const threshold = learningRate * shrink * growth;
        kernels.sgdStep(
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
          momentum,
          gain,
          nesterov ? 1 : 0,
          learningRate,
          threshold,
        );
      },
    },
    parameters,
    options,
  );
}
