import type { Matrix } from "../../../data/Matrix.js";
import { byFour, float64, type Heap, int32, raw16, raw64, take } from "../../../kernels/arena.js";
import type { FitSettings, Response } from "../../designs/rows.js";
import { byEight, divide, heightOf, isKept, isWhole, type Range } from "./tallRows.js";

/** Columns that are taken at a time out of a matrix that lies row after row. */
export const PANEL = 8;
/** Rows of a triangle of products that are computed together. */
export const STEP = 8;
/** Integers of a lane may have this norm, and be as large as this. */
const LANE = 46_336;
const LARGEST = 32_767;
/** How much smaller than that they must be in a block for the next one to have finer integers, and how fine they may get. */
const MARGIN = 0.95;
const FINEST = 1e90;
/** What remainders are finer than steps by. */
export const FINER = 8192;

export const even = (n: number): number => n + (n & 1);

export function blocksLayout(n: number, p: number) {
  const height = heightOf(n, p);
  const padded = p + STEP;
  const rows = raw64(isWhole(n, p) ? byEight(n) : height);
  const [column, list] = [float64(p), int32(padded)];
  return [
    raw64(height * padded),
    raw64(height * PANEL),
    ...([raw64(padded * padded), raw64(padded * padded)] as const),
    raw16(isKept(n, p) ? byEight(n) * padded : height * p),
    raw16(height * p),
    ...([rows, rows, column, column, column, column] as const),
    ...([float64(padded), raw64(padded), raw64(padded), raw64(padded), raw64(padded), list, list, list] as const),
    float64(7),
  ] as const;
}

/**
 * The rows of a tall X, which is read in blocks and never held: columns x_j of a block about pivots, times the rows' scales, and these rounded to
 * integers of 16 bits, x_j = q_j + e_j, which stay if there is room for all of them. With what each column has on its own, summed up.
 *
 * Some runs of rows, spread evenly, are a sample.
 */
export class TallBlocks {
  protected readonly arena: Heap;
  readonly X: Matrix;
  readonly response: Response;
  /** What columns are centred about before they are rounded. */
  readonly pivots: Float64Array;
  readonly settings: FitSettings;
  /** The blocks of the sample, and of all other rows. */
  readonly sample: readonly Range[];
  protected readonly rest: readonly Range[];
  /** Whether all rows are in the sample. */
  readonly isWhole: boolean;
  /** What sums are to be multiplied by for each x in them: the scale of all rows, where that is not yet in x. */
  readonly unit: number;
  /** x_j·y */
  readonly products: Float64Array;
  /** ‖x_j‖² */
  readonly squares: Float64Array;
  /** Σ of the rows' scales times x_j; the scales times `unit` too. */
  readonly means: Float64Array;
  /** What ‖e_j‖² is at most. */
  readonly errors: Float64Array;
  /** The rough products: rows × columns, the latter rounded up to a multiple of four. */
  readonly rough: Float64Array;
  /** The products of remainders e_j, `count` × `remainders`, the latter rounded up to a multiple of four; e_j is rounded too, by 1/FINER of its errors at most. */
  readonly remainders: Float64Array;
  /** Columns of this block that are wanted exactly, one after the other; and others on their way to integers. */
  protected readonly block: Float64Array;
  protected readonly panel: Float64Array;
  /** What the next block of each column is to be multiplied by. */
  protected readonly scales: Float64Array;
  /** The columns whose integers are multiplied by each other. */
  protected readonly rows: Int32Array;
  protected readonly columns: Int32Array;
  readonly #isWeighted: boolean;
  /** Whether a solution depends on the means, or their weights are not all 1: otherwise the sums of {@link condense} will do. */
  readonly #needsMeans: boolean;
  readonly #y: Float64Array;
  readonly #rowScales: Float64Array;
  /** Five of the column that was condensed last, then 0 and 1. */
  readonly #sums: Float64Array;
  readonly #integers: Int16Array;
  readonly #rests: Int16Array;
  /** What the integers of this block are multiples of, and those of the rows and columns of a product. */
  readonly #steps: Float64Array;
  readonly #rowSteps: Float64Array;
  readonly #columnSteps: Float64Array;
  /** A list of columns, and their coefficients. */
  readonly #list: Int32Array;
  readonly #values: Float64Array;
  /** Where the integers of a block are, whether they stay there, and what they are multiples of then. */
  #base = 0;
  readonly #isKept: boolean;
  readonly #stepsAt = new Map<number, Float64Array>();

