import { offsetsOf } from "../../arithmetic/offsetsOf.js";
import type { Label } from "../../data/toLabels.js";
import {
  checkBoolean,
  checkInteger,
  checkLength,
  checkNonNegative,
  describe,
  type ErrorCode,
  isArray,
  messageOf,
  rangeError,
  reading,
  typeError,
} from "../../errors.js";
import { type Family, parametersOf } from "../../losses/families.js";
import { readGroups } from "../dealing/groups.js";
import type { ManyFields } from "../many/ManyFields.js";
import { ManyModels } from "../many/ManyModels.js";
import { MANY_FIELDS, type ManyJSON } from "../many/manyToJSON.js";
import { unpack } from "../many/packed.js";
import { supportOf } from "../results/coefficientRows.js";
import type { ModelOf } from "../results/Model.js";
import type { ModelFields } from "../results/ModelFields.js";
import { type Fields, readResult } from "./readFields.js";
import { columnsIn, readColumns, readFits, readModel, readMoments } from "./readModel.js";
import { checkClaim, lengthOf, readList, readNumbers, storedOf } from "./readNumbers.js";

const NAMES = [
  /* @__PURE__ */ MANY_FIELDS.concat(
    "family",
    "coefficients",
    "means",
    "sds",
    "classes",
    "errors",
    "names",
    "encoding",
  ),
  ["count", "columns", "predictors", "shared"],
  ["starts", "interceptStarts", "errorCodes"],
];

/**
 * The models that {@link ManyModels.toJSON} wrote. Taken as well: what `structuredClone` makes of them, and those of another copy of this
 * package. All of it is checked, as {@link modelFromJSON} does; errors come back with their code and message.
 *
 * @param json - The parsed object, not the text.
 * @throws TypeError if it is not the JSON of many models, has other fields or lacks one; RangeError if it is of a newer version, or holds
 *   values that no models have.
 * @example
 * manyFromJSON(JSON.parse(JSON.stringify(many))).model(3).predict(X);
 */
export function manyFromJSON<F extends Family = Family>(
  json: (ManyJSON | ManyFields) & { family: F },
): ManyModels<ModelOf<F>> {
  return readResult("many", json, "coefficients", NAMES, readMany) as ManyModels<ModelOf<F>>;
}

/**
 * The models that {@link ManyModels.toBytes} wrote, checked as {@link manyFromJSON} does.
 *
 * @param bytes - Left unchanged, and copied.
 * @throws TypeError if they are no bytes, or those of other results; RangeError if they are of something else, cut short, changed or of a newer
 *   version.
 * @example
 * manyFromBytes(many.toBytes()).length;
 */
export function manyFromBytes<F extends Family = Family>(bytes: Uint8Array | ArrayBuffer): ManyModels<ModelOf<F>> {
  const json = reading('"bytes"', () => unpack("bytes", bytes));
  return readResult("many", json, "coefficients", NAMES, readMany, undefined, "Bytes") as ManyModels<ModelOf<F>>;
}

/** The part of a list that is model i's. */
const part = (values: Float64Array, from: Float64Array, i: number): Float64Array =>
  values.subarray(from[i], from[i + 1]);

function readMany(fields: Fields, isFile: boolean): ManyModels {
  const coefficients = readNumbers("coefficients", fields.coefficients);
  const stored = coefficients.length;
  const { count, columns, predictors } = isFile ? readShape(fields, stored) : shapeOf(fields);
  const starts = offsetsOf(count, (i) => columns[i] * predictors[i]);
  const interceptStarts = offsetsOf(count, (i) => predictors[i]);
  checkLength("coefficients", coefficients, starts[count]);
  const intercepts = readNumbers("intercepts", fields.intercepts, interceptStarts[count], stored);
  const p = columns.every((one) => one === columns[0]) ? columns[0] : -1;
  const { moments, momentsAt } = readAllMoments(fields, isFile, coefficients, starts, columns, p);
  const { lists, entry } = readFits(fields, count, stored);
  const lambdas = readNumbers("lambdas", fields.lambdas, count, stored);
  const chosen = readChosen(fields, count, stored);
  const l1Ratios = readNumbers("l1Ratios", fields.l1Ratios, count, stored);
  const own = parametersOf(fields, (values: unknown, name) => readNumbers(name, values, count, stored));
  const errors = readErrors(fields, count, isFile);
  const given = fields.classes === undefined ? [] : readList("classes", fields.classes, count, "object");
  const hasOffset = fields.hasOffset === undefined ? [] : readList("hasOffset", fields.hasOffset, count, "boolean");
  const models = Array.from(lambdas, (lambda, i) => {
    if ((errors[i] === undefined) === (lists.strategies[i] === "none")) {
      throw rangeError("ERR_VALUE", `"strategies[${i}]" must be "none" where there is an error, and nowhere else`);
    }
    return readModel({
      ...fields,
      ...entry(i),
      classes: given[i] ?? undefined,
      hasOffset: hasOffset[i],
      coefficients: part(coefficients, starts, i),
      intercepts: part(intercepts, interceptStarts, i),
      ...momentsAt(i),
      lambda,
      l1Ratio: l1Ratios[i],
      ...parametersOf(own, (values: Float64Array) => values[i]),
    }) as ModelFields;
  });
  const { family, tolerance, standardize } = models[0];
  return new ManyModels({
    family,
    tolerance,
    ...(given.length > 0 && {
      classes: models.map(({ classes }, i) => (errors[i] === undefined ? classes : undefined)),
    }),
    ...own,
    coefficients,
    starts,
    intercepts,
    interceptStarts,
    ...moments,
    lambdas,
    ...chosen,
    l1Ratios,
    ...lists,
    ...(standardize === false && { standardize }),
    ...(hasOffset.length > 0 && { hasOffset: hasOffset as boolean[] }),
    ...(fields.keys !== undefined && { keys: readKeys(fields.keys, count) }),
    errors,
    ...readColumns(fields, p),
  });
}

