import { checkInteger } from "../../errors.js";

/**
 * The fold of a row, from its position alone: a seeded hash, so that rows which come one after the other, from several files or on several
 * machines are dealt without knowing how many there are. Folds are about even, as if each row drew its own.
 *
 * @param row - The position of the row, from 0.
 * @param folds - How many folds there are, 2 to 255.
 * @param seed - A whole number. Default 0.
 * @returns A whole number from 0 up to `folds`, not included.
 * @throws RangeError and TypeError for what are no such numbers.
 * @example
 * const sums = new GramAccumulator(2);
 * X.forEach((row, i) => sums.add([row], y.slice(i, i + 1), { fold: foldOf(i, 10, 1) }));
 */
export function foldOf(row: number, folds: number, seed = 0): number {
  checkInteger("row", row, 0);
  checkInteger("folds", folds, 2, 255);
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER);
  let hash = 0;
  for (const part of [seed, seed / 4294967296, row, row / 4294967296]) hash = mix(hash ^ Math.floor(part));
  return Math.floor((hash / 4294967296) * folds);
}

/** The finaliser of MurmurHash3, by Austin Appleby, after a step away from 0. */
function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
