import { describe } from "vitest";
import { dense, lasso, modelFromJSON, ridge, sparse } from "../../src/index.js";
import { infinity, nan, testRefusals, wrong, X, y } from "./refusals.js";

const model = lasso(X, y, { lambda: 0.1 });

describe("refusals: data", () =>
  testRefusals([
    ["y is short", () => lasso(X, [1, 2, 3], { lambda: 1 }), "ERR_LENGTH", '"y" must have 4 values, got 3'],
    [
      "y has NaN",
      () => lasso(X, [1, 2, nan, 3], { lambda: 1 }),
      "ERR_NOT_FINITE",
      '"y" must be finite, got NaN in row 2',
    ],
    [
      "y is infinite",
      () => lasso(X, Float32Array.of(1, 2, 3, -infinity), { lambda: 1 }),
      "ERR_NOT_FINITE",
      '"y" must be finite, got -Infinity in row 3',
    ],
    [
      "y is text",
      () => lasso(X, wrong("abcd"), { lambda: 1 }),
      "ERR_TYPE",
      '"y" must be an array of numbers, got "abcd"',
    ],
    [
      "y holds text",
      () => lasso(X, wrong([1, 2, "3", 4]), { lambda: 1 }),
      "ERR_TYPE",
      '"y" must hold numbers, got "3" in row 2',
    ],
    [
      "y is missing",
      () => lasso(X, wrong(undefined), { lambda: 1 }),
      "ERR_TYPE",
      '"y" must be an array of numbers, got undefined',
    ],
    [
      "y is of bigints",
      () => lasso(X, wrong(new BigInt64Array(4)), { lambda: 1 }),
      "ERR_TYPE",
      '"y" must be an array of numbers, got BigInt64Array(4)',
    ],
    [
      "y overflows",
      () => lasso(X, [1e200, 0, 0, 0], { lambda: 1 }),
      "ERR_VALUE",
      '"y" must not have squares that overflow',
    ],
    [
      "X has NaN",
      () =>
        lasso(
          [
            [1, 2],
            [3, nan],
          ],
          [1, 2],
          { lambda: 1 },
        ),
      "ERR_NOT_FINITE",
      '"X" must be finite, got NaN in row 1, column 1',
    ],
    [
      "dense X is infinite",
      () => ridge(dense(Float32Array.of(1, 2, -infinity, 4, 5, 6), 2, 3), [1, 2], { lambda: 1 }),
      "ERR_NOT_FINITE",
      '"X" must be finite, got -Infinity in row 0, column 2',
    ],
    [
      "sparse X has NaN",
      () =>
        lasso(sparse({ rows: 2, columns: 2, values: [nan], rowIndices: [1], columnPointers: [0, 1, 1] }), [1, 2], {
          lambda: 1,
        }),
      "ERR_NOT_FINITE",
      '"X" must be finite, got NaN in row 1, column 0',
    ],
    [
      "X overflows",
      () =>
        lasso(
          [
            [1, 1e200],
            [2, 3],
          ],
          [1, 2],
          { lambda: 1 },
        ),
      "ERR_VALUE",
      '"X" must not have squares that overflow, got values up to 1e+200 in column 1',
    ],
    ["X has no rows", () => lasso([], [], { lambda: 1 }), "ERR_LENGTH", '"X" must have at least one row, got 0'],
    [
      "X is a number",
      () => lasso(wrong(5), y, { lambda: 1 }),
      "ERR_TYPE",
      '"X" must be dense(...), sparse(...), an array of rows, or a matrix or table of ml-matrix, ndarray, Arrow or arquero, got 5',
    ],
  ]));

describe("refusals: models", () =>
  testRefusals([
    ["predict from other columns", () => model.predict([[1, 2, 3]]), "ERR_LENGTH", '"X" must have 2 columns, got 3'],
    [
      "predict from a vector",
      () => model.predict(wrong([1, 2])),
      "ERR_TYPE",
      '"X" must hold arrays of numbers, got 1 as row 0',
    ],
    ["predict from nothing", () => model.predict(wrong(undefined)), "ERR_TYPE", '"X" must be dense(...)'],
    [
      "predict with a short offset",
      () => model.predict(X, { offset: [1] }),
      "ERR_LENGTH",
      '"offset" must have 4 values, got 1',
    ],
    [
      "no JSON",
      () => modelFromJSON(wrong(null)),
      "ERR_TYPE",
      '"json" must be a regulus-model, as its toJSON gives, got null',
    ],
    [
      "text for JSON",
      () => modelFromJSON(wrong("{}")),
      "ERR_TYPE",
      '"json" must be a regulus-model, as its toJSON gives, got "{}"',
    ],
    [
      "other JSON",
      () => modelFromJSON(wrong({ type: "model" })),
      "ERR_TYPE",
      '"json" must be a regulus-model, as its toJSON gives, got "model"',
    ],
    [
      "a later version",
      () => modelFromJSON(wrong({ ...model.toJSON(), version: 2 })),
      "ERR_VALUE",
      '"json" must be of version 1, got 2',
    ],
    [
      "JSON with a hole",
      () => modelFromJSON(wrong({ ...model.toJSON(), coefficients: [1, null] })),
      "ERR_TYPE",
      '"coefficients" must hold numbers, got null at 1',
    ],
  ]));
