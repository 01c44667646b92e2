import fc from "fast-check";
import type { Dtype } from "./backends.js";
import { adjacent32, adjacent64 } from "./bits.js";

fc.configureGlobal({ seed: 20240229 });

/** Numbers at which a kernel may go astray: zeros, the threshold and its neighbours, subnormals, the largest, infinities, NaN. */
export function specialValues(dtype: Dtype, threshold = 1): number[] {
  const wide = dtype.name === "float64";
  const adjacent = wide ? adjacent64 : adjacent32;
  const t = dtype.round(threshold);
  const smallest = wide ? 5e-324 : 1.401298464324817e-45;
  const smallestNormal = wide ? 2.2250738585072014e-308 : 1.1754943508222875e-38;
  const largest = wide ? Number.MAX_VALUE : 3.4028234663852886e38;
  const finite = t < Number.POSITIVE_INFINITY;
  const positive = [
    0,
    t,
    finite ? adjacent(t, 1) : 3,
    finite ? adjacent(t, -1) : 1.5,
    smallest,
    adjacent(smallestNormal, -1),
    largest,
    Number.POSITIVE_INFINITY,
    dtype.round(1.1),
  ];
  return [...positive.flatMap((x) => [x, -x]), Number.NaN];
}

/** Thresholds from nothing to everything. */
export function thresholds(dtype: Dtype): number[] {
  const wide = dtype.name === "float64";
  return [0, wide ? 5e-324 : 1.401298464324817e-45, 0.1, 1, wide ? 1.5e308 : 3e38, Number.POSITIVE_INFINITY].map(
    dtype.round,
  );
}

/** Any number of the dtype, the special ones often. */
export function numbers(dtype: Dtype): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...specialValues(dtype)) },
    { weight: 2, arbitrary: dtype.name === "float64" ? fc.double() : fc.float() },
    { weight: 2, arbitrary: fc.integer({ min: -8, max: 8 }).map((k) => k / 4) },
  );
}

/** Finite numbers of ordinary size, zeros among them. */
export const ordinary: fc.Arbitrary<number> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, 1, -1, 0.5) },
  { weight: 4, arbitrary: fc.double({ min: -8, max: 8, noNaN: true }) },
);

/** Element offsets past a multiple of 64 bytes: every alignment of a vector. */
export const SHIFTS = [0, 1, 2, 3] as const;
export const shifts: fc.Arbitrary<number> = fc.constantFrom(...SHIFTS);

/** A seeded stream of numbers in [-1, 1) for exhaustive loops (mulberry32). */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  };
}

/** n numbers in [-1, 1), rounded for the dtype. */
export function randomArray(n: number, next: () => number, round: (x: number) => number = (x) => x): number[] {
  return Array.from({ length: n }, () => round(next()));
}
