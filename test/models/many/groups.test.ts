/** One model for each group of rows, in whatever order these come. */

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  type AnyModel,
  type Classifier,
  dense,
  type Family,
  fitMany,
  type Label,
  type ManyModels,
  type ManyOptions,
  type Multinomial,
  manyFromBytes,
  manyFromJSON,
  setBackend,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { assertSameBits } from "../../support/bits.js";
import { compress } from "../../support/matrices.js";
import { infinity, nan, testRefusals, wrong } from "../refusals.js";

afterEach(() => setBackend("auto"));

const P = 3;
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const keys: Label[] = ["north", 1, "1", "a shop", -2.5];

/** Rows of groups of several sizes, shuffled. */
function draw(seed: number, sizes: readonly number[]) {
  const next = randomStream(seed);
  const groups = sizes.flatMap((size, g) => new Array<Label>(size).fill(keys[g]));
  for (let i = groups.length - 1; i > 0; --i) {
    const j = Math.floor((next() + 1) * 0.5 * (i + 1)) % (i + 1);
    [groups[i], groups[j]] = [groups[j], groups[i]];
  }
  const X = groups.map(() => upTo(P).map((j) => 2 * j + next()));
  const level = X.map(([a, b], i) => 2 * a - (b - 2) * (1 + keys.indexOf(groups[i])) + 0.5 * next());
  return { X, level, groups };
}

const { X, level, groups } = draw(5, [30, 17, 41, 22]);
const n = groups.length;
const order = [...new Set(groups)];
const rowsOf = (key: Label): number[] => upTo(n).filter((i) => groups[i] === key);
const pick = <T>(values: ArrayLike<T>, rows: readonly number[]): T[] => rows.map((i) => values[i]);
const byColumn = Float64Array.from(upTo(P).flatMap((j) => X.map((row) => row[j])));
const { n: height, p: width, ...parts } = compress(n, P, byColumn);

const forms: Record<string, ManyOptions["X"]> = {
  rows: X,
  "by row": dense(Float64Array.from(X.flat()), n, P),
  "by column": dense(byColumn, n, P, { order: "column" }),
  "single precision": dense(Float32Array.from(X.flat()), n, P),
  sparse: { rows: height, columns: width, ...parts },
};

const targets: Record<Family, (level: number) => Label> = {
  gaussian: (value) => value,
  huber: (value) => value,
  poisson: (value) => Math.round(Math.exp(0.3 * value)),
  binomial: (value) => (value > 0 ? "high" : "low"),
  multinomial: (value) => (value > 0.5 ? 7 : value > -0.5 ? 5 : 3),
};

type Options = Record<string, unknown>;
const many = (options: Options): ManyModels<AnyModel> => fitMany(wrong(options));

/** What the groups have, of the same models as those of a list have. */
function expectSame(grouped: ManyModels<AnyModel>, listed: ManyModels<AnyModel>): void {
  const fields = (of: ManyModels<AnyModel>) => ({ ...of, keys: undefined });
  expect(fields(grouped)).toEqual(fields(listed));
  assertSameBits(grouped.coefficients, listed.coefficients, "coefficients");
}

describe.each(Object.keys(targets) as Family[])("%s", (family) => {
  const y = level.map(targets[family]);
  test.each(Object.keys(forms))("the models of a list of each group's rows: %s", (form) => {
    const common = { family, lambda: 0.02 };
    const given = form === "single precision" ? X.map((row) => row.map(Math.fround)) : X;
    const grouped = many({ ...common, X: forms[form], y, groups });
    expect(grouped.keys).toEqual(order);
    const listed = many({
      ...common,
      X: order.map((key) => pick(given, rowsOf(key))),
      y: order.map((key) => pick(y, rowsOf(key))),
    });
    if (form !== "sparse") expectSame(grouped, listed);
    order.forEach((key, i) => {
      expect(grouped.at(key).converged).toBe(true);
      expect(grouped.at(key).toJSON()).toEqual(grouped.model(i).toJSON());
      const [one, other] = [grouped.at(key), listed.model(i)].map((model) => model.decision(X, { offset: 0 }));
      one.forEach((eta, row) => {
        expect(Math.abs(eta - other[row])).toBeLessThan(form === "sparse" ? 0.01 : 1e-12);
      });
    });
  });

  test("each row by its group's model, NaN or no label where there is none", () => {
    const fitted = many({ family, lambda: 0.02, X, y, groups });
    const asked = pick(groups, upTo(20)).concat("elsewhere", "north");
    const rows = X.slice(0, 22);
    const none = family === "binomial" || family === "multinomial" ? undefined : nan;
    const expected = asked.map((key, i) => (key === "elsewhere" ? none : fitted.at(key).predict([rows[i]])[0]));
    for (const matrix of [rows, dense(Float64Array.from(rows.flat()), rows.length, P)]) {
      const predicted = fitted.predict(matrix, asked);
      expect([...predicted]).toEqual(expected);
      expect(Array.isArray(predicted)).toBe(none === undefined);
    }
  });
});

