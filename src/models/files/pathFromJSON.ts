import { checkBetween, checkBoolean, checkInteger, rangeError } from "../../errors.js";
import { type Family, parametersOf } from "../../losses/families.js";
import type { ModelOf } from "../results/Model.js";
import type { CertificateKind, ModelFields } from "../results/ModelFields.js";
import { Path } from "../results/Path.js";
import type { PathFields, Relaxation } from "../results/PathFields.js";
import { PATH_FIELDS, type PathJSON } from "../results/pathToJSON.js";
import { checkNames, type Fields, ownFields, readResult } from "./readFields.js";
import { checkFinite, readColumns, readFits, readModel, readOwnMoments, readPredictors } from "./readModel.js";
import { readList, readNumbers } from "./readNumbers.js";

const NAMES = [
  /* @__PURE__ */ PATH_FIELDS.concat("relaxation", "family", "coefficients", "means", "sds", "names", "encoding"),
  [],
  ["nonzeros"],
];

/**
 * The path that {@link Path.toJSON} wrote. Taken as well: what `structuredClone` makes of a path, and paths of another copy of this
 * package. Each of its models is checked, as {@link modelFromJSON} does.
 *
 * @param json - The parsed object, not the text.
 * @throws TypeError if it is not a path's JSON, has other fields or lacks one; RangeError if it is of a newer version, or holds values that
 *   no path has.
 * @example
 * pathFromJSON(JSON.parse(JSON.stringify(path))).at(0.1).predict(X);
 */
export function pathFromJSON<F extends Family = Family>(
  json: (PathJSON | PathFields) & { family: F },
): Path<ModelOf<F>> {
  return readPath(json) as unknown as Path<ModelOf<F>>;
}

/** A path in any form. */
export const readPath = (json: unknown): Path => readResult("path", json, "coefficients", NAMES, readOne);

function readOne(fields: Fields, isFile: boolean): Path {
  const K = readPredictors(fields);
  const { saturated } = fields;
  const lambdas = readNumbers("lambdas", fields.lambdas);
  const count = lambdas.length;
  checkInteger("number of lambdas", count, 1);
  const coefficients = readNumbers("coefficients", fields.coefficients);
  const intercepts = readNumbers("intercepts", fields.intercepts, count * K, coefficients.length);
  const relaxation =
    fields.relaxation === undefined
      ? undefined
      : readRelaxation(ownFields(fields.relaxation), intercepts, coefficients, count);
  const moments = readOwnMoments(fields, isFile, coefficients, count * K, relaxation?.coefficients);
  const p = moments.sds.length;
  const { lists, entry } = readFits(fields, count, coefficients.length);
  const certificates = readList("certificates", fields.certificates, count, "string") as CertificateKind[];
  const columns = readColumns(fields, p);
  checkBoolean("saturated", saturated);
  const models = Array.from(lambdas, (lambda, k) => {
    if (lambda > lambdas[k - 1]) throw rangeError("ERR_VALUE", `"lambdas" must not ascend, got ${lambda} at ${k}`);
    const part = (values: Float64Array, size: number): Float64Array => values.subarray(k * size, (k + 1) * size);
    const own = { coefficients: part(coefficients, K * p), intercepts: part(intercepts, K), lambda };
    return readModel({ ...fields, ...entry(k), ...moments, ...own, certificate: certificates[k] }, {}, false);
  });
  const { family, classes, penalty, tolerance, gamma, standardize, hasOffset } = models[0] as ModelFields;
  const path = new Path({
    family,
    ...(classes && { classes }),
    ...parametersOf(models[0]),
    l1Ratio: models[0].l1Ratio,
    ...(penalty && { penalty }),
    tolerance,
    lambdas,
    coefficients,
    intercepts,
    ...moments,
    ...lists,
    certificates,
    nonzeros: Int32Array.from(models, (model) => model.nonzeros),
    devianceRatios: readNumbers("devianceRatios", fields.devianceRatios, count),
    saturated,
    ...(gamma !== undefined && { gamma }),
    ...(relaxation && { relaxation }),
    ...(standardize === false && { standardize }),
    ...(hasOffset && { hasOffset }),
    ...columns,
  });
  const counted = fields.nonzeros === undefined ? path.nonzeros : readNumbers("nonzeros", fields.nonzeros, count);
  path.nonzeros.forEach((one, k) => {
    checkInteger(`nonzeros[${k}]`, counted[k], one, one);
  });
  return path;
}

const RELAXATION = ["gammas", "coefficients", "intercepts", "converged", "devianceRatios"];

function readRelaxation(
  fields: Fields,
  { length: intercepts }: Float64Array,
  { length: stored }: Float64Array,
  count: number,
): Relaxation {
  checkNames("a relaxation", fields, RELAXATION);
  const gammas = Array.from(readNumbers("gammas", fields.gammas));
  checkInteger("number of gammas", gammas.length, 1);
  gammas.forEach((gamma, k) => {
    checkBetween(`gammas[${k}]`, gamma, 0, 1);
    if (k > 0 && !(gamma < gammas[k - 1])) {
      throw rangeError("ERR_VALUE", `"gammas" must descend, got ${gamma} at ${k}`);
    }
  });
  const converged = Uint8Array.from(readNumbers("converged", fields.converged, count, stored), (one, k) => {
    checkInteger(`converged[${k}]`, one, 0, 1);
    return one;
  });
  const coefficients = readNumbers("coefficients", fields.coefficients, stored, stored);
  const own = readNumbers("intercepts", fields.intercepts, intercepts, stored);
  checkFinite("coefficients", coefficients);
  checkFinite("intercepts", own);
  const devianceRatios = readNumbers("devianceRatios", fields.devianceRatios, gammas.length * count, stored);
  return { gammas, coefficients, intercepts: own, converged, devianceRatios };
}
