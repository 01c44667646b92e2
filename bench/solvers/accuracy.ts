import { addColumn, columnDot, isSparse, type Problem } from "./data.js";

/** What a contender found. */
export interface Solution {
  /** p for each lambda. NaN for a lambda that the contender has no model of. */
  coefficients: Float64Array;
  intercepts: Float64Array;
  /** Of a cross-validation: the mean error of each lambda. */
  meanErrors?: Float64Array | undefined;
}

/** Solutions that are as good as can be had, and by how much they may yet be wrong. */
export interface Reference extends Solution {
  /** Per lambda, X'r/n at the solution: p each. */
  gradients: Float64Array;
  /** Per lambda, Σr/n. */
  residualMeans: Float64Array;
  /** Per lambda, F. */
  objectives: Float64Array;
  /** Per lambda, the duality gap over F(null). */
  gaps: Float64Array;
  /** F with all coefficients 0: 1/(2n)·‖y − b‖². */
  nullLoss: number;
}

const LANES = 4;
const BLOCK = 512;

/** Σ a[aOffset + i]·b[i] by pairwise summation over blocks. Higham, Accuracy and Stability of Numerical Algorithms (2002), §4.2. */
function pairwiseDot(a: Float64Array, aOffset: number, b: Float64Array, bOffset: number, n: number): number {
  if (n > BLOCK) {
    const half = (n >> 1) & -LANES;
    return pairwiseDot(a, aOffset, b, bOffset, half) + pairwiseDot(a, aOffset + half, b, bOffset + half, n - half);
  }
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    s0 += a[aOffset + i] * b[bOffset + i];
    s1 += a[aOffset + i + 1] * b[bOffset + i + 1];
    s2 += a[aOffset + i + 2] * b[bOffset + i + 2];
    s3 += a[aOffset + i + 3] * b[bOffset + i + 3];
  }
  for (; i < n; ++i) s0 += a[aOffset + i] * b[bOffset + i];
  return s0 + s1 + (s2 + s3);
}

const sumSquares = (x: Float64Array): number => pairwiseDot(x, 0, x, 0, x.length);
const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
const mean = (x: Float64Array): number => pairwiseDot(x, 0, ones(x.length), 0, x.length) / x.length;

/** b + Xw, w being the p values from `offset`. */
function linearPredictor({ X, n, p }: Problem, w: Float64Array, offset: number, b: number): Float64Array {
  const eta = new Float64Array(n).fill(b);
  for (let j = 0; j < p; ++j) {
    if (w[offset + j] !== 0) addColumn(X, n, j, w[offset + j], eta);
  }
  return eta;
}

/** X'r/n */
function correlations({ X, n, p }: Problem, r: Float64Array): Float64Array {
  const g = new Float64Array(p);
  for (let j = 0; j < p; ++j) {
    g[j] = (isSparse(X) ? columnDot(X, n, j, r) : pairwiseDot(X.values, j * n, r, 0, n)) / n;
  }
  return g;
}

/** The null loss: 1/(2n)·‖y − mean(y)‖², or 1/(2n)·‖y‖² without an intercept. */
function nullLoss({ y, n, intercept }: Problem): number {
  const b = intercept ? mean(y) : 0;
  return sumSquares(y.map((value) => value - b)) / (2 * n);
}

/** F at the p coefficients from `offset`, r being their residual. */
function objective(
  { l1Ratio, n, p }: Problem,
  lambda: number,
  w: Float64Array,
  offset: number,
  r: Float64Array,
): number {
  let penalty = 0;
  for (let j = offset; j < offset + p; ++j) penalty += l1Ratio * Math.abs(w[j]) + ((1 - l1Ratio) / 2) * w[j] ** 2;
  return sumSquares(r) / (2 * n) + lambda * penalty;
}

/** The residual and X'r/n at the k-th solution; with an intercept b is moved to its best value first. */
function residualAt(problem: Problem, solution: Solution, k: number) {
  const { y, n, p, intercept } = problem;
  const eta = linearPredictor(problem, solution.coefficients, k * p, solution.intercepts[k]);
  const residual = y.map((value, i) => value - eta[i]);
  const shift = intercept ? mean(residual) : 0;
  if (shift !== 0) for (let i = 0; i < n; ++i) residual[i] -= shift;
  return { residual, gradient: correlations(problem, residual), intercept: solution.intercepts[k] + shift };
}

/**
 * The duality gap at (w, b), b being the best one. With g = X'r/n, l1 = lambda·l1Ratio, l2 = lambda·(1 − l1Ratio) and the
 * dual point c·r, where c = 1 if l2 > 0, else c = min(1, l1/max|g|):
 *
 *   gap = (1 − c)²/(2n)·‖r‖² + Σ_j [ l1·|w_j| + l2/2·w_j² + max(|c·g_j| − l1, 0)²/(2·l2) − c·g_j·w_j ]
 *
 * No term is negative (Fenchel–Young), so the sum loses nothing to cancellation. Rockafellar, Convex Analysis (1970), §31.
 */
