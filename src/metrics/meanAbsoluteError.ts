import type { VectorLike } from "../data/toVector.js";
import { type MetricOptions, readPredictions } from "./weightedMean.js";

/**
 * Mean absolute error `Σ s_i·|y_i − ŷ_i|/W`, in y's unit.
 *
 * @param y - n observed numbers.
 * @param predictions - n predicted ones.
 * @throws RangeError and TypeError as {@link meanSquaredError}.
 * @example
 * meanAbsoluteError([1, 2], [1, 4]); // 1
 */
export function meanAbsoluteError(y: VectorLike, predictions: VectorLike, options: MetricOptions = {}): number {
  return readPredictions("meanAbsoluteError", y, predictions, options).mean((a, b) => Math.abs(a - b));
}
