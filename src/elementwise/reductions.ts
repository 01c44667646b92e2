import type { FloatArray } from "../data/FloatArray.js";
import { checkFloatArray, checkNumber } from "../errors.js";
import { kernelsFor, operand, scalarLike, secondOperand } from "./operands.js";

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
  const a = operand(x);
  const b = secondOperand("y", y, "x", x, a, false);
  return kernelsFor(x.length, a, b).dot(x.length, a.memory, a.offset, b.memory, b.offset);
}

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
  const from = operand(x);
  const to = secondOperand("y", y, "x", x, from, true);
  kernelsFor(x.length, from, to).axpy(x.length, scalarLike(x, a), from.memory, from.offset, to.memory, to.offset);
  return y;
}

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
  const place = operand(x);
  return kernelsFor(x.length, place, place).asum(x.length, place.memory, place.offset);
}

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
  const place = operand(x);
  return kernelsFor(x.length, place, place).sumSquares(x.length, place.memory, place.offset);
}

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
  const place = operand(x);
  return kernelsFor(x.length, place, place).absMax(x.length, place.memory, place.offset);
}
