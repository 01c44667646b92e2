import { exp, log, log1p } from "../../../arithmetic/transcendental.js";

const { abs, max, min } = Math;

/** Rows of each lane whose ln(1 + t) are one logarithm. */
const RUN = 16;

/**
 * Σ v·loss(y, η) of n rows, v·(y − μ) into theta and v·μ' into curvatures; rows of weight v = 0 add nothing. y is 0 or 1, μ = 1/(1 + e^−η).
 * Rows that follow each other with the same weights have one logarithm, of the product of 1 + t, for 16 pairs.
 */
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
  /** The loss of every other row between two that has the same weight, and their derivatives. */
  const runLoss = (from: number, to: number): number => {
    const v = weights[weightsOffset + from];
    let hinges = 0;
    let s = 0;
    for (let i = from; i < to; i += 2) {
      const sign = y[yOffset + i] > 0.5 ? 1 : -1;
      const a = -sign * eta[etaOffset + i];
      const t = exp(-abs(a));
      const d = 1 / (1 + t);
      const right = t * d;
      theta[thetaOffset + i] = v * (sign * (a > 0 ? d : right));
      curvatures[curvaturesOffset + i] = v * (right * d);
      hinges += max(a, 0);
      s += t * (1 + s);
    }
    return v > 0 ? v * (hinges + log1p(s)) : 0;
  };
  const end = n - (n % 2);
  let even = 0;
  let odd = 0;
  for (let from = 0; from < end; ) {
    const first = weightsOffset + from;
    const most = min(from + 2 * RUN, end);
    let to = from + 2;
    while (
      to < most &&
      weights[first] === weights[weightsOffset + to] &&
      weights[first + 1] === weights[weightsOffset + to + 1]
    )
      to += 2;
    even += runLoss(from, to);
    odd += runLoss(from + 1, to);
    from = to;
  }
  return end < n ? even + odd + runLoss(end, n) : even + odd;
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

/**
 * The multinomial loss of n rows, whose K η lie `stride` apart, as all that follows from them:
 *
 * ```text
 * Σ v·(ln Σ e^η − η_y),   p = e^η/Σ e^η,   theta = v·(e_y − p),   h = v·p,   logSums = ln Σ e^η
 * ```
 *
 * What the other classes have is summed without the row's own, and keeps its digits next to 1. Rows of weight 0 add nothing.
 *
 * @param codes - The class of each row, 0 to K − 1.
 */
export function softmaxLoss(
  n: number,
  K: number,
  stride: number,
  eta: Float64Array,
  etaOffset: number,
  codes: Float64Array,
  codesOffset: number,
  weights: Float64Array,
  weightsOffset: number,
  p: Float64Array,
  pOffset: number,
  theta: Float64Array,
  thetaOffset: number,
  h: Float64Array,
  hOffset: number,
  logSums: Float64Array,
  logSumsOffset: number,
): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; ++i) {
    const v = weights[weightsOffset + i];
    const own = codes[codesOffset + i] * stride + i;
    const end = K * stride;
    let top = eta[etaOffset + i];
    for (let at = i + stride; at < end; at += stride) top = max(top, eta[etaOffset + at]);
    let wrong = 0;
    for (let at = i; at < end; at += stride) {
      const share = exp(eta[etaOffset + at] - top);
      p[pOffset + at] = share;
      if (at !== own) wrong += share;
    }
    const right = p[pOffset + own];
    const sum = wrong + right;
    const inverse = 1 / sum;
    // ln(1 + wrong) where the own class is the likeliest
    const logSum = log(sum) + (right === 1 ? (wrong - (sum - 1)) / sum : 0);
    for (let at = i; at < end; at += stride) {
      const share = p[pOffset + at] * inverse;
      p[pOffset + at] = share;
      h[hOffset + at] = v * share;
      theta[thetaOffset + at] = at === own ? v * (wrong * inverse) : -(v * share);
    }
    logSums[logSumsOffset + i] = top + logSum;
    const loss = v > 0 ? v * (top - eta[etaOffset + own] + logSum) : 0;
    if ((i & 1) === 0) even += loss;
    else odd += loss;
  }
  return even + odd;
}

