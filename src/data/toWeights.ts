import { rangeError } from "../errors.js";
import { toVector, type VectorLike } from "./toVector.js";

/** n weights of rows, finite and at least 0. */
export function toWeights(value: VectorLike | undefined, n: number): Float64Array | undefined {
  if (value === undefined) return undefined;
  const weights = toVector("weights", value, n);
  const row = weights.findIndex((weight) => weight < 0);
  if (row >= 0) throw rangeError("ERR_VALUE", `"weights" must be at least 0, got ${weights[row]} in row ${row}`);
  return weights;
}
