/**
 * Rows are compressed (CSR): row i holds values[k] in column columnIndices[k] for k from rowPointers[i] to rowPointers[i + 1] − 1;
 * a column that a row names twice counts with the sum.
 *
 * The state of weight w is a record of four doubles, one half of a cache line: two of its method, the gradient of the step that is under
 * way, and the step in which it was last touched. What all records share is a clock.
 *
 *   sgd:  |h| + l = |w|/P + S when w was touched, h with the sign of w; h = l = 0 for w = 0.
 *         Clock: P = ∏ a_s, 1/P, S = Σ c_s/P_s in two parts, for steps w ← soft(a_s·w, c_s). So at any later clock
 *         w = sign(h)·P·max(0, |h| + l − S).
 *   ftrl: z, n. Clock: rate, beta, base, slope, k = 2·l2, step. The threshold of step s is base + slope·s.
 */

/**
 * The weight of a record of sgd at the clock. Where |h| − S cancels, it is exact, and the low parts decide. Without branches, as signs and
 * zeros come as they like.
 */
function sgdWeight(record: usize, clock: usize): f64 {
  const h = load<f64>(record);
  const d = abs<f64>(h) - load<f64>(clock, 16) + (load<f64>(record, 8) - load<f64>(clock, 24));
  const size = f64x2.extract_lane(f64x2.pmax(f64x2.splat(0), f64x2.splat(d)), 0);
  // + 0, so that no zero is negative
  return copysign<f64>(size * load<f64>(clock), h) + 0;
}

/** w = argmin z·w + threshold·|w| + (beta + √n)/(2·rate)·w² */
function ftrlMinimum(z: f64, n: f64, threshold: f64, rate: f64, beta: f64): f64 {
  if (!(abs<f64>(z) > threshold)) return 0;
  return (((z < 0 ? -threshold : threshold) - z) * rate) / (beta + sqrt<f64>(n));
}

/**
 * z ← z + u − (D'/rate − D/before)·w, D = beta + √n, n ← n + u², `drift` = 1/rate − 1/before. The difference is
 * (√(n + u²) − √n)/rate + drift·D, and that of the roots is taken without cancellation.
 */
function ftrlStep(record: usize, u: f64, w: f64, rate: f64, drift: f64, beta: f64): void {
  const n = load<f64>(record, 8);
  const square = u * u;
  const root = sqrt<f64>(n);
  const growth = square > 0 ? square / (sqrt<f64>(n + square) + root) / rate : 0;
  store<f64>(record, load<f64>(record) + (u - (growth + drift * (beta + root)) * w));
  store<f64>(record, n + square, 8);
}

/** The weight of a record of ftrl at the clock, the steps since its last taken: their gradient is that of l2 alone, k·w, and 0 stays 0. */
function ftrlWeight(record: usize, clock: usize): f64 {
  const rate = load<f64>(clock);
  const beta = load<f64>(clock, 8);
  const base = load<f64>(clock, 16);
  const slope = load<f64>(clock, 24);
  const k = load<f64>(clock, 32);
  const step = load<f64>(clock, 40);
  const last = load<f64>(record, 24);
  if (k != 0 && last < step) {
    for (let s = last; s < step; s += 1) {
      const w = ftrlMinimum(load<f64>(record), load<f64>(record, 8), base + slope * s, rate, beta);
      if (w == 0) break;
      ftrlStep(record, k * w, w, rate, 0, beta);
    }
    store<f64>(record, step, 24);
  }
  return ftrlMinimum(load<f64>(record), load<f64>(record, 8), base + slope * step, rate, beta);
}

/** The weight of a record at the clock. Methods: 0 sgd, 1 ftrl. */
function weightAt(method: i32, record: usize, clock: usize): f64 {
  return method ? ftrlWeight(record, clock) : sgdWeight(record, clock);
}

/** out[j] = w_j for p records */
export function onlineWeights(method: i32, p: i32, records: usize, clock: usize, out: usize): void {
  for (const end = out + ((<usize>p) << 3); out < end; out += 8, records += 32) {
    store<f64>(out, weightAt(method, records, clock));
  }
}

