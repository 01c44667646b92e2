const { abs, fround, max } = Math;

/** Columns are compressed (CSC): column j holds values[k] in row rowIndices[k] for k from columnPointers[j] to columnPointers[j + 1] − 1. */

/** Σ_k values[k]·r[rowIndices[k]] for start <= k < end */
export function sparseDot(
  start: number,
  end: number,
  values: Float64Array,
  valuesOffset: number,
  rowIndices: Int32Array,
  rowIndicesOffset: number,
  r: Float64Array,
  rOffset: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const shift = rowIndicesOffset - valuesOffset;
  const last = valuesOffset + end;
  let k = valuesOffset + start;
  for (; k + 4 <= last; k += 4) {
    const i = k + shift;
    a += values[k] * r[rOffset + rowIndices[i]];
    b += values[k + 1] * r[rOffset + rowIndices[i + 1]];
    c += values[k + 2] * r[rOffset + rowIndices[i + 2]];
    d += values[k + 3] * r[rOffset + rowIndices[i + 3]];
  }
  let sum = a + b + (c + d);
  for (; k < last; ++k) sum += values[k] * r[rOffset + rowIndices[k + shift]];
  return sum;
}

/** out[rowIndices[k]] += a·values[k] for start <= k < end */
export function sparseAxpy(
  start: number,
  end: number,
  a: number,
  values: Float64Array,
  valuesOffset: number,
  rowIndices: Int32Array,
  rowIndicesOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  for (let k = start; k < end; ++k) {
    out[outOffset + rowIndices[rowIndicesOffset + k]] += a * values[valuesOffset + k];
  }
}

/** out ← out + scale·Σ_j b[j]·x_j for the listed columns j = indices[k], X in CSC */
export function sparseListProduct(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  values: Float64Array,
  valuesOffset: number,
  rowIndices: Int32Array,
  rowIndicesOffset: number,
  columnPointers: Int32Array,
  columnPointersOffset: number,
  scale: number,
  b: Float64Array,
  bOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  for (let k = 0; k < count; ++k) {
    const j = indices[indicesOffset + k];
    const a = scale * b[bOffset + j];
    if (a === 0) continue;
    const start = columnPointers[columnPointersOffset + j];
    const end = columnPointers[columnPointersOffset + j + 1];
    sparseAxpy(start, end, a, values, valuesOffset, rowIndices, rowIndicesOffset, out, outOffset);
  }
}

/** out[j] = x_j·r for the listed columns j = indices[k], X in CSC */
export function sparseListTransposedProduct(
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
  out: Float64Array,
  outOffset: number,
): void {
  for (let k = 0; k < count; ++k) {
    const j = indices[indicesOffset + k];
    out[outOffset + j] = sparseDot(
      columnPointers[columnPointersOffset + j],
      columnPointers[columnPointersOffset + j + 1],
      values,
      valuesOffset,
      rowIndices,
      rowIndicesOffset,
      r,
      rOffset,
    );
  }
}

/** Weighted column means about the pivots, and variances, of a CSC matrix, zeros included; compensated. */
export function sparseMoments(
  n: number,
  p: number,
  values: Float64Array,
  valuesOffset: number,
  rowIndices: Int32Array,
  rowIndicesOffset: number,
  columnPointers: Int32Array,
  columnPointersOffset: number,
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
  /** Compensated Σ s·((x − pivot) − mean)^power over the stored values, power 0, 1 or 2 */
  const weightedPower = (start: number, end: number, pivot: number, mean: number, power: number): number => {
    let total = 0;
    let error = 0;
    for (let k = start; k < end; ++k) {
      const c = values[valuesOffset + k] - pivot - mean;
      let v = weights[weightsOffset + rowIndices[rowIndicesOffset + k]];
      if (power > 0) v *= c;
      if (power > 1) v *= c;
      const t = total + v;
      const u = t - total;
      error += total - (t - u) + (v - u);
      total = t;
    }
    return total + error;
  };
  for (let j = 0; j < p; ++j) {
    const start = columnPointers[columnPointersOffset + j];
    const end = columnPointers[columnPointersOffset + j + 1];
    const pivot = pivots[pivotsOffset + j];
    const stored = weightedPower(start, end, 0, 0, 0);
    const absent = end - start === n ? 0 : max(totalWeight - stored, 0);
    const mean = weightedPower(start, end, pivot, 0, 1) / totalWeight;
    const rest = (weightedPower(start, end, pivot, mean, 1) - absent * mean) / totalWeight;
    const square = (weightedPower(start, end, pivot, mean, 2) + absent * mean * mean) / totalWeight;
    means[meansOffset + j] = mean + rest;
    variances[variancesOffset + j] = max(square - rest * rest, 0);
  }
}

