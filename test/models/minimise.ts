/**
 * The strong oracle: a primal active-set method for the gaussian elastic net with bounds, by a rank-revealing QR. It shares
 * nothing with the library, and takes no care of speed.
 */

import { PreciseSum } from "../support/preciseSum.js";
import { isEligible, penaltyScales } from "./oracle.js";
import type { Problem } from "./problems.js";

/** Where the oracle ended. */
interface Minimum {
  w: Float64Array;
  b: number;
  /** F(w, b) */
  F: number;
  /** The largest violation of the optimality conditions over ‖y‖, columns of norm 1: how far the oracle is to be trusted. */
  violation: number;
  /** The numerical rank of the columns that can have a coefficient, and their number. */
  rank: number;
  size: number;
}

/**
 * The problem on columns of norm 1, rows scaled by √(s_i/W), centred if there is an intercept:
 *
 *   F = ‖t − Z·u‖²/2 + Σ l1_j·|u_j| + l2_j/2·u_j²  on  lower <= u <= upper,   u_j = w_j·norm_j
 */
interface UnitForm {
  columns: number[];
  norms: number[];
  centres: { pivot: number; mean: number }[];
  target: { pivot: number; mean: number };
  Z: Float64Array[];
  t: Float64Array;
  l1: number[];
  l2: number[];
  lower: number[];
  upper: number[];
}

/** F(w, b) with residuals to 32 digits, so that no rounding but that of w and b is in it. */
export function preciseObjective(problem: Problem, w: ArrayLike<number>, b: number): number {
  const { X, y, offset, weights, lambda, l1Ratio, penaltyFactor } = problem;
  const loss = new PreciseSum();
  const total = new PreciseSum();
  for (let i = 0; i < y.length; ++i) {
    if (weights[i] === 0) continue;
    const residual = new PreciseSum().add(y[i]).add(-offset[i]).add(-b);
    for (let j = 0; j < w.length; ++j) residual.addProduct(-X[i][j], w[j]);
    loss.add(weights[i] * 0.5 * residual.value ** 2);
    total.add(weights[i]);
  }
  const penalty = new PreciseSum();
  penaltyScales(problem).forEach((scale, j) => {
    const v = Math.abs(scale * w[j]);
    if (v > 0) penalty.add(lambda * penaltyFactor[j] * v * (l1Ratio + 0.5 * (1 - l1Ratio) * v));
  });
  return loss.value / total.value + penalty.value;
}

function weightedMean(values: readonly number[], weights: readonly number[]): { pivot: number; mean: number } {
  const pivot = values[weights.findIndex((weight) => weight > 0)];
  const sum = new PreciseSum();
  const total = new PreciseSum();
  values.forEach((value, i) => {
    sum.addProduct(weights[i], value - pivot);
    total.add(weights[i]);
  });
  return { pivot, mean: sum.value / total.value };
}

const dot = (a: Float64Array, b: Float64Array): number => {
  const sum = new PreciseSum();
  for (let i = 0; i < a.length; ++i) sum.addProduct(a[i], b[i]);
  return sum.value;
};

function unitForm(problem: Problem): UnitForm {
  const { X, y, offset, weights, intercept, lambda, l1Ratio, penaltyFactor } = problem;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const roots = weights.map((weight) => Math.sqrt(weight / total));
  const zero = { pivot: 0, mean: 0 };
  const centred = (values: readonly number[], { pivot, mean }: typeof zero): Float64Array =>
    Float64Array.from(values, (value, i) => roots[i] * (value - pivot - mean));
  const scales = penaltyScales(problem);
  const response = y.map((value, i) => value - offset[i]);
  const target = intercept ? weightedMean(response, weights) : zero;
  const form: UnitForm = {
    columns: [],
    norms: [],
    centres: [],
    target,
    Z: [],
    t: centred(response, target),
    l1: [],
    l2: [],
    lower: [],
    upper: [],
  };
  scales.forEach((scale, j) => {
    if (!isEligible(problem, j)) return;
    const values = X.map((row) => row[j]);
    const centre = intercept ? weightedMean(values, weights) : zero;
    const z = centred(values, centre);
    const norm = Math.sqrt(dot(z, z));
    if (!(norm > 0)) return;
    form.columns.push(j);
    form.norms.push(norm);
    form.centres.push(centre);
    form.Z.push(z.map((value) => value / norm));
    form.l1.push((lambda * l1Ratio * penaltyFactor[j] * scale) / norm);
    form.l2.push(lambda * (1 - l1Ratio) * penaltyFactor[j] * (scale / norm) ** 2);
    form.lower.push(problem.lowerBounds[j] * norm);
    form.upper.push(problem.upperBounds[j] * norm);
  });
  return form;
}

