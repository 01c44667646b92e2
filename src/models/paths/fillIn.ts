import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";

/** X as it is, or filled in if it is sparse. */
export function fillIn(X: Matrix): Matrix {
  if (!(X instanceof SparseMatrix)) return X;
  const values = new Float64Array(X.rows * X.columns);
  X.copyColumns(values, 0, X.columns);
  return new DenseMatrix(values, X.rows, X.columns, "column");
}
