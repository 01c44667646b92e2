import type { Label, LabelsLike } from "../data/toLabels.js";
import { clipped, counted, trimmed } from "../printing/numbers.js";
import { Printable } from "../printing/Printable.js";
import { table } from "../printing/table.js";
import { type ClassMetricOptions, readPairs } from "./probabilities.js";

/** Characters of a class, and how many classes are printed. */
const CLASS = 12;
const CLASSES = 8;

/** How often which class is taken for which. It prints as a table. */
export class ConfusionTable<L extends Label = Label> extends Printable {
  readonly classes: readonly L[];
  /** K × K, row after row: the weight of rows of class i that are predicted to be of class j is counts[i·K + j]. */
  readonly counts: Float64Array;

  /** @internal Made by {@link confusionTable}. */
  constructor(classes: readonly L[], counts: Float64Array) {
    super();
    this.classes = classes;
    this.counts = counts;
  }

  /** A row for each class and a column for what it was taken for; of many classes the first, and how many more there are. */
  override toString(): string {
    const { classes, counts } = this;
    const K = classes.length;
    const shown = classes.slice(0, CLASSES);
    const names = shown.map((label) => clipped(String(label), CLASS));
    const rows = names.map((name, i) => [name, ...shown.map((_, j) => show(counts[i * K + j]))]);
    return table([["is, taken for", ...names], ...rows]) + (K > CLASSES ? `\n  … and ${K - CLASSES} more classes` : "");
  }
}

const show = (count: number): string => (Number.isInteger(count) ? counted(count) : trimmed(count));

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
  return new ConfusionTable(classes, counts);
}
