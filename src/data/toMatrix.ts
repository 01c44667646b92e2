import { checkInteger, describe, isArray, rangeError, reading, typeError } from "../errors.js";
import { checkedDense, DenseMatrix, type DenseParts } from "./DenseMatrix.js";
import type { FloatArray } from "./FloatArray.js";
import type { ColumnNames } from "./Matrix.js";
import { type SparseMatrix, type SparseParts, shapedSparse } from "./SparseMatrix.js";
import { checkColumnType, readColumn } from "./tables/readColumn.js";
import {
  type ArqueroTable,
  type ArrowTable,
  findColumns,
  isTable,
  namedTable,
  packageTable,
  type Table,
} from "./tables/readTable.js";

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

/** Everything that is accepted as X: rows are samples, columns are variables. */
export type MatrixLike =
  | DenseParts
  | SparseParts
  | readonly (readonly number[] | FloatArray)[]
  | MlMatrix
  | NdArray
  | ArrowTable
  | ArqueroTable;

/** X in one of our own two forms, verified. */
export function toMatrix(name: string, X: unknown): DenseMatrix | SparseMatrix {
  const matrix = shapedMatrix(name, X);
  matrix.verify();
  return matrix;
}

/** X in one of our own two forms, its shape checked; to be verified once all else that the caller has passed is read. */
export function shapedMatrix(name: string, X: unknown): DenseMatrix | SparseMatrix {
  return reading(`"${name}"`, () => {
    const matrix = read(name, X);
    if (matrix !== undefined) return matrix;
    const kinds =
      "dense(...), sparse(...), an array of rows, or a matrix or table of ml-matrix, ndarray, Arrow or arquero";
    throw typeError("ERR_TYPE", `"${name}" must be ${kinds}, got ${describe(X)}${hintAt(X)}`);
  });
}

/** What makes X of a table that fits do not take, where an object came. */
const hintAt = (got: unknown): string =>
  typeof got === "object" && got !== null ? ": designMatrix makes X of tables" : "";

/**
 * X of new rows for a model whose columns have names: a table by these, in any order, all else by position.
 *
 * @param encoding - How the model's X came from a table, if it did.
 */
export function namedMatrix(name: string, X: unknown, { names, encoding }: ColumnNames): DenseMatrix | SparseMatrix {
  if (names === undefined) return toMatrix(name, X);
  const matrix = reading(`"${name}"`, () => {
    if (!isTable(X)) return toMatrix(name, X);
    if (encoding === undefined) return fromTable(name, namedTable(name, X), names);
    if (typeof encoding.apply === "function") return toMatrix(name, encoding.apply(X, name));
    throw typeError("ERR_TYPE", '"encoding" must be what encodingFromJSON makes of it to read a table, got a clone');
  });
  const other = matrix.names?.findIndex((column, j) => column !== names[j]) ?? -1;
  if (other < 0) return matrix;
  const got = `${describe(matrix.names?.[other])} as column ${other} in place of ${describe(names[other])}`;
  throw rangeError("ERR_VALUE", `"${name}" must have the columns of the model, got ${got}`);
}

function read(name: string, X: unknown): DenseMatrix | SparseMatrix | undefined {
  if (isArray(X)) return fromRows(name, X);
  if (typeof X !== "object" || X === null) return undefined;
  // By their parts, which clones and matrices of other realms and copies of this package have too. Each is read once, so that what was
  // checked is what is used.
  if ("rowIndices" in X && "columnPointers" in X) return shapedSparse(`${name}.`, { ...(X as SparseParts) });
  if ("data" in X && "order" in X && !("shape" in X)) return checkedDense(`${name}.`, { ...X });
  const table = packageTable(name, X);
  if (table !== undefined) return fromTable(name, table);
  const like = X as Partial<MlMatrix & NdArray>;
  if (like.shape?.length === 2 && like.stride?.length === 2 && like.data !== undefined)
    return fromNdArray(name, X as NdArray);
  if (typeof like.rows === "number" && typeof like.columns === "number" && typeof like.get === "function") {
    const { rows, columns } = like;
    return fill(name, rows, columns, (i, j) => (X as MlMatrix).get(i, j));
  }
  return undefined;
}

