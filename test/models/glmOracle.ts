/**
 * The families with curvature that changes, in plain loops over the original data: what F is, and where it is smallest. Nothing
 * here is shared with the library.
 */

import { PreciseSum } from "../support/preciseSum.js";
import { minimise } from "./minimise.js";
import { isEligible, penaltyScales } from "./oracle.js";
import type { Problem } from "./problems.js";

/** A problem of one of these families; K·p coefficients, class after class, and K intercepts. */
export interface GlmProblem extends Problem {
  family: "binomial" | "poisson" | "multinomial" | "huber";
  /** Of the Huber family. */
  delta?: number;
  /** 0 or 1; counts; any numbers; 0 to K − 1. The offset of the multinomial family has n·K values, row after row. */
  y: number[];
  K: number;
}

/** What one row makes of its K values of η. */
interface Row {
  loss: number;
  gradient: number[];
  /** R of the Hessian RᵀR, and u with Rᵀu = gradient. */
  root: number[][];
  lean: number[];
}

/** Curvatures below are taken for this: it slows Newton's method down, and moves no minimum. */
const FLAT = 1e-10;

/** @param touches - Of losses that are lines far out: whether their curvature there is that of the parabola about y that touches them. */
type RowOf = (y: number, eta: readonly number[], problem: GlmProblem, touches?: boolean) => Row;

const families: Record<GlmProblem["family"], RowOf> = {
  huber: (y, [eta], { delta = Number.NaN }, touches = false) => {
    const r = y - eta;
    const size = Math.abs(r);
    if (size <= delta) return { loss: r ** 2 / 2, gradient: [-r], root: [[1]], lean: [-r] };
    const root = Math.sqrt(touches ? delta / size : FLAT);
    const g = -Math.sign(r) * delta;
    return { loss: delta * (size - delta / 2), gradient: [g], root: [[root]], lean: [g / root] };
  },
  binomial: (y, [eta]) => {
    // e to the power of no more than 0
    const t = y === 1 ? -eta : eta;
    const e = Math.exp(-Math.abs(t));
    const share = t > 0 ? 1 / (1 + e) : e / (1 + e);
    const h = Math.max(e / (1 + e) / (1 + e), FLAT);
    const g = y === 1 ? -share : share;
    return { loss: Math.log1p(e) + Math.max(t, 0), gradient: [g], root: [[Math.sqrt(h)]], lean: [g / Math.sqrt(h)] };
  },
  poisson: (y, [eta]) => {
    const mean = Math.exp(eta);
    const h = Math.max(mean, FLAT);
    return {
      loss: mean - y * eta,
      gradient: [mean - y],
      root: [[Math.sqrt(h)]],
      lean: [(mean - y) / Math.sqrt(h)],
    };
  },
  multinomial: (y, eta) => {
    const top = eta.indexOf(Math.max(...eta));
    const e = eta.map((value) => Math.exp(value - eta[top]));
    const rest = e.reduce((sum, value, k) => sum + (k === top ? 0 : value), 0);
    const p = e.map((value) => value / (1 + rest));
    const others = p.reduce((sum, value, k) => sum + (k === y ? 0 : value), 0);
    const gradient = p.map((value, k) => (k === y ? -others : value));
    // diag(p) − p·pᵀ = RᵀR with R = diag(√p)·(1 − 1·pᵀ)
    const roots = p.map((value) => Math.sqrt(Math.max(value, FLAT)));
    return {
      loss: Math.log1p(rest) + (eta[top] - eta[y]),
      gradient,
      root: p.map((_, k) => p.map((value, m) => roots[k] * ((k === m ? 1 : 0) - value))),
      lean: gradient.map((value, k) => value / roots[k]),
    };
  },
};

/** X·w + offset + b of a row, without rounding but the last. */
function etas({ X, offset, K }: GlmProblem, w: ArrayLike<number>, b: ArrayLike<number>, i: number): number[] {
  const p = X[i].length;
  const perClass = offset.length === X.length * K;
  return Array.from({ length: K }, (_, k) => {
    const eta = new PreciseSum().add(perClass ? offset[i * K + k] : offset[i]).add(b[k]);
    for (let j = 0; j < p; ++j) if (w[k * p + j] !== 0) eta.addProduct(X[i][j], w[k * p + j]);
    return eta.value;
  });
}

/** F(w, b) */
export function glmObjective(problem: GlmProblem, w: ArrayLike<number>, b: ArrayLike<number>): number {
  const { X, y, weights, lambda, l1Ratio, penaltyFactor, family } = problem;
  const p = X[0].length;
  const loss = new PreciseSum();
  const total = new PreciseSum();
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    total.add(weight);
    loss.add(weight * families[family](y[i], etas(problem, w, b, i), problem).loss);
  });
  const penalty = new PreciseSum();
  const scales = penaltyScales(problem);
  for (let c = 0; c < w.length; ++c) {
    const v = Math.abs(scales[c % p] * w[c]);
    if (v > 0) penalty.add(lambda * penaltyFactor[c % p] * v * (l1Ratio + 0.5 * (1 - l1Ratio) * v));
  }
  return loss.value / total.value + penalty.value;
}

