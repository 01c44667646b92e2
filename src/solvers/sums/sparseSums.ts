import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { difference } from "../../arithmetic/subtractOffset.js";
import type { SparseMatrix } from "../../data/SparseMatrix.js";
import { alignedBytes, type Heap } from "../../kernels/arena.js";
import { refuseNotFinite } from "../designs/rows.js";
import type { GramSums, RowSummer } from "./GramSums.js";

/** The bytes that {@link sparseSummer} takes from its arena, for sets of at most `rows` rows. */
export function sparseSummerBytes({ columns: p, values }: SparseMatrix, rows: number): number {
  const entries = values.length + rows;
  return (
    alignedBytes(8 * entries) +
    alignedBytes(4 * entries) +
    alignedBytes(4 * (p + 2)) +
    2 * alignedBytes(8 * rows) +
    2 * alignedBytes(8 * (p + 1))
  );
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
  const p = X.columns;
  const size = p + 1;
  const values = arena.raw64(X.values.length + rows);
  const rowIndices = arena.int32(X.values.length + rows);
  const pointers = arena.int32(p + 2);
  const weights = arena.raw64(rows);
  const work = arena.float64(rows);
  const noPivots = arena.float64(size);
  const variances = arena.raw64(size);
  return {
    sum: (listed, sums: GramSums) => {
      const count = listed.length;
      const part = X.takeRows(listed);
      const entries = part.values.length;
      const bad = part.values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        const column = part.columnPointers.findIndex((pointer) => pointer > bad) - 1;
        refuseNotFinite(part.values[bad], listed[part.rowIndices[bad]], column);
      }
      // y is the last column, all of it stored.
      values.set(part.values);
      rowIndices.set(part.rowIndices);
      pointers.set(part.columnPointers);
      pointers[size] = entries + count;
      sums.squares = 0;
      for (let i = 0; i < count; ++i) {
        const row = listed[i];
        weights[i] = shares?.[row] ?? 1;
        values[entries + i] = difference(y[row], offset?.[row] ?? 0, pivot);
        rowIndices[entries + i] = i;
        sums.squares += weights[i] * y[row] * y[row];
      }
      const { means, products } = sums;
      const weight = compensatedSum(weights.subarray(0, count));
      sums.weight = weight;
      const csc = [values, 0, rowIndices, 0, pointers, 0, weights, 0] as const;
      kernels.sparseMoments(count, size, ...csc, weight, noPivots, 0, means, 0, variances, 0);
      kernels.sparseGram(size, ...csc, work, 0, products, 0);
      for (let j = 0; j < size; ++j) {
        kernels.float64.axpy(size, -weight * means[j], means, 0, products, j * size);
        products[j * size + j] = weight * variances[j];
      }
    },
  };
}
