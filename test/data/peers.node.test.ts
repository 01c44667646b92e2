/** X as other packages hold it, in the real objects of those packages. */

import { tableFromArrays, tableFromJSON } from "apache-arrow";
import { table } from "arquero";
import { MatrixSubView, MatrixTransposeView, Matrix as MlMatrix } from "ml-matrix";
import ndarray from "ndarray";
import { describe, expect, test } from "vitest";
import { lasso } from "../../src/index.js";
import { columns, expectSameAsDense, flat, n, p, rows, y } from "./forms.js";

const padded = [[9, 9, 9, 9, 9, 9], ...rows.map((row) => [9, ...row, 9])];
const named = <V>(column: (values: number[]) => V): Record<"x0" | "x1" | "x2" | "x3", V> => {
  const [x0, x1, x2, x3] = columns.map(column);
  return { x0, x1, x2, x3 };
};

describe("ml-matrix", () => {
  test.each([
    ["a matrix", () => new MlMatrix(rows)],
    ["a transposed view", () => new MatrixTransposeView(new MlMatrix(columns))],
    ["a part of a larger one", () => new MatrixSubView(new MlMatrix(padded), 1, n, 1, p)],
  ])("%s", (_, make) => expectSameAsDense(make()));
});

describe("ndarray", () => {
  const byColumn = Float64Array.from(columns.flat());
  const spread = Float64Array.from({ length: 2 * n * p }, (_, k) => (k % 2 === 0 ? flat[k / 2] : 9));

  test.each([
    ["of Float64Array", () => ndarray(flat, [n, p])],
    ["of Float32Array", () => ndarray(Float32Array.from(flat), [n, p])],
    ["of a plain array", () => ndarray(rows.flat(), [n, p])],
    ["with strides of its own", () => ndarray(byColumn, [n, p], [1, n])],
    ["transposed", () => ndarray(byColumn, [p, n]).transpose(1, 0)],
    [
      "a part of a larger one",
      () =>
        ndarray(padded.flat(), [n + 1, p + 2])
          .lo(1, 1)
          .hi(n, p),
    ],
    ["every second value", () => ndarray(spread, [n, 2 * p]).step(1, 2)],
    ["from the end, back again", () => ndarray(Float64Array.from(flat).reverse(), [n, p]).step(-1, -1)],
  ])("%s", (_, make) => expectSameAsDense(make()));
});

const flags = y.map((value) => value > 0);
const zerosAndOnes = y.map((value, i) => [flags[i] ? 1 : 0, value]);

