import { describe, expect, test } from "vitest";
import {
  type AnyModel,
  crossValidate,
  dense,
  designMatrix,
  fitMany,
  lasso,
  logistic,
  modelFromJSON,
  multinomial,
  poisson,
  regularizationPath,
  ridge,
} from "../../src/index.js";
import { testRefusals, wrong } from "../models/refusals.js";

const table = {
  age: [31, 45, 28, 52, 39, 60],
  region: ["north", "south", "north", "east", "south", "east"],
  smoker: [true, false, false, true, false, true],
  charges: [12, 30, 21, 44, 25, 50],
};
const design = designMatrix(table, { target: "charges" });
const model = lasso(design.X, design.y, { lambda: 0.5 });
const records = table.age.map((age, i) => ({ charges: null, region: table.region[i], smoker: table.smoker[i], age }));

/** A model whose columns have names, but that was fitted on a plain matrix. */
const plain = lasso(dense(Float64Array.of(1, 2, 2, 1, 3, 5, 4, 3), 4, 2), [1, 2, 3, 5], {
  lambda: 0.1,
  names: ["a", "b"],
});

describe("models of a table", () => {
  const labels = ["no", "yes", "no", "yes", "no", "yes"];
  const classes = ["a", "b", "c", "a", "b", "c"];
  const { X, y } = design;
  const all: [string, AnyModel][] = [
    ["lasso", model],
    ["ridge", ridge(X, y, { lambda: 0.5 })],
    ["poisson", poisson(X, y, { lambda: 0.5 })],
    ["logistic", logistic(X, labels, { lambda: 0.1 })],
    ["multinomial", multinomial(X, classes, { lambda: 0.1 })],
    ["a path", regularizationPath(X, y, { lambdaCount: 5 }).model(3)],
    ["a cross-validation", crossValidate(X, y, { folds: 3, lambdaCount: 5 }).model()],
    ["many models", fitMany({ X: [X, X], y: [y, y], lambda: 0.5 }).model(1)],
    ["many models on one X", fitMany({ X, y: dense(y, 6, 1), lambda: 0.5 }).model(0)],
    ["JSON", modelFromJSON(JSON.parse(JSON.stringify(model)))],
    ["a clone", modelFromJSON(structuredClone(model))],
    ["a clone of X", modelFromJSON(lasso(structuredClone(X), y, { lambda: 0.5 }))],
    ["the parts of X", lasso({ ...X } as typeof X, y, { lambda: 0.5 })],
    ["its own names", lasso(X, y, { lambda: 0.5, names: design.names })],
  ];

  test.each(all)("%s: columns are found by name", (_, one) => {
    expect(one.names).toEqual(design.names);
    const expected = one.decision(X);
    for (const rows of [table, records, { ...table, other: Array(6).fill("?") }]) {
      expect(one.decision(rows)).toEqual(expected);
      expect(one.predict(rows)).toEqual(one.predict(X));
      if ("predictProbability" in one) expect(one.predictProbability(rows)).toEqual(one.predictProbability(X));
    }
  });

  test("predict no rows of no records", () => {
    expect(model.predict([])).toEqual(new Float64Array(0));
  });

  test("take a plain matrix by position", () => {
    expect(model.predict([[31, 0, 1, 0, 1]])).toEqual(model.predict([records[0]]));
  });

  testRefusals([
    [
      "a column that is not there",
      () => model.predict([{ age: 3, region: "north" }]),
      "ERR_VALUE",
      '"X" must have a column "smoker", got none of that name',
    ],
    [
      "a level that is new",
      () => model.predict([records[0], { ...records[1], region: "west" }]),
      "ERR_VALUE",
      '"X" must hold levels of training, got "west" in row 1, column "region"',
    ],
    [
      "a type that is another",
      () => model.predict({ ...table, age: table.age.map(String) }),
      "ERR_TYPE",
      '"X" must hold numbers as in training, got "31" in row 0, column "age"',
    ],
    [
      "a boolean that is a number",
      () => model.predict([{ ...records[0], smoker: 1 }]),
      "ERR_TYPE",
      '"X" must hold booleans as in training, got 1 in row 0, column "smoker"',
    ],
    [
      "a gap",
      () => model.predict([{ ...records[0], age: null }]),
      "ERR_VALUE",
      '"X" must have no gaps unless "missing" says what to do about them, got null in row 0, column "age"',
    ],
    [
      "a gap in a category",
      () => model.predict([{ ...records[0], region: "" }]),
      "ERR_VALUE",
      'got "" in row 0, column "region"',
    ],
    [
      "an infinity",
      () => model.predict([{ ...records[0], age: 1 / 0 }]),
      "ERR_NOT_FINITE",
      '"X" must be finite, got Infinity in row 0, column "age"',
    ],
    [
      "a matrix of too many columns",
      () => model.predict([[1, 2, 3, 4, 5, 6]]),
      "ERR_LENGTH",
      '"X" must have 5 columns, got 6',
    ],
    [
      "another table's X",
      () =>
        model.predict(
          designMatrix(
            { ...table, region: table.smoker.map((s) => (s ? "x" : "north")), z: table.age },
            { target: "charges" },
          ).X,
        ),
      "ERR_VALUE",
      '"X" must have the columns of the model, got "region=north" as column 1 in place of "region=east"',
    ],
    [
      "a table's X for a model that has lost what it was made of",
      () => lasso(structuredClone(design.X), design.y, { lambda: 1 }).predict(table),
      "ERR_TYPE",
      '"encoding" must be what encodingFromJSON makes of it to read a table, got a clone',
    ],
    [
      "a table for a model without names",
      () => lasso([[1], [2]], [1, 2], { lambda: 0.1 }).predict({ a: [1] }),
      "ERR_TYPE",
      '"X" must be dense(...), sparse(...)',
    ],
  ]);
});

