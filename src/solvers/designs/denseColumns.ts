import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Matrix } from "../../data/Matrix.js";
import { float64, type Heap, raw64, take } from "../../kernels/arena.js";
import { hasOther, isLevel, LEAST_SQUARE, mayBeLevel, refuseUnderflow } from "./magnitudes.js";
import { type ColumnTraits, type FitSettings, type Rows, refuseNotFinite, refuseOverflow } from "./rows.js";

/** Values of X that are brought into standard form at a time: few enough to stay in cache from one pass to the next. */
const BLOCK = 32768;
/** Columns that are taken at a time out of a matrix that lies row after row: a line of the cache has as many of their values. */
const PANEL = 8;
/** Mean squares that are this much larger than a variance leave two digits less of it. */
const CANCELLED = 100;

export const denseColumnsLayout = (p: number) =>
  [float64(p), float64(p), float64(p), raw64(p), raw64(p), raw64(p)] as const;

/** Copies X into `data` and brings it into standard form. `visit` is told of columns that are done, while they are in cache. */
export function standardizeColumns(
  arena: Heap,
  X: Matrix,
  data: Float64Array,
  response: Rows,
  settings: FitSettings,
  visit?: (from: number, to: number, squares: Float64Array) => void,
): ColumnTraits {
  const { rows: n, columns: p } = X;
  const columns = new ColumnScaler(arena, X, data, response, settings);
  const step = Math.max(1, Math.floor(BLOCK / n));
  const isByColumn = X instanceof DenseMatrix && X.order === "column";
  const panel = isByColumn ? step : step * Math.ceil(PANEL / step);
  for (let left = 0; left < p; left += panel) {
    const right = Math.min(left + panel, p);
    X.copyColumns(data.subarray(left * n, right * n), left, right);
    for (let from = left; from < right; from += step) {
      const to = Math.min(from + step, right);
      columns.measure(from, to);
      columns.transform(from, to);
      visit?.(from, to, columns.traits.curvatures);
    }
  }
  return columns.traits;
}

/** Brings columns of a copy of X into standard form, some at a time. */
class ColumnScaler {
  readonly traits: ColumnTraits;
  readonly #arena: Heap;
  readonly #X: Matrix;
  readonly #data: Float64Array;
  readonly #rows: Rows;
  readonly #settings: FitSettings;
  readonly #hasMoments: boolean;
  readonly #variances: Float64Array;
  readonly #inverses: Float64Array;
  readonly #isConstant: Uint8Array;

  constructor(arena: Heap, X: Matrix, data: Float64Array, rows: Rows, settings: FitSettings) {
    const p = X.columns;
    const [pivots, means, variances, scales, inverses, curvatures] = take(arena, denseColumnsLayout(p));
    const isConstant = new Uint8Array(p);
    const moments = { means: new Float64Array(p), sds: new Float64Array(p) };
    scales.fill(1);
    this.traits = { pivots, means, scales, curvatures, isConstant: (j) => isConstant[j] === 1, moments };
    this.#arena = arena;
    this.#X = X;
    this.#data = data;
    this.#rows = rows;
    this.#settings = settings;
    this.#hasMoments = settings.intercept || settings.standardize;
    this.#variances = variances;
    this.#inverses = inverses.fill(1);
    this.#isConstant = isConstant;
  }

