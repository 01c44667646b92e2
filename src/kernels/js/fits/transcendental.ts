import { exp as expOf, log as logOf } from "../../../arithmetic/transcendental.js";

/** out = e^x, below 1 ulp of error; `out` may be `x`. */
export function exp(n: number, x: Float64Array, xOffset: number, out: Float64Array, outOffset: number): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = expOf(x[xOffset + i]);
}

/** out = ln x, below 1 ulp of error; `out` may be `x`. */
export function log(n: number, x: Float64Array, xOffset: number, out: Float64Array, outOffset: number): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = logOf(x[xOffset + i]);
}
