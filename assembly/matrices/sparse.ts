import { sumLanes } from "../vectors/vector";

/** Columns are compressed (CSC): column j holds values[k] in row rowIndices[k] for k from columnPointers[j] to columnPointers[j + 1] − 1. */

/** The elements of r in the rows that the two indices at `i` name. */
function gather(r: usize, i: usize): v128 {
  const first = v128.load_zero<f64>(r + ((<usize>load<u32>(i)) << 3));
  return v128.load_lane<f64>(r + ((<usize>load<u32>(i, 4)) << 3), first, 1);
}

/** Σ_k values[k]·r[rowIndices[k]] in 4 partial sums, combined (a + b) + (c + d), then the tail in order */
export function sparseDot(start: i32, end: i32, values: usize, rowIndices: usize, r: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let v = values + ((<usize>start) << 3);
  let i = rowIndices + ((<usize>start) << 2);
  const vEnd = values + ((<usize>end) << 3);
  const blockEnd = v + (((<usize>(end - start)) << 3) & ~31);
  for (; v < blockEnd; v += 32, i += 16) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(v), gather(r, i)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(v, 16), gather(r, i + 8)));
  }
  let sum = sumLanes<f64>(s0) + sumLanes<f64>(s1);
  for (; v < vEnd; v += 8, i += 4) sum += load<f64>(v) * load<f64>(r + ((<usize>load<u32>(i)) << 3));
  return sum;
}

/** out[rowIndices[k]] += a·values[k] */
export function sparseAxpy(start: i32, end: i32, a: f64, values: usize, rowIndices: usize, out: usize): void {
  let v = values + ((<usize>start) << 3);
  let i = rowIndices + ((<usize>start) << 2);
  const vEnd = values + ((<usize>end) << 3);
  const blockEnd = v + (((<usize>(end - start)) << 3) & ~31);
  // One after the other, as a row may be there twice.
  for (; v < blockEnd; v += 32, i += 16) {
    addTo(out + ((<usize>load<u32>(i)) << 3), a * load<f64>(v));
    addTo(out + ((<usize>load<u32>(i, 4)) << 3), a * load<f64>(v, 8));
    addTo(out + ((<usize>load<u32>(i, 8)) << 3), a * load<f64>(v, 16));
    addTo(out + ((<usize>load<u32>(i, 12)) << 3), a * load<f64>(v, 24));
  }
  for (; v < vEnd; v += 8, i += 4) addTo(out + ((<usize>load<u32>(i)) << 3), a * load<f64>(v));
}

function addTo(pointer: usize, value: f64): void {
  store<f64>(pointer, load<f64>(pointer) + value);
}

/** out ← out + scale·Σ_j b[j]·x_j over the listed columns j = indices[k]; those with scale·b[j] = 0 are passed over */
export function sparseListProduct(
  count: i32,
  indices: usize,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  scale: f64,
  b: usize,
  out: usize,
): void {
  for (const end = indices + ((<usize>count) << 2); indices < end; indices += 4) {
    const j = <usize>load<u32>(indices);
    const a = scale * load<f64>(b + (j << 3));
    if (a == 0) continue;
    const pointer = columnPointers + (j << 2);
    sparseAxpy(load<i32>(pointer), load<i32>(pointer, 4), a, values, rowIndices, out);
  }
}

/** out[j] = x_j·r for the listed columns j = indices[k]; sparseDot written out, as a call costs half as much as a short column */
export function sparseListTransposedProduct(
  count: i32,
  indices: usize,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  r: usize,
  out: usize,
): void {
  for (const listEnd = indices + ((<usize>count) << 2); indices < listEnd; indices += 4) {
    const j = <usize>load<u32>(indices);
    const pointer = columnPointers + (j << 2);
    const start = load<i32>(pointer);
    const end = load<i32>(pointer, 4);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let v = values + ((<usize>start) << 3);
    let i = rowIndices + ((<usize>start) << 2);
    const vEnd = values + ((<usize>end) << 3);
    const blockEnd = v + (((<usize>(end - start)) << 3) & ~31);
    for (; v < blockEnd; v += 32, i += 16) {
      s0 = f64x2.add(s0, f64x2.mul(v128.load(v), gather(r, i)));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(v, 16), gather(r, i + 8)));
    }
    let sum = sumLanes<f64>(s0) + sumLanes<f64>(s1);
    for (; v < vEnd; v += 8, i += 4) sum += load<f64>(v) * load<f64>(r + ((<usize>load<u32>(i)) << 3));
    store<f64>(out + (j << 3), sum);
  }
}

/**
 * Weighted means about the pivots, and variances, of the columns, zeros included, W = Σ s_i:
 *
 *   means[j] = Σ_i s_i·(x_ij − pivots[j]) / W,   variances[j] = Σ_i s_i·(x_ij − pivots[j] − means[j])² / W
 *
 * Sums are compensated. The pivot of a column of n stored values may be anything, best a value near its mean: a constant one
 * about its value has mean and variance exactly 0. A column with fewer values is to have the pivot 0.
 */
