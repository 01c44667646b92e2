import type { Matrix } from "../../data/Matrix.js";
import { float64, type Heap, raw64, take } from "../../kernels/arena.js";
import { hasOther, isLevel, LEAST_SQUARE, mayBeLevel, refuseUnderflow } from "./magnitudes.js";
import { type ColumnTraits, type FitSettings, type Rows, refuseNotFinite, refuseOverflow } from "./rows.js";

/** Values of X that are brought into standard form at a time: few enough to stay in cache from one pass to the next. */
const BLOCK = 32768;
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
  const { kernels } = arena;
  const { weights, totalWeight, rowScales, first } = response;
  const { intercept, standardize } = settings;
  const hasMoments = intercept || standardize;
  // A solution does not depend on them then.
  const mayBePlain = !hasMoments && settings.weights === undefined;
  const [pivots, means, variances, scales, inverses, curvatures] = take(arena, denseColumnsLayout(p));
  scales.fill(1);
  inverses.fill(1);
  const isConstant = new Uint8Array(p);
  const moments = { means: new Float64Array(p), sds: new Float64Array(p) };
  const width = Math.max(8, Math.floor(BLOCK / n));
  for (let from = 0; from < p; from += width) {
    const to = Math.min(from + width, p);
    const count = to - from;
    const at = from * n;
    X.copyColumns(data.subarray(at, to * n), from, to);
    if (!mayBePlain || !plainMoments(arena, n, from, to, data, weights, means, variances)) {
      for (let j = from; j < to; ++j) pivots[j] = data[j * n + first];
      kernels.moments(n, count, data, at, weights, 0, totalWeight, pivots, from, means, from, variances, from);
    }
    for (let j = from; j < to; ++j) {
      const isFlat = mayBeLevel(variances[j], pivots[j] + means[j]) && isLevel(n, data, j * n, 1, weights);
      if (isFlat) variances[j] = 0;
      moments.means[j] = pivots[j] + means[j];
      moments.sds[j] = Math.sqrt(variances[j]);
      if (hasMoments) {
        if (!isFlat && variances[j] < LEAST_SQUARE) refuseSmall(arena, X, j, weights);
        if (variances[j] === 0) isConstant[j] = 1;
        else if (standardize) {
          scales[j] = Math.sqrt(variances[j]);
          inverses[j] = 1 / scales[j];
        }
        if (!(variances[j] < Number.POSITIVE_INFINITY)) refuse(arena, X, data.subarray(at, to * n), from, j);
      }
      if (!intercept) {
        pivots[j] = 0;
        means[j] = 0;
      }
    }
    kernels.transform(n, count, data, at, pivots, from, means, from, inverses, from, rowScales, 0);
    for (let j = from; j < to; ++j) {
      curvatures[j] = kernels.float64.sumSquares(n, data, j * n);
      // A value that is not finite leaves no sum of squares finite.
      if (!(curvatures[j] < Number.POSITIVE_INFINITY)) refuse(arena, X, data.subarray(at, to * n), from, j);
      if (curvatures[j] < LEAST_SQUARE && isConstant[j] === 0) refuseSmall(arena, X, j, weights);
    }
    visit?.(from, to, curvatures);
  }
  return { pivots, means, scales, curvatures, isConstant: (j: number) => isConstant[j] === 1, moments };
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

/** Says what is wrong with X: a value, or else that squares overflow in column j. */
function refuse({ kernels }: Heap, X: Matrix, block: Float64Array, from: number, j: number): never {
  const n = X.rows;
  X.copyColumns(block, from, from + block.length / n);
  const k = block.findIndex((value) => !Number.isFinite(value));
  if (k >= 0) refuseNotFinite(block[k], k % n, from + Math.floor(k / n));
  refuseOverflow(kernels.float64.absMax(n, block, (j - from) * n), j);
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
