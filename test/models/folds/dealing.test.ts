import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crossValidate, fitMany } from "../../../src/index.js";
import { type FoldOptions, makeFolds } from "../../../src/models/dealing/makeFolds.js";
import "../../support/arbitraries.js";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** How many of the rows for which `counts` holds each fold has. */
function sizes(of: ArrayLike<number>, folds: number, counts: (row: number) => boolean = () => true): number[] {
  const found = new Array<number>(folds).fill(0);
  for (let row = 0; row < of.length; ++row) if (counts(row)) found[of[row]] += 1;
  return found;
}

/** Floor or ceil of a share of their sum each. */
function expectEven(counts: readonly number[]): void {
  const share = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(counts.filter((count) => count !== Math.floor(share) && count !== Math.ceil(share))).toEqual([]);
}

const deal = (y: readonly number[], options: FoldOptions, weights?: readonly number[]): Int32Array =>
  makeFolds({ y: Float64Array.from(y), hasClasses: true, weights: weights && Float64Array.from(weights) }, options).of;

const seeds = fc.integer({ min: -1e9, max: 1e9 });
/** Rows of classes in any order, a rare one among them, and a number of folds, which may be more than rows of a class, or than classes. */
const problems = fc
  .array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 })
  .map((counts) => counts.flatMap((count, code) => new Array<number>(count).fill(code)))
  .filter(({ length }) => length > 1)
  .chain((y) =>
    fc.record({
      y: fc.shuffledSubarray(y, { minLength: y.length }),
      folds: fc.integer({ min: 2, max: y.length }),
      seed: seeds,
    }),
  );

