import type { SparseMatrix } from "../data/SparseMatrix.js";
import { alignedBytes, type Heap } from "../kernels/arena.js";
import { ColumnBasis } from "./columnBasis.js";
import { isLevel, LEAST_SQUARE, mayBeLevel, refuseUnderflow } from "./magnitudes.js";
import {
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
import type { DataProblem } from "./workingSet.js";

/** Columns in standard form: x_j − μ_j·e, of which x_j is stored. */
export interface SparseColumns {
  values: Float64Array;
  rowIndices: Int32Array;
  columnPointers: Int32Array;
  /** μ_j */
  implicitMeans: Float64Array;
}

/** Columns with their coordinates, under whatever numbers. */
export interface SparseCoordinates extends SparseColumns {
  b: Float64Array;
  curvatures: Float64Array;
  l1: Float64Array;
  l2: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}

/** A problem whose X lies in memory in compressed sparse columns, centred only by what its descent knows of the means. */
export interface SparseProblem extends DataProblem {
  columns: SparseColumns;
  /** One epoch of coordinate descent over the listed ones of some columns; returns the largest ‖x_j‖²·Δ_j². */
  epochOf(of: SparseCoordinates, count: number, listed: Int32Array): number;
  /** {@link residual} at a b which is 0 but for the listed ones of some columns. */
  residualOf(of: SparseCoordinates, count: number, listed: Int32Array): number;
  /** The residual, but for a multiple of e that epochs keep apart, until it is flattened. */
  r: Float64Array;
  flatten(): void;
  /** The column with the largest penalty factor: where it has no l1 or no l2, none has. */
  mostPenalised: number;
}

/** The bytes that {@link sparseProblem} takes from its arena, `entries` as {@link storedEntries} has it. */
export function sparseProblemBytes(n: number, p: number, entries: number): number {
  return (
    alignedBytes(8 * entries) +
    alignedBytes(4 * entries) +
    2 * alignedBytes(4 * (p + 1)) +
    7 * alignedBytes(8 * p) +
    alignedBytes(4 * p) +
    2 * alignedBytes(8 * n) +
    alignedBytes(8) +
    responseBytes(n) +
    coordinatesBytes(p)
  );
}

/** What an epoch has to read. */
const HAS_MEANS = 1;
const HAS_L2 = 2;
const HAS_BOUNDS = 4;

/** The most operations for a basis of columns that are unpenalised: these are filled in. */
const MOST_PROJECTED = 1e9;

/** Whether a column of `count` stored values is filled in, so that it can be centred before it is scaled. */
const isFilled = (count: number, n: number, { intercept, standardize }: FitSettings): boolean =>
  (intercept || standardize) && 2 * count > n;

/** Columns are stored in blocks of four values: zeros at their end cost less than loops that end anywhere. */
const padded = (count: number): number => (count + 3) & ~3;

/** The most values that X takes up in a problem. */
export function storedEntries({ rows: n, columns: p, columnPointers }: SparseMatrix, settings: FitSettings): number {
  let entries = 0;
  for (let j = 0; j < p; ++j) {
    const count = columnPointers[j + 1] - columnPointers[j];
    entries += padded(isFilled(count, n, settings) ? n : count);
  }
  return entries;
}

/**
 * Copies a sparse X and brings it into standard form, with y and the settings. X is checked here, everything else before.
 *
 * Its values are scaled in place. With e_i = √v_i, a vector of norm 1 that the residual is orthogonal to if there is an intercept, the
 * column is x_j − μ_j·e, and x_j alone is stored. So a gradient is a sparse dot product, and only norms and products of
 * columns lose digits to their means: at most one bit, because columns that are more than half full are stored centred, with μ_j = 0.
 */
export function sparseProblem(arena: Heap, X: SparseMatrix, y: Float64Array, settings: FitSettings): SparseProblem {
  const { rows: n, columns: p } = X;
  const { kernels } = arena;
  const { dot, axpy, sumSquares } = kernels.float64;
  const response = standardizeResponse(arena, y, settings);
  const stored = standardizeSparse(arena, X, response, settings);
  const { values, rowIndices, columnPointers, implicitMeans } = stored;
  const problem = coordinates(arena, stored, response, settings);
  const { z, l2, eligible, penaltyFactor } = problem;
  const isBounded = settings.lowerBounds !== undefined || settings.upperBounds !== undefined;
  const traits = (settings.intercept ? HAS_MEANS : 0) + (isBounded ? HAS_BOUNDS : 0);
  /** Where this one has no l2, none has. */
  const mostPenalised = eligible.reduce((most, j) => (penaltyFactor[j] > penaltyFactor[most] ? j : most), eligible[0]);
  const e = response.rowScales;
  const r = arena.raw64(n);
  const rounding = new Rounding(problem);
  const shift = arena.float64(1);
  /** A column filled in, and its products with others. */
  const column = arena.float64(n);
  const products = arena.raw64(p);

  const residualOf: SparseProblem["residualOf"] = (of, count, listed) => {
    r.set(response.y);
    rounding.measure(of, count, listed);
    shift[0] = 0;
    const X = [of.values, 0, of.rowIndices, 0, of.columnPointers, 0] as const;
    kernels.sparseListProduct(count, listed, 0, ...X, -1, of.b, 0, r, 0);
    if (settings.intercept) {
      let mean = 0;
      for (let k = 0; k < count; ++k) mean += of.implicitMeans[listed[k]] * of.b[listed[k]];
      axpy(n, mean, e, 0, r, 0);
      axpy(n, -dot(n, e, 0, r, 0), e, 0, r, 0);
    }
    return sumSquares(n, r, 0);
  };
  const columns = { values, rowIndices, columnPointers, implicitMeans };
  const own = { ...problem, ...columns };
  const residual = (count = eligible.length, listed = eligible): number => residualOf(own, count, listed);
  /** out ← Xᵀv in the eligible columns, for a v orthogonal to e. */
  const multiply = (v: Float64Array, out: Float64Array): void => {
    const list = [eligible.length, eligible, 0] as const;
    kernels.sparseListTransposedProduct(...list, values, 0, rowIndices, 0, columnPointers, 0, v, 0, out, 0);
  };
  const gradient = (count: number, columns: Int32Array): void => {
    const list = [count, columns, 0] as const;
    kernels.sparseListTransposedProduct(...list, values, 0, rowIndices, 0, columnPointers, 0, r, 0, z, 0);
  };
  const fill = (columns: readonly number[]): Float64Array => {
    const filled = new Float64Array(n * columns.length);
    columns.forEach((j, k) => {
      for (let i = 0; i < n; ++i) filled[k * n + i] = -implicitMeans[j] * e[i];
      for (let at = columnPointers[j]; at < columnPointers[j + 1]; ++at) filled[k * n + rowIndices[at]] += values[at];
    });
    return filled;
  };
  let basis: { of: string; columns: ColumnBasis } | undefined;
  const project = (columns: readonly number[], residualSquares: number): Projection | undefined => {
    const count = columns.length;
    if (n * count * Math.min(n, count) > MOST_PROJECTED) return undefined;
    const of = columns.join();
    if (basis?.of !== of) basis = { of, columns: new ColumnBasis(n, fill(columns), Array.from(columns.keys())) };
    return basis.columns.project(r, residualSquares, () => {
      multiply(r, products);
      return products.slice();
    });
  };
  return {
    ...problem,
    residual,
    gradient,
    screen: gradient,
    project,
    shrinkageGap: (...dual) => rounding.shrinkageGap(...dual),
    slack: (...dual) => rounding.slack(...dual),
    refresh: () => {
      const squares = residual();
      gradient(eligible.length, eligible);
      return squares;
    },
    r,
    flatten: () => {
      axpy(n, shift[0], e, 0, r, 0);
      shift[0] = 0;
    },
    columns,
    mostPenalised,
    residualOf,
    epochOf: (of, count, listed) =>
      kernels.sparseEpoch(
        count,
        listed,
        0,
        of.values,
        0,
        of.rowIndices,
        0,
        of.columnPointers,
        0,
        r,
        0,
        shift,
        0,
        of.implicitMeans,
        0,
        of.b,
        0,
        of.curvatures,
        0,
        of.l1,
        0,
        of.l2,
        0,
        of.lower,
        0,
        of.upper,
        0,
        traits + (l2[mostPenalised] === 0 ? 0 : HAS_L2),
      ),
    responseProducts: (out) => {
      multiply(response.y, out);
      return sumSquares(n, response.y, 0);
    },
    crossGram: (rowCount, rows, places, columnCount, columns, G, stride) => {
      const list = [columnCount, columns, 0] as const;
      for (let a = 0; a < rowCount; ++a) {
        const j = rows[a];
        const row = places[a] * stride;
        const start = columnPointers[j];
        const end = columnPointers[j + 1];
        for (let k = start; k < end; ++k) column[rowIndices[k]] += values[k];
        kernels.sparseListTransposedProduct(
          ...list,
          values,
          0,
          rowIndices,
          0,
          columnPointers,
          0,
          column,
          0,
          products,
          0,
        );
        for (let k = start; k < end; ++k) column[rowIndices[k]] = 0;
        for (let c = 0; c < columnCount; ++c) {
          G[row + c] = products[columns[c]] - implicitMeans[j] * implicitMeans[columns[c]];
        }
      }
    },
  };
}

/** Copies the values of X, each once: those of rows with weight, without zeros unless the column is filled in. */
function copyColumns(arena: Heap, X: SparseMatrix, weights: Float64Array, settings: FitSettings) {
  const { rows: n, columns: p } = X;
  const entries = storedEntries(X, settings);
  const values = arena.raw64(entries);
  const rowIndices = arena.int32(entries);
  const pointers = arena.int32(p + 1);
  const column = new Float64Array(n);
  let at = 0;
  const add = (row: number, value: number): void => {
    values[at] = value;
    rowIndices[at++] = row;
  };
  for (let j = 0; j < p; ++j) {
    const start = X.columnPointers[j];
    const end = X.columnPointers[j + 1];
    const filled = isFilled(end - start, n, settings);
    for (let k = start; k < end; ++k) {
      const row = X.rowIndices[k];
      const value = X.values[k];
      if (!Number.isFinite(value)) refuseNotFinite(value, row, j);
      if (filled) column[row] = value;
      else if (value !== 0 && weights[row] > 0) add(row, value);
    }
    if (filled) {
      for (let i = 0; i < n; ++i) if (weights[i] > 0) add(i, column[i]);
      column.fill(0);
    }
    pointers[j + 1] = at;
  }
  return { values, rowIndices, pointers };
}

/** The columns in standard form, in blocks of four. */
export function standardizeSparse(arena: Heap, X: SparseMatrix, response: Rows, settings: FitSettings) {
  const { columns: p } = X;
  const { kernels } = arena;
  const { weights, totalWeight, rowScales } = response;
  const { intercept, standardize } = settings;
  const hasMoments = intercept || standardize;
  const { values, rowIndices, pointers } = copyColumns(arena, X, weights, settings);
  const columnPointers = arena.int32(p + 1);
  const pivots = arena.float64(p);
  const means = arena.float64(p);
  const implicitMeans = arena.float64(p);
  const variances = arena.float64(p);
  const scales = arena.raw64(p).fill(1);
  const curvatures = arena.raw64(p);
  let height = 0;
  for (let i = 0; i < weights.length; ++i) if (weights[i] > 0) height += 1;
  const isFull = (j: number): boolean => pointers[j + 1] - pointers[j] === height;
  if (hasMoments) {
    for (let j = 0; j < p; ++j) if (isFull(j)) pivots[j] = values[pointers[j]];
    const moments = [pivots, 0, means, 0, variances, 0] as const;
    kernels.sparseMoments(height, p, values, 0, rowIndices, 0, pointers, 0, weights, 0, totalWeight, ...moments);
    for (let j = 0; j < p; ++j) {
      if (isFull(j) && mayBeLevel(variances[j], pivots[j] + means[j]) && isLevel(height, values, pointers[j], 1))
        variances[j] = 0;
      else if (variances[j] < LEAST_SQUARE && pointers[j + 1] > pointers[j]) refuseUnderflow(largest(X, j), j);
    }
  }
  if (!intercept) {
    pivots.fill(0);
    means.fill(0);
  }
  for (let j = 0; j < p; ++j) columnPointers[j + 1] = columnPointers[j] + padded(pointers[j + 1] - pointers[j]);
  // From the last to the first, so that none is overwritten before it is moved.
  for (let j = p - 1; j >= 0; --j) {
    const count = pointers[j + 1] - pointers[j];
    if (standardize && variances[j] > 0) scales[j] = Math.sqrt(variances[j]);
    const inverse = 1 / scales[j];
    const full = isFull(j);
    const pivot = pivots[j];
    const mean = full ? means[j] : 0;
    const from = pointers[j];
    const to = columnPointers[j];
    const last = count > 0 ? rowIndices[from + count - 1] : 0;
    let squares = 0;
    for (let k = count - 1; k >= 0; --k) {
      const row = rowIndices[from + k];
      const value = (values[from + k] - pivot - mean) * inverse * rowScales[row];
      values[to + k] = value;
      rowIndices[to + k] = row;
      squares += value * value;
    }
    for (let k = to + count; k < columnPointers[j + 1]; ++k) {
      values[k] = 0;
      rowIndices[k] = last;
    }
    const isImplicit = intercept && !full;
    if (isImplicit) implicitMeans[j] = means[j] * inverse;
    curvatures[j] = isImplicit ? variances[j] * inverse * inverse : squares;
    if (!(variances[j] < Number.POSITIVE_INFINITY && squares < Number.POSITIVE_INFINITY)) {
      refuseOverflow(largest(X, j), j);
    }
    if (!hasMoments && squares < LEAST_SQUARE && count > 0) refuseUnderflow(largest(X, j), j);
  }
  return {
    values,
    rowIndices,
    columnPointers,
    implicitMeans,
    pivots,
    means,
    scales,
    curvatures,
    isConstant: (j: number) => hasMoments && variances[j] === 0,
  };
}

/** The largest |x_ij| of a column. */
function largest({ values, columnPointers }: SparseMatrix, j: number): number {
  let size = 0;
  for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) size = Math.max(size, Math.abs(values[k]));
  return size;
}
