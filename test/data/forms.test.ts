import { describe, expect, test } from "vitest";
import { dense, elasticNet, lasso, type Matrix, sparse } from "../../src/index.js";
import { assertSameBits } from "../support/bits.js";
import { compress } from "../support/matrices.js";
import { columns, expectSameAsDense, expectSameModel, flat, n, p, plain, rows, y } from "./forms.js";

/** Values that lie in the middle of a larger buffer. */
function within<A extends Float64Array | Float32Array>(values: A): A {
  const Type = values.constructor as new (length: number) => A;
  const whole = new Type(values.length + 7).fill(Number.NaN);
  whole.set(values, 3);
  return whole.subarray(3, 3 + values.length) as A;
}

describe("dense data", () => {
  const byColumn = Float64Array.from(columns.flat());

  test.each([
    ["row after row, said so", dense(flat, n, p, { order: "row" })],
    ["column after column", dense(byColumn, n, p, { order: "column" })],
    ["float32, row after row", dense(Float32Array.from(flat), n, p)],
    ["float32, column after column", dense(Float32Array.from(byColumn), n, p, { order: "column" })],
    ["in the middle of a buffer", dense(within(flat), n, p)],
    ["float32 in the middle of a buffer", dense(within(Float32Array.from(byColumn)), n, p, { order: "column" })],
    ["an array of rows", rows],
    ["an array of Float64Array", rows.map((row) => Float64Array.from(row))],
    ["an array of Float32Array", rows.map((row) => Float32Array.from(row))],
    ["rows of several kinds", rows.map((row, i) => (i % 2 ? row : Float32Array.from(row)))],
  ])("%s gives the same models, bit for bit", (_, X) => expectSameAsDense(X));

  test("float32 is widened, not rounded further", () => {
    const tenths = Float32Array.from(flat, (value) => value / 10);
    const widened = dense(Float64Array.from(tenths), n, p);
    expectSameModel(lasso(dense(tenths, n, p), y, { lambda: 0.001 }), lasso(widened, y, { lambda: 0.001 }));
  });

  test("y, weights, offset, factors and bounds as any array of numbers", () => {
    const numbers = (length: number, value: (i: number) => number): number[] =>
      Array.from({ length }, (_, i) => Math.fround(value(i)));
    const target = Float32Array.from(y);
    const options = {
      weights: numbers(n, (i) => 1 + (i % 3)),
      offset: numbers(n, (i) => Math.sin(i)),
      penaltyFactor: numbers(p, (j) => 1 + j),
      lowerBounds: numbers(p, () => -1),
      upperBounds: numbers(p, () => 1),
      warmStart: numbers(p, (j) => j - 1),
    };
    const as = (Type: Float64ArrayConstructor | Float32ArrayConstructor) =>
      Object.fromEntries(Object.entries(options).map(([name, values]) => [name, Type.from(values)]));
    const model = lasso(plain, Array.from(target), { lambda: 0.05, ...options });
    expectSameModel(lasso(plain, target, { lambda: 0.05, ...as(Float32Array) }), model);
    expectSameModel(lasso(plain, Float64Array.from(target), { lambda: 0.05, ...as(Float64Array) }), model);
  });

  test("a matrix is only read", () => {
    const data = Float64Array.from(flat);
    const X = dense(data, n, p);
    for (const strategy of ["auto", "gram", "residual"] as const) elasticNet(X, y, { lambda: 0.05, strategy });
    assertSameBits(data, flat);
  });
});

describe("sparse data", () => {
  const { values, rowIndices, columnPointers } = compress(n, p, columns.flat());
  const parts = { rows: n, columns: p, values, rowIndices, columnPointers };
  const fitted = (X: Matrix) => lasso(X as ReturnType<typeof sparse>, y, { lambda: 0.05, tolerance: 1e-13 });

  const expectClose = (X: Matrix): void => {
    const [model, reference] = [fitted(X), fitted(plain)];
    expect(model.converged).toBe(true);
    expect(Math.abs(model.objective / reference.objective - 1)).toBeLessThan(1e-12);
    reference.coefficients.forEach((value, j) => {
      expect(Math.abs(model.coefficients[j] - value)).toBeLessThan(1e-10);
    });
    const predicted = reference.predict(X as ReturnType<typeof sparse>);
    reference.predict(plain).forEach((value, i) => {
      expect(Math.abs(predicted[i] - value)).toBeLessThan(1e-14);
    });
  };

  test("gives the model of the dense matrix", () => expectClose(sparse(parts)));

  test("in any kind of array gives the same bits", () => {
    const model = fitted(sparse(parts));
    const typed = {
      ...parts,
      values: Float64Array.from(values),
      rowIndices: Int32Array.from(rowIndices),
      columnPointers: Int32Array.from(columnPointers),
    };
    expectSameModel(fitted(sparse(typed)), model);
    const narrow = { ...typed, values: Float32Array.from(values), rowIndices: Uint8Array.from(rowIndices) };
    expectSameModel(fitted(sparse(narrow)), model);
    expectSameModel(fitted(sparse({ ...parts, columnPointers: Uint32Array.from(columnPointers) })), model);
  });

  test("may store zeros, and rows in any order", () => {
    const { n: _n, p: _p, ...everything } = compress(n, p, columns.flat(), () => true);
    expectClose(sparse({ rows: n, columns: p, ...everything }));
    const turned = columnPointers.slice(0, -1).map((from, j) => {
      const to = columnPointers[j + 1];
      return { values: values.slice(from, to).reverse(), rowIndices: rowIndices.slice(from, to).reverse() };
    });
    const flatOf = (name: "values" | "rowIndices"): number[] => turned.flatMap((column) => column[name]);
    expectClose(sparse({ ...parts, values: flatOf("values"), rowIndices: flatOf("rowIndices") }));
  });

  test("may have columns and rows without a value", () => {
    const X = sparse({ rows: 4, columns: 3, values: [1, 2, 3], rowIndices: [0, 1, 3], columnPointers: [0, 0, 3, 3] });
    const model = lasso(X, [1, 2, 0, 3], { lambda: 0.01 });
    expect(model.converged).toBe(true);
    expect([...model.coefficients].map((value) => value !== 0)).toEqual([false, true, false]);
    const empty = sparse({ rows: 4, columns: 3, values: [], rowIndices: [], columnPointers: [0, 0, 0, 0] });
    expect(lasso(empty, [1, 2, 0, 3], { lambda: 0.01 })).toMatchObject({
      converged: true,
      nonzeros: 0,
      intercept: 1.5,
    });
  });
});
