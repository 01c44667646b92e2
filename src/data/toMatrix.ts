import { checkInteger, describe, isArray, rangeError, reading, typeError } from "../errors.js";
import { readNames } from "./columnsOf.js";
import { checkedDense, DenseMatrix, type DenseParts } from "./DenseMatrix.js";
import type { FloatArray } from "./FloatArray.js";
import { type SparseMatrix, type SparseParts, shapedSparse } from "./SparseMatrix.js";
import { checkColumnType, readColumn } from "./tables/readColumn.js";
import type { ArqueroTable, ArrowTable } from "./tables/readTable.js";
import { toList } from "./toList.js";

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
  const matrix = reading(`"${name}"`, () => read(name, X));
  if (matrix !== undefined) return matrix;
  throw typeError(
    "ERR_TYPE",
    `"${name}" must be dense(...), sparse(...), an array of rows, or a matrix or table of ml-matrix, ndarray, Arrow or arquero, got ${describe(X)}`,
  );
}

function read(name: string, X: unknown): DenseMatrix | SparseMatrix | undefined {
  if (isArray(X)) return fromRows(name, X);
  if (typeof X !== "object" || X === null) return undefined;
  // By their parts, which clones and matrices of other realms and copies of this package have too. Each is read once, so that what was
  // checked is what is used.
  if ("rowIndices" in X && "columnPointers" in X) return shapedSparse(`${name}.`, { ...(X as SparseParts) });
  if ("data" in X && "order" in X && !("shape" in X)) return checkedDense(`${name}.`, { ...X });
  const like = X as Partial<MlMatrix & NdArray & ArrowTable & ArqueroTable>;
  if (typeof like.getChildAt === "function") return fromArrow(name, X as ArrowTable);
  if (typeof like.numRows === "function" && typeof like.array === "function")
    return fromArquero(name, X as ArqueroTable);
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
function cells(name: string, rows: number, columns: number): Float64Array {
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
      throw typeError("ERR_TYPE", `"${name}" must hold arrays of numbers, got ${describe(row)} as row ${i}`);
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

function fromArrow(name: string, table: ArrowTable): DenseMatrix {
  const { numRows, numCols } = table;
  const data = cells(name, numRows, numCols);
  const fields = table.schema?.fields;
  const names =
    fields &&
    readNames(
      `names of ${name}`,
      Array.from(fields, (field) => field.name),
      numCols,
    );
  for (let j = 0; j < numCols; ++j) {
    const column = table.getChildAt(j);
    if (column === null) throw typeError("ERR_TYPE", `"${name}" must have a column ${j}, got null`);
    const label = names?.[j] ?? j;
    checkColumnType(name, label, column);
    readColumn(name, label, column, data.subarray(j * numRows, (j + 1) * numRows));
  }
  return new DenseMatrix(data, numRows, numCols, "column", names && { names });
}

function fromArquero(name: string, table: ArqueroTable): DenseMatrix {
  const [rows, columns] = [table.numRows(), table.numCols()];
  const names = readNames(`names of ${name}`, table.columnNames(), columns);
  const data = cells(name, rows, columns);
  for (let j = 0; j < columns; ++j) {
    readColumn(name, names[j], toList(`${name}`, table.array(names[j]), rows), data.subarray(j * rows, (j + 1) * rows));
  }
  return new DenseMatrix(data, rows, columns, "column", { names });
}
