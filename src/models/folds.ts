import { checkInteger, checkLength, describe, rangeError, typeError } from "../errors.js";

/** Numbers in [0, 1) from a seed, the same on every engine. Mulberry32, by Tommy Ettinger. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Shuffles in place. Fisher & Yates. */
function shuffle<T extends number[] | Int32Array>(values: T, random: () => number): T {
  for (let i = values.length - 1; i > 0; --i) {
    const j = Math.floor(random() * (i + 1));
    const value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
  return values;
}

/** How rows are dealt into folds. */
export interface FoldOptions {
  /** Number of folds, each row's test fold (0 to K − 1), or `"loo"` for a fold of each row. Default 10. */
  folds?: number | Int32Array | readonly number[] | "loo";
  /** Seed of the shuffle, a whole number. Default 0. */
  seed?: number;
  /** A label for each row; rows with the same label stay in one fold. */
  groups?: ArrayLike<number | string>;
  /** Give every fold about the same distribution of y. Default false. */
  stratify?: boolean;
}

/** Each row's test fold, and how many there are. */
export interface Folds {
  of: Int32Array;
  count: number;
}

/** Deals n rows into folds. @throws RangeError or TypeError for options that cannot be met. */
export function makeFolds(y: Float64Array, options: FoldOptions): Folds {
  const { folds = 10, seed = 0, groups, stratify = false } = options;
  const n = y.length;
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER);
  if (groups !== undefined && stratify) throw typeError("ERR_TYPE", '"stratify" must be false with "groups", got true');
  if (folds === "loo") {
    checkInteger("number of rows for leave-one-out", n, 2);
    return { of: Int32Array.from(y, (_, i) => i), count: n };
  }
  if (typeof folds !== "number") return givenFolds(folds, n);
  const random = seededRandom(seed);
  if (groups !== undefined) return groupedFolds(groups, n, folds, random);
  checkInteger("folds", folds, 2, n);
  const order = Array.from({ length: n }, (_, i) => i);
  if (stratify) {
    // Neighbours in y go to different folds, in an order that is drawn anew for every K of them.
    order.sort((i, j) => y[i] - y[j] || i - j);
    const of = new Int32Array(n);
    for (let start = 0; start < n; start += folds) {
      const dealt = shuffle(
        Int32Array.from({ length: folds }, (_, k) => k),
        random,
      );
      for (let k = 0; k < folds && start + k < n; ++k) of[order[start + k]] = dealt[k];
    }
    return checkedFolds(of, folds);
  }
  const of = new Int32Array(n);
  shuffle(order, random).forEach((row, k) => {
    of[row] = k % folds;
  });
  return { of, count: folds };
}

function givenFolds(folds: Int32Array | readonly number[], n: number): Folds {
  if (!(folds instanceof Int32Array) && !Array.isArray(folds)) {
    throw typeError("ERR_TYPE", `"folds" must be a number, "loo", or each row's fold, got ${describe(folds)}`);
  }
  checkLength("folds", folds, n);
  let count = 0;
  folds.forEach((fold: number, row: number) => {
    checkInteger(`folds[${row}]`, fold, 0, n - 1);
    count = Math.max(count, fold + 1);
  });
  if (count < 2) throw rangeError("ERR_VALUE", `"folds" must name at least 2 folds, got ${count}`);
  return checkedFolds(Int32Array.from(folds), count);
}

/** Largest groups first, each into the fold with the fewest rows so far. */
function groupedFolds(groups: ArrayLike<number | string>, n: number, count: number, random: () => number): Folds {
  checkLength("groups", groups, n);
  const rows = new Map<number | string, number[]>();
  for (let i = 0; i < n; ++i) {
    const label = groups[i];
    const members = rows.get(label);
    if (members === undefined) rows.set(label, [i]);
    else members.push(i);
  }
  checkInteger("folds", count, 2, rows.size);
  const all = [...rows.values()];
  const order = shuffle(
    all.map((_, k) => k),
    random,
  ).sort((a, b) => all[b].length - all[a].length);
  const sizes = new Int32Array(count);
  const of = new Int32Array(n);
  for (const k of order) {
    const fold = sizes.indexOf(Math.min(...sizes));
    for (const row of all[k]) of[row] = fold;
    sizes[fold] += all[k].length;
  }
  return { of, count };
}

function checkedFolds(of: Int32Array, count: number): Folds {
  const sizes = new Int32Array(count);
  for (const fold of of) sizes[fold] += 1;
  const empty = sizes.indexOf(0);
  if (empty >= 0) throw rangeError("ERR_VALUE", `"folds" must give every fold a row, got none for fold ${empty}`);
  return { of, count };
}
