import { startsOf } from "./startsOf.js";

/** A sparse matrix, column after column. */
interface CompressedColumns {
  rows: number;
  columns: number;
  values: Float64Array;
  rowIndices: Int32Array;
  columnPointers: Int32Array;
}

/** A sparse matrix, row after row. */
export interface CompressedRows {
  starts: Int32Array;
  columns: Int32Array;
  values: Float64Array;
}

/** The rows of compressed columns, their columns and values in arrays of their own or in those that are given. */
export function compressRows(
  { rows, columns: p, values, rowIndices, columnPointers }: CompressedColumns,
  columns: Int32Array = new Int32Array(values.length),
  sorted: Float64Array = new Float64Array(values.length),
): CompressedRows {
  const starts = startsOf(rowIndices, rows);
  const next = starts.slice();
  for (let j = 0, k = 0; k < values.length; ++j) {
    // Most columns of a mini-batch may be empty: they are passed over eight at a time.
    while (j + 8 <= p && columnPointers[j + 8] === k) j += 8;
    for (const last = columnPointers[j + 1]; k < last; ++k) {
      const at = next[rowIndices[k]]++;
      columns[at] = j;
      sorted[at] = values[k];
    }
  }
  return { starts, columns, values: sorted };
}
