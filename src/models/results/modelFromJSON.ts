import { readNames, withEncoding } from "../../data/columnsOf.js";
import { checkLabels, type Label } from "../../data/toLabels.js";
import { toFloat64 } from "../../data/toVector.js";
import {
  checkBetween,
  checkBoolean,
  checkChoice,
  checkFinite,
  checkInteger,
  checkLength,
  checkNonNegative,
  checkNumber,
  describe,
  isArray,
  isFloat64,
  rangeError,
  reading,
  typeError,
} from "../../errors.js";
import { families } from "../../losses/families.js";
import type { Moments } from "../../solvers/designs/rows.js";
import type { EncodingJSON } from "../../tables/EncodingJSON.js";
import { encodingFromJSON } from "../../tables/encodingFromJSON.js";
import { FAMILIES, type Family, hasClasses, hasEtas } from "../options/families.js";
import { checkLambda, type NamedColumns } from "../options/options.js";
import { type AnyModel, type ModelJSON, type ModelOf, makeModel } from "./Model.js";
import type { ModelFields } from "./ModelFields.js";

const NAMES: readonly string[] = [
  "family",
  "classes",
  "means",
  "sds",
  "coefficients",
  "intercept",
  "intercepts",
  "lambda",
  "l1Ratio",
  "objective",
  "dualityGap",
  "certificate",
  "violation",
  "tolerance",
  "iterations",
  "strategy",
  "hasOffset",
  "converged",
  "names",
  "encoding",
] satisfies readonly (keyof ModelFields)[];

/**
 * The model that {@link Model.toJSON} wrote. Taken as well: what `structuredClone` makes of a model, and models of another copy of this
 * package.
 *
 * Every field is checked, by itself and against the others: as many classes as the family has, intercepts for them, coefficients
 * for each, a certificate that fits `converged`. JSON without `hasOffset` is of a model that predicts without an offset: so were all models
 * before there was that field.
 *
 * @param json - The parsed object, not the text.
 * @throws TypeError if it is not a model's JSON, has other fields or lacks one; RangeError if it is of a newer version, or holds values
 *   that no model has.
 */
export function modelFromJSON<F extends Family = Family>(json: (ModelJSON | ModelFields) & { family: F }): ModelOf<F> {
  const fields = readFields(json);
  const kind: Pick<ModelFields, "family" | "coefficients" | "intercepts" | keyof Moments> = readKind(fields);
  const p = kind.coefficients.length / (kind.intercepts?.length ?? 1);
  const model = makeModel({
    ...kind,
    ...readPenalty(fields),
    ...readCertificate(fields),
    ...(fields.hasOffset === true && { hasOffset: true }),
    ...readColumns(fields, p),
  });
  const { nonzeros } = fields;
  if (nonzeros !== undefined) checkInteger("nonzeros", nonzeros, model.nonzeros, model.nonzeros);
  return model as AnyModel as ModelOf<F>;
}

/** Names of the p columns, and the encoding, which must be of the same. */
function readColumns({ names, encoding }: Record<string, unknown>, p: number) {
  if (names === undefined && encoding === undefined) return {};
  const known = encoding === undefined ? undefined : encodingFromJSON(encoding as EncodingJSON);
  const columns = withEncoding(readNames("names", names, p), known);
  if (columns.encoding === known) return columns as NamedColumns;
  throw rangeError("ERR_VALUE", '"encoding" must have the names of the model, got others');
}

/** The own fields, each read once, whose names are known. */
function readFields(json: unknown): Record<string, unknown> {
  const fields: Record<string | symbol, unknown> = Object.create(null);
  if (typeof json === "object" && json !== null && !isArray(json)) {
    const own = json as Record<string | symbol, unknown>;
    reading('"json"', () => {
      for (const name of Reflect.ownKeys(own)) fields[name] = own[name];
    });
  }
  // A model itself, or its clone, has the same fields without these two.
  const isModel = !("type" in fields) && isFloat64(fields.coefficients);
  if (!isModel && fields.type !== "regulus-model") {
    throw typeError("ERR_TYPE", `"json" must be what a model's toJSON gives, got ${describe(json)}`);
  }
  if (!isModel && fields.version !== 1) {
    throw rangeError("ERR_VALUE", `"json" must be of version 1, got ${describe(fields.version)}`);
  }
  const known = [...NAMES, ...(isModel ? ["nonzeros"] : ["type", "version"])];
  const other = Reflect.ownKeys(fields).find((name) => !known.includes(name as string));
  if (other === undefined) return fields;
  throw typeError("ERR_OPTION", `"json" must hold the fields of a model and no others, got ${describe(other)}`);
}

