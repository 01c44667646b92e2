import type { SparseMatrix } from "../../../data/SparseMatrix.js";
import { float64, type Heap, int32, raw64, take } from "../../../kernels/arena.js";
import { isLevel, LEAST_SQUARE, mayBeLevel, refuseUnderflow } from "../magnitudes.js";
import { type FitSettings, momentsOf, type Rows, refuseNotFinite, refuseOverflow } from "../rows.js";

/** Columns in standard form: x_j − μ_j·e, of which x_j is stored. */
export interface SparseColumns {
  values: Float64Array;
  rowIndices: Int32Array;
  columnPointers: Int32Array;
  /** μ_j */
  implicitMeans: Float64Array;
}

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

/** Copies the values of X, each once: those of rows with weight, without zeros unless the column is filled in. */
function copyColumns(
  X: SparseMatrix,
  weights: Float64Array,
  settings: FitSettings,
  values: Float64Array,
  rowIndices: Int32Array,
  pointers: Int32Array,
): void {
  const { rows: n, columns: p } = X;
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
}

/** Of {@link storedEntries}, p columns. */
export function sparseColumnsLayout(p: number, entries: number) {
  const vector = float64(p);
  const stored = [raw64(entries), int32(entries), int32(p + 1), int32(p + 1)] as const;
  return [...stored, vector, vector, vector, vector, raw64(p), raw64(p)] as const;
}

/** The columns in standard form, in blocks of four. */
export function standardizeSparse(arena: Heap, X: SparseMatrix, response: Rows, settings: FitSettings) {
  const { columns: p } = X;
  const { kernels } = arena;
  const { weights, totalWeight, rowScales } = response;
  const { intercept, standardize } = settings;
  const hasMoments = intercept || standardize;
  const arrays = take(arena, sparseColumnsLayout(p, storedEntries(X, settings)));
  const [values, rowIndices, pointers, columnPointers, pivots, means, implicitMeans, variances, scales, curvatures] =
    arrays;
  copyColumns(X, weights, settings, values, rowIndices, pointers);
  scales.fill(1);
  let height = 0;
  for (let i = 0; i < weights.length; ++i) if (weights[i] > 0) height += 1;
  const isFull = (j: number): boolean => pointers[j + 1] - pointers[j] === height;
  for (let j = 0; j < p; ++j) if (isFull(j)) pivots[j] = values[pointers[j]];
  const sums = [pivots, 0, means, 0, variances, 0] as const;
  kernels.sparseMoments(height, p, values, 0, rowIndices, 0, pointers, 0, weights, 0, totalWeight, ...sums);
  for (let j = 0; j < p; ++j) {
    if (isFull(j) && mayBeLevel(variances[j], pivots[j] + means[j]) && isLevel(height, values, pointers[j], 1))
      variances[j] = 0;
    else if (hasMoments && variances[j] < LEAST_SQUARE && pointers[j + 1] > pointers[j])
      refuseUnderflow(largest(X, j), j);
  }
  const moments = momentsOf(pivots, means, variances);
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
    const centre = [pivots[j], full ? means[j] : 0] as const;
    const squares = move(values, rowIndices, pointers[j], count, columnPointers[j], centre, inverse, rowScales);
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
    moments,
  };
}

/**
 * Moves `count` values of a column with their rows, each less the centre, times `inverse` and what its row is scaled by, and fills the last block; returns ‖x_j‖².
 */
function move(
  values: Float64Array,
  rowIndices: Int32Array,
  from: number,
  count: number,
  to: number,
  [pivot, mean]: readonly [pivot: number, mean: number],
  inverse: number,
  rowScales: Float64Array,
): number {
  const last = count > 0 ? rowIndices[from + count - 1] : 0;
  let squares = 0;
  for (let k = count - 1; k >= 0; --k) {
    const row = rowIndices[from + k];
    const value = (values[from + k] - pivot - mean) * inverse * rowScales[row];
    values[to + k] = value;
    rowIndices[to + k] = row;
    squares += value * value;
  }
  values.fill(0, to + count, to + padded(count));
  rowIndices.fill(last, to + count, to + padded(count));
  return squares;
}

/** The largest |x_ij| of a column. */
function largest({ values, columnPointers }: SparseMatrix, j: number): number {
  let size = 0;
  for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) size = Math.max(size, Math.abs(values[k]));
  return size;
}
