import { coordinateMinimum } from "./descent";

/** Columns are compressed (CSC): column j holds values[k] in row rowIndices[k] for k from columnPointers[j] to columnPointers[j + 1] − 1. */

/** Σ_k values[k]·r[rowIndices[k]] in 4 partial sums, combined (a + b) + (c + d), then the tail in order */
export function sparseDot64(start: i32, end: i32, values: usize, rowIndices: usize, r: usize): f64 {
  let a: f64 = 0;
  let b: f64 = 0;
  let c: f64 = 0;
  let d: f64 = 0;
  let v = values + ((<usize>start) << 3);
  let i = rowIndices + ((<usize>start) << 2);
  const vEnd = values + ((<usize>end) << 3);
  const blockEnd = v + (((<usize>(end - start)) << 3) & ~31);
  for (; v < blockEnd; v += 32, i += 16) {
    a += load<f64>(v) * load<f64>(r + ((<usize>load<u32>(i)) << 3));
    b += load<f64>(v, 8) * load<f64>(r + ((<usize>load<u32>(i, 4)) << 3));
    c += load<f64>(v, 16) * load<f64>(r + ((<usize>load<u32>(i, 8)) << 3));
    d += load<f64>(v, 24) * load<f64>(r + ((<usize>load<u32>(i, 12)) << 3));
  }
  let sum = a + b + (c + d);
  for (; v < vEnd; v += 8, i += 4) sum += load<f64>(v) * load<f64>(r + ((<usize>load<u32>(i)) << 3));
  return sum;
}

/** out[rowIndices[k]] += a·values[k] */
export function sparseAxpy64(start: i32, end: i32, a: f64, values: usize, rowIndices: usize, out: usize): void {
  let v = values + ((<usize>start) << 3);
  let i = rowIndices + ((<usize>start) << 2);
  for (const vEnd = values + ((<usize>end) << 3); v < vEnd; v += 8, i += 4) {
    const row = out + ((<usize>load<u32>(i)) << 3);
    store<f64>(row, load<f64>(row) + a * load<f64>(v));
  }
}

/** out ← out + scale·X·b, column after column; columns with scale·b_j = 0 are passed over */
export function sparseProduct64(
  p: i32,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  scale: f64,
  b: usize,
  out: usize,
): void {
  for (let j = 0; j < p; ++j, columnPointers += 4, b += 8) {
    const a = scale * load<f64>(b);
    if (a != 0) sparseAxpy64(load<i32>(columnPointers), load<i32>(columnPointers, 4), a, values, rowIndices, out);
  }
}

/** out[j] = x_j·r */
export function sparseTransposedProduct64(
  p: i32,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  r: usize,
  out: usize,
): void {
  for (let j = 0; j < p; ++j, columnPointers += 4, out += 8) {
    store<f64>(out, sparseDot64(load<i32>(columnPointers), load<i32>(columnPointers, 4), values, rowIndices, r));
  }
}

/** out[k] = x_j·r for the listed columns j = indices[k] */
export function sparseListTransposedProduct64(
  count: i32,
  indices: usize,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  r: usize,
  out: usize,
): void {
  for (const end = indices + ((<usize>count) << 2); indices < end; indices += 4, out += 8) {
    const pointer = columnPointers + ((<usize>load<u32>(indices)) << 2);
    store<f64>(out, sparseDot64(load<i32>(pointer), load<i32>(pointer, 4), values, rowIndices, r));
  }
}

/**
 * Weighted means and variances of the columns, zeros included, W = Σ s_i:
 *
 *   means[j] = Σ_i s_i·x_ij / W,   variances[j] = Σ_i s_i·(x_ij − means[j])² / W
 *
 * Sums are compensated. A column without implicit zeros is taken about its first value, so that a constant one gives
 * exactly 0.
 */
export function sparseMoments64(
  n: i32,
  p: i32,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  weights: usize,
  totalWeight: f64,
  means: usize,
  variances: usize,
): void {
  for (let j = 0; j < p; ++j, columnPointers += 4, means += 8, variances += 8) {
    const start = load<i32>(columnPointers);
    const end = load<i32>(columnPointers, 4);
    const full = end - start == n;
    const pivot = full ? load<f64>(values + ((<usize>start) << 3)) : 0;
    const stored = weightedPower(start, end, values, rowIndices, weights, 0, 0, 0);
    const absent = full ? 0 : max<f64>(totalWeight - stored, 0);
    const mean = weightedPower(start, end, values, rowIndices, weights, pivot, 0, 1) / totalWeight;
    const rest = (weightedPower(start, end, values, rowIndices, weights, pivot, mean, 1) - absent * mean) / totalWeight;
    const square =
      (weightedPower(start, end, values, rowIndices, weights, pivot, mean, 2) + absent * mean * mean) / totalWeight;
    store<f64>(means, pivot + (mean + rest));
    store<f64>(variances, max<f64>(square - rest * rest, 0));
  }
}

