import { compressRows } from "../../../arithmetic/compressRows.js";
import { float64, type Heap, int32, type Layout, raw64, take } from "../../../kernels/arena.js";
import type { Kernels } from "../../../kernels/contract.js";
import type { SparseColumns } from "./sparseColumns.js";

/** X row after row pays once products of columns have read so many times what X has. */
const ROWS_PAY = 24;
/** A value is added to a sum by row in so many times what it takes in a product of two columns, and a row found in so many times that. */
const SCATTER = 2;
const FIND = 4;
/** X lies there once more, up to so many values. */
const MOST_BY_ROW = 67108864;

const ownLayout = (n: number, p: number, entries: number) => {
  const byRow = entries <= MOST_BY_ROW ? entries : 0;
  return [float64(n), float64(p), int32(n + 1), int32(byRow), raw64(byRow)] as const;
};

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
  /** X row after row, once that is worth having. */
  readonly #starts: Int32Array;
  readonly #columns: Int32Array;
  readonly #values: Float64Array;
  #hasRows = false;
  /** Of rows wanted by now, what products with columns read. */
  #read = 0;

  static layout(n: number, p: number, entries: number): Layout {
    return ownLayout(n, p, entries);
  }

  constructor(arena: Heap, n: number, of: SparseColumns) {
    const p = of.columnPointers.length - 1;
    this.#kernels = arena.kernels;
    this.#of = of;
    const arrays = take(arena, ownLayout(n, p, of.values.length));
    [this.#column, this.#sums, this.#starts, this.#columns, this.#values] = arrays;
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
    const stored = [values, 0, rowIndices, 0, columnPointers, 0] as const;
    if (this.#isLessByRow(start, end, entries)) {
      const [sums, starts] = [this.#sums, this.#starts];
      const rows = [starts, 0, starts, 1, 0, this.#columns, 0, this.#values, 0] as const;
      this.#kernels.sparseGramRow(start, end, values, 0, rowIndices, 0, h, 0, ...rows, sums, 0);
      for (let k = 0; k < count; ++k) out[listed[k]] = sums[listed[k]];
      sums.fill(0);
      return;
    }
    const column = this.#column;
    for (let k = start; k < end; ++k) column[rowIndices[k]] += h[rowIndices[k]] * values[k];
    this.#kernels.sparseListTransposedProduct(count, listed, 0, ...stored, column, 0, out, 0);
    for (let k = start; k < end; ++k) column[rowIndices[k]] = 0;
  }

  /** Whether X is there row after row, and the rows of a column have so few values that to add them up takes less than to read `entries`. */
  #isLessByRow(start: number, end: number, entries: number): boolean {
    const { values, rowIndices, columnPointers } = this.#of;
    const stored = columnPointers[columnPointers.length - 1];
    this.#read += entries;
    const starts = this.#starts;
    if (!this.#hasRows) {
      if (!(this.#read > ROWS_PAY * stored && stored <= this.#values.length)) return false;
      const part = { values: values.subarray(0, stored), rowIndices: rowIndices.subarray(0, stored), columnPointers };
      const size = { rows: starts.length - 1, columns: this.#sums.length };
      starts.set(compressRows({ ...size, ...part }, this.#columns, this.#values).starts);
      this.#hasRows = true;
    }
    const most = entries / SCATTER - FIND * (end - start);
    let count = 0;
    for (let k = start; k < end && count <= most; ++k) count += starts[rowIndices[k] + 1] - starts[rowIndices[k]];
    return count <= most;
  }
}
