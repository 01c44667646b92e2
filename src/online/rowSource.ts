import { compressRows } from "../arithmetic/compressRows.js";
import type { FloatArray } from "../data/FloatArray.js";
import { SparseMatrix } from "../data/SparseMatrix.js";
import { type MatrixLike, toMatrix } from "../data/toMatrix.js";
import { checkLength, checkOptions, describe, isArray, rangeError, reading, typeError } from "../errors.js";

/** One row by what is in it: values[k] in column indices[k], in any order; a column named twice counts with the sum. */
export interface SparseRow {
  indices: ArrayLike<number>;
  values: ArrayLike<number>;
  rowPointers?: undefined;
}

/** Rows one after the other (CSR): row i is what `indices` and `values` hold from rowPointers[i] to rowPointers[i + 1] − 1. */
export interface SparseRows extends Omit<SparseRow, "rowPointers"> {
  rowPointers: ArrayLike<number>;
}

/** What is accepted as one sample: p numbers, or what is in the row. */
export type OnlineRow = FloatArray | readonly number[] | SparseRow;

/** What is accepted as many samples: {@link SparseRows}, or any X that fits take. */
export type OnlineRows = SparseRows | MatrixLike;

/** Rows to be read one by one. */
export interface RowSource {
  /** Whether they were given as one row, not as a list of rows. */
  single: boolean;
  count: number;
  /** The entries of row i at the most. */
  size(i: number): number;
  /** Writes the entries of row i that are not 0 from `at` on, and returns where they end. @throws if one is not a finite number or lies in no column. */
  write(i: number, values: Float64Array, columns: Int32Array, at: number): number;
}

/** The rows of X, p columns. What may run code of others when it is read has been read and copied then. */
export function rowSource(X: OnlineRow | OnlineRows, p: number): RowSource {
  return reading('"X"', () => read(X, p));
}

function read(X: OnlineRow | OnlineRows, p: number): RowSource {
  if (isNumbers(X)) {
    checkLength("X", X, p);
    return denseRows(copyOf(X, p), 1, p, p, 1, true);
  }
  if (isSparseRows(X)) return listedRows(X, p);
  const matrix = toMatrix("X", X);
  const { rows, columns } = matrix;
  if (rows === 0) throw rangeError("ERR_LENGTH", '"X" must have at least one row, got 0');
  if (columns !== p) throw rangeError("ERR_LENGTH", `"X" must have ${p} columns, got ${columns}`);
  if (matrix instanceof SparseMatrix) {
    const { starts, columns: indices, values } = compressRows(matrix);
    return lists(rows, p, { indices, values, rowPointers: starts }, false);
  }
  const [down, right] = matrix.order === "row" ? [p, 1] : [1, rows];
  return denseRows(matrix.data, rows, p, down, right, false);
}

function isNumbers(X: unknown): X is ArrayLike<number> {
  if (isArray(X)) return X.length > 0 && typeof X[0] !== "object";
  return ArrayBuffer.isView(X) && !(X instanceof DataView);
}

function isSparseRows(X: object): X is SparseRow | SparseRows {
  return typeof X === "object" && X !== null && "indices" in X;
}

function denseRows(
  data: ArrayLike<number>,
  count: number,
  p: number,
  down: number,
  right: number,
  single: boolean,
): RowSource {
  return {
    single,
    count,
    size: () => p,
    write: (i, values, columns, at) => {
      let end = at;
      for (let j = 0, k = i * down; j < p; ++j, k += right) {
        const x = data[k];
        if (!Number.isFinite(x)) refuse(x, i, j);
        if (x === 0) continue;
        columns[end] = j;
        values[end++] = x;
      }
      return end;
    },
  };
}

/** A list of `length` entries that nothing but this library changes or computes: a copy, unless it is a typed array. */
function copyOf(list: ArrayLike<number>, length: number): ArrayLike<number> {
  if (!Array.isArray(list)) return list;
  const copy: number[] = [];
  // Up to the first that is no number, which is refused when its row is written.
  for (let k = 0; k < length; ++k) {
    copy.push(list[k]);
    if (typeof copy[k] !== "number") break;
  }
  return copy;
}

function listedRows(X: SparseRow | SparseRows, p: number): RowSource {
  checkOptions("X", X, ["indices", "values", "rowPointers"]);
  const { indices: givenIndices, values: givenValues, rowPointers: givenPointers } = X;
  checkList("indices", givenIndices);
  checkList("values", givenValues);
  const { length } = givenValues;
  checkLength("indices", givenIndices, length);
  const indices = copyOf(givenIndices, length);
  const values = copyOf(givenValues, length);
  if (givenPointers === undefined) return lists(1, p, { indices, values, rowPointers: [0, length] }, true);
  checkList("rowPointers", givenPointers);
  const rows = givenPointers.length - 1;
  if (rows < 1) throw rangeError("ERR_LENGTH", '"X" must have at least one row, got 0');
  // A copy of typed arrays too: y and weights, which are read after them, might change them.
  const rowPointers = Array.isArray(givenPointers) ? copyOf(givenPointers, rows + 1) : Array.from(givenPointers);
  if (rowPointers[0] !== 0 || rowPointers[rows] !== length) {
    const ends = `${describe(rowPointers[0])} to ${describe(rowPointers[rows])}`;
    throw rangeError("ERR_VALUE", `"rowPointers" must run from 0 to ${length}, got ${ends}`);
  }
  for (let i = 0; i < rows; ++i) {
    if (Number.isInteger(rowPointers[i]) && rowPointers[i] <= rowPointers[i + 1]) continue;
    const order = `${describe(rowPointers[i])} before ${describe(rowPointers[i + 1])}`;
    throw rangeError("ERR_VALUE", `"rowPointers" must be whole numbers that do not decrease, got ${order}`);
  }
  return lists(rows, p, { indices, values, rowPointers }, false);
}

function checkList(name: string, value: unknown): void {
  if (!isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    throw typeError("ERR_TYPE", `"${name}" must be an array of numbers, got ${describe(value)}`);
  }
}

function lists(
  count: number,
  p: number,
  { indices, values: entries, rowPointers }: SparseRows,
  single: boolean,
): RowSource {
  return {
    single,
    count,
    size: (i) => rowPointers[i + 1] - rowPointers[i],
    write: (i, values, columns, at) => {
      let end = at;
      for (let k = rowPointers[i], last = rowPointers[i + 1]; k < last; ++k) {
        const x = entries[k];
        const j = indices[k];
        if (!(Number.isInteger(j) && j >= 0 && j < p)) {
          throw rangeError(
            "ERR_VALUE",
            `"indices" must be whole numbers from 0 to ${p - 1}, got ${describe(j)} in row ${i}`,
          );
        }
        if (!Number.isFinite(x)) refuse(x, i, j);
        if (x === 0) continue;
        columns[end] = j;
        values[end++] = x;
      }
      return end;
    },
  };
}

function refuse(value: unknown, row: number, column: number): never {
  const place = `in row ${row}, column ${column}`;
  if (typeof value !== "number") throw typeError("ERR_TYPE", `"X" must hold numbers, got ${describe(value)} ${place}`);
  throw rangeError("ERR_NOT_FINITE", `"X" must be finite, got ${value} ${place}`);
}
