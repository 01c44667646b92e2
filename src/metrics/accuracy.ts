import type { LabelsLike } from "../data/toLabels.js";
import { type ClassMetricOptions, readPairs } from "./probabilities.js";
import { weightedMean } from "./weightedMean.js";

/**
 * The share of rows whose class is predicted, `Σ s_i·[y_i = ŷ_i]/W`.
 *
 * @param y - n labels, numbers or strings.
 * @param predictions - n predicted labels of the same kind.
 * @throws RangeError for other lengths or weights without a sum; TypeError for the wrong kind.
 * @example
 * accuracy(["a", "b"], ["a", "a"]); // 0.5
 */
export function accuracy(y: LabelsLike, predictions: LabelsLike, options: ClassMetricOptions = {}): number {
  return weightShare("accuracy", y, predictions, options, true);
}

/** The share of the weight of rows that are predicted right, or wrong. */
export function weightShare(
  owner: string,
  y: LabelsLike,
  predictions: LabelsLike,
  options: ClassMetricOptions,
  right: boolean,
): number {
  const { codes, predicted, weights } = readPairs(owner, y, predictions, options);
  return weightedMean(codes.length, weights, (row) => ((codes[row] === predicted[row]) === right ? 1 : 0));
}
