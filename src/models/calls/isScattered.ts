import type { Matrix } from "../../data/Matrix.js";

/** Bytes of X from which on its rows do not stay in cache, and up to which there may be one more copy of it. */
const [LEAST, MOST] = [1048576, 134217728];

/** Whether fits that copy columns out of X, one after the other, had better find them together: out of memory, those of rows take several times as long. */
export function isScattered(X: Matrix): boolean {
  const bytes = 8 * X.rows * X.columns;
  return "order" in X && X.order === "row" && bytes >= LEAST && bytes <= MOST;
}