/** Householder's QR with column pivoting of columns that are overwritten, and Q' applied to one more column. */
function pivotedQR(
  columns: Float64Array[],
  rankTolerance: number,
  target = new Float64Array(columns[0]?.length ?? 0),
): { order: number[]; R: number[][]; rank: number } {
  const order = columns.map((_, k) => k);
  const rows = columns[0]?.length ?? 0;
  const R = columns.map(() => new Array<number>(columns.length).fill(0));
  let rank = 0;
  for (; rank < Math.min(columns.length, rows); ++rank) {
    const k = rank;
    const norms = order.map((c, place) => (place < k ? -1 : Math.hypot(...columns[c].subarray(k))));
    const pivot = norms.indexOf(Math.max(...norms));
    if (!(norms[pivot] > rankTolerance)) break;
    [order[k], order[pivot]] = [order[pivot], order[k]];
    for (let row = 0; row < k; ++row) [R[row][k], R[row][pivot]] = [R[row][pivot], R[row][k]];
    const v = columns[order[k]].slice(k);
    R[k][k] = v[0] > 0 ? -norms[pivot] : norms[pivot];
    v[0] -= R[k][k];
    const square = v.reduce((sum, value) => sum + value * value, 0);
    const reflect = (column: Float64Array): void => {
      const share = (2 * v.reduce((sum, value, i) => sum + value * column[i], 0)) / square;
      for (let i = 0; i < v.length; ++i) column[i] -= share * v[i];
    };
    reflect(target.subarray(k));
    for (let place = k + 1; place < order.length; ++place) {
      const column = columns[order[place]].subarray(k);
      reflect(column);
      R[k][place] = column[0];
    }
  }
  return { order, R, rank };
}

/** x with R·x = c for the leading `size` rows and columns. */
function solveUpper(R: number[][], size: number, c: readonly number[]): number[] {
  const x = c.slice(0, size);
  for (let k = size - 1; k >= 0; --k) {
    for (let m = k + 1; m < size; ++m) x[k] -= R[k][m] * x[m];
    x[k] /= R[k][k];
  }
  return x;
}

/** x with R'·x = c */
function solveLower(R: number[][], size: number, c: readonly number[]): number[] {
  const x = c.slice(0, size);
  for (let k = 0; k < size; ++k) {
    for (let m = 0; m < k; ++m) x[k] -= R[m][k] * x[m];
    x[k] /= R[k][k];
  }
  return x;
}

/** Minimises by an active-set method: for each tolerance of the rank once, and the best counts. */
export function minimise(problem: Problem): Minimum {
  const form = unitForm(problem);
  const { rank } = pivotedQR(
    form.Z.map((z) => z.slice()),
    1e-12,
  );
  const ends = [1e-13, 1e-9].map((rankTolerance) => {
    const { u, violation } = descend(form, rankTolerance);
    const { w, b } = original(problem, form, u);
    return { w, b, F: preciseObjective(problem, w, b), violation, rank, size: form.columns.length };
  });
  return ends.reduce((best, end) => (end.F < best.F ? end : best));
}

function original(problem: Problem, form: UnitForm, u: Float64Array): { w: Float64Array; b: number } {
  const w = new Float64Array(problem.X[0].length);
  form.columns.forEach((j, k) => {
    w[j] = Math.min(Math.max(u[k] / form.norms[k], problem.lowerBounds[j]), problem.upperBounds[j]);
  });
  const b = new PreciseSum().add(form.target.pivot).add(form.target.mean);
  form.columns.forEach((j, k) => {
    b.addProduct(-w[j], form.centres[k].pivot).addProduct(-w[j], form.centres[k].mean);
  });
  return { w, b: problem.intercept ? b.value : 0 };
}

