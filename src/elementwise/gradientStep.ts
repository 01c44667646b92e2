import type { FloatArray } from "../data/FloatArray.js";
import { checkChoice, checkFloatArray, checkNonNegative, checkOptions } from "../errors.js";
import { trainingNames } from "../names/trainingNames.js";
import { type Call, checkSecond, run, strength } from "./operands.js";

/** The options of {@link gradientStep}. */
export interface GradientStepOptions {
  /** Step size, at least 0. */
  learningRate: number;
  /** Weight of Σ|w|, at least 0. Default 0. */
  l1?: number | undefined;
  /** Weight of Σw², at least 0. Default 0. */
  l2?: number | undefined;
  /** `"proximal"` (default) gives exact zeros; `"subgradient"` only pushes weights towards 0, around which they then oscillate. */
  l1Mode?: "proximal" | "subgradient" | undefined;
}

const OPTIONS = ["learningRate", "l1", "l2", "l1Mode"] as const;
const MODES = ["proximal", "subgradient"] as const;

/**
 * One gradient step on `loss + l1·Σ|w| + l2·Σw²`, fused into one pass, in place on `w`:
 *
 * ```text
 * proximal     w ← soft(w·(1 − 2·learningRate·l2) − learningRate·g, learningRate·l1)
 * subgradient  w ← w·(1 − 2·learningRate·l2) − learningRate·g − learningRate·l1·sign(w)
 * ```
 *
 * with soft(v, t) = v − clamp(v, −t, t) and sign(0) = 0. NaN stays NaN; proximal zeros are +0.
 *
 * @param w - Weights, length n, float64 or float32; overwritten.
 * @param gradient - Gradient of the loss at `w`, same dtype and length; left unchanged unless it is `w` itself.
 * @param options - Each number at least 0, Infinity allowed; a product of 0 and Infinity counts as 0. For float32 the
 *   learning rate, the factor and the threshold are computed in float64, then rounded.
 * @returns `w`.
 * @throws RangeError if an option is negative or NaN, the lengths differ, or `gradient` overlaps `w` in part.
 * @throws TypeError if an array is not a Float64Array or Float32Array, dtypes differ, or an option is unknown.
 * @see Duchi & Singer, Efficient online and batch learning using forward backward splitting (2009).
 * @example
 * gradientStep(w, gradient, { learningRate: 0.1, l1: 0.01, l2: 0.001 });
 */
export function gradientStep<V extends FloatArray>(w: V, gradient: V, options: GradientStepOptions): V {
  checkFloatArray("w", w);
  checkSecond("gradient", gradient, "w", w, true);
  checkOptions("gradientStep", options, OPTIONS, trainingNames);
  const { learningRate, l1 = 0, l2 = 0, l1Mode = "proximal" } = options;
  checkNonNegative("learningRate", learningRate);
  checkNonNegative("l1", l1);
  checkNonNegative("l2", l2);
  checkChoice("l1Mode", l1Mode, MODES);
  const factor = 1 - 2 * strength(learningRate, l2);
  const threshold = strength(learningRate, l1);
  run(
    l1Mode === "subgradient" ? subgradientCall : proximalCall,
    "update",
    w,
    gradient,
    factor,
    learningRate,
    threshold,
  );
  return w;
}

const proximalCall: Call = (kernels, n, w, wOffset, g, gOffset, factor, rate, threshold) =>
  kernels.proximalStep(n, w, wOffset, g, gOffset, factor, rate, threshold);

const subgradientCall: Call = (kernels, n, w, wOffset, g, gOffset, factor, rate, threshold) =>
  kernels.subgradientStep(n, w, wOffset, g, gOffset, factor, rate, threshold);
