/** The record of column j is records[recordsOffset + 4·j] and the three after it. Their contents: `assembly/vectors/online.ts`. */

type F = Float64Array;
type I = Int32Array;

function sgdWeight(records: F, record: number, clock: F, clockOffset: number): number {
  const h = records[record];
  const d = Math.abs(h) - clock[clockOffset + 2] + (records[record + 1] - clock[clockOffset + 3]);
  const w = (d > 0 ? d : 0) * clock[clockOffset];
  return (h < 0 || (h === 0 && 1 / h < 0) ? -w : w) + 0;
}

function ftrlMinimum(z: number, n: number, threshold: number, rate: number, beta: number): number {
  if (!(Math.abs(z) > threshold)) return 0;
  return (((z < 0 ? -threshold : threshold) - z) * rate) / (beta + Math.sqrt(n));
}

function ftrlStep(records: F, record: number, u: number, w: number, rate: number, drift: number, beta: number): void {
  const n = records[record + 1];
  const square = u * u;
  const root = Math.sqrt(n);
  const growth = square > 0 ? square / (Math.sqrt(n + square) + root) / rate : 0;
  records[record] += u - (growth + drift * (beta + root)) * w;
  records[record + 1] = n + square;
}

function ftrlWeight(records: F, record: number, clock: F, clockOffset: number): number {
  const rate = clock[clockOffset];
  const beta = clock[clockOffset + 1];
  const base = clock[clockOffset + 2];
  const slope = clock[clockOffset + 3];
  const k = clock[clockOffset + 4];
  const step = clock[clockOffset + 5];
  const last = records[record + 3];
  if (k !== 0 && last < step) {
    for (let s = last; s < step; s += 1) {
      const w = ftrlMinimum(records[record], records[record + 1], base + slope * s, rate, beta);
      if (w === 0) break;
      ftrlStep(records, record, k * w, w, rate, 0, beta);
    }
    records[record + 3] = step;
  }
  return ftrlMinimum(records[record], records[record + 1], base + slope * step, rate, beta);
}

function weightAt(method: number, records: F, record: number, clock: F, clockOffset: number): number {
  return method ? ftrlWeight(records, record, clock, clockOffset) : sgdWeight(records, record, clock, clockOffset);
}

/** out[j] = w_j for p records of a linear model that learns online, at the clock; methods: 0 sgd, 1 ftrl */
export function onlineWeights(
  method: number,
  p: number,
  records: F,
  recordsOffset: number,
  clock: F,
  clockOffset: number,
  out: F,
  outOffset: number,
): void {
  for (let j = 0; j < p; ++j) out[outOffset + j] = weightAt(method, records, recordsOffset + 4 * j, clock, clockOffset);
}

/** eta[i] += x_i·w for rows in CSR, at the clock */
export function onlineDecision(
  method: number,
  rows: number,
  rowPointers: I,
  rowPointersOffset: number,
  columnIndices: I,
  columnIndicesOffset: number,
  values: F,
  valuesOffset: number,
  records: F,
  recordsOffset: number,
  clock: F,
  clockOffset: number,
  eta: F,
  etaOffset: number,
): void {
  let k = rowPointers[rowPointersOffset];
  for (let i = 0; i < rows; ++i) {
    let sum = eta[etaOffset + i];
    for (const end = rowPointers[rowPointersOffset + i + 1]; k < end; ++k) {
      const record = recordsOffset + 4 * columnIndices[columnIndicesOffset + k];
      sum += values[valuesOffset + k] * weightAt(method, records, record, clock, clockOffset);
    }
    eta[etaOffset + i] = sum;
  }
}

/** g_j += Σ_i r[i]·x_ij for rows in CSR; appends the columns to `touched` that the step has not touched yet, and returns its length. */
export function onlineGradient(
  rows: number,
  rowPointers: I,
  rowPointersOffset: number,
  columnIndices: I,
  columnIndicesOffset: number,
  values: F,
  valuesOffset: number,
  r: F,
  rOffset: number,
  records: F,
  recordsOffset: number,
  step: number,
  count: number,
  touched: I,
  touchedOffset: number,
): number {
  let at = count;
  let k = rowPointers[rowPointersOffset];
  for (let i = 0; i < rows; ++i) {
    const residual = r[rOffset + i];
    for (const end = rowPointers[rowPointersOffset + i + 1]; k < end; ++k) {
      const j = columnIndices[columnIndicesOffset + k];
      const record = recordsOffset + 4 * j;
      const g = residual * values[valuesOffset + k];
      if (records[record + 3] === step) {
        records[record + 2] += g;
      } else {
        records[record + 2] = g;
        records[record + 3] = step;
        touched[touchedOffset + at++] = j;
      }
    }
  }
  return at;
}

/** max |g_j| over the touched columns, NaN if any is, 0 if there are none */
export function onlineLargest(
  count: number,
  touched: I,
  touchedOffset: number,
  records: F,
  recordsOffset: number,
): number {
  let largest = 0;
  for (let k = 0; k < count; ++k) {
    largest = Math.max(largest, Math.abs(records[recordsOffset + 4 * touched[touchedOffset + k] + 2]));
  }
  return largest;
}

/** Forgets the gradients of a step: the touched columns count as last touched in `step`. */
export function onlineDiscard(
  count: number,
  touched: I,
  touchedOffset: number,
  records: F,
  recordsOffset: number,
  step: number,
): void {
  for (let k = 0; k < count; ++k) records[recordsOffset + 4 * touched[touchedOffset + k] + 3] = step;
}

/** w ← soft(w − (decay·w + rate·g), threshold) for the touched columns, from one clock to the next */
export function sgdUpdate(
  count: number,
  touched: I,
  touchedOffset: number,
  records: F,
  recordsOffset: number,
  before: F,
  beforeOffset: number,
  after: F,
  afterOffset: number,
  decay: number,
  rate: number,
  threshold: number,
): void {
  const inverse = after[afterOffset + 1];
  const S = after[afterOffset + 2];
  const rest = after[afterOffset + 3];
  for (let k = 0; k < count; ++k) {
    const record = recordsOffset + 4 * touched[touchedOffset + k];
    const w = sgdWeight(records, record, before, beforeOffset);
    const v = w - (decay * w + rate * records[record + 2]);
    const size = (Math.abs(v) - threshold) * inverse;
    if (!(size > 0)) {
      records[record] = 0;
      records[record + 1] = 0;
      continue;
    }
    const h = S + size;
    const part = h - S;
    const l = S - (h - part) + (size - part) + rest;
    records[record] = v < 0 ? -h : h;
    records[record + 1] = l;
  }
}

/** A step of FTRL-Proximal for the touched columns, from one clock to the next */
export function ftrlUpdate(
  count: number,
  touched: I,
  touchedOffset: number,
  records: F,
  recordsOffset: number,
  before: F,
  beforeOffset: number,
  after: F,
  afterOffset: number,
): void {
  const beta = before[beforeOffset + 1];
  const threshold = before[beforeOffset + 2] + before[beforeOffset + 3] * before[beforeOffset + 5];
  const last = before[beforeOffset];
  const rate = after[afterOffset];
  const drift = 1 / rate - 1 / last;
  const k = after[afterOffset + 4];
  for (let i = 0; i < count; ++i) {
    const record = recordsOffset + 4 * touched[touchedOffset + i];
    const w = ftrlMinimum(records[record], records[record + 1], threshold, last, beta);
    ftrlStep(records, record, records[record + 2] + k * w, w, rate, drift, beta);
  }
}