describe("options of each row go with it", () => {
  const weights = upTo(n).map((i) => 1 + (i % 3));
  const offset = upTo(n).map((i) => i / 50);
  const labels = upTo(n).map((i) => `day ${i % 9}`);
  const held = upTo(n).map((i) => (7 * i) % 3);
  const cv = { lambda: "cv", lambdaCount: 12, seed: 4 };
  const each = (values: readonly unknown[]) => order.map((key) => pick(values, rowsOf(key)));
  test.each<[string, Options, Options?]>([
    ["weights", { lambda: 0.1, weights }, { weights: each(weights) }],
    ["an offset", { lambda: 0.1, offset }, { offset: each(offset) }],
    ["lambdas of the keys", { lambda: [0.1, 0.2, 0.3, 0.4] }],
    ["a warm start for all", { lambda: 0.1, warmStart: [1, 0, 1] }],
    ["a warm start for each", { lambda: 0.1, warmStart: upTo(4 * P) }],
    ["cross-validation", { ...cv, folds: 4 }],
    ["weighted cross-validation", { ...cv, folds: 4, weights }, { weights: each(weights) }],
    ["cross-validation of bounded fits", { ...cv, folds: 3, lowerBounds: 0 }],
    ["leave-one-out", { ...cv, folds: "loo" }],
  ])("%s", (_, options, ofList = {}) => {
    expectSame(many({ X, y: level, groups, ...options }), many({ X: each(X), y: each(level), ...options, ...ofList }));
  });

  test.each<[string, Options, (key: Label) => Options]>([
    [
      "rows that stay together",
      { folds: 4, foldGroups: labels },
      (key) => ({ folds: 4, foldGroups: pick(labels, rowsOf(key)) }),
    ],
    ["the fold of each row", { folds: held }, (key) => ({ folds: pick(held, rowsOf(key)) })],
    [
      "the rows of each fold",
      { folds: [0, 1, 2].map((fold) => upTo(n).filter((i) => held[i] === fold)) },
      (key) => ({ folds: pick(held, rowsOf(key)) }),
    ],
  ])("%s", (_, options, ofKey) => {
    for (const more of [{}, { lowerBounds: 0 }]) {
      const grouped = many({ X, y: level, groups, ...cv, ...more, ...options });
      for (const key of order) {
        const rows = rowsOf(key);
        const alone = many({ X: [pick(X, rows)], y: [pick(level, rows)], ...cv, ...more, ...ofKey(key) });
        expect(grouped.at(key).toJSON()).toEqual(alone.model(0).toJSON());
      }
    }
  });
});

test("no order of the rows matters but that within each group", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.integer({ min: 3, max: 20 }), { minLength: 1, maxLength: 5 }),
      (seed, sizes) => {
        const one = draw(seed, sizes);
        const sorted = [...new Set(one.groups)].flatMap((key) =>
          upTo(one.groups.length).filter((i) => one.groups[i] === key),
        );
        const given = many({ X: one.X, y: one.level, groups: one.groups, lambda: 0.05 });
        const other = many({
          X: pick(one.X, sorted),
          y: pick(one.level, sorted),
          groups: pick(one.groups, sorted),
          lambda: 0.05,
        });
        expect(other).toEqual(given);
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});

test("backends give the same bits", () => {
  const fits = (["wasm", "js"] as const).map((name) => {
    setBackend(name);
    return many({ X, y: level, groups, lambda: "cv", folds: 3 });
  });
  expect(fits[0]).toEqual(fits[1]);
});

