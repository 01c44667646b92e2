import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Matrix } from "../../data/Matrix.js";
import { byFour, float64, gramWork, type Heap, int32, raw16, raw64, take } from "../../kernels/arena.js";
import type { FitSettings, Response } from "../designs/rows.js";
import { mirror } from "./mirror.js";

/** Rows of the sample for each column, its share of all rows, and the rows of each of its runs of neighbours. */
const SAMPLE = 40;
const SHARE = 1 / 16;
const RUN = 256;
/** Rows for each column from which on reading X in blocks pays, though most of it may be the sample. */
const TALL = 50;
/** Rows of a block at the most, and values: few enough for its integers and its exact columns to stay in cache. */
const BLOCK_ROWS = 2048;
const BLOCK_VALUES = 204_800;
/** Up to so many values, they are kept as integers until the path is done, should more products be wanted. */
const KEPT_VALUES = 67_108_864;
/** Columns that are taken at a time out of a matrix that lies row after row. */
const PANEL = 8;
/** Rows of a triangle of products that are computed together. */
const STEP = 8;
/** Integers of a lane may have this norm, and be as large as this. */
const LANE = 46_336;
const LARGEST = 32_767;
/** How much smaller than that they must be in a block for the next one to have finer integers, and how fine they may get. */
const MARGIN = 0.95;
const FINEST = 1e90;
/** The least share of y that a fit is thought to leave, and what gradients are off by then, relative to errors of columns. */
const LEFT = 0.02;
const DOUBTS = 1.5;
/** What remainders are finer than steps by. */
export const FINER = 8192;

/** Rows from the first up to the second. */
type Range = readonly [from: number, to: number];

/** Products of the columns listed first with all that are listed. */
export interface ExactProducts {
  /** How many are first. */
  count: number;
  columns: Int32Array;
  /** How many of the columns get products of what rounding leaves of them, too: none, or some of the first. */
  remainders: number;
}

/** Coefficients of listed columns about their pivots, and Σ of these times the means. */
export interface Fitted {
  columns: Int32Array;
  values: Float64Array;
  mean: number;
}

/** What is left of y by a fit. */
export interface Residual {
  /** ‖r‖² */
  squares: number;
  /** x_j·q for the r = q + e rounded to integers, x_j rounded too; undefined where that was not wanted. */
  gradient: Float64Array | undefined;
  /** What ‖e‖² is at most. */
  error: number;
  /** What the next block is to be multiplied by. */
  scale: number;
}

/** Rough products of `rowCount` listed rows with `columnCount` listed columns, `from` where both lists begin, `sums` where they are added up. */
interface Panel {
  from: number;
  rowCount: number;
  columnCount: number;
  sums: number;
}

const even = (n: number): number => n + (n & 1);
const byEight = (n: number): number => Math.ceil(n / 8) * 8;

function heightOf(n: number, p: number): number {
  const height = RUN * Math.floor(Math.min(BLOCK_ROWS, BLOCK_VALUES / p) / RUN);
  return Math.min(Math.max(height, RUN), Math.ceil(n / 8) * 8);
}

/** Whether X is so large, and its rows so many for its columns, that it is better read in blocks than held. */
export function isTall(n: number, p: number): boolean {
  return n >= TALL * p && n >= 4 * RUN && n * p >= 1_000_000 && p <= 1000;
}

/** Whether integers are kept of all rows, once they are made, as they are where all rows are the sample. */
const isKept = (n: number, p: number): boolean => n * p <= KEPT_VALUES;

/** Whether part of the rows would be most of them, so that all are the sample. */
const isWhole = (n: number, p: number): boolean => n < TALL * p;

/**
 * Sums over the rows of a tall X, which is read in blocks and never held: with x_j the columns about pivots, times the rows' scales,
 * x_j·y, ‖x_j‖², and products of columns. Products are exact, which is to say in float64, or rough: of columns rounded to integers of
 * 16 bits, x_j = q_j + e_j, at a quarter of the price.
 *
 * Some runs of rows, spread evenly, are a sample, for which there are all rough products.
 */
