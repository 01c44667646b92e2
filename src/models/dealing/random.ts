/** Numbers in [0, 1) from a seed, the same on every engine. Mulberry32, by Tommy Ettinger. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Shuffles the values from `from` to `to` in place. Fisher & Yates. */
export function shuffle<T extends number[] | Int32Array>(
  values: T,
  random: () => number,
  from = 0,
  to = values.length,
): T {
  for (let i = to - 1; i > from; --i) {
    const j = from + Math.floor(random() * (i - from + 1));
    const value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
  return values;
}
