import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CrossValidationOptions, crossValidate, type FoldsOptions, folds, split } from "../../../src/index.js";
import "../../support/arbitraries.js";
import { distance } from "../../support/golden.js";
import { testRefusals, wrong } from "../refusals.js";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const seeds = fc.integer({ min: -1e9, max: 1e9 });

/** Every row is in exactly one of the lists, which are ascending. */
function expectPartition(lists: readonly Int32Array[], n: number): void {
  for (const list of lists) {
    expect(list).toBeInstanceOf(Int32Array);
    expect([...list]).toEqual([...list].sort((a, b) => a - b));
  }
  expect(lists.flatMap((list) => [...list]).sort((a, b) => a - b)).toEqual(upTo(n));
}

describe("folds", () => {
  const n = 60;
  const X = upTo(n).map((i) => [Math.sin(3 * i), Math.cos(5 * i)]);
  const numbers = upTo(n).map((i) => Math.sin(7 * i));
  const few = upTo(n).map((i) => (i * i) % 4);
  const labels = upTo(n).map((i) => (i % 7 === 2 ? "yes" : "no"));
  const groups = upTo(n).map((i) => `group ${i % 17}`);
  const weights = upTo(n).map((i) => (i % 5 === 0 ? 0 : 1 + i));
  const cases: [what: string, y: never, crossValidation: object, dealing: FoldsOptions][] = [
    ["nothing", wrong(numbers), {}, {}],
    ["a number and a seed", wrong(numbers), { folds: 7, seed: 3 }, { folds: 7, seed: 3 }],
    ["groups", wrong(numbers), { folds: 4, groups }, { folds: 4, groups }],
    ["stratified numbers", wrong(numbers), { folds: 4, stratify: true }, { folds: 4, stratify: numbers }],
    ["stratified counts", wrong(few), { folds: 4, stratify: true, family: "poisson" }, { folds: 4, stratify: few }],
    [
      "stratified labels",
      wrong(labels),
      { folds: 3, seed: 8, stratify: true, family: "binomial" },
      { folds: 3, seed: 8, stratify: labels },
    ],
    [
      "stratified labels in groups",
      wrong(labels),
      { folds: 3, stratify: true, groups, family: "binomial" },
      { folds: 3, stratify: labels, groups },
    ],
    [
      "stratified numbers in groups",
      wrong(numbers),
      { folds: 3, stratify: true, groups },
      { folds: 3, stratify: numbers, groups },
    ],
    [
      "stratified rows of which some weigh nothing",
      wrong(labels),
      { folds: 3, stratify: true, weights, family: "binomial" },
      { folds: 3, stratify: labels, weights },
    ],
    ["one for each row", wrong(numbers), { folds: "loo", lambdas: [0.1] }, { folds: "loo" }],
  ];

  test.each(cases)("are those that crossValidate deals, and takes: %s", (_, y, crossValidation, dealing) => {
    const options: CrossValidationOptions = { lambdas: [0.2, 0.1], ...crossValidation };
    const dealt = folds(n, dealing);
    expectPartition(dealt, n);
    const cv = crossValidate(X, y, options);
    expect(Array.from(cv.folds, (fold, row) => dealt[fold].includes(row))).toEqual(new Array(n).fill(true));
    const { stratify: _stratify, seed: _seed, groups: _groups, ...rest } = options;
    const again = crossValidate(X, y, { ...rest, folds: dealt });
    expect(again.folds).toEqual(cv.folds);
    expect(distance(again.foldErrors, cv.foldErrors)).toBeLessThan(1e-6);
    expect(crossValidate(X, y, { ...rest, folds: dealt.map((rows) => [...rows].reverse()) }).folds).toEqual(cv.folds);
  });

  test("are ten unless told, and others for another seed", () => {
    expect(folds(25).map(({ length }) => length)).toEqual([3, 3, 3, 3, 3, 2, 2, 2, 2, 2]);
    expect(folds(25)).toEqual(folds(25, { seed: 0 }));
    expect(folds(25)).not.toEqual(folds(25, { seed: 1 }));
  });

  test("have floor or ceil of the rows of each class", () => {
    const dealt = folds(n, { folds: 4, stratify: labels });
    const yes = dealt.map((rows) => rows.filter((row) => labels[row] === "yes").length);
    expect(yes.sort()).toEqual([2, 2, 2, 3]);
  });
});

