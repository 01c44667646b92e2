import { describe } from "vitest";
import { type CrossValidationOptions, crossValidate, regularizationPath } from "../../src/index.js";
import { testRefusals, wrong } from "./refusals.js";

const X = [
  [1, 2],
  [2, 1],
  [3, 5],
  [4, 3],
];
const y = [1, 2, 3, 5];
const path =
  (options: object): (() => unknown) =>
  () =>
    regularizationPath(X, y, options);
const cv =
  (options: CrossValidationOptions): (() => unknown) =>
  () =>
    crossValidate(X, y, { folds: 2, ...options });

describe("refusals: paths", () =>
  testRefusals([
    ["an unknown family", path({ family: "cauchy" }), "ERR_VALUE", '"family" must be "gaussian" or'],
    ["no lambdas", path({ lambdas: [] }), "ERR_LENGTH", '"lambdas" must have at least one value, got 0'],
    [
      "a negative lambda",
      path({ lambdas: [1, -2] }),
      "ERR_VALUE",
      '"lambdas[1]" must be at least 0 and finite, got -2',
    ],
    ["lambdas as a number", path({ lambdas: 3 }), "ERR_TYPE", '"lambdas" must be an array of numbers, got 3'],
    ["null lambdas", path({ lambdas: null }), "ERR_TYPE", '"lambdas" must be an array of numbers, got null'],
    ["lambdaCount 0", path({ lambdaCount: 0 }), "ERR_VALUE", '"lambdaCount" must be a whole number at least 1, got 0'],
    ["lambdaMinRatio 0", path({ lambdaMinRatio: 0 }), "ERR_VALUE", '"lambdaMinRatio" must be above 0, got 0'],
    ["lambdaMinRatio 2", path({ lambdaMinRatio: 2 }), "ERR_VALUE", '"lambdaMinRatio" must be between 0 and 1, got 2'],
    ["l1Ratio as a list", path({ l1Ratio: [1] }), "ERR_TYPE", '"l1Ratio" must be a number, got Array(1)'],
    ["at as text", () => regularizationPath(X, y).at(wrong("1")), "ERR_TYPE", '"lambda" must be a number, got "1"'],
  ]));

describe("refusals: folds", () =>
  testRefusals([
    ["one fold", cv({ folds: 1 }), "ERR_VALUE", '"folds" must be a whole number between 2 and 4, got 1'],
    ["more folds than rows", cv({ folds: 5 }), "ERR_VALUE", '"folds" must be a whole number between 2 and 4, got 5'],
    ["half a fold", cv({ folds: 2.5 }), "ERR_VALUE", '"folds" must be a whole number between 2 and 4, got 2.5'],
    [
      "an unknown scheme",
      cv({ folds: wrong("lou") }),
      "ERR_TYPE",
      '"folds" must be a number, "loo", or each row\'s fold, got "lou"',
    ],
    ["folds of another length", cv({ folds: [0, 1] }), "ERR_LENGTH", '"folds" must have 4 values, got 2'],
    [
      "a fold that is empty",
      cv({ folds: [0, 2, 2, 0] }),
      "ERR_VALUE",
      '"folds" must give every fold a row, got none for fold 1',
    ],
    ["all in one fold", cv({ folds: [0, 0, 0, 0] }), "ERR_VALUE", '"folds" must name at least 2 folds, got 1'],
    [
      "a negative fold",
      cv({ folds: Int32Array.of(0, 1, -1, 0) }),
      "ERR_VALUE",
      '"folds[2]" must be a whole number between 0 and 3, got -1',
    ],
    ["a fold without weight", cv({ folds: [0, 0, 1, 1], weights: [1, 1, 0, 0] }), "ERR_VALUE", '"weights" must '],
    ["half a seed", cv({ seed: 0.5 }), "ERR_VALUE", '"seed" must be a whole number'],
    [
      "fewer groups than folds",
      cv({ groups: ["a", "a", "a", "a"] }),
      "ERR_VALUE",
      '"folds" must be a whole number between 2 and 1, got 2',
    ],
    ["groups of another length", cv({ groups: ["a", "b"] }), "ERR_LENGTH", '"groups" must have 4 values, got 2'],
    [
      "groups and stratify",
      cv({ groups: [1, 2, 3, 4], stratify: true }),
      "ERR_TYPE",
      '"stratify" must be false with "groups", got true',
    ],
    ["stratify 1", cv({ stratify: wrong(1) }), "ERR_TYPE", '"stratify" must be true or false, got 1'],
    ["no l1Ratio", cv({ l1Ratio: [] }), "ERR_VALUE", '"l1Ratio" must be a number or a list of at least one'],
    ["a bad l1Ratio", cv({ l1Ratio: [0.5, 2] }), "ERR_VALUE", '"l1Ratio" must be between 0 and 1, got 2'],
    ["leave one of one out", () => crossValidate([[1]], [1], { folds: "loo" }), "ERR_VALUE", "leave-one-out"],
    [
      "an unknown rule",
      () => crossValidate(X, y, { folds: 2 }).model(wrong("best")),
      "ERR_VALUE",
      '"rule" must be "min" or "1se", got best',
    ],
  ]));
