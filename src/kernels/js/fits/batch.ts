const { min } = Math;

/** Rows that one pass of the Gram reads, few enough for a narrow matrix to stay in the first-level cache. */
const ROWS = 128;

/** out[i, j] = X[i, j], from columns `stride` apart to rows `outStride` apart */
export function transpose(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  stride: number,
  out: Float64Array,
  outOffset: number,
  outStride: number,
): void {
  for (let j = 0; j < p; ++j) {
    for (let i = 0, x = XOffset + j * stride, y = outOffset + j; i < n; ++i, ++x, y += outStride) out[y] = X[x];
  }
}

/** means[j] = Σ_i s_i·(x_ij − pivots[j])/W for rows `stride` apart */
export function rowMeans(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  stride: number,
  weights: Float64Array,
  weightsOffset: number,
  totalWeight: number,
  pivots: Float64Array,
  pivotsOffset: number,
  means: Float64Array,
  meansOffset: number,
): void {
  const pairEnd = n - (n % 2);
  for (let j = 0; j < p; ++j) {
    const pivot = pivots[pivotsOffset + j];
    let x = XOffset + j;
    let a = 0;
    let b = 0;
    for (let i = 0; i < pairEnd; i += 2, x += 2 * stride) {
      a += weights[weightsOffset + i] * (X[x] - pivot);
      b += weights[weightsOffset + i + 1] * (X[x + stride] - pivot);
    }
    if (pairEnd < n) a += weights[weightsOffset + pairEnd] * (X[x] - pivot);
    means[meansOffset + j] = (a + b) / totalWeight;
  }
}

/** out[i, j] = ((x_ij − pivots[j]) − means[j])·rowScales[i], from rows `stride` apart to rows `outStride` apart */
export function centreRows(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  stride: number,
  pivots: Float64Array,
  pivotsOffset: number,
  means: Float64Array,
  meansOffset: number,
  rowScales: Float64Array,
  rowScalesOffset: number,
  out: Float64Array,
  outOffset: number,
  outStride: number,
): void {
  for (let i = 0; i < n; ++i) {
    const scale = rowScales[rowScalesOffset + i];
    const x = XOffset + i * stride;
    const y = outOffset + i * outStride;
    for (let j = 0; j < p; ++j) out[y + j] = (X[x + j] - pivots[pivotsOffset + j] - means[meansOffset + j]) * scale;
  }
}

/** out[i, j] = x_ij·rowScales[i], from rows `stride` apart to rows `outStride` apart, and means[j] = Σ_i out[i, j]·rowScales[i] */
export function scaleRows(
  n: number,
  p: number,
  X: Float64Array,
  XOffset: number,
  stride: number,
  rowScales: Float64Array,
  rowScalesOffset: number,
  out: Float64Array,
  outOffset: number,
  outStride: number,
  means: Float64Array,
  meansOffset: number,
): void {
  means.fill(0, meansOffset, meansOffset + p);
  for (let i = 0; i < n; ++i) {
    const scale = rowScales[rowScalesOffset + i];
    const x = XOffset + i * stride;
    const y = outOffset + i * outStride;
    for (let j = 0; j < p; ++j) {
      const value = X[x + j] * scale;
      out[y + j] = value;
      means[meansOffset + j] += value * scale;
    }
  }
}

/** G = AᵀA for n contiguous rows of p values, p a multiple of 4 */
export function rowGram(
  n: number,
  p: number,
  A: Float64Array,
  AOffset: number,
  G: Float64Array,
  GOffset: number,
): void {
  G.fill(0, GOffset, GOffset + p * p);
  for (let row = 0; row < n; row += ROWS) {
    const start = AOffset + row * p;
    const end = start + min(ROWS, n - row) * p;
    for (let j = 0; j < p; j += 2) {
      for (let k = 0; k <= j; k += 2) rowTile(start, end, p, A, j, k, G, GOffset + j * p + k);
    }
  }
  for (let j = 1; j < p; ++j) {
    for (let k = 0; k < j; ++k) G[GOffset + k * p + j] = G[GOffset + j * p + k];
  }
}

/** G += Σ over the rows of (columns j and j + 1)·(columns k and k + 1) */
function rowTile(
  start: number,
  end: number,
  p: number,
  A: Float64Array,
  j: number,
  k: number,
  G: Float64Array,
  g: number,
): void {
  let a0 = 0;
  let a1 = 0;
  let b0 = 0;
  let b1 = 0;
  for (let row = start; row < end; row += p) {
    const s = A[row + j];
    const t = A[row + j + 1];
    const u = A[row + k];
    const v = A[row + k + 1];
    a0 += s * u;
    a1 += s * v;
    b0 += t * u;
    b1 += t * v;
  }
  G[g] += a0;
  G[g + 1] += a1;
  G[g + p] += b0;
  G[g + p + 1] += b1;
}

