import type { LabelsLike } from "../data/toLabels.js";
import { rangeError } from "../errors.js";
import { confusionTable } from "./confusionTable.js";
import type { MetricOptions } from "./weightedMean.js";

/**
 * The share of rows whose class is predicted, `Σ s_i·[y_i = ŷ_i]/W`.
 *
 * @param y - n labels, numbers or strings.
 * @param predictions - n predicted labels of the same kind.
 * @throws RangeError for other lengths or weights without a sum; TypeError for the wrong kind.
 * @example
 * accuracy(["a", "b"], ["a", "a"]); // 0.5
 */
export function accuracy(y: LabelsLike, predictions: LabelsLike, options: MetricOptions = {}): number {
  return weightShare(y, predictions, options, true);
}

/** The share of the weight of rows that are predicted right, or wrong. */
export function weightShare(y: LabelsLike, predictions: LabelsLike, options: MetricOptions, right: boolean): number {
  const { classes, counts } = confusionTable(y, predictions, options);
  let share = 0;
  let total = 0;
  counts.forEach((count, place) => {
    total += count;
    if ((place % (classes.length + 1) === 0) === right) share += count;
  });
  if (total > 0) return share / total;
  throw rangeError("ERR_VALUE", `"weights" must have a positive sum, got ${total}`);
}
