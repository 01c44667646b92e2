import type { FloatArray } from "regulus";
import { randomSigned } from "../random.js";

/** Weights in [−1, 1), gradients between 0.25 and 1 of either sign: about half of the minimisers with l1 are 0. The same as in C. */
export function fill(w: FloatArray, g: FloatArray): void {
  const [nextW, nextG] = [randomSigned(1), randomSigned(2)];
  for (let i = 0; i < w.length; ++i) w[i] = nextW();
  for (let i = 0; i < g.length; ++i) {
    const value = nextG();
    g[i] = 0.75 * value + (value < 0 ? -0.25 : 0.25);
  }
}

/** Σ w[i]·(1 + i mod 7), by which answers of other processes are compared. */
export function checksum(w: FloatArray): number {
  let sum = 0;
  for (let i = 0; i < w.length; ++i) sum += w[i] * ((i % 7) + 1);
  return sum;
}
