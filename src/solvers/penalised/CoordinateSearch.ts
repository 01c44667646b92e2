import { float64, type Heap, int32, take } from "../../kernels/arena.js";
import type { BlockPenalty } from "../../penalties/Penalty.js";
import { pivotedCholesky } from "../algebra/pivotedCholesky.js";
import { NOISE } from "../methods/Method.js";
import { FAR, type SmoothProblem } from "../problems/smooth/SmoothProblem.js";

/** What F has to fall by, in units of the null loss. */
const WORTH = 1e-10;
/** Points that are looked at for one coordinate at the most. */
const POINTS = 100;
/** Steps of Newton's method for intercepts at the most, how far the first may lead, and how often one is halved. */
const STEPS = 100;
const FIRST_REACH = 8;
const MOST_HALVES = 30;
/** The share of its present curvature that a loss surely keeps on the way to a better point, or almost. */
const KEPT = 0.25;

/** A point on the way, with the best intercepts there, the convex part of F there, and its slope. */
interface Point {
  c: number;
  value: number;
  slope: number;
}

/**
 * Whether moving a coordinate alone, and the intercepts after it, lowers F, where the curvature of the loss changes and the penalty, besides its ridge part, is concave on
 * both sides of 0. The tangents of the convex part bound F from below by a function whose minima are at 0 and where tangents meet:
 *
 * ```text
 * F(c) >= max_i φ(c_i) + φ'(c_i)·(c − c_i) + h(c)
 * ```
 *
 * F is looked at where that is least, until it is no less than F here, or F is. Kelley, The cutting-plane method (1960).
 */
export class CoordinateSearch {
  readonly #problem: SmoothProblem;
  readonly #penalty: BlockPenalty;
  readonly #list: Int32Array;
  readonly #one: Int32Array;
  /** A coordinate and the intercept of its class, and a direction in these. */
  readonly #pair: Int32Array;
  readonly #direction: Float64Array;
  readonly #intercepts: Int32Array;
  readonly #places: Int32Array;
  readonly #hessian: Float64Array;

  static layout(p: number, K: number) {
    const lists = [int32(p + 1), int32(1), int32(2)] as const;
    return [...lists, float64(p), int32(K), int32(K + 1), float64((K + 1) * (K + 1))] as const;
  }

