import { log } from "../arithmetic/transcendental.js";
import type { LabelsLike } from "../data/toLabels.js";
import type { VectorLike } from "../data/toVector.js";
import { type ClassMetricOptions, meanOverProbabilities } from "./probabilities.js";

/**
 * Log-loss, the mean cross-entropy `−Σ s_i·ln p_i/W`, p_i the probability of the class of row i, in nats. A class of probability
 * 0 that comes all the same makes it Infinity; scikit-learn clips probabilities, glmnet those below 1e-5.
 *
 * @param y - n labels, numbers or strings.
 * @param probabilities - Those of `classes[1]`, n values, or of each class, n × K, row after row, as `predictProbability` gives them.
 * @throws RangeError for other lengths, labels that are not among the classes, or probabilities that are not between 0 and 1;
 *   TypeError for the wrong kind.
 * @example
 * logLoss(["no", "yes"], [0.5, 0.5]); // 0.693…
 */
export function logLoss(y: LabelsLike, probabilities: VectorLike, options: ClassMetricOptions = {}): number {
  return meanOverProbabilities("logLoss", y, probabilities, options, (code, probability) => -log(probability(code)));
}
