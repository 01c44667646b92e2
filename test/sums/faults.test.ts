/** What sums refuse, and that a refusal changes nothing. */

import { describe, expect, test } from "vitest";
import { dense, GramAccumulator, GroupedAccumulator, sparse } from "../../src/index.js";
import { infinity, nan, type Refusal, testRefusals, wrong } from "../models/refusals.js";
import { addTo, draw, rowsOf, sumsOf, upTo } from "./data.js";

const n = 1700;
const rows = draw(80, n, 3);
const y = rows.y.map(([value]) => value);
const bad = (row: number, value: unknown): number[][] =>
  rows.X.map((one, i) => (i === row ? [one[0], wrong(value), one[2]] : one));
const flat = (row: number, value: number): Float64Array => Float64Array.from(bad(row, value).flat());
const column = (row: number, value: number): Float64Array =>
  Float64Array.from([0, 1, 2].flatMap((j) => bad(row, value).map((one) => one[j])));
const begun = (targets = 1): GramAccumulator => sumsOf(rowsOf(draw(81, 900, 3, targets), 0, 900));

/** Calls of `add` that must be refused: arguments, code, message. */
const refused: [what: string, args: unknown[], code: string, message: string][] = [
  ["NaN in a late row", [bad(1600, nan), y], "ERR_NOT_FINITE", '"X" must be finite, got NaN in row 1600, column 1'],
  [
    "NaN in a block in the middle",
    [bad(700, nan), y],
    "ERR_NOT_FINITE",
    '"X" must be finite, got NaN in row 700, column 1',
  ],
  [
    "infinity, by row",
    [dense(flat(1200, -infinity), n, 3), y],
    "ERR_NOT_FINITE",
    '"X" must be finite, got -Infinity in row 1200, column 1',
  ],
  [
    "infinity, by column",
    [dense(column(1200, infinity), n, 3, { order: "column" }), y],
    "ERR_NOT_FINITE",
    '"X" must be finite, got Infinity in row 1200, column 1',
  ],
  [
    "NaN in a sparse X",
    [sparse({ rows: n, columns: 3, values: [1, nan], rowIndices: [3, 900], columnPointers: [0, 0, 1, 2] }), y],
    "ERR_NOT_FINITE",
    '"X" must be finite, got NaN in row 900, column 2',
  ],
  [
    "squares that overflow",
    [bad(1500, 1e160), y],
    "ERR_VALUE",
    '"X" must not have squares that overflow in sums, got 1e+160 in row 1500, column 1',
  ],
  [
    "squares of y that overflow",
    [rows.X, y.with(8, -1e160)],
    "ERR_VALUE",
    '"y" must not have squares that overflow in sums, got -1e+160 in row 8',
  ],
  ["NaN in y", [rows.X, y.with(1600, nan)], "ERR_NOT_FINITE", '"y" must be finite, got NaN in row 1600'],
  ["another width", [[[1, 2]], [1]], "ERR_LENGTH", '"X" must have 3 columns, got 2'],
  ["y of another length", [rows.X, [1]], "ERR_LENGTH", `"y" must have ${n} values, got 1`],
  [
    "y of two columns",
    [rows.X, rows.X.map(([a, b]) => [a, b])],
    "ERR_LENGTH",
    '"y" must have 1 columns, one for each target, got 2',
  ],
  [
    "weights below 0",
    [rows.X, y, { weights: y.map((_, i) => (i === 4 ? -1 : 1)) }],
    "ERR_VALUE",
    '"weights" must be at least 0, got -1 in row 4',
  ],
  [
    "weights that no sum keeps",
    [rows.X, y, { weights: y.map((_, i) => (i === 4 ? 1e-80 : 1)) }],
    "ERR_VALUE",
    '"weights" must be 0, or from',
  ],
  ["weights of another length", [rows.X, y, { weights: [1] }], "ERR_LENGTH", `"weights" must have ${n} values, got 1`],
  [
    "a fold that is none",
    [rows.X, y, { fold: 255 }],
    "ERR_VALUE",
    '"fold" must be a whole number between 0 and 254, got 255',
  ],
  [
    "half a fold",
    [rows.X, y, { fold: y.map((_, i) => (i === 1500 ? 0.5 : 0)) }],
    "ERR_VALUE",
    '"fold[1500]" must be a whole number',
  ],
  ["folds of another length", [rows.X, y, { fold: [1] }], "ERR_LENGTH", `"fold" must have ${n} values, got 1`],
  ["a text as fold", [rows.X, y, { fold: "1" }], "ERR_TYPE", '"fold" must be an array of numbers, got "1"'],
  ["another option", [rows.X, y, { folds: 5 }], "ERR_OPTION", 'add has no option "folds": did you mean "fold"?'],
  ["no options", [rows.X, y, null], "ERR_TYPE", "the options of add must be an object, got null"],
  ["no X", [undefined, y], "ERR_TYPE", '"X" must be'],
  ["a text in X", [bad(3, "1"), y], "ERR_TYPE", '"X" must hold numbers, got "1" in row 3, column 1'],
];

