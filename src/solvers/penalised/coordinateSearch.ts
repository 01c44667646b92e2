import { alignedBytes, type Heap } from "../../kernels/arena.js";
import type { BlockPenalty } from "../../penalties/Penalty.js";
import { NOISE } from "../methods/Method.js";
import type { SmoothProblem } from "../problems/Problem.js";
import { FAR } from "../problems/Problem.js";

/** What F has to fall by, in units of the null loss. */
const WORTH = 1e-10;
/** Points that are looked at for one coordinate at the most. */
const POINTS = 100;
/** Steps of Newton's method for intercepts, one after the other, at the most. */
const CENTRED = 20;
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
  readonly #place: Int32Array;
  readonly #square: Float64Array;

  static bytes(p: number): number {
    return alignedBytes(4 * (p + 1)) + 4 * alignedBytes(32);
  }

  constructor(arena: Heap, problem: SmoothProblem, penalty: BlockPenalty) {
    this.#problem = problem;
    this.#penalty = penalty;
    this.#list = arena.int32(problem.p + 1);
    this.#one = arena.int32(1);
    this.#place = arena.int32(1);
    this.#square = arena.float64(1);
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
    for (let step = 0, steepest = 1; step < CENTRED && features < p && steepest > NOISE; ++step) {
      steepest = 0;
      for (let j = features; j < p; ++j) {
        this.#one[0] = j;
        problem.gradient(1, this.#one);
        steepest = Math.max(steepest, Math.abs(z[j]));
        if (!(Math.abs(z[j]) > NOISE)) continue;
        this.begin();
        const before = [b[j], fit];
        let move = z[j] / this.#curvature(j);
        // Where Newton's method leads too far, half of the way, and so on.
        for (let halves = 0; halves < MOST_HALVES; ++halves, move *= 0.5) {
          b[j] = before[0] + move;
          fit = problem.residual(count, columns);
          if (problem.loss(fit) <= problem.loss(before[1])) break;
        }
      }
    }
    return fit;
  }

  /** Σ_i h_i·x_ij² */
  #curvature(j: number): number {
    this.#one[0] = j;
    this.#problem.crossGram(1, this.#one, this.#place, 1, this.#one, this.#square, 1);
    return this.#square[0];
  }

  /** Whether b_j, of block g, may be better elsewhere, by the curvature that the loss may keep. */
  mayMove(g: number, j: number, u: Float64Array): boolean {
    const { b, z } = this.#problem;
    if (b[j] !== 0) return true;
    if (z[j] === 0) return false;
    u[j] = z[j];
    this.#penalty.minimum(g, u, KEPT * this.#curvature(j), b);
    const moves = b[j] !== 0;
    b[j] = 0;
    return moves;
  }

  /**
   * Looks for a better b_j; b is 0 outside of the listed coordinates.
   *
   * @param stays - Whether b is to be as it was in the end.
   * @returns Whether there is one, which b_j and the intercepts are at then.
   */
  find(g: number, j: number, count: number, columns: Int32Array, stays = false): boolean {
    const problem = this.#problem;
    const { b, z, p, features, l2, lower, upper, curvatures, convergenceScale } = problem;
    const list = this.#list;
    list.set(columns.subarray(0, count));
    let listed = count;
    if (!list.subarray(0, count).includes(j)) list[listed++] = j;
    const here = b[j];
    const intercepts = b.slice(features, p);
    const at = (c: number): Point => {
      b[j] = c;
      const value = problem.loss(this.centre(listed, list)) + 0.5 * l2[j] * c * c;
      this.#one[0] = j;
      problem.gradient(1, this.#one);
      return { c, value, slope: l2[j] * c - z[j] };
    };
    const height = (c: number): number => {
      b[j] = c;
      return this.#penalty.value(g, b) - 0.5 * l2[j] * c * c;
    };
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
    const v = this.#curvature(j);
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
    if (isBetter && !stays) return true;
    b[j] = here;
    b.set(intercepts, features);
    return isBetter;
  }
}
