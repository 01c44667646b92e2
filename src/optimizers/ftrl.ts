import { checkBetween, readable } from "../errors.js";
import { ftrlStep32, ftrlStep64 } from "../kernels/js/vectors/optimizers.js";
import { FusedOptimizer, type Optimizer, type OptimizerOptions } from "./FusedOptimizer.js";
import { MOST_ADDED, SMALLEST } from "./overflow.js";
import type { Parameter } from "./parameters.js";

/** The options of {@link ftrl}. */
export interface FtrlOptions extends Omit<OptimizerOptions, "l1Mode"> {
  /** Step size, above 0. Default 0.1. */
  learningRate?: OptimizerOptions["learningRate"];
  /** Added to the root, from 0 to 1e30. Default 1. */
  beta?: number | undefined;
  /**
   * `"proximal"` (default): l1 once in total, as published; the more steps, the less it weighs. `"cumulative"`: l1 in every step, which
   * converges to the lasso's solution. `"subgradient"`: l1·sign(w) joins the gradient.
   */
  l1Mode?: "proximal" | "cumulative" | "subgradient" | undefined;
}

/**
 * FTRL-Proximal. With u the gradient and what `l2`, `weightDecay` and l1 by subgradient add to it,
 *
 * ```text
 * s ← s + u²,   z ← z + u − (1/a_t − 1/a_{t−1})·w,   a = learningRate/(beta + √s)
 * w ← −soft(z, λ)·a
 * ```
 *
 * from z = −w·beta/learningRate and s = 0. λ is l1 as published (`"proximal"`), and t·l1, the sum over the steps, if `"cumulative"`.
 *
 * @param parameters - What to train. Exclude biases from the penalties: `unpenalized(b)`.
 * @param options - See {@link OptimizerOptions} and {@link FtrlOptions}.
 * @throws RangeError if an option is out of range, parameters overlap, or their arena has no room for two arrays like each of them.
 * @throws TypeError if an option or a parameter is of the wrong kind, or an option is unknown.
 * @see McMahan et al., Ad click prediction: a view from the trenches (2013).
 * @example
 * const optimizer = ftrl([W, unpenalized(b)], { learningRate: 0.1, l1: 1e-3, l1Mode: "cumulative" });
 * optimizer.step([gradientOfW, gradientOfB]);
 */
export function ftrl(parameters: readonly Parameter[], options: FtrlOptions = {}): Optimizer {
  const { beta = 1, l1Mode } = readable("ftrl", options);
  checkBetween("beta", beta, 0, MOST_ADDED);
  const offset = Math.max(beta, SMALLEST);
  const cumulative = l1Mode === "cumulative";
  // Of the parameter that is under way
  let before = 0;
  let inverse = 0;
  let threshold = 0;
  return new FusedOptimizer(
    {
      kind: "ftrl",
      options: ["beta"],
      modes: ["proximal", "cumulative", "subgradient"],
      arrays: ["dual", "sum"],
      numbers: ["inverseRate", "l1Sum"],
      learningRate: 0.1,
      positiveRate: true,
      prepare({ numbers, learningRate, shrink }) {
        // Before the first step 1/a is 0, which is z = −w·beta/learningRate in one go.
        before = numbers[0];
        inverse = 1 / learningRate;
        numbers[0] = inverse;
        numbers[1] += shrink;
        threshold = cumulative ? numbers[1] : shrink;
      },
      reach({ reach, numbers, learningRate }, u, after) {
        const inverse = 1 / learningRate;
        after.square = reach.square + u * u;
        const growth = (offset + Math.sqrt(after.square)) * (inverse + numbers[0]);
        after.state = reach.state + u + growth * reach.weight;
        // The state is multiplied by the rate before it is divided.
        after.weight = after.state * learningRate * Math.max(1, 1 / offset);
      },
      twins: { float64: { ftrlStep: ftrlStep64 }, float32: { ftrlStep: ftrlStep32 } },
      run(kernels, n, w, wOffset, g, gOffset, state, stateOffset, stride, scale, limit, slot) {
        const { decay, push, learningRate } = slot;
        kernels.ftrlStep(
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
          offset,
          before,
          inverse,
          learningRate,
          threshold,
        );
      },
    },
    parameters,
    options as OptimizerOptions,
  );
}
