import type { FloatArray } from "../data/FloatArray.js";
import { checkFloatArray, checkNumber } from "../errors.js";
import { type Call, checkSecond, run } from "./operands.js";

/**
 * Scalar product `Σ x[i]·y[i]`, in 8 (float64) or 16 (float32) partial sums of a fixed order.
 *
 * @param x - Length n, float64 or float32.
 * @param y - The same dtype and length. May be `x`.
 * @returns The sum; 0 for empty arrays. Float32 is summed in float32.
 * @throws RangeError if the lengths differ.
 * @throws TypeError if an array is not a Float64Array or Float32Array, or the dtypes differ.
 * @see Lawson et al., Basic Linear Algebra Subprograms for Fortran usage (1979).
 * @example
 * dot(new Float64Array([1, 2]), new Float64Array([3, 4])); // 11
 */
export function dot<V extends FloatArray>(x: V, y: V): number {
  checkFloatArray("x", x);
  checkSecond("y", y, "x", x, false);
  return run(dotCall, "sum", x, y) as number;
}

const dotCall: Call = (kernels, n, x, xOffset, y, yOffset) => kernels.dot(n, x, xOffset, y, yOffset);

/**
 * `y ← y + a·x`, in place on `y`.
 *
 * @param a - Any number; rounded first for float32.
 * @param x - Length n, float64 or float32. Left unchanged unless it is `y` itself.
 * @param y - The same dtype and length; overwritten.
 * @returns `y`.
 * @throws RangeError if the lengths differ, or `y` overlaps `x` in part.
 * @throws TypeError if `a` is not a number, an array not a Float64Array or Float32Array, or the dtypes differ.
 * @see Lawson et al., Basic Linear Algebra Subprograms for Fortran usage (1979).
 * @example
 * axpy(2, new Float64Array([1, 2]), new Float64Array([10, 10])); // [12, 14]
 */
export function axpy<V extends FloatArray>(a: number, x: V, y: V): V {
  checkNumber("a", a);
  checkFloatArray("x", x);
  checkSecond("y", y, "x", x, true);
  run(axpyCall, "update", y, x, a);
  return y;
}

const axpyCall: Call = (kernels, n, y, yOffset, x, xOffset, a) => kernels.axpy(n, a, x, xOffset, y, yOffset);

/**
 * Sum of absolute values `Σ|x[i]|`, the L1 norm, summed in the order of {@link dot}.
 *
 * @param x - Length n, float64 or float32.
 * @returns The sum; 0 for an empty array. Float32 is summed in float32.
 * @throws TypeError if `x` is not a Float64Array or Float32Array.
 * @see Lawson et al., Basic Linear Algebra Subprograms for Fortran usage (1979).
 * @example
 * asum(new Float64Array([3, -4])); // 7
 */
export function asum(x: FloatArray): number {
  checkFloatArray("x", x);
  return run(asumCall, "sum", x, x) as number;
}

const asumCall: Call = (kernels, n, x, xOffset) => kernels.asum(n, x, xOffset);

/**
 * Sum of squares `Σ x[i]²`, summed in the order of {@link dot}. Not guarded against overflow.
 *
 * @param x - Length n, float64 or float32.
 * @returns The sum; 0 for an empty array. Float32 is summed in float32.
 * @throws TypeError if `x` is not a Float64Array or Float32Array.
 * @see Lawson et al., Basic Linear Algebra Subprograms for Fortran usage (1979).
 * @example
 * sumSquares(new Float64Array([3, -4])); // 25
 */
export function sumSquares(x: FloatArray): number {
  checkFloatArray("x", x);
  return run(sumSquaresCall, "sum", x, x) as number;
}

const sumSquaresCall: Call = (kernels, n, x, xOffset) => kernels.sumSquares(n, x, xOffset);

/**
 * Largest absolute value `max|x[i]|`, the maximum norm.
 *
 * @param x - Length n, float64 or float32.
 * @returns The maximum; 0 for an empty array, NaN if any element is NaN.
 * @throws TypeError if `x` is not a Float64Array or Float32Array.
 * @see Higham, Accuracy and Stability of Numerical Algorithms (2002), §6.1.
 * @example
 * absMax(new Float64Array([3, -4])); // 4
 */
export function absMax(x: FloatArray): number {
  checkFloatArray("x", x);
  return run(absMaxCall, "sum", x, x) as number;
}

const absMaxCall: Call = (kernels, n, x, xOffset) => kernels.absMax(n, x, xOffset);
