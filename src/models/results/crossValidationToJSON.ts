import type { NumberJSON } from "../../arithmetic/numberJSON.js";
import type { Family } from "../../losses/families.js";
import type { Measure } from "../options/measure.js";
import type { ResultJSON } from "./modelToJSON.js";
import { fieldsJSON, type ListJSON, type NumbersJSON, numbersJSON } from "./numbersJSON.js";
import type { PathFields } from "./PathFields.js";
import { type PathJSON, pathToJSON } from "./pathToJSON.js";

/** The errors of one l1Ratio as JSON. All that follows from them is left out. */
export interface CrossValidationTableJSON<F extends Family = Family> {
  /** Absent with `gammaErrors`. */
  foldErrors?: ListJSON<NumberJSON>;
  /** With `relax`: the errors of folds of all mixes, one after the other. */
  gammaErrors?: ListJSON<NumberJSON>;
  foldWeights: NumberJSON[];
  gcvErrors?: ListJSON<NumberJSON>;
  foldCoefficients?: NumbersJSON;
  foldIntercepts?: ListJSON<NumberJSON>;
  /** Without the names and the encoding, which are those of all. */
  path: Omit<PathJSON<F>, "names" | "encoding">;
}

/** A cross-validation as JSON. */
export interface CrossValidationJSON<F extends Family = Family> extends ResultJSON<F> {
  format: "regulus-cv";
  measure: Measure;
  /** That folds were dealt by, at random. */
  seed?: number;
  folds: number[];
  decisionsMin: ListJSON<NumberJSON>;
  decisions1se: ListJSON<NumberJSON>;
  byRatio: CrossValidationTableJSON<F>[];
}

/** The fields of the JSON that are written as they are: those of all, and those of a table. */
export const HELD_OUT_FIELDS = ["seed", "folds", "decisionsMin", "decisions1se"] as const;
const TABLE_FIELDS = ["gcvErrors", "foldIntercepts"] as const;

/** A table, as far as it does not follow from others. */
interface Table {
  foldErrors: Float64Array;
  byGamma?: readonly { foldErrors: Float64Array }[];
  foldWeights: Float64Array;
  foldCoefficients?: Float64Array;
  path: PathFields;
}

export function crossValidationToJSON(cv: { path: PathFields; byRatio: readonly Table[] }): CrossValidationJSON {
  const { family, names, encoding } = cv.path;
  return {
    format: "regulus-cv",
    version: 1,
    family,
    ...fieldsJSON(cv, ["measure", ...HELD_OUT_FIELDS]),
    byRatio: cv.byRatio.map((table) => {
      const { names: _names, encoding: _encoding, ...path } = pathToJSON(table.path);
      const { foldErrors, foldWeights, foldCoefficients, byGamma } = table;
      const gammaErrors = byGamma && Float64Array.from(byGamma.flatMap((mix) => Array.from(mix.foldErrors)));
      return {
        ...(gammaErrors ? fieldsJSON({ gammaErrors }, ["gammaErrors"]) : fieldsJSON({ foldErrors }, ["foldErrors"])),
        ...fieldsJSON(table, TABLE_FIELDS),
        foldWeights: Array.from(foldWeights),
        ...(foldCoefficients && { foldCoefficients: numbersJSON(foldCoefficients) }),
        path,
      };
    }),
    ...(names && { names: [...names] }),
    ...(encoding && { encoding: encoding.toJSON() }),
  } as CrossValidationJSON;
}
