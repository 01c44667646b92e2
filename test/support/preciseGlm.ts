/** F of the families with curvature that changes, and how far below a fit it goes, to about 30 digits. */

import type { GlmProblem } from "../models/glmOracle.js";
import { DD } from "./doubleDouble.js";

const ZERO = new DD(0);
const ONE = new DD(1);
const STEPS = 60;
/** What is left of the digits, relative to 1 + |F| and to η. */
const NOISE = 1e-26;
const DIGITS = 1e-30;

/** ln x by Newton's method on e^y = x. */
function log(x: DD): DD {
  let y = new DD(Math.log(x.value));
  for (let step = 0; step < 2; ++step) y = y.plus(x.times(y.negated().exp()).minus(1));
  return y;
}

interface Row {
  loss: DD;
  gradient: DD[];
  hessian: DD[][];
}

function rowOf(family: GlmProblem["family"], y: number, eta: readonly DD[]): Row {
  if (family === "poisson") {
    const mean = eta[0].exp();
    return { loss: mean.minus(eta[0].times(y)), gradient: [mean.minus(y)], hessian: [[mean]] };
  }
  // A binomial row is one of two classes, the first with an η of 0.
  const all = family === "binomial" ? [ZERO, eta[0]] : eta;
  const top = all.reduce((most, value) => (value.minus(most).sign() > 0 ? value : most));
  const e = all.map((value) => (value.minus(top).value < -600 ? ZERO : value.minus(top).exp()));
  const sum = e.reduce((total, value) => total.plus(value));
  const p = e.map((value) => value.over(sum));
  const loss = log(sum).plus(top.minus(all[y]));
  const gradient = p.map((value, k) => (k === y ? value.minus(1) : value));
  const hessian = p.map((value, k) => p.map((other, m) => (k === m ? value : ZERO).minus(value.times(other))));
  if (family === "multinomial") return { loss, gradient, hessian };
  return { loss, gradient: [gradient[1]], hessian: [[hessian[1][1]]] };
}

interface Point {
  w: DD[];
  b: DD[];
}

/**
 * F at the coefficients less F at the best point that Newton's method finds from there: the excess over the minimum, or less. Without
 * bounds.
 */
