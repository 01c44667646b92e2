import type { RidgeSpectrum } from "../ridgeSpectrum.js";
import type { UniformRidge } from "../UniformRidge.js";

/** Residuals and their divisors, of all rows for each lambda, lambda after lambda. */
export interface LeaveOneOut {
  /** r_i, times a number for each lambda. */
  residuals: Float64Array;
  /** 1 − h_i, times the same number; h_i is the leverage of row i, the intercept's included. */
  remainders: Float64Array;
}

/** What centring has taken of a fit without an intercept: its columns are X + e·meansᵀ, its response is y + e·yMean, e = √(s_i/W). */
export interface Centres {
  /** 0 for columns that have no coefficient. */
  means: Float64Array;
  yMean: number;
}

/** The tie of the intercept to the coefficients. */
export interface Tie {
  /** m */
  means: Float64Array;
  /** e − Q·c */
  start: Float64Array;
  /** 1 + ‖c‖² */
  squares: number;
  /** Σ d_j²·means_j² over the columns that are all mean, which add it over mu to δ. */
  constants: number;
  yMean: number;
}

/** What both forms of leave-one-out start from. */
export interface HatMatrix {
  form: UniformRidge;
  spectrum: RidgeSpectrum;
  /** E: the intercept's, and those of the columns without a penalty. */
  directions: readonly Float64Array[];
  /** One for each lambda. */
  mus: Float64Array;
  tie: Tie | undefined;
}

/** undefined where columns without a penalty make the intercept free. */
export function tieOf(
  { problem, unit, d, unpenalised }: UniformRidge,
  direction: Float64Array,
  centres: Centres,
): Tie | undefined {
  const { n, p, eligible, penaltyFactor } = problem;
  const { columns = new Int32Array(0), Q, R, H } = unpenalised ?? {};
  const q = columns.length;
  const c = new Float64Array(q);
  for (let k = 0; Q !== undefined && R !== undefined && k < q; ++k) {
    let sum = centres.means[columns[k]];
    for (let i = 0; i < k; ++i) sum -= R[k][i] * c[i];
    c[k] = sum / R[k][k];
  }
  const isEligible = new Uint8Array(p);
  for (const j of eligible) isEligible[j] = 1;
  const means = new Float64Array(p);
  let constants = 0;
  for (let j = 0; j < p; ++j) {
    let rest = centres.means[j];
    let size = Math.abs(rest);
    for (let k = 0; H !== undefined && k < q; ++k) {
      rest -= H[k * p + j] * c[k];
      size += Math.abs(H[k * p + j] * c[k]);
    }
    if (isEligible[j] === 0) {
      if (centres.means[j] === 0) continue;
      if (penaltyFactor[j] === 0) return undefined;
      constants += (centres.means[j] / unit) * (centres.means[j] / penaltyFactor[j]);
    } else if (penaltyFactor[j] > 0) means[j] = d[j] * rest;
    // Centred, the column depends on the others; as it is, it does not.
    else if (!columns.includes(j) && Math.abs(rest) > 64 * (n + p) * Number.EPSILON * size) return undefined;
  }
  const start = direction.slice();
  for (let k = 0; Q !== undefined && k < q; ++k) for (let i = 0; i < n; ++i) start[i] -= c[k] * Q[k * n + i];
  return { means, start, squares: 1 + c.reduce((sum, x) => sum + x * x, 0), constants, yMean: centres.yMean };
}

/** Adds q·(yMean + qᵀ·y)/δ to residuals and q²/δ to remainders, q of each lambda one after the other. */
export function tieIntercept(
  y: Float64Array,
  { residuals, remainders }: LeaveOneOut,
  q: Float64Array,
  delta: Float64Array,
  yMean: number,
): void {
  const n = y.length;
  delta.forEach((divisor, l) => {
    if (!(divisor < Number.POSITIVE_INFINITY)) return;
    let total = yMean;
    for (let i = 0; i < n; ++i) total += q[l * n + i] * y[i];
    for (let i = l * n; i < (l + 1) * n; ++i) {
      residuals[i] += q[i] * (total / divisor);
      remainders[i] += q[i] * (q[i] / divisor);
    }
  });
}
