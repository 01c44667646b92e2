import { rangeError } from "../../errors.js";
import { supportOf } from "./coefficientRows.js";
import type { PathFields } from "./PathFields.js";

/** gamma·penalised + (1 − gamma)·refitted, number by number. */
export const mixed = (gamma: number, penalised: Float64Array, refitted: Float64Array): Float64Array =>
  penalised.map((value, k) => gamma * value + (1 - gamma) * refitted[k]);

/** The path of one mix, of which no duality gap is known. */
export function relaxedFields({ relaxation, stopReasons: _, ...path }: PathFields, gamma: number): PathFields {
  const at = relaxation?.gammas.indexOf(gamma) ?? -1;
  if (relaxation === undefined || at < 0) {
    const known = relaxation === undefined ? 'a path fitted with the option "relax"' : `one of ${relaxation.gammas}`;
    throw rangeError("ERR_VALUE", `"gamma" must be ${known}, got ${gamma}`);
  }
  const count = path.lambdas.length;
  const unknown = (): Float64Array => new Float64Array(count).fill(Number.NaN);
  const coefficients = mixed(gamma, path.coefficients, relaxation.coefficients);
  const size = coefficients.length / count;
  return {
    ...path,
    gamma,
    coefficients,
    intercepts: mixed(gamma, path.intercepts, relaxation.intercepts),
    objectives: unknown(),
    dualityGaps: unknown(),
    violations: unknown(),
    certificates: path.certificates.map(() => "gap"),
    nonzeros: Int32Array.from(
      path.nonzeros,
      (_, k) => supportOf(coefficients.subarray(k * size, (k + 1) * size), size).length,
    ),
    devianceRatios: relaxation.devianceRatios.slice(at * count, (at + 1) * count),
    converged: path.converged.map((own, k) => own & relaxation.converged[k]),
  };
}
