import type { VectorLike } from "../data/toVector.js";
import { type MetricOptions, readPredictions } from "./weightedMean.js";

/**
 * The share of the variance that is explained, `R² = 1 − Σ s_i·(y_i − ŷ_i)²/Σ s_i·(y_i − ȳ)²`, ȳ the weighted mean: 1 at the best, 0
 * for the mean, below for worse. As in scikit-learn a constant y has 1 where it is met exactly, otherwise 0.
 *
 * @param y - n observed numbers.
 * @param predictions - n predicted ones.
 * @throws RangeError and TypeError as {@link meanSquaredError}.
 * @example
 * rSquared([1, 2, 3], [1, 2, 4]); // 0.5
 */
export function rSquared(y: VectorLike, predictions: VectorLike, options: MetricOptions = {}): number {
  const { observed, predicted, mean } = readPredictions("rSquared", y, predictions, options);
  // About a value of y, so that a constant y has exactly no variance.
  const pivot = observed[0];
  const centre = mean((a) => a - pivot);
  const error = mean((a, b) => (a - b) * (a - b));
  const variance = mean((a) => (a - pivot - centre) * (a - pivot - centre));
  if (isOrdinary(error) && isOrdinary(variance)) return 1 - error / variance;
  // Squares overflow or vanish: both roots in units of their own, of quarters, whose differences do not overflow.
  const root = (values: Float64Array): number => {
    const unit = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return unit === 0 ? 0 : unit * Math.sqrt(mean((_a, _b, row) => (values[row] / unit) * (values[row] / unit)));
  };
  const middle = mean((a) => a / 4 - pivot / 4);
  const spread = root(observed.map((a) => a / 4 - pivot / 4 - middle));
  const distance = root(observed.map((a, row) => a / 4 - predicted[row] / 4));
  if (spread === 0) return distance === 0 ? 1 : 0;
  return 1 - (distance / spread) * (distance / spread);
}

/** Whether a mean of squares is far from where they overflow and vanish. */
function isOrdinary(squares: number): boolean {
  return squares > 1e-250 && squares < 1e250;
}
