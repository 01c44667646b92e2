import { checkInteger, checkLength, checkOptions, rangeError } from "../errors.js";
import { columnsOf } from "./columnsOf.js";
import type { ColumnNames, Matrix, TableEncoding } from "./Matrix.js";
import { isPlain, toFloat64, toNumbers } from "./toVector.js";

/** The parts of a matrix in compressed sparse columns. */
export interface SparseParts {
  rows: number;
  columns: number;
  /** The stored values, column after column. */
  values: ArrayLike<number>;
  /** The row of each stored value; no row twice in a column. */
  rowIndices: ArrayLike<number>;
  /** Column j holds the stored values from columnPointers[j] to columnPointers[j + 1] − 1: columns + 1 numbers from 0. */
  columnPointers: ArrayLike<number>;
  /** Names of the columns. */
  names?: readonly string[] | undefined;
  /** How the columns came from a table. */
  encoding?: TableEncoding | undefined;
}

/** A matrix in compressed sparse columns (CSC). Made by {@link sparse}. */
export class SparseMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly rowIndices: Int32Array;
  readonly columnPointers: Int32Array;
  declare readonly names?: readonly string[];
  declare readonly encoding?: TableEncoding;

  /** @internal Use {@link sparse}, which checks. */
  constructor(
    rows: number,
    columns: number,
    values: Float64Array,
    rowIndices: Int32Array,
    columnPointers: Int32Array,
    { names, encoding }: ColumnNames = {},
  ) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
    this.rowIndices = rowIndices;
    this.columnPointers = columnPointers;
    if (names !== undefined) this.names = names;
    if (encoding !== undefined) this.encoding = encoding;
  }

  verify(): void {
    checkStructure("X.", this);
  }

  copyColumns(target: Float64Array, from: number, to: number): void {
    const { rows, values, rowIndices, columnPointers } = this;
    target.fill(0);
    for (let j = from; j < to; ++j) {
      const column = (j - from) * rows;
      for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) target[column + rowIndices[k]] = values[k];
    }
  }

  copyRowRange(target: Float64Array, from: number, to: number, left: number, right: number): void {
    const rows = Int32Array.from({ length: to - from }, (_, i) => from + i);
    this.takeRows(rows).copyColumns(target, left, right);
  }

  copyRows(target: Float64Array, rows: Int32Array): void {
    this.takeRows(rows).copyColumns(target, 0, this.columns);
  }

  addProduct(b: Float64Array, bOffset: number, out: Float64Array): void {
    const { columns, values, rowIndices, columnPointers } = this;
    for (let j = 0; j < columns; ++j) {
      const value = b[bOffset + j];
      if (value === 0) continue;
      for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) out[rowIndices[k]] += values[k] * value;
    }
  }

  takeRows(rows: Int32Array): SparseMatrix {
    const { columns, columnPointers } = this;
    const places = new Int32Array(this.rows).fill(-1);
    rows.forEach((row, i) => {
      places[row] = i;
    });
    let taken = 0;
    for (let k = 0; k < this.rowIndices.length; ++k) if (places[this.rowIndices[k]] >= 0) taken += 1;
    const values = new Float64Array(taken);
    const rowIndices = new Int32Array(taken);
    const pointers = new Int32Array(columns + 1);
    let at = 0;
    for (let j = 0; j < columns; ++j) {
      for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) {
        const place = places[this.rowIndices[k]];
        if (place < 0) continue;
        values[at] = this.values[k];
        rowIndices[at++] = place;
      }
      pointers[j + 1] = at;
    }
    return new SparseMatrix(rows.length, columns, values, rowIndices, pointers, this);
  }
}

/** Values that are compressed at a time. */
const BLOCK = 65536;

/** X without its zeros; X itself if it is sparse. */
export function compress(X: Matrix): SparseMatrix {
  if (X instanceof SparseMatrix) return X;
  const { rows, columns } = X;
  const width = Math.max(1, Math.floor(BLOCK / rows));
  const block = new Float64Array(rows * width);
  const forEachBlock = (visit: (values: Float64Array, from: number) => void): void => {
    for (let from = 0; from < columns; from += width) {
      const to = Math.min(from + width, columns);
      const values = block.subarray(0, rows * (to - from));
      X.copyColumns(values, from, to);
      visit(values, from);
    }
  };
  const columnPointers = new Int32Array(columns + 1);
  forEachBlock((data, from) => {
    for (let k = 0; k < data.length; ++k) if (data[k] !== 0) columnPointers[from + Math.floor(k / rows) + 1] += 1;
  });
  for (let j = 0; j < columns; ++j) columnPointers[j + 1] += columnPointers[j];
  const values = new Float64Array(columnPointers[columns]);
  const rowIndices = new Int32Array(columnPointers[columns]);
  let at = 0;
  forEachBlock((data) => {
    for (let k = 0; k < data.length; ++k) {
      if (data[k] === 0) continue;
      values[at] = data[k];
      rowIndices[at++] = k % rows;
    }
  });
  return new SparseMatrix(rows, columns, values, rowIndices, columnPointers, X);
}

