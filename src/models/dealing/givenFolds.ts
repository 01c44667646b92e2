import { toList } from "../../data/toList.js";
import { checkInteger, checkLength, describe, rangeError, reading, typeError } from "../../errors.js";
import type { Folds } from "./Folds.js";
import { type Groups, isList } from "./groups.js";

/** Folds that are given: that of each row, or the rows of each. */
export function givenFolds(folds: unknown, n: number): Folds {
  if (!isList(folds)) {
    throw typeError("ERR_TYPE", `"folds" must be a number, "loo", or each row's fold, got ${describe(folds)}`);
  }
  const isPartition = reading('"folds"', () => folds.length > 0 && isList(folds[0]));
  if (!isPartition) checkLength("folds", folds, n);
  const given = isPartition ? scatter(toList("folds", folds), n) : reading('"folds"', () => Array.from(folds));
  const of = new Int32Array(n);
  let count = isPartition ? folds.length : 0;
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

/** The fold of each row, of lists that hold each row once. */
function scatter(lists: readonly unknown[], n: number): Int32Array {
  const of = new Int32Array(n);
  const times = new Int32Array(n);
  lists.forEach((list, fold) => {
    const name = `folds[${fold}]`;
    if (!isList(list)) throw typeError("ERR_TYPE", `"${name}" must be an array of rows, got ${describe(list)}`);
    toList(name, list).forEach((row, at) => {
      checkInteger(`${name}[${at}]`, row, 0, n - 1);
      of[row] = fold;
      times[row] += 1;
    });
  });
  const row = times.findIndex((count) => count !== 1);
  if (row < 0) return of;
  throw rangeError("ERR_VALUE", `"folds" must hold each row once, got row ${row} ${times[row]} times`);
}

/** Checks that no group is divided. */
export function checkTogether({ of }: Folds, groups: Groups): void {
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