/** What a memory of 4 GiB holds. */
const MOST_CELLS = 536870912;

/** Room for rows × columns cells. */
export function cells(name: string, rows: number, columns: number): Float64Array {
  checkInteger(`rows of ${name}`, rows, 0);
  checkInteger(`columns of ${name}`, columns, 0);
  if (rows * columns > MOST_CELLS) {
    throw rangeError("ERR_MEMORY", `"${name}" must have at most ${MOST_CELLS} values, got ${rows} × ${columns}`);
  }
  return new Float64Array(rows * columns);
}

function fill(name: string, rows: number, columns: number, value: (i: number, j: number) => unknown): DenseMatrix {
  const data = cells(name, rows, columns);
  for (let j = 0, k = 0; j < columns; ++j) {
    for (let i = 0; i < rows; ++i, ++k) data[k] = numberAt(name, value(i, j), i, j);
  }
  return new DenseMatrix(data, rows, columns, "column");
}

function numberAt(name: string, value: unknown, row: number, column: number): number {
  if (typeof value === "number") return value;
  throw typeError("ERR_TYPE", `"${name}" must hold numbers, got ${describe(value)} in row ${row}, column ${column}`);
}

function fromRows(name: string, rows: readonly unknown[]): DenseMatrix {
  const height = rows.length;
  const isRow = (row: unknown): row is ArrayLike<unknown> => isArray(row) || ArrayBuffer.isView(row);
  const [first] = rows;
  const columns = isRow(first) ? first.length : 0;
  const data = cells(name, height, columns);
  for (let i = 0; i < height; ++i) {
    const row = rows[i];
    if (!isRow(row)) {
      throw typeError(
        "ERR_TYPE",
        `"${name}" must hold arrays of numbers, got ${describe(row)} as row ${i}${hintAt(row)}`,
      );
    }
    if (row.length !== columns) {
      const got = describe(row.length);
      throw rangeError("ERR_LENGTH", `"${name}" must have ${columns} values in each row, got ${got} in row ${i}`);
    }
    for (let j = 0; j < columns; ++j) data[i * columns + j] = numberAt(name, row[j], i, j);
  }
  return new DenseMatrix(data, height, columns, "row");
}

function fromNdArray(name: string, { data, shape, stride, offset }: NdArray): DenseMatrix {
  const [rows, columns] = [shape[0], shape[1]];
  const [down, right] = [stride[0], stride[1]];
  checkInteger(`${name}.stride[0]`, down, Number.MIN_SAFE_INTEGER);
  checkInteger(`${name}.stride[1]`, right, Number.MIN_SAFE_INTEGER);
  checkInteger(`${name}.offset`, offset, 0);
  return fill(name, rows, columns, (i, j) => data[offset + i * down + j * right]);
}

/**
 * A table of numbers.
 *
 * @param names - The columns that are wanted, in their order. Default: all.
 */
function fromTable(name: string, table: Table, names = table.names): DenseMatrix {
  const { rows } = table;
  const columns = names?.length ?? table.columns;
  const data = cells(name, rows, columns);
  const places = names !== table.names && names && findColumns(name, table, names);
  for (let j = 0; j < columns; ++j) {
    const at = places ? places[j] : j;
    const label = names?.[j] ?? j;
    checkColumnType(name, label, table.type?.(at));
    let isBoolean = false;
    for (let from = 0; from < rows; from += table.height) {
      const values = table.column(at, from);
      const to = Math.min(from + table.height, rows);
      if (from === 0) isBoolean = typeof values[0] === "boolean";
      readColumn(name, label, values, data.subarray(j * rows + from, j * rows + to), from, isBoolean);
    }
  }
  return new DenseMatrix(data, rows, columns, "column", names && { names });
}
