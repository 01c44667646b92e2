import { compressRows } from "../../../arithmetic/compressRows.js";
import { float64, type Heap, int32, type Layout, raw64, take } from "../../../kernels/arena.js";
import type { Kernels } from "../../../kernels/contract.js";
import { NEWTON_BLOCK } from "../Design.js";
import type { SparseColumns } from "./sparseColumns.js";

/** X row after row pays once products of columns have read so many times what X has. */
const ROWS_PAY = 24;
/** A value is added to a sum by row in so many times what it takes in a product of two columns, and a row found in so many times that. */
const SCATTER = 2;
const FIND = 4;
/** X lies there once more, up to so many values. */
const MOST_BY_ROW = 67108864;
/** Rows that are looked up out of order are found so many times later than values are passed over in order, unless all of X is near. */
const LOOK_UP = 40;
const NEAR = 65536;
/** Sums of columns that are added up at once stay near, if they are no more than these. */
export const MOST_SUMS = 131072;

const ownLayout = (n: number, p: number, entries: number) => {
  const byRow = entries <= MOST_BY_ROW ? entries : 0;
  const together = byRow > NEAR ? p * Math.min(NEWTON_BLOCK, Math.floor(MOST_SUMS / p)) : 0;
  const rows = [int32(n + 1), int32(byRow), raw64(byRow)] as const;
  return [float64(n), float64(Math.max(p, together)), int32(p), ...rows] as const;
};

/**
 * Rows of X'·diag(h)·X of sparse columns as they are stored: column by column, or where rows are so empty that this is less, from the rows
 * that a column has; of many columns at once from all rows in their order.
 */
export class SparseGram {
  readonly #kernels: Kernels;
  readonly #of: SparseColumns;
  /** A column filled in, and sums by column, for one row of the Gram or several, 0 when not in use. */
  readonly #column: Float64Array;
  readonly #sums: Float64Array;
  /** Which of the rows of the Gram that are added up at once is that of a column, −1 for all others. */
  readonly #places: Int32Array;
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
    [this.#column, this.#sums, this.#places, this.#starts, this.#columns, this.#values] = arrays;
    this.#places.fill(-1);
  }

  /**
   * Σ_i h_i·x_ij·x_ik for listed rows j of the Gram and listed columns k.
   *
   * @param use - Called with the place of each row in its list, and its sums, by column, until it returns.
   */
  rows(
    rowCount: number,
    rows: Int32Array,
    h: Float64Array,
    count: number,
    listed: Int32Array,
    use: (a: number, sums: Float64Array) => void,
  ): void {
    const entries = this.#entriesOf(count, listed);
    const p = this.#places.length;
    const stored = this.#of.columnPointers[p];
    const perRow = stored / (this.#starts.length - 1);
    this.#expect(rowCount * entries, stored);
    const together = Math.floor(this.#sums.length / p);
    for (let from = 0; from < rowCount; ) {
      const to = Math.min(from + together, rowCount);
      const part = rows.subarray(from, to);
      const own = this.#entriesOf(to - from, part);
      const isSooner = LOOK_UP * own > stored && SCATTER * perRow * own + stored < (to - from) * entries;
      if (isSooner && this.#hasRows && together > 1) this.#addUp(part, h, (a, sums) => use(from + a, sums));
      else for (let a = from; a < to; ++a) this.#row(rows[a], h, count, listed, entries, (sums) => use(a, sums));
      from = to;
    }
  }

  /** How many values the listed columns have: what a row of them reads at the most. */
  #entriesOf(count: number, listed: Int32Array): number {
    const { columnPointers } = this.#of;
    let entries = 0;
    for (let k = 0; k < count; ++k) entries += columnPointers[listed[k] + 1] - columnPointers[listed[k]];
    return entries;
  }

  /** {@link rows} of few columns, from all rows of X in their order. */
  #addUp(part: Int32Array, h: Float64Array, use: (a: number, sums: Float64Array) => void): void {
    const [sums, starts, places] = [this.#sums, this.#starts, this.#places];
    const p = places.length;
    part.forEach((j, a) => {
      places[j] = a;
    });
    const stored = [starts, 0, this.#columns, 0, this.#values, 0] as const;
    this.#kernels.sparseGramRows(starts.length - 1, p, 0, ...stored, h, 0, places, 0, sums, 0);
    part.forEach((j, a) => {
      places[j] = -1;
      use(a, sums.subarray(a * p, (a + 1) * p));
    });
    sums.fill(0, 0, part.length * p);
  }

  /** One row of those, the listed columns having so many `entries`. */
  #row(
    j: number,
    h: Float64Array,
    count: number,
    listed: Int32Array,
    entries: number,
    use: (sums: Float64Array) => void,
  ): void {
    const { values, rowIndices, columnPointers } = this.#of;
    const [start, end] = [columnPointers[j], columnPointers[j + 1]];
    const stored = [values, 0, rowIndices, 0] as const;
    const sums = this.#sums;
    if (this.#isLessByRow(start, end, entries)) {
      const byRow = [this.#starts, 0, this.#columns, 0, this.#values, 0] as const;
      this.#kernels.sparseGramRow(start, end, ...stored, h, 0, ...byRow, sums, 0);
      use(sums);
      sums.fill(0, 0, this.#places.length);
      return;
    }
    const column = this.#column;
    for (let k = start; k < end; ++k) column[rowIndices[k]] += h[rowIndices[k]] * values[k];
    this.#kernels.sparseListTransposedProduct(count, listed, 0, ...stored, columnPointers, 0, column, 0, sums, 0);
    for (let k = start; k < end; ++k) column[rowIndices[k]] = 0;
    use(sums);
    for (let k = 0; k < count; ++k) sums[listed[k]] = 0;
  }

  /** X lies there row after row, once products with columns are to read so many values. */
  #expect(entries: number, stored: number): void {
    if (this.#hasRows) return;
    const { values, rowIndices, columnPointers } = this.#of;
    this.#read += entries;
    if (!(this.#read > ROWS_PAY * stored && stored <= this.#values.length)) return;
    const starts = this.#starts;
    const part = { values: values.subarray(0, stored), rowIndices: rowIndices.subarray(0, stored), columnPointers };
    const size = { rows: starts.length - 1, columns: this.#places.length };
    starts.set(compressRows({ ...size, ...part }, this.#columns, this.#values).starts);
    this.#hasRows = true;
  }

  /** Whether X is there row after row, and the rows of a column have so few values that to add them up takes less than to read `entries`. */
  #isLessByRow(start: number, end: number, entries: number): boolean {
    if (!this.#hasRows) return false;
    const { rowIndices } = this.#of;
    const starts = this.#starts;
    const most = entries / SCATTER - FIND * (end - start);
    let count = 0;
    for (let k = start; k < end && count <= most; ++k) count += starts[rowIndices[k] + 1] - starts[rowIndices[k]];
    return count <= most;
  }
}
