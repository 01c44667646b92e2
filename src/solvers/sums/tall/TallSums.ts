import { DenseMatrix } from "../../../data/DenseMatrix.js";
import type { Matrix } from "../../../data/Matrix.js";
import { byFour, float64, gramWork, type Heap, int32, type Layout, raw64, take } from "../../../kernels/arena.js";
import type { FitSettings, Response } from "../../designs/rows.js";
import { mirror } from "../mirror.js";
import { blocksLayout, even, PANEL, STEP, TallBlocks } from "./TallBlocks.js";
import { byEight, heightOf, isWhole, type Range } from "./tallRows.js";

/** Products of the columns listed first with all that are listed. */
interface ExactProducts {
  /** How many are first. */
  count: number;
  columns: Int32Array;
  /** How many of the columns get products of what rounding leaves of them, too: none, or some of the first. */
  remainders: number;
}

/** Rough products of `rowCount` listed rows with `columnCount` listed columns, `from` where both lists begin, `sums` where they are added up. */
interface Panel {
  from: number;
  rowCount: number;
  columnCount: number;
  sums: number;
}

function ownLayout(n: number, p: number) {
  const padded = p + STEP;
  const [square, large] = [raw64(p * p), raw64(padded * padded)];
  return [
    raw64(isWhole(n, p) ? byEight(n) : 0),
    ...([square, square, large, float64(padded)] as const),
    int32(padded),
    gramWork(heightOf(n, p), p),
  ] as const;
}

/**
 * Sums over the rows of a tall X: x_j·y, ‖x_j‖², and products of columns. Products are exact, which is to say in float64, or rough: of columns
 * rounded to integers, at a quarter of the price. For the sample there are all rough ones.
 */
export class TallSums extends TallBlocks {
  /** The rough products of the sample, p × p. */
  readonly sampled: Float64Array;
  /** The exact products: `count` × `count` of the first columns, then `count` × the others. */
  readonly exact: Float64Array;
  /** 0, 1, 2, ... p − 1, p − 1, ... */
  readonly #all: Int32Array;
  /** Room for products. */
  readonly #work: Float64Array;
  readonly #packed: Float64Array;
  /** One column, from top to bottom, where all rows are the sample. */
  readonly #column: Float64Array;
  /** The scales of the first block after the sample. */
  readonly #firstScales: Float64Array;

  static layout(n: number, p: number): Layout {
    return [blocksLayout(n, p), ownLayout(n, p)];
  }

