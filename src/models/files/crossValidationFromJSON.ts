import { toList } from "../../data/toList.js";
import { checkFinite, checkInteger, checkNonNegative, describe, isArray, rangeError, typeError } from "../../errors.js";
import { type Family, PARAMETERS } from "../../losses/families.js";
import { chooseMix, tabulate } from "../folds/tabulate.js";
import { type Measure, readMeasure } from "../options/measure.js";
import { CrossValidation, type CrossValidationTable, type MixTable } from "../results/CrossValidation.js";
import { type CrossValidationJSON, HELD_OUT_FIELDS } from "../results/crossValidationToJSON.js";
import type { ModelOf } from "../results/Model.js";
import { readPath } from "./pathFromJSON.js";
import { checkNames, type Fields, ownFields, readResult } from "./readFields.js";
import { readNumbers } from "./readNumbers.js";

const TABLE = ["foldErrors", "gammaErrors", "foldWeights", "gcvErrors", "foldCoefficients", "foldIntercepts", "path"];
/** What follows from the errors and the path, and is computed anew. */
const CHOICES = [
  "l1Ratio",
  "measure",
  "indexMin",
  "index1se",
  "lambdaMin",
  "lambda1se",
  "gammaMin",
  "gamma1se",
  "atEdge",
] as const;
const OWN = /* @__PURE__ */ ([] as string[]).concat(
  TABLE,
  CHOICES,
  "lambdas",
  "meanErrors",
  "standardErrors",
  "byGamma",
  PARAMETERS,
);
const NAMES = [/* @__PURE__ */ ["measure", "byRatio"].concat(HELD_OUT_FIELDS), ["family", "names", "encoding"], OWN];

/**
 * The cross-validation that {@link CrossValidation.toJSON} wrote. Taken as well: what `structuredClone` makes of one, and those of another copy
 * of this package. All of it is checked, as {@link modelFromJSON} does; what follows from the errors of the folds is computed anew.
 *
 * @param json - The parsed object, not the text.
 * @throws TypeError if it is not a cross-validation's JSON, has other fields or lacks one; RangeError if it is of a newer version, or holds
 *   values that no cross-validation has.
 * @example
 * crossValidationFromJSON(JSON.parse(JSON.stringify(cv))).model("1se").predict(X);
 */
export function crossValidationFromJSON<F extends Family = Family>(
  json: CrossValidationJSON<F> | CrossValidation<ModelOf<F>>,
): CrossValidation<ModelOf<F>> {
  return readResult("cv", json, "meanErrors", NAMES, readOne) as unknown as CrossValidation<ModelOf<F>>;
}

function readOne(fields: Fields, isFile: boolean): CrossValidation {
  const { byRatio, folds, seed } = fields;
  if (!isArray(byRatio)) throw typeError("ERR_TYPE", `"byRatio" must be a list of tables, got ${describe(byRatio)}`);
  checkInteger("number of tables", byRatio.length, 1);
  const tables = Array.from(byRatio, (table) => readTable(ownFields(table), fields, isFile));
  const [{ path, foldWeights }] = tables;
  const family = isFile ? fields.family : path.family;
  for (const other of tables) {
    const isAlike =
      other.path.family === family &&
      other.path.sds.length === path.sds.length &&
      PARAMETERS.every((name) => other.path[name] === path[name]);
    if (isAlike && other.foldWeights.length === foldWeights.length) continue;
    throw rangeError("ERR_VALUE", '"byRatio" must be of one family, with as many columns and folds throughout');
  }
  const foldOf = readNumbers("folds", folds);
  for (const fold of foldOf) checkInteger("folds", fold, 0, foldWeights.length - 1);
  const K = path.intercepts.length / path.lambdas.length;
  const decisions = (name: string): Float64Array => readKnown(name, fields[name], K * foldOf.length, foldOf.length);
  checkInteger("seed", seed ?? 0, Number.MIN_SAFE_INTEGER);
  return new CrossValidation(tables, {
    seed: seed as number | undefined,
    folds: Int32Array.from(foldOf),
    decisionsMin: decisions("decisionsMin"),
    decisions1se: decisions("decisions1se"),
  });
}

