/** mulberry32: the same 32-bit integers on every machine and in C. Returns values in [−1, 1), exact in float64. */
export function randomSigned(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2147483648 - 1;
  };
}
