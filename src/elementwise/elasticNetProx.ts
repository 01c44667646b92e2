import type { FloatArray } from "../data/FloatArray.js";
import { checkFloatArray, checkNonNegative, checkOptions } from "../errors.js";
import { trainingNames } from "../names/trainingNames.js";
import { arrayLike, type Call, checkSecond, run, strength } from "./operands.js";

/** The options of {@link elasticNetProx}. */
export interface ElasticNetProxOptions {
  /** Weight of Σ|w|, at least 0. Default 0. */
  l1?: number | undefined;
  /** Weight of Σw², at least 0. Default 0. */
  l2?: number | undefined;
  /** Step size of the proximal step, at least 0. */
  stepSize: number;
}

const OPTIONS = ["l1", "l2", "stepSize"] as const;

/**
 * The proximal operator of `stepSize·(l1·‖w‖₁ + l2·‖w‖²)`:
 *
 * ```text
 * out[i] = soft(x[i], stepSize·l1)·(1/(1 + 2·stepSize·l2)),   soft(v, t) = v − clamp(v, −t, t)
 * ```
 *
 * Zeros come out as +0, NaN stays NaN. A product of 0 and Infinity counts as 0: a step of size 0 changes nothing.
 *
 * @param x - Input, length n, float64 or float32. Left unchanged unless it is also `out`.
 * @param options - `l1`, `l2` (default 0) and `stepSize`, each at least 0, Infinity allowed. Threshold and scale are
 *   computed in float64, then rounded for float32.
 * @param out - Destination of the same dtype and length; `x` itself is fine. Default: a new array.
 * @returns `out`.
 * @throws RangeError if an option is negative or NaN, the lengths differ, or `out` overlaps `x` in part.
 * @throws TypeError if an array is not a Float64Array or Float32Array, dtypes differ, or an option is unknown.
 * @see Parikh & Boyd, Proximal Algorithms (2014), §6.5.2.
 * @example
 * elasticNetProx(new Float64Array([3, -0.5]), { l1: 1, l2: 0.5, stepSize: 1 }); // [1, 0]
 */
export function elasticNetProx<V extends FloatArray>(x: V, options: ElasticNetProxOptions, out?: V): V {
  checkFloatArray("x", x);
  checkOptions("elasticNetProx", options, OPTIONS, trainingNames);
  const { l1 = 0, l2 = 0, stepSize } = options;
  checkNonNegative("l1", l1);
  checkNonNegative("l2", l2);
  checkNonNegative("stepSize", stepSize);
  const target = out === undefined ? arrayLike(x) : out;
  checkSecond("out", target, "x", x, true);
  const threshold = strength(stepSize, l1);
  const scale = 1 / (1 + 2 * strength(stepSize, l2));
  run(call, "map", target, x, threshold, scale);
  return target;
}

const call: Call = (kernels, n, out, outOffset, x, xOffset, threshold, scale) =>
  kernels.elasticNetProx(n, x, xOffset, threshold, scale, out, outOffset);
