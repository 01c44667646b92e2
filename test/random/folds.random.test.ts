/** 20,000 random deals of rows into folds: classes of any size, weights of 0, groups, any number of folds, any seed. */

import { expect, test } from "vitest";
import { makeFolds } from "../../src/models/dealing/makeFolds.js";
import { randomStream } from "../support/arbitraries.js";

const DEALS = 20_000;
const BATCH = 1000;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** What is uneven about the folds of this number, in words. */
function faults(number: number): string[] {
  const next = randomStream(Math.imul(number + 1, 0x9e3779b1));
  const positive = (): number => 0.5 * (next() + 1);
  const between = (low: number, high: number): number => low + Math.floor(positive() * (high - low + 1));
  const kind = ["classes", "rare class", "many classes", "counts", "numbers"][between(0, 4)];
  const n = between(2, 120);
  const y = upTo(n).map((i) => {
    if (kind === "rare class") return i < 1 + n / 12 ? 1 : 0;
    if (kind === "many classes") return between(0, n);
    return kind === "classes" ? between(0, 4) : kind === "counts" ? Math.floor(between(0, 30) ** 2 / 60) : next();
  });
  const weights = positive() < 0.5 ? undefined : y.map(() => (positive() < 0.3 ? 0 : positive()));
  const stratify = positive() < 0.7;
  const most = between(1, n);
  const groups = positive() < 0.4 ? y.map(() => between(0, most)) : undefined;
  const largest = groups === undefined ? n : new Set(groups).size;
  if (largest < 2) return [];
  const folds = between(2, Math.min(largest, positive() < 0.7 ? 10 : largest));
  const seed = between(-1e9, 1e9);
  const rows = {
    y: Float64Array.from(y),
    hasClasses: kind.includes("class"),
    weights: weights && Float64Array.from(weights),
  };
  const { of, count } = makeFolds(rows, { folds, seed, stratify, ...(groups && { groups }) });

  const found: string[] = [];
  const sizes = (counts: (row: number) => boolean): number[] => {
    const sums = new Array<number>(folds).fill(0);
    for (let row = 0; row < n; ++row) if (counts(row)) sums[of[row]] += 1;
    return sums;
  };
  const check = (what: string, counts: (row: number) => boolean): void => {
    const dealt = sizes(counts);
    // Where groups stay together, folds differ by no more than moving one of them would mend.
    const slack =
      groups === undefined
        ? 1
        : Math.max(
            ...[...new Set(groups)].map((name) => groups.filter((g, row) => g === name && counts(row)).length),
            1,
          );
    if (Math.max(...dealt) - Math.min(...dealt) > slack) found.push(`${what} dealt ${dealt}, ${kind}, seed ${seed}`);
  };
  if (count !== folds || of.length !== n) found.push(`${count} folds of ${of.length} rows`);
  if (sizes(() => true).includes(0)) found.push("an empty fold");
  if (groups === undefined || !stratify) check("rows", () => true);
  if (groups === undefined && stratify) {
    for (const value of new Set(y)) {
      check(`rows at ${value}`, (row) => y[row] === value);
      if (weights !== undefined) check(`weighty rows at ${value}`, (row) => y[row] === value && weights[row] > 0);
    }
  }
  groups?.forEach((name, row) => {
    if (of[row] !== of[groups.indexOf(name)]) found.push(`group ${name} in folds ${of[row]} and others`);
  });
  return found.map((fault) => `${number}: ${fault}`);
}

test.each(upTo(DEALS / BATCH).map((k) => k * BATCH))("deals from number %i on", { timeout: 60_000 }, (start) => {
  expect(upTo(BATCH).flatMap((k) => faults(start + k))).toEqual([]);
});
