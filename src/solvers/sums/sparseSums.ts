import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { type CompressedRows, compressRows } from "../../arithmetic/compressRows.js";
import { difference } from "../../arithmetic/subtractOffset.js";
import type { SparseMatrix } from "../../data/SparseMatrix.js";
import { float64, type Heap, int32, raw64, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";
import { refuseNotFinite } from "../designs/rows.js";
import { MOST_SUMS } from "../designs/sparse/SparseGram.js";
import type { GramSums, RowSummer } from "./GramSums.js";
import { mirror } from "./mirror.js";

/** For sets of at most `rows` rows. */
export function sparseSummerLayout({ columns: p, values }: SparseMatrix, rows: number) {
  const entries = values.length + rows;
  const stored = [raw64(entries), int32(entries), int32(p + 2)] as const;
  const byRow = [raw64(entries), int32(entries), int32(rows + 1), int32(p + 1)] as const;
  return [...stored, ...byRow, raw64(rows), float64(p + 1), raw64(p + 1)] as const;
}

/** Whether no column loses more than a digit of its variance to its mean, because half of it is 0. */
export function hasSparseColumns({ rows, columns, columnPointers }: SparseMatrix): boolean {
  for (let j = 0; j < columns; ++j) if (2 * (columnPointers[j + 1] - columnPointers[j]) > rows) return false;
  return true;
}

/**
 * Sums rows of a sparse X and y without filling them in, the pivots of the columns 0:
 *
 * ```text
 * products = Σ s_i·x_i·x_iᵀ − weight·means·meansᵀ
 * ```
 *
 * @param shares - s_i of each row; undefined for 1.
 * @param pivot - Of y − offset.
 * @param rows - The most rows in a set.
 */
export function sparseSummer(
  arena: Heap,
  X: SparseMatrix,
  y: Float64Array,
  offset: Float64Array | undefined,
  shares: Float64Array | undefined,
  pivot: number,
  rows: number,
): RowSummer {
  const { kernels } = arena;
  const size = X.columns + 1;
  const arrays = take(arena, sparseSummerLayout(X, rows));
  const [values, rowIndices, pointers, rowValues, columns, starts, places, weights, noPivots, variances] = arrays;
  places.fill(-1);
  /** The rows by columns, y the last of them, all of it stored. */
  const read = (listed: Int32Array): void => {
    const count = listed.length;
    const part = count === X.rows ? X : X.takeRows(listed);
    const entries = part.values.length;
    const bad = part.values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const column = part.columnPointers.findIndex((pointer) => pointer > bad) - 1;
      refuseNotFinite(part.values[bad], listed[part.rowIndices[bad]], column);
    }
    values.set(part.values);
    rowIndices.set(part.rowIndices);
    pointers.set(part.columnPointers);
    pointers[size] = entries + count;
    for (let i = 0; i < count; ++i) {
      weights[i] = shares?.[listed[i]] ?? 1;
      values[entries + i] = difference(y[listed[i]], offset?.[listed[i]] ?? 0, pivot);
      rowIndices[entries + i] = i;
    }
  };
  return {
    sum: (listed, sums: GramSums) => {
      const count = listed.length;
      read(listed);
      const { means, products } = sums;
      sums.squares = listed.reduce((sum, row, i) => sum + weights[i] * y[row] * y[row], 0);
      const weight = compensatedSum(weights.subarray(0, count));
      sums.weight = weight;
      const csc = [values, 0, rowIndices, 0, pointers, 0, weights, 0] as const;
      kernels.sparseMoments(count, size, ...csc, weight, noPivots, 0, means, 0, variances, 0);
      const entries = pointers[size];
      const stored = { values: values.subarray(0, entries), rowIndices: rowIndices.subarray(0, entries) };
      const part = { rows: count, columns: size, ...stored, columnPointers: pointers };
      starts.set(compressRows(part, columns, rowValues).starts);
      multiply(kernels, count, { starts, columns, values: rowValues }, weights, places, products);
      for (let j = 0; j < size; ++j) {
        kernels.float64.axpy(size, -weight * means[j], means, 0, products, j * size);
        products[j * size + j] = weight * variances[j];
      }
    },
  };
}

/**
 * products ← Σ s_i·x_i·x_iᵀ of so many rows
 *
 * @param places - −1 for each column, before and after.
 */
function multiply(
  kernels: Kernels,
  count: number,
  { starts, columns, values }: CompressedRows,
  weights: Float64Array,
  places: Int32Array,
  products: Float64Array,
): void {
  const size = places.length;
  const byRow = [starts, 0, columns, 0, values, 0, weights, 0] as const;
  const together = Math.max(1, Math.floor(MOST_SUMS / size));
  products.fill(0);
  for (let from = 0; from < size; from += together) {
    for (let j = from; j < Math.min(from + together, size); ++j) places[j] = j;
    kernels.sparseGramRows(count, size, 1, ...byRow, places, 0, products, 0);
    places.fill(-1);
  }
  mirror(size, products);
}
