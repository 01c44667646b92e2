import { checkBoolean, checkInteger, describe, typeError } from "../../errors.js";
import { dealGroups } from "./dealGroups.js";
import { dealRows, dealStratified } from "./dealRows.js";
import type { Folds } from "./Folds.js";
import { checkTogether, givenFolds } from "./givenFolds.js";
import { type Groups, readGroups } from "./groups.js";
import { seededRandom } from "./random.js";

/** How rows are dealt into folds. */
export interface FoldOptions {
  /**
   * Number of folds; each row's test fold (0 to K − 1); the test rows of each fold, as {@link folds} gives them; or `"loo"` for a fold
   * of each row. Default 10.
   */
  folds?: number | Int32Array | readonly number[] | readonly (Int32Array | readonly number[])[] | "loo" | undefined;
  /** Seed of the shuffle, a whole number. Default 0. */
  seed?: number | undefined;
  /**
   * A label for each row, a finite number or a string; rows with the same label stay in one fold, folds being as even as that allows.
   * Folds that are given must keep them together; not for `"loo"`.
   */
  groups?: ArrayLike<number | string> | undefined;
  /**
   * Give every fold about the same distribution of y: floor or ceil of c/K of the c rows of each class, or of each value of y, and
   * one of each K rows next to each other in y. With `groups`, as even as they allow. Not for folds that are given. Default false.
   */
  stratify?: boolean | undefined;
}

/** What of the rows dealing looks at. */
export interface Dealt {
  /** Numbers, or the codes of classes. */
  y: Float64Array;
  /** Whether they are the codes of classes. */
  hasClasses?: boolean;
  weights?: Float64Array | undefined;
}

/** Deals the rows into folds. @throws RangeError or TypeError for options that cannot be met. */
export function makeFolds(rows: Dealt, options: FoldOptions): Folds {
  const { folds = 10, seed = 0, stratify = false } = options;
  const n = rows.y.length;
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER);
  checkBoolean("stratify", stratify);
  const groups = options.groups === undefined ? undefined : readGroups(options.groups, n);
  if (folds === "loo") {
    if (groups !== undefined) {
      throw typeError("ERR_OPTION", `"groups" must be left out with "folds" at "loo", got ${describe(options.groups)}`);
    }
    checkInteger("number of rows for leave-one-out", n, 2);
    return { of: Int32Array.from(rows.y.keys()), count: n };
  }
  if (typeof folds !== "number") {
    if (stratify) throw typeError("ERR_OPTION", '"stratify" must be false with "folds" that are given, got true');
    const given = givenFolds(folds, n);
    if (groups !== undefined) checkTogether(given, groups);
    return given;
  }
  const most = groups?.labels.length ?? n;
  checkInteger(`number of ${groups ? "groups" : "rows"} for folds`, most, 2);
  checkInteger("folds", folds, 2, most);
  const random = seededRandom(seed);
  const of = groups
    ? dealByGroups(rows, groups, stratify, folds, random)
    : stratify
      ? dealStratified(rows.y, rows.weights, folds, random)
      : dealRows(n, folds, random);
  return { of, count: folds, seed };
}

/** The fold of each row, dealt by groups. */
export function dealByGroups(
  rows: Dealt,
  groups: Groups,
  stratify: boolean,
  count: number,
  random: () => number,
): Int32Array {
  const of = dealGroups(groups.of, groups.labels.length, codingsOf(rows, stratify), count, random);
  return groups.of.map((group) => of[group]);
}

/** Values of y are strata of their own up to this many; of more, as many parts of the rows in the order of y. */
const MOST_STRATA = 10;

/** Codings of rows: all alike; if they are to be stratified, by y; where some weigh nothing, those of the others besides. */
function codingsOf({ y, hasClasses = false, weights }: Dealt, stratify: boolean): Int32Array[] {
  const alike = new Int32Array(y.length);
  if (!stratify) return [alike];
  const order = Int32Array.from(y.keys()).sort((i, j) => y[i] - y[j]);
  const isOwn = hasClasses || new Set(y).size <= MOST_STRATA;
  const coding = new Int32Array(y.length);
  order.forEach((row, at) => {
    const isSame = at > 0 && y[row] === y[order[at - 1]];
    coding[row] = isSame ? coding[order[at - 1]] : isOwn ? at : Math.floor((at * MOST_STRATA) / y.length);
  });
  if (weights === undefined || weights.every((weight) => weight > 0)) return [alike, coding];
  return [alike, coding, coding.map((own, row) => (weights[row] > 0 ? own : -1))];
}
