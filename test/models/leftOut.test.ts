/** Values that are not finite in rows of weight 0, which no sum would show: refused with their place, by any call and for any X. */
import { describe, expect, test } from "vitest";
import { crossValidate, dense, lasso, logistic, type MatrixLike, regularizationPath, sparse } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";

const [n, p] = [40, 5];
const [row, column] = [7, 3];
const next = randomStream(31);
const values = Float64Array.from({ length: n * p }, () => next() - 0.5);
const y = Float64Array.from({ length: n }, () => next());
const labels = y.map((value) => Number(value > 0));
const weights = Float64Array.from({ length: n }, (_, i) => (i === row || i === 20 ? 0 : 1));

/** X, with this value in that row. */
const matrices: Record<string, (value: number) => MatrixLike> = {
  rows: (value) => dense(values.with(row * p + column, value), n, p),
  columns: (value) => dense(values.with(column * n + row, value), n, p, { order: "column" }),
  sparse: (value) =>
    sparse({
      rows: n,
      columns: p,
      values: values.with(column * n + row, value),
      rowIndices: Int32Array.from({ length: n * p }, (_, k) => k % n),
      columnPointers: Int32Array.from({ length: p + 1 }, (_, j) => j * n),
    }),
};
const calls: Record<string, (X: MatrixLike) => unknown> = {
  lasso: (X) => lasso(X, y, { weights, lambda: 0.01 }),
  "a path": (X) => regularizationPath(X, y, { weights }),
  "a path as it is": (X) => regularizationPath(X, y, { weights, intercept: false, standardize: false }),
  "cross-validation": (X) => crossValidate(X, y, { weights, folds: 4 }),
  "cross-validation as it is": (X) =>
    crossValidate(X, y, { weights, folds: 4, intercept: false, standardize: false, lambdaCount: 10 }),
  logistic: (X) => logistic(X, labels, { weights, lambda: 0.01 }),
};

describe.each(Object.keys(matrices))("X %s", (kind) => {
  test.each(Object.keys(calls))("%s", (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => calls[name](matrices[kind](value))).toThrow(
        expect.objectContaining({
          code: "ERR_NOT_FINITE",
          message: `"X" must be finite, got ${value} in row ${row}, column ${column}`,
        }),
      );
    }
    expect(() => calls[name](matrices[kind](3))).not.toThrow();
  });
});
