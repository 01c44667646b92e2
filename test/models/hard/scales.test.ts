import { describe, expect, test } from "vitest";
import {
  crossValidate,
  dense,
  elasticNet,
  fitMany,
  logistic,
  type MatrixLike,
  poisson,
  regularizationPath,
  ridge,
  sparse,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { compress } from "../../support/matrices.js";

const N = 40;
const P = 4;
const next = randomStream(11);
const X = Array.from({ length: N }, () => Array.from({ length: P }, next));
const y = X.map((row) => row[0] - 0.5 * row[1] + 0.3 * next());
const labels = y.map((value) => (value > 0 ? 1 : 0));

const times = (rows: number[][], unit: number, column = 0) =>
  rows.map((row) => row.map((x, j) => (j === column ? x * unit : x)));
const columnsOf = (rows: number[][]) => Float64Array.from(rows[0].flatMap((_, j) => rows.map((row) => row[j])));
const sparseOf = (rows: number[][]) => {
  const { values, rowIndices, columnPointers } = compress(rows.length, P, columnsOf(rows));
  return sparse({ rows: rows.length, columns: P, values, rowIndices, columnPointers });
};
const forms: [string, (rows: number[][]) => MatrixLike][] = [
  ["dense", (rows) => dense(columnsOf(rows), rows.length, P, { order: "column" })],
  ["sparse", sparseOf],
];
const refusal = /must not have (squares|products) that underflow/;
const DATA = columnsOf(X);

describe.each(forms)("squares that underflow, %s", (_, form) => {
  test.each([1e-162, 1e-165, 1e-200, 1e-300, 5e-324])("columns times %s are refused by every road", (unit) => {
    const tiny = form(times(X, unit));
    for (const standardize of [true, false]) {
      for (const lambda of [0, 0.01]) {
        expect(() => elasticNet(tiny, y, { lambda, standardize })).toThrow(refusal);
        expect(() => ridge(tiny, y, { lambda, standardize })).toThrow(refusal);
        expect(() => logistic(tiny, labels, { lambda: 0.01, standardize })).toThrow(refusal);
        expect(() => poisson(tiny, labels, { lambda: 0.01, standardize })).toThrow(refusal);
      }
      expect(() => crossValidate(tiny, y, { standardize })).toThrow(refusal);
      expect(() => crossValidate(tiny, y, { standardize, l1Ratio: 0, folds: "loo" })).toThrow(refusal);
      for (const X of [[tiny], [tiny, tiny]]) {
        const many = fitMany({ X, y: X.map(() => y), lambda: 0.01, standardize });
        expect(many.errors.every((error) => refusal.test(error?.message ?? ""))).toBe(true);
      }
    }
  });

  test.each([1e-162, 1e-165, 1e-200, 5e-324])("so is y times %s", (unit) => {
    const small = y.map((value) => value * unit);
    for (const intercept of [true, false]) {
      expect(() => elasticNet(form(X), small, { lambda: 0.01 * unit, intercept })).toThrow(refusal);
      expect(() => crossValidate(form(X), small, { intercept })).toThrow(refusal);
    }
    const many = fitMany({ X: [form(X)], y: [small], lambda: 0.01 });
    expect(many.errors[0]?.message).toMatch(refusal);
  });

  test.each([2 ** -1000, 2 ** 900])("weights count by their proportions: times %s", (unit) => {
    const weights = y.map((_, i) => 1 + (i % 3));
    const scaled = weights.map((weight) => weight * unit);
    const options = { lambda: 0.02, weights };
    for (const solve of [elasticNet, ridge]) {
      const same = solve(form(X), y, { ...options, weights: scaled }).coefficients;
      expect(same).toEqual(solve(form(X), y, options).coefficients);
    }
    const cv = crossValidate(form(X), y, { weights: scaled, folds: 4, lambdaCount: 5 });
    const expected = crossValidate(form(X), y, { weights, folds: 4, lambdaCount: 5 });
    cv.meanErrors.forEach((error, k) => {
      expect(error).toBeCloseTo(expected.meanErrors[k], 9);
    });
  });
});

test("a shared X with a column that underflows", () => {
  const Y = dense(Float64Array.from([...y, ...y]), N, 2, { order: "column" });
  const tiny = dense(columnsOf(times(X, 1e-165)), N, P, { order: "column" });
  for (const l1Ratio of [0, 1]) {
    const { errors } = fitMany({ X: tiny, y: Y, lambda: 0.01, l1Ratio });
    expect(errors.every((error) => refusal.test(error?.message ?? ""))).toBe(true);
  }
});

test.each([40, 200])("ridge without scaling, columns of 1e80 beside columns of 1, %s rows: no NaN", (n) => {
  const p = n === 40 ? 6 : 60;
  const rows = Array.from({ length: n }, () => Array.from({ length: p }, (_, j) => next() * (j % 2 ? 1e80 : 1)));
  const target = rows.map((row) => row[0] + 0.1 * next());
  for (const strategy of ["auto", "ridge", "cholesky"] as const) {
    const path = regularizationPath(rows, target, {
      l1Ratio: 0,
      standardize: false,
      strategy,
      lambdas: [1, 0.1, 0.01],
    });
    for (const values of [path.coefficients, path.intercepts, path.objectives])
      expect(values.every(Number.isFinite)).toBe(true);
  }
  const cv = crossValidate(rows, target, { l1Ratio: 0, standardize: false, folds: "loo", lambdaCount: 4 });
  expect(cv.meanErrors.every(Number.isFinite)).toBe(true);
});

describe("a column that is constant but for rounding", () => {
  const rounded = X.map((row, i) => row.map((x, j) => (j === 2 ? (i % 3 === 0 ? 0.3 : 0.1 + 0.2) : x)));
  const level = X.map((row) => row.map((x, j) => (j === 2 ? 0.3 : x)));

  test.each(forms)("has coefficient 0 in every family, %s", (_, form) => {
    for (const options of [{}, { intercept: false }, { standardize: false }]) {
      for (const lambda of [0, 0.01]) {
        for (const solve of [elasticNet, ridge])
          expect(solve(form(rounded), y, { lambda, ...options }).coefficients[2]).toBe(0);
      }
      expect(logistic(form(rounded), labels, { lambda: 0.01, ...options }).coefficients[2]).toBe(0);
      expect(poisson(form(rounded), labels, { lambda: 0.01, ...options }).coefficients[2]).toBe(0);
      const many = fitMany({ X: [form(rounded)], y: [y], lambda: 0.01, ...options });
      expect(many.coefficients[2]).toBe(0);
    }
  });

  test.each(forms)("counts as constant where rows of weight 0 make the difference, %s", (_, form) => {
    const odd = rounded.map((row, i) => row.map((x, j) => (i === 7 && j === 2 ? 5 : x)));
    const weights = y.map((_, i) => (i === 7 ? 0 : 1));
    expect(elasticNet(form(odd), y, { lambda: 0.001, weights }).coefficients[2]).toBe(0);
    expect(fitMany({ X: [form(odd)], y: [y], weights: [weights], lambda: 0.001 }).coefficients[2]).toBe(0);
  });

  test.each(forms)("and within the training rows of a fold, %s", (_, form) => {
    const folds = Int32Array.from(y, (_, i) => i % 4);
    const inOne = (rows: number[][]) => rows.map((row, i) => row.map((x, j) => (j === 2 && i % 4 === 1 ? DATA[i] : x)));
    const options = { folds, lambdas: [0.1, 0.01, 0] };
    const cv = crossValidate(form(inOne(rounded)), y, options);
    const expected = crossValidate(form(inOne(level)), y, options);
    cv.foldErrors.forEach((error, k) => {
      expect(error).toBeCloseTo(expected.foldErrors[k], 6);
    });
  });

  test("five units in the last place are not rounding", () => {
    const apart = X.map((row, i) => row.map((x, j) => (j === 2 ? 1 + (i % 2) * 5 * Number.EPSILON : x)));
    expect(elasticNet(apart, y, { lambda: 0 }).coefficients[2]).not.toBe(0);
    const close = X.map((row, i) => row.map((x, j) => (j === 2 ? 1 + (i % 2) * 4 * Number.EPSILON : x)));
    expect(elasticNet(close, y, { lambda: 0 }).coefficients[2]).toBe(0);
  });
});
