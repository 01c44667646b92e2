import { type Heap, raw64, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";

/**
 * What a gaussian fit has to know of a set of rows: with x_i the row's columns and last its y − offset, about fixed pivots,
 *
 * ```text
 * weight = Σ s_i,   means = Σ s_i·(x_i − pivots)/weight
 * products = Σ s_i·(x_i − pivots − means)·(x_i − pivots − means)ᵀ
 * ```
 */
export interface GramSums {
  weight: number;
  /** p + 1 */
  means: Float64Array;
  /** (p + 1) × (p + 1), both triangles. */
  products: Float64Array;
  /** Σ s_i·y_i², the offset not subtracted. */
  squares: number;
}

/** Of p columns. */
export const gramSumsLayout = (p: number) => [raw64(p + 1), raw64((p + 1) * (p + 1))] as const;

/** Sums of no rows, whose means and products are not looked at while their weight is 0. */
export function emptySums(arena: Heap, p: number): GramSums {
  const [means, products] = take(arena, gramSumsLayout(p));
  return { weight: 0, means, products, squares: 0 };
}

/** Sums rows of X and y, in blocks. */
export interface RowSummer {
  /** Replaces `sums` by those of the given rows, none of weight 0. @throws RangeError for values that are not finite. */
  sum(rows: Int32Array, sums: GramSums): void;
}

/** Makes `target` what `sums` is. */
export function copySums(sums: GramSums, target: GramSums): void {
  target.weight = sums.weight;
  target.squares = sums.squares;
  target.means.set(sums.means);
  target.products.set(sums.products);
}

/**
 * Adds the sums of other rows, without cancellation: with d the difference of the means,
 *
 * ```text
 * products ← products + other + d·dᵀ·weight·otherWeight/(weight + otherWeight)
 * ```
 *
 * `work` holds p + 1. Chan, Golub & LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979).
 */
export function addSums(kernels: Kernels, sums: GramSums, other: GramSums, work: Float64Array): void {
  if (other.weight === 0) return;
  if (sums.weight === 0) {
    copySums(other, sums);
    return;
  }
  const { axpy } = kernels.float64;
  const size = sums.means.length;
  const total = sums.weight + other.weight;
  const share = (sums.weight * other.weight) / total;
  for (let j = 0; j < size; ++j) work[j] = other.means[j] - sums.means[j];
  for (let j = 0; j < size; ++j) {
    axpy(size, share * work[j], work, 0, sums.products, j * size);
    sums.means[j] += (other.weight / total) * work[j];
  }
  axpy(size * size, 1, other.products, 0, sums.products, 0);
  sums.weight = total;
  sums.squares += other.squares;
}
