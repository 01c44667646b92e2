const { max, min } = Math;

/** Rows of X that one pass of the Gram reads, few enough for the tile's columns to stay in cache. */
const GRAM_ROWS = 256;

/** out ← out + scale·X·b, X column-major n × p */
export function product(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  scale: number,
  b: Float64Array,
  bOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  let j = 0;
  for (; j + 4 <= p; j += 4) {
    const b0 = scale * b[bOffset + j];
    const b1 = scale * b[bOffset + j + 1];
    const b2 = scale * b[bOffset + j + 2];
    const b3 = scale * b[bOffset + j + 3];
    const x0 = XOffset + j * n;
    const x1 = x0 + n;
    const x2 = x1 + n;
    const x3 = x2 + n;
    for (let i = 0; i < n; ++i) {
      out[outOffset + i] += X[x0 + i] * b0 + X[x1 + i] * b1 + (X[x2 + i] * b2 + X[x3 + i] * b3);
    }
  }
  for (; j < p; ++j) {
    const b0 = scale * b[bOffset + j];
    const x0 = XOffset + j * n;
    for (let i = 0; i < n; ++i) out[outOffset + i] += X[x0 + i] * b0;
  }
}

/** out ← out + scale·Σ_k b[k]·x_j for the listed columns j = indices[k], which lie `stride` apart */
export function listProduct(
  n: number,
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  X: Float64Array,
  XOffset: number,
  stride: number,
  scale: number,
  b: Float64Array,
  bOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const b0 = scale * b[bOffset + k];
    const b1 = scale * b[bOffset + k + 1];
    const b2 = scale * b[bOffset + k + 2];
    const b3 = scale * b[bOffset + k + 3];
    const x0 = XOffset + indices[indicesOffset + k] * stride;
    const x1 = XOffset + indices[indicesOffset + k + 1] * stride;
    const x2 = XOffset + indices[indicesOffset + k + 2] * stride;
    const x3 = XOffset + indices[indicesOffset + k + 3] * stride;
    for (let i = 0; i < n; ++i) {
      out[outOffset + i] += X[x0 + i] * b0 + X[x1 + i] * b1 + (X[x2 + i] * b2 + X[x3 + i] * b3);
    }
  }
  for (; k < count; ++k) {
    const b0 = scale * b[bOffset + k];
    const x0 = XOffset + indices[indicesOffset + k] * stride;
    for (let i = 0; i < n; ++i) out[outOffset + i] += X[x0 + i] * b0;
  }
}

/** out[j] = x_j·r, X column-major n × p */
export function transposedProduct(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  r: Float64Array,
  rOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  let j = 0;
  for (; j + 4 <= p; j += 4) {
    const x0 = XOffset + j * n;
    fourDots(n, X, x0, x0 + n, x0 + 2 * n, x0 + 3 * n, r, rOffset, out, outOffset + j);
  }
  for (; j < p; ++j) out[outOffset + j] = pairDot(n, X, XOffset + j * n, r, rOffset);
}

function fourDots(
  n: number,
  X: Float64Array,
  x0: number,
  x1: number,
  x2: number,
  x3: number,
  r: Float64Array,
  rOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  const pairEnd = n - (n % 2);
  let a0 = 0;
  let a1 = 0;
  let b0 = 0;
  let b1 = 0;
  let c0 = 0;
  let c1 = 0;
  let d0 = 0;
  let d1 = 0;
  for (let i = 0; i < pairEnd; i += 2) {
    const u = r[rOffset + i];
    const v = r[rOffset + i + 1];
    a0 += X[x0 + i] * u;
    a1 += X[x0 + i + 1] * v;
    b0 += X[x1 + i] * u;
    b1 += X[x1 + i + 1] * v;
    c0 += X[x2 + i] * u;
    c1 += X[x2 + i + 1] * v;
    d0 += X[x3 + i] * u;
    d1 += X[x3 + i + 1] * v;
  }
  let s0 = a0 + a1;
  let s1 = b0 + b1;
  let s2 = c0 + c1;
  let s3 = d0 + d1;
  if (pairEnd < n) {
    const u = r[rOffset + pairEnd];
    s0 += X[x0 + pairEnd] * u;
    s1 += X[x1 + pairEnd] * u;
    s2 += X[x2 + pairEnd] * u;
    s3 += X[x3 + pairEnd] * u;
  }
  out[outOffset] = s0;
  out[outOffset + 1] = s1;
  out[outOffset + 2] = s2;
  out[outOffset + 3] = s3;
}

