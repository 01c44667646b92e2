/** What becomes of a matrix whose arrays change after it was made: checked anew wherever it is read. */

import { describe, expect, test } from "vitest";
import {
  crossValidate,
  dense,
  fitMany,
  lasso,
  logistic,
  type MatrixLike,
  OnlineRegressor,
  poisson,
  regularizationPath,
  ridge,
  type SparseMatrix,
  sparse,
} from "../../src/index.js";
import { wrong } from "../models/refusals.js";

const n = 8;
const p = 2;
const cells = Float64Array.from({ length: n * p }, (_, k) => ((7 * k) % 11) - 4 + k / 16);
const y = Array.from({ length: n }, (_, i) => cells[2 * i] - cells[2 * i + 1] / 2 + (i % 3) / 4);
const labels = y.map((value) => (value > 0 ? "a" : "b"));
const counts = y.map((value) => Math.max(0, Math.round(value)));

type Resizable = ArrayBuffer & { resize(byteLength: number): void };
const resizable = (byteLength: number): Resizable =>
  new (ArrayBuffer as unknown as new (length: number, options: object) => Resizable)(byteLength, {
    maxByteLength: 2 * byteLength,
  });

/** Takes an array's memory away. */
const transfer = (array: { buffer: ArrayBufferLike }): void => {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
};

/** A dense matrix of `rows` rows of `cells`, and what changes the memory behind it. */
function onMemory(rows: number, isTracking: boolean): { X: ReturnType<typeof dense>; buffer: Resizable } {
  const buffer = resizable(8 * rows * p);
  const data = isTracking ? new Float64Array(buffer) : new Float64Array(buffer, 0, rows * p);
  data.set(cells.subarray(0, rows * p));
  return { X: dense(data, rows, p), buffer };
}

const model = ridge(dense(cells, n, p), y, { lambda: 0.1 });
const classifier = logistic(dense(cells, n, p), labels, { lambda: 0.1 });

const entries: readonly [string, (X: MatrixLike) => unknown][] = [
  ["lasso", (X) => lasso(X, y, { lambda: 0.1 })],
  ["ridge", (X) => ridge(X, y, { lambda: 0.1 })],
  ["logistic", (X) => logistic(X, labels, { lambda: 0.1 })],
  ["poisson", (X) => poisson(X, counts, { lambda: 0.1 })],
  ["regularizationPath", (X) => regularizationPath(X, y)],
  ["crossValidate", (X) => crossValidate(X, y, { folds: 4 })],
  ["crossValidate by rows", (X) => crossValidate(X, y, { folds: "loo", l1Ratio: 0 })],
  ["fitMany, blocks", (X) => fitMany({ X, y, batch: 2, lambda: 0.1 })],
  ["fitMany, shared", (X) => fitMany({ X, y: y.map((value) => [value, -value]), lambda: 0.1 })],
  ["predict", (X) => model.predict(X)],
  ["predictProbability", (X) => classifier.predictProbability(X)],
  ["update", (X) => new OnlineRegressor(p).update(X, y)],
];

const changes: readonly [string, () => MatrixLike][] = [
  [
    "shrunk",
    () => {
      const { X, buffer } = onMemory(n, false);
      buffer.resize(8 * n);
      return X;
    },
  ],
  [
    "shrunk, with a view that follows",
    () => {
      const { X, buffer } = onMemory(n, true);
      buffer.resize(8 * n * p - 8);
      return X;
    },
  ],
  [
    "grown, with a view that follows",
    () => {
      const { X, buffer } = onMemory(n, true);
      buffer.resize(8 * n * p + 16);
      return X;
    },
  ],
  [
    "transferred",
    () => {
      const data = cells.slice();
      const X = dense(data, n, p);
      transfer(data);
      return X;
    },
  ],
];

describe.each(entries)("a dense X is read by %s", (_, read) => {
  test.each(changes)("%s: refused", (_change, make) => {
    expect(() => read(make())).toThrow(expect.objectContaining({ code: "ERR_LENGTH" }));
  });
});

const parts = (): Parameters<typeof sparse>[0] & { rowIndices: Int32Array; columnPointers: Int32Array } => ({
  rows: n,
  columns: p,
  values: Float64Array.of(1, 2, 3, -4, 5),
  rowIndices: Int32Array.of(0, 3, 7, 2, 5),
  columnPointers: Int32Array.of(0, 3, 5),
});

const sparseChanges: readonly [string, (X: SparseMatrix) => void][] = [
  ["a row past the end", ({ rowIndices }) => rowIndices.fill(n, 1, 2)],
  ["a row of 2^30", ({ rowIndices }) => rowIndices.fill(1073741824)],
  ["a negative row", ({ rowIndices }) => rowIndices.fill(-1, 4)],
  ["a row twice", ({ rowIndices }) => rowIndices.fill(3, 0, 2)],
  ["a pointer past the end", ({ columnPointers }) => columnPointers.fill(6, 2)],
  ["a pointer that falls", ({ columnPointers }) => columnPointers.fill(-7, 1, 2)],
  ["transferred rows", ({ rowIndices }) => transfer(rowIndices)],
  ["transferred values", ({ values }) => transfer(values)],
];

