import { readNames, withEncoding } from "../../data/columnsOf.js";
import { checkLabels, type Label } from "../../data/toLabels.js";
import {
  checkBetween,
  checkBoolean,
  checkChoice,
  checkInteger,
  checkLength,
  checkNonNegative,
  checkPositive,
  describe,
  rangeError,
  typeError,
} from "../../errors.js";
import {
  FAMILIES,
  type Family,
  families,
  hasClasses,
  hasEtas,
  type OwnParameters,
  ownParameters,
  PARAMETERS,
} from "../../losses/families.js";
import type { EncodingJSON } from "../../tables/EncodingJSON.js";
import { encodingFromJSON } from "../../tables/encodingFromJSON.js";
import type { NamedColumns } from "../options/columnNumbers.js";
import { checkLambda } from "../options/options.js";
import { readPenaltyFields } from "../options/penalty.js";
import { supportOf } from "../results/coefficientRows.js";
import { type Model, makeModel } from "../results/Model.js";
import { CERTIFICATES, type ModelFields, STOP_REASONS, type StopReason } from "../results/ModelFields.js";
import type { Fields } from "./readFields.js";
import { lengthOf, readList, readNumber, readNumbers } from "./readNumbers.js";

/** A model whose numbers are in arrays, but not yet checked. */
type RawModel = Fields & Pick<ModelFields, "coefficients" | "means" | "sds"> & { intercepts: Float64Array };

/**
 * A model of fields that fit together: as many classes as the family has, intercepts for them, coefficients for each, a certificate that fits
 * `converged`. One that could not be fitted, by strategy "none", may be NaN.
 */
export function readModel(fields: RawModel, columns: NamedColumns = {}, mayFail = true): Model {
  const { family, classes, coefficients, intercepts, means, sds, standardize, hasOffset } = fields;
  const { lambda, l1Ratio, strategy } = fields;
  checkChoice("family", family, FAMILIES);
  if (typeof strategy !== "string") {
    throw typeError("ERR_TYPE", `"strategy" must be the name of a solver, got ${describe(strategy)}`);
  }
  const isFitted = !(mayFail && strategy === "none");
  const labels = readClasses(family, classes, isFitted);
  const K = hasEtas(family) && isFitted ? labels.length : hasEtas(family) ? intercepts.length : 1;
  checkLength("intercepts", intercepts, K);
  const p = columnsIn(coefficients, K);
  checkLength("means", means, p);
  checkLength("sds", sds, p);
  for (const sd of sds) if (sd < 0) throw rangeError("ERR_VALUE", `"sds" must be at least 0, got ${sd}`);
  if (isFitted) {
    checkFinite("coefficients", coefficients);
    checkFinite(K > 1 ? "intercepts" : "intercept", intercepts);
    checkLambda("lambda", lambda);
    checkBetween("l1Ratio", l1Ratio, 0, 1);
  }
  if (standardize !== undefined) checkBoolean("standardize", standardize);
  if (hasOffset !== undefined) checkBoolean("hasOffset", hasOffset);
  const end = readEnd(fields);
  const { certificate } = end;
  const penalty = fields.penalty === undefined ? undefined : readPenaltyFields(fields.penalty, p);
  if ((certificate === "stationary") !== (penalty !== undefined && "gamma" in penalty) && certificate !== "gap") {
    throw rangeError("ERR_VALUE", `"certificate" must be "stationary" for mcp and scad alone, got "${certificate}"`);
  }
  return makeModel({
    family,
    ...(hasClasses(family) && { classes: labels }),
    ...readOwn(family, fields, isFitted),
    means,
    sds,
    coefficients,
    ...(hasEtas(family) ? { intercepts } : { intercept: intercepts[0] }),
    lambda: readNumber("lambda", lambda),
    l1Ratio: readNumber("l1Ratio", l1Ratio),
    ...(penalty && { penalty }),
    objective: readNumber("objective", fields.objective),
    ...end,
    strategy,
    ...(standardize === false && { standardize }),
    ...(hasOffset === true && { hasOffset }),
    ...columns,
  } as ModelFields);
}

/** Where the fit ended: a certificate that fits `converged`. */
function readEnd(fields: RawModel) {
  const { gamma, certificate, converged, stopReason, iterations } = fields;
  checkChoice("certificate", certificate, CERTIFICATES);
  checkBoolean("converged", converged);
  checkInteger("iterations", iterations, 0);
  if (stopReason !== undefined) checkChoice("stopReason", stopReason, converged ? [] : STOP_REASONS);
  const dualityGap = readBound("dualityGap", fields.dualityGap, certificate === "gap", certificate);
  const violation = readBound("violation", fields.violation, certificate !== "gap", certificate);
  const tolerance = readNumber("tolerance", fields.tolerance);
  checkNonNegative("tolerance", tolerance);
  if (gamma !== undefined) checkBetween("gamma", gamma, 0, 1);
  const isKnown = certificate === "stationary" ? violation >= 0 : dualityGap >= 0;
  if (
    converged &&
    gamma === undefined &&
    !(isKnown || (certificate === "gap" && tolerance === Number.POSITIVE_INFINITY))
  ) {
    throw rangeError("ERR_VALUE", '"converged" must be false without a duality gap, got true');
  }
  return {
    dualityGap,
    certificate,
    violation,
    tolerance,
    iterations,
    ...(gamma !== undefined && { gamma }),
    converged,
    ...(stopReason !== undefined && { stopReason }),
  };
}

