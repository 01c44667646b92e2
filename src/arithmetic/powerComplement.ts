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
    let error = 0;
    let base = x;
    let baseError = 0;
    for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) [result, error] = times(result, error, base, baseError);
      [base, baseError] = times(base, baseError, base, baseError);
    }
    if (1 - result === 1) lost = n;
    return 1 - result;
  };
}

function times(a: number, aError: number, b: number, bError: number): [number, number] {
  const high = a * b;
  const low = productError(a, b, high) + (a * bError + aError * b);
  return [high + low, low - (high + low - high)];
}
