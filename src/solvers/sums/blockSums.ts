import { gramWork, type Heap, raw64, take } from "../../kernels/arena.js";
import type { GramSums } from "./GramSums.js";

export function blockSummerLayout(height: number, size: number) {
  const [row, column] = [raw64(height), raw64(size)];
  return [raw64(height * size), row, row, column, column, gramWork(height, size)] as const;
}

/** Sums the rows of one block after the other, in place. */
export interface BlockSummer {
  /** Where the block is read to: column after column, `count` rows of each. */
  readonly data: Float64Array;
  /** The weight of each row, above 0. */
  readonly weights: Float64Array;
  /** Replaces weight, means and products of `sums` by those of the block about the pivots; `data` is centred and scaled then. */
  sum(count: number, pivots: Float64Array, sums: GramSums): void;
}

/** @param height - The most rows of a block. */
export function blockSummer(arena: Heap, height: number, size: number): BlockSummer {
  const { kernels } = arena;
  const { axpy } = kernels.float64;
  const arrays = take(arena, blockSummerLayout(height, size));
  const [data, weights, rowScales, rest, bases, work] = arrays;
  return {
    data,
    weights,
    sum(count, pivots, sums) {
      const { means, products } = sums;
      let weight = 0;
      for (let i = 0; i < count; ++i) {
        rowScales[i] = Math.sqrt(weights[i]);
        weight += weights[i];
      }
      sums.weight = weight;
      bases.set(pivots);
      kernels.centreColumns(count, size, data, 0, weights, 0, rowScales, 0, weight, bases, 0, means, 0, rest, 0);
      // What rounding has left of the means counts in them, but only by its square in the products.
      axpy(size, 1 / weight, rest, 0, means, 0);
      kernels.gram(count, size, data, 0, products, 0, work, 0);
    },
  };
}
