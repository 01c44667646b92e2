import { checkLabels, type Label, type LabelsLike, toLabels } from "../data/toLabels.js";
import { toFloat64, type VectorLike } from "../data/toVector.js";
import { toWeights } from "../data/toWeights.js";
import { checkBetween, checkInteger, checkLength, checkOptions, describe, rangeError } from "../errors.js";
import { METRIC_NAMES, type MetricOptions, weightedMean } from "./weightedMean.js";

/** What metrics of classifiers take. */
export interface ClassMetricOptions extends MetricOptions {
  /** The classes, as a model has them. Default those of y, sorted, which is too few where y does not have them all. */
  classes?: LabelsLike | undefined;
}

const OPTIONS = ["weights", "classes"] as const;

/** The classes and codes of y, and its weights. */
function readLabels(owner: string, y: LabelsLike, options: ClassMetricOptions) {
  checkOptions(owner, options, OPTIONS, METRIC_NAMES);
  const labels = toLabels("y", y, options.classes === undefined ? undefined : readClasses(options.classes));
  return { ...labels, weights: toWeights(options.weights, labels.codes.length) };
}

/** The classes of y and of its predictions, the codes of both, and the weights. */
export function readPairs(owner: string, y: LabelsLike, predictions: LabelsLike, options: ClassMetricOptions) {
  checkOptions(owner, options, OPTIONS, METRIC_NAMES);
  checkLabels("y", y);
  checkLabels("predictions", predictions);
  checkLength("predictions", predictions, y.length);
  const { weights, classes = toLabels("y and predictions", [...y, ...predictions]).classes } = options;
  const labels = readLabels(owner, y, weights === undefined ? { classes } : { classes, weights });
  return { ...labels, predicted: toLabels("predictions", predictions, labels.classes).codes };
}

/** Classes, each once, as a list of their own. */
function readClasses(value: LabelsLike): readonly Label[] {
  checkLabels("classes", value);
  const classes = Array.from<Label>(value);
  const place = classes.findIndex((label, k) => classes.indexOf(label) < k);
  if (place < 0) return classes;
  throw rangeError(
    "ERR_VALUE",
    `"classes" must hold each label once, got ${describe(classes[place])} again at ${place}`,
  );
}

/** Labels, and a number for each row: the score of classes[1] of two. NaN is refused, infinities are not. */
export function readScores(owner: string, name: string, y: LabelsLike, value: VectorLike, options: ClassMetricOptions) {
  const labels = readLabels(owner, y, options);
  const scores = toFloat64(name, value);
  const n = labels.codes.length;
  if (scores.length !== n) throw rangeError("ERR_LENGTH", `"${name}" must have ${n} values, got ${scores.length}`);
  const row = scores.findIndex(Number.isNaN);
  if (row >= 0) throw rangeError("ERR_NOT_FINITE", `"${name}" must be numbers, got NaN in row ${row}`);
  checkInteger("number of classes", labels.classes.length, 2, 2);
  return { ...labels, scores };
}

/**
 * Labels with probabilities: n of the second of two classes, or n × K, row after row.
 *
 * @returns The mean over the rows of what `term` makes of the row's class and the probabilities, those of the classes from `from` on.
 */
export function meanOverProbabilities(
  owner: string,
  y: LabelsLike,
  probabilities: VectorLike,
  options: ClassMetricOptions,
  term: (code: number, probability: (k: number) => number, from: number, K: number) => number,
): number {
  const { classes, codes, weights } = readLabels(owner, y, options);
  const values = toFloat64("probabilities", probabilities);
  const [n, K] = [codes.length, classes.length];
  const isBinary = values.length === n;
  if (!isBinary && values.length !== n * K) {
    throw rangeError("ERR_LENGTH", `"probabilities" must have ${n} or ${n} × ${K} values, got ${values.length}`);
  }
  if (isBinary) checkInteger("number of classes", K, 2, 2);
  values.forEach((value, i) => {
    checkBetween(`probabilities[${i}]`, value, 0, 1);
  });
  return weightedMean(n, weights, (i) =>
    term(codes[i], (k) => (isBinary ? (k === 1 ? values[i] : 1 - values[i]) : values[i * K + k]), isBinary ? 1 : 0, K),
  );
}