/**
 * out[k] += Σ_i s_i·x_ij·x_ik over the rows i of column j, which holds the values from `start` to `end`. Row i holds those from starts_i to
 * starts_{i+1}.
 */
export function sparseGramRow(
  start: number,
  end: number,
  values: Float64Array,
  valuesOffset: number,
  rowIndices: Int32Array,
  rowIndicesOffset: number,
  weights: Float64Array,
  weightsOffset: number,
  starts: Int32Array,
  startsOffset: number,
  columns: Int32Array,
  columnsOffset: number,
  rowValues: Float64Array,
  rowValuesOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  for (let k = start; k < end; ++k) {
    const i = rowIndices[rowIndicesOffset + k];
    const factor = weights[weightsOffset + i] * values[valuesOffset + k];
    const at = startsOffset + i;
    sparseAxpy(starts[at], starts[at + 1], factor, rowValues, rowValuesOffset, columns, columnsOffset, out, outOffset);
  }
}

/**
 * out[places[j]·p + k] += Σ_i s_i·x_ij·x_ik over n rows, for the columns j that have a place, which is −1 for all others, and all columns k; if
 * `isUpper`, for k >= j only. Row i holds the values from starts_i to starts_{i+1}, column after column.
 */
export function sparseGramRows(
  n: number,
  p: number,
  isUpper: number,
  starts: Int32Array,
  startsOffset: number,
  columns: Int32Array,
  columnsOffset: number,
  values: Float64Array,
  valuesOffset: number,
  weights: Float64Array,
  weightsOffset: number,
  places: Int32Array,
  placesOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) {
    const start = starts[startsOffset + i];
    const end = starts[startsOffset + i + 1];
    for (let k = start; k < end; ++k) {
      const place = places[placesOffset + columns[columnsOffset + k]];
      if (place < 0) continue;
      const factor = weights[weightsOffset + i] * values[valuesOffset + k];
      const first = isUpper === 0 ? start : k;
      sparseAxpy(first, end, factor, values, valuesOffset, columns, columnsOffset, out, outOffset + place * p);
    }
  }
}

/**
 * Lists the k whose u_k = |base_k + factor·slope_k|, computed in single precision, has not u_k < inner, or not u_k + distance·radii_k < limit;
 * returns how many. `out` has n places.
 */
export function listBeyond(
  n: number,
  base: Float32Array,
  baseOffset: number,
  slope: Float32Array,
  slopeOffset: number,
  factor: number,
  radii: Float32Array,
  radiiOffset: number,
  distance: number,
  inner: number,
  limit: number,
  out: Int32Array,
  outOffset: number,
): number {
  const [factors, distances] = [fround(factor), fround(distance)];
  const [inners, limits] = [fround(inner), fround(limit)];
  let found = 0;
  for (let k = 0; k < n; ++k) {
    const middle = abs(fround(base[baseOffset + k] + fround(factors * slope[slopeOffset + k])));
    out[outOffset + found] = k;
    if (!(middle < inners && fround(middle + fround(distances * radii[radiiOffset + k])) < limits)) ++found;
  }
  return found;
}