test("Gaps of new rows are filled as in training, with the means of training", () => {
  const holes = { a: [1, null, 3, 5], b: ["x", "y", null, "x"], c: [1, 2, 3, 4], d: ["p", "q", "p", "q"] };
  const { X, encoding } = designMatrix(holes, { missing: "indicator", unknown: "zero" });
  expect(X.names).toEqual(["a", "a (missing)", "b=x", "b=y", "b=(missing)", "c", "d=p", "d=q"]);
  const rows = [
    { a: null, b: null, c: null, d: null },
    { a: 7, b: "z", c: 9, d: "r" },
  ];
  const data = new Float64Array(16);
  encoding.apply(rows).copyColumns(data, 0, 8);
  expect(Array.from(data)).toEqual([3, 7, 1, 0, 0, 0, 0, 0, 1, 0, 2.5, 9, 0, 0, 0, 0]);
});

test("A gap in a category that had none in training is as a new level", () => {
  const { encoding } = designMatrix({ a: ["x", "y"], b: [1, 2] }, { missing: "mean" });
  expect(() => encoding.apply([{ a: null, b: 3 }])).toThrow(
    '"table" must have no gaps where none are filled, got null in row 0, column "a"',
  );
});

test("A gap is refused alike in training and in new rows", () => {
  const options = { target: "y" };
  const { encoding } = designMatrix({ a: [1, 2], b: ["x", "z"], y: [1, 2] }, options);
  for (const row of [
    { a: null, b: "x", y: 1 },
    { a: 1, b: null, y: 1 },
  ]) {
    const refusal = expect.objectContaining({
      name: "RangeError",
      code: "ERR_VALUE",
      message: expect.stringContaining('"table" must have no gaps unless "missing" says what to do about them, got'),
    });
    expect(() => designMatrix([row], options)).toThrow(refusal);
    expect(() => encoding.apply([row])).toThrow(refusal);
  }
});

describe("models with names alone", () => {
  test("find columns of numbers by name", () => {
    const expected = plain.predict([
      [7, 1],
      [8, 0],
    ]);
    expect(plain.predict({ b: [1, 0], c: ["?", "?"], a: [7, 8] })).toEqual(expected);
    expect(
      plain.predict([
        { b: 1n, a: 7 },
        { a: 8, b: 0 },
      ]),
    ).toEqual(expected);
    expect(
      plain.predict({ names: ["b", "a"], columns: { a: Float32Array.of(7, 8), b: [true, false] }, rows: 2 }),
    ).toEqual(expected);
    const { X } = designMatrix({ a: [7, 8], b: [1, 0] });
    expect(plain.predict(X)).toEqual(expected);
  });

  test("so do they in many records", () => {
    const many = Array.from({ length: 1500 }, (_, i) => ({ b: i % 5, a: i }));
    const rows = many.map(({ a, b }) => [a, b]);
    expect(plain.predict(many)).toEqual(plain.predict(rows));
  });

  testRefusals([
    [
      "a column that is not there",
      () => plain.predict({ a: [1] }),
      "ERR_VALUE",
      '"X" must have a column "b", got none of that name',
    ],
    [
      "text",
      () => plain.predict([{ a: 1, b: "2" }]),
      "ERR_TYPE",
      '"X" must hold numbers, got "2" in row 0, column "b"',
    ],
    [
      "a gap",
      () => plain.predict([{ a: 1, b: 2 }, { a: 1 }]),
      "ERR_TYPE",
      '"X" must hold numbers, got undefined in row 1, column "b"',
    ],
    [
      "columns of two lengths",
      () => plain.predict({ a: [1], b: [1, 2] }),
      "ERR_LENGTH",
      '"X" must have 1 values in each column, got 2 in column "b"',
    ],
    [
      "columns in another order",
      () => plain.predict(designMatrix({ b: [1], a: [2] }).X),
      "ERR_VALUE",
      '"X" must have the columns of the model, got "b" as column 0 in place of "a"',
    ],
    [
      "a record that is none",
      () => plain.predict(wrong([{ a: 1, b: 1 }, 3])),
      "ERR_TYPE",
      '"X" must hold records, got 3 in row 1',
    ],
  ]);
});