/** Σ x·y in the two partial sums of one vector, then the tail */
function pairDot(n: number, x: Float64Array, xOffset: number, y: Float64Array, yOffset: number): number {
  const pairEnd = n - (n % 2);
  let s0 = 0;
  let s1 = 0;
  for (let i = 0; i < pairEnd; i += 2) {
    s0 += x[xOffset + i] * y[yOffset + i];
    s1 += x[xOffset + i + 1] * y[yOffset + i + 1];
  }
  const sum = s0 + s1;
  return pairEnd < n ? sum + x[xOffset + pairEnd] * y[yOffset + pairEnd] : sum;
}

/** out[k] = x_j·r for the listed columns j = indices[k] */
export function listTransposedProduct(
  n: number,
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  X: Float64Array,
  XOffset: number,
  r: Float64Array,
  rOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const at = indicesOffset + k;
    const x0 = XOffset + indices[at] * n;
    const x1 = XOffset + indices[at + 1] * n;
    const x2 = XOffset + indices[at + 2] * n;
    const x3 = XOffset + indices[at + 3] * n;
    fourDots(n, X, x0, x1, x2, x3, r, rOffset, out, outOffset + k);
  }
  for (; k < count; ++k) {
    out[outOffset + k] = pairDot(n, X, XOffset + indices[indicesOffset + k] * n, r, rOffset);
  }
}

/** G = XᵀX, p × p, both triangles. The other backend packs blocks of 256 rows into `work`: (min(n, 256) + 1)·byFour(p) + 8 numbers. */
export function gram(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  G: Float64Array,
  GOffset: number,
  _work: Float64Array,
  _workOffset: number,
): void {
  G.fill(0, GOffset, GOffset + p * p);
  for (let row = 0; row < n; row += GRAM_ROWS) {
    gramBlock(min(GRAM_ROWS, n - row), n, p, X, XOffset + row, G, GOffset);
  }
  for (let j = 1; j < p; ++j) {
    for (let k = 0; k < j; ++k) G[GOffset + j * p + k] = G[GOffset + k * p + j];
  }
}

/** G[j, k] += Σ over the block of x_j·x_k for j >= k: tiles of two columns by two, single entries at the edges */
function gramBlock(
  rows: number,
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  G: Float64Array,
  GOffset: number,
): void {
  let k = 0;
  for (; k + 2 <= p; k += 2) {
    const xk = XOffset + k * n;
    const gk = GOffset + k * p;
    G[gk + k] += pairDot(rows, X, xk, X, xk);
    G[gk + k + 1] += pairDot(rows, X, xk + n, X, xk);
    G[gk + p + k + 1] += pairDot(rows, X, xk + n, X, xk + n);
    let j = k + 2;
    for (; j + 2 <= p; j += 2) {
      const xj = XOffset + j * n;
      gramTile(rows, X, xj, xj + n, xk, xk + n, G, gk + j, gk + p + j);
    }
    if (j < p) {
      G[gk + j] += pairDot(rows, X, XOffset + j * n, X, xk);
      G[gk + p + j] += pairDot(rows, X, XOffset + j * n, X, xk + n);
    }
  }
  if (k < p) G[GOffset + k * p + k] += pairDot(rows, X, XOffset + k * n, X, XOffset + k * n);
}

/** G[g0 + k] += Σ x_k·y0, G[g1 + k] += Σ x_k·y1 for the two columns x_k */
function gramTile(
  rows: number,
  X: Float64Array,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  G: Float64Array,
  g0: number,
  g1: number,
): void {
  const pairEnd = rows - (rows % 2);
  let a0 = 0;
  let a1 = 0;
  let b0 = 0;
  let b1 = 0;
  let c0 = 0;
  let c1 = 0;
  let d0 = 0;
  let d1 = 0;
  for (let i = 0; i < pairEnd; i += 2) {
    const u0 = X[y0 + i];
    const u1 = X[y0 + i + 1];
    const v0 = X[y1 + i];
    const v1 = X[y1 + i + 1];
    const p0 = X[x0 + i];
    const p1 = X[x0 + i + 1];
    const q0 = X[x1 + i];
    const q1 = X[x1 + i + 1];
    a0 += p0 * u0;
    a1 += p1 * u1;
    b0 += q0 * u0;
    b1 += q1 * u1;
    c0 += p0 * v0;
    c1 += p1 * v1;
    d0 += q0 * v0;
    d1 += q1 * v1;
  }
  let a = a0 + a1;
  let b = b0 + b1;
  let c = c0 + c1;
  let d = d0 + d1;
  if (pairEnd < rows) {
    const u = X[y0 + pairEnd];
    const v = X[y1 + pairEnd];
    const s = X[x0 + pairEnd];
    const t = X[x1 + pairEnd];
    a += s * u;
    b += t * u;
    c += s * v;
    d += t * v;
  }
  G[g0] += a;
  G[g0 + 1] += b;
  G[g1] += c;
  G[g1 + 1] += d;
}

