import type { Matrix } from "../data/Matrix.js";
import { alignedBytes, type Heap } from "../kernels/arena.js";
import { ColumnBasis } from "./columnBasis.js";
import { hasOther, isLevel, LEAST_SQUARE, mayBeLevel, refuseUnderflow } from "./magnitudes.js";
import {
  type Columns,
  coordinates,
  coordinatesBytes,
  type FitSettings,
  type Projection,
  Rounding,
  type Rows,
  refuseNotFinite,
  refuseOverflow,
  responseBytes,
  standardizeResponse,
} from "./problem.js";
import { quantizeColumns, Screening } from "./screening.js";
import type { DataProblem } from "./workingSet.js";

/** A problem whose X lies in memory as a dense matrix in standard form. */
export interface DenseProblem extends DataProblem {
  /** Column-major, n × p. */
  X: Float64Array;
  y: Float64Array;
  /** The residual y − X·b, as of the latest refresh. */
  r: Float64Array;
}

/** The bytes that {@link denseProblem} takes from its arena. */
export function denseProblemBytes(n: number, p: number, screened: boolean): number {
  const columns = 7 * alignedBytes(8 * p) + alignedBytes(4 * p);
  return (
    alignedBytes(8 * n * p) +
    alignedBytes(8 * n) +
    columns +
    responseBytes(n) +
    coordinatesBytes(p) +
    (screened ? Screening.bytes(n, p) : 0)
  );
}

/** Values of X that are brought into standard form at a time: few enough to stay in cache from one pass to the next. */
const BLOCK = 32768;

/**
 * Copies X and brings it into standard form, with y and the settings. X is checked here, everything else before.
 *
 * @param screened - Whether to keep a copy of X in 16-bit integers, from which gradients are estimated at a quarter of the memory traffic.
 */
export function denseProblem(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  settings: FitSettings,
  screened = false,
): DenseProblem {
  const { rows: n, columns: p } = X;
  const { kernels } = arena;
  const { sumSquares } = kernels.float64;
  const { listTransposedProduct } = kernels;
  const data = arena.raw64(n * p);
  const response = standardizeResponse(arena, y, settings);
  const integers = screened ? arena.raw16(n * p) : undefined;
  /** Xᵀy */
  const products = arena.raw64(p);
  const columns = standardizeColumns(arena, X, data, response, settings, (from, to, curvatures) => {
    kernels.transposedProduct(n, to - from, data, from * n, response.y, 0, products, from);
    if (integers !== undefined) quantizeColumns(kernels, n, data, curvatures, from, to, integers);
  });
  const problem = coordinates(arena, columns, response, settings);
  const { b, z, eligible } = problem;
  const r = arena.raw64(n);
  const rounding = new Rounding(problem);
  /** Coefficients, or gradients, of the listed columns, one after the other. */
  const packed = arena.raw64(p);
  const list = arena.int32(p);

  const screening = integers && new Screening(problem, integers, r);

  const isStart = (): boolean => {
    for (let i = 0; i < n; ++i) if (r[i] !== response.y[i]) return false;
    return true;
  };
  const residual = (count = eligible.length, columns = eligible): number => {
    r.set(response.y);
    rounding.measure(problem, count, columns);
    let moved = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] === 0) continue;
      packed[moved] = b[j];
      list[moved++] = j;
    }
    kernels.listProduct(n, moved, list, 0, data, 0, n, -1, packed, 0, r, 0);
    return sumSquares(n, r, 0);
  };
  const gradient = (count: number, listed: Int32Array): void => {
    if (isStart()) {
      for (let k = 0; k < count; ++k) z[listed[k]] = products[listed[k]];
      return;
    }
    listTransposedProduct(n, count, listed, 0, data, 0, r, 0, packed, 0);
    for (let k = 0; k < count; ++k) z[listed[k]] = packed[k];
  };
  const screen = (count: number, listed: Int32Array): void => {
    if (screening === undefined) gradient(count, listed);
    else gradient(screening.run(count, listed, list), list);
  };
  let basis: { of: string; columns: ColumnBasis } | undefined;
  const project = (columns: readonly number[], residualSquares: number): Projection => {
    const of = columns.join();
    if (basis?.of !== of) basis = { of, columns: new ColumnBasis(n, data, columns) };
    return basis.columns.project(r, residualSquares, () => {
      listTransposedProduct(n, eligible.length, eligible, 0, data, 0, r, 0, packed, 0);
      const projected = new Float64Array(p);
      for (let k = 0; k < eligible.length; ++k) projected[eligible[k]] = packed[k];
      return projected;
    });
  };
  return {
    ...problem,
    X: data,
    y: response.y,
    r,
    residual,
    gradient,
    screen,
    project,
    shrinkageGap: (...dual) => rounding.shrinkageGap(...dual),
    slack: (...dual) => rounding.slack(...dual),
    refresh: () => {
      const squares = residual();
      screen(eligible.length, eligible);
      return squares;
    },
    responseProducts: (out) => {
      out.set(products);
      return sumSquares(n, response.y, 0);
    },
    crossGram: (rowCount, rows, places, columnCount, columns, G, stride) => {
      kernels.crossGram(n, data, 0, rowCount, rows, 0, places, 0, columnCount, columns, 0, G, 0, stride);
    },
  };
}

/** Copies X into `data` and brings it into standard form. `visit` is told of columns that are done, while they are in cache. */
export function standardizeColumns(
  arena: Heap,
  X: Matrix,
  data: Float64Array,
  response: Rows,
  settings: FitSettings,
  visit?: (from: number, to: number, squares: Float64Array) => void,
): Columns {
  const { rows: n, columns: p } = X;
  const { kernels } = arena;
  const { weights, totalWeight, rowScales, first } = response;
  const { intercept, standardize } = settings;
  const pivots = arena.float64(p);
  const means = arena.float64(p);
  const variances = arena.float64(p);
  const scales = arena.raw64(p).fill(1);
  const inverses = arena.raw64(p).fill(1);
  const curvatures = arena.raw64(p);
  const isConstant = new Uint8Array(p);
  const width = Math.max(8, Math.floor(BLOCK / n));
  for (let from = 0; from < p; from += width) {
    const to = Math.min(from + width, p);
    const count = to - from;
    const at = from * n;
    X.copyColumns(data.subarray(at, to * n), from, to);
    if (intercept || standardize) {
      for (let j = from; j < to; ++j) pivots[j] = data[j * n + first];
      kernels.moments(n, count, data, at, weights, 0, totalWeight, pivots, from, means, from, variances, from);
      for (let j = from; j < to; ++j) {
        if (mayBeLevel(variances[j], pivots[j] + means[j]) && isLevel(n, data, j * n, 1, weights)) variances[j] = 0;
        else if (variances[j] < LEAST_SQUARE) refuseSmall(arena, X, j, weights);
        if (variances[j] === 0) isConstant[j] = 1;
        else if (standardize) {
          scales[j] = Math.sqrt(variances[j]);
          inverses[j] = 1 / scales[j];
        }
        if (!(variances[j] < Number.POSITIVE_INFINITY)) refuse(arena, X, data.subarray(at, to * n), from, j);
        if (!intercept) {
          pivots[j] = 0;
          means[j] = 0;
        }
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
  return { pivots, means, scales, curvatures, isConstant: (j: number) => isConstant[j] === 1 };
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
