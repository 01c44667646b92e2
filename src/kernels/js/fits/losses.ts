import { exp, log1p } from "../../../arithmetic/transcendental.js";

const { abs, max } = Math;

/** Σ v·loss(y, η) of n rows, v·(y − μ) into theta and v·μ' into curvatures; rows of weight v = 0 add nothing. y is 0 or 1, μ = 1/(1 + e^−η). */
export function binomialLoss(
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

/** Like {@link binomialLoss}, with y >= 0 and μ = e^η. */
export function poissonLoss(
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
