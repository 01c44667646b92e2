import { log } from "../arithmetic/transcendental.js";
import type { LabelsLike } from "../data/toLabels.js";
import type { VectorLike } from "../data/toVector.js";
import { checkChoice, checkNonNegative, checkOptions, typeError } from "../errors.js";
import {
  FAMILIES,
  type Family,
  type FamilyParameters,
  families,
  hasClasses,
  lossOf,
  PARAMETERS,
} from "../losses/families.js";
import { readParameters } from "../losses/parameters.js";
import { logLoss } from "./logLoss.js";
import type { ClassMetricOptions } from "./probabilities.js";
import { METRIC_NAMES, readPredictions } from "./weightedMean.js";

/** The options of {@link deviance}. */
export interface DevianceOptions extends ClassMetricOptions, FamilyParameters {
  /** Default `"gaussian"`. */
  family?: Family | undefined;
}

/**
 * Mean deviance, `2·(loss − loss of the saturated model)`:
 *
 * ```text
 * gaussian               Σ s_i·(y_i − ŷ_i)²/W
 * poisson                2·Σ s_i·(y_i·ln(y_i/ŷ_i) − y_i + ŷ_i)/W, 0·ln 0 = 0
 * huber                  2·Σ s_i·loss(y_i − ŷ_i)/W as {@link huber} has it, with the same `delta`
 * binomial, multinomial  twice the log-loss
 * ```
 *
 * @param y - n numbers; labels for the classifiers.
 * @param predictions - n predicted means; probabilities for the classifiers, as for {@link logLoss}.
 * @throws RangeError for other lengths, counts or their means below 0, and as {@link logLoss}; TypeError for the wrong kind.
 * @see McCullagh & Nelder, Generalized Linear Models (1989), §2.3.
 * @example
 * deviance([0, 2], [1, 2], { family: "poisson" }); // 1
 */
export function deviance(y: VectorLike | LabelsLike, predictions: VectorLike, options: DevianceOptions = {}): number {
  checkOptions("deviance", options, ["family", "weights", "classes", ...PARAMETERS], METRIC_NAMES);
  const { family = "gaussian", classes, weights, ...given } = options;
  const rest = { weights };
  checkChoice("family", family, FAMILIES);
  const parameters = readParameters("deviance", family, given);
  if (hasClasses(family)) {
    return 2 * logLoss(y as LabelsLike, predictions, classes === undefined ? rest : { classes, ...rest });
  }
  if (classes !== undefined) {
    throw typeError("ERR_OPTION", `deviance takes "classes" only for classifiers, got a ${family} family`);
  }
  const { mean } = readPredictions("deviance", y as VectorLike, predictions, rest);
  const loss = lossOf(family, parameters);
  const isCount = families[family].least === 0;
  return mean((a, b) => {
    if (isCount) {
      checkNonNegative("y", a);
      checkNonNegative("predictions", b);
    }
    return loss.deviance(a, b, isCount ? log(b) : b);
  });
}
