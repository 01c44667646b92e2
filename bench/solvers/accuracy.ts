import { addColumn, columnDot, isSparse, type Problem, targets } from "./data.js";
import { losses } from "./losses.js";

/** What a contender found. */
export interface Solution {
  /** p for each lambda, for each output of it. NaN for a lambda that the contender has no model of. */
  coefficients: Float64Array;
  /** One for each lambda, for each output of it. */
  intercepts: Float64Array;
  /** Of a cross-validation: the mean error of each lambda. */
  meanErrors?: Float64Array | undefined;
}

/** Solutions that are as good as can be had, and by how much they may yet be wrong. */
export interface Reference extends Solution {
  /** Per lambda, X'r/n at the solution, r = y − μ: p for each output. */
  gradients: Float64Array;
  /** Per lambda, Σr/n of each output. */
  residualMeans: Float64Array;
  /** Per lambda, η: n for each output. */
  predictors: Float64Array;
  /** Per lambda, F. */
  objectives: Float64Array;
  /** Per lambda, the duality gap over F(null). */
  gaps: Float64Array;
  /** F with all coefficients 0. */
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

const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
const mean = (x: Float64Array): number => pairwiseDot(x, 0, ones(x.length), 0, x.length) / x.length;

/** Of each output, b + Xw. */
function linearPredictors({ X, n, p }: Problem, w: Float64Array, b: Float64Array): Float64Array {
  const eta = new Float64Array(b.length * n);
  b.forEach((value, k) => {
    const part = eta.subarray(k * n, (k + 1) * n).fill(value);
    for (let j = 0; j < p; ++j) if (w[k * p + j] !== 0) addColumn(X, n, j, w[k * p + j], part);
  });
  return eta;
}

/** Of each output, X'r/n. */
function correlations({ X, n, p }: Problem, r: Float64Array): Float64Array {
  const g = new Float64Array((r.length / n) * p);
  for (let k = 0; k < r.length / n; ++k) {
    const part = r.subarray(k * n, (k + 1) * n);
    for (let j = 0; j < p; ++j) {
      g[k * p + j] = (isSparse(X) ? columnDot(X, n, j, part) : pairwiseDot(X.values, j * n, part, 0, n)) / n;
    }
  }
  return g;
}

/** Of each output, the mean. */
const means = (x: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: x.length / n }, (_, k) => mean(x.subarray(k * n, (k + 1) * n)));

/** 1/n·Σ_i (A(η_i) + A*(m_i) − m_i·η_i) where μ are the means: at m = y the loss, less its smallest value. */
function meanDivergence({ family, n }: Problem, m: Float64Array, mu: Float64Array): number {
  const { divergence } = losses[family];
  const terms = m.map((value, i) => divergence(value, mu[i]));
  return pairwiseDot(terms, 0, ones(terms.length), 0, terms.length) / n;
}

/** F with all coefficients 0; b is the best one, or 0 without an intercept. */
function nullLoss(problem: Problem): number {
  const { family, outputs, n, y, intercept } = problem;
  const eta = new Float64Array(outputs * n).fill(intercept ? mean(y) : 0);
  return meanDivergence(problem, targets(problem), losses[family].means(eta, n));
}

/** What F is at a point, and what its certificate is made of. */
interface Point {
  w: Float64Array;
  eta: Float64Array;
  mu: Float64Array;
  /** y − μ */
  residual: Float64Array;
  /** X'r/n */
  gradient: Float64Array;
}

function objective(problem: Problem, lambda: number, { w, mu }: Point): number {
  const { l1Ratio } = problem;
  const penalty = w.reduce((sum, value) => sum + l1Ratio * Math.abs(value) + ((1 - l1Ratio) / 2) * value ** 2, 0);
  return meanDivergence(problem, targets(problem), mu) + lambda * penalty;
}

/** The solution of one lambda. With an intercept, that of a gaussian problem, b is moved to its best value first. */
function pointAt(problem: Problem, w: Float64Array, b: Float64Array): Point & { b: Float64Array } {
  const { family, n, intercept } = problem;
  const y = targets(problem);
  const eta = linearPredictors(problem, w, b);
  const shift = intercept ? mean(y) - mean(eta) : 0;
  if (shift !== 0) for (let i = 0; i < n; ++i) eta[i] += shift;
  const mu = losses[family].means(eta, n);
  const residual = y.map((value, i) => value - mu[i]);
  return { w, b: b.map((value) => value + shift), eta, mu, residual, gradient: correlations(problem, residual) };
}

/**
 * The duality gap at (w, b), b being the best one. With r = y − μ, g = X'r/n, l1 = lambda·l1Ratio, l2 = lambda·(1 − l1Ratio) and the
 * dual point c·r, where c = 1 if l2 > 0, else c = min(1, l1/max|g|):
 *
 *   gap = 1/n·Σ_i (A(η_i) + A*(m_i) − m_i·η_i) + Σ_j [ l1·|w_j| + l2/2·w_j² + max(|c·g_j| − l1, 0)²/(2·l2) − c·g_j·w_j ],   m = y − c·r
 *
 * No term is negative (Fenchel–Young), so the sum loses nothing to cancellation. Rockafellar, Convex Analysis (1970), §31.
 */
