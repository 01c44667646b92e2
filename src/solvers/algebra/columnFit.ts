import { dot64 } from "../../kernels/js/vectors/reductions.js";
import type { Loss } from "../../losses/Loss.js";
import { pivotedCholesky } from "./pivotedCholesky.js";

/** Newton steps after which a start was too far. */
const STEPS = 40;

/**
 * Fits columns to rows by a loss that is piecewise quadratic: with c ← argmin Σ_i v_i·loss(u_i, x_i·c),
 *
 * ```text
 * u ← u − X·c,   θ ← −∇,   so that Xᵀθ = 0
 * ```
 *
 * by Newton's method, which ends once all rows are on their pieces. Where these leave columns without a curvature, a row has that of the parabola
 * about 0 that touches the loss at u_i, which is nowhere below it. Huber, Robust Statistics (1981), §7.8.
 *
 * @param X - Columns of n rows, one after the other.
 * @param v - Weights.
 * @param u - What is left of y, for which every loss is a function of y − η; changed.
 * @param theta - Set.
 * @returns What rounding errors of Xᵀθ may be worth in the loss; undefined where the minimum was too far.
 */
export function fitColumns(
  loss: Loss,
  X: Float64Array,
  v: Float64Array,
  u: Float64Array,
  theta: Float64Array,
): number | undefined {
  const n = v.length;
  const places = Array.from({ length: X.length / n }, (_, a) => a);
  const rounding = (16 + Math.sqrt(n)) * Number.EPSILON;
  const bent = (): Float64Array => u.map((value, i) => (v[i] > 0 ? v[i] * loss.curvature(value, 0) : 0));
  const touching = (): Float64Array => u.map((value, i) => (theta[i] === 0 ? 0 : theta[i] / value));
  const factor = (h: Float64Array) => pivotedCholesky(gram(X, h), places.length, places);
  const norms = places.map((a) => Math.sqrt(dotBy(X, a, a, v)));
  for (let step = 0; step < STEPS; ++step) {
    let squares = 0;
    for (let i = 0; i < n; ++i) {
      theta[i] = v[i] > 0 ? -v[i] * loss.gradient(u[i], 0) : 0;
      if (v[i] > 0) squares += (theta[i] * theta[i]) / v[i];
    }
    const slopes = places.map((a) => dot64(n, X, a * n, theta, 0));
    if (slopes.every((slope, a) => Math.abs(slope) <= rounding * norms[a] * Math.sqrt(squares))) {
      // It is as if θ itself were off by as much, the more, the less columns differ.
      const worth = u.reduce((sum, value, i) => sum + Math.abs(value * theta[i]), 0);
      return (places.length * rounding * worth) / Math.sqrt(factor(touching()).least);
    }
    let { order, solve } = factor(bent());
    if (order.length < places.length) ({ order, solve } = factor(touching()));
    const c = solve(order.map((a) => slopes[a]));
    order.forEach((a, m) => {
      for (let i = 0; i < n; ++i) u[i] -= c[m] * X[a * n + i];
    });
  }
  return undefined;
}

/** Σ_i h_i·x_ia·x_ic */
function dotBy(X: Float64Array, a: number, c: number, h: Float64Array): number {
  const n = h.length;
  let sum = 0;
  for (let i = 0; i < n; ++i) sum += h[i] * X[a * n + i] * X[c * n + i];
  return sum;
}

function gram(X: Float64Array, h: Float64Array): Float64Array {
  const k = X.length / h.length;
  const G = new Float64Array(k * k);
  for (let a = 0; a < k; ++a) {
    for (let c = 0; c <= a; ++c) {
      G[a * k + c] = dotBy(X, a, c, h);
      G[c * k + a] = G[a * k + c];
    }
  }
  return G;
}
