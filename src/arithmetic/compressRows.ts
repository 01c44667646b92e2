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

/** The rows of compressed columns. */
export function compressRows({ rows, columns, values, rowIndices, columnPointers }: CompressedColumns): CompressedRows {
  const starts = startsOf(rowIndices, rows);
  const next = starts.slice();
  const sorted = { starts, columns: new Int32Array(values.length), values: new Float64Array(values.length) };
  for (let j = 0, k = 0; k < values.length; ++j) {
    // Most columns of a mini-batch may be empty: they are passed over eight at a time.
    while (j + 8 <= columns && columnPointers[j + 8] === k) j += 8;
    for (const last = columnPointers[j + 1]; k < last; ++k) {
      const at = next[rowIndices[k]]++;
      sorted.columns[at] = j;
      sorted.values[at] = values[k];
    }
  }
  return sorted;
}
