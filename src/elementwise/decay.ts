import type { FloatArray } from "../data/FloatArray.js";
import { checkFloatArray, checkNotNaN } from "../errors.js";
import { arrayLike, type Call, checkSecond, run } from "./operands.js";

/**
 * The L2 decay step, which shrinks all weights in proportion:
 *
 * ```text
 * out[i] = x[i]·factor
 * ```
 *
 * With `factor = 1 − 2·learningRate·l2` it is one gradient step on `l2·Σw²`. No weight becomes zero by it.
 *
 * @param x - Input, length n, float64 or float32. Left unchanged unless it is also `out`.
 * @param factor - Any number but NaN; between 0 and 1 for a decay that converges. Rounded first for float32.
 * @param out - Destination of the same dtype and length; `x` itself is fine. Default: a new array.
 * @returns `out`.
 * @throws RangeError if `factor` is NaN, the lengths differ, or `out` overlaps `x` in part.
 * @throws TypeError if `x` or `out` is not a Float64Array or Float32Array, or their dtypes differ.
 * @see Hanson & Pratt, Comparing biases for minimal network construction with back-propagation (1988).
 * @example
 * decay(new Float64Array([5, -3]), 0.98); // [4.9, -2.94]
 */
export function decay<V extends FloatArray>(x: V, factor: number, out?: V): V {
  checkFloatArray("x", x);
  checkNotNaN("factor", factor);
  const target = out === undefined ? arrayLike(x) : out;
  checkSecond("out", target, "x", x, true);
  run(call, "map", target, x, factor);
  return target;
}

const call: Call = (kernels, n, out, outOffset, x, xOffset, factor) =>
  kernels.decay(n, x, xOffset, factor, out, outOffset);
