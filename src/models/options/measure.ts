import { checkChoice } from "../../errors.js";
import { type Family, hasClasses } from "../../losses/families.js";

/** What cross-validation measures: the deviance, mean errors of the predicted mean, the share that is put into a wrong class, or 1 − AUC. */
export type Measure = "deviance" | "meanSquaredError" | "meanAbsoluteError" | "misclassification" | "auc";

/** @throws RangeError or TypeError for a measure that the family does not have. */
export function readMeasure(family: Family, measure: Measure = "deviance"): Measure {
  const choices: Measure[] = ["deviance"];
  if (!hasClasses(family)) choices.push("meanSquaredError", "meanAbsoluteError");
  else choices.push("misclassification");
  if (family === "binomial") choices.push("auc");
  checkChoice("measure", measure, choices);
  return measure;
}
