import type { CompressedRows } from "../../arithmetic/compressRows.js";
import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { SparseMatrix } from "../../data/SparseMatrix.js";
import { bytesOf, type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { withMemory } from "../../kernels/pool.js";
import { type BlockSummer, blockSummer, blockSummerLayout } from "../../solvers/sums/blockSums.js";
import { emptySums, type GramSums, gramSumsLayout } from "../../solvers/sums/GramSums.js";
import { type MergedSums, mergeAll, mergedOf, SumTree } from "../../solvers/sums/MergedSums.js";

/**
 * Rows that are summed at a time: so many that their Gram costs much more than to merge it, few enough to stay in cache, and no power of two,
 * whose columns would take each other's places there.
 */
export const BLOCK_ROWS = 520;
/** Room for rows of a block that is not full, at first. */
const FEWEST = 8;

/** Rows to be added, all of it checked: X, and with it y of each target, one after the other. */
export interface Batch {
  X: DenseMatrix | SparseMatrix;
  /** X by rows where it is sparse. */
  byRow: CompressedRows | undefined;
  y: Float64Array;
  weights: Float64Array | undefined;
  /** Whether the values of X have been looked at already. */
  isChecked: boolean;
}

/** Up to this size squares, times weights, of any number of rows have a sum: 2³⁸⁰. */
export const MOST_VALUE = 2.4626253872746e114;

/** The place of the first value that is not finite or too large; −1 for none. A loop of its own, so that it is compiled soon. */
export function firstLarge(values: ArrayLike<number>, count = values.length): number {
  for (let k = 0; k < count; ++k) if (!(Math.abs(values[k]) <= MOST_VALUE)) return k;
  return -1;
}

/** What a block is refused by; who reads it says where in X. */
export const BAD_VALUE = /* @__PURE__ */ Symbol("a value that sums do not take");

const rowsLayout = (size: number) => [raw64(BLOCK_ROWS * size)] as const;

/** What sums a block, in a memory that is there only while rows are added. */
export class Summer {
  readonly block: BlockSummer;
  /** Room for the rows of a block, one after the other. */
  readonly #rows: Float64Array;
  readonly #sums: GramSums;
  readonly #pivots: Float64Array;
  readonly #squares: Float64Array;

  readonly #transpose: (rows: Float64Array, count: number, width: number) => void;

  static layout(size: number): Layout {
    return [blockSummerLayout(BLOCK_ROWS, size), rowsLayout(size), gramSumsLayout(size - 1)];
  }

  constructor(heap: Heap, size: number, targets: number) {
    this.block = blockSummer(heap, BLOCK_ROWS, size);
    [this.#rows] = take(heap, rowsLayout(size));
    this.#transpose = (rows, count, width) =>
      heap.kernels.transpose(width, count, rows, 0, width, this.block.data, 0, count);
    this.#sums = emptySums(heap, size - 1);
    this.#pivots = new Float64Array(size);
    this.#squares = new Float64Array(targets);
  }

  /** Reads the first `width` columns of `count` rows, which `write` writes one after the other. Throws {@link BAD_VALUE} unless they were looked at. */
  readRows(count: number, width: number, isChecked: boolean, write: (rows: Float64Array) => void): void {
    write(this.#rows);
    if (!isChecked && firstLarge(this.#rows, count * width) >= 0) throw BAD_VALUE;
    this.#transpose(this.#rows, count, width);
  }

  /** The sums of the rows that the block holds. */
  sum(count: number): MergedSums {
    const { data, weights } = this.block;
    const pivots = this.#pivots;
    const squares = this.#squares.fill(0);
    for (let j = 0; j < pivots.length; ++j) pivots[j] = data[j * count];
    for (let t = 0, j = pivots.length - squares.length; t < squares.length; ++t, ++j) {
      for (let i = 0; i < count; ++i) squares[t] += weights[i] * data[j * count + i] * data[j * count + i];
    }
    this.block.sum(count, pivots, this.#sums);
    return mergedOf(this.#sums, count, pivots, squares, data);
  }
}

/** Runs `work` with what sums rows of so many numbers. */
export function withSummer<T>(size: number, targets: number, work: (summer: Summer) => T): T {
  return withMemory(bytesOf(Summer.layout(size)), "a block of rows", (heap) => work(new Summer(heap, size, targets)));
}

/**
 * The sums of rows that come one after the other, in blocks of {@link BLOCK_ROWS} by their position, and of other sums that are merged with
 * them: what they are depends on the order of both alone, not on how many rows come at a time.
 */
export class RowStream {
  /** All rows, those without weight too. */
  rows = 0;
  readonly #size: number;
  readonly #targets: number;
  readonly #blocks = new SumTree();
  readonly #others = new SumTree();
  /** The rows of the block that is not full, one after the other, and their weights. */
  #open = new Float64Array(0);
  #weights = new Float64Array(0);
  #count = 0;

  constructor(size: number, targets: number) {
    this.#size = size;
    this.#targets = targets;
  }

  /** Whether so many more rows fill a block. */
  isFilledBy(rows: number): boolean {
    return this.#count + rows >= BLOCK_ROWS;
  }

  /** What makes the stream again what it is now, if more rows than these are added: they fill a block, or they do not. */
  save(isFilled: boolean): () => void {
    const { rows } = this;
    const count = this.#count;
    const [open, weights] = isFilled ? [this.#open.slice(), this.#weights.slice()] : [undefined, undefined];
    const restore = this.#blocks.save();
    return () => {
      restore();
      this.rows = rows;
      this.#count = count;
      if (open) this.#open = open;
      if (weights) this.#weights = weights;
    };
  }

  /**
   * Adds the listed rows of a batch, all of positive weight, ascending.
   *
   * @param summer - There if these fill a block.
   * @throws BAD_VALUE, after which the stream has to be restored.
   */
  add(batch: Batch, rows: Int32Array, summer: Summer | undefined): void {
    for (let from = 0; from < rows.length; ) {
      const to = Math.min(rows.length, from + BLOCK_ROWS - this.#count);
      const part = rows.subarray(from, to);
      from = to;
      if (part.length === BLOCK_ROWS) {
        this.#read(batch, part, summer as Summer);
        this.#blocks.push((summer as Summer).sum(BLOCK_ROWS));
        continue;
      }
      this.#append(batch, part);
      if (this.#count < BLOCK_ROWS) continue;
      this.#blocks.push(this.#close(summer as Summer));
      this.#count = 0;
    }
  }

  /** Adds 2^level blocks, given that those before were as many times that, and none is open; `sums` is this stream's own then. */
  pushBlocks(sums: MergedSums, level: number): void {
    this.#blocks.push(sums, level);
    this.rows += sums.count;
  }

  /** Adds the rows of others, `sums` being this stream's own then. */
  push(sums: MergedSums, rows: number): void {
    this.#others.push(sums);
    this.rows += rows;
  }

  /** The sums of all rows, of their own; undefined if none has weight. */
  total(): MergedSums | undefined {
    const open = this.#count > 0 ? withSummer(this.#size, this.#targets, (summer) => this.#close(summer)) : undefined;
    return mergeAll([this.#blocks.total(), open, this.#others.total()]);
  }

  /** Reads the rows of a full block. */
  #read(batch: Batch, rows: Int32Array, summer: Summer): void {
    const { X, y, weights } = batch;
    const { data, weights: own } = summer.block;
    const count = rows.length;
    const { rows: n, columns: p } = X;
    const isRange = rows[count - 1] - rows[0] === count - 1;
    if (isRange && X instanceof DenseMatrix && X.order === "column") {
      X.copyRowRange(data, rows[0], rows[0] + count, 0, p);
      if (!batch.isChecked && firstLarge(data, count * p) >= 0) throw BAD_VALUE;
    } else {
      summer.readRows(count, p, batch.isChecked, (out) => {
        if (isRange && X instanceof DenseMatrix) out.set(X.data.subarray(rows[0] * p, (rows[0] + count) * p));
        else for (let i = 0, at = 0; i < count; ++i, at += p) copyRow(batch, rows[i], out, at);
      });
    }
    for (let j = p, from = 0; j < this.#size; ++j, from += n) {
      for (let i = 0; i < count; ++i) data[j * count + i] = y[from + rows[i]];
    }
    for (let i = 0; i < count; ++i) own[i] = weights?.[rows[i]] ?? 1;
  }

  #append(batch: Batch, rows: Int32Array): void {
    const size = this.#size;
    const needed = this.#count + rows.length;
    if (needed > this.#weights.length) {
      const room = Math.min(BLOCK_ROWS, Math.max(FEWEST, needed, 2 * this.#weights.length));
      this.#open = enlarged(this.#open, room * size, this.#count * size);
      this.#weights = enlarged(this.#weights, room, this.#count);
    }
    const { X, y, weights, isChecked } = batch;
    const { rows: n, columns: p } = X;
    const first = this.#count * size;
    for (const row of rows) {
      const at = this.#count * size;
      copyRow(batch, row, this.#open, at);
      for (let j = p, k = row; j < size; ++j, k += n) this.#open[at + j] = y[k];
      this.#weights[this.#count++] = weights?.[row] ?? 1;
    }
    if (!isChecked && firstLarge(this.#open.subarray(first, this.#count * size)) >= 0) throw BAD_VALUE;
  }

  /** The sums of the block that is not full. */
  #close(summer: Summer): MergedSums {
    const count = this.#count;
    const size = this.#size;
    summer.readRows(count, size, true, (out) => out.set(this.#open.subarray(0, count * size)));
    summer.block.weights.set(this.#weights.subarray(0, count));
    return summer.sum(count);
  }
}

/** Writes a row of X from `at` on. */
function copyRow({ X, byRow }: Batch, row: number, out: Float64Array, at: number): void {
  const p = X.columns;
  if (byRow !== undefined) {
    out.fill(0, at, at + p);
    for (let k = byRow.starts[row]; k < byRow.starts[row + 1]; ++k) out[at + byRow.columns[k]] = byRow.values[k];
    return;
  }
  const { data, order } = X as DenseMatrix;
  const [first, step] = order === "row" ? [row * p, 1] : [row, X.rows];
  for (let j = 0, k = first; j < p; ++j, k += step) out[at + j] = data[k];
}

function enlarged(values: Float64Array, room: number, count: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(room);
  larger.set(values.subarray(0, count));
  return larger;
}