describe("Arrow", () => {
  test.each([
    ["a table of float64", () => tableFromArrays(named((values) => Float64Array.from(values)))],
    ["a table of float32", () => tableFromArrays(named((values) => Float32Array.from(values)))],
    [
      "in two chunks",
      () => {
        const part = (from: number, to: number) =>
          tableFromArrays(named((values) => Float64Array.from(values.slice(from, to))));
        return part(0, 7).concat(part(7, n));
      },
    ],
    ["a slice", () => tableFromArrays(named((values) => Float64Array.from([9, 9, ...values, 9]))).slice(2, n + 2)],
    [
      "some columns of a table",
      () =>
        tableFromArrays({ z: Float64Array.from(y), ...named((v) => Float64Array.from(v)) }).select([
          "x0",
          "x1",
          "x2",
          "x3",
        ]),
    ],
  ])("%s", (_, make) => expectSameAsDense(make()));

  test("whole numbers of 32 and 64 bits count as numbers", () => {
    const counts = [3, 1, 4, 1, 5];
    const target = [1, 2, 2, 4, 3];
    const X = tableFromArrays({ a: Int32Array.from(counts), b: BigInt64Array.from([2n, 7n, 1n, 8n, 2n]) });
    const expected = lasso(
      counts.map((a, i) => [a, [2, 7, 1, 8, 2][i]]),
      target,
      { lambda: 0.1, names: ["a", "b"] },
    );
    expect(lasso(X, target, { lambda: 0.1 })).toEqual(expected);
  });

  test.each([
    [
      "a missing value",
      () =>
        tableFromJSON([
          { a: 1, b: 2 },
          { a: 3, b: null },
        ]),
      "ERR_TYPE",
      'hold numbers, got null in row 1, column "b"',
    ],
    [
      "text",
      () => tableFromArrays({ a: Float64Array.of(1, 2), b: ["x", "y"] }),
      "ERR_TYPE",
      'hold numbers, got "x" in row 0, column "b"',
    ],
    [
      "NaN",
      () => tableFromArrays({ a: Float64Array.of(1, 2), b: Float64Array.of(1, Number.NaN) }),
      "ERR_NOT_FINITE",
      'be finite, got NaN in row 1, column "b"',
    ],
    [
      "a date",
      () => tableFromArrays({ a: Float64Array.of(1, 2), b: [new Date(0), new Date(1)] }),
      "ERR_TYPE",
      'hold numbers, got Timestamp<MILLISECOND> in column "b"',
    ],
    [
      "a missing boolean",
      () =>
        tableFromJSON([
          { a: 1, b: true },
          { a: 3, b: null },
        ]),
      "ERR_TYPE",
      'hold only booleans in a column that begins with one, got null in row 1, column "b"',
    ],
  ])("%s is refused with its place", (_, make, code, message) => {
    expect(() => lasso(make(), [1, 2], { lambda: 1 })).toThrow(
      expect.objectContaining({ code, message: `"X" must ${message}` }),
    );
  });

  test("booleans are 0 and 1", () => {
    const X = tableFromArrays({ a: flags, b: Float64Array.from(y) });
    expect(lasso(X, y, { lambda: 0.01 })).toEqual(lasso(zerosAndOnes, y, { lambda: 0.01, names: ["a", "b"] }));
  });
});

describe("arquero", () => {
  const all = () => table({ ...named((values) => values), place: rows.map((_, i) => i) });

  test.each([
    ["a table", () => table(named((values) => values))],
    ["of typed arrays", () => table(named((values) => Float32Array.from(values)))],
    ["some columns of a table", () => all().select("x0", "x1", "x2", "x3")],
    [
      "filtered",
      () =>
        table(named((values) => [9, ...values]))
          .filter((row: { x0: number }) => row.x0 < 5)
          .reify(),
    ],
    [
      "filtered, not yet made",
      () => table(named((values) => [9, ...values])).filter((row: { x0: number }) => row.x0 < 5),
    ],
    [
      "sorted",
      () =>
        table({ ...named((values) => [...values].reverse()), place: rows.map((_, i) => n - i) })
          .orderby("place")
          .select("x0", "x1", "x2", "x3"),
    ],
  ])("%s", (_, make) => expectSameAsDense(make()));

  test.each([
    ["text", "x", '"x"'],
    ["a missing value", null, "null"],
    ["a boolean among numbers", true, "true"],
    ["a date", new Date(0), "a Date"],
  ])("%s is refused with its place", (_, value, name) => {
    const X = table({ a: [1, 2], b: [3, value] });
    expect(() => lasso(X, [1, 2], { lambda: 1 })).toThrow(
      expect.objectContaining({
        code: "ERR_TYPE",
        message: `"X" must hold numbers, got ${name} in row 1, column "b"`,
      }),
    );
  });

  test("booleans are 0 and 1, alone in their column", () => {
    expect(lasso(table({ a: flags, b: y }), y, { lambda: 0.01 })).toEqual(
      lasso(zerosAndOnes, y, { lambda: 0.01, names: ["a", "b"] }),
    );
    expect(() => lasso(table({ a: [true, 1] }), [1, 2], { lambda: 1 })).toThrow(
      expect.objectContaining({ code: "ERR_TYPE", message: expect.stringContaining('got 1 in row 1, column "a"') }),
    );
  });
});