/** Epochs of coordinate descent on a Gram with rows `ld` apart, `ld` even, until max_j G_jj·Δ_j² <= threshold; returns how many. */
export function gramEpochs(
  p: number,
  ld: number,
  G: Float64Array,
  GOffset: number,
  z: Float64Array,
  zOffset: number,
  b: Float64Array,
  bOffset: number,
  inverses: Float64Array,
  inversesOffset: number,
  l1: Float64Array,
  l1Offset: number,
  threshold: number,
  limit: number,
): number {
  let epochs = 0;
  while (epochs < limit) {
    ++epochs;
    let largest = 0;
    for (let j = 0, row = GOffset; j < p; ++j, row += ld) {
      const old = b[bOffset + j];
      const curvature = G[row + j];
      const t = l1[l1Offset + j];
      const u = z[zOffset + j] + curvature * old;
      const clamped = u < -t ? -t : u > t ? t : u;
      const value = (u - clamped) * inverses[inversesOffset + j];
      const delta = value - old;
      if (delta === 0) continue;
      b[bOffset + j] = value;
      const change = curvature * delta * delta;
      if (change > largest) largest = change;
      subtract(z, zOffset, zOffset + ld, delta, G, row);
    }
    if (!(largest > threshold)) break;
  }
  return epochs;
}

/** z ← z − delta·g from element `start` of z up to `end` */
function subtract(z: Float64Array, start: number, end: number, delta: number, G: Float64Array, g: number): void {
  for (let i = start, k = g; i < end; ++i, ++k) z[i] -= delta * G[k];
}

/** z = c − G·b, `ld` values for p rows of G */
export function gramGradient(
  p: number,
  ld: number,
  G: Float64Array,
  GOffset: number,
  c: Float64Array,
  cOffset: number,
  b: Float64Array,
  bOffset: number,
  z: Float64Array,
  zOffset: number,
): void {
  for (let i = 0; i < ld; ++i) z[zOffset + i] = c[cOffset + i];
  for (let j = 0; j < p; ++j) {
    const value = b[bOffset + j];
    if (value !== 0) subtract(z, zOffset, zOffset + ld, value, G, GOffset + j * ld);
  }
}

/** Factors the listed rows and columns of G + diag(l2) into U; returns `count`, or the first row that depends on others. */
export function gramFactor(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  ld: number,
  G: Float64Array,
  GOffset: number,
  l2: Float64Array,
  l2Offset: number,
  U: Float64Array,
  UOffset: number,
): number {
  const even = count + (count % 2);
  for (let i = 0; i < count; ++i) {
    const u = UOffset + i * ld;
    const g = GOffset + indices[indicesOffset + i] * ld;
    for (let k = i; k < count; ++k) U[u + k] = G[g + indices[indicesOffset + k]];
    if (even > count) U[u + count] = 0;
  }
  for (let k = 0; k < count; ++k) {
    const u = UOffset + k * ld;
    const j = indices[indicesOffset + k];
    const ridge = l2[l2Offset + j];
    const pivot = U[u + k] + ridge;
    if (!(pivot > (G[GOffset + j * ld + j] + ridge) * (k + 1) * Number.EPSILON)) return k;
    const inverse = 1 / pivot;
    U[u + k] = inverse;
    for (let i = k + 1; i < count; ++i) {
      const v = UOffset + i * ld;
      subtract(U, v + i, v + even, U[u + i] * inverse, U, u + i);
    }
  }
  return count;
}

/** Solves the system that gramFactor factored, in place on x. */
export function gramSubstitute(
  count: number,
  ld: number,
  U: Float64Array,
  UOffset: number,
  x: Float64Array,
  xOffset: number,
): void {
  const even = count + (count % 2);
  if (even > count) x[xOffset + count] = 0;
  for (let k = 0; k < count; ++k) {
    const u = UOffset + k * ld;
    subtract(x, xOffset + k + 1, xOffset + even, x[xOffset + k] * U[u + k], U, u + k + 1);
  }
  for (let k = count - 1; k >= 0; --k) {
    const u = UOffset + k * ld;
    let i = k + 1;
    const rest = i % 2 === 1 ? U[u + i] * x[xOffset + i] : 0;
    i += i % 2;
    let sum0 = 0;
    let sum1 = 0;
    for (; i < even; i += 2) {
      sum0 += U[u + i] * x[xOffset + i];
      sum1 += U[u + i + 1] * x[xOffset + i + 1];
    }
    x[xOffset + k] = (x[xOffset + k] - (sum0 + sum1 + rest)) * U[u + k];
  }
}
