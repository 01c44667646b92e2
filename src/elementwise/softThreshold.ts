import type { FloatArray } from "../data/FloatArray.js";
import { checkFloatArray, checkNonNegative } from "../errors.js";
import { arrayLike, type Call, checkSecond, run } from "./operands.js";

/**
 * Soft-thresholding, the proximal operator of `threshold·‖·‖₁`, and so the L1 proximal step:
 *
 * ```text
 * out[i] = x[i] − clamp(x[i], −threshold, threshold) = sign(x[i])·max(|x[i]| − threshold, 0)
 * ```
 *
 * Weights within the threshold become exactly +0. NaN stays NaN.
 *
 * @param x - Input, length n, float64 or float32. Left unchanged unless it is also `out`.
 * @param threshold - At least 0, Infinity allowed; for a proximal step, step size × l1. Rounded first for float32.
 * @param out - Destination of the same dtype and length; `x` itself is fine. Default: a new array.
 * @returns `out`.
 * @throws RangeError if `threshold` is negative or NaN, the lengths differ, or `out` overlaps `x` in part.
 * @throws TypeError if `x` or `out` is not a Float64Array or Float32Array, or their dtypes differ.
 * @see Parikh & Boyd, Proximal Algorithms (2014), §6.5.
 * @example
 * softThreshold(new Float64Array([3, -0.5, -2]), 1); // [2, 0, -1]
 */
export function softThreshold<V extends FloatArray>(x: V, threshold: number, out?: V): V {
  checkFloatArray("x", x);
  checkNonNegative("threshold", threshold);
  const target = out === undefined ? arrayLike(x) : out;
  checkSecond("out", target, "x", x, true);
  run(call, "map", target, x, threshold);
  return target;
}

const call: Call = (kernels, n, out, outOffset, x, xOffset, threshold) =>
  kernels.softThreshold(n, x, xOffset, threshold, out, outOffset);
