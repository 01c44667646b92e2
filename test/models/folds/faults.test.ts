import { describe, expect, test } from "vitest";
import {
  type CrossValidation,
  crossValidate,
  fitMany,
  logistic,
  multinomial,
  regularizationPath,
} from "../../../src/index.js";
import { cv, path, testRefusals, wrong, X, y } from "../refusals.js";

/** Without the element at 1. */
function holed<T>(values: T[]): T[] {
  delete values[1];
  return values;
}

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
    ["too many lambdas", path({ lambdaCount: 2 ** 28 }), "ERR_VALUE", '"lambdaCount" must be at most 100000'],
    ["as many as there are", path({ lambdaCount: 2 ** 53 - 1 }), "ERR_VALUE", '"lambdaCount" must be at most 100000'],
    ["too many given", path({ lambdas: new Float64Array(1e5 + 1) }), "ERR_VALUE", '"lambdas" must have at most 100000'],
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
      '"number of groups for folds" must be a whole number at least 2, got 1',
    ],
    ["groups of another length", cv({ groups: ["a", "b"] }), "ERR_LENGTH", '"groups" must have 4 values, got 2'],
    [
      "groups for leave-one-out",
      cv({ folds: "loo", groups: [1, 1, 2, 2] }),
      "ERR_OPTION",
      '"groups" must be left out with "folds" at "loo", got Array(4)',
    ],
    ["groups of another length for given folds", cv({ folds: [0, 0, 1, 1], groups: ["a"] }), "ERR_LENGTH", '"groups"'],
    [
      "groups that given folds split",
      cv({ folds: [0, 1, 1, 0], groups: ["a", "b", "a", "b"] }),
      "ERR_VALUE",
      '"folds" must keep each of the "groups" in one fold, got rows of "a" in folds 0 and 1',
    ],
    [
      "given folds to stratify",
      cv({ folds: [0, 1, 1, 0], stratify: true }),
      "ERR_OPTION",
      '"stratify" must be false with "folds" that are given, got true',
    ],
    ["folds with a hole", cv({ folds: holed([0, 1, 1, 0]) }), "ERR_TYPE", '"folds[1]" must be a number, got undefined'],
    ["stratify 1", cv({ stratify: wrong(1) }), "ERR_TYPE", '"stratify" must be true or false, got 1'],
    ["no l1Ratio", cv({ l1Ratio: [] }), "ERR_VALUE", '"l1Ratio" must be a number or a list of at least one'],
    ["a bad l1Ratio", cv({ l1Ratio: [0.5, 2] }), "ERR_VALUE", '"l1Ratio" must be between 0 and 1, got 2'],
    ["leave one of one out", () => crossValidate([[1]], [1], { folds: "loo" }), "ERR_VALUE", "leave-one-out"],
    [
      "an unknown rule",
      () => crossValidate(X, y, { folds: 2 }).model(wrong("best")),
      "ERR_VALUE",
      '"rule" must be "min" or "1se", got "best"',
    ],
  ]));

const day = new Date(0);
const labels: [what: string, labels: unknown, code: string, message: string][] = [
  ["dates", [day, new Date(1), day, day], "ERR_TYPE", "got a Date in row 0"],
  ["arrays", [[0], [1], [0], [1]], "ERR_TYPE", "got Array(1) in row 0"],
  ["objects", [{}, {}, {}, {}], "ERR_TYPE", "got an Object in row 0"],
  ["null", [0, null, 0, 1], "ERR_TYPE", "got null in row 1"],
  ["a hole", holed([0, 1, 0, 1]), "ERR_TYPE", "got undefined in row 1"],
  ["booleans", [true, false, true, false], "ERR_TYPE", "got true in row 0"],
  ["bigints", BigInt64Array.of(0n, 1n, 0n, 1n), "ERR_TYPE", "got 0n in row 0"],
  ["boxed strings", ["a", new String("b"), "a", "b"], "ERR_TYPE", "got String(1) in row 1"],
  ["NaN", [0, Number.NaN, 0, 1], "ERR_NOT_FINITE", "must be finite, got NaN in row 1"],
  ["text", "abab", "ERR_TYPE", 'must be an array of labels, got "abab"'],
  ["nothing", null, "ERR_TYPE", "must be an array of labels, got null"],
  ["a set", new Set(["a", "b"]), "ERR_TYPE", "must be an array of labels, got a Set"],
];
const thrownByModel = (options: object): never => {
  throw fitMany({ X: [X], lambda: 0.1, ...options } as never).errors[0];
};

describe("refusals: labels of groups", () =>
  testRefusals(labels.map(([what, groups, ...rest]) => [what, cv({ groups: wrong(groups) }), ...rest])));

describe.each([
  ["logistic", (y: never) => logistic(X, y, { lambda: 0.1 })],
  ["multinomial", (y: never) => multinomial(X, y, { lambda: 0.1 })],
  ["crossValidate", (y: never) => crossValidate(X, y, { family: "binomial", folds: 2, stratify: true })],
] as const)("refusals: labels of classes, %s", (_, call) =>
  testRefusals(labels.map(([what, y, ...rest]) => [what, () => call(wrong(y)), ...rest])),
);

describe("refusals: labels of classes, fitMany", () =>
  testRefusals(
    labels
      .filter(([what]) => what !== "text" && what !== "bigints")
      .map(([what, y, ...rest]) => [what, () => thrownByModel({ y: [y], family: "binomial" }), ...rest]),
  ));

test("groups that given folds keep together, and folds in any array of numbers", () => {
  const folds = [0, 1, 0, 1];
  const { foldErrors } = cv({ folds })() as CrossValidation;
  for (const given of [Int32Array, Float64Array, Uint8Array].map((List) => List.from(folds))) {
    expect((cv({ folds: wrong(given), groups: ["a", 1, "a", 1] })() as CrossValidation).foldErrors).toEqual(foldErrors);
  }
});

// 1e308 − (−1e308) is Infinity: sums about a row must not take that for a value of X.
describe("refusals: a y whose squares and distances overflow", () =>
  testRefusals([
    ["a path", () => regularizationPath(X, [1e308, -1e308, 1e308, -1e308]), "ERR_VALUE", '"y" must not have squares'],
    [
      "folds",
      () => crossValidate(X, [1e308, -1e308, 1e308, -1e308], { folds: 2 }),
      "ERR_VALUE",
      '"y" must not have squares',
    ],
  ]));
