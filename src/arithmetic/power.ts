import { productError } from "./productError.js";

/**
 * x^n for 0 <= x < 1 and whole n, correctly rounded but for what is almost a tie: by squaring, with the rounding errors
 * carried along. 1 − x^n, by which Adam corrects its moments, magnifies every other error by 1/(1 − x^n).
 */
export function power(x: number, n: number): number {
  let result = 1;
  let resultError = 0;
  let base = x;
  let baseError = 0;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      const high = result * base;
      const low = productError(result, base, high) + (result * baseError + resultError * base);
      result = high + low;
      resultError = low - (result - high);
    }
    const high = base * base;
    const low = productError(base, base, high) + 2 * base * baseError;
    base = high + low;
    baseError = low - (base - high);
  }
  return result;
}
