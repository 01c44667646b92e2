import { DenseMatrix } from "../data/DenseMatrix.js";
import type { TableEncoding } from "../data/Matrix.js";
import { SparseMatrix } from "../data/SparseMatrix.js";
import { cells } from "../data/toMatrix.js";
import { rangeError, typeError } from "../errors.js";
import { type Sink, type TableRows, writeColumns } from "./ColumnWriter.js";
import type { EncodingJSON } from "./EncodingJSON.js";

/** X is compressed where less than this share of its entries are not 0. */
const SPARSE_SHARE = 0.1;

/** Doubles in a page of memory. */
const PAGE = 512;

/** What a SparseMatrix can hold. */
const MOST_ENTRIES = 2147483647;

/**
 * X of a table, which is read once for a dense X and twice for a sparse one, to count first.
 *
 * @param least - So many entries at the least are known not to be 0.
 */
export function encode(
  encoding: EncodingJSON & TableEncoding,
  source: TableRows,
  least = 0,
): DenseMatrix | SparseMatrix {
  const { names, sparse } = encoding;
  const n = source.rows?.length ?? source.table.rows;
  const p = names.length;
  const few = SPARSE_SHARE * n * p;
  const columns = { names, encoding };
  const size = Math.min(source.table.height, n);
  if (sparse === true || (sparse === "auto" && least < few)) {
    const counts = new Float64Array(p);
    const count = listing(size, (j) => {
      counts[j] += 1;
    });
    writeColumns(encoding, source, n, count);
    const entries = counts.reduce((sum, count) => sum + count, 0);
    if (sparse === true || entries < few) {
      if (entries > MOST_ENTRIES) {
        const expected = `make at most ${MOST_ENTRIES} entries that are not 0`;
        throw rangeError("ERR_MEMORY", `"${source.name}" must ${expected}, got ${entries}`);
      }
      const pointers = new Int32Array(p + 1);
      for (let j = 0; j < p; ++j) pointers[j + 1] = pointers[j] + counts[j];
      const X = new SparseMatrix(n, p, new Float64Array(entries), new Int32Array(entries), pointers, columns);
      const next = pointers.slice();
      const list = listing(size, (j, row, value) => {
        X.values[next[j]] = value;
        X.rowIndices[next[j]++] = row;
      });
      writeColumns(encoding, source, n, list);
      if (next.every((end, j) => j === p || end === pointers[j + 1])) return X;
      throw typeError("ERR_TYPE", `"${source.name}" must not change while it is read`);
    }
  }
  const data = cells(source.name, n, p);
  // Memory comes page by page as it is first written, which takes a fraction of the time in its order.
  for (let at = 0; at < data.length; at += PAGE) data[at] = 0;
  writeColumns(encoding, source, n, filling(n, data));
  return new DenseMatrix(data, n, p, "column", columns);
}

function filling(n: number, data: Float64Array): Sink {
  return {
    open: (j, from, count) => data.subarray(j * n + from, j * n + from + count),
    close() {},
    levels(j, from, codes, values) {
      const at = j * n + from;
      for (let i = 0; i < codes.length; ++i) {
        if (codes[i] >= 0) data[at + codes[i] * n + i] = values === undefined ? 1 : values[i];
      }
    },
  };
}

/** Gives the entries that are not 0 to `put`, one after the other in each column. */
function listing(size: number, put: (j: number, row: number, value: number) => void): Sink {
  const column = new Float64Array(size);
  return {
    open: (_j, _from, count) => column.subarray(0, count),
    close(j, from, count) {
      for (let i = 0; i < count; ++i) if (column[i] !== 0) put(j, from + i, column[i]);
    },
    levels(j, from, codes, values) {
      for (let i = 0; i < codes.length; ++i) {
        const value = values === undefined ? 1 : values[i];
        if (codes[i] >= 0 && value !== 0) put(j + codes[i], from + i, value);
      }
    },
  };
}