describe("a row that is refused leaves all as it was", () => {
  const states = new Map(refused.map(([what]) => [what, begun()] as const));
  const before = begun().toBytes();
  testRefusals(
    refused.map(
      ([what, args, ...rest]): Refusal => [
        what,
        () => (states.get(what) as GramAccumulator).add(...(args as [never, never])),
        ...rest,
      ],
    ),
  );
  test.each(refused)("%s", (what) => {
    const sums = states.get(what) as GramAccumulator;
    expect(sums.rows).toBe(900);
    expect(sums.toBytes()).toEqual(before);
    // And what is added next goes where it would have gone.
    expect(addTo(sums, rows).toBytes()).toEqual(addTo(begun(), rows).toBytes());
  });

  test("of folds and of groups too", () => {
    const fold = upTo(n).map((i) => i % 3);
    const sums = addTo(new GramAccumulator(3), { ...rows, fold });
    const state = sums.toBytes();
    expect(() => sums.add(bad(1699, nan), y, { fold: fold.map((k) => k + 1) })).toThrow('"X" must be finite');
    expect(sums.toBytes()).toEqual(state);
    const grouped = new GroupedAccumulator(3).add(rows.X, y, fold);
    const states = grouped.toBytes();
    expect(() =>
      grouped.add(
        bad(1699, nan),
        y,
        fold.map((k) => k + 1),
      ),
    ).toThrow('"X" must be finite');
    expect(() =>
      grouped.add(
        rows.X,
        y,
        fold.map((k, i) => (i === 1600 ? nan : k)),
      ),
    ).toThrow('"groups" must be finite');
    expect(grouped.keys).toEqual([0, 1, 2]);
    expect(grouped.toBytes()).toEqual(states);
  });
});

const named = (names: string[]) => new GramAccumulator(3, { names }).add(rows.X, y);
const folded = (fold: (i: number) => number) => addTo(new GramAccumulator(3), { ...rows, fold: upTo(n).map(fold) });
const sums = sumsOf(rows);