function descend(form: UnitForm, rankTolerance: number): { u: Float64Array; violation: number } {
  const { Z, t, l1, l2, lower, upper } = form;
  const size = Z.length;
  const u = new Float64Array(size);
  /** What rounding takes from u: nearly parallel columns need both to have a gradient at all. */
  const uLow = new Float64Array(size);
  /** The side of 0 that a coordinate of the active set is on or goes to; 0 where it is not in the set. */
  const side = new Int8Array(size);
  /** Coordinates that entered and could not move; forgotten once anything has. */
  const stuck = new Set<number>();
  const noise = 4 * Number.EPSILON * Math.sqrt(dot(t, t));

  const residual = (): Float64Array =>
    t.map((value, i) => {
      const sum = new PreciseSum().add(value);
      for (let k = 0; k < size; ++k) if (u[k] !== 0) sum.addProduct(-Z[k][i], u[k]).addProduct(-Z[k][i], uLow[k]);
      return sum.value;
    });
  const gradient = (r = residual()): number[] => Z.map((z, k) => dot(z, r) - l2[k] * u[k]);

  /** Slopes of F to the right and to the left that go down, 0 where there is none. */
  const descents = (g: readonly number[], k: number): { up: number; down: number } => ({
    up: u[k] < upper[k] ? Math.max(0, g[k] - (u[k] < 0 ? -l1[k] : l1[k])) : 0,
    down: u[k] > lower[k] ? Math.max(0, -g[k] - (u[k] > 0 ? -l1[k] : l1[k])) : 0,
  });

  const worst = (
    g: readonly number[],
    among: (k: number) => boolean,
  ): { k: number; violation: number; side: number } => {
    let found = { k: -1, violation: 0, side: 0 };
    for (let k = 0; k < size; ++k) {
      if (!among(k)) continue;
      const { up, down } = descents(g, k);
      if (Math.max(up, down) > found.violation) found = { k, violation: Math.max(up, down), side: up > down ? 1 : -1 };
    }
    return found;
  };

  /** Goes from u along d on the active set to the first wall, `longest` times its length at the most; true if it met none. */
  const move = (active: readonly number[], d: readonly number[], longest: number): boolean => {
    let step = longest;
    let blocked = -1;
    let wall = 0;
    active.forEach((k, m) => {
      if (d[m] === 0) return;
      const edge = d[m] > 0 ? upper[k] : lower[k];
      const ahead = l1[k] > 0 && side[k] * d[m] < 0 ? 0 : edge;
      const reach = (ahead - u[k]) / d[m];
      if (reach < step) {
        step = Math.max(reach, 0);
        blocked = k;
        wall = ahead;
      }
    });
    if (step === Number.POSITIVE_INFINITY) return true;
    if (step > 0) stuck.clear();
    active.forEach((k, m) => {
      const before = u[k];
      const change = step * d[m] + uLow[k];
      u[k] = k === blocked ? wall : before + change;
      uLow[k] = k === blocked ? 0 : before - u[k] + change;
    });
    if (blocked < 0) return true;
    side[blocked] = 0;
    if (step === 0) stuck.add(blocked);
    return false;
  };

  /** A step of Newton's method on the active set, or along a dependency of its columns that lowers the penalty. */
  const advance = (): boolean => {
    const active = [...side.keys()].filter((k) => side[k] !== 0);
    if (active.length === 0) return true;
    const r = residual();
    const g = gradient(r);
    const slopes = active.map((k) => g[k] - side[k] * l1[k]);
    const left = new Float64Array(t.length + active.length);
    left.set(r);
    active.forEach((k, m) => {
      left[t.length + m] = -Math.sqrt(l2[k]) * u[k];
    });
    const augmented = active.map((k, m) => {
      const column = new Float64Array(t.length + active.length);
      column.set(Z[k]);
      column[t.length + m] = Math.sqrt(l2[k]);
      return column;
    });
    const { order, R, rank } = pivotedQR(augmented, rankTolerance, left);
    for (let place = rank; place < active.length; ++place) {
      const combination = solveUpper(
        R,
        rank,
        R.slice(0, rank).map((row) => row[place]),
      );
      const d = new Array<number>(active.length).fill(0);
      d[order[place]] = 1;
      combination.forEach((value, m) => {
        d[order[m]] = -value;
      });
      const slope = d.reduce((sum, value, m) => sum + value * slopes[m], 0);
      const steepness = d.reduce((sum, value, m) => sum + Math.abs(value * l1[active[m]]), 0);
      if (Math.abs(slope) > 1e-10 * steepness && steepness > 0) {
        return move(
          active,
          d.map((value) => (slope > 0 ? value : -value)),
          Number.POSITIVE_INFINITY,
        );
      }
    }
    // R·x = Q'·left − R⁻ᵀ·(l1·side)
    const shrinkage = solveLower(
      R,
      rank,
      order.map((m) => side[active[m]] * l1[active[m]]),
    );
    const x = solveUpper(
      R,
      rank,
      shrinkage.map((value, m) => left[m] - value),
    );
    const d = new Array<number>(active.length).fill(0);
    x.forEach((value, m) => {
      d[order[m]] = value;
    });
    return move(active, d, 1);
  };

  for (let round = 0; round < 40 * (size + 2); ++round) {
    if (!advance() || !advance()) continue;
    const next = worst(gradient(), (k) => side[k] === 0 && !stuck.has(k));
    if (next.k < 0 || next.violation <= noise) break;
    side[next.k] = next.side;
    // What has no kink may go either way.
    if (u[next.k] !== 0 && l1[next.k] > 0) side[next.k] = Math.sign(u[next.k]);
  }
  const length = Math.sqrt(dot(t, t));
  return { u, violation: length > 0 ? worst(gradient(), () => true).violation / length : 0 };
}
