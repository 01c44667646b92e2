import type { NumberJSON } from "../../arithmetic/numberJSON.js";
import type { Label } from "../../data/toLabels.js";
import { type Family, type OwnParameters, PARAMETERS } from "../../losses/families.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import { supportOf } from "./coefficientRows.js";
import type { CertificateKind, StopReason } from "./ModelFields.js";
import { type CoefficientsJSON, type ResultJSON, resultJSON } from "./modelToJSON.js";
import { fieldsJSON, type ListJSON, type NumbersJSON, numbersJSON } from "./numbersJSON.js";
import type { PathFields } from "./PathFields.js";

/** A path as JSON: lists with an entry for each lambda, or one value for all. */
export interface PathJSON<F extends Family = Family> extends ResultJSON<F>, CoefficientsJSON, OwnParameters<number> {
  format: "regulus-path";
  classes?: Label[];
  standardize?: boolean;
  hasOffset?: boolean;
  l1Ratio: number;
  penalty?: PenaltyFields;
  tolerance: NumberJSON;
  lambdas: number[];
  intercepts: ListJSON<NumberJSON>;
  objectives: ListJSON<NumberJSON>;
  dualityGaps: ListJSON<NumberJSON>;
  violations: ListJSON<NumberJSON>;
  certificates: ListJSON<CertificateKind>;
  devianceRatios: ListJSON<NumberJSON>;
  iterations: ListJSON<number>;
  strategies: ListJSON<string>;
  converged: ListJSON<number>;
  stopReasons?: ListJSON<StopReason | "">;
  saturated: boolean;
  gamma?: number;
  relaxation?: RelaxationJSON;
}

/** The fits without penalty as JSON. */
interface RelaxationJSON {
  gammas: number[];
  coefficients: NumbersJSON;
  intercepts: ListJSON<NumberJSON>;
  converged: ListJSON<number>;
  devianceRatios: ListJSON<NumberJSON>;
}

/** The fields of a path's JSON that are written as they are. */
export const PATH_FIELDS: readonly string[] = /* @__PURE__ */ (["classes"] as (keyof PathJSON)[]).concat(
  PARAMETERS,
  "l1Ratio",
  "penalty",
  "tolerance",
  "lambdas",
  "intercepts",
  "objectives",
  "dualityGaps",
  "violations",
  "certificates",
  "devianceRatios",
  "iterations",
  "strategies",
  "converged",
  "stopReasons",
  "saturated",
  "gamma",
  "standardize",
  "hasOffset",
);

export function pathToJSON(path: PathFields): PathJSON {
  const { relaxation } = path;
  const support = supportOf(path.coefficients, path.means.length, relaxation?.coefficients);
  return {
    ...resultJSON("path", path, PATH_FIELDS, support),
    lambdas: Array.from(path.lambdas),
    ...(relaxation && {
      relaxation: {
        gammas: [...relaxation.gammas],
        coefficients: numbersJSON(relaxation.coefficients),
        ...fieldsJSON(relaxation, ["intercepts", "converged", "devianceRatios"]),
      },
    }),
  } as unknown as PathJSON;
}
