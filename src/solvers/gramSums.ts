import type { Matrix } from "../data/Matrix.js";
import { rangeError } from "../errors.js";
import { alignedBytes, type Heap } from "../kernels/arena.js";
import type { Kernels } from "../kernels/contract.js";
import { difference } from "./subtractOffset.js";

/**
 * What a gaussian fit has to know of a set of rows: with x_i the row's columns and last its y − offset, about fixed pivots,
 *
 *   weight = Σ s_i,   means = Σ s_i·(x_i − pivots)/weight,   products = Σ s_i·(x_i − pivots − means)·(x_i − pivots − means)ᵀ
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

/** The bytes of sums of p columns. */
export function gramSumsBytes(p: number): number {
  return alignedBytes(8 * (p + 1)) + alignedBytes(8 * (p + 1) * (p + 1));
}

/** Sums of no rows. */
export function emptySums(arena: Heap, p: number): GramSums {
  return { weight: 0, means: arena.float64(p + 1), products: arena.float64((p + 1) * (p + 1)), squares: 0 };
}

/** Rows that are summed at a time: their block stays in cache, and is much larger than its Gram. */
const BLOCK_ROWS = 1024;

/** Sums rows of X and y, in blocks. */
export interface RowSummer {
  /** Replaces `sums` by those of the given rows, none of weight 0. @throws RangeError for values that are not finite. */
  sum(rows: Int32Array, sums: GramSums): void;
}

/** The bytes that {@link rowSummer} takes from its arena, for sets of at most `rows` rows. */
export function rowSummerBytes(rows: number, p: number): number {
  const height = Math.min(rows, BLOCK_ROWS);
  return (
    alignedBytes(8 * height * (p + 1)) + 3 * alignedBytes(8 * height) + 5 * alignedBytes(8 * (p + 1)) + gramSumsBytes(p)
  );
}

/**
 * @param shares - s_i of each row; undefined for 1.
 * @param pivots - Of the columns and of y − offset.
 * @param rows - The most rows in a set.
 */
export function rowSummer(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  offset: Float64Array | undefined,
  shares: Float64Array | undefined,
  pivots: Float64Array,
  rows: number,
): RowSummer {
  const { kernels } = arena;
  const p = X.columns;
  const size = p + 1;
  const height = Math.min(rows, BLOCK_ROWS);
  const data = arena.raw64(height * size);
  const blockShares = arena.raw64(height);
  const rowScales = arena.raw64(height);
  const unscaled = arena.raw64(height).fill(1);
  const ones = arena.raw64(size).fill(1);
  const zeros = arena.float64(size);
  const rest = arena.raw64(size);
  const block = emptySums(arena, p);
  const { means, products } = block;
  const bases = arena.raw64(size);
  bases.set(pivots);
  // y loses its pivot together with its offset.
  bases[p] = 0;
  const work = arena.raw64(size);
  const { axpy } = kernels.float64;
  const { transposedProduct } = kernels;

  const read = (listed: Int32Array): void => {
    const count = listed.length;
    X.copyRows(data.subarray(0, count * p), listed);
    for (let i = 0; i < count; ++i) {
      data[count * p + i] = difference(y[listed[i]], offset?.[listed[i]] ?? 0, pivots[p]);
    }
  };
  const sumBlock = (listed: Int32Array): void => {
    const count = listed.length;
    read(listed);
    let weight = 0;
    block.squares = 0;
    for (let i = 0; i < count; ++i) {
      const row = listed[i];
      blockShares[i] = shares?.[row] ?? 1;
      rowScales[i] = Math.sqrt(blockShares[i]);
      weight += blockShares[i];
      block.squares += blockShares[i] * y[row] * y[row];
    }
    block.weight = weight;
    kernels.transform(count, size, data, 0, bases, 0, zeros, 0, ones, 0, unscaled, 0);
    transposedProduct(count, size, data, 0, blockShares, 0, means, 0);
    for (let j = 0; j < size; ++j) means[j] /= weight;
    kernels.transform(count, size, data, 0, zeros, 0, means, 0, ones, 0, rowScales, 0);
    // What rounding has left of the means counts in them, but only by its square in the products.
    transposedProduct(count, size, data, 0, rowScales, 0, rest, 0);
    axpy(size, 1 / weight, rest, 0, means, 0);
    kernels.gram(count, size, data, 0, products, 0);
    for (let j = 0; j < size; ++j) {
      if (products[j * size + j] < Number.POSITIVE_INFINITY) continue;
      read(listed);
      refuseNotFinite(data.subarray(0, count * size), listed);
      return;
    }
  };
  return {
    sum: (listed, sums) => {
      clear(sums);
      for (let from = 0; from < listed.length; from += height) {
        sumBlock(listed.subarray(from, Math.min(from + height, listed.length)));
        addSums(kernels, sums, block, work);
      }
    },
  };
}

/** Makes `target` what `sums` is. */
export function copySums(sums: GramSums, target: GramSums): void {
  target.weight = sums.weight;
  target.squares = sums.squares;
  target.means.set(sums.means);
  target.products.set(sums.products);
}

function clear(sums: GramSums): void {
  sums.weight = 0;
  sums.squares = 0;
  sums.means.fill(0);
  sums.products.fill(0);
}

/** @throws RangeError if a value is not finite, as opposed to one whose square overflows. */
function refuseNotFinite(data: Float64Array, rows: Int32Array): void {
  const k = data.findIndex((value) => !Number.isFinite(value));
  if (k < 0) return;
  const row = rows[k % rows.length];
  throw rangeError(
    "ERR_NOT_FINITE",
    `"X" must be finite, got ${data[k]} in row ${row}, column ${Math.floor(k / rows.length)}`,
  );
}

/**
 * Adds the sums of other rows, without cancellation: with d the difference of the means,
 *
 *   products ← products + other + d·dᵀ·weight·otherWeight/(weight + otherWeight)
 *
 * `work` holds p + 1. Chan, Golub & LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979).
 */
export function addSums(kernels: Kernels, sums: GramSums, other: GramSums, work: Float64Array): void {
  const { axpy } = kernels.float64;
  const size = sums.means.length;
  const total = sums.weight + other.weight;
  if (sums.weight > 0 && other.weight > 0) {
    const share = (sums.weight * other.weight) / total;
    for (let j = 0; j < size; ++j) work[j] = other.means[j] - sums.means[j];
    for (let j = 0; j < size; ++j) {
      axpy(size, share * work[j], work, 0, sums.products, j * size);
      sums.means[j] += (other.weight / total) * work[j];
    }
  } else if (other.weight > 0) sums.means.set(other.means);
  axpy(size * size, 1, other.products, 0, sums.products, 0);
  sums.weight = total;
  sums.squares += other.squares;
}