describe("refusals", () =>
  testRefusals([
    ["no columns", () => new GramAccumulator(0), "ERR_VALUE", '"p" must be a whole number between 1 and 16383, got 0'],
    [
      "more than memory holds",
      () => new GramAccumulator(20_000),
      "ERR_VALUE",
      '"p" must be a whole number between 1 and 16383',
    ],
    ["a text as p", () => new GramAccumulator(wrong("3")), "ERR_TYPE", '"p" must be a number, got "3"'],
    ["no targets", () => new GramAccumulator(3, { targets: 0 }), "ERR_VALUE", '"targets" must be'],
    [
      "names of another number",
      () => new GramAccumulator(3, { names: ["a"] }),
      "ERR_LENGTH",
      '"names" must have 3 values, got 1',
    ],
    [
      "another option of the constructor",
      () => new GramAccumulator(3, wrong({ target: 1 })),
      "ERR_OPTION",
      'GramAccumulator has no option "target"',
    ],
    ["a merge with none", () => sums.merge(wrong({})), "ERR_TYPE", '"other" must be a GramAccumulator, got an Object'],
    [
      "a merge of other columns",
      () => sums.merge(new GramAccumulator(4)),
      "ERR_LENGTH",
      '"other" must have 3 columns, got 4',
    ],
    ["a merge of other targets", () => sums.merge(begun(2)), "ERR_LENGTH", '"other" must have 1 targets, got 2'],
    [
      "a merge of other names",
      () => named(["a", "b", "c"]).merge(named(["a", "x", "c"])),
      "ERR_VALUE",
      '"other" must have the same columns, got "x" as column 1 in place of "b"',
    ],
    [
      "a merge of groups with none",
      () => new GroupedAccumulator(3).merge(wrong(sums)),
      "ERR_TYPE",
      '"other" must be a GroupedAccumulator',
    ],
    [
      "a fit without rows",
      () => new GramAccumulator(3).fit({ lambda: 1 }),
      "ERR_LENGTH",
      "fit needs sums of at least one row with weight, got none",
    ],
    [
      "a fit of rows without weight",
      () => new GramAccumulator(1).add([[1]], [1], { weights: [0] }).fit({ lambda: 1 }),
      "ERR_LENGTH",
      "fit needs sums of at least one row with weight",
    ],
    ["weights of a fit", () => sums.fit(wrong({ lambda: 1, weights: y })), "ERR_OPTION", 'fit has no option "weights"'],
    ["no lambda", () => sums.fit(wrong({})), "ERR_TYPE", '"lambda" must be a number, got undefined'],
    ["another target", () => sums.fit({ lambda: 1, target: 1 }), "ERR_VALUE", '"target" must be 0, got 1'],
    [
      "a solver for rows",
      () => sums.fit({ lambda: 1, strategy: wrong("newton") }),
      "ERR_VALUE",
      '"strategy" must be "auto" or "gram", got "newton"',
    ],
    ["a family", () => sums.path(wrong({ family: "binomial" })), "ERR_OPTION", 'path has no option "family"'],
    [
      "no folds",
      () => sums.crossValidate(),
      "ERR_OPTION",
      'crossValidate of sums needs rows of at least 2 folds, got 0: add them with "fold", 0 to 254',
    ],
    ["one fold", () => folded(() => 0).crossValidate(), "ERR_OPTION", "at least 2 folds, got 1"],
    [
      "a fold without rows",
      () => folded((i) => (i % 2) * 2).crossValidate(),
      "ERR_VALUE",
      '"fold" must give every fold a row, got none for fold 1',
    ],
    [
      "a measure of rows",
      () => folded((i) => i % 2).crossValidate({ measure: wrong("meanAbsoluteError") }),
      "ERR_VALUE",
      '"measure" must be "deviance" or "meanSquaredError"',
    ],
    [
      "targets that there are not",
      () => sums.fitMany({ lambda: 1, targets: [1] }),
      "ERR_VALUE",
      '"targets[0]" must be 0, got 1',
    ],
    ["no rule", () => sums.fitMany({ lambda: "cv", rule: wrong(null) }), "ERR_TYPE", '"rule" must be "min" or "1se"'],
    [
      "a rule without a choice",
      () => sums.fitMany({ lambda: 1, rule: "1se" }),
      "ERR_OPTION",
      'fitMany takes "rule" only where "lambda" is "cv"',
    ],
    [
      "as many lambdas as models",
      () => sums.fitMany({ lambda: [1, 2] }),
      "ERR_LENGTH",
      '"lambda" must have 1 values, got 2',
    ],
    ...[null, "1", {}].flatMap((l1Ratio): Refusal[] => [
      ["an l1Ratio of another kind", () => sums.fitMany({ lambda: 1, l1Ratio: wrong(l1Ratio) }), "ERR_TYPE", "l1Ratio"],
      [
        "an l1Ratio of another kind for folds",
        () => sums.crossValidate({ l1Ratio: wrong(l1Ratio) }),
        "ERR_TYPE",
        '"l1Ratio" must be a number, got',
      ],
    ]),
    [
      "an l1Ratio below 0",
      () => sums.fitMany({ lambda: 1, l1Ratio: -1 }),
      "ERR_VALUE",
      '"l1Ratio" must be between 0 and 1, got -1',
    ],
    ...[null, {}, true, "0", 1, new Map(), new BigInt64Array(1)].map(
      (targets): Refusal => [
        "targets that are no list",
        () => sums.fitMany({ lambda: 1, targets: wrong(targets) }),
        "ERR_TYPE",
        '"targets" must be an array of numbers, got',
      ],
    ),
    [
      "options of groups that cannot be read",
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        new GroupedAccumulator(1).add([[1]], [1], [1]).fitMany(wrong(proxy));
      },
      "ERR_TYPE",
      "the options of fitMany must be readable",
    ],
    [
      "groups without any",
      () => new GroupedAccumulator(3).fitMany({ lambda: 1 }),
      "ERR_LENGTH",
      "fitMany needs sums of at least one group, got none",
    ],
    [
      "a key of null",
      () => new GroupedAccumulator(1).add([[1]], [1], wrong([null])),
      "ERR_TYPE",
      '"groups" must hold numbers or strings, got null in row 0',
    ],
  ]));

test("a fold without weight is named", () => {
  const one = new GramAccumulator(1).add([[1], [2], [3]], [1, 2, 3], { fold: [0, 0, 1], weights: [1, 1, 0] });
  expect(() => one.crossValidate()).toThrow('"weights" must have a positive sum over the rows of fold 1, got 0');
});
