import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { difference } from "../../arithmetic/subtractOffset.js";
import type { Matrix } from "../../data/Matrix.js";
import { rangeError } from "../../errors.js";
import { type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { pulse } from "../../kernels/pulse.js";
import { blockSummer, blockSummerLayout } from "./blockSums.js";
import { addSums, emptySums, type GramSums, gramSumsLayout, type RowSummer } from "./GramSums.js";

/** Rows that are summed at a time: their block stays in cache, and is much larger than its Gram. */
const BLOCK_ROWS = 1024;

const ownLayout = (p: number) => [raw64(p + 1)] as const;

/** For sets of at most `rows` rows. */
export const rowSummerLayout = (rows: number, p: number): Layout => [
  blockSummerLayout(Math.min(rows, BLOCK_ROWS), p + 1),
  gramSumsLayout(p),
  ownLayout(p),
];

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
  const { data, weights, sum } = blockSummer(arena, height, size);
  const block = emptySums(arena, p);
  // y loses its pivot together with its offset.
  const bases = pivots.slice();
  bases[p] = 0;
  const [work] = take(arena, ownLayout(p));

  const read = (listed: Int32Array): void => {
    const count = listed.length;
    const first = listed[0];
    // Neighbours, listed in their order, are quicker to read.
    if (listed[count - 1] - first === count - 1) X.copyRowRange(data, first, first + count, 0, p);
    else X.copyRows(data.subarray(0, count * p), listed);
    for (let i = 0; i < count; ++i) {
      data[count * p + i] = difference(y[listed[i]], offset?.[listed[i]] ?? 0, pivots[p]);
    }
  };
  const sumBlock = (listed: Int32Array, sums: GramSums): void => {
    const { products } = sums;
    const count = listed.length;
    pulse();
    read(listed);
    sums.squares = 0;
    for (let i = 0; i < count; ++i) {
      const row = listed[i];
      weights[i] = shares?.[row] ?? 1;
      sums.squares += weights[i] * y[row] * y[row];
    }
    sum(count, bases, sums);
    for (let j = 0; j < size; ++j) {
      if (products[j * size + j] < Number.POSITIVE_INFINITY) continue;
      read(listed);
      refuseNotFinite(data.subarray(0, count * p), listed);
      return;
    }
  };
  return {
    sum: (listed, sums) => {
      sumBlock(listed.subarray(0, height), sums);
      for (let from = height; from < listed.length; from += height) {
        sumBlock(listed.subarray(from, from + height), block);
        addSums(kernels, sums, block, work);
      }
    },
  };
}

/** @throws RangeError if a value of X is not finite, as opposed to one whose square overflows, or its distance to a pivot does. */
function refuseNotFinite(data: Float64Array, rows: Int32Array): void {
  const k = data.findIndex((value) => !Number.isFinite(value));
  if (k < 0) return;
  const row = rows[k % rows.length];
  throw rangeError(
    "ERR_NOT_FINITE",
    `"X" must be finite, got ${data[k]} in row ${row}, column ${Math.floor(k / rows.length)}`,
  );
}

/** Weights that sum to 1. */
export function sharesOf(weights: Float64Array): Float64Array {
  const total = compensatedSum(weights);
  return weights.map((weight) => weight / total);
}

/** A row, and its y − offset: numbers near which the data are. */
export function pivotsAt(row: number, X: Matrix, y: Float64Array, offset: Float64Array | undefined): Float64Array {
  const values = new Float64Array(X.columns + 1);
  X.copyRows(values.subarray(0, X.columns), Int32Array.of(row));
  values[X.columns] = y[row] - (offset?.[row] ?? 0);
  return values.map((value) => (Number.isFinite(value) ? value : 0));
}

/** Whether a column has one value in all rows that count. */
export function isFlatIn(X: Matrix, column: number, counts: (row: number) => boolean): boolean {
  const values = new Float64Array(X.rows);
  X.copyColumns(values, column, column + 1);
  let first = -1;
  for (let i = 0; i < values.length; ++i) {
    if (!counts(i)) continue;
    if (first < 0) first = i;
    if (values[i] !== values[first]) return false;
  }
  return true;
}