/** G[places[a], c] = x_rows[a]·x_columns[c], the rows of G `stride` apart */
export function crossGram(
  n: number,
  X: Float64Array,
  XOffset: number,
  rowCount: number,
  rows: Int32Array,
  rowsOffset: number,
  places: Int32Array,
  placesOffset: number,
  columnCount: number,
  columns: Int32Array,
  columnsOffset: number,
  G: Float64Array,
  GOffset: number,
  stride: number,
): void {
  for (let a = 0; a < rowCount; ++a) {
    const g = GOffset + places[placesOffset + a] * stride;
    G.fill(0, g, g + columnCount);
  }
  for (let top = 0; top < n; top += GRAM_ROWS) {
    const height = min(GRAM_ROWS, n - top);
    const origin = XOffset + top;
    let a = 0;
    for (; a + 2 <= rowCount; a += 2) {
      const y0 = origin + rows[rowsOffset + a] * n;
      const y1 = origin + rows[rowsOffset + a + 1] * n;
      const g0 = GOffset + places[placesOffset + a] * stride;
      const g1 = GOffset + places[placesOffset + a + 1] * stride;
      let c = 0;
      for (; c + 2 <= columnCount; c += 2) {
        const x0 = origin + columns[columnsOffset + c] * n;
        const x1 = origin + columns[columnsOffset + c + 1] * n;
        gramTile(height, X, x0, x1, y0, y1, G, g0 + c, g1 + c);
      }
      if (c < columnCount) {
        const x = origin + columns[columnsOffset + c] * n;
        G[g0 + c] += pairDot(height, X, x, X, y0);
        G[g1 + c] += pairDot(height, X, x, X, y1);
      }
    }
    if (a < rowCount) {
      const y = origin + rows[rowsOffset + a] * n;
      const g = GOffset + places[placesOffset + a] * stride;
      for (let c = 0; c < columnCount; ++c) {
        G[g + c] += pairDot(height, X, origin + columns[columnsOffset + c] * n, X, y);
      }
    }
  }
}

/** v'·P·v for a symmetric P, its rows `stride` apart, and a v that is 0 outside of the listed coordinates, ascending; `work` has room for 4. */
export function quadraticForm(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  P: Float64Array,
  POffset: number,
  stride: number,
  v: Float64Array,
  vOffset: number,
  work: Float64Array,
  workOffset: number,
): number {
  let form = 0;
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const first = indices[indicesOffset + k];
    const row = POffset + first * stride;
    const row1 = POffset + indices[indicesOffset + k + 1] * stride;
    const row2 = POffset + indices[indicesOffset + k + 2] * stride;
    const row3 = POffset + indices[indicesOffset + k + 3] * stride;
    fourDots(first, P, row, row1, row2, row3, v, vOffset, work, workOffset);
    form += formTerm(first, first, work[workOffset], P, row, v, vOffset);
    form += formTerm(first, indices[indicesOffset + k + 1], work[workOffset + 1], P, row1, v, vOffset);
    form += formTerm(first, indices[indicesOffset + k + 2], work[workOffset + 2], P, row2, v, vOffset);
    form += formTerm(first, indices[indicesOffset + k + 3], work[workOffset + 3], P, row3, v, vOffset);
  }
  for (; k < count; ++k) {
    const j = indices[indicesOffset + k];
    form += formTerm(0, j, 0, P, POffset + j * stride, v, vOffset);
  }
  return form;
}

function formTerm(
  from: number,
  j: number,
  sum: number,
  P: Float64Array,
  row: number,
  v: Float64Array,
  vOffset: number,
): number {
  const vj = v[vOffset + j];
  const rest = pairDot(j - from, P, row + from, v, vOffset + from);
  return vj * (2 * (sum + rest) + P[row + j] * vj);
}

