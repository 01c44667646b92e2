import { DenseMatrix } from "./DenseMatrix.js";
import type { Matrix } from "./Matrix.js";
import { SparseMatrix } from "./SparseMatrix.js";

/** A matrix of the given columns of X, in their order, without their names. */
export function takeColumns(X: Matrix, columns: Int32Array): Matrix {
  const { rows } = X;
  if (X instanceof SparseMatrix) return takeSparse(X, columns);
  const taken = new Float64Array(rows * columns.length);
  columns.forEach((j, c) => {
    X.copyColumns(taken.subarray(c * rows, (c + 1) * rows), j, j + 1);
  });
  return new DenseMatrix(taken, rows, columns.length, "column");
}

function takeSparse(X: SparseMatrix, columns: Int32Array): SparseMatrix {
  const { rows, columnPointers } = X;
  const pointers = new Int32Array(columns.length + 1);
  columns.forEach((j, c) => {
    pointers[c + 1] = pointers[c] + columnPointers[j + 1] - columnPointers[j];
  });
  const values = new Float64Array(pointers[columns.length]);
  const rowIndices = new Int32Array(values.length);
  columns.forEach((j, c) => {
    const [from, to] = [columnPointers[j], columnPointers[j + 1]];
    values.set(X.values.subarray(from, to), pointers[c]);
    rowIndices.set(X.rowIndices.subarray(from, to), pointers[c]);
  });
  return new SparseMatrix(rows, columns.length, values, rowIndices, pointers);
}
