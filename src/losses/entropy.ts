import { log } from "../kernels/js/transcendental.js";

/** u·ln u, 0 at 0 */
export function xlogx(u: number): number {
  return u === 0 ? 0 : u * log(u);
}

/** Up to this size of t a few terms of the series are closer than the logarithm. */
const SMALL = 1 / 32;
/** What rounding may take t below −1. */
const BELOW = -1 - 1e-14;

/**
 * u·ln(u/μ) − u + μ for u = μ + difference >= 0, the Bregman divergence of x·ln x: μ·((1 + t)·ln(1 + t) − t), t = difference/μ.
 *
 * @param logMean - ln μ, for where μ underflows.
 */
export function relativeEntropy(mean: number, difference: number, logMean: number): number {
  if (difference === 0) return 0;
  const t = difference / mean;
  if (t > 1) return (mean + difference) * (log(mean + difference) - logMean) - difference;
  if (t < -1) return t < BELOW ? Number.POSITIVE_INFINITY : mean;
  if (t > -SMALL && t < SMALL) {
    return difference * t * (0.5 - t * (1 / 6 - t * (1 / 12 - t * (1 / 20 - t * (1 / 30)))));
  }
  return mean * (xlogx(1 + t) - t);
}
