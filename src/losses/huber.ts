import { rangeError } from "../errors.js";
import type { Loss } from "./Loss.js";

/**
 * The Huber family: squares near y, lines beyond delta, so that no row pulls harder than delta. With r = y − η
 *
 * ```text
 * loss(y, η) = r²/2 for |r| <= delta, else delta·|r| − delta²/2,   gradient −clamp(r, −delta, delta), curvature 1 or 0
 * conjugate g²/2 + g·y for |g| <= delta,   saturated value 0
 * ```
 *
 * Huber, Robust estimation of a location parameter (1964).
 */
export function huber({ delta = Number.POSITIVE_INFINITY }: { delta?: number | undefined }): Loss {
  const clamped = (r: number): number => Math.min(Math.max(r, -delta), delta);
  const value = (y: number, eta: number): number => {
    const r = Math.abs(y - eta);
    return r <= delta ? 0.5 * r * r : delta * (r - 0.5 * delta);
  };
  return {
    value,
    gradient: (y, eta) => -clamped(y - eta),
    curvature: (y, eta) => (Math.abs(y - eta) <= delta ? 1 : 0),
    steepest: 1,
    saturated: () => 0,
    divergence: (y, eta, difference) => {
      const r = y - eta;
      const inner = clamped(r);
      const slope = difference - inner;
      // Rounding may take a slope beyond delta.
      if (Math.abs(slope) > delta * (1 + 4 * Number.EPSILON)) return Number.POSITIVE_INFINITY;
      // Half its square, and beyond delta what is left of r.
      return Math.max(0, difference * (0.5 * difference + (r - inner)));
    },
    deviance: (y, mean) => 2 * value(y, mean),
    nullRange: (y, v, offset) => {
      let from = Number.POSITIVE_INFINITY;
      let to = Number.NEGATIVE_INFINITY;
      let start = 0;
      for (let i = 0; i < y.length; ++i) {
        if (!(v[i] > 0)) continue;
        const rest = y[i] - offset[i];
        from = Math.min(from, rest);
        to = Math.max(to, rest);
        start += v[i] * rest;
      }
      return { from, to, start: Math.min(Math.max(start, from), to) };
    },
  };
}

/** 1.345 keeps 95 % of the efficiency of least squares under normal errors, whose sd is 1.4826 times their median distance from their median. */
const TIMES_SPREAD = 1.345 * 1.4826;

/** 1.345·1.4826·median|y − median y|. @throws RangeError if that is 0. */
export function defaultDelta(y: Float64Array): number {
  const centre = median(y);
  const delta = TIMES_SPREAD * median(y.map((value) => Math.abs(value - centre)));
  if (delta !== 0) return delta;
  throw rangeError("ERR_VALUE", '"delta" must be given where most of y − offset is one value, got a default of 0');
}

/** Of an even number of values the middle of the two in the middle. */
function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : 0.5 * sorted[middle - 1] + 0.5 * sorted[middle];
}
