import { startsOf } from "../../arithmetic/startsOf.js";
import { DenseMatrix } from "../../data/DenseMatrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import type { Groups } from "../dealing/groups.js";

/** X in one of our own two forms. */
export type Whole = DenseMatrix | SparseMatrix;

/** The rows of each group: `rows` from `starts[g]` up to `starts[g + 1]`, ascending. */
export interface GroupRows {
  rows: Int32Array;
  starts: Int32Array;
}

/** Sorts rows by their group. */
export function rowsByGroup({ labels, of }: Groups): GroupRows {
  const starts = startsOf(of, labels.length);
  const next = starts.slice();
  const rows = new Int32Array(of.length);
  for (let row = 0; row < of.length; ++row) rows[next[of[row]]++] = row;
  return { rows, starts };
}

/** Copies X once, the rows of each group together: returns the matrix of a group, over a part of that memory. */
export function gatherRows(X: Whole, grouped: GroupRows): (group: number) => Whole {
  return X instanceof SparseMatrix ? gatherSparse(X, grouped) : gatherDense(X, grouped);
}

function gatherDense(X: DenseMatrix, { rows, starts }: GroupRows): (group: number) => DenseMatrix {
  const { data, columns } = X.takeRows(rows);
  return (g) => {
    const [from, to] = [starts[g], starts[g + 1]];
    return new DenseMatrix(data.subarray(from * columns, to * columns), to - from, columns, "row", X);
  };
}

/** The entries of a group in the order of their columns, each with its column. */
function gatherSparse(X: SparseMatrix, { rows, starts }: GroupRows): (group: number) => SparseMatrix {
  const { columns, columnPointers } = X;
  const count = starts.length - 1;
  const groupOf = new Int32Array(X.rows);
  const placeOf = new Int32Array(X.rows);
  for (let g = 0; g < count; ++g) {
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      groupOf[rows[k]] = g;
      placeOf[rows[k]] = k - starts[g];
    }
  }
  const entries = startsOf(
    X.rowIndices.map((row) => groupOf[row]),
    count,
  );
  const next = entries.slice();
  const values = new Float64Array(entries[count]);
  const rowIndices = new Int32Array(entries[count]);
  const columnOf = new Int32Array(entries[count]);
  for (let j = 0; j < columns; ++j) {
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) {
      const row = X.rowIndices[k];
      const at = next[groupOf[row]]++;
      values[at] = X.values[k];
      rowIndices[at] = placeOf[row];
      columnOf[at] = j;
    }
  }
  return (g) => {
    const [from, to] = [entries[g], entries[g + 1]];
    const pointers = startsOf(columnOf.subarray(from, to), columns);
    const height = starts[g + 1] - starts[g];
    return new SparseMatrix(height, columns, values.subarray(from, to), rowIndices.subarray(from, to), pointers, X);
  };
}