export function preciseExcess(problem: GlmProblem, w: ArrayLike<number>, b: ArrayLike<number>): number {
  const { X, y, offset, weights, family, K, intercept, standardize, lambda, l1Ratio, penaltyFactor } = problem;
  const p = X[0].length;
  const rows = y.flatMap((_, i) => (weights[i] > 0 ? [i] : []));
  const total = rows.reduce((sum, i) => sum.plus(weights[i]), ZERO);
  const mean = (of: (i: number) => DD): DD => rows.reduce((s, i) => s.plus(of(i).times(weights[i])), ZERO).over(total);
  const scales = X[0].map((_, j) => {
    if (!standardize) return ONE;
    const centre = mean((i) => new DD(X[i][j]));
    const squared = (d: DD): DD => d.times(d);
    return mean((i) => squared(new DD(X[i][j]).minus(centre))).sqrt();
  });
  const isConstant = (j: number): boolean => rows.every((i) => X[i][j] === X[rows[0]][j]);
  const strength = new DD(lambda);
  const l1 = scales.map((d, j) => d.times(strength.times(l1Ratio)).times(penaltyFactor[j]));
  const ridge = ONE.minus(l1Ratio);
  const l2 = scales.map((d, j) => d.times(d).times(strength.times(ridge)).times(penaltyFactor[j]));
  const perClass = offset.length === y.length * K;
  const rowsAt = ({ w: at, b: from }: Point): Row[] =>
    rows.map((i) => {
      const eta = Array.from({ length: K }, (_, k) =>
        X[i].reduce((sum, x, j) => sum.plus(at[k * p + j].times(x)), from[k].plus(offset[perClass ? i * K + k : i])),
      );
      return rowOf(family, y[i], eta);
    });
  const F = (point: Point, at = rowsAt(point)): DD =>
    point.w.reduce(
      (sum, u, c) =>
        sum.plus(u.abs().times(l1[c % p])).plus(
          u
            .times(u)
            .times(l2[c % p])
            .times(0.5),
        ),
      at.reduce((sum, { loss }, a) => sum.plus(loss.times(weights[rows[a]])), ZERO).over(total),
    );

  let point: Point = { w: Array.from(w, (value) => new DD(value)), b: Array.from(b, (value) => new DD(value)) };
  const start = F(point);
  let best = start;
  for (let step = 0; step < STEPS; ++step) {
    const at = rowsAt(point);
    const x = (i: number, c: number): DD => (c < K * p ? new DD(X[i][c % p]) : ONE);
    const classOf = (c: number): number => (c < K * p ? Math.floor(c / p) : c - K * p);
    const slope = (c: number): DD =>
      at
        .reduce((s, row, a) => s.plus(row.gradient[classOf(c)].times(x(rows[a], c)).times(weights[rows[a]])), ZERO)
        .over(total)
        .plus(c < K * p ? point.w[c].times(l2[c % p]) : 0);
    const signs = new Map<number, number>();
    for (let c = 0; c < K * p + (intercept ? K : 0); ++c) {
      const j = c % p;
      const isFree = c >= K * p || l1[j].sign() === 0;
      if (c < K * p && (isConstant(j) || !(penaltyFactor[j] < Number.POSITIVE_INFINITY))) continue;
      // What all classes share moves no probability: the last one's free coordinates stay.
      if (K > 1 && classOf(c) === K - 1 && isFree && (c >= K * p || l2[j].sign() === 0)) continue;
      const g = slope(c);
      const sign = isFree ? 0 : point.w[c].sign() || -g.sign();
      if (isFree || point.w[c].sign() !== 0 || g.abs().minus(l1[j]).sign() > 0) signs.set(c, sign);
    }
    const list = [...signs.keys()];
    const g = list.map((c) => (signs.get(c) ? slope(c).plus(l1[c % p].times(signs.get(c) as number)) : slope(c)));
    const H = list.map((c) =>
      list.map((d) =>
        at
          .reduce(
            (s, row, a) =>
              s.plus(
                row.hessian[classOf(c)][classOf(d)].times(x(rows[a], c)).times(x(rows[a], d)).times(weights[rows[a]]),
              ),
            ZERO,
          )
          .over(total)
          .plus(c === d && c < K * p ? l2[c % p] : ZERO),
      ),
    );
    const d = solve(H, g);
    const last = best;
    for (let length = 1; length > 1e-9; length *= 0.5) {
      const next: Point = { w: point.w.slice(), b: point.b.slice() };
      list.forEach((c, a) => {
        const from = c < K * p ? next.w : next.b;
        const k = c < K * p ? c : c - K * p;
        const moved = from[k].minus(d[a].times(length));
        const sign = signs.get(c) as number;
        from[k] = sign !== 0 && moved.sign() !== 0 && moved.sign() !== sign ? ZERO : moved;
      });
      const value = F(next);
      if (!(value.minus(best).sign() < 0)) continue;
      best = value;
      point = next;
      break;
    }
    if (!(best.minus(last).sign() < 0)) break;
  }
  const size = offset.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return start.minus(best).value - NOISE * (1 + Math.abs(start.value)) - DIGITS * size;
}

/** Elimination with pivots; columns that are dependent are left out. */
function solve(matrix: readonly DD[][], right: readonly DD[]): DD[] {
  const rows = matrix.map((row, k) => [...row, right[k]]);
  const size = rows.length;
  const sizes = rows.map((row, k) => row[k].value);
  const out: DD[] = rows.map(() => ZERO);
  const order: number[] = [];
  for (let step = 0; step < size; ++step) {
    let pivot = -1;
    for (let k = 0; k < size; ++k) {
      if (order.includes(k) || !(rows[k][k].value > 1e-27 * sizes[k])) continue;
      if (pivot < 0 || rows[k][k].value / sizes[k] > rows[pivot][pivot].value / sizes[pivot]) pivot = k;
    }
    if (pivot < 0) break;
    order.push(pivot);
    for (let k = 0; k < size; ++k) {
      if (order.includes(k)) continue;
      const factor = rows[k][pivot].over(rows[pivot][pivot]);
      rows[k] = rows[k].map((value, j) => value.minus(factor.times(rows[pivot][j])));
    }
  }
  for (const k of order.reverse()) {
    out[k] = order
      .filter((j) => out[j] !== ZERO)
      .reduce((rest, j) => rest.minus(rows[k][j].times(out[j])), rows[k][size])
      .over(rows[k][k]);
  }
  return out;
}