describe.each(entries)("a sparse X is read by %s", (_, read) => {
  test.each(sparseChanges)("%s: refused", (_change, change) => {
    const X = sparse(parts());
    change(X);
    expect(() => {
      const { errors = [] } = read(X) as { errors?: (Error | undefined)[] };
      for (const error of errors) if (error !== undefined) throw error;
    }).toThrow(expect.objectContaining({ code: expect.stringMatching(/ERR_(VALUE|LENGTH)/) }));
  });
});

test("rows that do not ascend are told from rows that repeat", () => {
  const shuffled = { ...parts(), rowIndices: Int32Array.of(7, 0, 3, 5, 2) };
  expect(sparse(shuffled).rowIndices).toEqual(shuffled.rowIndices);
  expect(() => sparse({ ...shuffled, rowIndices: Int32Array.of(7, 0, 7, 5, 2) })).toThrow(/got 7 twice in column 0/);
});

describe("fitMany: a matrix of the list that no longer fits is an error of its own model", () => {
  const rows = 4;
  const good = y.slice(0, rows);
  const matrix = (i: number) => dense(cells.slice(i * rows, i * rows + rows * p), rows, p);
  const fitted = (i: number) => fitMany({ X: [matrix(i)], y: [good], lambda: 0.1 }).coefficients;

  test.each(changes.map(([name]) => name))("%s", (name) => {
    const change = changes.findIndex(([other]) => other === name);
    const list: MatrixLike[] = [0, 1, 2].map(matrix);
    list[1] = changes[change][1]();
    const models = fitMany({ X: list, y: [good, good, good], lambda: 0.1 });
    expect(models.errors.map((error) => (error as { code?: string } | undefined)?.code)).toEqual([
      undefined,
      "ERR_LENGTH",
      undefined,
    ]);
    for (const i of [0, 2]) expect(models.model(i).coefficients).toEqual(fitted(i));
    expect(models.errors[1]?.message).toMatch(/^model 1: /);
  });

  test("so is one that shrinks while the others are read", () => {
    const { X, buffer } = onMemory(rows, false);
    const shrinks = {
      rows,
      columns: p,
      get: (i: number, j: number) => {
        buffer.resize(8);
        return cells[i * p + j];
      },
    };
    const models = fitMany({ X: [X, shrinks], y: [good, good], lambda: 0.1 });
    expect(models.errors[0]).toMatchObject({ code: "ERR_LENGTH" });
    expect(models.model(1).coefficients).toEqual(fitted(0));
  });

  test("and a hole in the list, or in a vector of it", () => {
    const X = matrix(0);
    const list = [X, X, X, X];
    delete list[1];
    const holed = good.slice();
    delete holed[2];
    const gone = Float64Array.from(good);
    transfer(gone);
    const models = fitMany({ X: list, y: [good, good, holed, gone], lambda: 0.1 });
    expect(models.errors.map((error) => (error as { code?: string } | undefined)?.code)).toEqual([
      undefined,
      "ERR_TYPE",
      "ERR_TYPE",
      "ERR_LENGTH",
    ]);
  });
});

describe("vectors of a fit", () => {
  const X = dense(cells, n, p);
  const gone = (length: number): Float64Array => {
    const vector = new Float64Array(length).fill(1);
    transfer(vector);
    return vector;
  };
  test.each([
    ["y", () => lasso(X, gone(n), { lambda: 1 })],
    ["labels", () => logistic(X, gone(n), { lambda: 1 })],
    ["weights", () => lasso(X, y, { lambda: 1, weights: gone(n) })],
    ["offset", () => lasso(X, y, { lambda: 1, offset: gone(n) })],
    ["penaltyFactor", () => lasso(X, y, { lambda: 1, penaltyFactor: gone(p) })],
    ["bounds", () => lasso(X, y, { lambda: 1, upperBounds: gone(p) })],
    ["warmStart", () => lasso(X, y, { lambda: 1, warmStart: gone(p) })],
    ["lambdas", () => regularizationPath(X, y, { lambdas: gone(3) })],
    ["y of blocks", () => fitMany({ X, y: gone(n), batch: 2, lambda: 1 })],
  ])("%s without memory is refused", (_, call) => {
    expect(call).toThrow(expect.objectContaining({ code: "ERR_LENGTH" }));
  });

  test("are copied: what an option's getter does to them comes too late", () => {
    const buffer = resizable(8 * n);
    const target = new Float64Array(buffer);
    target.set(y);
    const options = {
      lambda: 0.1,
      get weights() {
        buffer.resize(0);
        return new Float64Array(n).fill(1);
      },
    };
    const expected = lasso(X, y, { lambda: 0.1, weights: new Float64Array(n).fill(1) });
    expect(lasso(X, target, options).coefficients).toEqual(expected.coefficients);
  });

  test("a subclass with a length of its own is copied by its memory", () => {
    const target = Object.defineProperty(Float64Array.from(y), "length", { value: 3 });
    expect(() => lasso(X, wrong(target), { lambda: 0.1 })).toThrow(expect.objectContaining({ code: "ERR_LENGTH" }));
  });
});
