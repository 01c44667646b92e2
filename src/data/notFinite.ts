import { DenseMatrix } from "./DenseMatrix.js";
import type { SparseMatrix } from "./SparseMatrix.js";

/** A value of X that is not finite, and where it is. */
interface NotFinite {
  value: number;
  row: number;
  column: number;
}

/** The first value of X that is not finite, in the order in which X lies. */
export function findNotFinite(X: DenseMatrix | SparseMatrix): NotFinite | undefined {
  if (X instanceof DenseMatrix) {
    const { data, rows, columns, order } = X;
    const k = data.findIndex((value) => !Number.isFinite(value));
    if (k < 0) return undefined;
    const [row, column] = order === "row" ? [Math.floor(k / columns), k % columns] : [k % rows, Math.floor(k / rows)];
    return { value: data[k], row, column };
  }
  return findStored(X, (value) => !Number.isFinite(value));
}

/** The first one in a row of weight 0, which fits may leave out. */
export function findLeftOut(X: DenseMatrix | SparseMatrix, weights: Float64Array): NotFinite | undefined {
  X.verify();
  if (!(X instanceof DenseMatrix))
    return findStored(X, (value, k) => weights[X.rowIndices[k]] === 0 && !Number.isFinite(value));
  const { data, rows, columns, order } = X;
  const [down, right] = order === "row" ? [columns, 1] : [1, rows];
  for (let row = weights.indexOf(0); row >= 0; row = weights.indexOf(0, row + 1)) {
    for (let column = 0; column < columns; ++column) {
      const value = data[row * down + column * right];
      if (!Number.isFinite(value)) return { value, row, column };
    }
  }
  return undefined;
}

/** The first stored value of which this is so. */
function findStored(
  { values, rowIndices, columnPointers }: SparseMatrix,
  isSo: (value: number, k: number) => boolean,
): NotFinite | undefined {
  const k = values.findIndex(isSo);
  if (k < 0) return undefined;
  return { value: values[k], row: rowIndices[k], column: columnPointers.findIndex((end) => end > k) - 1 };
}

/**
 * Whether X may hold values that are not finite, given the coefficients of each η and the η themselves: any such value leaves none finite
 * that it is part of, whatever it is multiplied by, so that only columns which the products leave out have to be looked at.
 */
export function mayHoldNotFinite(
  X: DenseMatrix | SparseMatrix,
  coefficients: Float64Array,
  etas: Float64Array,
): boolean {
  for (let i = 0; i < etas.length; ++i) if (!Number.isFinite(etas[i])) return true;
  const isDense = X instanceof DenseMatrix;
  if (isDense && X.order === "row") return false;
  const values = isDense ? X.data : X.values;
  const p = X.columns;
  for (let j = 0; j < p; ++j) {
    if (isUsed(coefficients, j, p)) continue;
    const from = isDense ? j * X.rows : X.columnPointers[j];
    const to = isDense ? from + X.rows : X.columnPointers[j + 1];
    // 0 unless a value is not finite, and NaN then.
    let trace = 0;
    for (let k = from; k < to; ++k) trace += values[k] * 0;
    if (trace !== 0) return true;
  }
  return false;
}

/** Whether a coefficient of column j is not 0 in any of the classes. */
function isUsed(coefficients: Float64Array, j: number, p: number): boolean {
  for (let k = j; k < coefficients.length; k += p) if (coefficients[k] !== 0) return true;
  return false;
}
