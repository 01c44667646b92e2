import type { VectorLike } from "../data/toVector.js";
import { type MetricOptions, readPredictions } from "./weightedMean.js";

/**
 * Mean squared error `Σ s_i·(y_i − ŷ_i)²/W`, in the square of y's unit.
 *
 * @param y - n observed numbers.
 * @param predictions - n predicted ones.
 * @throws RangeError for other lengths, numbers that are not finite, or weights without a sum; TypeError for the wrong kind.
 * @example
 * meanSquaredError([1, 2], [1, 4]); // 2
 */
export function meanSquaredError(y: VectorLike, predictions: VectorLike, options: MetricOptions = {}): number {
  return readPredictions("meanSquaredError", y, predictions, options).mean((a, b) => (a - b) * (a - b));
}
