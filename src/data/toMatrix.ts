import { describe, rangeError, typeError } from "../errors.js";
import { DenseMatrix } from "./DenseMatrix.js";
import type { FloatArray } from "./FloatArray.js";
import { SparseMatrix } from "./SparseMatrix.js";

/** ml-matrix, by its shape. */
export interface MlMatrix {
  rows: number;
  columns: number;
  get(row: number, column: number): number;
}

/** An ndarray of two dimensions, by its shape. */
export interface NdArray {
  data: ArrayLike<number>;
  shape: readonly number[];
  stride: readonly number[];
  offset: number;
}

/** An Arrow table, by its shape. */
export interface ArrowTable {
  numRows: number;
  numCols: number;
  getChildAt(column: number): Iterable<unknown> | null;
}

/** An arquero table, by its shape. */
export interface ArqueroTable {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  array(name: string): ArrayLike<unknown>;
}

/** Everything that is accepted as X: rows are samples, columns are variables. */
export type MatrixLike =
  | DenseMatrix
  | SparseMatrix
  | readonly (readonly number[] | FloatArray)[]
  | MlMatrix
  | NdArray
  | ArrowTable
  | ArqueroTable;

/** X in one of our own two forms. */
export function toMatrix(name: string, X: unknown): DenseMatrix | SparseMatrix {
  if (X instanceof DenseMatrix || X instanceof SparseMatrix) return X;
  if (Array.isArray(X)) return fromRows(name, X);
  if (typeof X === "object" && X !== null) {
    const like = X as Partial<MlMatrix & NdArray & ArrowTable & ArqueroTable>;
    if (typeof like.getChildAt === "function") return fromArrow(name, X as ArrowTable);
    if (typeof like.numRows === "function" && typeof like.array === "function") return fromArquero(X as ArqueroTable);
    if (like.shape?.length === 2 && like.stride?.length === 2 && like.data !== undefined)
      return fromNdArray(X as NdArray);
    if (typeof like.rows === "number" && typeof like.columns === "number" && typeof like.get === "function") {
      const matrix = X as MlMatrix;
      return fill(matrix.rows, matrix.columns, (i, j) => matrix.get(i, j));
    }
  }
  throw typeError(
    "ERR_TYPE",
    `"${name}" must be dense(...), sparse(...), an array of rows, or a matrix or table of ml-matrix, ndarray, Arrow or arquero, got ${describe(X)}`,
  );
}

function fill(rows: number, columns: number, value: (i: number, j: number) => number): DenseMatrix {
  const data = new Float64Array(rows * columns);
  for (let j = 0, k = 0; j < columns; ++j) for (let i = 0; i < rows; ++i, ++k) data[k] = value(i, j);
  return new DenseMatrix(data, rows, columns, "column");
}

function fromRows(name: string, rows: readonly ArrayLike<number>[]): DenseMatrix {
  const columns = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; ++i) {
    const row = rows[i];
    if (!Array.isArray(row) && !ArrayBuffer.isView(row)) {
      throw typeError("ERR_TYPE", `"${name}" must hold arrays of numbers, got ${describe(row)} as row ${i}`);
    }
    if (row.length !== columns) {
      throw rangeError(
        "ERR_LENGTH",
        `"${name}" must have ${columns} values in each row, got ${row.length} in row ${i}`,
      );
    }
    for (let j = 0; j < columns; ++j) {
      const value = row[j];
      if (typeof value !== "number") {
        throw typeError("ERR_TYPE", `"${name}" must hold numbers, got ${describe(value)} in row ${i}, column ${j}`);
      }
      data[i * columns + j] = value;
    }
  }
  return new DenseMatrix(data, rows.length, columns, "row");
}

function fromNdArray({ data, shape, stride, offset }: NdArray): DenseMatrix {
  const [rows = 0, columns = 0] = shape;
  const [down = 0, right = 0] = stride;
  return fill(rows, columns, (i, j) => data[offset + i * down + j * right]);
}

function fromArrow(name: string, table: ArrowTable): DenseMatrix {
  const columns = Array.from({ length: table.numCols }, (_, j) => {
    const column = table.getChildAt(j);
    if (column === null) throw typeError("ERR_TYPE", `"${name}" must have a column ${j}, got null`);
    return [...column];
  });
  return fill(table.numRows, table.numCols, (i, j) => cell(columns[j]?.[i]));
}

function fromArquero(table: ArqueroTable): DenseMatrix {
  const columns = table.columnNames().map((column) => table.array(column));
  return fill(table.numRows(), table.numCols(), (i, j) => cell(columns[j]?.[i]));
}

/** A table's value as a number; NaN, which the fit refuses with its row and column, where it is none. */
function cell(value: unknown): number {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
}
