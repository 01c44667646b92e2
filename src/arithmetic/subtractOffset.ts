/**
 * y_i ← y_i − offset_i − pivot for n values, pivot being the first difference y − offset of `pivotRow`, or 0 if that is undefined.
 * What y_i − offset_i loses to rounding is put back: an offset far from 0 costs y no digits where it is about the same in all rows.
 * Returns the pivot.
 */
export function subtractOffset(
  n: number,
  y: Float64Array,
  yFrom: number,
  offset: Float64Array,
  offsetFrom: number,
  pivotRow: number | undefined,
): number {
  const pivot = pivotRow === undefined ? 0 : y[yFrom + pivotRow] - offset[offsetFrom + pivotRow];
  for (let i = 0; i < n; ++i) y[yFrom + i] = difference(y[yFrom + i], offset[offsetFrom + i], pivot);
  return pivot;
}

/** y − offset − pivot, rounded about once. Knuth's exact sums of two: The Art of Computer Programming 2 (1997), §4.2.2. */
export function difference(y: number, offset: number, pivot: number): number {
  const high = y - offset;
  const part = high - y;
  const low = y - (high - part) - (offset + part);
  const rest = high - pivot;
  const share = rest - high;
  return rest + (low + (high - (rest - share) - (pivot + share)));
}
