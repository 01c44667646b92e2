import { signed, soft } from "./vector.js";

const { fround } = Math;

// Loops are unrolled by 4, which the engine does not do by itself: loads first, then stores, half the time.

/** soft(w·factor − rate·g, threshold) in float64 */
function proximal64(w: number, g: number, factor: number, rate: number, threshold: number): number {
  return soft(w * factor - rate * g, threshold);
}

/** soft(w·factor − rate·g, threshold) in float32, but for the last rounding, which the store does */
function proximal32(w: number, g: number, factor: number, rate: number, threshold: number): number {
  return soft(fround(fround(w * factor) - fround(rate * g)), threshold);
}

/** w·factor − rate·g − threshold·sign(w) in float64 */
function pushed64(w: number, g: number, factor: number, rate: number, threshold: number): number {
  return w * factor - rate * g - signed(threshold, w);
}

/** w·factor − rate·g − threshold·sign(w) in float32, but for the last rounding, which the store does */
function pushed32(w: number, g: number, factor: number, rate: number, threshold: number): number {
  return fround(fround(w * factor) - fround(rate * g)) - signed(threshold, w);
}

/** out = x − clamp(x, −threshold, threshold); `out` may be `x`. */
export function softThreshold64(
  n: number,
  x: Float64Array,
  xOffset: number,
  threshold: number,
  out: Float64Array,
  outOffset: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = xOffset + i;
    const m = outOffset + i;
    const v0 = soft(x[k], threshold);
    const v1 = soft(x[k + 1], threshold);
    const v2 = soft(x[k + 2], threshold);
    const v3 = soft(x[k + 3], threshold);
    out[m] = v0;
    out[m + 1] = v1;
    out[m + 2] = v2;
    out[m + 3] = v3;
  }
  for (; i < n; ++i) out[outOffset + i] = soft(x[xOffset + i], threshold);
}

/** {@link softThreshold64} in single precision: rounds after every operation; scalars are already rounded. */
export function softThreshold32(
  n: number,
  x: Float32Array,
  xOffset: number,
  threshold: number,
  out: Float32Array,
  outOffset: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = xOffset + i;
    const m = outOffset + i;
    const v0 = soft(x[k], threshold);
    const v1 = soft(x[k + 1], threshold);
    const v2 = soft(x[k + 2], threshold);
    const v3 = soft(x[k + 3], threshold);
    out[m] = v0;
    out[m + 1] = v1;
    out[m + 2] = v2;
    out[m + 3] = v3;
  }
  for (; i < n; ++i) out[outOffset + i] = soft(x[xOffset + i], threshold);
}

/** out = x·factor; `out` may be `x`. */
export function decay64(
  n: number,
  x: Float64Array,
  xOffset: number,
  factor: number,
  out: Float64Array,
  outOffset: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = xOffset + i;
    const m = outOffset + i;
    const v0 = x[k] * factor;
    const v1 = x[k + 1] * factor;
    const v2 = x[k + 2] * factor;
    const v3 = x[k + 3] * factor;
    out[m] = v0;
    out[m + 1] = v1;
    out[m + 2] = v2;
    out[m + 3] = v3;
  }
  for (; i < n; ++i) out[outOffset + i] = x[xOffset + i] * factor;
}

/** {@link decay64} in single precision: rounds after every operation; scalars are already rounded. */
export function decay32(
  n: number,
  x: Float32Array,
  xOffset: number,
  factor: number,
  out: Float32Array,
  outOffset: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = xOffset + i;
    const m = outOffset + i;
    const v0 = x[k] * factor;
    const v1 = x[k + 1] * factor;
    const v2 = x[k + 2] * factor;
    const v3 = x[k + 3] * factor;
    out[m] = v0;
    out[m + 1] = v1;
    out[m + 2] = v2;
    out[m + 3] = v3;
  }
  for (; i < n; ++i) out[outOffset + i] = x[xOffset + i] * factor;
}

/** out = (x − clamp(x, −threshold, threshold))·scale + 0; `out` may be `x`. */
export function elasticNetProx64(
  n: number,
  x: Float64Array,
  xOffset: number,
  threshold: number,
  scale: number,
  out: Float64Array,
  outOffset: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = xOffset + i;
    const m = outOffset + i;
    const v0 = soft(x[k], threshold) * scale + 0;
    const v1 = soft(x[k + 1], threshold) * scale + 0;
    const v2 = soft(x[k + 2], threshold) * scale + 0;
    const v3 = soft(x[k + 3], threshold) * scale + 0;
    out[m] = v0;
    out[m + 1] = v1;
    out[m + 2] = v2;
    out[m + 3] = v3;
  }
  for (; i < n; ++i) out[outOffset + i] = soft(x[xOffset + i], threshold) * scale + 0;
}

