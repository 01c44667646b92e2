import { type NumberJSON, numberJSON } from "../../arithmetic/numberJSON.js";
import type { Label } from "../../data/toLabels.js";
import { type Family, type OwnParameters, PARAMETERS } from "../../losses/families.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import type { EncodingJSON } from "../../tables/EncodingJSON.js";
import { supportOf } from "./coefficientRows.js";
import type { CertificateKind, ModelFields, StopReason } from "./ModelFields.js";
import { fieldsJSON, type ListJSON, type NumbersJSON, numbersJSON } from "./numbersJSON.js";

/** What the files of all results have in common. */
export interface ResultJSON<F extends Family = Family> {
  version: 1;
  family: F;
  names?: string[];
  encoding?: EncodingJSON;
}

/** Coefficients, and what they belong to. */
export interface CoefficientsJSON {
  /** Those that are not 0, p for each η: one after the other. */
  coefficients: NumbersJSON;
  /** The means and sds of the columns with a coefficient, in the order of the columns. */
  means: ListJSON<NumberJSON>;
  sds: ListJSON<NumberJSON>;
}

/** A model as JSON. Numbers that JSON does not have are written by name. */
export interface ModelJSON<F extends Family = Family>
  extends ResultJSON<F>,
    CoefficientsJSON,
    OwnParameters<NumberJSON> {
  format: "regulus-model";
  classes?: Label[];
  standardize?: boolean;
  hasOffset?: boolean;
  lambda: number;
  l1Ratio: number;
  penalty?: PenaltyFields;
  intercept?: NumberJSON;
  intercepts?: NumberJSON[];
  objective: NumberJSON;
  dualityGap: NumberJSON;
  certificate: CertificateKind;
  violation: NumberJSON;
  tolerance: NumberJSON;
  iterations: number;
  strategy: string;
  converged: boolean;
  gamma?: number;
  stopReason?: StopReason;
}

/** The fields of a model's JSON that are written as they are. */
export const MODEL_FIELDS: readonly string[] = /* @__PURE__ */ (["classes"] as (keyof ModelJSON)[]).concat(
  PARAMETERS,
  "lambda",
  "l1Ratio",
  "penalty",
  "intercept",
  "intercepts",
  "objective",
  "dualityGap",
  "certificate",
  "violation",
  "tolerance",
  "iterations",
  "strategy",
  "standardize",
  "hasOffset",
  "converged",
  "stopReason",
  "gamma",
);

export function modelToJSON(model: ModelFields): ModelJSON {
  const { coefficients, means, intercepts } = model;
  const json = resultJSON("model", model, MODEL_FIELDS, supportOf(coefficients, means.length));
  // One that could not be fitted has no other list that is as long.
  return { ...json, ...(intercepts && { intercepts: Array.from(intercepts, numberJSON) }) } as unknown as ModelJSON;
}

/** A result of whatever kind, with the moments of some columns. */
export function resultJSON(
  kind: string,
  result: Pick<ModelFields, "family" | "coefficients" | "means" | "sds" | "names" | "encoding">,
  names: readonly string[],
  columns: readonly number[],
  isPacked = false,
): Record<string, unknown> {
  const { encoding, coefficients } = result;
  const pick = (values: Float64Array): Float64Array => Float64Array.from(columns, (j) => values[j]);
  const moments = { means: pick(result.means), sds: pick(result.sds) };
  return {
    format: `regulus-${kind}`,
    version: 1,
    ...fieldsJSON(result, ["family", ...names], isPacked),
    coefficients: isPacked ? coefficients : numbersJSON(coefficients),
    ...fieldsJSON(moments, ["means", "sds"], isPacked),
    ...fieldsJSON(result, ["names"]),
    ...(encoding && { encoding: encoding.toJSON() }),
  };
}
