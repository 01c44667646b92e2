/** What every kernel shares: the shape of its loops. One block is four vectors, 64 bytes: 8 doubles or 16 floats. */

const { abs } = Math;

/** Doubles that the unrolled loop of an array of n covers; the rest is its tail. */
export function blockLength64(n: number): number {
  return n - (n % 8);
}

/** Floats that the unrolled loop of an array of n covers; the rest is its tail. */
export function blockLength32(n: number): number {
  return n - (n % 16);
}

// #region soft
/** v − clamp(v, −t, t), which the branch-free form below cannot give for infinities and sums that overflow. */
function soften(v: number, t: number): number {
  return v > t ? v - t : v < -t ? v + t : v - v;
}

/**
 * The branch-free form of soften: p = v − t counts where it is positive, q = v + t where it is negative. The test for a
 * result that is not finite is never taken on ordinary data, so it costs next to nothing.
 */
export function soft(v: number, t: number): number {
  const p = v - t;
  const q = v + t;
  const s = (p + abs(p) + (q - abs(q))) * 0.5;
  return s - s === 0 ? s : soften(v, t);
}
// #endregion soft

/** t·sign(w), 0 where w is ±0 or NaN */
export function signed(t: number, w: number): number {
  return w > 0 ? t : w < 0 ? -t : 0;
}