  /** Finds out how columns, as they are, are to be centred and scaled. */
  measure(from: number, to: number): void {
    const n = this.#X.rows;
    const { intercept, standardize } = this.#settings;
    const { pivots, means, scales, moments } = this.traits;
    const { weights } = this.#rows;
    const data = this.#data;
    const variances = this.#variances;
    this.#findMoments(from, to);
    for (let j = from; j < to; ++j) {
      const isFlat = mayBeLevel(variances[j], pivots[j] + means[j]) && isLevel(n, data, j * n, 1, weights);
      if (isFlat) variances[j] = 0;
      moments.means[j] = pivots[j] + means[j];
      moments.sds[j] = Math.sqrt(variances[j]);
      if (this.#hasMoments) {
        if (!isFlat && variances[j] < LEAST_SQUARE) refuseSmall(this.#arena, this.#X, j, weights);
        if (variances[j] === 0) this.#isConstant[j] = 1;
        else if (standardize) {
          scales[j] = Math.sqrt(variances[j]);
          this.#inverses[j] = 1 / scales[j];
        }
        if (!(variances[j] < Number.POSITIVE_INFINITY)) this.#refuse(from, to, j);
      }
      if (!intercept) {
        pivots[j] = 0;
        means[j] = 0;
      }
    }
  }

  transform(from: number, to: number): void {
    const n = this.#X.rows;
    const { kernels } = this.#arena;
    const { rowScales, weights } = this.#rows;
    const { pivots, means, curvatures } = this.traits;
    const data = this.#data;
    kernels.transform(n, to - from, data, from * n, pivots, from, means, from, this.#inverses, from, rowScales, 0);
    for (let j = from; j < to; ++j) {
      curvatures[j] = kernels.float64.sumSquares(n, data, j * n);
      // A value that is not finite leaves no sum of squares finite.
      if (!(curvatures[j] < Number.POSITIVE_INFINITY)) this.#refuse(from, to, j);
      if (curvatures[j] < LEAST_SQUARE && this.#isConstant[j] === 0) refuseSmall(this.#arena, this.#X, j, weights);
    }
  }

  /** Weighted means about pivots, and variances. */
  #findMoments(from: number, to: number): void {
    const arena = this.#arena;
    const n = this.#X.rows;
    const { weights, totalWeight, first } = this.#rows;
    const { pivots, means } = this.traits;
    const data = this.#data;
    const variances = this.#variances;
    // A solution does not depend on them then.
    const mayBePlain = !this.#hasMoments && this.#settings.weights === undefined;
    if (mayBePlain && plainMoments(arena, n, from, to, data, weights, means, variances)) return;
    for (let j = from; j < to; ++j) pivots[j] = data[j * n + first];
    const moments = [means, from, variances, from] as const;
    arena.kernels.moments(n, to - from, data, from * n, weights, 0, totalWeight, pivots, from, ...moments);
  }

  /** Says what is wrong with the columns: a value, or else that squares overflow in column j. */
  #refuse(from: number, to: number, j: number): never {
    const n = this.#X.rows;
    const block = this.#data.subarray(from * n, to * n);
    this.#X.copyColumns(block, from, to);
    const k = block.findIndex((value) => !Number.isFinite(value));
    if (k >= 0) refuseNotFinite(block[k], k % n, from + Math.floor(k / n));
    refuseOverflow(this.#arena.kernels.float64.absMax(n, block, (j - from) * n), j);
  }
}

/** Means and variances of columns from..to by sums about 0, weights 1; false where too many of their digits cancel, or squares underflow. */
function plainMoments(
  { kernels }: Heap,
  n: number,
  from: number,
  to: number,
  data: Float64Array,
  ones: Float64Array,
  means: Float64Array,
  variances: Float64Array,
): boolean {
  const { dot, sumSquares } = kernels.float64;
  for (let j = from; j < to; ++j) {
    const square = sumSquares(n, data, j * n) / n;
    means[j] = dot(n, data, j * n, ones, 0) / n;
    variances[j] = square - means[j] * means[j];
    if (!(square <= CANCELLED * variances[j] && square >= LEAST_SQUARE)) return false;
  }
  return true;
}

/** Says that squares underflow in column j, unless it is 0 where there are weights. */
function refuseSmall({ kernels }: Heap, X: Matrix, j: number, weights: Float64Array): void {
  const column = new Float64Array(X.rows);
  X.copyColumns(column, j, j + 1);
  if (hasOther(X.rows, column, 0, 0, weights, 0)) refuseUnderflow(kernels.float64.absMax(X.rows, column, 0), j);
}

/** Copies of some columns of n rows, one after the other. */
export function listedColumns(n: number, X: Float64Array, columns: readonly number[]): Float64Array {
  const out = new Float64Array(n * columns.length);
  columns.forEach((j, k) => {
    out.set(X.subarray(j * n, j * n + n), k * n);
  });
  return out;
}
