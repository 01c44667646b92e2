import type { NumberJSON } from "../../arithmetic/numberJSON.js";
import type { Label } from "../../data/toLabels.js";
import type { ErrorCode } from "../../errors.js";
import { type Family, type OwnParameters, PARAMETERS } from "../../losses/families.js";
import { supportOf } from "../results/coefficientRows.js";
import type { StopReason } from "../results/ModelFields.js";
import { type CoefficientsJSON, type ResultJSON, resultJSON } from "../results/modelToJSON.js";
import type { ListJSON } from "../results/numbersJSON.js";
import { columnStarts, type ManyFields } from "./ManyFields.js";

/** Why a model could not be fitted. */
export interface ErrorJSON {
  /** Its place among the models. */
  model: number;
  name: string;
  code: ErrorCode | undefined;
  message: string;
}

/** Many models as JSON: lists with an entry for each model, or one value for all. */
export interface ManyJSON<F extends Family = Family>
  extends ResultJSON<F>,
    CoefficientsJSON,
    OwnParameters<ListJSON<NumberJSON>> {
  format: "regulus-many";
  /** The number of models, of their columns, and of the η of each. */
  count: number;
  columns: ListJSON<number>;
  predictors: ListJSON<number>;
  /** Whether the means and sds are those of all columns of an X that models share. */
  shared: boolean;
  /** null for models that could not be fitted. */
  classes?: (Label[] | null)[];
  tolerance: NumberJSON;
  intercepts: ListJSON<NumberJSON>;
  lambdas: ListJSON<NumberJSON>;
  cvErrors?: ListJSON<NumberJSON>;
  standardErrors?: ListJSON<NumberJSON>;
  l1Ratios: ListJSON<NumberJSON>;
  objectives: ListJSON<NumberJSON>;
  dualityGaps: ListJSON<NumberJSON>;
  violations: ListJSON<NumberJSON>;
  iterations: ListJSON<number>;
  strategies: ListJSON<string>;
  standardize?: boolean;
  hasOffset?: ListJSON<boolean>;
  keys?: Label[];
  converged: ListJSON<number>;
  stopReasons?: ListJSON<StopReason | "">;
  errors: ErrorJSON[];
}

/** The fields of the JSON of many models that are written as they are. */
export const MANY_FIELDS: readonly string[] = /* @__PURE__ */ ([] as (keyof ManyFields)[]).concat(
  PARAMETERS,
  "tolerance",
  "intercepts",
  "lambdas",
  "cvErrors",
  "standardErrors",
  "l1Ratios",
  "objectives",
  "dualityGaps",
  "violations",
  "iterations",
  "strategies",
  "standardize",
  "hasOffset",
  "converged",
  "stopReasons",
  "keys",
);

/** @param isPacked - Whether arrays stay as they are. */
export function manyToJSON(
  many: ManyFields & { errorCodes: readonly (ErrorCode | undefined)[] },
  isPacked = false,
): ManyJSON {
  const { coefficients, starts, interceptStarts, means, classes, errors, errorCodes } = many;
  const count = errors.length;
  const ends = columnStarts(many);
  const shared = means.length < ends[count];
  const all = Array.from({ length: count }, (_, i) => i);
  const used = shared
    ? Array.from(means.keys())
    : all.flatMap((i) =>
        supportOf(coefficients.subarray(starts[i], starts[i + 1]), ends[i + 1] - ends[i]).map((j) => ends[i] + j),
      );
  const shape = {
    columns: Int32Array.from(all, (i) => ends[i + 1] - ends[i]),
    predictors: Int32Array.from(all, (i) => interceptStarts[i + 1] - interceptStarts[i]),
  };
  return {
    ...resultJSON("many", { ...many, ...shape }, ["columns", "predictors", ...MANY_FIELDS], used, isPacked),
    count,
    shared,
    ...(classes && { classes: classes.map((labels) => labels ?? null) }),
    errors: errors.flatMap((error, model) =>
      error === undefined ? [] : [{ model, name: error.name, code: errorCodes[model], message: error.message }],
    ),
  } as unknown as ManyJSON;
}
