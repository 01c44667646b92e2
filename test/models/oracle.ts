/** What optimal means, in plain loops over the original data: nothing here is shared with the library. */

import type { Problem } from "./problems.js";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The weighted mean of f over the rows. */
function mean({ weights }: Problem, f: (i: number) => number): number {
  return sum(weights.map((weight, i) => (weight === 0 ? 0 : weight * f(i)))) / sum(weights);
}

/** What multiplies w_j in the penalty: the weighted sd of its column if standardised, otherwise 1. */
export function penaltyScales(problem: Problem): number[] {
  const { X, standardize, weights } = problem;
  return X[0].map((_, j) => {
    if (!standardize) return 1;
    const first = X[weights.findIndex((weight) => weight > 0)][j];
    const centre = mean(problem, (i) => X[i][j] - first);
    return Math.sqrt(mean(problem, (i) => (X[i][j] - first - centre) ** 2));
  });
}

/** y − offset − X·w − b */
export function residuals({ X, y, offset }: Problem, w: ArrayLike<number>, b: number): number[] {
  return y.map((value, i) => value - offset[i] - b - sum(X[i].map((x, j) => x * w[j])));
}

/** F(w, b) */
export function objective(problem: Problem, w: ArrayLike<number>, b: number): number {
  const { lambda, l1Ratio, penaltyFactor } = problem;
  const r = residuals(problem, w, b);
  const penalties = penaltyScales(problem).map((scale, j) => {
    const v = scale * w[j];
    return v === 0 ? 0 : penaltyFactor[j] * (l1Ratio * Math.abs(v) + 0.5 * (1 - l1Ratio) * v * v);
  });
  return mean(problem, (i) => 0.5 * r[i] * r[i]) + lambda * sum(penalties);
}

/** F at w = 0 with the best intercept, what a tolerance is relative to, and at least 2⁻⁵² times F at 0 without one. */
export function convergenceScale(problem: Problem): number {
  const { y, offset, intercept } = problem;
  const centre = intercept ? mean(problem, (i) => y[i] - offset[i]) : 0;
  return Math.max(
    mean(problem, (i) => 0.5 * (y[i] - offset[i] - centre) ** 2),
    2 ** -52 * mean(problem, (i) => 0.5 * y[i] ** 2),
  );
}

/** The columns that can have a coefficient. */
export function isEligible(problem: Problem, j: number): boolean {
  const { X, intercept, standardize, weights, penaltyFactor } = problem;
  const values = X.map((row) => row[j]).filter((_, i) => weights[i] > 0);
  const constant = values.every((value) => value === values[0]);
  return penaltyFactor[j] < Infinity && !(constant && (intercept || standardize || values[0] === 0));
}

/**
 * How far (w, b) is from optimal: the largest distance of a coordinate's gradient from the subgradients of its penalty, on the
 * penalised scale, and that of the intercept's gradient from 0.
 */
export function violation(problem: Problem, w: ArrayLike<number>, b: number): number {
  const { X, lambda, l1Ratio, penaltyFactor, intercept, lowerBounds, upperBounds } = problem;
  const r = residuals(problem, w, b);
  const worst = penaltyScales(problem).map((scale, j) => {
    if (!isEligible(problem, j)) return w[j] === 0 ? 0 : Infinity;
    const slope =
      mean(problem, (i) => X[i][j] * r[i]) / scale - lambda * penaltyFactor[j] * (1 - l1Ratio) * scale * w[j];
    const l1 = lambda * penaltyFactor[j] * l1Ratio;
    // Scaling a bound there and back may cost it a rounding.
    const near = 4 * Number.EPSILON * Math.abs(w[j]);
    const up = w[j] >= upperBounds[j] - near ? 0 : slope - (w[j] < 0 ? -l1 : l1);
    const down = w[j] <= lowerBounds[j] + near ? 0 : (w[j] > 0 ? l1 : -l1) - slope;
    return Math.max(0, up, down);
  });
  return Math.max(intercept ? Math.abs(mean(problem, (i) => r[i])) : 0, ...worst);
}

/** The smallest F that plain cyclic coordinate descent finds in `epochs` epochs from 0, the intercept a coordinate like any other. */
export function minimum(problem: Problem, epochs = 3000): number {
  const { X, y, offset, lambda, l1Ratio, penaltyFactor, intercept, weights } = problem;
  const p = X[0].length;
  const scales = penaltyScales(problem);
  const centres = scales.map((_, j) => (intercept ? mean(problem, (i) => X[i][j]) : 0));
  const Z = X.map((row) => row.map((x, j) => x - centres[j]));
  const squares = scales.map((_, j) => mean(problem, (i) => Z[i][j] ** 2));
  const w = new Array<number>(p).fill(0);
  const total = sum(weights);
  const shares = weights.map((weight) => weight / total);
  let b = intercept ? mean(problem, (i) => y[i] - offset[i]) : 0;
  const r = y.map((value, i) => value - offset[i] - b);
  for (let epoch = 0, moved = 1; epoch < epochs && moved > 0; ++epoch) {
    moved = 0;
    for (let j = 0; j < p; ++j) {
      if (!isEligible(problem, j)) continue;
      let slope = squares[j] * w[j];
      for (let i = 0; i < r.length; ++i) slope += shares[i] * Z[i][j] * r[i];
      const l1 = lambda * l1Ratio * penaltyFactor[j] * scales[j];
      const l2 = lambda * (1 - l1Ratio) * penaltyFactor[j] * scales[j] ** 2;
      const soft = Math.sign(slope) * Math.max(0, Math.abs(slope) - l1);
      const next = Math.min(Math.max(soft / (squares[j] + l2), problem.lowerBounds[j]), problem.upperBounds[j]);
      const delta = next - w[j];
      if (delta === 0) continue;
      moved = Math.max(moved, Math.abs(delta));
      w[j] = next;
      for (let i = 0; i < r.length; ++i) r[i] -= Z[i][j] * delta;
    }
  }
  b -= sum(centres.map((centre, j) => centre * w[j]));
  return objective(problem, w, b);
}
