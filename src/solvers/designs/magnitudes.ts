import { rangeError } from "../../errors.js";

/** The least mean square that a column or the response may have, 2⁻¹⁰¹⁰: what is lost of smaller terms in it is below its last digit. */
export const LEAST_SQUARE = 9.113902524445497e-305;

/** A column whose variance is at most this share of its squared mean may be constant but for rounding: 2⁻⁹⁸. */
const NEARLY_LEVEL = 3.1554436208840472e-30;
/** Units in the last place of max|x| that max − min of a constant column may be. */
const ROUNDED = 4;
/** Below this size units in the last place are coarser than rounding made them. */
const COARSE = 1e-280;
/** 2⁵² + 1 and 1 − 2⁻⁵³: the leading bit of x is |q − (1 − 2⁻⁵³)·q| for q = (2⁵² + 1)·x. Rump, Ogita & Oishi (2008). */
const SPREAD = 4503599627370497;
const BELOW_ONE = 1 - Number.EPSILON / 2;

/** Whether a column may be constant but for rounding, so that {@link isLevel} has to look; true for every one that is. */
export function mayBeLevel(variance: number, centre: number): boolean {
  return variance <= NEARLY_LEVEL * (centre * centre);
}

/**
 * Whether n values, `stride` apart, are the same but for rounding where their weights are not 0: max − min is at most four units in
 * the last place of max|x|. Without weights, all count.
 */
export function isLevel(
  n: number,
  X: Float64Array,
  x: number,
  stride: number,
  weights?: Float64Array,
  first = 0,
): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; ++i) {
    if (weights !== undefined && !(weights[first + i] > 0)) continue;
    const value = X[x + i * stride];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low >= high) return true;
  const size = Math.max(-low, high);
  if (size < COARSE) return false;
  const q = SPREAD * size;
  return high - low <= ROUNDED * Number.EPSILON * Math.abs(q - BELOW_ONE * q);
}

/** The least share of the weight that rows may have whose products are summed. */
export const LEAST_WEIGHT = 1e-60;

/** Sums of weights from 2⁻⁸ to 2²⁰⁰ are ordinary; steps of 2⁶⁴ lead there, and cost no bits. */
const LEAST_SUM = 0.00390625;
const LARGEST_SUM = 1.6069380442589903e60;
const STEP = 1.8446744073709552e19;

/** Whether products with weights of this sum keep their digits. */
export function isOrdinarySum(sum: number): boolean {
  return sum >= 1 / LARGEST_SUM && sum <= LARGEST_SUM;
}

/**
 * Makes the weights, whose sum this is and which only count by their share, such that products with them keep their digits; returns
 * the sum.
 */
export function rescaleWeights(weights: Float64Array, sum: number): number {
  let total = sum;
  for (; total < LEAST_SUM; total *= STEP) for (let i = 0; i < weights.length; ++i) weights[i] *= STEP;
  for (; total > LARGEST_SUM; total /= STEP) for (let i = 0; i < weights.length; ++i) weights[i] /= STEP;
  return total;
}

/** Whether one of n values, of those whose weights are not 0, is another than `value`. */
export function hasOther(
  n: number,
  values: Float64Array,
  at: number,
  value: number,
  weights: Float64Array,
  first: number,
): boolean {
  for (let i = 0; i < n; ++i) if (values[at + i] !== value && weights[first + i] > 0) return true;
  return false;
}

/** @throws RangeError, always: the squares of a column of X underflow. */
export function refuseUnderflow(largest: number, column: number): never {
  throw rangeError(
    "ERR_VALUE",
    `"X" must not have squares that underflow, got values up to ${largest} in column ${column}`,
  );
}

/** The square of the share of the response that fitted values are moved by, at the most, by a coefficient that rounding has left over. */
export const NEGLIGIBLE = 3.2311742677852644e-27; // 2⁻⁸⁸

/**
 * Whether a coefficient that moves fitted values by √squares is what rounding has left over: a penalty could hold it at 0, and nothing would notice. Of columns
 * that say the same, as both of a category with two levels do, rounding leaves one with 1e-14.
 *
 * @param negligible - {@link NEGLIGIBLE} of what fitted values are held against, in their units.
 */
export function isLeftOver(l1: number, squares: number, negligible: number): boolean {
  return l1 > 0 && squares <= negligible;
}