const PARTS = ["rows", "columns", "values", "rowIndices", "columnPointers", "names", "encoding"] as const;

/**
 * A sparse matrix in compressed sparse columns (CSC), as in SciPy's `csc_matrix` and R's `dgCMatrix`.
 *
 * @param parts - `rows`, `columns`, and three arrays: `values` and `rowIndices` of one length, `columnPointers` of
 *   `columns + 1`. Float64Array and Int32Array are used as they are, others are copied.
 * @throws RangeError if lengths, pointers or row indices do not fit together, or a column names a row twice.
 * @throws TypeError if a part is missing or of the wrong kind.
 * @example
 * // 3 × 2, column 0 = (5, 0, 7), column 1 = (0, 6, 0)
 * sparse({ rows: 3, columns: 2, values: [5, 7, 6], rowIndices: [0, 2, 1], columnPointers: [0, 2, 3] });
 */
export function sparse(parts: SparseParts): SparseMatrix {
  checkOptions("sparse", parts, PARTS);
  const matrix = shapedSparse("", parts);
  checkStructure("", matrix);
  return matrix;
}

/**
 * A sparse matrix of parts that anyone may have made or changed, whose pointers and rows are still to be verified; `prefix` stands
 * before the names of parts in errors.
 */
export function shapedSparse(prefix: string, parts: { readonly [part in keyof SparseParts]: unknown }): SparseMatrix {
  const { rows, columns } = parts;
  checkInteger(`${prefix}rows`, rows, 0, 2147483647);
  checkInteger(`${prefix}columns`, columns, 0, 2147483646);
  const values = toFloat64(`${prefix}values`, parts.values);
  const entries = values.length;
  const rowIndices = toIndices(`${prefix}rowIndices`, parts.rowIndices, entries, rows - 1);
  const columnPointers = toIndices(`${prefix}columnPointers`, parts.columnPointers, columns + 1, entries);
  return new SparseMatrix(rows, columns, values, rowIndices, columnPointers, columnsOf(prefix, parts, columns));
}

/** Whole numbers of 32 bits as an Int32Array: the caller's own where it is one. */
function toIndices(name: string, value: unknown, length: number, most: number): Int32Array {
  if (isPlain(value, Int32Array)) {
    checkLength(name, value, length);
    return value;
  }
  const numbers = toNumbers(name, value, length);
  const indices = new Int32Array(numbers);
  for (let k = 0; k < length; ++k) {
    if (indices[k] === numbers[k]) continue;
    throw rangeError("ERR_VALUE", `"${name}" must be whole numbers from 0 to ${most}, got ${numbers[k]} at ${k}`);
  }
  return indices;
}

/** O(1 + p + entries): no pointer falls, no row is out of bounds, none is named twice in a column. */
function checkStructure(prefix: string, { rows, columns, values, rowIndices, columnPointers }: SparseMatrix): void {
  checkLength(`${prefix}rowIndices`, rowIndices, values.length);
  checkLength(`${prefix}columnPointers`, columnPointers, columns + 1);
  if (columnPointers[0] !== 0 || columnPointers[columns] !== values.length) {
    throw rangeError(
      "ERR_VALUE",
      `"${prefix}columnPointers" must run from 0 to ${values.length}, got ${columnPointers[0]} to ${columnPointers[columns]}`,
    );
  }
  for (let j = 0; j < columns; ++j) {
    if (columnPointers[j + 1] < columnPointers[j]) {
      throw rangeError(
        "ERR_VALUE",
        `"${prefix}columnPointers" must not decrease, got ${columnPointers[j + 1]} after ${columnPointers[j]}`,
      );
    }
  }
  let seenIn: Int32Array | undefined;
  for (let j = 0; j < columns; ++j) {
    const from = columnPointers[j];
    const to = columnPointers[j + 1];
    if (isAscending(rowIndices, from, to, rows)) continue;
    seenIn ??= new Int32Array(rows).fill(-1);
    for (let k = from; k < to; ++k) {
      const row = rowIndices[k];
      if (row < 0 || row >= rows) {
        throw rangeError(
          "ERR_VALUE",
          `"${prefix}rowIndices" must be whole numbers from 0 to ${rows - 1}, got ${row} at ${k}`,
        );
      }
      if (seenIn[row] === j)
        throw rangeError("ERR_VALUE", `"${prefix}rowIndices" must not repeat a row, got ${row} twice in column ${j}`);
      seenIn[row] = j;
    }
  }
}

/** Whether rows ascend within bounds, as they mostly do: then none is named twice. */
function isAscending(rowIndices: Int32Array, from: number, to: number, rows: number): boolean {
  let last = -1;
  for (let k = from; k < to; ++k) {
    const row = rowIndices[k];
    if (row <= last) return false;
    last = row;
  }
  return last < rows;
}
