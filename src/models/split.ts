import { checkInteger, checkNumber, rangeError } from "../errors.js";
import { splitStratified } from "./dealing/dealRows.js";
import { rowsByFold } from "./dealing/Folds.js";
import { type Groups, readGroups } from "./dealing/groups.js";
import { type Dealt, dealByGroups } from "./dealing/makeFolds.js";
import { seededRandom } from "./dealing/random.js";
import { type DealOptions, readRows } from "./dealing/readRows.js";

/** The options of {@link split}. */
export interface SplitOptions extends DealOptions {
  /** The share of the rows to test on, between 0 and 1. Default 0.25. */
  test?: number | undefined;
}

/** Rows to fit on, and rows to test on; each ascending. */
export interface Split {
  train: Int32Array;
  test: Int32Array;
}

/**
 * Splits n rows into those to fit on and those to test on.
 *
 * @param n - The number of rows, at least 2.
 * @param options - `test`, the share to test on; `seed`; `groups`, labels of rows that stay together; `stratify`, the y itself; `weights`.
 * @returns The rows of both parts, from 0, ascending, neither of them empty. n·test of them, rounded, are to test on, and of the c rows of a class that is
 *   stratified floor or ceil of c·test; with `groups`, about so many: they are dealt into as many folds as it takes, of which the test has some.
 * @throws RangeError and TypeError for a share that is not between 0 and 1, and as {@link folds}.
 * @example
 * const { test } = split(y.length, { test: 0.2, seed: 1, stratify: y });
 * const isTest = new Set(test);
 * const model = lasso(X.filter((_, i) => !isTest.has(i)), y.filter((_, i) => !isTest.has(i)), { lambda: 0.01 });
 * const predictions = model.predict(X.filter((_, i) => isTest.has(i)));
 */
export function split(n: number, options: SplitOptions = {}): Split {
  const rows = readRows("split", n, options, "test");
  const { test: share = 0.25, seed = 0 } = options;
  checkNumber("test", share);
  if (!(share > 0 && share < 1)) {
    throw rangeError("ERR_VALUE", `"test" must be a share of the rows above 0 and below 1, got ${share}`);
  }
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER);
  const random = seededRandom(seed);
  const of =
    options.groups === undefined
      ? splitStratified(rows.y, rows.weights, share, random)
      : splitGroups(rows, options, share, random);
  const [train, test] = rowsByFold({ of, count: 2 });
  return { train, test };
}

/** The most folds that groups are dealt into for a split. */
const MOST_FOLDS = 100;

/** 1 for rows of so many folds, any of those that groups are dealt into, that they come as near to the share as they can. */
function splitGroups(rows: Dealt, options: SplitOptions, share: number, random: () => number): Int32Array {
  const groups = readGroups(options.groups, rows.y.length);
  const most = groups.labels.length;
  checkInteger("number of groups", most, 2);
  const among = (folds: number): number => Math.min(Math.max(Math.round(share * folds), 1), folds - 1);
  let count = 2;
  for (let folds = 3; folds <= Math.min(most, MOST_FOLDS); ++folds) {
    const off = (folds: number): number => Math.abs(among(folds) / folds - share);
    if (off(folds) < off(count) - Number.EPSILON) count = folds;
  }
  const first = Math.floor(random() * count);
  const of = dealByGroups(rows, groups, options.stratify !== undefined, count, random);
  const sides = of.map((fold) => ((fold + first) % count < among(count) ? 1 : 0));
  if (options.stratify === undefined) even(sides, groups, share);
  return sides;
}

/** Moves groups to the other side, one at a time, as long as that brings the test nearer to its share. */
function even(sides: Int32Array, { of, labels }: Groups, share: number): void {
  const n = sides.length;
  const sizes = new Int32Array(labels.length);
  const sideOf = new Int32Array(labels.length);
  of.forEach((group, row) => {
    sizes[group] += 1;
    sideOf[group] = sides[row];
  });
  let tested = sides.reduce((sum, side) => sum + side, 0);
  for (;;) {
    const off = (rows: number): number => (rows > 0 && rows < n ? Math.abs(rows - share * n) : n);
    const moved = (group: number): number => tested + (sideOf[group] === 1 ? -sizes[group] : sizes[group]);
    const best = sizes.reduce((best, _, group) => (off(moved(group)) < off(moved(best)) ? group : best), 0);
    if (!(off(moved(best)) < off(tested))) break;
    tested = moved(best);
    sideOf[best] = 1 - sideOf[best];
  }
  of.forEach((group, row) => {
    sides[row] = sideOf[group];
  });
}