  /** @param pivots - As {@link TallBlocks} has them. */
  constructor(arena: Heap, X: Matrix, response: Response, pivots: Float64Array, settings: FitSettings) {
    super(arena, X, response, pivots, settings);
    const { rows: n, columns: p } = X;
    [this.#column, this.sampled, this.exact, this.#work, this.#firstScales, this.#all, this.#packed] = take(
      arena,
      ownLayout(n, p),
    );
    for (let j = 0; j < this.#all.length; ++j) this.#all[j] = Math.min(j, p - 1);
  }

  /** Of the sample: its rows, Σ of the squares of their scales, Σ of these times y, and Σy². */
  totals(): { n: number; weight: number; mean: number; squares: number } {
    const { y, rowScales } = this.response;
    let [n, weight, mean, squares] = [0, 0, 0, 0];
    for (const [from, to] of this.sample) {
      n += to - from;
      for (let i = from; i < to; ++i) {
        weight += rowScales[i] * rowScales[i];
        mean += rowScales[i] * y[i];
        squares += y[i] * y[i];
      }
    }
    return { n, weight, mean, squares };
  }

  /** Reads the sample: false if it cannot, because squares are not finite, or if it is not worth its products once all else is known. */
  readSample(isWorthIt: () => boolean = () => true): boolean {
    const { columns: p } = this.X;
    const panels = trianglePanels(p);
    this.rows.set(this.#all);
    this.columns.set(this.#all);
    for (const { sums, rowCount, columnCount } of panels) this.rough.fill(0, sums, sums + rowCount * columnCount);
    const isByColumn = this.isWhole && this.X instanceof DenseMatrix && this.X.order === "column";
    if (
      isByColumn ? !this.readColumns(this.#column) || !isWorthIt() : !this.#read(this.sample, true, undefined, panels)
    )
      return false;
    for (const [from, to] of isByColumn ? this.sample : []) {
      this.open(from, to);
      this.#addRough(byEight(to - from), panels);
    }
    this.#firstScales.set(this.scales);
    for (const { from, columnCount, sums } of panels) {
      for (let a = from; a < Math.min(from + STEP, p); ++a) {
        const row = sums + (a - from) * columnCount - from;
        this.sampled.set(this.rough.subarray(row + a, row + p), a * p + a);
      }
    }
    mirror(p, this.sampled);
    return true;
  }

  /**
   * Reads all of X for products, exact ones of all rows and rough ones of those outside of the sample, and for all other sums the
   * first time; false if it cannot, because squares are not finite.
   */
  readAll(isFirst: boolean, exact: ExactProducts, rough: { rows: Int32Array; columns: Int32Array }): boolean {
    const rowCount = even(rough.rows.length);
    const columnCount = byFour(rough.columns.length);
    const panels = rowCount > 0 && columnCount > 0 ? [{ from: 0, rowCount, columnCount, sums: 0 }] : [];
    if (panels.length > 0) {
      this.rows.fill(rough.rows[rough.rows.length - 1]).set(rough.rows);
      this.columns.fill(rough.columns[rough.columns.length - 1]).set(rough.columns);
      this.rough.fill(0, 0, rowCount * columnCount);
    }
    this.exact.fill(0, 0, exact.count * exact.columns.length);
    this.remainders.fill(0, 0, even(exact.count) * byFour(exact.remainders));
    // The same integers whenever they are made.
    this.scales.set(this.#firstScales);
    if (!this.#read(this.rest, isFirst, exact, panels)) return false;
    this.scales.fill(0);
    return this.#read(this.sample, false, exact, []);
  }

  #read(ranges: readonly Range[], isFirst: boolean, exact: ExactProducts | undefined, panels: Panel[]): boolean {
    const X = this.X;
    const p = X.columns;
    const remainders = exact?.remainders ?? 0;
    const lies = X instanceof DenseMatrix && X.order === "column" ? 1 : PANEL;
    const places = new Int32Array(p).fill(-1);
    exact?.columns.forEach((j, place) => {
      places[j] = place;
    });
    const isRough = new Uint8Array(p);
    for (const { from, rowCount, columnCount } of panels) {
      for (let k = from; k < from + rowCount; ++k) isRough[this.rows[k]] = 1;
      for (let k = from; k < from + columnCount; ++k) isRough[this.columns[k]] = 1;
    }
    const scratch: Float64Array[] = [];
    const kept: Float64Array[] = [];
    let stride = 0;
    for (const [from, to] of ranges) {
      const height = to - from;
      const padded = byEight(height);
      if (padded !== stride) {
        stride = padded;
        const part = (array: Float64Array, k: number) => array.subarray(k * padded, (k + 1) * padded);
        for (let k = 0; k < PANEL; ++k) scratch[k] = part(this.panel, k);
        for (let k = 0; k < (exact?.columns.length ?? 0); ++k) kept[k] = part(this.block, k);
      }
      const isNew = !this.open(from, to);
      const width = height === padded ? lies : 1;
      for (let left = 0; left < p; left += width) {
        const right = Math.min(left + width, p);
        if (width > 1) X.copyRowRange(this.panel, from, to, left, right);
        for (let j = left; j < right; ++j) {
          if (!(places[j] >= 0 || (isNew && (isFirst || isRough[j] === 1)))) continue;
          const x = places[j] >= 0 ? kept[places[j]] : scratch[j - left];
          if (width === 1) X.copyRowRange(x, from, to, j, j + 1);
          else if (places[j] >= 0) x.set(scratch[j - left]);
          this.transform(j, x, height, padded);
          const hasRest = places[j] >= 0 && places[j] < remainders;
          if (isNew && (isFirst || hasRest || isRough[j] === 1) && !this.condense(j, x, padded)) return false;
          if (isFirst) this.add(j, x, height);
          if (hasRest) this.condenseRest(j, x, padded, places[j]);
        }
      }
      if (isFirst) this.keep(from);
      if (exact !== undefined) this.#addExact(padded, exact);
      this.#addRough(padded, panels);
    }
    return true;
  }

  #addExact(padded: number, { count, columns, remainders }: ExactProducts): void {
    if (remainders > 0) this.multiplyRests(padded, count, remainders, columns);
    if (count === 0) return;
    const { gram, crossGram, float64 } = this.arena.kernels;
    const [all, work] = [this.#all, this.#work];
    gram(padded, count, this.block, 0, work, 0, this.#packed, 0);
    float64.axpy(count * count, 1, work, 0, this.exact, 0);
    const others = columns.length - count;
    if (others === 0) return;
    crossGram(padded, this.block, 0, count, all, 0, all, 0, others, all, count, work, 0, others);
    float64.axpy(count * others, 1, work, 0, this.exact, count * count);
  }

  #addRough(padded: number, panels: Panel[]): void {
    for (const { from, rowCount, columnCount, sums } of panels)
      this.multiply(padded, from, rowCount, columnCount, sums);
  }

  /** Adds the exact products of all columns with the block's columns from p on to the rough ones, from `at` on. */
  addExactGradients(height: number, count: number, at: number): void {
    const { X, block, rows, rough } = this;
    const [all, work] = [this.#all, this.#work];
    const p = X.columns;
    const width = byFour(p);
    for (let k = 0; k < count; ++k) rows[k] = p + k;
    const { crossGram, float64 } = this.arena.kernels;
    crossGram(height, block, 0, count, rows, 0, all, 0, p, all, 0, work, 0, width);
    float64.axpy(count * width, 1, work, 0, rough, at);
  }

  /** The same of their integers. */
  addGradients(height: number, count: number, at: number): void {
    const p = this.X.columns;
    this.columns.set(this.#all);
    for (let k = 0; k < STEP; ++k) this.rows[k] = p + Math.min(k, count - 1);
    this.multiply(byEight(height), 0, even(count), byFour(p), at, count);
  }

  /** G ← the rough products of the sample in standard form, `share` being the scale of a row, squared, and `means` on top of the pivots. */
  standardise(G: Float64Array, share: number, means: Float64Array, scales: Float64Array): void {
    const { float64, transform } = this.arena.kernels;
    const p = scales.length;
    const [zeros, shares, inverses] = [0, 1, 2].map((k) => this.#work.subarray(k * p, (k + 1) * p).fill(0));
    G.set(this.sampled);
    for (let j = 0; j < p; ++j) {
      inverses[j] = 1 / scales[j];
      shares[j] = share * inverses[j];
      if (this.settings.intercept) float64.axpy(p, -means[j] / share, means, 0, G, j * p);
    }
    transform(p, p, G, 0, zeros, 0, zeros, 0, shares, 0, inverses, 0);
  }
}

/** The panels of all products of p columns with themselves and those behind them. */
function trianglePanels(p: number): Panel[] {
  const panels: Panel[] = [];
  let sums = 0;
  for (let from = 0; from < p; from += STEP) {
    const rowCount = even(Math.min(STEP, p - from));
    const columnCount = byFour(p - from);
    panels.push({ from, rowCount, columnCount, sums });
    sums += rowCount * columnCount;
  }
  return panels;
}
