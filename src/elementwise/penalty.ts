import type { FloatArray } from "../data/FloatArray.js";
import { checkFloatArray, checkNonNegative, checkOptions } from "../errors.js";
import { trainingNames } from "../names/trainingNames.js";
import { type Call, run } from "./operands.js";

/** The options of {@link penalty}. */
export interface PenaltyOptions {
  /** Weight of Σ|w|, at least 0. Default 0. */
  l1?: number | undefined;
  /** Weight of Σw², at least 0. Default 0. */
  l2?: number | undefined;
}

const OPTIONS = ["l1", "l2"] as const;

/**
 * The penalty of the elastic net in its textbook form:
 *
 * ```text
 * l1·Σ|w| + l2·Σw²
 * ```
 *
 * A product of 0 and Infinity counts as 0. NaN in `w` gives NaN.
 *
 * @param w - Weights, length n, float64 or float32; left unchanged. Float32 is summed in float32.
 * @param options - `l1` and `l2`, each at least 0, Infinity allowed, default 0.
 * @returns The penalty; 0 for an empty array.
 * @throws RangeError if an option is negative or NaN.
 * @throws TypeError if `w` is not a Float64Array or Float32Array, or an option is unknown.
 * @see Zou & Hastie, Regularization and variable selection via the elastic net (2005).
 * @example
 * penalty(new Float64Array([3, -4]), { l1: 1, l2: 0.5 }); // 19.5
 */
export function penalty(w: FloatArray, options: PenaltyOptions): number {
  checkFloatArray("w", w);
  checkOptions("penalty", options, OPTIONS, trainingNames);
  const { l1 = 0, l2 = 0 } = options;
  checkNonNegative("l1", l1);
  checkNonNegative("l2", l2);
  return run(call, "sum", w, w, l1, l2) as number;
}

const call: Call = (kernels, n, w, wOffset, _w, _wOffset, l1, l2) => kernels.penalty(n, w, wOffset, l1, l2);
