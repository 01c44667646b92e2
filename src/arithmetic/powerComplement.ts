import { productError } from "./productError.js";

/**
 * 1 − x^n as a function of whole n, for 0 <= x < 1, x^n correctly rounded but for what is almost a tie: by squaring, with the rounding
 * errors carried along. Adam divides its moments by it, which magnifies every other error by 1/(1 − x^n). Where x^n is lost beside 1, no
 * later one is computed: on few weights that is most of a step.
 */
export function powerComplement(x: number): (n: number) => number {
  let lost = Number.POSITIVE_INFINITY;
  return (n) => {
    if (n >= lost) return 1;
    let result = 1;
    let resultError = 0;
    let base = x;
    let baseError = 0;
    for (let rest = n; rest > 0; ) {
      const half = Math.floor(rest / 2);
      // Not rest % 2, which engines call a function for.
      if (rest !== 2 * half) {
        const high = result * base;
        const low = productError(result, base, high) + (result * baseError + resultError * base);
        result = high + low;
        resultError = low - (result - high);
      }
      const high = base * base;
      const low = productError(base, base, high) + 2 * base * baseError;
      base = high + low;
      baseError = low - (base - high);
      rest = half;
    }
    if (1 - result === 1) lost = n;
    return 1 - result;
  };
}
