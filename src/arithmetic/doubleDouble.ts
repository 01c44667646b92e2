import { productError } from "./productError.js";

/** A number as the unevaluated sum of two doubles, to about 32 digits. Dekker, A floating-point technique for extending the available precision (1971). */
export type DoubleDouble = readonly [high: number, low: number];

/** a + b for |a| >= |b| */
const quickSum = (a: number, b: number): DoubleDouble => {
  const sum = a + b;
  return [sum, b - (sum - a)];
};

/** a·b, exactly, for products below 1e300 */
export function product(a: number, b: number): DoubleDouble {
  const high = a * b;
  return [high, productError(a, b, high)];
}

export function add([a, aLow]: DoubleDouble, [b, bLow]: DoubleDouble): DoubleDouble {
  const sum = a + b;
  const part = sum - a;
  return quickSum(sum, a - (sum - part) + (b - part) + (aLow + bLow));
}

export function multiply([a, aLow]: DoubleDouble, [b, bLow]: DoubleDouble): DoubleDouble {
  const [high, low] = product(a, b);
  return quickSum(high, low + (a * bLow + aLow * b));
}

/** 1/x */
export function reciprocal([x, xLow]: DoubleDouble): DoubleDouble {
  const guess = 1 / x;
  const [high, low] = product(guess, x);
  return quickSum(guess, guess * (1 - high - low - guess * xLow));
}
