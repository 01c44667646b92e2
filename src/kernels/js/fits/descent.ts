import { sparseAxpy, sparseDot } from "../matrices/sparse.js";
import { axpy64, dot64 } from "../vectors/reductions.js";
import { blockLength64 } from "../vectors/vector.js";

const { max } = Math;

// #region coordinateMinimum
/** clamp(soft(u, l1)/(curvature + l2), lower, upper) */
export function coordinateMinimum(
  u: number,
  curvature: number,
  l1: number,
  l2: number,
  lower: number,
  upper: number,
): number {
  const clamped = u < -l1 ? -l1 : u > l1 ? l1 : u;
  const b = (u - clamped) / (curvature + l2);
  return b < lower ? lower : b > upper ? upper : b;
}
// #endregion coordinateMinimum

/** r ← r + a·x, returning Σ next·r of the new r */
export function axpyDot(
  n: number,
  a: number,
  x: Float64Array,
  xOffset: number,
  r: Float64Array,
  rOffset: number,
  next: Float64Array,
  nextOffset: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  const blockEnd = blockLength64(n);
  let i = 0;
  for (; i < blockEnd; i += 8) {
    const ri = rOffset + i;
    const xi = xOffset + i;
    const ni = nextOffset + i;
    const r0 = r[ri] + a * x[xi];
    const r1 = r[ri + 1] + a * x[xi + 1];
    const r2 = r[ri + 2] + a * x[xi + 2];
    const r3 = r[ri + 3] + a * x[xi + 3];
    r[ri] = r0;
    r[ri + 1] = r1;
    r[ri + 2] = r2;
    r[ri + 3] = r3;
    s0 += next[ni] * r0;
    s1 += next[ni + 1] * r1;
    s2 += next[ni + 2] * r2;
    s3 += next[ni + 3] * r3;
    const r4 = r[ri + 4] + a * x[xi + 4];
    const r5 = r[ri + 5] + a * x[xi + 5];
    const r6 = r[ri + 6] + a * x[xi + 6];
    const r7 = r[ri + 7] + a * x[xi + 7];
    r[ri + 4] = r4;
    r[ri + 5] = r5;
    r[ri + 6] = r6;
    r[ri + 7] = r7;
    s4 += next[ni + 4] * r4;
    s5 += next[ni + 5] * r5;
    s6 += next[ni + 6] * r6;
    s7 += next[ni + 7] * r7;
  }
  let sum = s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
  for (; i < n; ++i) {
    const v = r[rOffset + i] + a * x[xOffset + i];
    r[rOffset + i] = v;
    sum += next[nextOffset + i] * v;
  }
  return sum;
}

/** One epoch of coordinate descent on the residual; returns max_j a_j·Δ_j². */
export function residualEpoch(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  n: number,
  X: Float64Array,
  XOffset: number,
  r: Float64Array,
  rOffset: number,
  b: Float64Array,
  bOffset: number,
  curvatures: Float64Array,
  curvaturesOffset: number,
  l1: Float64Array,
  l1Offset: number,
  l2: Float64Array,
  l2Offset: number,
  lower: Float64Array,
  lowerOffset: number,
  upper: Float64Array,
  upperOffset: number,
): number {
  if (count === 0) return 0;
  let largest = 0;
  let next = XOffset + indices[indicesOffset] * n;
  let gradient = dot64(n, X, next, r, rOffset);
  for (let k = 0; k < count; ++k) {
    const j = indices[indicesOffset + k];
    const x = next;
    const isLast = k + 1 === count;
    if (!isLast) next = XOffset + indices[indicesOffset + k + 1] * n;
    const old = b[bOffset + j];
    const curvature = curvatures[curvaturesOffset + j];
    const value = coordinateMinimum(
      gradient + curvature * old,
      curvature,
      l1[l1Offset + j],
      l2[l2Offset + j],
      lower[lowerOffset + j],
      upper[upperOffset + j],
    );
    const delta = value - old;
    if (delta !== 0) {
      b[bOffset + j] = value;
      largest = max(largest, curvature * delta * delta);
      gradient = axpyDot(n, -delta, X, x, r, rOffset, X, next);
    } else if (!isLast) gradient = dot64(n, X, next, r, rOffset);
  }
  return largest;
}