/** eta[i] += Σ_k values[k]·w_j, j = columnIndices[k], in order */
export function onlineDecision(
  method: i32,
  rows: i32,
  rowPointers: usize,
  columnIndices: usize,
  values: usize,
  records: usize,
  clock: usize,
  eta: usize,
): void {
  let k = <usize>load<i32>(rowPointers);
  for (let i: usize = 0; i < <usize>rows; ++i) {
    let sum = load<f64>(eta + (i << 3));
    const end = <usize>load<i32>(rowPointers + (i << 2), 4);
    // Brings the row's records into the cache, more of them at a time than fit between the arithmetic.
    for (let ahead = k; ahead < end; ++ahead) {
      load<f64>(records + ((<usize>load<u32>(columnIndices + (ahead << 2))) << 5));
    }
    for (; k < end; ++k) {
      const record = records + ((<usize>load<u32>(columnIndices + (k << 2))) << 5);
      sum += load<f64>(values + (k << 3)) * weightAt(method, record, clock);
    }
    store<f64>(eta + (i << 3), sum);
  }
}

/**
 * g_j += Σ_i r[i]·x_ij of the rows, in order. `touched` lists the `count` columns touched in this step so far and is appended to.
 * Returns how many there are then.
 */
export function onlineGradient(
  rows: i32,
  rowPointers: usize,
  columnIndices: usize,
  values: usize,
  r: usize,
  records: usize,
  step: f64,
  count: i32,
  touched: usize,
): i32 {
  let at = touched + ((<usize>count) << 2);
  let k = <usize>load<i32>(rowPointers);
  for (let i: usize = 0; i < <usize>rows; ++i) {
    const residual = load<f64>(r + (i << 3));
    for (const end = <usize>load<i32>(rowPointers + (i << 2), 4); k < end; ++k) {
      const j = load<u32>(columnIndices + (k << 2));
      const record = records + ((<usize>j) << 5);
      const g = residual * load<f64>(values + (k << 3));
      if (load<f64>(record, 24) == step) {
        store<f64>(record, load<f64>(record, 16) + g, 16);
      } else {
        store<f64>(record, g, 16);
        store<f64>(record, step, 24);
        store<u32>(at, j);
        at += 4;
      }
    }
  }
  return <i32>((at - touched) >> 2);
}

/** max |g_j| over the touched columns, NaN if any is, 0 if there are none */
export function onlineLargest(count: i32, touched: usize, records: usize): f64 {
  let largest: f64 = 0;
  for (const end = touched + ((<usize>count) << 2); touched < end; touched += 4) {
    largest = max<f64>(largest, abs<f64>(load<f64>(records + ((<usize>load<u32>(touched)) << 5), 16)));
  }
  return largest;
}

/** Forgets the step that is under way: the touched columns count as last touched in `step`. */
export function onlineDiscard(count: i32, touched: usize, records: usize, step: f64): void {
  for (const end = touched + ((<usize>count) << 2); touched < end; touched += 4) {
    store<f64>(records + ((<usize>load<u32>(touched)) << 5), step, 24);
  }
}

/** w ← soft(w − (decay·w + rate·g), threshold) for the touched columns, from the clock `before` to the clock `after` */
export function sgdUpdate(
  count: i32,
  touched: usize,
  records: usize,
  before: usize,
  after: usize,
  decay: f64,
  rate: f64,
  threshold: f64,
): void {
  const inverse = load<f64>(after, 8);
  const S = load<f64>(after, 16);
  const rest = load<f64>(after, 24);
  for (const end = touched + ((<usize>count) << 2); touched < end; touched += 4) {
    const record = records + ((<usize>load<u32>(touched)) << 5);
    const w = sgdWeight(record, before);
    const v = w - (decay * w + rate * load<f64>(record, 16));
    const size = (abs<f64>(v) - threshold) * inverse;
    // |h| + l = S + size, the rounding of the sum and the low part of S in l; nothing where size is not above 0
    const h = S + size;
    const part = h - S;
    const l = S - (h - part) + (size - part) + rest;
    const parts = f64x2.replace_lane(f64x2.splat(copysign<f64>(h, v)), 1, l);
    v128.store(record, v128.and(parts, f64x2.gt(f64x2.splat(size), f64x2.splat(0))));
  }
}

/** A step of ftrl with u = g + k·w for the touched columns, w their weights at the clock `before`, k of the clock `after` */
export function ftrlUpdate(count: i32, touched: usize, records: usize, before: usize, after: usize): void {
  const beta = load<f64>(before, 8);
  const threshold = load<f64>(before, 16) + load<f64>(before, 24) * load<f64>(before, 40);
  const last = load<f64>(before);
  const rate = load<f64>(after);
  const drift = 1 / rate - 1 / last;
  const k = load<f64>(after, 32);
  for (const end = touched + ((<usize>count) << 2); touched < end; touched += 4) {
    const record = records + ((<usize>load<u32>(touched)) << 5);
    const w = ftrlMinimum(load<f64>(record), load<f64>(record, 8), threshold, last, beta);
    ftrlStep(record, load<f64>(record, 16) + k * w, w, rate, drift, beta);
  }
}
