import { coordinateMinimum } from "../../../kernels/js/fits/descent.js";
import { Extrapolation } from "../../algebra/extrapolation.js";
import { wallOf } from "../../designs/coordinates.js";
import type { SparseColumns } from "../../designs/sparse/sparseColumns.js";
import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";

/** It is minimised until an epoch lowers it by less than this share of what all have, or by this of the accuracy. */
const ENOUGH = 1e-3;
const FINE = 0.1;

/**
 * The quadratic model of a smooth problem with sparse X about a point b₀, as `QuadraticModel` has it, by coordinate descent: a few operations for
 * each stored value of a column. The Hessian of row i in its K η is diag(h_i) − h_i·q_i', so that the slopes along these, moved by u_i, are
 *
 * ```text
 * θ_ik − h_ik·(u_ik − s_i) = r_ik + h_ik·s_i,   r_ik = θ_ik − h_ik·u_ik,   s_i = Σ_m q_im·u_im
 * ```
 *
 * A coefficient of a centred column takes the intercept along, so that rows without a value stay where they are. Every few epochs it
 * extrapolates to where they lead.
 *
 * Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010).
 */
export class CoordinateModel {
  /** b₀ */
  readonly start: Float64Array;
  readonly #problem: SmoothProblem;
  readonly #columns: SparseColumns;
  readonly #extrapolation: Extrapolation;
  readonly #n: number;
  readonly #h: Float64Array;
  readonly #q: Float64Array;
  readonly #r: Float64Array;
  readonly #s: Float64Array;
  /** What an extrapolation moves coordinates by, η with them, and these on average by q. */
  readonly #steps: Float64Array;
  readonly #moves: Float64Array;
  readonly #means: Float64Array;
  /** Of each coordinate: its curvature, its column, −1 for an intercept, and its predictor. */
  readonly #curvatures: Float64Array;
  readonly #columnOf: Int32Array;
  readonly #predictorOf: Int32Array;
  /** Where the values of each column of X end, without the zeros that fill the last block. */
  readonly #ends: Int32Array;
  readonly #active: Int32Array;

  static layout(size: number) {
    return Extrapolation.layout(size);
  }

