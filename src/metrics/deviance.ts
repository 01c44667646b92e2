import type { LabelsLike } from "../data/toLabels.js";
import type { VectorLike } from "../data/toVector.js";
import { checkChoice, checkNonNegative } from "../errors.js";
import { log } from "../kernels/js/transcendental.js";
import { logLoss } from "./logLoss.js";
import { meanSquaredError } from "./meanSquaredError.js";
import type { ClassMetricOptions } from "./probabilities.js";
import { readPredictions } from "./weightedMean.js";

/** The options of {@link deviance}. */
export interface DevianceOptions extends ClassMetricOptions {
  /** Default `"gaussian"`. */
  family?: "gaussian" | "binomial" | "multinomial" | "poisson";
}

/**
 * Mean deviance, `2·(loss − loss of the saturated model)`:
 *
 *   gaussian               Σ s_i·(y_i − ŷ_i)²/W
 *   poisson                2·Σ s_i·(y_i·ln(y_i/ŷ_i) − y_i + ŷ_i)/W, 0·ln 0 = 0
 *   binomial, multinomial  twice the {@link logLoss}
 *
 * @param y - n numbers; labels for the classifiers.
 * @param predictions - n predicted means; probabilities for the classifiers, as for {@link logLoss}.
 * @throws RangeError for other lengths, counts or their means below 0, and as {@link logLoss}; TypeError for the wrong kind.
 * @see McCullagh & Nelder, Generalized Linear Models (1989), §2.3.
 * @example
 * deviance([0, 2], [1, 2], { family: "poisson" }); // 1
 */
export function deviance(
  y: VectorLike | LabelsLike,
  predictions: VectorLike,
  { family = "gaussian", ...options }: DevianceOptions = {},
): number {
  checkChoice("family", family, ["gaussian", "binomial", "multinomial", "poisson"]);
  if (family === "gaussian") return meanSquaredError(y as VectorLike, predictions, options);
  if (family !== "poisson") return 2 * logLoss(y as LabelsLike, predictions, options);
  const { mean } = readPredictions("deviance", y as VectorLike, predictions, options);
  return mean((count, expected) => {
    checkNonNegative("y", count);
    checkNonNegative("predictions", expected);
    return 2 * (count === 0 ? expected : count * log(count / expected) - count + expected);
  });
}
