/** What every kernel shares: the shape of its loops. One block is four vectors, 64 bytes: 8 doubles or 16 floats. */

/** Doubles that the unrolled loop of an array of n covers; the rest is its tail. */
export function blockLength64(n: number): number {
  return n - (n % 8);
}

/** Floats that the unrolled loop of an array of n covers; the rest is its tail. */
export function blockLength32(n: number): number {
  return n - (n % 16);
}