/** The moments of the columns of all models, whose X may be the same, and those of model i. A file has them of columns with a coefficient only. */
function readAllMoments(
  fields: Fields,
  isFile: boolean,
  coefficients: Float64Array,
  starts: Float64Array,
  columns: Float64Array,
  p: number,
) {
  const ends = offsetsOf(columns.length, (i) => columns[i]);
  const isShared = isFile ? fields.shared : p >= 0 && lengthOf(fields.means) === p;
  checkBoolean("shared", isShared);
  const places: number[] = [];
  for (let i = 0; i < columns.length && isFile; ++i) {
    for (const j of supportOf(part(coefficients, starts, i), columns[i])) places.push(ends[i] + j);
  }
  const moments = readMoments(fields, isFile && !isShared, isShared ? p : ends[columns.length], places);
  const of = (values: Float64Array, i: number): Float64Array => (isShared ? values : part(values, ends, i));
  return { moments, momentsAt: (i: number) => ({ means: of(moments.means, i), sds: of(moments.sds, i) }) };
}

/** The errors at the lambdas, where each model has chosen its own. */
function readChosen(fields: Fields, count: number, stored: number) {
  if (fields.cvErrors === undefined && fields.standardErrors === undefined) return {};
  const cvErrors = readNumbers("cvErrors", fields.cvErrors, count, stored);
  const standardErrors = readNumbers("standardErrors", fields.standardErrors, count, stored);
  for (const error of standardErrors) if (error < 0) checkNonNegative("standardErrors", error);
  return { cvErrors, standardErrors };
}

/** The groups of models, each once. */
function readKeys(keys: unknown, count: number): readonly Label[] {
  const { labels } = readGroups(keys, count, "keys");
  if (labels.length === count) return labels;
  throw rangeError("ERR_VALUE", `"keys" must differ, got ${labels.length} of ${count} models`);
}

/** A file may have so many models without a list of any. */
const MOST_COUNT = 4096;

/** How many models, columns and η there are, from a file. */
function readShape(fields: Fields, stored: number) {
  const { count } = fields;
  checkInteger("count", count, 1);
  // Some list has an entry for each, or there are few.
  const listed = MANY_FIELDS.map((name) => (typeof fields[name] === "object" ? lengthOf(fields[name]) : 0));
  checkClaim("count", count, Math.max(storedOf(fields.coefficients), ...listed), MOST_COUNT, 1);
  const integers = (name: string, least: number): Float64Array => {
    const numbers = readNumbers(name, fields[name], count, stored);
    for (const one of numbers) checkInteger(name, one, least);
    return numbers;
  };
  return { count, columns: integers("columns", 0), predictors: integers("predictors", 1) };
}

/** The same from where the models begin. */
function shapeOf(fields: Fields) {
  const starts = readNumbers("starts", fields.starts);
  const count = starts.length - 1;
  checkInteger("number of models", count, 1);
  const interceptStarts = readNumbers("interceptStarts", fields.interceptStarts, count + 1);
  const between = (name: string, ends: Float64Array, least: number): Float64Array => {
    checkInteger(`${name}[0]`, ends[0], 0, 0);
    return Float64Array.from({ length: count }, (_, i) => {
      checkInteger(`${name}[${i + 1}]`, ends[i + 1], ends[i] + least);
      return ends[i + 1] - ends[i];
    });
  };
  const predictors = between("interceptStarts", interceptStarts, 1);
  const columns = between("starts", starts, 0).map((size, i) => columnsIn({ length: size }, predictors[i]));
  return { count, columns, predictors };
}

/** Errors by model, each with its code. */
function readErrors({ errors, errorCodes }: Fields, count: number, isFile: boolean): (Error | undefined)[] {
  const read = new Array<Error | undefined>(count).fill(undefined);
  const add = (model: number, name: unknown, code: unknown, message: unknown): void => {
    if (typeof message !== "string") {
      throw typeError("ERR_TYPE", `"errors" must have messages, got ${describe(message)} for model ${model}`);
    }
    const make = name === "TypeError" ? typeError : rangeError;
    read[model] = make((typeof code === "string" ? code : undefined) as ErrorCode, message);
  };
  if (!isFile) {
    readList("errors", errors, count, "object").forEach((error, i) => {
      if (error === undefined) return;
      const { name, code } = Object(error) as { name?: unknown; code?: unknown };
      add(i, name, isArray(errorCodes) ? (errorCodes[i] ?? code) : code, messageOf(error));
    });
    return read;
  }
  if (!isArray(errors)) throw typeError("ERR_TYPE", `"errors" must be a list, got ${describe(errors)}`);
  for (const error of errors) {
    const { model, name, code, message } = Object(error) as Record<string, unknown>;
    checkInteger("errors.model", model, 0, count - 1);
    add(model, name, code, message);
  }
  return read;
}
