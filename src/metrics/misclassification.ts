import type { LabelsLike } from "../data/toLabels.js";
import { weightShare } from "./accuracy.js";
import type { ClassMetricOptions } from "./probabilities.js";

/**
 * The share of rows whose class is not predicted, `Σ s_i·[y_i ≠ ŷ_i]/W`.
 *
 * @param y - n labels, numbers or strings.
 * @param predictions - n predicted labels of the same kind.
 * @throws RangeError and TypeError as {@link accuracy}.
 * @example
 * misclassification([0, 1, 1, 1], [0, 1, 1, 0]); // 0.25
 */
export function misclassification(y: LabelsLike, predictions: LabelsLike, options: ClassMetricOptions = {}): number {
  return weightShare("misclassification", y, predictions, options, false);
}
