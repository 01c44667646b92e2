import { axpy64, dot64 } from "../vectors/reductions.js";

/** Makes A[n, 0 … n], which lies in row n of L, the next row of the Cholesky factor; returns the square of its diagonal. */
export function choleskyAppend(n: number, L: Float64Array, LOffset: number, stride: number): number {
  const last = LOffset + n * stride;
  for (let i = 0; i < n; ++i) {
    const row = LOffset + i * stride;
    L[last + i] = (L[last + i] - dot64(i, L, last, L, row)) / L[row + i];
  }
  const pivot = L[last + n] - dot64(n, L, last, L, last);
  L[last + n] = pivot > 0 ? Math.sqrt(pivot) : 0;
  return pivot;
}

/** Takes row and column k out of the factorised n × n matrix; `work` holds 2n. */
export function choleskyDrop(
  n: number,
  k: number,
  L: Float64Array,
  LOffset: number,
  stride: number,
  work: Float64Array,
  workOffset: number,
): void {
  for (let i = k; i + 1 < n; ++i) {
    const row = LOffset + i * stride;
    L.copyWithin(row, row + stride, row + stride + i + 2);
    let at = row + k;
    let rotation = workOffset;
    let x = L[at];
    for (const end = row + i; at < end; ++at, rotation += 2) {
      const c = work[rotation];
      const s = work[rotation + 1];
      const y = L[at + 1];
      L[at] = c * x + s * y;
      x = c * y - s * x;
    }
    const y = L[at + 1];
    const norm = Math.sqrt(x * x + y * y);
    L[at] = norm;
    work[rotation] = norm > 0 ? x / norm : 1;
    work[rotation + 1] = norm > 0 ? y / norm : 0;
  }
}

/** L·x = b in place on b */
export function choleskyForward(
  n: number,
  L: Float64Array,
  LOffset: number,
  stride: number,
  b: Float64Array,
  bOffset: number,
): void {
  for (let i = 0; i < n; ++i) {
    const row = LOffset + i * stride;
    b[bOffset + i] = (b[bOffset + i] - dot64(i, L, row, b, bOffset)) / L[row + i];
  }
}

/** Lᵀ·x = b in place on b */
export function choleskyBackward(
  n: number,
  L: Float64Array,
  LOffset: number,
  stride: number,
  b: Float64Array,
  bOffset: number,
): void {
  for (let i = n - 1; i >= 0; --i) {
    const row = LOffset + i * stride;
    const x = b[bOffset + i] / L[row + i];
    b[bOffset + i] = x;
    axpy64(i, -x, L, row, b, bOffset);
  }
}