describe("stratified folds", () => {
  test("have floor or ceil of the rows of each class, and of all", () => {
    fc.assert(
      fc.property(problems, ({ y, folds, seed }) => {
        const of = deal(y, { folds, seed, stratify: true });
        expectEven(sizes(of, folds));
        for (const code of new Set(y)) expectEven(sizes(of, folds, (row) => y[row] === code));
      }),
      { numRuns: 100 },
    );
  });

  test("and so of those that weigh something", () => {
    fc.assert(
      fc.property(problems, fc.infiniteStream(fc.constantFrom(0, 0, 1, 2.5)), ({ y, folds, seed }, stream) => {
        const weights = y.map(() => stream.next().value as number);
        const of = deal(y, { folds, seed, stratify: true }, weights);
        expectEven(sizes(of, folds));
        for (const code of new Set(y)) {
          expectEven(sizes(of, folds, (row) => y[row] === code));
          expectEven(sizes(of, folds, (row) => y[row] === code && weights[row] > 0));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("have one of each K rows next to each other in y, ties being dealt as classes are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -1, 1e308, -1e308)), {
          minLength: 2,
          maxLength: 60,
        }),
        fc.integer({ min: 2, max: 10 }),
        seeds,
        (y, most, seed) => {
          const folds = Math.min(most, y.length);
          const of = deal(y, { folds, seed, stratify: true });
          for (const value of new Set(y)) expectEven(sizes(of, folds, (row) => y[row] === value));
          const order = upTo(y.length).sort((i, j) => (y[i] < y[j] ? -1 : +(y[i] > y[j])));
          const isBetween = (row: number, low: number, high: number): boolean => y[row] > low && y[row] < high;
          // Rows that tie with the ends of the K rows may be dealt in any order.
          for (let start = 0; start + folds <= y.length; start += folds) {
            const [low, high] = [y[order[start]], y[order[start + folds - 1]]];
            expect(Math.max(...sizes(of, folds, (row) => isBetween(row, low, high)))).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each([
    [53, 5, 5],
    [19, 2, 2],
  ])("of %i and %i rows, %i folds, have the rare class in each for every seed", (many, few, folds) => {
    const labels = [...new Array<string>(many).fill("no"), ...new Array<string>(few).fill("yes")];
    const X = labels.map((_, i) => [Math.sin(i)]);
    for (const seed of upTo(50)) {
      const options = { family: "binomial", folds, seed, stratify: true, lambdas: [1] } as const;
      const weights = labels.map((label) => (label === "yes" ? 1 : 1e-9));
      const { foldWeights } = crossValidate(X, labels, { ...options, measure: "auc", weights });
      expect(Array.from(foldWeights, Math.round)).toEqual(new Array(folds).fill(few / folds));
    }
  });

  test("are others for another seed", () => {
    const y = upTo(40).map((i) => i % 3);
    const dealt = upTo(10).map((seed) => deal(y, { folds: 5, seed, stratify: true }).join());
    expect(new Set(dealt).size).toBe(10);
  });
});

/** Groups of rows, each with rows of some classes. */
const grouped = fc
  .record({
    folds: fc.integer({ min: 2, max: 3 }),
    groups: fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 8 }), {
      minLength: 3,
      maxLength: 7,
    }),
    seed: seeds,
  })
  .map(({ folds, groups, seed }) => ({
    folds,
    seed,
    y: groups.flat(),
    groups: groups.flatMap((rows, g) => rows.map(() => `group ${g}`)),
  }));

/** Σ over folds and classes, all rows being one, of (n_kc − N_c/K)²/N_c. */
function spread(of: ArrayLike<number>, folds: number, y: readonly number[], isStratified: boolean): number {
  const kinds: ((row: number) => boolean)[] = [() => true];
  if (isStratified) for (const code of new Set(y)) kinds.push((row) => y[row] === code);
  let sum = 0;
  for (const counts of kinds) {
    const found = sizes(of, folds, counts);
    const total = found.reduce((all, count) => all + count, 0);
    for (const count of found) sum += (count - total / folds) ** 2 / total;
  }
  return sum;
}

describe("folds of groups", () => {
  test.each([false, true])("keep them together and are as even as they allow, stratified %s", (stratify) => {
    fc.assert(
      fc.property(grouped, ({ folds, seed, y, groups }) => {
        const of = deal(y, { folds, seed, groups, stratify });
        const names = [...new Set(groups)];
        const rowsOf = names.map((name) => groups.flatMap((group, row) => (group === name ? [row] : [])));
        for (const rows of rowsOf) expect(new Set(rows.map((row) => of[row])).size).toBe(1);
        expect(Math.min(...sizes(of, folds))).toBeGreaterThan(0);
        let least = Number.POSITIVE_INFINITY;
        for (let code = 0; code < folds ** names.length; ++code) {
          const other = new Int32Array(y.length);
          rowsOf.forEach((rows, g) => {
            for (const row of rows) other[row] = Math.floor(code / folds ** g) % folds;
          });
          least = Math.min(least, spread(other, folds, y, stratify));
        }
        expect(spread(of, folds, y, stratify)).toBeLessThanOrEqual(least + 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  test("of one row each are as even as without", () => {
    fc.assert(
      fc.property(problems, ({ y, folds, seed }) => {
        const of = deal(y, { folds, seed, stratify: true, groups: Float64Array.from(y.keys()) });
        expectEven(sizes(of, folds));
        for (const code of new Set(y)) expectEven(sizes(of, folds, (row) => y[row] === code));
      }),
      { numRuns: 60 },
    );
  });

  test("of numbers are balanced in y too", () => {
    const groups = upTo(60).map((i) => i % 30);
    const y = upTo(60).map((i) => (i % 30) + 0.01 * i);
    const of = makeFolds({ y: Float64Array.from(y) }, { folds: 3, groups, stratify: true }).of;
    for (const tenth of upTo(10)) {
      expect(sizes(of, 3, (row) => Math.floor((row % 30) / 3) === tenth)).toEqual([2, 2, 2]);
    }
  });

  test("may have labels of both kinds, which differ", () => {
    const groups = upTo(24).map((i) => (i % 2 ? i % 4 : String((i + 1) % 4)));
    const of = deal(new Array(24).fill(0), { folds: 4, groups });
    expect(new Set(of).size).toBe(4);
  });
});

test("folds without ties are known by their seed", () => {
  const y = upTo(12);
  expect([...deal(y, { folds: 3, seed: 5 })]).toEqual([1, 1, 0, 0, 0, 2, 2, 2, 2, 1, 0, 1]);
  expect([...deal(y, { folds: 3, seed: 5, groups: y.map((i) => i >> 1) })]).toEqual([
    0, 0, 2, 2, 0, 0, 1, 1, 2, 2, 1, 1,
  ]);
  expect([...deal(y, { folds: 3, seed: 5, stratify: true })]).toEqual([0, 1, 2, 2, 1, 0, 2, 1, 0, 1, 0, 2]);
});

test("each model of many is cross-validated on the folds of its own rows", () => {
  const labels = upTo(24).map((i) => (i % 8 === 3 || i % 12 === 5 ? "yes" : "no"));
  const rows = upTo(48).map((i) => [Math.sin(3 * i), Math.cos(5 * i)]);
  const groups = upTo(24).map((i) => i >> 1);
  const options = { family: "binomial", folds: 3, seed: 7, lambdaCount: 8, stratify: true } as const;
  const blocks = [rows.slice(0, 24), rows.slice(24)];
  const many = fitMany({ ...options, X: blocks, y: [labels, labels], lambda: "cv", foldGroups: groups });
  blocks.forEach((X, i) => {
    expect(many.errors[i]).toBeUndefined();
    expect(many.lambdas[i]).toBe(crossValidate(X, labels, { ...options, groups }).lambdaMin);
  });
});