  constructor(problem: SmoothProblem, columns: SparseColumns) {
    const { arena, p, features, predictors: K } = problem;
    const etas = problem.etas;
    this.#problem = problem;
    this.#columns = columns;
    this.#extrapolation = new Extrapolation(arena, p);
    this.#n = etas / K;
    this.start = new Float64Array(p);
    this.#h = new Float64Array(etas);
    this.#q = new Float64Array(etas);
    this.#r = new Float64Array(etas);
    this.#moves = new Float64Array(etas);
    this.#s = new Float64Array(this.#n);
    this.#means = new Float64Array(this.#n);
    this.#curvatures = new Float64Array(p);
    this.#active = new Int32Array(p);
    this.#steps = new Float64Array(p);
    const width = features / K;
    this.#predictorOf = Int32Array.from(this.start, (_, c) => (c < features ? Math.floor(c / width) : c - features));
    const { values, columnPointers } = columns;
    this.#ends = columnPointers.map((_, j) => {
      let end = columnPointers[j + 1];
      while (end > columnPointers[j] && values[end - 1] === 0) end -= 1;
      return end;
    });
    this.#columnOf = Int32Array.from(this.start, (_, c) => (c < features ? c % width : -1));
  }

  /** Is the model about where b is, with curvatures H that the problem has taken there; undefined where an intercept is not listed, which has to move. */
  begin(count: number, list: Int32Array): this | undefined {
    const { b, p, features } = this.#problem;
    const q = this.#q;
    const h = this.#h;
    const { values, rowIndices, columnPointers } = this.#columns;
    let intercepts = 0;
    for (let a = 0; a < count; ++a) if (list[a] >= features) intercepts += 1;
    if (intercepts < p - features) return undefined;
    this.#problem.rowModel(this.#r, h, q);
    this.#s.fill(0);
    for (let a = 0; a < count; ++a) {
      const c = list[a];
      const j = this.#columnOf[c];
      const base = this.#predictorOf[c] * this.#n;
      let curvature = 0;
      if (j < 0) for (let at = base; at < base + this.#n; ++at) curvature += h[at] * (1 - q[at]);
      for (let e = columnPointers[j]; e < this.#ends[j]; ++e) {
        const at = base + rowIndices[e];
        curvature += values[e] * values[e] * h[at] * (1 - q[at]);
      }
      this.#curvatures[c] = curvature;
      this.start[c] = b[c];
    }
    return this;
  }

  /** b ← about the minimiser. Returns the epochs over the list, or over what is active of it. */
  minimise(count: number, list: Int32Array, accuracy: number, budget: number): number {
    const { b, features } = this.#problem;
    const active = this.#active;
    let epochs = 0;
    let total = 0;
    let least = 0;
    const lowersBy = (gain: number): boolean => {
      epochs += 1;
      total += gain;
      least = Math.max(FINE * accuracy, ENOUGH * total);
      return gain > least && epochs < budget;
    };
    while (lowersBy(this.#epoch(count, list))) {
      let size = 0;
      for (let a = 0; a < count; ++a) if (b[list[a]] !== 0 || list[a] >= features) active[size++] = list[a];
      this.#extrapolation.restart();
      while (lowersBy(this.#epoch(size, active) + this.#leap(size, active)));
    }
    return epochs;
  }

  /** Moves each of the listed coordinates to where the model is least along it; returns by how much that is lower. */
  #epoch(count: number, list: Int32Array): number {
    const { b, l1, l2, lower, upper, features } = this.#problem;
    const { values, rowIndices, columnPointers, implicitMeans } = this.#columns;
    const [n, h, q, r, s] = [this.#n, this.#h, this.#q, this.#r, this.#s];
    const [curvatures, columnOf, predictorOf, ends] = [this.#curvatures, this.#columnOf, this.#predictorOf, this.#ends];
    let total = 0;
    for (let a = 0; a < count; ++a) {
      const c = list[a];
      const j = columnOf[c];
      const k = predictorOf[c];
      const curvature = curvatures[c];
      if (j < 0) total += this.#moveIntercept(c, k * n);
      if (j < 0 || !(curvature + l2[c] > 0)) continue;
      const base = k * n;
      const from = columnPointers[j];
      const to = ends[j];
      let slope = 0;
      for (let e = from; e < to; ++e) {
        const i = rowIndices[e];
        slope += values[e] * (r[base + i] + h[base + i] * s[i]);
      }
      const old = b[c];
      const v = curvature * old + slope;
      const next = coordinateMinimum(v, curvature, l1[c], l2[c], lower[c], upper[c]);
      const d = next - old;
      if (d === 0) continue;
      b[c] = next;
      b[features + k] += implicitMeans[j] * d;
      total +=
        d * (slope - 0.5 * curvature * d - 0.5 * l2[c] * (old + next)) + l1[c] * (Math.abs(old) - Math.abs(next));
      for (let e = from; e < to; ++e) {
        const i = rowIndices[e];
        const move = values[e] * d;
        r[base + i] -= h[base + i] * move;
        s[i] += q[base + i] * move;
      }
    }
    return total;
  }

  #moveIntercept(c: number, base: number): number {
    const { b } = this.#problem;
    const [n, h, q, r, s] = [this.#n, this.#h, this.#q, this.#r, this.#s];
    let slope = 0;
    for (let i = 0; i < n; ++i) slope += r[base + i] + h[base + i] * s[i];
    const d = slope / this.#curvatures[c];
    if (!(Math.abs(d) < Number.POSITIVE_INFINITY)) return 0;
    b[c] += d;
    for (let i = 0; i < n; ++i) {
      r[base + i] -= h[base + i] * d;
      s[i] += q[base + i] * d;
    }
    return 0.5 * slope * d;
  }

  /** Goes on to where the latest epochs lead, as far as the model gets lower, where there have been enough; returns by how much it is. */
  #leap(count: number, list: Int32Array): number {
    const { b } = this.#problem;
    const { last } = this.#extrapolation;
    if (!this.#extrapolation.next(count, list, b)) return 0;
    const steps = this.#steps;
    for (let a = 0; a < count; ++a) {
      const c = list[a];
      steps[c] = b[c] - last[c];
      b[c] = last[c];
    }
    return this.#move(count, list);
  }

  /** Goes along the steps to where the model is least, but no coefficient beyond 0 or a bound; returns by how much it is lower. */
  #move(count: number, list: Int32Array): number {
    const { b, l1, l2, predictors: K } = this.#problem;
    const [n, h, q, r, s] = [this.#n, this.#h, this.#q, this.#r, this.#s];
    const [steps, moves, means] = [this.#steps, this.#moves, this.#means];
    this.#setMoves(count, list);
    let slope = 0;
    let curvature = 0;
    let longest = Number.POSITIVE_INFINITY;
    let first = -1;
    let wall = 0;
    for (let a = 0; a < count; ++a) {
      const c = list[a];
      const d = steps[c];
      if (d === 0) continue;
      slope -= d * ((b[c] < 0 ? -l1[c] : l1[c]) + l2[c] * b[c]);
      curvature += l2[c] * d * d;
      const ahead = wallOf(this.#problem, c, d);
      const reach = (ahead - b[c]) / d;
      if (!(reach < longest)) continue;
      longest = reach;
      first = c;
      wall = ahead;
    }
    means.fill(0);
    for (let at = 0, i = 0; at < K * n; ++at, i = at % n) means[i] += q[at] * moves[at];
    for (let at = 0, i = 0; at < K * n; ++at, i = at % n) {
      slope += moves[at] * (r[at] + h[at] * s[i]);
      curvature += moves[at] * h[at] * (moves[at] - means[i]);
    }
    const length = Math.min(longest, slope / curvature);
    if (!(slope > 0 && length > 0 && length < Number.POSITIVE_INFINITY)) return 0;
    for (let a = 0; a < count; ++a) b[list[a]] += length * steps[list[a]];
    if (length === longest) b[first] = wall;
    for (let at = 0; at < K * n; ++at) r[at] -= length * h[at] * moves[at];
    for (let i = 0; i < n; ++i) s[i] += length * means[i];
    return length * (slope - 0.5 * length * curvature);
  }

  /** moves ← what the steps move η by. */
  #setMoves(count: number, list: Int32Array): void {
    const { features, predictors: K, p } = this.#problem;
    const { values, rowIndices, columnPointers, implicitMeans } = this.#columns;
    const [n, d, moves] = [this.#n, this.#steps, this.#moves];
    const shifts = new Float64Array(K);
    if (features < p) for (let k = 0; k < K; ++k) shifts[k] = d[features + k];
    for (let a = 0; a < count; ++a) {
      const j = this.#columnOf[list[a]];
      if (j >= 0) shifts[this.#predictorOf[list[a]]] -= implicitMeans[j] * d[list[a]];
    }
    for (let k = 0; k < K; ++k) moves.fill(shifts[k], k * n, (k + 1) * n);
    for (let a = 0; a < count; ++a) {
      const c = list[a];
      const j = this.#columnOf[c];
      if (j < 0 || d[c] === 0) continue;
      const base = this.#predictorOf[c] * n;
      for (let e = columnPointers[j]; e < this.#ends[j]; ++e) moves[base + rowIndices[e]] += values[e] * d[c];
    }
  }
}