export function sparseMoments(
  n: i32,
  p: i32,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  weights: usize,
  totalWeight: f64,
  pivots: usize,
  means: usize,
  variances: usize,
): void {
  for (let j = 0; j < p; ++j, columnPointers += 4, pivots += 8, means += 8, variances += 8) {
    const start = load<i32>(columnPointers);
    const end = load<i32>(columnPointers, 4);
    const pivot = load<f64>(pivots);
    const stored = weightedPower(start, end, values, rowIndices, weights, 0, 0, 0);
    const absent = end - start == n ? 0 : max<f64>(totalWeight - stored, 0);
    const mean = weightedPower(start, end, values, rowIndices, weights, pivot, 0, 1) / totalWeight;
    const rest = (weightedPower(start, end, values, rowIndices, weights, pivot, mean, 1) - absent * mean) / totalWeight;
    const square =
      (weightedPower(start, end, values, rowIndices, weights, pivot, mean, 2) + absent * mean * mean) / totalWeight;
    store<f64>(means, mean + rest);
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

/**
 * out[k] += Σ_i s_i·x_ij·x_ik over the rows i of column j, which holds the values from `start` to `end`. Row i holds those from starts_i to
 * starts_{i+1}.
 */
export function sparseGramRow(
  start: i32,
  end: i32,
  values: usize,
  rowIndices: usize,
  weights: usize,
  starts: usize,
  columns: usize,
  rowValues: usize,
  out: usize,
): void {
  for (let k = <usize>start; k < <usize>end; ++k) {
    const i = <usize>load<u32>(rowIndices + (k << 2));
    const factor = load<f64>(weights + (i << 3)) * load<f64>(values + (k << 3));
    const row = starts + (i << 2);
    sparseAxpy(load<i32>(row), load<i32>(row, 4), factor, rowValues, columns, out);
  }
}

/**
 * out[places[j]·p + k] += Σ_i s_i·x_ij·x_ik over n rows, for the columns j that have a place, which is −1 for all others, and all columns k; if
 * `isUpper`, for k >= j only. Row i holds the values from starts_i to starts_{i+1}, column after column.
 */
export function sparseGramRows(
  n: i32,
  p: i32,
  isUpper: i32,
  starts: usize,
  columns: usize,
  values: usize,
  weights: usize,
  places: usize,
  out: usize,
): void {
  let start = load<i32>(starts);
  for (let i: usize = 0; i < <usize>n; ++i) {
    const end = load<i32>(starts + (i << 2), 4);
    for (let k = start; k < end; ++k) {
      const place = load<i32>(places + ((<usize>load<u32>(columns + ((<usize>k) << 2))) << 2));
      if (place < 0) continue;
      const factor = load<f64>(weights + (i << 3)) * load<f64>(values + ((<usize>k) << 3));
      sparseAxpy(isUpper ? k : start, end, factor, values, columns, out + ((<usize>place * <usize>p) << 3));
    }
    start = end;
  }
}

/**
 * Lists the k for which an estimate or a bound is not below its limit, in ascending order, and returns how many there are:
 *
 *   estimate = |base_k + factor·slope_k|,   bound = estimate + distance·radii_k
 *
 * Each k is written where the next one of the list belongs, whether it is one or not: a branch would be mispredicted. So `out` has n places.
 */
export function listBeyond(
  n: i32,
  base: usize,
  slope: usize,
  factor: f32,
  radii: usize,
  distance: f32,
  inner: f32,
  limit: f32,
  out: usize,
): i32 {
  const factors = f32x4.splat(factor);
  const distances = f32x4.splat(distance);
  const inners = f32x4.splat(inner);
  const limits = f32x4.splat(limit);
  const start = out;
  const blocks = n & ~3;
  let k = 0;
  for (; k < blocks; k += 4, base += 16, slope += 16, radii += 16) {
    const middle = f32x4.abs(f32x4.add(v128.load(base), f32x4.mul(factors, v128.load(slope))));
    const bound = f32x4.add(middle, f32x4.mul(distances, v128.load(radii)));
    const beyond = (<usize>(i32x4.bitmask(v128.and(f32x4.lt(middle, inners), f32x4.lt(bound, limits))) ^ 15)) << 2;
    store<i32>(out, k);
    out += beyond & 4;
    store<i32>(out, k + 1);
    out += (beyond >>> 1) & 4;
    store<i32>(out, k + 2);
    out += (beyond >>> 2) & 4;
    store<i32>(out, k + 3);
    out += (beyond >>> 3) & 4;
  }
  for (; k < n; ++k, base += 4, slope += 4, radii += 4) {
    const middle = abs<f32>(load<f32>(base) + factor * load<f32>(slope));
    store<i32>(out, k);
    if (!(middle < inner && middle + distance * load<f32>(radii) < limit)) out += 4;
  }
  return <i32>((out - start) >>> 2);
}
