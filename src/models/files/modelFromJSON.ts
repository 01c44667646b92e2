import { checkChoice, checkInteger } from "../../errors.js";
import { FAMILIES, type Family, hasEtas } from "../../losses/families.js";
import type { ModelOf } from "../results/Model.js";
import type { ModelFields } from "../results/ModelFields.js";
import { MODEL_FIELDS, type ModelJSON } from "../results/modelToJSON.js";
import { type Fields, readResult } from "./readFields.js";
import { checkAbsent, readColumns, readModel, readOwnMoments } from "./readModel.js";
import { lengthOf, readNumber, readNumbers } from "./readNumbers.js";

/** A model's file from before it said which `format` it has: `type` stands for it, and null for NaN. */
export interface OldModelJSON<F extends Family = Family> {
  type: "regulus-model";
  family: F;
}

/** The fields of a file, and those that a model has besides. */
const NAMES = [
  /* @__PURE__ */ MODEL_FIELDS.concat("family", "coefficients", "means", "sds", "names", "encoding"),
  [],
  ["nonzeros"],
];

/**
 * The model that {@link Model.toJSON} wrote. Taken as well: what `structuredClone` makes of a model, and models of another copy of this
 * package.
 *
 * Every field is checked, by itself and against the others: as many classes as the family has, intercepts for them, coefficients
 * for each, a certificate that fits `converged`. A file may have up to 524,288 coefficients, and more only if it holds at least one out of
 * 256 of them, so that a small one cannot take much memory.
 *
 * Files that say `type` for `format` are read too. They hold no means and sds, without which there are neither `table()` nor `contributions`.
 *
 * @param json - The parsed object, not the text.
 * @returns A model of the kind that its family has; where only JSON.parse knows what came, its `family` tells them apart.
 * @throws TypeError if it is not a model's JSON, has other fields or lacks one; RangeError if it is of a newer version, or holds values
 *   that no model has.
 * @example
 * const model = modelFromJSON(JSON.parse(text));
 * if (model.family === "binomial") model.predictProbability(X);
 */
export function modelFromJSON<F extends Family = Family>(
  json: (ModelJSON | ModelFields | OldModelJSON) & { family: F },
): ModelOf<F> {
  return readResult("model", json, "coefficients", NAMES, readOne, upgrade) as unknown as ModelOf<F>;
}

function readOne(fields: Fields, isFile: boolean) {
  const { family, intercept, intercepts, nonzeros } = fields;
  checkChoice("family", family, FAMILIES);
  const isOne = !hasEtas(family);
  checkAbsent(isOne ? "intercepts" : "intercept", isOne ? intercepts : intercept, family);
  // One that could not be fitted has no classes.
  const K = isOne ? 1 : lengthOf(fields.classes) || lengthOf(intercepts) || 1;
  const read = isOne ? Float64Array.of(readNumber("intercept", intercept)) : readNumbers("intercepts", intercepts, K);
  const coefficients = readNumbers("coefficients", fields.coefficients);
  const moments = readOwnMoments(fields, isFile, coefficients, K);
  const model = readModel(
    { ...fields, ...moments, coefficients, intercepts: read },
    readColumns(fields, moments.sds.length),
  );
  if (nonzeros !== undefined) checkInteger("nonzeros", nonzeros, model.nonzeros, model.nonzeros);
  return model;
}

function upgrade(fields: Fields): void {
  if (!("type" in fields) || "format" in fields) return;
  fields.format = fields.type;
  delete fields.type;
  for (const name of ["objective", "dualityGap", "violation", "means", "sds"]) fields[name] ??= Number.NaN;
  fields.tolerance ??= Number.POSITIVE_INFINITY;
}
