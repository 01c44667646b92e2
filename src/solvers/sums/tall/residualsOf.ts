import { byFour } from "../../../kernels/arena.js";
import { STEP } from "./TallBlocks.js";
import type { TallSums } from "./TallSums.js";

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
  for (const [from, to] of sums.sample) {
    sums.open(from, to);
    sums.takeColumns(from, to, places);
    const height = to - from;
    let waiting = 0;
    let at = 0;
    const add = (): void => {
      if (isExact) sums.addExactGradients(height, waiting, at);
      else sums.addGradients(height, waiting, at);
      at += waiting * width;
      waiting = 0;
    };
    residuals.forEach((residual, k) => {
      residual.squares += sums.subtract(height, lists[k], fits[k].values, fits[k].mean);
      if (residual.gradient === undefined) return;
      const j = p + waiting;
      if (isExact) sums.keepLeft(j, height);
      else {
        residual.scale = sums.condenseLeft(j, height, residual.scale);
        residual.error += sums.errorAt(j, height);
      }
      waiting += 1;
      if (waiting === STEP) add();
    });
    if (waiting > 0) add();
  }
  return residuals;
}
