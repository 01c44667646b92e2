import { axpy32, dot32 } from "../vectors/reductions.js";

const { fround, max, min, sqrt } = Math;

const ROWS = 256;

/**
 * G[a, c] = G[c, a] = norms[a]·norms[c]·(x_a·x_c) for from <= a < to and c <= a, the columns of X, n rows, a multiple of
 * four, in single precision; the rows of G lie `stride` apart. Up to four columns behind the last
 * in X are read, and as many entries and a row behind the last in G overwritten.
 */
export function gramRows(
  n: number,
  X: Float32Array,
  XOffset: number,
  from: number,
  to: number,
  norms: Float64Array,
  normsOffset: number,
  G: Float64Array,
  GOffset: number,
  stride: number,
): void {
  for (let a = from; a < to || (a - from) % 2 === 1; ++a) {
    const width = (a - ((a - from) % 2) + 5) & ~3;
    for (let c = 0; c < width; ++c) {
      let sum = 0;
      for (let top = 0; top < n; top += ROWS) {
        sum += blockDot(min(ROWS, n - top), X, XOffset + c * n + top, XOffset + a * n + top);
      }
      G[GOffset + a * stride + c] = sum;
    }
  }
  for (let c = 0; c < to; ++c) {
    for (let a = max(from, c); a < to; ++a) {
      const value = norms[normsOffset + a] * norms[normsOffset + c] * G[GOffset + a * stride + c];
      G[GOffset + a * stride + c] = value;
      G[GOffset + c * stride + a] = value;
    }
  }
}

function blockDot(height: number, X: Float32Array, x: number, y: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 4 <= height; i += 4, x += 4, y += 4) {
    s0 = fround(s0 + fround(X[x] * X[y]));
    s1 = fround(s1 + fround(X[x + 1] * X[y + 1]));
    s2 = fround(s2 + fround(X[x + 2] * X[y + 2]));
    s3 = fround(s3 + fround(X[x + 3] * X[y + 3]));
  }
  let sum = fround(fround(s0 + s1) + fround(s2 + s3));
  for (; i < height; ++i, ++x, ++y) sum = fround(sum + fround(X[x] * X[y]));
  return sum;
}

/**
 * The rows n to n + m of the Cholesky factor L of a matrix with a diagonal of ones, in single precision, L's rows `stride` apart;
 * returns the least square of their diagonals. Up to three rows behind them are overwritten.
 */
export function choleskyExtend(n: number, m: number, L: Float32Array, LOffset: number, stride: number): number {
  const first = LOffset + n * stride;
  for (let r = m; r % 4 !== 0; ++r) L.fill(0, first + r * stride, first + r * stride + n);
  for (let r = 0; r < m; ++r) substitute(n, L, LOffset, stride, first + r * stride);
  let least = 1;
  for (let r = 0; r < m; ++r) {
    const row = first + r * stride;
    for (let k = n; k < n + r; ++k) {
      const above = LOffset + k * stride;
      L[row + k] = fround(L[row + k] - dot32(k, L, row, L, above)) / L[above + k];
    }
    const at = row + n + r;
    const pivot = fround(L[at] - dot32(n + r, L, row, L, row));
    L[at] = pivot > 0 ? sqrt(pivot) : 0;
    if (!(pivot >= least)) least = pivot;
  }
  return least;
}

function substitute(n: number, L: Float32Array, LOffset: number, stride: number, row: number): void {
  for (let i = 0; i < n; ++i) {
    const above = LOffset + i * stride;
    L[row + i] = fround(L[row + i] - blockDot(i, L, above, row)) / L[above + i];
  }
}

/** {@link choleskyDrop} in single precision; the row behind the last may be overwritten, too. */
export function choleskyDropSingle(
  n: number,
  k: number,
  L: Float32Array,
  LOffset: number,
  stride: number,
  work: Float32Array,
  workOffset: number,
): void {
  for (let i = k; i < n - ((n - k) % 2); ++i) {
    const row = LOffset + i * stride;
    L.copyWithin(row, row + stride, row + stride + k);
    let at = row + k;
    let rotation = workOffset;
    let x = L[at + stride];
    for (const end = row + i; at < end; ++at, rotation += 2) {
      const c = work[rotation];
      const s = work[rotation + 1];
      const y = L[at + stride + 1];
      L[at] = fround(c * x) + fround(s * y);
      x = fround(fround(c * y) - fround(s * x));
    }
    const y = L[at + stride + 1];
    const norm = fround(sqrt(fround(fround(x * x) + fround(y * y))));
    L[at] = norm;
    work[rotation] = norm > 0 ? x / norm : 1;
    work[rotation + 1] = norm > 0 ? y / norm : 0;
  }
}

/** L·Lᵀ·x = b in place on b, in single precision. */
export function choleskySolveSingle(
  n: number,
  L: Float32Array,
  LOffset: number,
  stride: number,
  b: Float32Array,
  bOffset: number,
): void {
  for (let i = 0; i < n; ++i) {
    const row = LOffset + i * stride;
    b[bOffset + i] = fround(b[bOffset + i] - dot32(i, L, row, b, bOffset)) / L[row + i];
  }
  for (let i = n - 1; i >= 0; --i) {
    const row = LOffset + i * stride;
    const x = fround(b[bOffset + i] / L[row + i]);
    b[bOffset + i] = x;
    axpy32(i, -x, L, row, b, bOffset);
  }
}
