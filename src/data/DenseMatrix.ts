import { checkChoice, checkFloatArray, checkInteger, checkOptions, rangeError } from "../errors.js";
import { columnsOf } from "./columnsOf.js";
import type { FloatArray } from "./FloatArray.js";
import type { ColumnNames, Matrix, TableEncoding } from "./Matrix.js";

/** How a dense matrix lies in its array: row after row, or column after column. */
export type Order = "row" | "column";

/** The parts of a dense matrix. */
export interface DenseParts {
  /** rows·columns values. */
  data: FloatArray;
  rows: number;
  columns: number;
  order: Order;
  /** Names of the columns. */
  names?: readonly string[] | undefined;
  /** How the columns came from a table. */
  encoding?: TableEncoding | undefined;
}

/** A dense matrix over the caller's array, which is read but never written or kept in another shape. Made by {@link dense}. */
export class DenseMatrix implements Matrix {
  readonly data: FloatArray;
  readonly rows: number;
  readonly columns: number;
  readonly order: Order;
  declare readonly names?: readonly string[];
  declare readonly encoding?: TableEncoding;

  /** @internal Use {@link dense}, which checks. */
  constructor(data: FloatArray, rows: number, columns: number, order: Order, { names, encoding }: ColumnNames = {}) {
    this.data = data;
    this.rows = rows;
    this.columns = columns;
    this.order = order;
    if (names !== undefined) this.names = names;
    if (encoding !== undefined) this.encoding = encoding;
  }

  verify(): void {
    checkFits("X.data", this.data, this.rows, this.columns);
  }

  copyColumns(target: Float64Array, from: number, to: number): void {
    this.verify();
    const { data, rows } = this;
    if (this.order === "column") {
      target.set(data.subarray(from * rows, to * rows));
      return;
    }
    this.#transpose(target, 0, rows, from, to);
  }

  copyRowRange(target: Float64Array, from: number, to: number, left: number, right: number): void {
    this.verify();
    const { data, rows } = this;
    if (this.order === "row") {
      this.#transpose(target, from, to, left, right);
      return;
    }
    const height = to - from;
    for (let j = left; j < right; ++j) target.set(data.subarray(j * rows + from, j * rows + to), (j - left) * height);
  }

  /** Writes a block of a row-major matrix column after column, in tiles small enough that the lines of both sides stay in cache. */
  #transpose(target: Float64Array, top: number, bottom: number, left: number, right: number): void {
    const { data, columns } = this;
    const height = bottom - top;
    const tile = 32;
    for (let y = top; y < bottom; y += tile) {
      const yEnd = Math.min(y + tile, bottom);
      for (let x = left; x < right; x += tile) {
        const xEnd = Math.min(x + tile, right);
        for (let j = x; j < xEnd; ++j) {
          const column = (j - left) * height - top;
          for (let i = y, k = y * columns + j; i < yEnd; ++i, k += columns) target[column + i] = data[k];
        }
      }
    }
  }

  copyRows(target: Float64Array, rows: Int32Array): void {
    this.verify();
    const { data, columns, order } = this;
    const [down, right] = order === "row" ? [columns, 1] : [1, this.rows];
    const count = rows.length;
    // Down the columns where they are contiguous, otherwise in tiles small enough that the lines of both sides stay in cache.
    const tile = order === "row" ? 32 : count;
    for (let top = 0; top < count; top += tile) {
      const bottom = Math.min(top + tile, count);
      let j = 0;
      // Four columns for each look at the rows' numbers.
      for (; j + 4 <= columns; j += 4) {
        for (let i = top, k = j * count + top; i < bottom; ++i, ++k) {
          const at = rows[i] * down + j * right;
          target[k] = data[at];
          target[k + count] = data[at + right];
          target[k + 2 * count] = data[at + 2 * right];
          target[k + 3 * count] = data[at + 3 * right];
        }
      }
      for (; j < columns; ++j) {
        const at = j * right;
        for (let i = top, k = j * count + top; i < bottom; ++i, ++k) target[k] = data[rows[i] * down + at];
      }
    }
  }

  addProduct(b: Float64Array, bOffset: number, out: Float64Array): void {
    this.verify();
    const { data, rows, columns } = this;
    if (this.order === "row") {
      for (let i = 0; i < rows; ++i) {
        let sum = 0;
        for (let j = 0, k = i * columns; j < columns; ++j, ++k) sum += data[k] * b[bOffset + j];
        out[i] += sum;
      }
      return;
    }
    for (let j = 0; j < columns; ++j) {
      const value = b[bOffset + j];
      if (value !== 0) for (let i = 0, k = j * rows; i < rows; ++i, ++k) out[i] += data[k] * value;
    }
  }

  takeRows(rows: Int32Array): DenseMatrix {
    this.verify();
    const { data, columns, order } = this;
    const [down, right] = order === "row" ? [columns, 1] : [1, this.rows];
    const taken = new Float64Array(rows.length * columns);
    for (let i = 0, k = 0; i < rows.length; ++i) {
      for (let j = 0, at = rows[i] * down; j < columns; ++j, ++k, at += right) taken[k] = data[at];
    }
    return new DenseMatrix(taken, rows.length, columns, "row", this);
  }
}

const OPTIONS = ["order"] as const;
const ORDERS = ["row", "column"] as const;

/**
 * A dense matrix of `rows` × `columns` values over an existing array, without a copy.
 *
 * @param data - `rows·columns` values, float64 or float32 (widened to float64 when a model is fitted).
 * @param rows - Number of samples.
 * @param columns - Number of variables.
 * @param options - `order`: `"row"` (default), row after row, as in NumPy; or `"column"`, as in Fortran and R.
 * @throws RangeError if the length of `data` is not `rows·columns`.
 * @throws TypeError if `data` is not a Float64Array or Float32Array, or an option is unknown.
 * @example
 * lasso(dense(new Float64Array([1, 2, 3, 4, 5, 6]), 3, 2), [1, 2, 3], { lambda: 0.1 });
 */
export function dense(
  data: FloatArray,
  rows: number,
  columns: number,
  options: { order?: "row" | "column" | undefined } = {},
): DenseMatrix {
  checkOptions("dense", options, OPTIONS);
  const { order = "row" } = options;
  return checkedDense("", { data, rows, columns, order });
}

/** A dense matrix of parts that anyone may have made or changed; `prefix` stands before their names in errors. */
export function checkedDense(prefix: string, parts: Record<string, unknown>): DenseMatrix {
  const { data, rows, columns, order } = parts;
  checkFloatArray(`${prefix}data`, data);
  checkInteger(`${prefix}rows`, rows, 0);
  checkInteger(`${prefix}columns`, columns, 0);
  checkChoice(`${prefix}order`, order, ORDERS);
  checkFits(`${prefix}data`, data, rows, columns);
  return new DenseMatrix(data, rows, columns, order, columnsOf(prefix, parts, columns));
}

function checkFits(name: string, data: FloatArray, rows: number, columns: number): void {
  if (data.length === rows * columns) return;
  const expected = `${rows * columns} values (${rows} × ${columns})`;
  throw rangeError("ERR_LENGTH", `"${name}" must have ${expected}, got ${data.length}`);
}
