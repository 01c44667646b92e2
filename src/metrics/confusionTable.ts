import type { Label, LabelsLike } from "../data/toLabels.js";
import { type ClassMetricOptions, readPairs } from "./probabilities.js";

/** How often which class is taken for which. */
export interface ConfusionTable<L extends Label = Label> {
  classes: readonly L[];
  /** K × K, row after row: the weight of rows of class i that are predicted to be of class j is counts[i·K + j]. */
  counts: Float64Array;
}

/**
 * Confusion table: `counts[i·K + j] = Σ s_r` over the rows r of class i that are predicted to be of class j. Without weights
 * they are counts.
 *
 * @param y - n labels, numbers or strings.
 * @param predictions - n predicted labels of the same kind.
 * @param options - `classes`: default those of both, sorted.
 * @throws RangeError for other lengths, or labels that are not among the classes; TypeError for the wrong kind.
 * @example
 * confusionTable(["a", "b", "b"], ["a", "a", "b"]).counts; // [1, 0, 1, 1]
 */
export function confusionTable<L extends Label = number>(
  y: LabelsLike<L>,
  predictions: LabelsLike<L>,
  options?: ClassMetricOptions,
): ConfusionTable<L>;
export function confusionTable(y: LabelsLike, predictions: LabelsLike, options?: ClassMetricOptions): ConfusionTable;
export function confusionTable(
  y: LabelsLike,
  predictions: LabelsLike,
  options: ClassMetricOptions = {},
): ConfusionTable {
  const { classes, codes, predicted, weights } = readPairs("confusionTable", y, predictions, options);
  const K = classes.length;
  const counts = new Float64Array(K * K);
  codes.forEach((code, row) => {
    counts[code * K + predicted[row]] += weights?.[row] ?? 1;
  });
  return { classes, counts };
}