/** Weighted column means about the pivots, and variances; compensated. */
export function moments(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  weights: Float64Array,
  weightsOffset: number,
  totalWeight: number,
  pivots: Float64Array,
  pivotsOffset: number,
  means: Float64Array,
  meansOffset: number,
  variances: Float64Array,
  variancesOffset: number,
): void {
  for (let j = 0; j < p; ++j) {
    const x = XOffset + j * n;
    const pivot = pivots[pivotsOffset + j];
    const mean = weightedSum(n, X, x, weights, weightsOffset, pivot, 0, false) / totalWeight;
    const rest = weightedSum(n, X, x, weights, weightsOffset, pivot, mean, false) / totalWeight;
    const square = weightedSum(n, X, x, weights, weightsOffset, pivot, mean, true) / totalWeight;
    means[meansOffset + j] = mean + rest;
    variances[variancesOffset + j] = max(square - rest * rest, 0);
  }
}

/** Compensated Σ s·c or Σ s·c², c = (x − pivot) − mean, even and odd rows apart */
function weightedSum(
  n: number,
  X: Float64Array,
  x: number,
  s: Float64Array,
  sOffset: number,
  pivot: number,
  mean: number,
  squared: boolean,
): number {
  const pairEnd = n - (n % 2);
  let sum0 = 0;
  let sum1 = 0;
  let lost0 = 0;
  let lost1 = 0;
  for (let i = 0; i < pairEnd; i += 2) {
    const c0 = X[x + i] - pivot - mean;
    const c1 = X[x + i + 1] - pivot - mean;
    let v0 = s[sOffset + i] * c0;
    let v1 = s[sOffset + i + 1] * c1;
    if (squared) {
      v0 *= c0;
      v1 *= c1;
    }
    const t0 = sum0 + v0;
    const t1 = sum1 + v1;
    const u0 = t0 - sum0;
    const u1 = t1 - sum1;
    lost0 += sum0 - (t0 - u0) + (v0 - u0);
    lost1 += sum1 - (t1 - u1) + (v1 - u1);
    sum0 = t0;
    sum1 = t1;
  }
  let total = sum0 + sum1;
  let u = total - sum0;
  let error = lost0 + lost1;
  error += sum0 - (total - u) + (sum1 - u);
  if (pairEnd < n) {
    const c = X[x + pairEnd] - pivot - mean;
    let v = s[sOffset + pairEnd] * c;
    if (squared) v *= c;
    const t = total + v;
    u = t - total;
    error += total - (t - u) + (v - u);
    total = t;
  }
  return total + error;
}

/** x_ij ← ((x_ij − pivots[j]) − means[j])·scales[j]·rowScales[i] */
export function transform(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  pivots: Float64Array,
  pivotsOffset: number,
  means: Float64Array,
  meansOffset: number,
  scales: Float64Array,
  scalesOffset: number,
  rowScales: Float64Array,
  rowScalesOffset: number,
): void {
  for (let j = 0; j < p; ++j) {
    const x = XOffset + j * n;
    const pivot = pivots[pivotsOffset + j];
    const mean = means[meansOffset + j];
    const scale = scales[scalesOffset + j];
    for (let i = 0; i < n; ++i) X[x + i] = (X[x + i] - pivot - mean) * scale * rowScales[rowScalesOffset + i];
  }
}

/** out_i ← x_i·y_i; `out` may be one of them. */
export function multiply(
  n: number,
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = x[xOffset + i] * y[yOffset + i];
}

/**
 * Centres each of p columns of n rows, of which it takes weighted means about pivots, and scales its rows:
 *
 * ```text
 * means[j] ← Σ weights·(x − pivots[j]) / totalWeight,   x ← ((x − pivots[j]) − means[j])·rowScales,   rests[j] ← Σ rowScales·x
 * ```
 */
export function centreColumns(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  weights: Float64Array,
  weightsOffset: number,
  rowScales: Float64Array,
  rowScalesOffset: number,
  totalWeight: number,
  pivots: Float64Array,
  pivotsOffset: number,
  means: Float64Array,
  meansOffset: number,
  rests: Float64Array,
  restsOffset: number,
): void {
  for (let j = 0, x = XOffset; j < p; ++j, x += n) {
    const pivot = pivots[pivotsOffset + j];
    for (let i = 0; i < n; ++i) X[x + i] -= pivot;
    const mean = pairDot(n, X, x, weights, weightsOffset) / totalWeight;
    means[meansOffset + j] = mean;
    for (let i = 0; i < n; ++i) X[x + i] = (X[x + i] - mean) * rowScales[rowScalesOffset + i];
    rests[restsOffset + j] = pairDot(n, X, x, rowScales, rowScalesOffset);
  }
}
