import { compressRows } from "../../arithmetic/compressRows.js";
import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { ColumnNames } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import type { TableLike } from "../../data/tables/readTable.js";
import { type MatrixLike, namedMatrix, toMatrix } from "../../data/toMatrix.js";
import { toNumbers, toVector, type VectorLike } from "../../data/toVector.js";
import { toWeights } from "../../data/toWeights.js";
import { checkInteger, isArray, isFloat32, isFloat64, rangeError, reading } from "../../errors.js";
import { refuseNotFinite } from "../../solvers/designs/rows.js";
import { type Batch, firstLarge, MOST_VALUE } from "./RowStream.js";

/** Weights up to this size, 2²⁰⁰, have a sum that keeps the smallest of them. */
export const MOST_WEIGHT = 1.6069380442589903e60;
/** The number of the rows that belong to no fold, and the largest of one. */
export const NO_FOLD = 255;
export const MOST_FOLD = 254;

/** How rows are added to sums. */
export interface AddOptions {
  /** A weight for each row, at least 0. Default 1. */
  weights?: VectorLike | undefined;
  /** The test fold of all rows, or of each, 0 to 254, for `crossValidate`. Default: none, rows that every fold is fitted on. */
  fold?: number | ArrayLike<number> | undefined;
}

/** A batch, all of it checked, and the folds of its rows. */
export interface FoldedBatch extends Batch {
  /** One for all, or one of each row. */
  fold: number | Uint8Array;
}

/** Reads what `add` of sums of p columns and some targets is given. */
export function readBatch(
  X: MatrixLike | TableLike,
  y: VectorLike | MatrixLike,
  { weights, fold }: AddOptions,
  p: number,
  targets: number,
  named: ColumnNames,
): FoldedBatch & { named: ColumnNames } {
  const matrix = namedMatrix("X", X, named);
  const n = matrix.rows;
  if (matrix.columns !== p) throw rangeError("ERR_LENGTH", `"X" must have ${p} columns, got ${matrix.columns}`);
  const other = named.names && matrix.names ? matrix.names.findIndex((name, j) => name !== named.names?.[j]) : -1;
  if (other >= 0) {
    throw rangeError(
      "ERR_VALUE",
      `"X" must have the columns of the rows before, got "${matrix.names?.[other]}" as column ${other} in place of "${named.names?.[other]}"`,
    );
  }
  const target = readTargets(y, n, targets);
  const batch = {
    X: matrix,
    byRow: undefined as Batch["byRow"],
    isChecked: false,
    y: target,
    weights: toWeights(weights, n),
    fold: readFold(fold, n),
    named: named.names ? named : matrix,
  };
  checkWeights(batch.weights);
  const place = target.findIndex((value) => !(Math.abs(value) <= MOST_VALUE));
  if (place >= 0) refuseLarge("y", target[place], ` in row ${place % n}`);
  // No code of the caller's is left to run.
  matrix.verify();
  if (matrix instanceof SparseMatrix) {
    checkValues(matrix);
    batch.byRow = compressRows(matrix);
    batch.isChecked = true;
  }
  return batch;
}

/** y of each target, one after the other. */
function readTargets(y: unknown, n: number, targets: number): Float64Array {
  const isVector = isFloat64(y) || isFloat32(y) || (isArray(y) && reading('"y"', () => typeof y[0] !== "object"));
  if (targets === 1 && isVector) return toVector("y", y, n);
  const matrix = toMatrix("y", y);
  if (matrix.rows !== n) throw rangeError("ERR_LENGTH", `"y" must have ${n} rows, got ${matrix.rows}`);
  if (matrix.columns !== targets) {
    throw rangeError("ERR_LENGTH", `"y" must have ${targets} columns, one for each target, got ${matrix.columns}`);
  }
  const all = new Float64Array(n * targets);
  matrix.copyColumns(all, 0, targets);
  const bad = all.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return all;
  throw rangeError(
    "ERR_NOT_FINITE",
    `"y" must be finite, got ${all[bad]} in row ${bad % n}, column ${Math.floor(bad / n)}`,
  );
}

function readFold(fold: AddOptions["fold"], n: number): number | Uint8Array {
  if (fold === undefined) return NO_FOLD;
  if (typeof fold === "number") {
    checkInteger("fold", fold, 0, MOST_FOLD);
    return fold;
  }
  const each = toNumbers("fold", fold, n);
  const isFold = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MOST_FOLD;
  for (let i = 0; i < n; ++i) if (!isFold(each[i])) checkInteger(`fold[${i}]`, each[i], 0, MOST_FOLD);
  return Uint8Array.from(each);
}

function checkWeights(weights: Float64Array | undefined): void {
  const row = weights?.findIndex((weight) => weight > 0 && !(weight <= MOST_WEIGHT && weight >= 1 / MOST_WEIGHT)) ?? -1;
  if (row < 0) return;
  throw rangeError(
    "ERR_VALUE",
    `"weights" must be 0, or from ${1 / MOST_WEIGHT} to ${MOST_WEIGHT}, so that their sum keeps all of them, got ${weights?.[row]} in row ${row}`,
  );
}

function refuseLarge(name: string, value: number, place: string): never {
  throw rangeError("ERR_VALUE", `"${name}" must not have squares that overflow in sums, got ${value}${place}`);
}

/** @throws RangeError that says where X has a value that sums do not take. */
export function checkValues(X: DenseMatrix | SparseMatrix): void {
  const values = X instanceof DenseMatrix ? X.data : X.values;
  const k = firstLarge(values);
  if (k < 0) return;
  const { rows: n, columns: p } = X;
  const [row, column] =
    X instanceof SparseMatrix
      ? [X.rowIndices[k], X.columnPointers.findIndex((end) => end > k) - 1]
      : X.order === "row"
        ? [Math.floor(k / p), k % p]
        : [k % n, Math.floor(k / n)];
  if (!Number.isFinite(values[k])) refuseNotFinite(values[k], row, column);
  refuseLarge("X", values[k], ` in row ${row}, column ${column}`);
}