/** Family, classes, intercepts and coefficients, which must fit together. */
function readKind(fields: Record<string, unknown>) {
  const { family, classes, coefficients, intercept, intercepts, hasOffset } = fields;
  checkChoice("family", family, FAMILIES);
  if (hasOffset !== undefined) checkBoolean("hasOffset", hasOffset);
  const kind = {
    family,
    ...(hasClasses(family) && { classes: readClasses(classes, families[family].classes) }),
    coefficients: readNumbers("coefficients", coefficients),
  };
  if (kind.classes === undefined) checkAbsent("classes", classes, family);
  if (!hasEtas(family)) {
    checkFinite("intercept", intercept);
    checkAbsent("intercepts", intercepts, family);
    return { ...kind, intercept, ...readMoments(fields, kind.coefficients.length) };
  }
  checkAbsent("intercept", intercept, family);
  const K = kind.classes?.length ?? 0;
  const read = readNumbers("intercepts", intercepts);
  checkLength("intercepts", read, K);
  const count = kind.coefficients.length;
  if (count % K !== 0) {
    throw rangeError(
      "ERR_LENGTH",
      `"coefficients" must have a multiple of ${K} values, one for each class, got ${count}`,
    );
  }
  return { ...kind, intercepts: read, ...readMoments(fields, count / K) };
}

/** Means and sds of p columns, NaN where they are not known: throughout, in what was written before there were any. */
function readMoments({ means, sds }: Record<string, unknown>, p: number): Moments {
  const read = (name: string, values: unknown): Float64Array => {
    if (values === undefined) return new Float64Array(p).fill(Number.NaN);
    const numbers = reading(`"${name}"`, () =>
      isArray(values) ? values.map((value) => (value === null ? Number.NaN : value)) : values,
    );
    checkLength(name, toFloat64(name, numbers), p);
    return toFloat64(name, numbers);
  };
  const moments = { means: read("means", means), sds: read("sds", sds) };
  const place = moments.sds.findIndex((sd) => sd < 0);
  if (place >= 0) throw rangeError("ERR_VALUE", `"sds" must be at least 0, got ${moments.sds[place]} at ${place}`);
  return moments;
}

function readPenalty({ lambda, l1Ratio }: Record<string, unknown>) {
  checkLambda("lambda", lambda);
  checkBetween("l1Ratio", l1Ratio, 0, 1);
  return { lambda, l1Ratio };
}

/** What is known of the fit. */
function readCertificate({ certificate, converged, iterations, strategy, ...fields }: Record<string, unknown>) {
  checkChoice("certificate", certificate, ["gap", "kkt"]);
  checkBoolean("converged", converged);
  checkInteger("iterations", iterations, 0);
  if (typeof strategy !== "string") {
    throw typeError("ERR_TYPE", `"strategy" must be the name of a solver, got ${describe(strategy)}`);
  }
  const objective = readNumber("objective", fields.objective, Number.NaN);
  const dualityGap = readBound("dualityGap", fields.dualityGap, certificate === "gap", certificate);
  const violation = readBound("violation", fields.violation, certificate === "kkt", certificate);
  const tolerance = readNumber("tolerance", fields.tolerance, Number.POSITIVE_INFINITY);
  checkNonNegative("tolerance", tolerance);
  if (converged && !(dualityGap >= 0 || (certificate === "gap" && tolerance === Number.POSITIVE_INFINITY))) {
    throw rangeError("ERR_VALUE", '"converged" must be false without a duality gap, got true');
  }
  return { objective, dualityGap, certificate, violation, tolerance, iterations, strategy, converged };
}

/** A number, for which null stands where JSON has none. */
function readNumber(name: string, value: unknown, absent: number): number {
  const number = value === null ? absent : value;
  checkNumber(name, number);
  return number;
}

/** A number that is not negative, or NaN; always NaN where the certificate is another. */
function readBound(name: string, value: unknown, isIts: boolean, certificate: string): number {
  const bound = readNumber(name, value, Number.NaN);
  if (Number.isNaN(bound)) return bound;
  if (!isIts)
    throw rangeError("ERR_VALUE", `"${name}" must be NaN beside a certificate by "${certificate}", got ${bound}`);
  checkNonNegative(name, bound);
  return bound;
}

/** Finite numbers, as an array of their own. */
function readNumbers(name: string, value: unknown): Float64Array {
  const numbers = toFloat64(name, value).slice();
  const place = numbers.findIndex((number) => !Number.isFinite(number));
  if (place < 0) return numbers;
  throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${numbers[place]} at ${place}`);
}

/** Labels of one kind, ascending, so each once. */
function readClasses(value: unknown, most: number | undefined): Label[] {
  checkLabels("classes", value);
  const classes = Array.from(value);
  checkInteger("number of classes", classes.length, 2, most);
  const place = classes.findIndex((label, k) => k > 0 && !(classes[k - 1] < label));
  if (place < 0) return classes;
  throw rangeError("ERR_VALUE", `"classes" must ascend, got ${describe(classes[place])} at ${place}`);
}

function checkAbsent(name: string, value: unknown, family: string): void {
  if (value === undefined) return;
  throw typeError(
    "ERR_OPTION",
    `"json" must have no field "${name}" for the family "${family}", got ${describe(value)}`,
  );
}
