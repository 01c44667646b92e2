import fc from "fast-check";
import { compressRows } from "../../src/arithmetic/compressRows.js";
import { randomArray } from "./arbitraries.js";
import type { Heap } from "./heap.js";

/** Compressed columns, as the sparse kernels take them. */
export interface Sparse {
  n: number;
  p: number;
  values: number[];
  rowIndices: number[];
  columnPointers: number[];
}

/** The stored entries of a column-major n × p array: those that `keep` accepts. */
export function compress(
  n: number,
  p: number,
  X: ArrayLike<number>,
  keep: (value: number, index: number) => boolean = (value) => value !== 0,
): Sparse {
  const sparse: Sparse = { n, p, values: [], rowIndices: [], columnPointers: [0] };
  for (let j = 0; j < p; ++j) {
    for (let i = 0; i < n; ++i) {
      const value = X[j * n + i] as number;
      if (!keep(value, j * n + i)) continue;
      sparse.values.push(value);
      sparse.rowIndices.push(i);
    }
    sparse.columnPointers.push(sparse.values.length);
  }
  return sparse;
}

/** The column-major n × p array of compressed columns. */
export function densify({ n, p, values, rowIndices, columnPointers }: Sparse): number[] {
  const X = new Array<number>(n * p).fill(0);
  for (let j = 0; j < p; ++j) {
    for (let k = columnPointers[j] as number; k < (columnPointers[j + 1] as number); ++k) {
      X[j * n + (rowIndices[k] as number)] = values[k] as number;
    }
  }
  return X;
}

/** A random sparse matrix, `density` of it stored: empty and full columns occur. */
export function randomSparse(n: number, p: number, density: number, next: () => number): Sparse {
  const X = randomArray(n * p, next);
  return compress(n, p, X, (_, index) => (p > 2 && index < n) || next() < 2 * density - 1);
}

/** Σ_i a[i]·b[i] in plain order. */
export function plainDot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Column j of a column-major array with n rows. */
export function columnOf<A extends { slice(from: number, to: number): A }>(X: A, n: number, j: number): A {
  return X.slice(j * n, (j + 1) * n);
}

/** Rows and columns of small matrices, empty ones included. */
export const shapes = (maxRows: number, maxColumns: number): fc.Arbitrary<[n: number, p: number]> =>
  fc.tuple(fc.integer({ min: 0, max: maxRows }), fc.integer({ min: 0, max: maxColumns }));

/** The rows of an n-row column-major array `stride` apart, NaN between them. */
export function spread(X: readonly number[], n: number, stride: number): number[] {
  const columns = n === 0 ? 0 : X.length / n;
  return upTo(columns).flatMap((j) => [
    ...columnOf(X as number[], n, j),
    ...new Array<number>(stride - n).fill(Number.NaN),
  ]);
}

/** `count` of the indices below p, in any order, some of them more than once; none if p is 0. */
export function randomList(count: number, p: number, next: () => number): number[] {
  return upTo(p === 0 ? 0 : count).map(() => Math.floor(((next() + 1) / 2) * p));
}

/** 0, 1, ..., count − 1 in random order. */
export function permutation(count: number, next: () => number): number[] {
  const keys = randomArray(count, next);
  return upTo(count).sort((i, k) => keys[i] - keys[k]);
}

/** 0, 1, ..., count − 1. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Room for what the Gram kernel works in, filled with what it has to overwrite. */
export const workOfGram = (n: number, p: number): number[] =>
  new Array((Math.min(n, 256) + 1) * 4 * Math.ceil(p / 4) + 8).fill(7);

/** Where the rows of a sparse matrix begin, and its columns and values row after row, laid out for the kernels. */
export function layRows(heap: Heap, { n, p, values, rowIndices, columnPointers }: Sparse, shift = 0) {
  const columns = { rowIndices: Int32Array.from(rowIndices), columnPointers: Int32Array.from(columnPointers) };
  const rows = compressRows({ rows: n, columns: p, values: Float64Array.from(values), ...columns });
  return [
    ...heap.int32([...rows.starts], shift),
    ...heap.int32([...rows.columns], 3 - shift),
    ...heap.float64([...rows.values], shift),
  ] as const;
}