function dualityGap(problem: Problem, lambda: number, { w, mu, residual, gradient: g }: Point) {
  const { l1Ratio } = problem;
  const l1 = lambda * l1Ratio;
  const l2 = lambda * (1 - l1Ratio);
  const largest = g.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const c = l2 > 0 || largest <= l1 ? 1 : l1 / largest;
  const terms = w.map((value, j) => {
    const excess = l2 > 0 ? Math.max(Math.abs(c * g[j]) - l1, 0) : 0;
    const conjugate = l2 > 0 ? (excess * excess) / (2 * l2) : 0;
    return l1 * Math.abs(value) + (l2 / 2) * value * value + conjugate - c * g[j] * value;
  });
  const moved = mu.map((value, i) => value + (1 - c) * residual[i]);
  return meanDivergence(problem, moved, mu) + pairwiseDot(terms, 0, ones(terms.length), 0, terms.length);
}

/** Takes, lambda by lambda, the candidate over the reference so far where its duality gap is smaller. */
export function improve(problem: Problem, candidate: Solution, reference?: Reference): Reference {
  const { outputs, n, p, lambdas } = problem;
  const count = lambdas.length;
  const size = outputs * p;
  const result: Reference = reference ?? {
    coefficients: new Float64Array(count * size),
    intercepts: new Float64Array(count * outputs),
    meanErrors: candidate.meanErrors,
    gradients: new Float64Array(count * size),
    residualMeans: new Float64Array(count * outputs),
    predictors: new Float64Array(count * outputs * n),
    objectives: new Float64Array(count),
    gaps: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    nullLoss: nullLoss(problem),
  };
  for (let k = 0; k < count; ++k) {
    const b = candidate.intercepts.subarray(k * outputs, (k + 1) * outputs);
    if (Number.isNaN(b[0])) continue;
    const point = pointAt(problem, candidate.coefficients.subarray(k * size, (k + 1) * size), b);
    const gap = dualityGap(problem, lambdas[k], point) / result.nullLoss;
    if (!(gap < result.gaps[k])) continue;
    result.gaps[k] = gap;
    result.coefficients.set(point.w, k * size);
    result.intercepts.set(point.b, k * outputs);
    result.gradients.set(point.gradient, k * size);
    result.residualMeans.set(means(point.residual, n), k * outputs);
    result.predictors.set(point.eta, k * outputs * n);
    result.objectives[k] = objective(problem, lambdas[k], point);
  }
  return result;
}

/**
 * (F(w, b) − F(w*, b*))/F(null) for each lambda, (w*, b*) being the reference. With d = w − w*, e = b − b*, g* = 1/n·X'r* and η and μ*
 * the predictors of the one and the means of the other it is, term by term,
 *
 *   1/n·Σ_i (A(η_i) + A*(μ*_i) − μ*_i·η_i) − e·mean(r*) + Σ_j [ l1·(|w_j| − |w*_j|) − (g*_j − l2·w*_j)·d_j + l2/2·d_j² ]
 *
 * where the first terms are squares of what is small. NaN where the contender has no model, Infinity where it has one of NaN.
 */
export function suboptimality(problem: Problem, solution: Solution, reference: Reference): Float64Array {
  const { family, outputs, n, p, lambdas, l1Ratio } = problem;
  const { means: meansOf } = losses[family];
  const size = outputs * p;
  const part = (values: Float64Array, k: number, length: number) => values.subarray(k * length, (k + 1) * length);
  return lambdas.map((lambda, k) => {
    const b = part(solution.intercepts, k, outputs);
    if (Number.isNaN(b[0])) return Number.NaN;
    const l1 = lambda * l1Ratio;
    const l2 = lambda * (1 - l1Ratio);
    const best = part(reference.coefficients, k, size);
    const gradient = part(reference.gradients, k, size);
    const w = part(solution.coefficients, k, size);
    const d = w.map((value, j) => value - best[j]);
    const terms = d.map(
      (value, j) =>
        l1 * (Math.abs(w[j]) - Math.abs(best[j])) - (gradient[j] - l2 * best[j]) * value + (l2 / 2) * value * value,
    );
    const e = b.map((value, output) => value - reference.intercepts[k * outputs + output]);
    const eta = part(reference.predictors, k, outputs * n);
    const moved = linearPredictors(problem, d, e).map((value, i) => eta[i] + value);
    const shift = pairwiseDot(e, 0, part(reference.residualMeans, k, outputs), 0, outputs);
    const change =
      meanDivergence(problem, meansOf(eta, n), meansOf(moved, n)) - shift + pairwiseDot(terms, 0, ones(size), 0, size);
    return Number.isNaN(change) ? Number.POSITIVE_INFINITY : change / reference.nullLoss;
  });
}

/** The largest relative difference of two tables of mean errors. */
export function errorDifference(errors: Float64Array, reference: Float64Array): number {
  return errors.reduce((most, value, k) => Math.max(most, Math.abs(value - reference[k]) / reference[k]), 0);
}

export const largest = (values: Float64Array): number =>
  values.reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, value)), Number.NEGATIVE_INFINITY);
