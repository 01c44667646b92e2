import { exp } from "../arithmetic/transcendental.js";
import type { Kernels } from "../kernels/contract.js";
import { relativeEntropy } from "./entropy.js";
import { BLOCK } from "./RowsLoss.js";

/**
 * The multinomial family, y being one of K classes, with an η for each of them:
 *
 * ```text
 * loss(y, η) = ln Σ_k e^η_k − η_y,   p_k = e^η_k/Σ_m e^η_m,   gradient p − e_y,   Hessian diag(p) − p·pᵀ
 * ```
 *
 * It stays the same when all η of a row move by the same. Its saturated value is 0; its conjugate is Σ_k u_k·ln u_k for u = e_y + g in the
 * simplex, otherwise Infinity.
 */
export interface SoftmaxRows {
  n: number;
  K: number;
  /** The class of each row, and v_i = s_i/W. */
  codes: Float64Array;
  v: Float64Array;
  /** K·n each, class after class. */
  eta: Float64Array;
  p: Float64Array;
  /** v_i·(e_y − p) */
  theta: Float64Array;
  /** ln Σ_k e^η_k */
  logSums: Float64Array;
  /** Room for 3·n numbers. */
  work: Float64Array;
}

/** Σ_i v_i·loss(y_i, η_i); sets p, θ and logSums, to full relative accuracy where p is close to 0 or 1. */
export function evaluate(kernels: Kernels, { n, K, codes, v, eta, p, theta, logSums, work }: SoftmaxRows): number {
  const size = K * n;
  const tops = logSums;
  for (let i = 0; i < n; ++i) tops[i] = eta[i];
  for (let at = n; at < size; ) for (let i = 0; i < n; ++i, ++at) tops[i] = Math.max(tops[i], eta[at]);
  for (let at = 0; at < size; ) for (let i = 0; i < n; ++i, ++at) p[at] = eta[at] - tops[i];
  kernels.exp(size, p, 0, p, 0);
  // The row's own class is taken out of the sums, so that what the others have keeps its digits next to 1.
  const own = work.subarray(0, n);
  const sums = work.subarray(n, 2 * n);
  const wrong = work.subarray(2 * n, 3 * n).fill(0);
  for (let i = 0; i < n; ++i) {
    const place = codes[i] * n + i;
    own[i] = p[place];
    p[place] = 0;
  }
  for (let at = 0; at < size; ) for (let i = 0; i < n; ++i, ++at) wrong[i] += p[at];
  for (let i = 0; i < n; ++i) sums[i] = wrong[i] + own[i];
  kernels.log(n, work, n, theta, 0);
  let total = 0;
  let part = 0;
  for (let i = 0; i < n; ++i) {
    const sum = sums[i];
    const place = codes[i] * n + i;
    // ln(1 + wrong) where the own class is the likeliest
    const logSum = theta[i] + (own[i] === 1 ? (wrong[i] - (sum - 1)) / sum : 0);
    if (v[i] > 0) part += v[i] * (tops[i] - eta[place] + logSum);
    if ((i + 1) % BLOCK === 0 || i + 1 === n) {
      total += part;
      part = 0;
    }
    logSums[i] = tops[i] + logSum;
    sums[i] = 1 / sum;
    p[place] = own[i];
  }
  for (let at = 0; at < size; ) {
    for (let i = 0; i < n; ++i, ++at) {
      p[at] *= sums[i];
      theta[at] = -v[i] * p[at];
    }
  }
  for (let i = 0; i < n; ++i) theta[codes[i] * n + i] = v[i] * (wrong[i] * sums[i]);
  return total;
}

/** Differences up to this share of a probability are small. */
const NEAR = 1 / 16;

/** Σ_i v_i·(loss + conjugate − g·η) at u = p + (θ − scale·dual)/v: the divergence of u from p. Infinity outside of the simplex. */
export function divergence(
  { n, K, v, eta, p, theta, logSums }: SoftmaxRows,
  scale: number,
  dual: Float64Array,
): number {
  let sum = 0;
  for (let k = 0, at = 0; k < K; ++k) {
    for (let i = 0; i < n; ++i, ++at) {
      const shift = theta[at] - scale * dual[at];
      if (shift === 0) continue;
      const share = Math.abs(shift / (v[i] * p[at]));
      // Of a small share t it is v·p·((1 + t)·ln(1 + t) − t), at most this.
      if (share < NEAR) sum += 0.5 * Math.abs(shift) * share * (1 + 0.5 * share);
      else sum += v[i] * relativeEntropy(p[at], shift / v[i], eta[at] - logSums[i]);
    }
  }
  return sum;
}

/** η ← p, of one row. */
export function softmax(eta: Float64Array): void {
  const top = eta.reduce((most, value) => (value > most ? value : most), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let k = 0; k < eta.length; ++k) {
    // also where the largest is infinite
    eta[k] = eta[k] === top ? 1 : exp(eta[k] - top);
    sum += eta[k];
  }
  for (let k = 0; k < eta.length; ++k) eta[k] /= sum;
}
