import { DenseMatrix } from "../data/DenseMatrix.js";
import type { TableEncoding } from "../data/Matrix.js";
import { SparseMatrix } from "../data/SparseMatrix.js";
import { findColumns, type NamedTable } from "../data/tables/readTable.js";
import { cells } from "../data/toMatrix.js";
import { rangeError, typeError } from "../errors.js";
import { type EncodingJSON, type NumericColumn, widthOf } from "./EncodingJSON.js";
import { blocksOf, type Cells, readLevels, readNumbers, valuesOf } from "./readCells.js";

/** X is compressed where less than this share of its entries are not 0. */
const SPARSE_SHARE = 0.1;

/** Doubles in a page of memory. */
const PAGE = 512;

/** What a SparseMatrix can hold. */
const MOST_ENTRIES = 2147483647;

/** Where X goes, some rows of one column after the other. */
interface Sink {
  /** Memory for `count` rows of column j from row `from` on, all of it to be written. */
  open(j: number, from: number, count: number): Float64Array;
  /** It is written. */
  close(j: number, from: number, count: number): void;
  /** Row from + i has values[i], or 1, in column j + codes[i], and nothing for −1. */
  levels(j: number, from: number, codes: Int32Array, values?: Float64Array): void;
}

/** The rows of a table that are to be in X. */
export interface TableRows {
  /** What messages call the table. */
  name: string;
  table: NamedTable;
  /** Default: all. */
  rows?: Int32Array | undefined;
}

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
    write(encoding, source, n, count);
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
      write(encoding, source, n, list);
      if (next.every((end, j) => j === p || end === pointers[j + 1])) return X;
      throw typeError("ERR_TYPE", `"${source.name}" must not change while it is read`);
    }
  }
  const data = cells(source.name, n, p);
  // Memory comes page by page as it is first written, which takes a fraction of the time in its order.
  for (let at = 0; at < data.length; at += PAGE) data[at] = 0;
  write(encoding, source, n, filling(n, data));
  return new DenseMatrix(data, n, p, "column", columns);
}

/** Writes X: the columns of each column of the table, then interactions, then powers. */
function write(encoding: EncodingJSON, { name, table, rows }: TableRows, n: number, sink: Sink): void {
  // Records without a row have no columns.
  if (n === 0) return;
  const { columns, missing, interactions, polynomial } = encoding;
  const labels = columns.map((column) => column.name);
  const places = findColumns(name, table, labels);
  const kth = new Map(labels.map((label, k) => [label, k]));
  const naValues = new Set(encoding.naValues);
  const isFilled = missing === "mean" || missing === "indicator";
  const size = Math.min(table.height, n);
  const numbers = [new Float64Array(size), new Float64Array(size)];
  const codes = [new Int32Array(size), new Int32Array(size)];
  // The rows of X that are written
  let done = 0;
  for (const block of blocksOf(table, rows)) {
    const { from, count } = block;
    let j = 0;
    const cellsOf = (k: number): Cells => {
      const place = { table: name, column: labels[k] };
      return { ...block, place, naValues, values: valuesOf(name, table, places[k], from) };
    };
    const readColumn = (column: NumericColumn, k: number, out: Float64Array, gaps?: Float64Array): void =>
      readNumbers(cellsOf(k), column.type, out, isFilled ? column.mean : undefined, gaps);
    /** A column as numbers, or as the places of its levels, in the memory of one or the other side of a pair. */
    const read = (label: string, side: 0 | 1) => {
      const k = kth.get(label) as number;
      const column = columns[k];
      if (column.kind === "numeric") {
        readColumn(column, k, numbers[side]);
        return { numbers: numbers[side], width: 1 };
      }
      const part = codes[side].subarray(0, count);
      readLevels(cellsOf(k), column, encoding, part);
      return { codes: part, width: widthOf(column) };
    };
    const add = (values: Float64Array): void => {
      sink.open(j, done, count).set(values.subarray(0, count));
      sink.close(j++, done, count);
    };
    const addLevels = (part: Int32Array, width: number, values?: Float64Array): void => {
      sink.levels(j, done, part, values);
      j += width;
    };
    columns.forEach((column, k) => {
      if (column.kind === "categorical") {
        const { codes: part, width } = read(column.name, 0);
        addLevels(part as Int32Array, width);
        return;
      }
      const gaps = column.indicator ? numbers[0] : undefined;
      readColumn(column, k, sink.open(j, done, count), gaps);
      sink.close(j++, done, count);
      if (gaps !== undefined) add(gaps);
    });
    for (const [a, b] of interactions) {
      const [left, right] = [read(a, 0), read(b, 1)];
      const width = left.width * right.width;
      if (left.codes === undefined && right.codes === undefined) {
        for (let i = 0; i < count; ++i) left.numbers[i] *= right.numbers[i];
        add(left.numbers);
      } else if (right.codes === undefined) addLevels(left.codes as Int32Array, width, right.numbers);
      else if (left.codes === undefined) addLevels(right.codes, width, left.numbers);
      else {
        const [upper, lower] = [left.codes, right.codes];
        for (let i = 0; i < count; ++i) {
          upper[i] = upper[i] < 0 || lower[i] < 0 ? -1 : upper[i] * right.width + lower[i];
        }
        addLevels(upper, width);
      }
    }
    for (const [label, degree] of polynomial) {
      const [base, power] = numbers;
      read(label, 0);
      power.set(base);
      for (let k = 2; k <= degree; ++k) {
        for (let i = 0; i < count; ++i) power[i] *= base[i];
        add(power);
      }
    }
    done += count;
  }
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
