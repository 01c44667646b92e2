import { tableFromArrays } from "apache-arrow";
import { table as arqueroTable } from "arquero";
import { describe, expect, test } from "vitest";
import {
  crossValidate,
  dense,
  fitMany,
  lasso,
  logistic,
  type MatrixLike,
  modelFromJSON,
  multinomial,
  regularizationPath,
  sparse,
} from "../../../src/index.js";
import { testRefusals, wrong } from "../refusals.js";

const a = Float64Array.of(1, 2, 3, 4, 5, 6);
const b = Float64Array.of(2, 1, 0, 3, 5, 1);
const y = [1, 2, 4, 3, 6, 5];
const names = ["a", "b"];
const plain = dense(Float64Array.of(...a, ...b), 6, 2, { order: "column" });
const compressed = sparse({
  rows: 6,
  columns: 2,
  values: [...a, 2, 1, 3, 5, 1],
  rowIndices: [0, 1, 2, 3, 4, 5, 0, 1, 3, 4, 5],
  columnPointers: [0, 6, 11],
});

const forms: [string, MatrixLike, object][] = [
  ["an option beside dense(...)", plain, { names }],
  ["an option beside sparse(...)", compressed, { names }],
  ["parts with names", { ...plain, names }, {}],
  ["sparse parts with names", { ...compressed, names }, {}],
  ["sparse(...) of parts with names", sparse({ ...compressed, names }), {}],
  ["a clone of parts with names", structuredClone({ ...plain, names }), {}],
  ["an Arrow table", tableFromArrays({ a, b }), {}],
  ["an arquero table", arqueroTable({ a, b }), {}],
];

describe.each(forms)("names of %s", (_, X, options) => {
  test("are those of the model, and of what it becomes as JSON", () => {
    const model = lasso(X, y, { lambda: 0.1, ...options });
    expect(model.names).toEqual(names);
    expect(modelFromJSON(JSON.parse(JSON.stringify(model))).names).toEqual(names);
    expect(modelFromJSON(structuredClone(model)).names).toEqual(names);
  });

  test("are those of paths, cross-validations and their models", () => {
    const path = regularizationPath(X, y, { lambdaCount: 3, ...options });
    expect(path.names).toEqual(names);
    expect(path.model(1).names).toEqual(names);
    expect(path.at((path.lambdas[0] + path.lambdas[1]) / 2).names).toEqual(names);
    const cv = crossValidate(X, y, { folds: 3, lambdaCount: 3, ...options });
    expect(cv.path.names).toEqual(names);
    expect(cv.model().names).toEqual(names);
  });

  test("are those of classifiers", () => {
    const labels = ["no", "no", "yes", "no", "yes", "yes"];
    expect(logistic(X, labels, { lambda: 0.1, ...options }).names).toEqual(names);
    expect(multinomial(X, labels, { lambda: 0.1, ...options }).names).toEqual(names);
  });

  test("are those of many models, in every layout", () => {
    for (const many of [
      fitMany({ X, y, batch: 1, lambda: 0.1, ...options }),
      fitMany({ X, y: Array.from({ length: 2 }, () => y.slice(0, 3)), batch: 2, lambda: 0.1, ...options }),
      fitMany({ X: [X, X], y: [y, y], lambda: 0.1, ...options }),
      fitMany({ X, y: dense(Float64Array.from(y), 6, 1), lambda: 0.1, ...options }),
      fitMany({ X: [X], y: [y], lambda: "cv", folds: 3, lambdaCount: 3, ...options }),
    ]) {
      expect(many.names).toEqual(names);
      expect(many.model(0).names).toEqual(names);
    }
  });
});

test("An option's names come before those of X", () => {
  expect(lasso({ ...plain, names }, y, { lambda: 0.1, names: ["c", "d"] }).names).toEqual(["c", "d"]);
});

test("Names are copied: what becomes of the caller's list is nothing to the model", () => {
  const list = ["a", "b"];
  const model = lasso(plain, y, { lambda: 0.1, names: list });
  list[0] = "changed";
  expect(model.names).toEqual(names);
});

test("Without names there are none", () => {
  for (const one of [lasso(plain, y, { lambda: 0.1 }), regularizationPath(plain, y, { lambdaCount: 3 }).model(0)]) {
    expect("names" in one).toBe(false);
  }
  expect("names" in fitMany({ X: [plain], y: [y], lambda: 0.1 })).toBe(false);
});

describe("refusals", () => {
  const named = (more: unknown) => () => lasso(plain, y, { lambda: 0.1, names: wrong(more) });
  const json = () => lasso(plain, y, { lambda: 0.1, names }).toJSON();
  testRefusals([
    ["a string", named("ab"), "ERR_TYPE", '"names" must be an array of names, got "ab"'],
    ["one too few", named(["a"]), "ERR_LENGTH", '"names" must have 2 values, got 1'],
    ["a number", named(["a", 2]), "ERR_TYPE", '"names" must hold strings, got 2 for column 1'],
    ["a hole", named(Array(2)), "ERR_TYPE", '"names" must hold strings, got undefined for column 0'],
    ["one twice", named(["a", "a"]), "ERR_VALUE", '"names" must hold each name once, got "a" again for column 1'],
    [
      "one twice in X",
      () => lasso({ ...plain, names: ["b", "b"] }, y, { lambda: 0.1 }),
      "ERR_VALUE",
      '"X.names" must hold each name once, got "b" again for column 1',
    ],
    [
      "names that are no list",
      () => lasso({ ...plain, names: wrong(3) }, y, { lambda: 0.1 }),
      "ERR_TYPE",
      '"X.names" must be an array of names, got 3',
    ],
    [
      "other names in a list of matrices",
      () => fitMany({ X: [plain, { ...plain, names }], y: [y, y], lambda: 0.1 }),
      "ERR_VALUE",
      '"X" must have the same names in all matrices of a list, got others in matrix 1',
    ],
    [
      "as many names as other columns, in JSON",
      () => modelFromJSON({ ...json(), names: ["a"] }),
      "ERR_LENGTH",
      '"names" must have 2 values, got 1',
    ],
  ]);
});
