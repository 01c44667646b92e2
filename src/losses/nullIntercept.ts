import type { Loss } from "./Loss.js";

/** More steps than bisection needs in double precision. */
const STEPS = 200;

/**
 * The b that minimises Σ v_i·loss(y_i, o_i + b), Σ v_i being 1: by Newton's method, or else bisection, where its range is no single number.
 *
 * @throws RangeError if there is none.
 */
export function nullIntercept(loss: Loss, y: Float64Array, v: Float64Array, offset: Float64Array): number {
  const range = loss.nullRange(y, v, offset);
  let { from, to } = range;
  let b = range.start;
  for (let step = 0; step < STEPS && from < to; ++step) {
    let slope = 0;
    let curvature = 0;
    for (let i = 0; i < y.length; ++i) {
      const eta = b + offset[i];
      slope -= v[i] * loss.gradient(y[i], eta);
      curvature += v[i] * loss.curvature(y[i], eta);
    }
    if (slope > 0) from = b;
    else to = b;
    const next = b + slope / curvature;
    const last = b;
    b = next > from && next < to ? next : from + (to - from) / 2;
    if (Math.abs(b - last) <= Number.EPSILON * Math.abs(b)) break;
  }
  return b;
}