export class TallSums {
  /** How many rows are in the sample, and Σ of the squares of their scales. */
  readonly sampleSize: number;
  readonly sampleWeight: number;
  /** Σ of the rows' scales times y, and Σy², in the sample. */
  readonly sampleMean: number;
  readonly sampleSquares: number;
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
  /** The rough products of the sample, p × p. */
  readonly sampled: Float64Array;
  /** The exact products: `count` × `count` of the first columns, then `count` × the others. */
  readonly exact: Float64Array;
  /** The rough products: rows × columns, the latter rounded up to a multiple of four. */
  readonly rough: Float64Array;
  /** The products of remainders e_j, `count` × `remainders`, the latter rounded up to a multiple of four; e_j is rounded too, by 1/FINER of its errors at most. */
  readonly remainders: Float64Array;
  readonly #arena: Heap;
  readonly X: Matrix;
  readonly response: Response;
  /** What columns are centred about before they are rounded. */
  readonly pivots: Float64Array;
  readonly settings: FitSettings;
  readonly #isCentred: boolean;
  readonly #isWeighted: boolean;
  /** Whether a solution depends on the means, or their weights are not all 1: otherwise the sums of {@link #condense} will do. */
  readonly #needsMeans: boolean;
  readonly #sample: readonly Range[];
  readonly #rest: readonly Range[];
  readonly #block: Float64Array;
  readonly #panel: Float64Array;
  readonly #integers: Int16Array;
  readonly #rests: Int16Array;
  /** One column, from top to bottom. */
  readonly #column: Float64Array;
  readonly #y: Float64Array;
  readonly #rowScales: Float64Array;
  readonly #constants: Float64Array;
  readonly #sums: Float64Array;
  readonly #work: Float64Array;
  readonly #packed: Float64Array;
  /** 0, 1, 2, ... p − 1, p − 1, ... */
  readonly #all: Int32Array;
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  readonly #places: Int32Array;
  readonly #rowSteps: Float64Array;
  readonly #columnSteps: Float64Array;
  /** What the next block of each column is to be multiplied by, and that of the first block after the sample. */
  readonly #scales: Float64Array;
  readonly #firstScales: Float64Array;
  /** What the integers of this block are multiples of. */
  readonly #steps: Float64Array;
  /** Where the integers of a block are, whether they stay there, and what they are multiples of then. */
  #base = 0;
  readonly #isKept: boolean;
  readonly #stepsAt = new Map<number, Float64Array>();

  static layout(n: number, p: number) {
    const height = heightOf(n, p);
    const padded = p + STEP;
    const rows = raw64(isWhole(n, p) ? byEight(n) : height);
    const [square, large, column, list] = [raw64(p * p), raw64(padded * padded), float64(p), int32(padded)];
    return [
      raw64(height * (p + STEP)),
      raw64(height * PANEL),
      raw16(isKept(n, p) ? byEight(n) * (p + STEP) : height * p),
      raw16(height * p),
      ...([rows, rows, rows] as const),
      ...([square, square, large, large, large] as const),
      ...([column, column, column, column, float64(padded), float64(padded), raw64(padded)] as const),
      ...([raw64(padded), raw64(padded), list, list, list, list] as const),
      float64(5),
      float64(2),
      gramWork(height, p),
    ] as const;
  }

