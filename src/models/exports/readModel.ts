import { describe, isFloat64, rangeError, typeError } from "../../errors.js";
import type { EncodingFields } from "../../tables/EncodingJSON.js";
import { nameOf } from "../results/coefficientRows.js";
import type { ModelFields } from "../results/ModelFields.js";

/** A model as it is exported. */
export interface ExportedModel {
  fields: ModelFields;
  /** Names of the p columns of X. */
  names: readonly string[];
  /** One for each η: K of the multinomial family. */
  intercepts: Float64Array;
  /** How X comes from a table. */
  encoding: EncodingFields;
  /** Whether it does: otherwise the encoding is of columns that are as they are in X. */
  isTable: boolean;
  /** Whether gaps are filled in. */
  isFilled: boolean;
}

/** Reads any model, of another copy of this package too. */
export function readModel(model: unknown): ExportedModel {
  const fields = Object(model) as ModelFields & { decision?: unknown };
  const { coefficients, intercepts = Float64Array.of(fields.intercept as number) } = fields;
  if (!isFloat64(coefficients) || typeof fields.decision !== "function") {
    throw typeError("ERR_TYPE", `"model" must be a model, got ${describe(model)}`);
  }
  for (const value of [...coefficients, ...intercepts]) {
    if (!Number.isFinite(value)) {
      throw rangeError("ERR_NOT_FINITE", `"model" must be fitted, got coefficients of ${value}`);
    }
  }
  const p = coefficients.length / intercepts.length;
  const names = Array.from({ length: p }, (_, j) => nameOf(fields.names, j));
  const encoding: EncodingFields = fields.encoding ?? {
    columns: names.map((name) => ({ name, kind: "numeric", type: "number", mean: 0, indicator: false })),
    missing: "error",
    unknown: "error",
    naValues: [],
    interactions: [],
    polynomial: [],
    sparse: false,
  };
  const isTable = encoding === fields.encoding;
  const isFilled = encoding.missing === "mean" || encoding.missing === "indicator";
  return { fields, names, intercepts, encoding, isTable, isFilled };
}
