import type { FloatArray } from "../data/FloatArray.js";

/** Elements whose squares are summed at once. */
export const NORM_CHUNK = 4096;

/** The first element that is infinite or NaN, or -1. */
export function firstNonFinite(gradient: FloatArray): number {
  for (let i = 0; i < gradient.length; ++i) if (!Number.isFinite(gradient[i])) return i;
  return -1;
}

/** min(1, clipNorm/(√(Σ g²) + 1e-6)) for finite gradients whose squares overflow: √(Σ g²) = m·√(Σ (g/m)²), m the largest magnitude. */
export function clippedShare(gradients: readonly FloatArray[], clipNorm: number): { share: number; largest: number } {
  let largest = 0;
  for (const gradient of gradients) for (const value of gradient) largest = Math.max(largest, Math.abs(value));
  let sum = 0;
  for (const gradient of gradients) for (const value of gradient) sum += (value / largest) * (value / largest);
  const root = Math.sqrt(sum);
  const norm = largest * root;
  // The norm itself may overflow.
  const share = norm < Number.POSITIVE_INFINITY ? clipNorm / (norm + 1e-6) : clipNorm / largest / root;
  return { share: Math.min(1, share), largest };
}
