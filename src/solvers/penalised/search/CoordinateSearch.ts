import { float64, type Heap, int32, take } from "../../../kernels/arena.js";
import type { BlockPenalty } from "../../../penalties/Penalty.js";
import { pivotedCholesky } from "../../algebra/pivotedCholesky.js";
import { NOISE } from "../../methods/Method.js";
import { FAR, type SmoothProblem } from "../../problems/smooth/SmoothProblem.js";
import { type Point, Tangents } from "./Tangents.js";

/** What F has to fall by, in units of the null loss. */
const WORTH = 1e-10;
/** Points that are looked at for one coordinate at the most. */
const POINTS = 100;
/** Steps of Newton's method for intercepts at the most, how far the first may lead in units of η, and how often one is halved. */
const STEPS = 100;
const FIRST_REACH = 8;
const MOST_HALVES = 30;
/** The share of its present curvature that a loss surely keeps on the way to a better point, or almost. */
const KEPT = 0.25;

/** Where a search begins, with the intercepts there, and how many coordinates are listed. */
interface Start {
  g: number;
  j: number;
  here: number;
  intercepts: Float64Array;
  listed: number;
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
  /** What η and slopes are measured by: those of losses in pieces are in units of y, others in none. */
  readonly #unit: number;

  static layout(p: number, K: number) {
    const lists = [int32(p + 1), int32(1), int32(2)] as const;
    return [...lists, float64(p), int32(K), int32(K + 1), float64((K + 1) * (K + 1))] as const;
  }

  constructor(arena: Heap, problem: SmoothProblem, penalty: BlockPenalty) {
    this.#problem = problem;
    this.#penalty = penalty;
    const { p, features, predictors: K, farthest, convergenceScale } = problem;
    this.#unit = farthest < Number.POSITIVE_INFINITY ? 1 : Math.sqrt(convergenceScale);
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
    let reach = FIRST_REACH * this.#unit;
    for (let step = 0; step < STEPS && K > 0; ++step) {
      problem.gradient(K, this.#intercepts);
      const slopes = z.subarray(features, p);
      const steepest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
      if (!(steepest > NOISE * this.#unit)) break;
      const d = this.#stepOf(slopes, reach);
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

  /** Newton's step of the intercepts; where there is no curvature left, as far as `reach`. */
  #stepOf(slopes: Float64Array, reach: number): Float64Array {
    const K = slopes.length;
    const hessian = this.#hessian;
    this.begin();
    this.#problem.crossGram(K, this.#intercepts, this.#places, K, this.#intercepts, hessian, K);
    const curved = Array.from(this.#places.subarray(0, K)).filter((k) => hessian[k * (K + 1)] > 0);
    const { order, solve } = pivotedCholesky(hessian, K, curved);
    const steps = solve(order.map((k) => slopes[k]));
    const d = slopes.map((slope) => Math.sign(slope) * reach);
    order.forEach((k, a) => {
      d[k] = steps[a];
    });
    return d;
  }

  /** The intercept of the class that a coordinate is of. */
  #interceptOf(j: number): number {
    const { features, predictors } = this.#problem;
    return features + Math.floor((j * predictors) / features);
  }

  /** Σ_i h_i·x_ij² where the intercept of its class goes with b_j, by −lever for each unit, as the curvatures have it. */
  #curvature(j: number): { curvature: number; lever: number } {
    const { p, features } = this.#problem;
    const [pair, places, G] = [this.#pair, this.#places, this.#hessian];
    const count = features < p ? 2 : 1;
    pair[0] = j;
    pair[1] = this.#interceptOf(j);
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
    const limit = Math.min(sign > 0 ? upper[j] : -lower[j], (FAR * this.#unit) / Math.sqrt(curvatures[j]));
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
    const { b, p, features } = problem;
    const listed = this.#enlist(j, count, columns);
    const start = { g, j, here: b[j], intercepts: b.slice(features, p), listed };
    const isBetter = this.#descend(start);
    if (!isBetter || stays) {
      b[j] = start.here;
      b.set(start.intercepts, features);
    }
    problem.residual(listed, this.#list);
    this.begin();
    return isBetter;
  }

  /** Lists the coordinates of a list, and j; returns how many that are. */
  #enlist(j: number, count: number, columns: Int32Array): number {
    const list = this.#list;
    list.set(columns.subarray(0, count));
    if (list.subarray(0, count).includes(j)) return count;
    list[count] = j;
    return count + 1;
  }

  /** Goes from one point to the next until F is lower; whether it is in the end. */
  #descend(start: Start): boolean {
    const { g, j, here } = start;
    const { l2, lower, upper, curvatures, convergenceScale, farthest } = this.#problem;
    const height = (c: number): number => this.#height(g, j, c);
    const first = this.#pointAt(start, here);
    const most = first.value + height(here) - WORTH * convergenceScale;
    const unit = this.#unit / Math.sqrt(curvatures[j]);
    const far = FAR * unit;
    // Losses in pieces have hardly a curvature where all rows are in steep ones.
    const reach = farthest < Number.POSITIVE_INFINITY ? Number.MAX_VALUE : FIRST_REACH * unit;
    const step = Math.min(Math.max(-first.slope / (this.#curvature(j).curvature + l2[j]), -reach), reach);
    const tangents = new Tangents(first, lower[j], upper[j], far, Math.abs(step));
    const isLower = (c: number): boolean => {
      const point = this.#pointAt(start, c);
      if (!(point.value < Number.POSITIVE_INFINITY)) return false;
      tangents.add(point);
      return point.value + height(c) < most;
    };
    const best = tangents.clamp(here + step);
    if ((here !== 0 && isLower(0)) || (step !== 0 && best !== here && isLower(best))) return true;
    for (let tries = tangents.count; tries < POINTS; ++tries) {
      const before = tangents.count;
      const next = tangents.lowest(most, height);
      if (next === undefined) return false;
      if (isLower(next)) return true;
      if (tangents.count === before) return false;
    }
    return false;
  }

  /** Takes b_j to c, and the intercepts to where they are best then. */
  #pointAt({ j, here, intercepts, listed }: Start, c: number): Point {
    const problem = this.#problem;
    const { b, z, p, features, l2, pivots, means, scales } = problem;
    b[j] = c;
    b.set(intercepts, features);
    if (features < p) {
      // Where columns have a mean, intercepts go with it, unless they start nearer where they are.
      const stays = problem.loss(problem.residual(listed, this.#list));
      b[this.#interceptOf(j)] += ((pivots[j] + means[j]) / scales[j]) * (c - here);
      if (!(problem.loss(problem.residual(listed, this.#list)) <= stays)) b.set(intercepts, features);
    }
    const value = problem.loss(this.centre(listed, this.#list)) + 0.5 * l2[j] * c * c;
    this.#one[0] = j;
    problem.gradient(1, this.#one);
    return { c, value, slope: l2[j] * c - z[j] };
  }
}