/** Where the oracle ended: F is no less than its infimum. */
interface GlmMinimum {
  w: Float64Array;
  b: Float64Array;
  F: number;
}

/**
 * Newton's method with a line search, each step the exact minimum of a gaussian problem of n·K rows. Where losses are lines far out, every
 * other step is to the minimum of parabolas that touch them, and are nowhere below.
 */
export function glmMinimum(problem: GlmProblem, steps = problem.family === "huber" ? 300 : 60): GlmMinimum {
  const { X, y, weights, family, K, intercept, lambda, penaltyFactor } = problem;
  const p = X[0].length;
  const scales = penaltyScales(problem);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centres = scales.map((_, j) =>
    intercept ? X.reduce((sum, row, i) => sum + weights[i] * row[j], 0) / total : 0,
  );
  const size = p + (intercept ? 1 : 0);
  // Columns centred and divided by what their penalty is multiplied by, then one of ones.
  const Z = X.map((row) => [...row.map((x, j) => (x - centres[j]) / (scales[j] || 1)), 1].slice(0, size));
  const factors = scales.map((_, j) => (isEligible(problem, j) ? penaltyFactor[j] : Number.POSITIVE_INFINITY));
  const eachClass = (values: readonly number[], ofOnes: number): number[] =>
    Array.from({ length: K }, () => [...values, ofOnes].slice(0, size)).flat();
  const infinity = Number.POSITIVE_INFINITY;
  const gaussian: Problem = {
    X: [],
    y: [],
    lambda: lambda / K,
    l1Ratio: problem.l1Ratio,
    intercept: false,
    standardize: false,
    weights: weights.flatMap((weight) => Array<number>(K).fill(weight)),
    penaltyFactor: eachClass(factors, 0),
    lowerBounds: eachClass(
      problem.lowerBounds.map((bound, j) => bound * (scales[j] || 1)),
      -infinity,
    ),
    upperBounds: eachClass(
      problem.upperBounds.map((bound, j) => bound * (scales[j] || 1)),
      infinity,
    ),
    offset: new Array<number>(K * y.length).fill(0),
  };
  const original = (theta: ArrayLike<number>): GlmMinimum => {
    const w = new Float64Array(K * p);
    const b = new Float64Array(K);
    // What all classes share makes no difference, but would cost digits.
    const shared = intercept && K > 1 ? [...b.keys()].reduce((sum, k) => sum + theta[k * size + p], 0) / K : 0;
    for (let k = 0; k < K; ++k) {
      for (let j = 0; j < p; ++j) {
        const value = theta[k * size + j] / (scales[j] || 1);
        w[k * p + j] = Math.min(Math.max(value, problem.lowerBounds[j]), problem.upperBounds[j]);
      }
      if (!intercept) continue;
      const shifted = new PreciseSum().add(theta[k * size + p]).add(-shared);
      for (let j = 0; j < p; ++j) shifted.addProduct(-w[k * p + j], centres[j]);
      b[k] = shifted.value;
    }
    return { w, b, F: glmObjective(problem, w, b) };
  };

  let theta = new Float64Array(K * size);
  let best = original(theta);
  let wasFound = true;
  for (let step = 0; step < steps; ++step) {
    const rows = X.map((_, i) => families[family](y[i], etas(problem, best.w, best.b, i), problem, step % 2 === 0));
    gaussian.X = rows.flatMap(({ root }, i) =>
      root.map((line) => line.flatMap((factor) => Z[i].map((value) => factor * value))),
    );
    gaussian.y = rows.flatMap(({ lean }, i) =>
      lean.map((value, k) => gaussian.X[i * K + k].reduce((sum, x, c) => sum + x * theta[c], -value)),
    );
    if (!gaussian.y.every(Number.isFinite)) break;
    const { w: target } = minimise(gaussian);
    const before = best.F;
    let found = false;
    for (let length = 1; length > 1e-9 && !found; length /= 2) {
      const next = theta.map((value, c) => (length === 1 ? target[c] : value + length * (target[c] - value)));
      const tried = original(next);
      if (!(tried.F < best.F)) continue;
      found = true;
      best = tried;
      theta = next;
    }
    // Parabolas that touch go on for ever, by less and less.
    if (family === "huber" && !(before - best.F > Number.EPSILON * before)) found = false;
    if (!found && !(wasFound && family === "huber")) break;
    wasFound = found;
  }
  return best;
}

/** F at w = 0 with the best b, less that of the saturated model; at least 2⁻⁵² times the loss at η = 0. */
export function glmScale(problem: GlmProblem): number {
  const { X, y, weights, family, K } = problem;
  const bare = { ...problem, penaltyFactor: problem.penaltyFactor.map(() => Number.POSITIVE_INFINITY) };
  const { F } = glmMinimum(bare);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const saturated =
    family === "poisson"
      ? y.reduce((sum, count, i) => sum + weights[i] * (count > 0 ? count - count * Math.log(count) : 0), 0) / total
      : 0;
  const atZero = glmObjective(
    { ...problem, offset: X.map(() => 0) },
    new Float64Array(K * X[0].length),
    Array(K).fill(0),
  );
  return Math.max(F - saturated, 2 ** -52 * atZero);
}
