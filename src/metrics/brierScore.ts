import type { LabelsLike } from "../data/toLabels.js";
import type { VectorLike } from "../data/toVector.js";
import { type ClassMetricOptions, meanOverProbabilities } from "./probabilities.js";

/**
 * Brier score, the mean squared error of probabilities:
 *
 * ```text
 * two classes, n probabilities:   Σ s_i·(p_i − [y_i = classes[1]])²/W, from 0 to 1
 * n × K probabilities:            Σ s_i·Σ_k (p_ik − [y_i = classes[k]])²/W, from 0 to 2
 * ```
 *
 * @param y - n labels, numbers or strings.
 * @param probabilities - As for {@link logLoss}.
 * @throws RangeError and TypeError as {@link logLoss}.
 * @see Brier, Verification of forecasts expressed in terms of probability (1950).
 * @example
 * brierScore([0, 1], [0.5, 1]); // 0.125
 */
export function brierScore(y: LabelsLike, probabilities: VectorLike, options: ClassMetricOptions = {}): number {
  return meanOverProbabilities("brierScore", y, probabilities, options, (code, probability, from, K) => {
    let sum = 0;
    for (let k = from; k < K; ++k) {
      const error = probability(k) - (k === code ? 1 : 0);
      sum += error * error;
    }
    return sum;
  });
}
