/** Rows whose products are added up in 32 bits, a quarter of them in each lane. */
const RUN = 256;
/** 1.5·2⁵²: what is added to it loses its fraction, rounded to the nearest even. */
const SHIFTER = 6755399441055744;

/** out = x·factor, rounded to the nearest integer, halves to even; |x·factor| <= 32767 */
export function quantize(
  n: number,
  x: Float64Array,
  xOffset: number,
  factor: number,
  out: Int16Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) out[outOffset + i] = x[xOffset + i] * factor + SHIFTER - SHIFTER;
}

/** out[k] = x_j·r for the listed columns j = indices[k] of n integers; ‖x_j‖·‖r‖ < 2³¹ */
export function listIntegerProduct(
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

/**
 * z_j ← a0·z0_j + a1·z1_j for the listed columns with b_j = 0 where |a0·z0_j + a1·z1_j| + rest·norms_j <= share·l1_j. Lists the
 * others in `out`, which has room for all and may be the list itself, and returns how many they are.
 */
export function passOver(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  a0: number,
  z0: Float64Array,
  z0Offset: number,
  a1: number,
  z1: Float64Array,
  z1Offset: number,
  rest: number,
  norms: Float64Array,
  normsOffset: number,
  b: Float64Array,
  bOffset: number,
  l1: Float64Array,
  l1Offset: number,
  share: number,
  z: Float64Array,
  zOffset: number,
  out: Int32Array,
  outOffset: number,
): number {
  let left = 0;
  for (let k = 0; k < count; ++k) {
    const j = indices[indicesOffset + k];
    const estimate = a0 * z0[z0Offset + j] + a1 * z1[z1Offset + j];
    const most = Math.abs(estimate) + rest * norms[normsOffset + j];
    out[outOffset + left] = j;
    if (b[bOffset + j] === 0 && most <= share * l1[l1Offset + j]) z[zOffset + j] = estimate;
    else left += 1;
  }
  return left;
}

/**
 * Column x of n rows, a multiple of 8, in integers and in sums: out = x·scale, rounded to the nearest, |x·scale| < 2³¹, cut off at
 * 16 bits; sums[0] += x·y, sums[1] += Σx², sums[2] = the largest Σx² of a quarter of a run of 256 rows, sums[3] = max|out|,
 * sums[4] += Σx.
 */
export function condense(
  n: number,
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
  scale: number,
  out: Int16Array,
  outOffset: number,
  sums: Float64Array,
  sumsOffset: number,
): void {
  let largest = 0;
  let most = 0;
  for (let top = 0; top < n; top += RUN) {
    const end = Math.min(top + RUN, n);
    const inLane = condenseRun(top, end, x, xOffset, y, yOffset, sums, sumsOffset);
    largest = Math.max(largest, inLane);
    most = Math.max(most, roundRun(top, end, x, xOffset, scale, out, outOffset));
  }
  sums[sumsOffset + 2] = largest;
  sums[sumsOffset + 3] = most;
}

/** Σx·y, Σx² and Σx of one run, each summed as the lanes have them; returns the largest Σx² of a lane. */
function condenseRun(
  from: number,
  to: number,
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
  sums: Float64Array,
  sumsOffset: number,
): number {
  let c0 = 0;
  let c1 = 0;
  let d0 = 0;
  let d1 = 0;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  let t00 = 0;
  let t01 = 0;
  let t10 = 0;
  let t11 = 0;
  for (let i = from; i < to; i += 8) {
    const at = xOffset + i;
    const other = yOffset + i;
    const x0 = x[at];
    const x1 = x[at + 1];
    const x2 = x[at + 2];
    const x3 = x[at + 3];
    const x4 = x[at + 4];
    const x5 = x[at + 5];
    const x6 = x[at + 6];
    const x7 = x[at + 7];
    c0 = c0 + x0 * y[other] + x4 * y[other + 4];
    c1 = c1 + x1 * y[other + 1] + x5 * y[other + 5];
    d0 = d0 + x2 * y[other + 2] + x6 * y[other + 6];
    d1 = d1 + x3 * y[other + 3] + x7 * y[other + 7];
    s00 += x0 * x0;
    s01 += x1 * x1;
    s10 += x2 * x2;
    s11 += x3 * x3;
    s20 += x4 * x4;
    s21 += x5 * x5;
    s30 += x6 * x6;
    s31 += x7 * x7;
    t00 = t00 + x0 + x4;
    t01 = t01 + x1 + x5;
    t10 = t10 + x2 + x6;
    t11 = t11 + x3 + x7;
  }
  const l0 = s00 + s01;
  const l1 = s10 + s11;
  const l2 = s20 + s21;
  const l3 = s30 + s31;
  sums[sumsOffset] += c0 + d0 + (c1 + d1);
  sums[sumsOffset + 1] += l0 + l1 + (l2 + l3);
  sums[sumsOffset + 4] += t00 + t10 + (t01 + t11);
  return Math.max(l0, l1, l2, l3);
}

/** Rounds one run to integers of 16 bits; returns the largest of them in magnitude. */
function roundRun(
  from: number,
  to: number,
  x: Float64Array,
  xOffset: number,
  scale: number,
  out: Int16Array,
  outOffset: number,
): number {
  let most = 0;
  for (let i = from; i < to; ++i) {
    const rounded = x[xOffset + i] * scale + SHIFTER - SHIFTER;
    const value = rounded > 32767 ? 32767 : rounded < -32768 ? -32768 : rounded;
    out[outOffset + i] = value;
    const size = value < 0 ? -value : value;
    if (size > most) most = size;
  }
  return most;
}

/** out = 8192·(x·scale − what that is rounded to), rounded, for n rows, a multiple of 8 */
export function remainder(
  n: number,
  x: Float64Array,
  xOffset: number,
  scale: number,
  out: Int16Array,
  outOffset: number,
): void {
  for (let i = 0; i < n; ++i) {
    const scaled = x[xOffset + i] * scale;
    const rest = scaled - (scaled + SHIFTER - SHIFTER);
    out[outOffset + i] = rest * 8192 + SHIFTER - SHIFTER;
  }
}

/** G[a, c] += rowSteps[a]·columnSteps[c]·(x_rows[a]·x_columns[c]) of integers, an even number of rows, a multiple of 4 columns */
export function integerCrossGram(
  n: number,
  X: Int16Array,
  XOffset: number,
  rowCount: number,
  rows: Int32Array,
  rowsOffset: number,
  rowSteps: Float64Array,
  rowStepsOffset: number,
  columnCount: number,
  columns: Int32Array,
  columnsOffset: number,
  columnSteps: Float64Array,
  columnStepsOffset: number,
  G: Float64Array,
  GOffset: number,
): void {
  for (let top = 0; top < n; top += RUN) {
    const height = Math.min(RUN, n - top);
    for (let a = 0; a < rowCount; a += 2) {
      const y0 = XOffset + top + rows[rowsOffset + a] * n;
      const y1 = XOffset + top + rows[rowsOffset + a + 1] * n;
      const step0 = rowSteps[rowStepsOffset + a];
      const step1 = rowSteps[rowStepsOffset + a + 1];
      for (let c = 0; c < columnCount; c += 2) {
        const x0 = XOffset + top + columns[columnsOffset + c] * n;
        const x1 = XOffset + top + columns[columnsOffset + c + 1] * n;
        const left = columnSteps[columnStepsOffset + c];
        const right = columnSteps[columnStepsOffset + c + 1];
        const g = GOffset + a * columnCount + c;
        integerTile(height, X, x0, x1, y0, y1, step0, step1, left, right, G, g, g + columnCount);
      }
    }
  }
}

/** The products of two columns with two others, times their steps: whole numbers, so that their order does not matter. */
function integerTile(
  height: number,
  X: Int16Array,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  step0: number,
  step1: number,
  left: number,
  right: number,
  G: Float64Array,
  g0: number,
  g1: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < height; ++i) {
    const p = X[x0 + i];
    const q = X[x1 + i];
    const u = X[y0 + i];
    const v = X[y1 + i];
    a += p * u;
    b += q * u;
    c += p * v;
    d += q * v;
  }
  G[g0] += a * (step0 * left);
  G[g0 + 1] += b * (step0 * right);
  G[g1] += c * (step1 * left);
  G[g1 + 1] += d * (step1 * right);
}
