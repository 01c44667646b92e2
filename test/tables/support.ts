import { expect } from "vitest";
import type { DenseMatrix, SparseMatrix } from "../../src/index.js";

/** X row after row. */
export function rowsOf(X: DenseMatrix | SparseMatrix): number[][] {
  const { rows, columns } = X;
  const data = new Float64Array(rows * columns);
  X.copyColumns(data, 0, columns);
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => data[j * rows + i]));
}

/** Two matrices of one form hold the same bits under the same names. */
export function expectSameMatrix(a: DenseMatrix | SparseMatrix, b: DenseMatrix | SparseMatrix): void {
  expect(a.constructor).toBe(b.constructor);
  expect(a.names).toEqual(b.names);
  const { encoding: _a, names: _c, ...left } = a;
  const { encoding: _b, names: _d, ...right } = b;
  // toStrictEqual tells −0 from 0.
  expect(left).toStrictEqual(right);
}

/** A column of records, or records of columns. */
export function toColumns(records: readonly Record<string, unknown>[]): Record<string, unknown[]> {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return Object.fromEntries(names.map((name) => [name, records.map((record) => record[name])]));
}