/** {@link elasticNetProx64} in single precision: rounds after every operation; scalars are already rounded. */
export function elasticNetProx32(
  n: number,
  x: Float32Array,
  xOffset: number,
  threshold: number,
  scale: number,
  out: Float32Array,
  outOffset: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = xOffset + i;
    const m = outOffset + i;
    const v0 = fround(fround(soft(x[k], threshold)) * scale) + 0;
    const v1 = fround(fround(soft(x[k + 1], threshold)) * scale) + 0;
    const v2 = fround(fround(soft(x[k + 2], threshold)) * scale) + 0;
    const v3 = fround(fround(soft(x[k + 3], threshold)) * scale) + 0;
    out[m] = v0;
    out[m + 1] = v1;
    out[m + 2] = v2;
    out[m + 3] = v3;
  }
  for (; i < n; ++i) out[outOffset + i] = fround(fround(soft(x[xOffset + i], threshold)) * scale) + 0;
}

/** w ← soft(w·factor − rate·g, threshold) */
export function proximalStep64(
  n: number,
  w: Float64Array,
  wOffset: number,
  g: Float64Array,
  gOffset: number,
  factor: number,
  rate: number,
  threshold: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = wOffset + i;
    const m = gOffset + i;
    const v0 = proximal64(w[k], g[m], factor, rate, threshold);
    const v1 = proximal64(w[k + 1], g[m + 1], factor, rate, threshold);
    const v2 = proximal64(w[k + 2], g[m + 2], factor, rate, threshold);
    const v3 = proximal64(w[k + 3], g[m + 3], factor, rate, threshold);
    w[k] = v0;
    w[k + 1] = v1;
    w[k + 2] = v2;
    w[k + 3] = v3;
  }
  for (; i < n; ++i) w[wOffset + i] = proximal64(w[wOffset + i], g[gOffset + i], factor, rate, threshold);
}

/** {@link proximalStep64} in single precision: rounds after every operation; scalars are already rounded. */
export function proximalStep32(
  n: number,
  w: Float32Array,
  wOffset: number,
  g: Float32Array,
  gOffset: number,
  factor: number,
  rate: number,
  threshold: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = wOffset + i;
    const m = gOffset + i;
    const v0 = proximal32(w[k], g[m], factor, rate, threshold);
    const v1 = proximal32(w[k + 1], g[m + 1], factor, rate, threshold);
    const v2 = proximal32(w[k + 2], g[m + 2], factor, rate, threshold);
    const v3 = proximal32(w[k + 3], g[m + 3], factor, rate, threshold);
    w[k] = v0;
    w[k + 1] = v1;
    w[k + 2] = v2;
    w[k + 3] = v3;
  }
  for (; i < n; ++i) w[wOffset + i] = proximal32(w[wOffset + i], g[gOffset + i], factor, rate, threshold);
}

/** w ← w·factor − rate·g − threshold·sign(w) */
export function subgradientStep64(
  n: number,
  w: Float64Array,
  wOffset: number,
  g: Float64Array,
  gOffset: number,
  factor: number,
  rate: number,
  threshold: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = wOffset + i;
    const m = gOffset + i;
    const v0 = pushed64(w[k], g[m], factor, rate, threshold);
    const v1 = pushed64(w[k + 1], g[m + 1], factor, rate, threshold);
    const v2 = pushed64(w[k + 2], g[m + 2], factor, rate, threshold);
    const v3 = pushed64(w[k + 3], g[m + 3], factor, rate, threshold);
    w[k] = v0;
    w[k + 1] = v1;
    w[k + 2] = v2;
    w[k + 3] = v3;
  }
  for (; i < n; ++i) w[wOffset + i] = pushed64(w[wOffset + i], g[gOffset + i], factor, rate, threshold);
}

/** {@link subgradientStep64} in single precision: rounds after every operation; scalars are already rounded. */
export function subgradientStep32(
  n: number,
  w: Float32Array,
  wOffset: number,
  g: Float32Array,
  gOffset: number,
  factor: number,
  rate: number,
  threshold: number,
): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = wOffset + i;
    const m = gOffset + i;
    const v0 = pushed32(w[k], g[m], factor, rate, threshold);
    const v1 = pushed32(w[k + 1], g[m + 1], factor, rate, threshold);
    const v2 = pushed32(w[k + 2], g[m + 2], factor, rate, threshold);
    const v3 = pushed32(w[k + 3], g[m + 3], factor, rate, threshold);
    w[k] = v0;
    w[k + 1] = v1;
    w[k + 2] = v2;
    w[k + 3] = v3;
  }
  for (; i < n; ++i) w[wOffset + i] = pushed32(w[wOffset + i], g[gOffset + i], factor, rate, threshold);
}