describe("a group that cannot be fitted marks itself and stops no other", () => {
  const [bad] = rowsOf("1").slice(4);
  const spoilt = X.map((row, i) => (i === bad ? [row[0], nan, row[2]] : row));
  const alone = groups.map((key, i) => (i === 3 ? "alone" : key));
  test.each<[string, Options, Label, string]>([
    ["NaN in X", { X: spoilt, lambda: 0.1 }, "1", `group "1": "X" must be finite, got NaN in row ${bad}, column 1`],
    [
      "NaN in y",
      { y: level.map((value, i) => (i === bad ? nan : value)), lambda: 0.1 },
      "1",
      `group "1": "y" must be finite, got NaN in row ${bad}`,
    ],
    [
      "a weight below 0",
      { weights: level.map((_, i) => (i === bad ? -1 : 1)), lambda: 0.1 },
      "1",
      `group "1": "weights" must be at least 0, got -1 in row ${bad}`,
    ],
    [
      "one class",
      { family: "binomial", y: level.map((value, i) => Number(value > 0 && groups[i] !== 1)), lambda: 0.1 },
      1,
      'group 1: "number of classes of y" must be',
    ],
    [
      "too few rows",
      { groups: alone, lambda: "cv", folds: 3 },
      "alone",
      'group "alone": "number of rows for folds" must be',
    ],
    [
      "too few rows for folds",
      { groups: alone.map((key, i) => (i === 5 ? "alone" : key)), lambda: "cv", folds: 3 },
      "alone",
      'group "alone": "folds" must be',
    ],
  ])("%s", (_, options, key, message) => {
    const fitted = many({ X, y: level, groups, ...options });
    const place = fitted.keys?.indexOf(key) as number;
    expect(fitted.errors[place]?.message).toContain(message);
    expect(fitted.errors.filter((error) => error !== undefined)).toHaveLength(1);
    expect(fitted.at(key).converged).toBe(false);
    expect(String(fitted)).toContain(message);
    const predicted = fitted.predict(
      X,
      groups.map(() => key),
    );
    expect([...predicted].every((value) => value === undefined || Number.isNaN(value))).toBe(true);
    fitted.keys?.forEach((other) => {
      if (other !== key) expect(fitted.at(other).converged).toBe(true);
    });
  });
});

describe("predictions", () => {
  const fitted = many({ X, y: level, groups, lambda: 0.1, names: ["a", "b", "c"] });
  test("an offset for each row", () => {
    const shifted = many({ X, y: level, groups, lambda: 0.1, offset: level });
    const offset = upTo(n);
    const [one, other] = [offset, 0].map((given) => shifted.predict(X, groups, { offset: given }));
    expect(
      [...one]
        .map((value, i) => (value as number) - (other[i] as number) - offset[i])
        .every((off) => Math.abs(off) < 1e-9),
    ).toBe(true);
    expect(() => shifted.predict(X, groups)).toThrow('"offset" must be given');
  });
  testRefusals([
    [
      "a group without a model",
      () => fitted.predict(X, groups.with(7, "nroth"), { unknown: "error" }),
      "ERR_VALUE",
      '"groups" must be a group that has a model, got "nroth" in row 7: the nearest is "north"',
    ],
    [
      "a key without a model",
      () => fitted.at("a shoq"),
      "ERR_VALUE",
      '"key" must be a group that has a model, got "a shoq": the nearest is "a shop"',
    ],
    ["a number without a model", () => fitted.at(2), "ERR_VALUE", "got 2: the nearest is 1"],
    ["a key that is none", () => fitted.at(wrong(Symbol("north"))), "ERR_VALUE", "got Symbol(north): the nearest is"],
    [
      "as many groups as rows",
      () => fitted.predict(X, groups.slice(1)),
      "ERR_LENGTH",
      `"groups" must have ${n} values, got ${n - 1}`,
    ],
    [
      "another choice",
      () => fitted.predict(X, groups, { unknown: wrong("skip") }),
      "ERR_VALUE",
      '"unknown" must be "nan" or "error", got "skip"',
    ],
    [
      "another option",
      () => fitted.predict(X, groups, wrong({ missing: 1 })),
      "ERR_OPTION",
      'predict has no option "missing"',
    ],
    [
      "X that is not finite, by its own row",
      () => fitted.predict(X.with(9, [1, nan, 1]), groups),
      "ERR_NOT_FINITE",
      '"X" must be finite, got NaN in row 9, column 1',
    ],
    ["another width", () => fitted.predict([[1]], ["north"]), "ERR_LENGTH", '"X" must have 3 columns, got 1'],
    [
      "models without groups",
      () => many({ X, y: level, batch: 1, lambda: 1 }).at("north"),
      "ERR_TYPE",
      'these models must be of "groups"',
    ],
  ]);
});

