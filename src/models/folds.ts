import { rowsByFold } from "./dealing/Folds.js";
import { type FoldOptions, makeFolds } from "./dealing/makeFolds.js";
import { type DealOptions, readRows } from "./dealing/readRows.js";

/** The options of {@link folds}. */
export interface FoldsOptions extends DealOptions, Pick<FoldOptions, "folds"> {}

/**
 * Deals n rows into folds, the same that {@link crossValidate} deals for the same options: to give several models the same folds, or
 * for a loop of one's own. `crossValidate` takes them as its `folds`.
 *
 * @param n - The number of rows, at least 2.
 * @param options - `folds`, the number K of them, default 10, or `"loo"`; `seed`; `groups`; `stratify`, the y itself; `weights`.
 * @returns The test rows of each of the K folds, ascending. Each row is in one; folds have floor or ceil of n/K rows, and of the c rows of a
 *   class that is stratified floor or ceil of c/K.
 * @throws RangeError and TypeError as {@link crossValidate} for what cannot be dealt.
 * @example
 * const dealt = folds(y.length, { folds: 5, seed: 1, stratify: y });
 * crossValidate(X, y, { family: "binomial", folds: dealt });
 */
export function folds(n: number, options: FoldsOptions = {}): Int32Array[] {
  const rows = readRows("folds", n, options, "folds");
  // By name, as an object may hold more than can be read.
  const { folds: count, seed, groups, stratify } = options;
  return rowsByFold(makeFolds(rows, { folds: count, seed, groups, stratify: stratify !== undefined }));
}
