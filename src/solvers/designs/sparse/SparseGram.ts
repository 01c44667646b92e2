import { type CompressedRows, compressRows } from "../../../arithmetic/compressRows.js";
import type { Kernels } from "../../../kernels/contract.js";
import type { SparseColumns } from "./sparseColumns.js";

/** X row after row pays once products of columns have read so many times what X has. */
const ROWS_PAY = 4;
/** A value is added to a sum by row in this many times what it takes in a product of two columns. */
const SCATTER = 8;

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
  /** Of rows wanted by now, what products with columns read. */
  #read = 0;
  #rows: CompressedRows | undefined;

  /** @param column - n zeros, which it may use. */
  constructor(kernels: Kernels, of: SparseColumns, column: Float64Array) {
    this.#kernels = kernels;
    this.#of = of;
    this.#column = column;
    this.#sums = new Float64Array(of.columnPointers.length - 1);
  }

  /** How many values the listed columns have: what a row of them reads at the most. */
  entriesOf(count: number, listed: Int32Array): number {
    const { columnPointers } = this.#of;
    let entries = 0;
    for (let k = 0; k < count; ++k) entries += columnPointers[listed[k] + 1] - columnPointers[listed[k]];
    return entries;
  }

  /** out_k = Σ_i h_i·x_ij·x_ik for the listed columns k, which have so many `entries`. */
  row(j: number, h: Float64Array, count: number, listed: Int32Array, entries: number, out: Float64Array): void {
    const { values, rowIndices, columnPointers } = this.#of;
    const [start, end] = [columnPointers[j], columnPointers[j + 1]];
    const rows = this.#rowsFor(start, end, entries);
    if (rows !== undefined) {
      const sums = this.#sums;
      for (let k = start; k < end; ++k) {
        const i = rowIndices[k];
        const factor = h[i] * values[k];
        for (let at = rows.starts[i]; at < rows.starts[i + 1]; ++at) sums[rows.columns[at]] += factor * rows.values[at];
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

  /** X row after row, if that is worth having, and those of a column have so few values that to add them up takes less than to read `entries`. */
  #rowsFor(start: number, end: number, entries: number): CompressedRows | undefined {
    const { values, rowIndices, columnPointers } = this.#of;
    const stored = columnPointers[columnPointers.length - 1];
    this.#read += entries;
    if (this.#rows === undefined) {
      if (!(this.#read > ROWS_PAY * stored)) return undefined;
      this.#rows = compressRows({
        rows: this.#column.length,
        columns: this.#sums.length,
        values: values.subarray(0, stored),
        rowIndices: rowIndices.subarray(0, stored),
        columnPointers,
      });
    }
    const { starts } = this.#rows;
    const most = entries / SCATTER;
    let count = 0;
    for (let k = start; k < end && count <= most; ++k) count += starts[rowIndices[k] + 1] - starts[rowIndices[k]];
    return count <= most ? this.#rows : undefined;
  }
}