describe("split", () => {
  const problems = fc.record({
    y: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 60 }),
    share: fc.oneof(fc.constantFrom(0.1, 0.2, 0.25, 0.5, 0.75, 0.9), fc.double({ min: 0.01, max: 0.99, noNaN: true })),
    seed: seeds,
  });

  test("gives each row to one part, the share rounded to whole rows to the test, neither being empty", () => {
    fc.assert(
      fc.property(problems, ({ y, share, seed }) => {
        const n = y.length;
        for (const options of [{}, { stratify: y }]) {
          const { train, test } = split(n, { test: share, seed, ...options });
          expectPartition([train, test], n);
          expect(test.length).toBe(Math.min(Math.max(Math.round(share * n), 1), n - 1));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("stratified takes floor or ceil of the share of each class, and of those that weigh something", () => {
    fc.assert(
      fc.property(problems, fc.infiniteStream(fc.constantFrom(0, 1, 2.5)), ({ y, share, seed }, stream) => {
        const weights = y.map(() => stream.next().value as number);
        const labels = y.map((code) => `class ${code}`);
        const { test } = split(y.length, { test: share, seed, stratify: labels, weights });
        for (const code of new Set(y)) {
          for (const least of [-1, 0]) {
            const counts = (row: number): boolean => y[row] === code && weights[row] > least;
            const all = upTo(y.length).filter(counts).length;
            const taken = test.filter(counts).length;
            expect(taken).toBeGreaterThan(all * share - 1);
            expect(taken).toBeLessThan(all * share + 1);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test("stratified by numbers takes its share of each stretch of them", () => {
    const y = upTo(40).map((i) => Math.sin(5 * i));
    const { test } = split(40, { test: 0.25, seed: 6, stratify: y });
    const order = upTo(40).sort((i, j) => y[i] - y[j]);
    for (let from = 0; from < 40; from += 4) {
      expect(order.slice(from, from + 4).filter((row) => test.includes(row))).toHaveLength(1);
    }
  });

  test("takes every row as often as any other", () => {
    const counts = new Float64Array(8);
    const stratified = new Float64Array(8);
    for (const seed of upTo(4000)) {
      for (const row of split(8, { test: 0.25, seed }).test) counts[row] += 1;
      for (const row of split(8, { test: 0.25, seed, stratify: [0, 0, 0, 0, 1, 1, 1, 1] }).test) stratified[row] += 1;
    }
    // Binomial: sd 27.
    for (const count of [...counts, ...stratified]) expect(Math.abs(count - 1000)).toBeLessThan(5 * 27);
  });

  test("never divides groups, and is about as even as they allow", () => {
    const grouped = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 15 }),
      share: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      seed: seeds,
      stratify: fc.boolean(),
    });
    fc.assert(
      fc.property(grouped, ({ sizes, share, seed, stratify }) => {
        const groups = sizes.flatMap((size, g) => new Array<string>(size).fill(`g${g}`));
        const n = groups.length;
        const y = upTo(n).map((i) => (i * i) % 3);
        const { train, test } = split(n, { test: share, seed, groups, ...(stratify && { stratify: y }) });
        expectPartition([train, test], n);
        expect(Math.min(train.length, test.length)).toBeGreaterThan(0);
        expect([...train].filter((row) => [...test].some((other) => groups[other] === groups[row]))).toEqual([]);
        // Moving one group to the other side would not come nearer.
        const off = (rows: number): number => Math.abs(rows - share * n);
        if (stratify) return;
        sizes.forEach((size, g) => {
          const isTest = test.includes(groups.indexOf(`g${g}`));
          const moved = test.length + (isTest ? -size : size);
          if (moved > 0 && moved < n) expect(off(moved)).toBeGreaterThanOrEqual(off(test.length) - 1e-6);
        });
      }),
      { numRuns: 100 },
    );
  });

  test("is the same for the same seed, a quarter unless told", () => {
    expect(split(40).test).toHaveLength(10);
    expect(split(40)).toEqual(split(40, { seed: 0, test: 0.25 }));
    expect(split(40)).not.toEqual(split(40, { seed: 1 }));
    expect([...split(12, { seed: 5 }).test]).toEqual([...split(12, { seed: 5 }).test]);
  });
});

describe("refusals", () =>
  testRefusals([
    ["no rows", () => folds(0), "ERR_VALUE", '"n" must be a whole number between 2 and 134217728, got 0'],
    ["rows beyond memory", () => split(2 ** 40), "ERR_VALUE", '"n" must be a whole number between 2'],
    ["n as text", () => folds(wrong("9")), "ERR_TYPE", '"n" must be a number, got "9"'],
    ["options that are none", () => folds(9, wrong(3)), "ERR_TYPE", "the options of folds must be an object, got 3"],
    ["an unknown option", () => folds(9, wrong({ fold: 3 })), "ERR_OPTION", 'folds has no option "fold"'],
    ["a test share for folds", () => folds(9, wrong({ test: 0.2 })), "ERR_OPTION", 'folds has no option "test"'],
    ["folds for a split", () => split(9, wrong({ folds: 3 })), "ERR_OPTION", 'split has no option "folds"'],
    ["more folds than rows", () => folds(9, { folds: 10 }), "ERR_VALUE", '"folds" must be a whole number between 2'],
    ["half a seed", () => split(9, { seed: 0.5 }), "ERR_VALUE", '"seed" must be a whole number'],
    [
      "stratify as in crossValidate",
      () => folds(9, { stratify: wrong(true) }),
      "ERR_TYPE",
      '"stratify" must be an array',
    ],
    [
      "strata of another length",
      () => folds(3, { stratify: [1, 2] }),
      "ERR_LENGTH",
      '"stratify" must have 3 values, got 2',
    ],
    ["strata of NaN", () => folds(2, { stratify: [1, Number.NaN] }), "ERR_NOT_FINITE", '"stratify" must be finite'],
    [
      "weights below 0",
      () => folds(2, { weights: [1, -1] }),
      "ERR_VALUE",
      '"weights" must be at least 0, got -1 in row 1',
    ],
    [
      "groups of another length",
      () => split(3, { groups: [1, 2] }),
      "ERR_LENGTH",
      '"groups" must have 3 values, got 2',
    ],
    [
      "one group",
      () => split(3, { groups: [1, 1, 1] }),
      "ERR_VALUE",
      '"number of groups" must be a whole number at least 2',
    ],
    ["groups with loo", () => folds(3, { folds: "loo", groups: [1, 1, 2] }), "ERR_OPTION", '"groups" must be left out'],
    [
      "all to test on",
      () => split(4, { test: 1 }),
      "ERR_VALUE",
      '"test" must be a share of the rows above 0 and below 1, got 1',
    ],
    ["none to test on", () => split(4, { test: 0 }), "ERR_VALUE", '"test" must be a share'],
    ["a count to test on", () => split(40, { test: 10 }), "ERR_VALUE", '"test" must be a share'],
    ["a share as text", () => split(4, { test: wrong("0.5") }), "ERR_TYPE", '"test" must be a number'],
  ]));

const X = [[1], [2], [4], [3]];
const y = [1, 2, 3, 5];
const given = (folds: unknown) => (): unknown => crossValidate(X, y, { folds: wrong(folds), lambdas: [0.1] });

describe("refusals: the rows of each fold", () =>
  testRefusals([
    ["one fold", given([[0, 1, 2, 3]]), "ERR_VALUE", '"folds" must name at least 2 folds, got 1'],
    [
      "a row twice",
      given([
        [0, 1],
        [2, 3, 0],
      ]),
      "ERR_VALUE",
      '"folds" must hold each row once, got row 0 2 times',
    ],
    ["a row in none", given([[0, 1], [3]]), "ERR_VALUE", '"folds" must hold each row once, got row 2 0 times'],
    [
      "a fold of none",
      given([[0, 1, 2, 3], []]),
      "ERR_VALUE",
      '"folds" must give every fold a row, got none for fold 1',
    ],
    [
      "a row there is not",
      given([
        [0, 1],
        [2, 4],
      ]),
      "ERR_VALUE",
      '"folds[1][1]" must be a whole number between 0 and 3, got 4',
    ],
    [
      "half a row",
      given([Float64Array.of(0, 1), Float64Array.of(2.5, 3)]),
      "ERR_VALUE",
      '"folds[1][0]" must be a whole',
    ],
    ["text", given([[0, 1], "23"]), "ERR_TYPE", '"folds[1]" must be an array of rows, got "23"'],
    ["a hole", given([new Array(1), [0, 1, 2, 3]]), "ERR_TYPE", '"folds[0][0]" must be a number, got undefined'],
    [
      "groups that they divide",
      () =>
        crossValidate(X, y, {
          folds: [
            [0, 1],
            [2, 3],
          ],
          groups: ["a", "b", "b", "c"],
        }),
      "ERR_VALUE",
      '"folds" must keep each of the "groups" in one fold, got rows of "b" in folds 0 and 1',
    ],
    [
      "a proxy that throws",
      given([
        [0, 1],
        new Proxy([2, 3], {
          get() {
            throw new Error("no");
          },
        }),
      ]),
      "ERR_TYPE",
      '"folds[1]" must be readable, got no',
    ],
  ]));