/** Compensated Σ s·((x − pivot) − mean)^power over the stored values, power 0, 1 or 2 */
function weightedPower(
  start: i32,
  end: i32,
  values: usize,
  rowIndices: usize,
  weights: usize,
  pivot: f64,
  mean: f64,
  power: i32,
): f64 {
  let total: f64 = 0;
  let error: f64 = 0;
  for (let k = <usize>start; k < <usize>end; ++k) {
    const c = load<f64>(values + (k << 3)) - pivot - mean;
    let v = load<f64>(weights + ((<usize>load<u32>(rowIndices + (k << 2))) << 3));
    if (power > 0) v *= c;
    if (power > 1) v *= c;
    const t = total + v;
    const u = t - total;
    error += total - (t - u) + (v - u);
    total = t;
  }
  return total + error;
}

/** G[j, k] = Σ_i s_i·x_ij·x_ik, p × p, both triangles; `work` holds n zeros, before and after */
export function sparseGram64(
  p: i32,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  weights: usize,
  work: usize,
  G: usize,
): void {
  const ld = (<usize>p) << 3;
  for (let j = 0; j < p; ++j) {
    const start = <usize>load<i32>(columnPointers + ((<usize>j) << 2));
    const end = <usize>load<i32>(columnPointers + ((<usize>j) << 2), 4);
    for (let k = start; k < end; ++k) {
      const row = (<usize>load<u32>(rowIndices + (k << 2))) << 3;
      store<f64>(work + row, load<f64>(work + row) + load<f64>(weights + row) * load<f64>(values + (k << 3)));
    }
    for (let k = 0; k <= j; ++k) {
      const pointer = columnPointers + ((<usize>k) << 2);
      const g = sparseDot64(load<i32>(pointer), load<i32>(pointer, 4), values, rowIndices, work);
      store<f64>(G + <usize>j * ld + ((<usize>k) << 3), g);
      store<f64>(G + <usize>k * ld + ((<usize>j) << 3), g);
    }
    for (let k = start; k < end; ++k) store<f64>(work + ((<usize>load<u32>(rowIndices + (k << 2))) << 3), 0);
  }
}

/**
 * One epoch of coordinate descent over the listed columns of a sparse X, centred and scaled without being filled in:
 * the column is (x_j − m_j)/d_j, the weights v_i sum to 1, and the true residual is r + shift with Σ v·(r + shift) = 0
 * wherever some m_j ≠ 0. With ρ_j = Σ v·x_j (= m_j when centred, anything otherwise) and u = v·r kept beside r,
 *
 *   gradient_j = (x_j·u + shift·ρ_j)/d_j,   r ← r − (delta/d_j)·x_j,   shift ← shift + (delta/d_j)·m_j
 *
 * `state` holds shift and is updated. Returns max_j a_j·delta², a_j = curvatures[j] the weighted square norm of the column.
 */
export function sparseEpoch64(
  count: i32,
  indices: usize,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  weights: usize,
  u: usize,
  state: usize,
  means: usize,
  columnSums: usize,
  scales: usize,
  b: usize,
  curvatures: usize,
  l1: usize,
  l2: usize,
  lower: usize,
  upper: usize,
): f64 {
  let largest: f64 = 0;
  let shift = load<f64>(state);
  for (const listEnd = indices + ((<usize>count) << 2); indices < listEnd; indices += 4) {
    const j = <usize>load<u32>(indices);
    const at = j << 3;
    const start = load<i32>(columnPointers + (j << 2));
    const end = load<i32>(columnPointers + (j << 2), 4);
    const scale = load<f64>(scales + at);
    const old = load<f64>(b + at);
    const curvature = load<f64>(curvatures + at);
    const gradient = (sparseDot64(start, end, values, rowIndices, u) + shift * load<f64>(columnSums + at)) / scale;
    const value = coordinateMinimum(
      gradient + curvature * old,
      curvature,
      load<f64>(l1 + at),
      load<f64>(l2 + at),
      load<f64>(lower + at),
      load<f64>(upper + at),
    );
    const delta = value - old;
    if (delta == 0) continue;
    store<f64>(b + at, value);
    largest = max<f64>(largest, curvature * delta * delta);
    const step = delta / scale;
    for (let k = <usize>start; k < <usize>end; ++k) {
      const row = (<usize>load<u32>(rowIndices + (k << 2))) << 3;
      store<f64>(u + row, load<f64>(u + row) - step * load<f64>(values + (k << 3)) * load<f64>(weights + row));
    }
    shift += step * load<f64>(means + at);
  }
  store<f64>(state, shift);
  return largest;
}
