import { log } from "../arithmetic/transcendental.js";

/** u·ln u, 0 at 0 */
export function xlogx(u: number): number {
  return u === 0 ? 0 : u * log(u);
}

/** Up to this size of t a few terms of the series are closer than the logarithm. */
const SMALL = 1 / 32;
/** Means below this are logarithms only. */
const TINY = 1e-290;
/** What rounding may take t below −1. */
const BELOW = -1 - 1e-14;

/**
 * u·ln(u/μ) − u + μ for u = μ + difference >= 0, the Bregman divergence of x·ln x: μ·((1 + t)·ln(1 + t) − t), t = difference/μ.
 *
 * @param logMean - ln μ where μ is next to 0; otherwise not used.
 */
export function relativeEntropy(mean: number, difference: number, logMean: number): number {
  if (difference === 0) return 0;
  const t = difference / mean;
  if (t > 1) {
    const u = mean + difference;
    return u * (log(u) - (mean > TINY ? log(mean) : logMean)) - difference;
  }
  if (t < -1) return t < BELOW ? Number.POSITIVE_INFINITY : mean;
  if (t > -SMALL && t < SMALL) {
    return difference * t * (0.5 - t * (1 / 6 - t * (1 / 12 - t * (1 / 20 - t * (1 / 30)))));
  }
  return mean * (xlogx(1 + t) - t);
}
