/** 1.5·2⁵²: what is added to it loses its fraction, rounded to the nearest even. */
const SHIFTER = 6755399441055744;

export function quantize64(
  n: number,
  x: Float64Array,
  xOffset: number,
  factor: number,
  out: Int16Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = x[xOffset + i] * factor + SHIFTER - SHIFTER;
}

export function listTransposedProduct16(
  n: number,
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  X: Int16Array,
  XOffset: number,
  r: Int16Array,
  rOffset: number,
  out: Int32Array,
  outOffset: number,
): void {
  for (let k = 0; k < count; ++k) {
    const x = XOffset + indices[indicesOffset + k] * n;
    let sum = 0;
    for (let i = 0; i < n; ++i) sum += X[x + i] * r[rOffset + i];
    out[outOffset + k] = sum;
  }
}