  /** @param pivots - Numbers near the column means, so that sums about them cancel little; 0 without an intercept. */
  constructor(arena: Heap, X: Matrix, response: Response, pivots: Float64Array, settings: FitSettings) {
    const { rows: n, columns: p } = X;
    const { intercept, standardize, weights } = settings;
    const height = heightOf(n, p);
    this.#arena = arena;
    this.X = X;
    this.response = response;
    this.settings = settings;
    this.#isCentred = intercept;
    this.#isWeighted = weights !== undefined;
    this.#needsMeans = intercept || standardize || this.#isWeighted;
    this.unit = this.#isWeighted ? 1 : response.rowScales[0];
    [this.#sample, this.#rest] = divide(n, p, height);
    this.#isKept = isKept(n, p);
    this.isWhole = this.#rest.length === 0;
    this.sampleSize = this.#sample.reduce((sum, [from, to]) => sum + to - from, 0);
    const { y, rowScales } = response;
    let weight = 0;
    let mean = 0;
    let squares = 0;
    for (const [from, to] of this.#sample) {
      for (let i = from; i < to; ++i) {
        weight += rowScales[i] * rowScales[i];
        mean += rowScales[i] * y[i];
        squares += y[i] * y[i];
      }
    }
    this.sampleWeight = weight;
    this.sampleMean = mean;
    this.sampleSquares = squares;
    this.pivots = pivots;
    [
      this.#block,
      this.#panel,
      this.#integers,
      this.#rests,
      this.#column,
      this.#y,
      this.#rowScales,
      this.sampled,
      this.exact,
      this.#work,
      this.rough,
      this.remainders,
      this.products,
      this.squares,
      this.means,
      this.errors,
      this.#scales,
      this.#firstScales,
      this.#steps,
      this.#rowSteps,
      this.#columnSteps,
      this.#all,
      this.#rows,
      this.#columns,
      this.#places,
      this.#sums,
      this.#constants,
      this.#packed,
    ] = take(arena, TallSums.layout(n, p));
    this.#rowScales.fill(1);
    this.#constants[1] = 1;
    for (let j = 0; j < this.#all.length; ++j) this.#all[j] = Math.min(j, p - 1);
  }

  /** Reads the sample: false if it cannot, because squares are not finite, or if it is not worth its products once all else is known. */
  readSample(isWorthIt: () => boolean = () => true): boolean {
    const { columns: p } = this.X;
    const panels: Panel[] = [];
    let sums = 0;
    for (let from = 0; from < p; from += STEP) {
      const rowCount = even(Math.min(STEP, p - from));
      const columnCount = byFour(p - from);
      panels.push({ from, rowCount, columnCount, sums });
      sums += rowCount * columnCount;
    }
    this.#rows.set(this.#all);
    this.#columns.set(this.#all);
    this.rough.fill(0, 0, sums);
    const isByColumn = this.isWhole && this.X instanceof DenseMatrix && this.X.order === "column";
    if (isByColumn ? !this.#readColumns() || !isWorthIt() : !this.#read(this.#sample, true, undefined, panels))
      return false;
    for (const [from, to] of isByColumn ? this.#sample : []) {
      this.#base = from * (p + STEP);
      this.#steps.set(this.#stepsAt.get(from)!);
      for (const panel of panels) this.#addRough(byEight(to - from), panel);
    }
    this.#firstScales.set(this.#scales);
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
      this.#rows.fill(rough.rows[rough.rows.length - 1]).set(rough.rows);
      this.#columns.fill(rough.columns[rough.columns.length - 1]).set(rough.columns);
      this.rough.fill(0, 0, rowCount * columnCount);
    }
    this.exact.fill(0, 0, exact.count * exact.columns.length);
    this.remainders.fill(0, 0, even(exact.count) * byFour(exact.remainders));
    // The same integers whenever they are made.
    this.#scales.set(this.#firstScales);
    if (!this.#read(this.#rest, isFirst, exact, panels)) return false;
    this.#scales.fill(0);
    return this.#read(this.#sample, false, exact, []);
  }

  /**
   * ‖r‖², r = y − X·b, of each of at most p fits, from X itself; of those that are wanted also x_j·r about the pivots, exactly or as far as it is known from
   * integers, and how far from r these are. Only where all rows are the sample.
   */
  residuals(fits: readonly Fitted[], isWanted: (k: number) => boolean, isExact: boolean): Residual[] {
    const { columns: p } = this.X;
    const places = new Int32Array(p).fill(-1);
    if (isExact) places.fill(0);
    for (const { columns } of fits) for (const j of columns) places[j] = 0;
    let used = 0;
    for (let j = 0; j < p; ++j) if (places[j] === 0) places[j] = used++;
    const lists = fits.map(({ columns }) => columns.map((j) => places[j]));
    const width = byFour(p);
    let row = 0;
    const residuals = fits.map((_, k) => {
      const gradient = isWanted(k) ? this.rough.subarray(row * width, row * width + width).fill(0) : undefined;
      if (gradient !== undefined) row += 1;
      return { squares: 0, gradient, error: 0, scale: 0 };
    });
    this.#columns.set(this.#all);
    const addGradients = (height: number, count: number, sums: number): void => {
      if (isExact) this.#addExactGradients(height, count, sums);
      else this.#addGradients(height, count, sums);
    };
    for (const [from, to] of this.#sample) {
      this.#take(from, to);
      this.#takeUsed(from, to, places);
      this.#base = from * (p + STEP);
      this.#steps.set(this.#stepsAt.get(from)!);
      this.#columnSteps.fill(0).set(this.#steps.subarray(0, p));
      let waiting = 0;
      let sums = 0;
      residuals.forEach((residual, k) => {
        this.#subtract(to - from, fits[k], lists[k], residual);
        if (residual.gradient === undefined) return;
        if (isExact) this.#block.set(this.#panel.subarray(0, to - from), (p + waiting) * (to - from));
        else this.#condenseResidual(to - from, p + waiting, residual);
        waiting += 1;
        if (waiting < STEP) return;
        addGradients(to - from, waiting, sums);
        sums += waiting * width;
        waiting = 0;
      });
      if (waiting > 0) addGradients(to - from, waiting, sums);
    }
    return residuals;
  }

  /**
   * About what rounding columns to integers adds to the gap of a fit, relative to half of ‖y‖², where all rows are the sample and columns were orthogonal:
   * then ‖y‖² − Σ(x_j·y)² is left, and b_j is x_j·y − l1.
   *
   * @param l1Of - Its l1, given the largest x_j·y.
   */
  doubtAt(l1Of: (largest: number) => number): number {
    const { squares, products, errors, settings, unit } = this;
    let left = this.sampleSquares;
    let largest = 0;
    let coarsest = 0;
    const norms = squares.map(Math.sqrt);
    const scaleOf = (j: number): number => (settings.standardize ? 1 : norms[j] * unit);
    const correlations = products.map((product, j) => Math.abs(product / norms[j]));
    correlations.forEach((correlation, j) => {
      left -= correlation * correlation;
      largest = Math.max(largest, scaleOf(j) * correlation);
      coarsest = Math.max(coarsest, (scaleOf(j) * Math.sqrt(errors[j])) / norms[j]);
    });
    const l1 = l1Of(largest);
    const size = correlations.reduce((sum, c, j) => sum + Math.max(0, c - l1 / scaleOf(j)) / scaleOf(j), 0);
    left = Math.max(left, LEFT * this.sampleSquares);
    const shrinkage = 1 - 1 / (1 + (DOUBTS * Math.sqrt(left) * coarsest) / l1);
    return (2 * shrinkage * l1 * size + shrinkage * shrinkage * left) / this.sampleSquares;
  }

  /** As {@link #read} of all rows, column after column, without their products. */
  #readColumns(): boolean {
    const { rows: n, columns: p } = this.X;
    const column = this.#column;
    this.#take(0, n);
    for (const [from] of this.#sample) this.#stepsAt.set(from, new Float64Array(p));
    for (let j = 0; j < p; ++j) {
      this.X.copyRowRange(column, 0, n, j, j + 1);
      this.#transform(j, column, n, column.length);
      for (const [from, to] of this.#sample) {
        this.#base = from * (p + STEP);
        if (!this.#condense(j, column, byEight(to - from), from)) return false;
        this.#add(j, column, to - from, from);
        this.#stepsAt.get(from)![j] = this.#steps[j];
      }
    }
    return true;
  }

  #read(ranges: readonly Range[], isFirst: boolean, exact: ExactProducts | undefined, panels: Panel[]): boolean {
    const { kernels } = this.#arena;
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
      for (let k = from; k < from + rowCount; ++k) isRough[this.#rows[k]] = 1;
      for (let k = from; k < from + columnCount; ++k) isRough[this.#columns[k]] = 1;
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
        for (let k = 0; k < PANEL; ++k) scratch[k] = part(this.#panel, k);
        for (let k = 0; k < (exact?.columns.length ?? 0); ++k) kept[k] = part(this.#block, k);
      }
      this.#take(from, to);
      if (this.#isKept) this.#base = from * (p + STEP);
      const steps = this.#stepsAt.get(from);
      if (steps !== undefined) this.#steps.set(steps);
      const isNew = steps === undefined;
      const width = height === padded ? lies : 1;
      for (let left = 0; left < p; left += width) {
        const right = Math.min(left + width, p);
        if (width > 1) X.copyRowRange(this.#panel, from, to, left, right);
        for (let j = left; j < right; ++j) {
          if (!(places[j] >= 0 || (isNew && (isFirst || isRough[j] === 1)))) continue;
          const x = places[j] >= 0 ? kept[places[j]] : scratch[j - left];
          if (width === 1) X.copyRowRange(x, from, to, j, j + 1);
          else if (places[j] >= 0) x.set(scratch[j - left]);
          this.#transform(j, x, height, padded);
          const hasRest = places[j] >= 0 && places[j] < remainders;
          if (isNew && (isFirst || hasRest || isRough[j] === 1) && !this.#condense(j, x, padded)) return false;
          if (isFirst) this.#add(j, x, height);
          if (hasRest) kernels.remainder(padded, x, 0, 1 / this.#steps[j], this.#rests, places[j] * padded);
        }
      }
      if (this.#isKept && isFirst) this.#stepsAt.set(from, this.#steps.slice(0, p));
      if (exact !== undefined) this.#addExact(padded, exact);
      if (exact !== undefined && exact.remainders > 0) this.#addRemainders(padded, exact);
      for (const panel of panels) this.#addRough(padded, panel);
    }
    return true;
  }

  /** Takes those columns of a block that have a place. */
  #takeUsed(from: number, to: number, places: Int32Array): void {
    const height = to - from;
    for (let j = 0; j < places.length; ++j) {
      if (places[j] < 0) continue;
      const x = this.#block.subarray(places[j] * height, (places[j] + 1) * height);
      this.X.copyRowRange(x, from, to, j, j + 1);
      this.#transform(j, x, height, height);
    }
  }

  /** Sets the residual of a block, and adds its squares. */
  #subtract(height: number, { values, mean }: Fitted, places: Int32Array, residual: Residual): void {
    const { float64, listProduct } = this.#arena.kernels;
    const r = this.#panel;
    const work = this.#work;
    this.#places.set(places);
    work.set(values);
    r.set(this.#y.subarray(0, height));
    if (mean !== 0) float64.axpy(height, mean * this.unit, this.#rowScales, 0, r, 0);
    listProduct(height, values.length, this.#places, 0, this.#block, 0, height, -this.unit, work, 0, r, 0);
    residual.squares += float64.sumSquares(height, r, 0);
  }

  #condenseResidual(height: number, j: number, residual: Residual): void {
    const padded = byEight(height);
    this.#panel.fill(0, height, padded);
    this.#scales[j] = residual.scale;
    this.#condense(j, this.#panel, padded);
    residual.scale = this.#scales[j];
    residual.error += height * (0.5 * this.#steps[j]) * (0.5 * this.#steps[j]);
  }

  #addExactGradients(height: number, count: number, sums: number): void {
    const p = this.X.columns;
    const width = byFour(p);
    const [all, rows, work] = [this.#all, this.#rows, this.#work];
    for (let k = 0; k < count; ++k) rows[k] = p + k;
    const { crossGram, float64 } = this.#arena.kernels;
    crossGram(height, this.#block, 0, count, rows, 0, all, 0, p, all, 0, work, 0, width);
    float64.axpy(count * width, 1, work, 0, this.rough, sums);
  }

  #addGradients(height: number, count: number, sums: number): void {
    const p = this.X.columns;
    const rows = this.#rows;
    const steps = this.#rowSteps;
    for (let k = 0; k < STEP; ++k) {
      rows[k] = p + Math.min(k, count - 1);
      // One that makes their number even adds nothing.
      steps[k] = k < count ? this.#steps[p + k] : 0;
    }
    const { integerCrossGram } = this.#arena.kernels;
    const listed = [even(count), rows, 0, steps, 0, byFour(p), this.#columns, 0, this.#columnSteps, 0] as const;
    integerCrossGram(byEight(height), this.#integers, this.#base, ...listed, this.rough, sums);
  }

  /** Takes what belongs to the rows of a block. */
  #take(from: number, to: number): void {
    const { y, rowScales } = this.response;
    this.#y.set(y.subarray(from, to));
    this.#y.fill(0, to - from);
    if (this.#isWeighted) this.#rowScales.set(rowScales.subarray(from, to));
  }

  /** Centres and scales a column of the block. */
  #transform(j: number, x: Float64Array, height: number, padded: number): void {
    const { transform, float64 } = this.#arena.kernels;
    const constants = this.#constants;
    const scales = this.#rowScales;
    if (this.#isWeighted) transform(height, 1, x, 0, this.pivots, j, constants, 0, constants, 1, scales, 0);
    else if (this.#isCentred) float64.axpy(height, -this.pivots[j], scales, 0, x, 0);
    if (height < padded) x.fill(0, height);
  }

  /** Adds what a column of the block has to give on its own. */
  #add(j: number, x: Float64Array, height: number, at = 0): void {
    this.products[j] += this.#sums[0];
    this.squares[j] += this.#sums[1];
    // An integer is off by up to half a step.
    this.errors[j] += height * (0.5 * this.#steps[j]) * (0.5 * this.#steps[j]);
    const { dot } = this.#arena.kernels.float64;
    this.means[j] += this.#needsMeans ? dot(height, x, at, this.#rowScales, at) : this.#sums[4];
  }

  /** Rounds a column of the block to integers that are as fine as they may be; false if that fails because squares are not finite. */
  #condense(j: number, x: Float64Array, padded: number, at = 0): boolean {
    const { condense } = this.#arena.kernels;
    const sums = this.#sums;
    const isNew = this.#scales[j] === 0;
    let scale = isNew ? 1 : this.#scales[j];
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
      if (norm > 0 || !isNew) this.#scales[j] = next;
      if (!isNew || next === scale) return true;
      scale = next;
    }
  }

  #addExact(padded: number, { count, columns }: ExactProducts): void {
    if (count === 0) return;
    const { gram, crossGram, float64 } = this.#arena.kernels;
    const all = this.#all;
    const work = this.#work;
    gram(padded, count, this.#block, 0, work, 0, this.#packed, 0);
    float64.axpy(count * count, 1, work, 0, this.exact, 0);
    const others = columns.length - count;
    if (others === 0) return;
    crossGram(padded, this.#block, 0, count, all, 0, all, 0, others, all, count, work, 0, others);
    float64.axpy(count * others, 1, work, 0, this.exact, count * count);
  }

  #addRemainders(padded: number, { count: first, columns, remainders: count }: ExactProducts): void {
    const rowCount = even(first);
    const columnCount = byFour(count);
    const { integerCrossGram } = this.#arena.kernels;
    const steps = this.#columnSteps;
    const list = this.#places;
    for (let k = 0; k < Math.max(rowCount, columnCount); ++k) {
      list[k] = Math.min(k, count - 1);
      steps[k] = this.#steps[columns[list[k]]] / FINER;
    }
    const listed = [rowCount, list, 0, steps, 0, columnCount, list, 0, steps, 0] as const;
    integerCrossGram(padded, this.#rests, 0, ...listed, this.remainders, 0);
  }

  #addRough(padded: number, { from, rowCount, columnCount, sums }: Panel): void {
    const rows = this.#rows;
    const columns = this.#columns;
    const rowSteps = this.#rowSteps;
    const columnSteps = this.#columnSteps;
    const { integerCrossGram } = this.#arena.kernels;
    for (let k = from; k < from + rowCount; ++k) rowSteps[k] = this.#steps[rows[k]];
    for (let k = from; k < from + columnCount; ++k) columnSteps[k] = this.#steps[columns[k]];
    const listed = [rowCount, rows, from, rowSteps, from, columnCount, columns, from, columnSteps, from] as const;
    integerCrossGram(padded, this.#integers, this.#base, ...listed, this.rough, sums);
  }
}

/** Blocks of rows from one to another, about as high as each other. */
function blocksOf(from: number, to: number, height: number): Range[] {
  const count = Math.ceil((to - from) / height);
  const each = 8 * Math.ceil((to - from) / count / 8);
  const blocks: Range[] = [];
  for (let top = from; top < to; top += each) blocks.push([top, Math.min(top + each, to)]);
  return blocks;
}

/** Divides n rows into the runs of the sample, and blocks of what lies between; all are in the sample where part of them would be most. */
function divide(n: number, p: number, height: number): [sample: Range[], rest: Range[]] {
  if (isWhole(n, p)) return [blocksOf(0, n, height), []];
  const most = Math.floor(n / (2 * RUN));
  const runs = Math.max(1, Math.min(most, Math.ceil(Math.max(SAMPLE * p, SHARE * n) / RUN)));
  const sample: Range[] = [];
  const rest: Range[] = [];
  const fill = (from: number, to: number): void => {
    rest.push(...blocksOf(from, to, height));
  };
  let end = 0;
  for (let run = 0; run < runs; ++run) {
    const start = 8 * Math.floor((run * (n - RUN)) / Math.max(1, runs - 1) / 8);
    fill(end, start);
    end = start + RUN;
    sample.push([start, end]);
  }
  fill(end, n);
  return [sample, rest];
}
