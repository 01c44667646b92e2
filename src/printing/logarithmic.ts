/** Whether errors are drawn by their logarithms: where they differ by much, their ratios tell them apart. */
export function isLogarithmic(errors: ArrayLike<number>, standardErrors: ArrayLike<number>): boolean {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < errors.length; ++k) {
    if (!Number.isFinite(errors[k])) continue;
    low = Math.min(low, errors[k] - standardErrors[k]);
    high = Math.max(high, errors[k]);
  }
  return low > 0 && high > 4 * low;
}

/** Numbers that begin with 1, 2 or 5 between two, or some of them where there would be more than so many. */
export function roundsBetween(low: number, high: number, most: number): number[] {
  const all: number[] = [];
  for (let e = exponentOf(low); e <= exponentOf(high); ++e) {
    for (const factor of [1, 2, 5]) {
      const tick = Number(`${factor}e${e}`);
      if (tick >= 0.85 * low && tick <= high) all.push(tick);
    }
  }
  const stride = Math.ceil(all.length / most);
  const ticks = all.filter((_, k) => k % stride === 0);
  return ticks.length > 0 ? ticks : [low];
}

/** The power of ten at or below a number. */
export const exponentOf = (value: number): number => Number(value.toExponential().split("e")[1]);
