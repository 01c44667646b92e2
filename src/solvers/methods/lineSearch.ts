import { settle } from "../problems/certificate.js";
import type { SmoothProblem } from "../problems/Problem.js";

/** Where the interval is this short, relative to its end, its end is the minimum. */
const CLOSE = 1e-10;
const STEPS = 60;

/**
 * The t in [0, 1] that minimises F(start + t·(b − start)) for a loss whose slope along a step is known at once: by the regula falsi of the slope, which
 * grows in pieces, and every third time by halves. Curvatures that end make parabolas through two values tell little of that.
 */
export function bestLength(
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

/** Takes back all but a share of the step from `start` to b. */
export function retreat(
  problem: SmoothProblem,
  count: number,
  columns: Int32Array,
  start: Float64Array,
  share: number,
): void {
  const { b } = problem;
  for (let k = 0; k < count; ++k) {
    const j = columns[k];
    b[j] = start[j] + share * (b[j] - start[j]);
  }
  settle(problem, count, columns);
}
