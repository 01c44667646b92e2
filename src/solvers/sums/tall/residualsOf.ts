import { byFour } from "../../../kernels/arena.js";
import { even, STEP } from "./TallBlocks.js";
import type { TallSums } from "./TallSums.js";
import { byEight } from "./tallRows.js";

/** Coefficients of listed columns about their pivots, and Σ of these times the means. */
export interface Fitted {
  columns: Int32Array;
  values: Float64Array;
  mean: number;
}

/** What a fit leaves of y. */
export interface Residual {
  /** ‖r‖² */
  squares: number;
  /** x_j·q for the r = q + e rounded to integers, x_j rounded too; undefined where that was not wanted. */
  gradient: Float64Array | undefined;
  /** What ‖e‖² is at most. */
  error: number;
  /** What the next block is to be multiplied by. */
  scale: number;
}

/**
 * ‖r‖², r = y − X·b, of each of at most p fits to a tall X that is a sample as a whole, from X itself; of those that are wanted also x_j·r about the pivots,
 * exactly or as far as it is known from integers, and how far from r these are.
 *
 * @param sums - Whose blocks are read once more, and whose room for products has the gradients.
 */
export function residualsOf(
  sums: TallSums,
  fits: readonly Fitted[],
  isWanted: (k: number) => boolean,
  isExact: boolean,
): Residual[] {
  const p = sums.X.columns;
  const places = new Int32Array(p).fill(-1);
  if (isExact) places.fill(0);
  for (const { columns } of fits) for (const j of columns) places[j] = 0;
  let used = 0;
  for (let j = 0; j < p; ++j) if (places[j] === 0) places[j] = used++;
  const lists = fits.map(({ columns }) => columns.map((j) => places[j]));
  const width = byFour(p);
  let row = 0;
  const residuals = fits.map((_, k) => {
    const gradient = isWanted(k) ? sums.rough.subarray(row * width, row * width + width).fill(0) : undefined;
    if (gradient !== undefined) row += 1;
    return { squares: 0, gradient, error: 0, scale: 0 };
  });
  sums.columns.set(sums.all);
  for (const [from, to] of sums.sample) {
    sums.open(from, to);
    takeUsed(sums, from, to, places);
    let waiting = 0;
    let at = 0;
    const add = (): void => {
      if (isExact) addExactGradients(sums, to - from, waiting, at);
      else addGradients(sums, to - from, waiting, at);
      at += waiting * width;
      waiting = 0;
    };
    residuals.forEach((residual, k) => {
      residual.squares += sums.subtract(to - from, lists[k], fits[k].values, fits[k].mean);
      if (residual.gradient === undefined) return;
      if (isExact) sums.block.set(sums.panel.subarray(0, to - from), (p + waiting) * (to - from));
      else condense(sums, to - from, p + waiting, residual);
      waiting += 1;
      if (waiting === STEP) add();
    });
    if (waiting > 0) add();
  }
  return residuals;
}

/** Takes those columns of a block that have a place. */
function takeUsed(sums: TallSums, from: number, to: number, places: Int32Array): void {
  const { X, block } = sums;
  const height = to - from;
  for (let j = 0; j < places.length; ++j) {
    if (places[j] < 0) continue;
    const x = block.subarray(places[j] * height, (places[j] + 1) * height);
    X.copyRowRange(x, from, to, j, j + 1);
    sums.transform(j, x, height, height);
  }
}

/** Rounds what is left to integers, as column j. */
function condense(sums: TallSums, height: number, j: number, residual: Residual): void {
  const { panel, scales } = sums;
  const padded = byEight(height);
  panel.fill(0, height, padded);
  scales[j] = residual.scale;
  sums.condense(j, panel, padded);
  residual.scale = scales[j];
  residual.error += sums.errorAt(j, height);
}

function addExactGradients(sums: TallSums, height: number, count: number, at: number): void {
  const { arena, X, block, all, rows, work, rough } = sums;
  const p = X.columns;
  const width = byFour(p);
  for (let k = 0; k < count; ++k) rows[k] = p + k;
  const { crossGram, float64 } = arena.kernels;
  crossGram(height, block, 0, count, rows, 0, all, 0, p, all, 0, work, 0, width);
  float64.axpy(count * width, 1, work, 0, rough, at);
}

function addGradients(sums: TallSums, height: number, count: number, at: number): void {
  const p = sums.X.columns;
  for (let k = 0; k < STEP; ++k) sums.rows[k] = p + Math.min(k, count - 1);
  sums.multiply(byEight(height), 0, even(count), byFour(p), at, count);
}
