import { toFloat64, toVector, type VectorLike } from "../data/toVector.js";
import { toWeights } from "../data/toWeights.js";
import { checkOptions, rangeError } from "../errors.js";

/** What scikit-learn calls the options of metrics. */
export const METRIC_NAMES = { sampleweight: "weights", labels: "classes" };

/** What every metric takes. */
export interface MetricOptions {
  /** A weight for each row, at least 0; only their proportions matter. Default 1. */
  weights?: VectorLike | undefined;
}

/** Weights of the same proportions, whose sums and products neither overflow nor vanish. */
export function proportions(weights: Float64Array): Float64Array {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  return largest === 0 || (largest > 1e-100 && largest < 1e100) ? weights : weights.map((weight) => weight / largest);
}

/** Σ s_i·term(i)/W over the n rows of positive weight; a row without weight adds nothing, whatever its term is. */
export function weightedMean(n: number, weights: Float64Array | undefined, term: (row: number) => number): number {
  const shares = weights && proportions(weights);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < n; ++i) {
    const weight = shares === undefined ? 1 : shares[i];
    if (weight === 0) continue;
    sum += weight * term(i);
    total += weight;
  }
  if (total > 0) return sum / total;
  throw rangeError("ERR_VALUE", `"weights" must have a positive sum, got ${total} over ${n} rows`);
}

/** The observed and the predicted numbers of a regression, and the weighted mean over their rows. */
export function readPredictions(owner: string, y: VectorLike, predictions: VectorLike, options: MetricOptions) {
  checkOptions(owner, options, ["weights"], METRIC_NAMES);
  const n = toFloat64("y", y).length;
  const observed = toVector("y", y, n);
  const predicted = toVector("predictions", predictions, n);
  const weights = toWeights(options.weights, n);
  return {
    observed,
    predicted,
    mean: (term: (y: number, prediction: number, row: number) => number): number =>
      weightedMean(n, weights, (i) => term(observed[i], predicted[i], i)),
  };
}