  constructor(arena: Heap, problem: SmoothProblem, penalty: BlockPenalty) {
    this.#problem = problem;
    this.#penalty = penalty;
    const { p, features, predictors: K } = problem;
    const arrays = take(arena, CoordinateSearch.layout(p, K));
    [this.#list, this.#one, this.#pair, this.#direction, this.#intercepts, this.#places, this.#hessian] = arrays;
    for (let k = 0; k <= K; ++k) this.#places[k] = k;
    for (let k = 0; k < K; ++k) this.#intercepts[k] = features + k;
  }

  /** Takes the curvatures at b, for which the residual is the latest. */
  begin(): void {
    this.#problem.remodel(Number.POSITIVE_INFINITY);
  }

  /** Takes intercepts to where their slopes are 0 but for rounding errors, b being 0 outside of the listed coordinates; returns the residual. */
  centre(count: number, columns: Int32Array): number {
    const problem = this.#problem;
    const { b, z, p, features } = problem;
    let fit = problem.residual(count, columns);
    const K = p - features;
    let reach = FIRST_REACH;
    for (let step = 0; step < STEPS && K > 0; ++step) {
      problem.gradient(K, this.#intercepts);
      const slopes = z.subarray(features, p);
      const steepest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
      if (!(steepest > NOISE)) break;
      this.begin();
      problem.crossGram(K, this.#intercepts, this.#places, K, this.#intercepts, this.#hessian, K);
      const { order, solve } = pivotedCholesky(
        this.#hessian,
        K,
        Array.from(this.#places.subarray(0, K)).filter((k) => this.#hessian[k * (K + 1)] > 0),
      );
      const steps = solve(order.map((k) => slopes[k]));
      // Where there is no curvature left, farther and farther.
      const d = slopes.map((slope) => Math.sign(slope) * reach);
      order.forEach((k, a) => {
        d[k] = steps[a];
      });
      const longest = d.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
      let length = Math.min(1, reach / longest);
      if (length < 1) reach *= 2;
      const before = b.slice(features, p);
      const last = fit;
      for (let halves = 0; halves < MOST_HALVES; ++halves, length *= 0.5) {
        for (let k = 0; k < K; ++k) b[features + k] = before[k] + length * d[k];
        fit = problem.residual(count, columns);
        if (problem.loss(fit) < problem.loss(last)) break;
      }
      if (problem.loss(fit) < problem.loss(last)) continue;
      b.set(before, features);
      return problem.residual(count, columns);
    }
    return fit;
  }

  /** Σ_i h_i·x_ij² where the intercept of its class goes with b_j, by −lever for each unit, as the curvatures have it. */
  #curvature(j: number): { curvature: number; lever: number } {
    const { p, features, predictors } = this.#problem;
    const [pair, places, G] = [this.#pair, this.#places, this.#hessian];
    const count = features < p ? 2 : 1;
    pair[0] = j;
    pair[1] = features + Math.floor((j * predictors) / features);
    this.#problem.crossGram(count, pair, places, count, pair, G, count);
    const lever = count === 2 && G[3] > 0 ? G[1] / G[3] : 0;
    return { curvature: Math.max(0, G[0] - lever * G[1]), lever };
  }

  /**
   * Whether b_j, of block g, may be better elsewhere: by the curvature that the loss may keep, or else by its slopes. From a c on where that of the convex part is −s,
   * it falls by no more than s·(c' − c), which is looked at as far as that is surely less than h rises.
   */
  mayMove(g: number, j: number, u: Float64Array): boolean {
    const { b, z, p, features, scales, pivots, means } = this.#problem;
    if (b[j] !== 0) return true;
    if (z[j] === 0) return false;
    u[j] = z[j];
    const { curvature, lever } = this.#curvature(j);
    this.#penalty.minimum(g, u, KEPT * curvature, b);
    const moves = b[j] !== 0;
    b[j] = 0;
    if (moves || this.#mayGain(g, j, curvature, lever)) return true;
    // The intercept of columns that are not centred stays.
    return features < p && this.#mayGain(g, j, curvature, -(pivots[j] + means[j]) / scales[j]);
  }

  #mayGain(g: number, j: number, curvature: number, lever: number): boolean {
    const { z, p, features, l2, lower, upper, curvatures } = this.#problem;
    const sign = Math.sign(z[j]);
    const limit = Math.min(sign > 0 ? upper[j] : -lower[j], FAR / Math.sqrt(curvatures[j]));
    let [c, fall, steep] = [0, 0, Math.abs(z[j])];
    const gains = (to: number): boolean => fall + steep * (to - c) > this.#height(g, j, sign * to);
    let slopeAt: ((d: number) => number) | undefined;
    for (let next = steep / curvature; next < limit; next = 2 * c) {
      if (gains(next)) return true;
      while (next < limit && !gains(Math.min(2 * next, limit))) next *= 2;
      if (!(next < limit)) return false;
      fall += steep * (next - c);
      c = next;
      if (slopeAt === undefined) {
        this.#direction[j] = 1;
        this.#direction[this.#pair[1]] = -lever;
        slopeAt = this.#problem.slopes(this.#pair.subarray(0, features < p ? 2 : 1), this.#direction);
      }
      steep = -sign * slopeAt(sign * c) - l2[j] * c;
      if (!(steep > 0)) return false;
    }
    return limit > 0 && gains(limit);
  }

  /** h at b_j = c without the ridge part. */
  #height(g: number, j: number, c: number): number {
    const { b, l2 } = this.#problem;
    const here = b[j];
    b[j] = c;
    const value = this.#penalty.value(g, b) - 0.5 * l2[j] * c * c;
    b[j] = here;
    return value;
  }

  /**
   * Looks for a better b_j; b is 0 outside of the listed coordinates.
   *
   * @param stays - Whether b is to be as it was in the end.
   * @returns Whether there is one, which b_j and the intercepts are at then. Residual and curvatures are those at b.
   */
  find(g: number, j: number, count: number, columns: Int32Array, stays = false): boolean {
    const problem = this.#problem;
    const { b, z, p, features, predictors, l2, lower, upper, curvatures, convergenceScale } = problem;
    const { pivots, means, scales } = problem;
    const list = this.#list;
    list.set(columns.subarray(0, count));
    let listed = count;
    if (!list.subarray(0, count).includes(j)) list[listed++] = j;
    const here = b[j];
    const intercepts = b.slice(features, p);
    const own = features + Math.floor((j * predictors) / features);
    const at = (c: number): Point => {
      b[j] = c;
      // Where columns have a mean, intercepts go with it.
      b.set(intercepts, features);
      if (features < p) b[own] += ((pivots[j] + means[j]) / scales[j]) * (c - here);
      const value = problem.loss(this.centre(listed, list)) + 0.5 * l2[j] * c * c;
      this.#one[0] = j;
      problem.gradient(1, this.#one);
      return { c, value, slope: l2[j] * c - z[j] };
    };
    const height = (c: number): number => this.#height(g, j, c);
    const first = at(here);
    const most = first.value + height(here) - WORTH * convergenceScale;
    const points = [first];
    /** Adds a point; whether F is lower there. */
    const add = (c: number): boolean => {
      const point = at(c);
      if (!(point.value < Number.POSITIVE_INFINITY)) return false;
      points.push(point);
      points.sort((left, right) => left.c - right.c);
      return point.value + height(c) < most;
    };
    const v = this.#curvature(j).curvature;
    const clamp = (c: number): number => Math.min(Math.max(c, lower[j]), upper[j]);
    const step = -first.slope / (v + l2[j]);
    const farthest = FAR / Math.sqrt(curvatures[j]);
    let isBetter = (here !== 0 && add(0)) || (step !== 0 && clamp(here + step) !== here && add(clamp(here + step)));
    for (let tries = points.length; !isBetter && tries < POINTS; ++tries) {
      let lowest = most;
      let next = Number.NaN;
      const look = (c: number, value: number, to = c): void => {
        const bound = value + height(c);
        if (!(bound < lowest)) return;
        lowest = bound;
        next = to;
      };
      for (let i = 1; i < points.length; ++i) {
        const [left, right] = [points[i - 1], points[i]];
        const meet =
          (left.value - right.value + right.slope * right.c - left.slope * left.c) / (right.slope - left.slope);
        if (meet > left.c && meet < right.c) look(meet, left.value + left.slope * (meet - left.c));
      }
      // Beyond the ends, as far as the convex part falls there: that is concave, and least at its far end.
      for (const [end, sign] of [
        [points[0], -1],
        [points[points.length - 1], 1],
      ] as const) {
        const far = clamp(sign * farthest);
        if (!(end.slope * sign < 0) || !((far - end.c) * sign > 0)) continue;
        const beyond = clamp(end.c + sign * Math.max(Math.abs(end.c), Math.abs(step)));
        look(far, end.value + end.slope * (far - end.c), (far - beyond) * sign > 0 ? beyond : far);
      }
      if (Number.isNaN(next) || points.some(({ c }) => c === next)) break;
      const before = points.length;
      isBetter = add(next);
      if (points.length === before) break;
    }
    if (!isBetter || stays) {
      b[j] = here;
      b.set(intercepts, features);
    }
    problem.residual(listed, list);
    this.begin();
    return isBetter;
  }
}