// #region gramEpoch
/** One epoch of coordinate descent on the Gram, size × size, its rows `stride` apart, without moves of G_jj·Δ_j² <= least; returns max_j G_jj·Δ_j². */
export function gramEpoch(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  size: number,
  G: Float64Array,
  GOffset: number,
  stride: number,
  q: Float64Array,
  qOffset: number,
  b: Float64Array,
  bOffset: number,
  l1: Float64Array,
  l1Offset: number,
  l2: Float64Array,
  l2Offset: number,
  lower: Float64Array,
  lowerOffset: number,
  upper: Float64Array,
  upperOffset: number,
  least: number,
): number {
  let largest = 0;
  let waiting = 0;
  let row0 = GOffset;
  let row1 = GOffset;
  let row2 = GOffset;
  let move0 = 0;
  let move1 = 0;
  let move2 = 0;
  for (let k = 0; k < count; ++k) {
    const j = indices[indicesOffset + k];
    const row = GOffset + j * stride;
    const old = b[bOffset + j];
    const curvature = G[row + j];
    let gradient = q[qOffset + j];
    if (waiting > 0) gradient -= move0 * G[row0 + j];
    if (waiting > 1) gradient -= move1 * G[row1 + j];
    if (waiting > 2) gradient -= move2 * G[row2 + j];
    const value = coordinateMinimum(
      gradient + curvature * old,
      curvature,
      l1[l1Offset + j],
      l2[l2Offset + j],
      lower[lowerOffset + j],
      upper[upperOffset + j],
    );
    const delta = value - old;
    const change = curvature * delta * delta;
    if (change <= least && (delta === 0 || (old !== 0 && value !== 0))) continue;
    b[bOffset + j] = value;
    largest = max(largest, change);
    if (waiting === 0) {
      row0 = row;
      move0 = delta;
    } else if (waiting === 1) {
      row1 = row;
      move1 = delta;
    } else if (waiting === 2) {
      row2 = row;
      move2 = delta;
    } else {
      subtractFour(size, G, row0, row1, row2, row, move0, move1, move2, delta, q, qOffset);
      waiting = 0;
      continue;
    }
    waiting += 1;
  }
  if (waiting > 0) axpy64(size, -move0, G, row0, q, qOffset);
  if (waiting > 1) axpy64(size, -move1, G, row1, q, qOffset);
  if (waiting > 2) axpy64(size, -move2, G, row2, q, qOffset);
  return largest;
}
// #endregion gramEpoch

function subtractFour(
  size: number,
  X: Float64Array,
  x0: number,
  x1: number,
  x2: number,
  x3: number,
  a0: number,
  a1: number,
  a2: number,
  a3: number,
  q: Float64Array,
  qOffset: number,
): void {
  for (let i = 0; i < size; ++i) {
    q[qOffset + i] -= a0 * X[x0 + i] + a1 * X[x1 + i] + (a2 * X[x2 + i] + a3 * X[x3 + i]);
  }
}

/** x ← x + t·(x − before), before ← the x that was */
export function extrapolate(
  n: number,
  t: number,
  x: Float64Array,
  xOffset: number,
  before: Float64Array,
  beforeOffset: number,
): void {
  for (let i = 0; i < n; ++i) {
    const v = x[xOffset + i];
    x[xOffset + i] = v + t * (v - before[beforeOffset + i]);
    before[beforeOffset + i] = v;
  }
}

const HAS_MEANS = 1;
const HAS_L2 = 2;
const HAS_BOUNDS = 4;

/**
 * One epoch of coordinate descent on a CSC matrix with implicit centring; `traits` is the sum of what its columns have: 1 means,
 * 2 an l2, 4 bounds. Returns max_j a_j·Δ_j².
 */
export function sparseEpoch(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  values: Float64Array,
  valuesOffset: number,
  rowIndices: Int32Array,
  rowIndicesOffset: number,
  columnPointers: Int32Array,
  columnPointersOffset: number,
  r: Float64Array,
  rOffset: number,
  state: Float64Array,
  stateOffset: number,
  means: Float64Array,
  meansOffset: number,
  b: Float64Array,
  bOffset: number,
  curvatures: Float64Array,
  curvaturesOffset: number,
  l1: Float64Array,
  l1Offset: number,
  l2: Float64Array,
  l2Offset: number,
  lower: Float64Array,
  lowerOffset: number,
  upper: Float64Array,
  upperOffset: number,
  traits: number,
): number {
  let largest = 0;
  let shift = state[stateOffset];
  for (let position = 0; position < count; ++position) {
    const j = indices[indicesOffset + position];
    const start = columnPointers[columnPointersOffset + j];
    const end = columnPointers[columnPointersOffset + j + 1];
    const old = b[bOffset + j];
    const curvature = curvatures[curvaturesOffset + j];
    const mean = traits & HAS_MEANS ? means[meansOffset + j] : 0;
    const product = sparseDot(start, end, values, valuesOffset, rowIndices, rowIndicesOffset, r, rOffset);
    const gradient = product + shift * mean;
    const value = coordinateMinimum(
      gradient + curvature * old,
      curvature,
      l1[l1Offset + j],
      traits & HAS_L2 ? l2[l2Offset + j] : 0,
      traits & HAS_BOUNDS ? lower[lowerOffset + j] : Number.NEGATIVE_INFINITY,
      traits & HAS_BOUNDS ? upper[upperOffset + j] : Number.POSITIVE_INFINITY,
    );
    const delta = value - old;
    if (delta === 0) continue;
    b[bOffset + j] = value;
    largest = max(largest, curvature * delta * delta);
    sparseAxpy(start, end, -delta, values, valuesOffset, rowIndices, rowIndicesOffset, r, rOffset);
    shift += delta * mean;
  }
  state[stateOffset] = shift;
  return largest;
}
