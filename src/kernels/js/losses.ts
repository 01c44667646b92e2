import { exp, log } from "./transcendental.js";

const { abs, max } = Math;

/** ln(1 + t) for 0 <= t <= 1 */
export function log1p(t: number): number {
  const u = 1 + t;
  return log(u) + (t - (u - 1)) / u;
}

export function binomialLoss64(
  n: number,
  eta: Float64Array,
  etaOffset: number,
  y: Float64Array,
  yOffset: number,
  weights: Float64Array,
  weightsOffset: number,
  theta: Float64Array,
  thetaOffset: number,
  curvatures: Float64Array,
  curvaturesOffset: number,
): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; ++i) {
    const sign = y[yOffset + i] > 0.5 ? 1 : -1;
    const v = weights[weightsOffset + i];
    const a = -sign * eta[etaOffset + i];
    const t = exp(-abs(a));
    const d = 1 / (1 + t);
    const right = t * d;
    theta[thetaOffset + i] = v * (sign * (a > 0 ? d : right));
    curvatures[curvaturesOffset + i] = v * (right * d);
    const loss = v > 0 ? v * (max(a, 0) + log1p(t)) : 0;
    if ((i & 1) === 1) odd += loss;
    else if (i + 1 < n) even += loss;
    else return even + odd + loss;
  }
  return even + odd;
}

export function poissonLoss64(
  n: number,
  eta: Float64Array,
  etaOffset: number,
  y: Float64Array,
  yOffset: number,
  weights: Float64Array,
  weightsOffset: number,
  theta: Float64Array,
  thetaOffset: number,
  curvatures: Float64Array,
  curvaturesOffset: number,
): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; ++i) {
    const v = weights[weightsOffset + i];
    const value = eta[etaOffset + i];
    const count = y[yOffset + i];
    const mean = exp(value);
    theta[thetaOffset + i] = v > 0 ? v * (count - mean) : 0;
    curvatures[curvaturesOffset + i] = v > 0 ? v * mean : 0;
    const loss = v > 0 ? v * (mean - count * value) : 0;
    if ((i & 1) === 1) odd += loss;
    else if (i + 1 < n) even += loss;
    else return even + odd + loss;
  }
  return even + odd;
}
