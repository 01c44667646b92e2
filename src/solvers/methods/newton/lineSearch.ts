import { penaltyOf } from "../../designs/coordinates.js";
import { settle } from "../../problems/certificate.js";
import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";
import { NOISE } from "../Method.js";

/** The share of the decrease along a step that it has to achieve. Armijo (1966). */
const ARMIJO = 1e-4;
const SHORTEST = 1e-12;
/** Rounding errors of an objective. */
const ROUNDING = 8 * Number.EPSILON;
/** Where the interval is this short, relative to its end, its end is the minimum. */
const CLOSE = 1e-10;
const STEPS = 60;

/**
 * The t in [0, 1] that minimises F(start + t·(b − start)) for a loss whose slope along a step is known at once: by the regula falsi of the slope, which
 * grows in pieces, and every third time by halves. Curvatures that end make parabolas through two values tell little of that.
 */
function bestLength(
  { b, l1, l2 }: SmoothProblem,
  lossSlope: (t: number) => number,
  count: number,
  columns: Int32Array,
  start: Float64Array,
): number {
  const slope = (t: number): number => {
    let sum = lossSlope(t);
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      const d = b[j] - start[j];
      const at = start[j] + t * d;
      sum += d * ((at > 0 ? l1[j] : at < 0 ? -l1[j] : 0) + l2[j] * at);
    }
    return sum;
  };
  let high = slope(1);
  if (!(high > 0)) return 1;
  let low = slope(0);
  let from = 0;
  let to = 1;
  for (let step = 1; step < STEPS && to - from > CLOSE * to; ++step) {
    const t = step % 3 === 0 || !(low < 0) ? 0.5 * (from + to) : (from * high - to * low) / (high - low);
    const value = slope(t);
    if (value === 0) return t;
    if (value > 0) {
      to = t;
      high = value;
    } else {
      from = t;
      low = value;
    }
  }
  return to;
}

/** Where a step has come to. */
export interface Step {
  /** What the slope at the start promises of the whole step. */
  decrease: number;
  /** The share of it that is left. */
  length: number;
  /** The loss and the penalty there. */
  smooth: number;
  penalty: number;
  /** Whether the objective is no higher, but for rounding errors; otherwise b is back where it was. */
  isLower: boolean;
  /** Whether rounding errors alone could be all of the decrease. */
  isNoise: boolean;
}

/**
 * The step from `start` to b, settled, as far as it lowers the objective enough; the residual is the one there.
 *
 * @param smooth - The loss at the start, z being its negative gradient there.
 * @param penalty - The penalty at the start.
 * @param shrinkBy - What a step of that length is multiplied by which raises the objective by `rise` more than its slope says.
 */
export function takeStep(
  problem: SmoothProblem,
  count: number,
  columns: Int32Array,
  start: Float64Array,
  smooth: number,
  penalty: number,
  shrinkBy: (length: number, rise: number, decrease: number) => number,
): Step {
  const { b, z } = problem;
  settle(problem, count, columns);
  let after = penaltyOf(problem, count, columns);
  let decrease = penalty - after;
  for (let k = 0; k < count; ++k) decrease += z[columns[k]] * (b[columns[k]] - start[columns[k]]);
  const least = smooth + penalty + ROUNDING * (Math.abs(smooth) + penalty);
  const slope = problem.along(count, columns, start);
  let length = slope ? bestLength(problem, slope, count, columns, start) : 1;
  if (length < 1) {
    retreat(problem, count, columns, start, length);
    after = penaltyOf(problem, count, columns);
  }
  const armijo = slope ? 0 : ARMIJO;
  let next = problem.residual(count, columns);
  while (!(next + after <= least - armijo * length * Math.max(0, decrease)) && length > SHORTEST) {
    const shrink = shrinkBy(length, next + after - (smooth + penalty) + length * decrease, decrease);
    length *= shrink;
    retreat(problem, count, columns, start, shrink);
    after = penaltyOf(problem, count, columns);
    next = problem.residual(count, columns);
  }
  const isLower = next + after <= least;
  if (!isLower) {
    for (let k = 0; k < count; ++k) b[columns[k]] = start[columns[k]];
    problem.residual(count, columns);
  }
  const isNoise = Math.abs(decrease) <= NOISE * (Math.abs(smooth) + penalty);
  return { decrease, length, smooth: next, penalty: after, isLower, isNoise };
}

/** Takes back all but a share of the step from `start` to b. */
function retreat(problem: SmoothProblem, count: number, columns: Int32Array, start: Float64Array, share: number): void {
  const { b } = problem;
  for (let k = 0; k < count; ++k) {
    const j = columns[k];
    b[j] = start[j] + share * (b[j] - start[j]);
  }
  settle(problem, count, columns);
}
