import { productError } from "../solvers/productError.js";

/** A number as the sum of a double and its rounding error. */
type Pair = readonly [high: number, low: number];

/**
 * x^n for 0 <= x < 1 and whole n, correctly rounded but for what is almost a tie: by squaring, in pairs of doubles. 1 − x^n, by which
 * Adam corrects its moments, magnifies every further error by 1/(1 − x^n).
 */
export function power(x: number, n: number): number {
  let result: Pair = [1, 0];
  let base: Pair = [x, 0];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = product(result, base);
    base = product(base, base);
  }
  return result[0];
}

function product([a, aLow]: Pair, [b, bLow]: Pair): Pair {
  const high = a * b;
  const low = productError(a, b, high) + (a * bLow + aLow * b);
  const sum = high + low;
  return [sum, low - (sum - high)];
}
