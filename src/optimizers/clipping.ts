import type { FloatArray } from "../data/FloatArray.js";

/** Elements whose squares are summed at once. */
export const NORM_CHUNK = 4096;

/** The first element that is infinite or NaN, or -1. */
export function firstNonFinite(gradient: FloatArray): number {
  for (let i = 0; i < gradient.length; ++i) if (!Number.isFinite(gradient[i])) return i;
  return -1;
}

/** √(Σ g²) of finite gradients whose squares overflow: m·√(Σ (g/m)²) with m the largest magnitude. */
export function scaledNorm(gradients: readonly FloatArray[]): number {
  let largest = 0;
  for (const gradient of gradients) for (const value of gradient) largest = Math.max(largest, Math.abs(value));
  let sum = 0;
  for (const gradient of gradients) for (const value of gradient) sum += (value / largest) * (value / largest);
  return largest * Math.sqrt(sum);
}
