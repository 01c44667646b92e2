import type { Kernels } from "../../../kernels/contract.js";
import type { SparseColumns } from "./sparseColumns.js";

/** X row after row pays once products of columns have read so many times what X has. */
const ROWS_PAY = 4;
/** A value is added to a sum by row in this many times what it takes in a product of two columns. */
const SCATTER = 8;

/** The values of sparse columns row after row. */
class SparseRows {
  readonly #pointers: Int32Array;
  readonly #columns: Int32Array;
  readonly #values: Float64Array;

  constructor(n: number, { values, rowIndices, columnPointers }: SparseColumns) {
    const pointers = new Int32Array(n + 1);
    let count = 0;
    for (let k = 0; k < values.length; ++k) {
      // What blocks of columns end with is no value.
      if (values[k] === 0) continue;
      pointers[rowIndices[k] + 1] += 1;
      count += 1;
    }
    for (let i = 0; i < n; ++i) pointers[i + 1] += pointers[i];
    const next = pointers.slice();
    this.#pointers = pointers;
    this.#columns = new Int32Array(count);
    this.#values = new Float64Array(count);
    for (let j = 0; j + 1 < columnPointers.length; ++j) {
      for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) {
        if (values[k] === 0) continue;
        const at = next[rowIndices[k]]++;
        this.#columns[at] = j;
        this.#values[at] = values[k];
      }
    }
  }

  /** How many values row i has. */
  count(i: number): number {
    return this.#pointers[i + 1] - this.#pointers[i];
  }

  /** out ← out + factor·(row i) */
  add(i: number, factor: number, out: Float64Array): void {
    const columns = this.#columns;
    const values = this.#values;
    const end = this.#pointers[i + 1];
    for (let k = this.#pointers[i]; k < end; ++k) out[columns[k]] += factor * values[k];
  }
}

/**
 * Rows of X'·diag(h)·X of sparse columns as they are stored: column by column, or where rows are so empty that this is less, from the rows
 * that a column has.
 */
export class SparseGram {
  readonly #kernels: Kernels;
  readonly #of: SparseColumns;
  /** A column filled in, and sums by column, 0 when not in use. */
  readonly #column: Float64Array;
  readonly #sums: Float64Array;
  readonly #entries: number;
  /** Of rows wanted by now, what products with columns read. */
  #read = 0;
  #rows: SparseRows | undefined;

  /** @param column - n zeros, which it may use. */
  constructor(kernels: Kernels, of: SparseColumns, column: Float64Array) {
    this.#kernels = kernels;
    this.#of = of;
    this.#column = column;
    this.#sums = new Float64Array(of.columnPointers.length - 1);
    this.#entries = of.columnPointers[of.columnPointers.length - 1];
  }

  /** out_k = Σ_i h_i·x_ij·x_ik for the listed columns k. */
  row(j: number, h: Float64Array, count: number, listed: Int32Array, out: Float64Array): void {
    const { values, rowIndices, columnPointers } = this.#of;
    const [start, end] = [columnPointers[j], columnPointers[j + 1]];
    let entries = 0;
    for (let k = 0; k < count; ++k) entries += columnPointers[listed[k] + 1] - columnPointers[listed[k]];
    this.#read += entries;
    if (this.#rows === undefined && this.#read > ROWS_PAY * this.#entries)
      this.#rows = new SparseRows(this.#column.length, this.#of);
    if (this.#rows !== undefined && this.#isLess(this.#rows, start, end, entries)) {
      const sums = this.#sums;
      for (let k = start; k < end; ++k) {
        const i = rowIndices[k];
        if (values[k] !== 0) this.#rows.add(i, h[i] * values[k], sums);
      }
      for (let k = 0; k < count; ++k) out[listed[k]] = sums[listed[k]];
      sums.fill(0);
      return;
    }
    const column = this.#column;
    for (let k = start; k < end; ++k) column[rowIndices[k]] += h[rowIndices[k]] * values[k];
    const stored = [values, 0, rowIndices, 0, columnPointers, 0] as const;
    this.#kernels.sparseListTransposedProduct(count, listed, 0, ...stored, column, 0, out, 0);
    for (let k = start; k < end; ++k) column[rowIndices[k]] = 0;
  }

  /** Whether the rows of a column have so few values that to add them up takes less than products that read `entries`. */
  #isLess(rows: SparseRows, start: number, end: number, entries: number): boolean {
    const { rowIndices } = this.#of;
    const most = entries / SCATTER;
    let count = 0;
    for (let k = start; k < end && count <= most; ++k) count += rows.count(rowIndices[k]);
    return count <= most;
  }
}
