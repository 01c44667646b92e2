import { type Folds, rowsByFold } from "../dealing/Folds.js";
import type { FoldFit } from "../folds/heldOut.js";
import type { Plan } from "./Call.js";
import { type CrossValidationData, cutFolds } from "./crossValidationPieces.js";

/** For each of some lambdas, what is without a fold. */
export type WithoutFold<T> = readonly ((fold: number) => T)[];

/** η of all rows, K for each, row after row, by fits without their folds. */
export function* predictRows({ matrix, folds }: CrossValidationData, fits: WithoutFold<FoldFit>): Plan<Float64Array[]> {
  const { rows: n, columns: p } = matrix;
  const pieces = cutFolds(folds, (n / folds.count) * p * fits.length, 0, (from, to) => ({
    do: "heldOut",
    fits: Array.from({ length: to - from }, (_, k) => fits.map((fitOf) => fitOf(from + k))),
  }));
  const etas = (yield { pieces }).flat() as Float64Array[][];
  const K = fits[0](0).intercepts.length;
  return gatherRows(
    folds,
    K,
    fits.map((_, at) => (fold) => etas[fold][at]),
  );
}

/** η of all rows, K for each, from those of each fold's rows. */
export function gatherRows(folds: Folds, K: number, etas: WithoutFold<Float64Array>): Float64Array[] {
  const lists = rowsByFold(folds);
  return etas.map((etaOf) => {
    const all = new Float64Array(folds.of.length * K);
    lists.forEach((rows, fold) => {
      const eta = etaOf(fold);
      for (let i = 0; i < rows.length; ++i) for (let c = 0; c < K; ++c) all[rows[i] * K + c] = eta[i * K + c];
    });
    return all;
  });
}