  /** @param pivots - Numbers near the column means, so that sums about them cancel little; 0 without an intercept. */
  constructor(arena: Heap, X: Matrix, response: Response, pivots: Float64Array, settings: FitSettings) {
    const { rows: n, columns: p } = X;
    const { intercept, standardize, weights } = settings;
    this.arena = arena;
    this.X = X;
    this.response = response;
    this.pivots = pivots;
    this.settings = settings;
    this.#isWeighted = weights !== undefined;
    this.#needsMeans = intercept || standardize || this.#isWeighted;
    this.unit = this.#isWeighted ? 1 : response.rowScales[0];
    [this.sample, this.rest] = divide(n, p, heightOf(n, p));
    this.isWhole = this.rest.length === 0;
    this.#isKept = isKept(n, p);
    [
      this.block,
      this.panel,
      this.rough,
      this.remainders,
      this.#integers,
      this.#rests,
      this.#y,
      this.#rowScales,
      this.products,
      this.squares,
      this.means,
      this.errors,
      this.scales,
      this.#steps,
      this.#rowSteps,
      this.#columnSteps,
      this.#values,
      this.rows,
      this.columns,
      this.#list,
      this.#sums,
    ] = take(arena, blocksLayout(n, p));
    this.#rowScales.fill(1);
    this.#sums[6] = 1;
  }

