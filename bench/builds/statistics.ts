import { median } from "../harness.js";
import { randomSigned } from "../random.js";

/** A median and the bounds that hold the true one in 95 of 100 repetitions. */
export interface Interval {
  median: number;
  low: number;
  high: number;
}

const RESAMPLES = 2000;
const CONFIDENCE = 0.95;

/**
 * The median of the paired ratios numerators[i]/denominators[i], with its bootstrap interval: the quantiles (1 ∓ 0.95)/2 of the
 * medians of 2,000 resamples of the log-ratios, by which either side may be the denominator. The same numbers give the same interval.
 *
 * Efron & Tibshirani, An Introduction to the Bootstrap (1993), §13.
 */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): Interval {
  const logs = numerators.map((value, i) => Math.log(value / denominators[i]));
  const uniform = randomSigned(1);
  const draw = () => logs[Math.floor(((uniform() + 1) / 2) * logs.length)];
  const medians = Array.from({ length: RESAMPLES }, () => median(logs.map(draw))).sort((a, b) => a - b);
  const outside = Math.floor(((1 - CONFIDENCE) / 2) * RESAMPLES);
  return {
    median: Math.exp(median(logs)),
    low: Math.exp(medians[outside]),
    high: Math.exp(medians[RESAMPLES - 1 - outside]),
  };
}
