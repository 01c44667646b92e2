import type { Label } from "../../data/toLabels.js";
import {
  checkBoolean,
  checkInteger,
  checkLength,
  describe,
  isArray,
  rangeError,
  reading,
  typeError,
} from "../../errors.js";
import { dealGroups } from "./dealGroups.js";
import { dealRows, dealStratified } from "./dealRows.js";
import { seededRandom } from "./random.js";

/** How rows are dealt into folds. */
export interface FoldOptions {
  /** Number of folds, each row's test fold (0 to K − 1), or `"loo"` for a fold of each row. Default 10. */
  folds?: number | Int32Array | readonly number[] | "loo" | undefined;
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

/** Each row's test fold, and how many there are. */
export interface Folds {
  of: Int32Array;
  count: number;
}

/** How errors name a fold: by its number in `folds`, from 0. */
export const foldName = (fold: number, count: number): string => `fold ${fold} of ${count}`;

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
  checkInteger("folds", folds, 2, groups?.labels.length ?? n);
  const random = seededRandom(seed);
  if (groups === undefined) {
    const of = stratify ? dealStratified(rows.y, rows.weights, folds, random) : dealRows(n, folds, random);
    return { of, count: folds };
  }
  const codings: Int32Array[] = [new Int32Array(n)];
  if (stratify) codings.push(...strataOf(rows));
  const of = dealGroups(groups.of, groups.labels.length, codings, folds, random);
  return { of: groups.of.map((group) => of[group]), count: folds };
}

/** Labels of rows: row i is in group labels[of[i]]. */
interface Groups {
  labels: readonly Label[];
  of: Int32Array;
}

function readGroups(value: unknown, n: number): Groups {
  if (!isList(value) && !isArrayLike(value)) {
    throw typeError("ERR_TYPE", `"groups" must be an array of labels, got ${describe(value)}`);
  }
  checkLength("groups", value, n);
  const codes = new Map<Label, number>();
  const of = new Int32Array(n);
  const given = reading('"groups"', () => Array.from(value));
  for (let row = 0; row < n; ++row) {
    const label = given[row];
    if (typeof label !== "number" && typeof label !== "string") {
      throw typeError("ERR_TYPE", `"groups" must hold numbers or strings, got ${describe(label)} in row ${row}`);
    }
    if (typeof label === "number" && !Number.isFinite(label)) {
      throw rangeError("ERR_NOT_FINITE", `"groups" must be finite, got ${label} in row ${row}`);
    }
    const code = codes.get(label) ?? codes.size;
    codes.set(label, code);
    of[row] = code;
  }
  return { labels: [...codes.keys()], of };
}

/** An array or a typed array. */
function isList(value: unknown): value is ArrayLike<unknown> {
  return isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** An object with a length of its own. */
function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === "object" && value !== null && reading('"groups"', () => Object.hasOwn(value, "length"));
}

function givenFolds(folds: unknown, n: number): Folds {
  if (!isList(folds)) {
    throw typeError("ERR_TYPE", `"folds" must be a number, "loo", or each row's fold, got ${describe(folds)}`);
  }
  checkLength("folds", folds, n);
  const of = new Int32Array(n);
  let count = 0;
  const given = reading('"folds"', () => Array.from(folds));
  for (let row = 0; row < n; ++row) {
    const fold = given[row];
    checkInteger(`folds[${row}]`, fold, 0, n - 1);
    of[row] = fold;
    count = Math.max(count, fold + 1);
  }
  if (count < 2) throw rangeError("ERR_VALUE", `"folds" must name at least 2 folds, got ${count}`);
  const sizes = new Int32Array(count);
  for (const fold of of) sizes[fold] += 1;
  const empty = sizes.indexOf(0);
  if (empty >= 0) throw rangeError("ERR_VALUE", `"folds" must give every fold a row, got none for fold ${empty}`);
  return { of, count };
}

function checkTogether({ of }: Folds, groups: Groups): void {
  const places = new Int32Array(groups.labels.length).fill(-1);
  groups.of.forEach((group, row) => {
    const place = places[group];
    if (place >= 0 && place !== of[row]) {
      const label = describe(groups.labels[group]);
      throw rangeError(
        "ERR_VALUE",
        `"folds" must keep each of the "groups" in one fold, got rows of ${label} in folds ${place} and ${of[row]}`,
      );
    }
    places[group] = of[row];
  });
}

/** Values of y are strata of their own up to this many; of more, as many parts of the rows in the order of y. */
const MOST_STRATA = 10;

/** Codings of rows by y; where some weigh nothing, those of the others besides. */
function strataOf({ y, hasClasses = false, weights }: Dealt): Int32Array[] {
  const order = Int32Array.from(y.keys()).sort((i, j) => y[i] - y[j]);
  const isOwn = hasClasses || new Set(y).size <= MOST_STRATA;
  const coding = new Int32Array(y.length);
  order.forEach((row, at) => {
    const isSame = at > 0 && y[row] === y[order[at - 1]];
    coding[row] = isSame ? coding[order[at - 1]] : isOwn ? at : Math.floor((at * MOST_STRATA) / y.length);
  });
  if (weights === undefined || weights.every((weight) => weight > 0)) return [coding];
  return [coding, coding.map((own, row) => (weights[row] > 0 ? own : -1))];
}
