import { describe, rangeError } from "../../errors.js";
import { families } from "../../losses/families.js";
import { type Folds, foldName } from "../dealing/Folds.js";
import type { Fit } from "../options/Fit.js";
import type { Measure } from "../options/measure.js";

/** The weight of each fold's rows. @throws RangeError for weights without a sum, or a fold without weight. */
export function foldWeights(weights: Float64Array | undefined, { of, count }: Folds): Float64Array {
  const sums = new Float64Array(count);
  of.forEach((fold, i) => {
    sums[fold] += weights?.[i] ?? 1;
  });
  const total = sums.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", `"weights" must have a positive, finite sum, got ${total}`);
  }
  const empty = sums.indexOf(0);
  if (empty >= 0) {
    const place = foldName(empty, count);
    throw rangeError("ERR_VALUE", `${place}: "weights" must have a positive sum over its test rows, got 0`);
  }
  return sums;
}

/**
 * Checks that each fold leaves enough to fit, and has enough to measure, where all rows together have.
 *
 * @throws RangeError that names the fold: with an intercept, for training rows without one of the classes, or with no count above
 *   0; for an AUC, for test rows without one of the classes.
 */
export function checkFolds(y: Float64Array, fit: Fit, folds: Folds, measure: Measure): void {
  const { family, classes } = fit.response;
  const { least } = families[family];
  const { intercept, weights } = fit.settings;
  const note = weights === undefined ? "" : " of positive weight";
  const counts = (row: number): boolean => weights === undefined || weights[row] > 0;
  if (classes !== undefined) {
    const { all, tested } = countRows(folds, classes.length, counts, (row) => y[row]);
    // What all rows lack is no fault of a fold.
    if (all.includes(0)) return;
    for (let fold = 0; fold < folds.count; ++fold) {
      const own = tested.subarray(fold * all.length, (fold + 1) * all.length);
      const place = foldName(fold, folds.count);
      const rest = all.map((rows, k) => rows - own[k]);
      if (intercept && rest.includes(0)) {
        const have = classesOf(rest, classes, note);
        throw rangeError(
          "ERR_VALUE",
          `${place}: its training rows have ${have}, and "folds" must leave some of each to fit`,
        );
      }
      if (measure === "auc" && own.includes(0)) {
        const have = classesOf(own, classes, note);
        throw rangeError(
          "ERR_VALUE",
          `${place}: its test rows have ${have}, and "folds" must put some of both into each for an AUC`,
        );
      }
    }
  } else if (least !== undefined && intercept) {
    const { all, tested } = countRows(
      folds,
      1,
      (row) => y[row] > least && counts(row),
      () => 0,
    );
    const fold = all[0] > 0 ? tested.indexOf(all[0]) : -1;
    if (fold < 0) return;
    throw rangeError(
      "ERR_VALUE",
      `${foldName(fold, folds.count)}: its training rows have only counts of ${least}${note}, and "folds" must leave one above it to fit`,
    );
  }
}

/** How many of the rows that count are of each kind, in all and in each fold. */
function countRows(
  { of, count }: Folds,
  kinds: number,
  counts: (row: number) => boolean,
  kindOf: (row: number) => number,
): { all: Int32Array; tested: Int32Array } {
  const all = new Int32Array(kinds);
  const tested = new Int32Array(count * kinds);
  of.forEach((fold, row) => {
    if (!counts(row)) return;
    all[kindOf(row)] += 1;
    tested[fold * kinds + kindOf(row)] += 1;
  });
  return { all, tested };
}

/** Which classes there are rows of, in words. */
function classesOf(rows: Int32Array, classes: readonly unknown[], note: string): string {
  const have = classes.filter((_, k) => rows[k] > 0).map(describe);
  const lack = classes.filter((_, k) => rows[k] === 0).map(describe);
  return have.length === 1 ? `only class ${have[0]}${note}` : `none of class ${lack.join(", ")}${note}`;
}
