import type { Label } from "../../data/toLabels.js";
import { describe, isFloat64, rangeError, typeError } from "../../errors.js";
import type { Family } from "../options/families.js";
import type { ModelFields } from "../results/ModelFields.js";

/** What is exported of a model. */
export interface ExportedModel {
  family: Family;
  classes: readonly Label[] | undefined;
  /** Names of the p columns of X. */
  names: readonly string[];
  /** p of each predictor, one predictor after the other. */
  coefficients: Float64Array;
  /** One for each predictor: K of the multinomial family. */
  intercepts: Float64Array;
  /** The sds of the columns in training, NaN where they are not known. */
  sds: Float64Array;
}

/** Reads any model, of another copy of this package too. */
export function readModel(model: unknown): ExportedModel {
  const fields = Object(model) as ModelFields & { decision?: unknown };
  const { family, classes, coefficients, intercepts = Float64Array.of(fields.intercept as number), sds } = fields;
  if (!isFloat64(coefficients) || typeof fields.decision !== "function") {
    throw typeError("ERR_TYPE", `"model" must be a model, got ${describe(model)}`);
  }
  for (const value of [...coefficients, ...intercepts]) {
    if (!Number.isFinite(value))
      throw rangeError("ERR_NOT_FINITE", `"model" must be fitted, got a coefficient of ${value}`);
  }
  const { names = Array.from({ length: coefficients.length / intercepts.length }, (_, j) => `x${j}`) } = fields;
  return { family, classes, names, coefficients, intercepts, sds };
}