/** Σ x */
export function sum(n: number, x: Float64Array, xOffset: number): number {
  let even = 0;
  let odd = 0;
  const end = n - (n % 2);
  for (let i = 0; i < end; i += 2) {
    even += x[xOffset + i];
    odd += x[xOffset + i + 1];
  }
  return end < n ? even + odd + x[xOffset + end] : even + odd;
}

/** Σ x²/h over the rows with h > 0 */
export function weighedSquares(n: number, x: Float64Array, xOffset: number, h: Float64Array, hOffset: number): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; ++i) {
    const weight = h[hOffset + i];
    if (!(weight > 0)) continue;
    const value = x[xOffset + i];
    const square = (value * value) / weight;
    if ((i & 1) === 0) even += square;
    else odd += square;
  }
  return even + odd;
}

/** The largest a·x − y, −Infinity of no rows. */
export function largestExcess(
  n: number,
  a: number,
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; ++i) most = Math.max(most, a * x[xOffset + i] - y[yOffset + i]);
  return most;
}

/**
 * What the certificate of the dual point scale·dual has to know of n rows. With δ = theta − scale·dual and t = |δ|/h, the sums over rows
 *
 * ```text
 * Fenchel gaps, at most |δ|·t·(1/2 + t/6 + t²/12 + t³/10) each, where t < near,
 * |δ|·sizes,   δ²·perWeight,   dual²·perWeight,   the largest steepness·perWeight,   steepness·sizes²
 * ```
 *
 * are written to `out`, 6 numbers. Rows with t >= near, whose gaps are not among them, are listed in `far`, which has n + 1 places; returns how many
 * they are.
 */
export function dualSums(
  n: number,
  scale: number,
  near: number,
  theta: Float64Array,
  thetaOffset: number,
  dual: Float64Array,
  dualOffset: number,
  h: Float64Array,
  hOffset: number,
  steepness: Float64Array,
  steepnessOffset: number,
  perWeight: Float64Array,
  perWeightOffset: number,
  sizes: Float64Array,
  sizesOffset: number,
  far: Int32Array,
  farOffset: number,
  out: Float64Array,
  outOffset: number,
): number {
  let count = 0;
  let largest = 0;
  /** The sums of every other row. */
  const lane = (from: number): number[] => {
    let gaps = 0;
    let lever = 0;
    let shiftSquares = 0;
    let dualSquares = 0;
    let offsetSquares = 0;
    for (let i = from; i < n; i += 2) {
      const point = dual[dualOffset + i];
      const per = perWeight[perWeightOffset + i];
      const size = sizes[sizesOffset + i];
      const steep = steepness[steepnessOffset + i];
      const shift = abs(theta[thetaOffset + i] - scale * point);
      largest = max(largest, steep * per);
      offsetSquares += steep * size * size;
      dualSquares += point * point * per;
      shiftSquares += shift * shift * per;
      lever += shift * size;
      const t = shift / h[hOffset + i];
      if (t < near) gaps += shift * t * (0.5 + t * (1 / 6 + t * (1 / 12 + t * 0.1)));
    }
    return [gaps, lever, shiftSquares, dualSquares, offsetSquares];
  };
  const even = lane(0);
  const odd = lane(1);
  for (let i = 0; i < n; ++i) {
    const shift = abs(theta[thetaOffset + i] - scale * dual[dualOffset + i]);
    if (shift !== 0 && !(shift / h[hOffset + i] < near)) far[farOffset + count++] = i;
  }
  for (let k = 0; k < 4; ++k) out[outOffset + k] = even[k] + odd[k];
  out[outOffset + 4] = largest;
  out[outOffset + 5] = even[4] + odd[4];
  return count;
}