function dualityGap(
  problem: Problem,
  lambda: number,
  w: Float64Array,
  offset: number,
  r: Float64Array,
  g: Float64Array,
) {
  const { l1Ratio, n, p } = problem;
  const l1 = lambda * l1Ratio;
  const l2 = lambda * (1 - l1Ratio);
  const largest = g.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const c = l2 > 0 || largest <= l1 ? 1 : l1 / largest;
  const terms = new Float64Array(p);
  for (let j = 0; j < p; ++j) {
    const value = w[offset + j];
    const excess = l2 > 0 ? Math.max(Math.abs(c * g[j]) - l1, 0) : 0;
    const conjugate = l2 > 0 ? (excess * excess) / (2 * l2) : 0;
    terms[j] = l1 * Math.abs(value) + (l2 / 2) * value * value + conjugate - c * g[j] * value;
  }
  return ((1 - c) ** 2 * sumSquares(r)) / (2 * n) + pairwiseDot(terms, 0, ones(p), 0, p);
}

/** Takes, lambda by lambda, the candidate over the reference so far where its duality gap is smaller. */
export function improve(problem: Problem, candidate: Solution, reference?: Reference): Reference {
  const { p, lambdas } = problem;
  const count = lambdas.length;
  const result: Reference = reference ?? {
    coefficients: new Float64Array(count * p),
    intercepts: new Float64Array(count),
    meanErrors: candidate.meanErrors,
    gradients: new Float64Array(count * p),
    residualMeans: new Float64Array(count),
    objectives: new Float64Array(count),
    gaps: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    nullLoss: nullLoss(problem),
  };
  for (let k = 0; k < count; ++k) {
    if (Number.isNaN(candidate.intercepts[k])) continue;
    const { residual, gradient, intercept } = residualAt(problem, candidate, k);
    const gap = dualityGap(problem, lambdas[k], candidate.coefficients, k * p, residual, gradient) / result.nullLoss;
    if (!(gap < result.gaps[k])) continue;
    result.gaps[k] = gap;
    result.coefficients.set(candidate.coefficients.subarray(k * p, (k + 1) * p), k * p);
    result.intercepts[k] = intercept;
    result.gradients.set(gradient, k * p);
    result.residualMeans[k] = mean(residual);
    result.objectives[k] = objective(problem, lambdas[k], candidate.coefficients, k * p, residual);
  }
  return result;
}

/**
 * (F(w, b) − F(w*, b*))/F(null) for each lambda, (w*, b*) being the reference. With d = w − w*, e = b − b* and g* = 1/n·X'r* it is,
 * term by term and with nothing left to cancel,
 *
 *   1/(2n)·‖Xd + e‖² − e·mean(r*) + Σ_j [ l1·(|w_j| − |w*_j|) − (g*_j − l2·w*_j)·d_j + l2/2·d_j² ]
 *
 * NaN where the contender has no model, Infinity where it has one of NaN.
 */
export function suboptimality(problem: Problem, solution: Solution, reference: Reference): Float64Array {
  const { n, p, lambdas, l1Ratio } = problem;
  return lambdas.map((lambda, k) => {
    if (Number.isNaN(solution.intercepts[k])) return Number.NaN;
    const l1 = lambda * l1Ratio;
    const l2 = lambda * (1 - l1Ratio);
    const difference = new Float64Array(p);
    const terms = new Float64Array(p);
    for (let j = 0; j < p; ++j) {
      const w = solution.coefficients[k * p + j];
      const best = reference.coefficients[k * p + j];
      const d = w - best;
      difference[j] = d;
      terms[j] =
        l1 * (Math.abs(w) - Math.abs(best)) - (reference.gradients[k * p + j] - l2 * best) * d + (l2 / 2) * d * d;
    }
    const e = solution.intercepts[k] - reference.intercepts[k];
    const moved = linearPredictor(problem, difference, 0, e);
    const change = sumSquares(moved) / (2 * n) - e * reference.residualMeans[k] + pairwiseDot(terms, 0, ones(p), 0, p);
    return Number.isNaN(change) ? Number.POSITIVE_INFINITY : change / reference.nullLoss;
  });
}

/** The largest relative difference of two tables of mean errors. */
export function errorDifference(errors: Float64Array, reference: Float64Array): number {
  return errors.reduce((most, value, k) => Math.max(most, Math.abs(value - reference[k]) / reference[k]), 0);
}

export const largest = (values: Float64Array): number =>
  values.reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, value)), Number.NEGATIVE_INFINITY);
