import { powerComplement } from "../arithmetic/powerComplement.js";
import { toList } from "../data/toList.js";
import {
  checkBetween,
  checkBoolean,
  checkNonNegative,
  describe,
  isArray,
  rangeError,
  readable,
  typeError,
} from "../errors.js";
import { adamStep32, adamStep64 } from "../kernels/js/vectors/optimizers.js";
import { FusedOptimizer, type Optimizer, type OptimizerOptions, type Rule } from "./FusedOptimizer.js";
import { atLeastSmallest, kept, MOST_ADDED } from "./overflow.js";
import type { Parameter } from "./parameters.js";

/** The options of {@link adam} and {@link adamw}. */
export interface AdamOptions extends OptimizerOptions {
  /** Step size. Default 1e-3. */
  learningRate?: OptimizerOptions["learningRate"];
  /** How much of the mean and of the mean square is kept, each at least 0 and below 1. Default [0.9, 0.999]. */
  betas?: readonly [number, number] | undefined;
  /** Added to the root, from 0 to 1e30; m = 0 stays 0 even if both are. Default 1e-8. */
  eps?: number | undefined;
  /** Divide by the largest mean square so far. Default false. */
  amsgrad?: boolean | undefined;
}

/**
 * Adam. With u the gradient and what `l2`, `weightDecay` and l1 by subgradient add to it,
 *
 * ```text
 * m ← beta1·m + (1 − beta1)·u
 * v ← beta2·v + (1 − beta2)·u²   (amsgrad: from here on, the largest v so far)
 * a = learningRate/(√(v/(1 − beta2^t)) + eps)
 * w ← soft(w − a·m/(1 − beta1^t), a·l1)
 * ```
 *
 * Every weight is soft-thresholded by its own step size a times l1, so that fixed points are stationary points of
 * loss + l1·Σ|w| + l2·Σw².
 *
 * @param parameters - What to train. Exclude biases from the penalties: `unpenalized(b)`.
 * @param options - See {@link OptimizerOptions} and {@link AdamOptions}.
 * @throws RangeError if an option is out of range, parameters overlap, or their arena has no room for two (amsgrad: three)
 *   arrays like each of them.
 * @throws TypeError if an option or a parameter is of the wrong kind, or an option is unknown.
 * @see Kingma & Ba, Adam: a method for stochastic optimization (2015); Reddi et al., On the convergence of Adam and beyond (2018);
 *   PyTorch's Adam.
 * @example
 * const optimizer = adam([W, unpenalized(b)], { learningRate: 1e-2, l1: 1e-4 });
 * optimizer.step([gradientOfW, gradientOfB]);
 */
export function adam(parameters: readonly Parameter[], options: AdamOptions = {}): Optimizer {
  return adamLike("adam", 0, parameters, options);
}

/** Adam with weightDecay in the gradient, or by itself. */
export function adamLike(
  kind: "adam" | "adamw",
  weightDecay: number,
  parameters: readonly Parameter[],
  options: AdamOptions,
): Optimizer {
  const { betas: pair = [0.9, 0.999], eps = 1e-8, amsgrad = false } = readable(kind, options);
  const betas = readBetas(pair);
  checkBetween("eps", eps, 0, MOST_ADDED);
  checkBoolean("amsgrad", amsgrad);
  return new FusedOptimizer(adamRule(kind, weightDecay, betas, eps, amsgrad), parameters, options);
}

function adamRule(
  kind: "adam" | "adamw",
  weightDecay: number,
  betas: readonly [number, number],
  eps: number,
  amsgrad: boolean,
): Rule {
  const [beta1, beta2] = betas;
  const decoupled = kind === "adamw";
  const [share1, share2] = betas.map(powerComplement);
  let scale1 = 1;
  let scale2 = 1;
  return {
    kind,
    options: ["betas", "eps", "amsgrad"],
    arrays: amsgrad ? ["mean", "square", "largestSquare"] : ["mean", "square"],
    learningRate: 1e-3,
    weightDecay,
    decoupled,
    begin(step) {
      scale1 = 1 / share1(step);
      scale2 = 1 / Math.sqrt(share2(step));
    },
    reach({ reach, learningRate, weightDecay }, u, after) {
      const a = learningRate / atLeastSmallest(eps, learningRate);
      const factor = decoupled ? Math.abs(1 - learningRate * weightDecay) : 1;
      after.state = kept(beta1) * reach.state + (1 - beta1) * u;
      after.square = Math.max(reach.square, kept(beta2) * reach.square + (1 - beta2) * u * u);
      after.weight = factor * reach.weight + a * after.state * scale1;
    },
    twins: { float64: { adamStep: adamStep64 }, float32: { adamStep: adamStep32 } },
    run(kernels, n, w, wOffset, g, gOffset, state, stateOffset, stride, scale, limit, slot) {
      const { decay, push, learningRate, shrink } = slot;
      kernels.adamStep(
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
        beta1,
        1 - beta1,
        scale1,
        beta2,
        1 - beta2,
        scale2,
        atLeastSmallest(eps, learningRate),
        amsgrad ? 1 : 0,
        decoupled ? 1 - learningRate * slot.weightDecay : 1,
        learningRate,
        // As a float32 a huge l1 is infinite, and 0·∞ no threshold
        learningRate === 0 ? 0 : shrink,
      );
    },
  };
}

function readBetas(pair: unknown): readonly [number, number] {
  if (!isArray(pair)) throw typeError("ERR_TYPE", `"betas" must be two numbers, got ${describe(pair)}`);
  const betas = toList("betas", pair, 2) as [number, number];
  for (const beta of betas) {
    checkNonNegative("betas", beta);
    if (beta >= 1) throw rangeError("ERR_VALUE", `"betas" must be below 1, got ${beta}`);
  }
  return betas;
}
