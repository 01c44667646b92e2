import type { FoldFit } from "../folds/heldOut.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { mixed } from "../results/relaxation.js";
import type { Refits } from "./refits.js";

/** The mix at one lambda of a path, in the listed columns alone. */
export function mixAt(path: Path<AnyModel>, refits: Refits, k: number, gamma: number, columns: Int32Array): FoldFit {
  const { coefficients, intercepts } = wholeMixAt(path, refits, k, gamma);
  const p = path.means.length;
  const sets = Array.from(intercepts, (_, m) => Array.from(columns, (j) => coefficients[m * p + j]));
  return { coefficients: Float64Array.from(sets.flat()), intercepts };
}

/** The mix at one lambda of a path. */
export function wholeMixAt(
  path: Pick<Path, "lambdas" | "coefficients" | "intercepts">,
  refits: Pick<Refits, "coefficients" | "intercepts">,
  k: number,
  gamma: number,
): FoldFit {
  const steps = path.lambdas.length;
  const at = (a: Float64Array, b: Float64Array): Float64Array => {
    const size = a.length / steps;
    return mixed(gamma, a.subarray(k * size, (k + 1) * size), b.subarray(k * size, (k + 1) * size));
  };
  return {
    coefficients: at(path.coefficients, refits.coefficients),
    intercepts: at(path.intercepts, refits.intercepts),
  };
}