const call = (options: Options) => () => many({ X, y: level, groups, lambda: 0.1, ...options });
describe("refusals", () =>
  testRefusals([
    ["beside batch", call({ batch: 2 }), "ERR_OPTION", 'rows that folds are to keep together are "foldGroups"'],
    [
      "beside a list",
      call({ X: [X] }),
      "ERR_OPTION",
      '"groups" makes a model of each group, so it must be left out with a list of matrices',
    ],
    ["beside a matrix y", call({ y: X }), "ERR_OPTION", "must be left out with a matrix y"],
    ["another length", call({ groups: ["a"] }), "ERR_LENGTH", `"groups" must have ${n} values, got 1`],
    ["NaN", call({ groups: groups.with(3, nan) }), "ERR_NOT_FINITE", '"groups" must be finite, got NaN in row 3'],
    [
      "infinity",
      call({ groups: groups.with(3, infinity) }),
      "ERR_NOT_FINITE",
      '"groups" must be finite, got Infinity in row 3',
    ],
    [
      "null",
      call({ groups: (groups as unknown[]).with(3, null) }),
      "ERR_TYPE",
      '"groups" must hold numbers or strings, got null in row 3',
    ],
    ["no list", call({ groups: "north" }), "ERR_TYPE", '"groups" must be an array of labels, got "north"'],
    ["y of another length", call({ y: [1] }), "ERR_LENGTH", `"y" must have ${n} values, got 1`],
    ["weights of another length", call({ weights: [1] }), "ERR_LENGTH", `"weights" must have ${n} values, got 1`],
    [
      "foldGroups without a choice",
      call({ foldGroups: groups }),
      "ERR_OPTION",
      'fitMany takes "foldGroups" only where "lambda" is "cv"',
    ],
    [
      "foldGroups of another length",
      call({ lambda: "cv", folds: 3, foldGroups: [1] }),
      "ERR_LENGTH",
      `"foldGroups" must have ${n} values, got 1`,
    ],
    [
      "folds of another length",
      call({ lambda: "cv", folds: [0, 1] }),
      "ERR_LENGTH",
      `"folds" must have ${n} values, got 2`,
    ],
  ]));

describe("files hold the keys", () => {
  const fitted = many({ X, y: level, groups, lambda: 0.1 });
  test.each<[string, ManyModels<AnyModel>]>([
    ["JSON", manyFromJSON(JSON.parse(JSON.stringify(fitted)))],
    ["bytes", manyFromBytes(fitted.toBytes())],
    ["a clone", manyFromJSON(structuredClone({ ...fitted }) as never)],
  ])("%s", (_, read) => {
    expect(read.keys).toEqual(order);
    expect(read.predict(X, groups)).toEqual(fitted.predict(X, groups));
  });
  const json = () => JSON.parse(JSON.stringify(fitted));
  testRefusals([
    [
      "a key twice",
      () => manyFromJSON({ ...json(), keys: ["a", "b", "a", "c"] }),
      "ERR_VALUE",
      '"keys" must differ, got 3 of 4 models',
    ],
    ["too few", () => manyFromJSON({ ...json(), keys: ["a"] }), "ERR_LENGTH", '"keys" must have 4 values, got 1'],
    [
      "null among them",
      () => manyFromJSON({ ...json(), keys: ["a", null, "b", "c"] }),
      "ERR_TYPE",
      '"keys" must hold numbers or strings, got null in row 1',
    ],
    [
      "one for all",
      () => manyFromJSON({ ...json(), keys: "a" }),
      "ERR_TYPE",
      '"keys" must be an array of labels, got "a"',
    ],
  ]);
});

test("types: labels of classifiers, numbers of all others", () => {
  const labels: ("low" | "high" | undefined)[] = fitMany({
    family: "binomial",
    X,
    y: level.map((value): "low" | "high" => (value > 1 ? "high" : "low")),
    groups,
    lambda: 0.1,
  }).predict(X, groups);
  const numbers: Float64Array = fitMany({ X, y: level, groups, lambda: 0.1 }).predict(X, groups);
  const one: Classifier<number> = fitMany({
    family: "binomial",
    X,
    y: level.map((value) => Number(value > 1)),
    groups,
    lambda: 0.1,
  }).at(1);
  const three: Multinomial = fitMany({
    family: "multinomial",
    X,
    y: level.map(targets.multinomial),
    groups,
    lambda: 0.1,
  }).at(1);
  expect([labels.length, numbers.length, one.classes, three.classes]).toEqual([n, n, [0, 1], [3, 5, 7]]);
});
