import { checkInteger, checkLength, checkOptions, describe, rangeError, typeError } from "../errors.js";
import type { Matrix } from "./Matrix.js";

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
}

/** A matrix in compressed sparse columns (CSC). Made by {@link sparse}. */
export class SparseMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly rowIndices: Int32Array;
  readonly columnPointers: Int32Array;

  /** @internal Use {@link sparse}, which checks. */
  constructor(rows: number, columns: number, values: Float64Array, rowIndices: Int32Array, columnPointers: Int32Array) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
    this.rowIndices = rowIndices;
    this.columnPointers = columnPointers;
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
    return new SparseMatrix(rows.length, columns, values, rowIndices, pointers);
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
  return new SparseMatrix(rows, columns, values, rowIndices, columnPointers);
}

const PARTS = ["rows", "columns", "values", "rowIndices", "columnPointers"] as const;

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
  const { rows, columns } = parts;
  checkInteger("rows", rows, 0, 2147483647);
  checkInteger("columns", columns, 0, 2147483646);
  const values = toArray("values", parts.values, Float64Array);
  const rowIndices = toArray("rowIndices", parts.rowIndices, Int32Array);
  const columnPointers = toArray("columnPointers", parts.columnPointers, Int32Array);
  checkLength("rowIndices", rowIndices, values.length);
  checkLength("columnPointers", columnPointers, columns + 1);
  if (columnPointers[0] !== 0 || columnPointers[columns] !== values.length) {
    throw rangeError(
      "ERR_VALUE",
      `"columnPointers" must run from 0 to ${values.length}, got ${columnPointers[0]} to ${columnPointers[columns]}`,
    );
  }
  for (let j = 0; j < columns; ++j) {
    if (columnPointers[j + 1] < columnPointers[j]) {
      throw rangeError(
        "ERR_VALUE",
        `"columnPointers" must not decrease, got ${columnPointers[j + 1]} after ${columnPointers[j]}`,
      );
    }
  }
  const seenIn = new Int32Array(rows).fill(-1);
  for (let j = 0; j < columns; ++j) {
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) {
      const row = rowIndices[k];
      if (row < 0 || row >= rows || parts.rowIndices[k] !== row) {
        throw rangeError(
          "ERR_VALUE",
          `"rowIndices" must be whole numbers from 0 to ${rows - 1}, got ${parts.rowIndices[k]} at ${k}`,
        );
      }
      if (seenIn[row] === j)
        throw rangeError("ERR_VALUE", `"rowIndices" must not repeat a row, got ${row} twice in column ${j}`);
      seenIn[row] = j;
    }
  }
  return new SparseMatrix(rows, columns, values, rowIndices, columnPointers);
}

function toArray<T extends Float64Array | Int32Array>(
  name: string,
  value: ArrayLike<number>,
  Type: { new (values: ArrayLike<number>): T },
): T {
  if (value instanceof Type) return value;
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    throw typeError("ERR_TYPE", `"${name}" must be an array of numbers, got ${describe(value)}`);
  }
  return new Type(value);
}
