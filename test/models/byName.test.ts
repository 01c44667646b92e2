import { describe, expect, test } from "vitest";
import { crossValidate, dense, designMatrix, type FitOptions, fitMany, lasso, multinomial } from "../../src/index.js";
import { testRefusals, wrong } from "./refusals.js";

const table = {
  age: [31, 45, 28, 52, 39, 60, 22],
  region: ["north", "south", "north", "east", "south", "east", "south"],
  bmi: [22, 31, 27, 24, 29, 33, 20],
};
const { X, names } = designMatrix(table, { polynomial: { age: 2 } });
const y = [12, 30, 21, 44, 25, 50, 8];
const { data } = X as { data: Float64Array };
const plain = dense(data, 7, names.length, { order: "column" });

test("The columns are these", () => {
  expect(names).toEqual(["age", "region=east", "region=north", "region=south", "bmi", "age^2"]);
});

describe("options by name are those by column", () => {
  const infinity = Number.POSITIVE_INFINITY;
  test.each<[string, FitOptions, FitOptions]>([
    ["a factor", { penaltyFactor: { age: 0 } }, { penaltyFactor: [0, 1, 1, 1, 1, 1] }],
    ["a category's", { penaltyFactor: { region: 0.5 } }, { penaltyFactor: [1, 0.5, 0.5, 0.5, 1, 1] }],
    [
      "a level's, which goes before its category's",
      { penaltyFactor: { "region=north": 3, region: 0.5, "age^2": infinity } },
      { penaltyFactor: [1, 0.5, 3, 0.5, 1, infinity] },
    ],
    ["none", { penaltyFactor: {} }, { penaltyFactor: [1, 1, 1, 1, 1, 1] }],
    [
      "lower bounds",
      { lowerBounds: { age: 0, bmi: -1 } },
      { lowerBounds: [0, -infinity, -infinity, -infinity, -1, -infinity] },
    ],
    ["upper bounds", { upperBounds: { region: 0 } }, { upperBounds: [infinity, 0, 0, 0, infinity, infinity] }],
  ])("%s", (_, byName, byColumn) => {
    const model = lasso(X, y, { lambda: 0.3, ...byName });
    expect(model.coefficients).toEqual(lasso(plain, y, { lambda: 0.3, ...byColumn }).coefficients);
    const options = { folds: 3, lambdaCount: 4 };
    const cv = crossValidate(X, y, { ...options, ...byName });
    expect(cv.meanErrors).toEqual(crossValidate(plain, y, { ...options, ...byColumn }).meanErrors);
    const labels = ["a", "b", "a", "c", "b", "c", "a"];
    const classes = multinomial(X, labels, { lambda: 0.05, ...byName });
    expect(classes.coefficients).toEqual(multinomial(plain, labels, { lambda: 0.05, ...byColumn }).coefficients);
    for (const many of [
      { X: [X], y: [y] },
      { X, y, batch: 1 },
      { X, y: dense(Float64Array.from(y), 7, 1) },
    ]) {
      const layout = { ...many, lambda: 0.3 };
      const { coefficients } = fitMany({ ...layout, X: Array.isArray(many.X) ? [plain] : plain, ...byColumn });
      expect(fitMany({ ...layout, ...byName }).coefficients).toEqual(coefficients);
    }
  });
});

test("Names of the option serve as well", () => {
  const options = { lambda: 0.3, names: ["a", "b", "c", "d", "e", "f"] };
  const byName = lasso(plain, y, { ...options, penaltyFactor: { b: 0 } });
  expect(byName.coefficients).toEqual(lasso(plain, y, { lambda: 0.3, penaltyFactor: [1, 0, 1, 1, 1, 1] }).coefficients);
  const many = fitMany({ X: plain, y, batch: 1, ...options, penaltyFactor: { b: 0 } });
  expect(many.coefficients).toEqual(byName.coefficients);
});

describe("refusals", () => {
  const fitted = (options: object) => () => lasso(X, y, { lambda: 1, ...options });
  testRefusals([
    [
      "a name that is not there",
      fitted({ penaltyFactor: { agee: 0 } }),
      "ERR_VALUE",
      '"penaltyFactor" must name columns of X, got "agee": did you mean "age"?',
    ],
    ["no number", fitted({ lowerBounds: { age: "0" } }), "ERR_TYPE", '"lowerBounds of age" must be a number, got "0"'],
    [
      "a negative factor",
      fitted({ penaltyFactor: { bmi: -1 } }),
      "ERR_VALUE",
      '"penaltyFactor" must be at least 0, got -1 for column 4',
    ],
    [
      "a bound above 0",
      fitted({ lowerBounds: { bmi: 1 } }),
      "ERR_VALUE",
      '"lowerBounds" must be at most 0, got 1 for column 4',
    ],
    [
      "NaN",
      fitted({ upperBounds: { bmi: Number.NaN } }),
      "ERR_VALUE",
      '"upperBounds" must be at least 0, got NaN for column 4',
    ],
    [
      "columns without names",
      () => lasso(plain, y, { lambda: 1, penaltyFactor: { age: 0 } }),
      "ERR_TYPE",
      '"penaltyFactor" must be a list unless columns have names, got an Object',
    ],
    [
      "a category that other names hide",
      () => lasso(X, y, { lambda: 1, names: ["a", "b", "c", "d", "e", "f"], penaltyFactor: { region: 0 } }),
      "ERR_VALUE",
      'got "region"',
    ],
    [
      "what cannot be read",
      fitted({ penaltyFactor: new Proxy({}, { ownKeys: wrong(() => Reflect.ownKeys(null as never)) }) }),
      "ERR_TYPE",
      "must be readable",
    ],
    [
      "in fitMany",
      () => fitMany({ X: [X], y: [y], lambda: 1, penaltyFactor: { bm: 0 } }),
      "ERR_VALUE",
      'did you mean "bmi"?',
    ],
  ]);
});