/** Numbers of which none is NaN. */
function readKnown(name: string, value: unknown, length: number, stored: number): Float64Array {
  const numbers = readNumbers(name, value, length, stored);
  const place = numbers.findIndex(Number.isNaN);
  if (place < 0) return numbers;
  throw rangeError("ERR_VALUE", `"${name}" must hold numbers, got NaN at ${place}`);
}

function readTable(table: Fields, { names, encoding, measure }: Fields, isFile: boolean): CrossValidationTable {
  checkNames("a table", table, isFile ? TABLE : OWN);
  const path = readPath(isFile ? { ...ownFields(table.path), names, encoding } : table.path);
  const { lambdas, l1Ratio } = path;
  const steps = lambdas.length;
  const foldWeights = readNumbers("foldWeights", table.foldWeights);
  const count = foldWeights.length;
  checkInteger("number of folds", count, 2);
  for (const weight of foldWeights) {
    checkNonNegative("foldWeights", weight);
    checkFinite("foldWeights", weight);
  }
  const { relaxation } = path;
  const byGamma = relaxation && readMixes(table, relaxation.gammas, foldWeights, steps, isFile);
  const chosen = byGamma && chooseMix(byGamma);
  const foldErrors =
    byGamma && chosen
      ? byGamma[chosen.min].foldErrors
      : readKnown("foldErrors", table.foldErrors, count * steps, count);
  const optional = (name: string, length: number) =>
    table[name] !== undefined && { [name]: readKnown(name, table[name], length, foldErrors.length) };
  const { meanErrors, standardErrors, ...own } = tabulate(steps, foldErrors, foldWeights);
  const found = { meanErrors, standardErrors, ...(chosen ?? own) };
  const { indexMin, index1se } = found;
  const read: CrossValidationTable = {
    l1Ratio,
    lambdas,
    measure: readMeasure(path.family, measure as Measure),
    meanErrors,
    standardErrors,
    indexMin,
    index1se,
    foldErrors,
    foldWeights,
    lambdaMin: lambdas[indexMin],
    lambda1se: lambdas[index1se],
    atEdge: indexMin === 0 || indexMin === steps - 1,
    path,
    ...(relaxation &&
      byGamma &&
      chosen && { gammaMin: relaxation.gammas[chosen.min], gamma1se: relaxation.gammas[chosen.oneSe], byGamma }),
    ...optional("foldCoefficients", count * path.coefficients.length),
    ...optional("foldIntercepts", count * path.intercepts.length),
    ...optional("gcvErrors", steps),
  };
  for (const name of isFile ? [] : CHOICES) {
    if (Object.is(table[name], read[name])) continue;
    throw rangeError("ERR_VALUE", `"${name}" must be ${describe(read[name])}, got ${describe(table[name])}`);
  }
  return read;
}

/** The tables of all mixes: in a file their errors alone, one after the other. */
function readMixes(
  table: Fields,
  gammas: readonly number[],
  foldWeights: Float64Array,
  steps: number,
  isFile: boolean,
): MixTable[] {
  const size = foldWeights.length * steps;
  const all = isFile ? readKnown("gammaErrors", table.gammaErrors, gammas.length * size, size) : undefined;
  const given = isFile ? [] : toList<unknown>("byGamma", Object(table.byGamma) as ArrayLike<unknown>, gammas.length);
  return gammas.map((gamma, g) => {
    const errors = all
      ? all.slice(g * size, (g + 1) * size)
      : readKnown("foldErrors", ownFields(given[g]).foldErrors, size, size);
    return { gamma, foldErrors: errors, ...tabulate(steps, errors, foldWeights) };
  });
}