  /** Goes to a block. Returns whether its integers are there. */
  open(from: number, to: number): boolean {
    const { y, rowScales } = this.response;
    this.#y.set(y.subarray(from, to));
    this.#y.fill(0, to - from, byEight(to - from));
    if (this.#isWeighted) this.#rowScales.set(rowScales.subarray(from, to));
    if (this.#isKept) this.#base = from * (this.X.columns + STEP);
    const steps = this.#stepsAt.get(from);
    if (steps !== undefined) this.#steps.set(steps);
    return steps !== undefined;
  }

  /** The integers of all columns of the block that begins there have been made: there they stay, if there is room. */
  protected keep(from: number): void {
    if (this.#isKept) this.#stepsAt.set(from, this.#steps.slice(0, this.X.columns));
  }

  /** As reading all blocks of the sample, which is all rows: column after column, each from top to bottom; false where that fails. */
  protected readColumns(column: Float64Array): boolean {
    const { rows: n, columns: p } = this.X;
    this.open(0, n);
    for (const [from] of this.sample) this.#stepsAt.set(from, new Float64Array(p));
    for (let j = 0; j < p; ++j) {
      this.X.copyRowRange(column, 0, n, j, j + 1);
      this.transform(j, column, n, column.length);
      for (const [from, to] of this.sample) {
        this.#base = from * (p + STEP);
        if (!this.condense(j, column, byEight(to - from), from)) return false;
        this.add(j, column, to - from, from);
        this.#stepsAt.get(from)![j] = this.#steps[j];
      }
    }
    return true;
  }

  /** Takes the columns of a block that have a place, exactly. */
  takeColumns(from: number, to: number, places: Int32Array): void {
    const height = to - from;
    for (let j = 0; j < places.length; ++j) {
      if (places[j] < 0) continue;
      const x = this.block.subarray(places[j] * height, (places[j] + 1) * height);
      this.X.copyRowRange(x, from, to, j, j + 1);
      this.transform(j, x, height, height);
    }
  }

  /** Centres and scales a column of the block. */
  protected transform(j: number, x: Float64Array, height: number, padded: number): void {
    const { transform, float64 } = this.arena.kernels;
    const [sums, scales] = [this.#sums, this.#rowScales];
    if (this.#isWeighted) transform(height, 1, x, 0, this.pivots, j, sums, 5, sums, 6, scales, 0);
    else if (this.settings.intercept) float64.axpy(height, -this.pivots[j], scales, 0, x, 0);
    if (height < padded) x.fill(0, height);
  }

  /** Adds what the column that was condensed last has on its own. */
  protected add(j: number, x: Float64Array, height: number, at = 0): void {
    this.products[j] += this.#sums[0];
    this.squares[j] += this.#sums[1];
    this.errors[j] += this.errorAt(j, height);
    const { dot } = this.arena.kernels.float64;
    this.means[j] += this.#needsMeans ? dot(height, x, at, this.#rowScales, at) : this.#sums[4];
  }

  /** What ‖e_j‖² is at most in the block: an integer is off by up to half a step. */
  errorAt(j: number, height: number): number {
    return height * (0.5 * this.#steps[j]) * (0.5 * this.#steps[j]);
  }

  /** Rounds a column of the block to integers that are as fine as they may be; false if that fails because squares are not finite. */
  protected condense(j: number, x: Float64Array, padded: number, at = 0): boolean {
    const { condense } = this.arena.kernels;
    const sums = this.#sums;
    const isNew = this.scales[j] === 0;
    let scale = isNew ? 1 : this.scales[j];
    for (;;) {
      sums[0] = 0;
      sums[1] = 0;
      sums[4] = 0;
      condense(padded, x, at, this.#y, at, scale, this.#integers, this.#base + j * padded, sums, 0);
      if (!(sums[1] < Number.POSITIVE_INFINITY)) return false;
      const norm = Math.sqrt(sums[2]);
      const before = scale;
      while (scale * norm > LANE) scale /= 2;
      if (scale === before && sums[3] > LARGEST) scale /= 2;
      if (scale !== before) continue;
      this.#steps[j] = 1 / scale;
      let next = scale;
      while (
        norm > 0 &&
        next < FINEST &&
        2 * next * norm <= MARGIN * LANE &&
        2 * (next / scale) * sums[3] <= MARGIN * LARGEST
      ) {
        next *= 2;
      }
      // Zeros say nothing of what is to come.
      if (norm > 0 || !isNew) this.scales[j] = next;
      if (!isNew || next === scale) return true;
      scale = next;
    }
  }

  /** Rounds what is left of a column, once that is condensed, too. */
  protected condenseRest(j: number, x: Float64Array, padded: number, place: number): void {
    this.arena.kernels.remainder(padded, x, 0, 1 / this.#steps[j], this.#rests, place * padded);
  }

  /**
   * Adds products of the block's integers, `rowCount` rows with `columnCount` columns, both lists beginning at `from`; the rows' number is made even,
   * and those from `last` on add nothing.
   */
  protected multiply(
    padded: number,
    from: number,
    rowCount: number,
    columnCount: number,
    at: number,
    last = from + rowCount,
  ): void {
    const { rows, columns } = this;
    const [rowSteps, columnSteps, steps] = [this.#rowSteps, this.#columnSteps, this.#steps];
    for (let k = from; k < from + rowCount; ++k) rowSteps[k] = k < last ? steps[rows[k]] : 0;
    for (let k = from; k < from + columnCount; ++k) columnSteps[k] = steps[columns[k]];
    const listed = [rowCount, rows, from, rowSteps, from, columnCount, columns, from, columnSteps, from] as const;
    this.arena.kernels.integerCrossGram(padded, this.#integers, this.#base, ...listed, this.rough, at);
  }

  /** Adds products of what is left of columns: `first` of these with the first `count`, in the order of their places. */
  protected multiplyRests(padded: number, first: number, count: number, columns: Int32Array): void {
    const rowCount = even(first);
    const columnCount = byFour(count);
    const [list, steps] = [this.#list, this.#columnSteps];
    for (let k = 0; k < Math.max(rowCount, columnCount); ++k) {
      list[k] = Math.min(k, count - 1);
      steps[k] = this.#steps[columns[list[k]]] / FINER;
    }
    const listed = [rowCount, list, 0, steps, 0, columnCount, list, 0, steps, 0] as const;
    this.arena.kernels.integerCrossGram(padded, this.#rests, 0, ...listed, this.remainders, 0);
  }

  /** Takes what is left of the block's y by coefficients of exact columns, listed by their places; returns its ‖·‖². */
  subtract(height: number, places: Int32Array, values: Float64Array, mean: number): number {
    const { float64, listProduct } = this.arena.kernels;
    const { panel, block, unit } = this;
    this.#list.set(places);
    this.#values.set(values);
    panel.set(this.#y.subarray(0, height));
    if (mean !== 0) float64.axpy(height, mean * unit, this.#rowScales, 0, panel, 0);
    listProduct(height, values.length, this.#list, 0, block, 0, height, -unit, this.#values, 0, panel, 0);
    return float64.sumSquares(height, panel, 0);
  }

  /** Keeps what is left as column j of the block, exactly. */
  keepLeft(j: number, height: number): void {
    this.block.set(this.panel.subarray(0, height), j * height);
  }

  /** Rounds what is left to integers, as column j; returns what that of the next block is to be multiplied by, given that of this one. */
  condenseLeft(j: number, height: number, scale: number): number {
    const { panel, scales } = this;
    const padded = byEight(height);
    panel.fill(0, height, padded);
    scales[j] = scale;
    this.condense(j, panel, padded);
    return scales[j];
  }
}
