import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Matrix } from "../../data/Matrix.js";

/** Bytes of X from which on its rows do not stay in cache, and up to which there may be one more copy of it. */
const [LEAST, MOST] = [1048576, 134217728];

/** X as many fits read it, each of which copies its columns: out of memory, those of rows take several times as long as those that lie together. */
export function columnsTogether(X: Matrix): Matrix {
  const { rows, columns } = X;
  const bytes = 8 * rows * columns;
  if (!(X instanceof DenseMatrix && X.order === "row" && bytes >= LEAST && bytes <= MOST)) return X;
  const data = new Float64Array(rows * columns);
  X.copyColumns(data, 0, columns);
  return new DenseMatrix(data, rows, columns, "column");
}