/** Labels of one kind, ascending, so each once. */
function readClasses(family: Family, value: unknown, isFitted: boolean): Label[] {
  if (!hasClasses(family)) {
    checkAbsent("classes", value, family);
    return [];
  }
  if (!isFitted && value === undefined) return [];
  checkLabels("classes", value);
  const classes = Array.from(value);
  if (isFitted || classes.length > 0) checkInteger("number of classes", classes.length, 2, families[family].classes);
  const place = classes.findIndex((label, k) => k > 0 && !(classes[k - 1] < label));
  if (place < 0) return classes;
  throw rangeError("ERR_VALUE", `"classes" must ascend, got ${describe(classes[place])} at ${place}`);
}

/** The family's own parameters. */
function readOwn(family: Family, fields: Fields, isFitted: boolean): OwnParameters {
  const read: Record<string, number> = {};
  for (const name of PARAMETERS) {
    if (!ownParameters(family).includes(name)) checkAbsent(name, fields[name], family);
    else {
      read[name] = readNumber(name, fields[name]);
      if (isFitted) checkPositive(name, read[name]);
    }
  }
  return read;
}

export function checkAbsent(name: string, value: unknown, family: unknown): void {
  if (value === undefined) return;
  throw typeError(
    "ERR_OPTION",
    `"json" must have no field "${name}" for the family "${family}", got ${describe(value)}`,
  );
}

export function checkFinite(name: string, numbers: Float64Array): void {
  const place = numbers.findIndex((number) => !Number.isFinite(number));
  if (place < 0) return;
  throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${numbers[place]} at ${place}`);
}

/** How many columns there are, for coefficients that are `sets` times as many. */
export function columnsIn({ length }: { length: number }, sets: number): number {
  if (length % sets === 0) return length / sets;
  throw rangeError("ERR_LENGTH", `"coefficients" must have a multiple of ${sets} values, got ${length}`);
}

/** A number that is not negative, or NaN; always NaN where the certificate is another. */
function readBound(name: string, value: unknown, isIts: boolean, certificate: string): number {
  const bound = readNumber(name, value);
  if (Number.isNaN(bound)) return bound;
  if (!isIts) throw rangeError("ERR_VALUE", `"${name}" must be NaN beside a "${certificate}", got ${bound}`);
  checkNonNegative(name, bound);
  return bound;
}

/** Means and sds of p columns: in a file of those that have a coefficient, NaN for all others. */
export function readMoments({ means, sds }: Fields, isFile: boolean, p: number, places: readonly number[]) {
  const read = (name: string, value: unknown): Float64Array => {
    if (!isFile) return readNumbers(name, value, p);
    const stored = readNumbers(name, value, places.length, places.length);
    const all = new Float64Array(p).fill(Number.NaN);
    for (let k = 0; k < stored.length; ++k) all[places[k]] = stored[k];
    return all;
  };
  return { means: read("means", means), sds: read("sds", sds) };
}

/** The moments of coefficients for so many sets of the same columns. */
export const readOwnMoments = (
  fields: Fields,
  isFile: boolean,
  coefficients: Float64Array,
  sets: number,
  others?: Float64Array,
) => {
  const p = columnsIn(coefficients, sets);
  return readMoments(fields, isFile, p, supportOf(coefficients, p, others));
};

/** Names of the p columns, and the encoding, which must be of the same. */
export function readColumns({ names, encoding }: Fields, p: number): NamedColumns {
  if (names === undefined && encoding === undefined) return {};
  const read = readNames("names", names, p);
  const known = encoding === undefined ? undefined : encodingFromJSON(encoding as EncodingJSON);
  const columns = withEncoding(read, known);
  if (columns.encoding === known) return columns as NamedColumns;
  throw rangeError("ERR_VALUE", '"encoding" must have the names of the model, got others');
}

/** How many η a row has. */
export function readPredictors({ family, classes }: Fields): number {
  checkChoice("family", family, FAMILIES);
  return hasEtas(family) ? Math.max(1, lengthOf(classes)) : 1;
}

/** What is known of each of `count` fits: in lists, and as fields of a model. */
export function readFits(fields: Fields, count: number, stored: number) {
  const numbers = (name: string): Float64Array => readNumbers(name, fields[name], count, stored);
  const objectives = numbers("objectives");
  const dualityGaps = numbers("dualityGaps");
  const violations = numbers("violations");
  const iterations = numbers("iterations");
  const converged = numbers("converged");
  const strategies = readList("strategies", fields.strategies, count, "string") as string[];
  const stopReasons =
    fields.stopReasons === undefined
      ? undefined
      : (readList("stopReasons", fields.stopReasons, count, "string") as (StopReason | "")[]);
  return {
    lists: {
      objectives,
      dualityGaps,
      violations,
      iterations: Int32Array.from(iterations),
      strategies,
      ...(stopReasons && { stopReasons }),
      converged: Uint8Array.from(converged),
    },
    entry: (k: number): Fields => ({
      objective: objectives[k],
      dualityGap: dualityGaps[k],
      violation: violations[k],
      certificate: Number.isNaN(violations[k]) ? "gap" : "kkt",
      iterations: iterations[k],
      strategy: strategies[k],
      stopReason: stopReasons?.[k] || undefined,
      converged: converged[k] === 1 || (converged[k] === 0 ? false : converged[k]),
    }),
  };
}
