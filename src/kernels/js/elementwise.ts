const { abs, fround } = Math;

/** v − clamp(v, −t, t), which the branch-free form below cannot give for infinities and sums that overflow. */
function soften(v: number, t: number): number {
  return v > t ? v - t : v < -t ? v + t : v - v;
}

/**
 * The branch-free form of soften: p = v − t counts where it is positive, q = v + t where it is negative. The test for a
 * result that is not finite is never taken on ordinary data, so it costs next to nothing.
 */
function soft(v: number, t: number): number {
  const p = v - t;
  const q = v + t;
  const s = (p + abs(p) + (q - abs(q))) * 0.5;
  return s - s === 0 ? s : soften(v, t);
}

/** t·sign(w), 0 where w is ±0 */
function signed(t: number, w: number): number {
  return w > 0 ? t : w < 0 ? -t : 0;
}

export function softThreshold64(
  n: number,
  x: Float64Array,
  xOffset: number,
  threshold: number,
  out: Float64Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = soft(x[xOffset + i], threshold);
}

export function softThreshold32(
  n: number,
  x: Float32Array,
  xOffset: number,
  threshold: number,
  out: Float32Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = soft(x[xOffset + i], threshold);
}

export function decay64(
  n: number,
  x: Float64Array,
  xOffset: number,
  factor: number,
  out: Float64Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = x[xOffset + i] * factor;
}

export function decay32(
  n: number,
  x: Float32Array,
  xOffset: number,
  factor: number,
  out: Float32Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = x[xOffset + i] * factor;
}

export function elasticNetProx64(
  n: number,
  x: Float64Array,
  xOffset: number,
  threshold: number,
  scale: number,
  out: Float64Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = soft(x[xOffset + i], threshold) * scale + 0;
}

export function elasticNetProx32(
  n: number,
  x: Float32Array,
  xOffset: number,
  threshold: number,
  scale: number,
  out: Float32Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = fround(soft(x[xOffset + i], threshold)) * scale + 0;
}

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
  for (let i = 0; i < n; ++i) {
    w[wOffset + i] = soft(w[wOffset + i] * factor - rate * g[gOffset + i], threshold);
  }
}

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
  for (let i = 0; i < n; ++i) {
    const v = fround(fround(w[wOffset + i] * factor) - fround(rate * g[gOffset + i]));
    w[wOffset + i] = soft(v, threshold);
  }
}

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
  for (let i = 0; i < n; ++i) {
    const v = w[wOffset + i];
    w[wOffset + i] = v * factor - rate * g[gOffset + i] - signed(threshold, v);
  }
}

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
  for (let i = 0; i < n; ++i) {
    const v = w[wOffset + i];
    w[wOffset + i] = fround(fround(v * factor) - fround(rate * g[gOffset + i])) - signed(threshold, v);
  }
}
