import { rescaleWeights } from "../../solvers/designs/magnitudes.js";
import type { Measure } from "../options/measure.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";

/** What the errors of the folds say of each lambda, and which of them both rules choose. */
export interface Table {
  meanErrors: Float64Array;
  standardErrors: Float64Array;
  indexMin: number;
  index1se: number;
}

/** The table of `steps` lambdas, from the errors of each fold for each of them, fold after fold, and the folds' weights. */
export function tabulate(steps: number, errors: Float64Array, weights: Float64Array): Table {
  const count = weights.length;
  const shares = weights.slice();
  const total = rescaleWeights(
    shares,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  const meanErrors = new Float64Array(steps);
  const standardErrors = new Float64Array(steps);
  for (let k = 0; k < steps; ++k) {
    let sum = 0;
    for (let fold = 0; fold < count; ++fold) sum += shares[fold] * errors[fold * steps + k];
    const mean = sum / total;
    // A power of two, so that no square is beyond what there is, and no bit another.
    const unit = mean > 1e140 ? 4.149515568880993e180 : mean < 1e-140 ? 2.409919865102884e-181 : 1;
    let spread = 0;
    for (let fold = 0; fold < count; ++fold) {
      const deviation = (errors[fold * steps + k] - mean) / unit;
      spread += shares[fold] * (deviation * deviation);
    }
    meanErrors[k] = mean;
    standardErrors[k] = unit * Math.sqrt(spread / total / (count - 1));
  }
  const indexMin = meanErrors.reduce((best, error, k) => (error < meanErrors[best] ? k : best), 0);
  const limit = meanErrors[indexMin] + standardErrors[indexMin];
  const index1se = meanErrors.findIndex((error) => error <= limit);
  return { meanErrors, standardErrors, indexMin, index1se };
}

/** What a cross-validation says of one path, given the lambdas that both rules choose of it. */
export function describePath<M extends AnyModel>(
  path: Path<M>,
  measure: Measure,
  foldErrors: Float64Array,
  foldWeights: Float64Array,
  { indexMin, index1se }: Pick<Table, "indexMin" | "index1se">,
) {
  const { l1Ratio, lambdas } = path;
  return {
    l1Ratio,
    lambdas,
    measure,
    foldErrors,
    foldWeights,
    lambdaMin: lambdas[indexMin],
    lambda1se: lambdas[index1se],
    atEdge: indexMin === 0 || indexMin === lambdas.length - 1,
    path,
  };
}

/** What both rules choose among the mixes of a relaxed path, which all have the same lambdas. */
interface MixChoice {
  indexMin: number;
  index1se: number;
  /** The places of the mixes. */
  min: number;
  oneSe: number;
}

/**
 * Over the tables of all mixes, gammas descending: the smallest error, of equal ones that of the largest lambda, then of the largest gamma; and within
 * one standard error of it the largest lambda, then the largest gamma. As glmnet does.
 */
export function chooseMix(tables: readonly Table[]): MixChoice {
  const least = Math.min(...tables.map(({ meanErrors, indexMin }) => meanErrors[indexMin]));
  const first = (isIn: (table: Table, k: number) => boolean): [number, number] => {
    const steps = tables[0].meanErrors.length;
    for (let k = 0; k < steps; ++k) {
      const at = tables.findIndex((table) => isIn(table, k));
      if (at >= 0) return [k, at];
    }
    return [0, 0];
  };
  const [indexMin, min] = first(({ meanErrors }, k) => meanErrors[k] <= least);
  const limit = least + tables[min].standardErrors[indexMin];
  const [index1se, oneSe] = first(({ meanErrors }, k) => meanErrors[k] <= limit);
  return { indexMin, index1se, min, oneSe };
}
