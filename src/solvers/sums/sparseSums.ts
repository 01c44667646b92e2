import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { compressRows } from "../../arithmetic/compressRows.js";
import { difference } from "../../arithmetic/subtractOffset.js";
import type { SparseMatrix } from "../../data/SparseMatrix.js";
import { float64, type Heap, int32, raw64, take } from "../../kernels/arena.js";
import { refuseNotFinite } from "../designs/rows.js";
import type { GramSums, RowSummer } from "./GramSums.js";

/** For sets of at most `rows` rows. */
export function sparseSummerLayout({ columns: p, values }: SparseMatrix, rows: number) {
  const entries = values.length + rows;
  const stored = [raw64(entries), int32(entries), int32(p + 2)] as const;
  const byRow = [raw64(entries), int32(entries), int32(rows), int32(rows)] as const;
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
  const [values, rowIndices, pointers, rowValues, columns, next, ends, weights, noPivots, variances] = arrays;
  return {
    sum: (listed, sums: GramSums) => {
      const count = listed.length;
      const part = count === X.rows ? X : X.takeRows(listed);
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
      const stored = {
        values: values.subarray(0, entries + count),
        rowIndices: rowIndices.subarray(0, entries + count),
      };
      const own = { rows: count, columns: size, ...stored, columnPointers: pointers };
      const { starts } = compressRows(own, columns, rowValues);
      next.set(starts.subarray(0, count));
      ends.set(starts.subarray(1));
      const rows = [next, 0, ends, 0, 1, columns, 0, rowValues, 0] as const;
      for (let j = 0; j < size; ++j) {
        const at = j * size;
        products.fill(0, at + j, at + size);
        // Of each row, what comes before column j has been passed.
        kernels.sparseGramRow(
          pointers[j],
          pointers[j + 1],
          values,
          0,
          rowIndices,
          0,
          weights,
          0,
          ...rows,
          products,
          at,
        );
        for (let k = 0; k < j; ++k) products[at + k] = products[k * size + j];
      }
      for (let j = 0; j < size; ++j) {
        kernels.float64.axpy(size, -weight * means[j], means, 0, products, j * size);
        products[j * size + j] = weight * variances[j];
      }
    },
  };
}
