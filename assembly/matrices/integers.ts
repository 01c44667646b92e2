/** Rows whose products are added up in 32 bits, a quarter of them in each lane. */
const RUN: i32 = 256;
/** 1.5·2⁵²: what is added to it loses its fraction, rounded to the nearest even, and shows as an integer in the lower bits. */
const SHIFTER: f64 = 6755399441055744;

/** out = x·factor, rounded to the nearest integer, halves to even; |x·factor| <= 32767 */
export function quantize(n: i32, x: usize, factor: f64, out: usize): void {
  const f = f64x2.splat(factor);
  const end = out + ((<usize>n) << 1);
  const blockEnd = out + (((<usize>n) << 1) & ~7);
  for (; out < blockEnd; out += 8, x += 32) {
    const low = i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(f64x2.mul(v128.load(x), f)));
    const high = i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(f64x2.mul(v128.load(x, 16), f)));
    const four = v128.shuffle<i32>(low, high, 0, 1, 4, 5);
    v128.store64_lane(out, i16x8.narrow_i32x4_s(four, four), 0);
  }
  for (; out < end; out += 2, x += 8) store<i16>(out, <i16>nearest(load<f64>(x) * factor));
}

/** out[k] = x_k·r over the listed columns of n integers, four sharing each load of r; ‖x_k‖·‖r‖ < 2³¹ */
export function listIntegerProduct(n: i32, count: i32, indices: usize, X: usize, r: usize, out: usize): void {
  const column = (<usize>n) << 1;
  let k = 0;
  for (; k + 4 <= count; k += 4, indices += 16, out += 16) {
    const x0 = X + <usize>load<u32>(indices) * column;
    const x1 = X + <usize>load<u32>(indices, 4) * column;
    const x2 = X + <usize>load<u32>(indices, 8) * column;
    const x3 = X + <usize>load<u32>(indices, 12) * column;
    fourDots(column, x0, x1, x2, x3, r, out);
  }
  for (; k < count; ++k, indices += 4, out += 4) {
    store<i32>(out, oneDot(column, X + <usize>load<u32>(indices) * column, r));
  }
}

/**
 * Passes over the listed columns with b_j = 0 whose gradient, of which all is known but what the norm `rest` leaves open, is within
 * `share` of its l1:
 *
 *   z_j ← a0·z0_j + a1·z1_j  where  |a0·z0_j + a1·z1_j| + rest·norms_j <= share·l1_j
 *
 * Lists the others in `out`, which may be the list itself, and returns how many they are.
 */
export function passOver(
  count: i32,
  indices: usize,
  a0: f64,
  z0: usize,
  a1: f64,
  z1: usize,
  rest: f64,
  norms: usize,
  b: usize,
  l1: usize,
  share: f64,
  z: usize,
  out: usize,
): i32 {
  const start = out;
  for (const end = indices + ((<usize>count) << 2); indices < end; indices += 4) {
    const j = load<u32>(indices);
    const at = (<usize>j) << 3;
    const estimate = a0 * load<f64>(z0 + at) + a1 * load<f64>(z1 + at);
    const most = abs<f64>(estimate) + rest * load<f64>(norms + at);
    const passes = i32(load<f64>(b + at) == 0) & i32(most <= share * load<f64>(l1 + at));
    store<f64>(z + at, passes ? estimate : load<f64>(z + at));
    store<u32>(out, j);
    out += passes ? 0 : 4;
  }
  return <i32>((out - start) >> 2);
}

function fourDots(column: usize, x0: usize, x1: usize, x2: usize, x3: usize, r: usize, out: usize): void {
  let a0 = i32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const end = r + column;
  const blockEnd = r + (column & ~15);
  for (; r < blockEnd; r += 16, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    const v = v128.load(r);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load(x0), v));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load(x1), v));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v128.load(x2), v));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v128.load(x3), v));
  }
  const tail = end - r;
  store<i32>(out, sumLanes(a0) + tailDot(tail, x0, r));
  store<i32>(out, sumLanes(a1) + tailDot(tail, x1, r), 4);
  store<i32>(out, sumLanes(a2) + tailDot(tail, x2, r), 8);
  store<i32>(out, sumLanes(a3) + tailDot(tail, x3, r), 12);
}

function oneDot(column: usize, x: usize, r: usize): i32 {
  let a = i32x4.splat(0);
  const end = r + column;
  const blockEnd = r + (column & ~15);
  for (; r < blockEnd; r += 16, x += 16) a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(x), v128.load(r)));
  return sumLanes(a) + tailDot(end - r, x, r);
}

function tailDot(bytes: usize, x: usize, r: usize): i32 {
  let sum: i32 = 0;
  for (const end = r + bytes; r < end; r += 2, x += 2) sum += <i32>load<i16>(x) * <i32>load<i16>(r);
  return sum;
}

/**
 * What a Gram takes from one column of n rows, n a multiple of 8, as the column comes by:
 *
 *   out = x·scale, rounded to the nearest integer, halves to even, scale a power of 2, |x·scale| < 2³¹, cut off at 16 bits
 *   sums[0] += x·y,  sums[1] += Σx²,  sums[2] = max Σx² over the rows of one lane of one run,  sums[3] = max|out|,  sums[4] += Σx
 *
 * A lane of a run of 256 rows has those that {@link integerCrossGram} adds up in one lane: two of every eight.
 */
export function condense(n: i32, x: usize, y: usize, scale: f64, out: usize, sums: usize): void {
  let largest: f64 = 0;
  let low = i16x8.splat(0);
  let high = low;
  for (let top = 0; top < n; top += RUN) {
    const bytes = (<usize>min<i32>(RUN, n - top)) << 1;
    largest = max<f64>(largest, condenseRun(bytes, x, y, scale, out, sums));
    for (const end = out + bytes; out < end; out += 16) {
      const v = v128.load(out);
      low = i16x8.min_s(low, v);
      high = i16x8.max_s(high, v);
    }
    x += bytes << 2;
    y += bytes << 2;
  }
  store<f64>(sums, largest, 16);
  // −32768 has no counterpart in 16 bits, but 32768 has as an unsigned number.
  const most = i16x8.max_u(high, i16x8.neg(low));
  const half = i16x8.max_u(most, v128.shuffle<i64>(most, most, 1, 0));
  const quarter = i16x8.max_u(half, v128.shuffle<i32>(half, half, 1, 0, 3, 2));
  store<f64>(sums, <f64>max<u32>(i16x8.extract_lane_u(quarter, 0), i16x8.extract_lane_u(quarter, 1)), 24);
}

/** One run of `bytes` bytes of integers; returns the largest Σx² of its lanes. */
function condenseRun(bytes: usize, x: usize, y: usize, scale: f64, out: usize, sums: usize): f64 {
  const shifter = f64x2.splat(SHIFTER / scale);
  let c = f64x2.splat(0);
  let d = c;
  let s0 = c;
  let s1 = c;
  let s2 = c;
  let s3 = c;
  let t0 = c;
  let t1 = c;
  for (const end = out + bytes; out < end; out += 16, x += 64, y += 64) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    t0 = f64x2.add(t0, x0);
    t1 = f64x2.add(t1, x1);
    c = f64x2.add(c, f64x2.mul(x0, v128.load(y)));
    d = f64x2.add(d, f64x2.mul(x1, v128.load(y, 16)));
    s0 = f64x2.add(s0, f64x2.mul(x0, x0));
    s1 = f64x2.add(s1, f64x2.mul(x1, x1));
    const left = v128.shuffle<i32>(f64x2.add(x0, shifter), f64x2.add(x1, shifter), 0, 2, 4, 6);
    const x2 = v128.load(x, 32);
    const x3 = v128.load(x, 48);
    t0 = f64x2.add(t0, x2);
    t1 = f64x2.add(t1, x3);
    c = f64x2.add(c, f64x2.mul(x2, v128.load(y, 32)));
    d = f64x2.add(d, f64x2.mul(x3, v128.load(y, 48)));
    s2 = f64x2.add(s2, f64x2.mul(x2, x2));
    s3 = f64x2.add(s3, f64x2.mul(x3, x3));
    const right = v128.shuffle<i32>(f64x2.add(x2, shifter), f64x2.add(x3, shifter), 0, 2, 4, 6);
    v128.store(out, i16x8.narrow_i32x4_s(left, right));
  }
  const l0 = sumPair(s0);
  const l1 = sumPair(s1);
  const l2 = sumPair(s2);
  const l3 = sumPair(s3);
  store<f64>(sums, load<f64>(sums) + sumPair(f64x2.add(c, d)));
  store<f64>(sums, load<f64>(sums, 8) + (l0 + l1 + (l2 + l3)), 8);
  store<f64>(sums, load<f64>(sums, 32) + sumPair(f64x2.add(t0, t1)), 32);
  return max<f64>(max<f64>(l0, l1), max<f64>(l2, l3));
}

/**
 * What {@link condense} leaves of x: out = 8192·(x·scale − (x·scale rounded to the nearest integer)), rounded likewise, at most 4096
 * in magnitude; n is a multiple of 8.
 */
export function remainder(n: i32, x: usize, scale: f64, out: usize): void {
  const shifter = f64x2.splat(SHIFTER / scale);
  const fine = f64x2.splat(SHIFTER / (8192 * scale));
  for (const end = out + ((<usize>n) << 1); out < end; out += 16, x += 64) {
    const left = v128.shuffle<i32>(
      remainderLanes(v128.load(x), shifter, fine),
      remainderLanes(v128.load(x, 16), shifter, fine),
      0,
      2,
      4,
      6,
    );
    const right = v128.shuffle<i32>(
      remainderLanes(v128.load(x, 32), shifter, fine),
      remainderLanes(v128.load(x, 48), shifter, fine),
      0,
      2,
      4,
      6,
    );
    v128.store(out, i16x8.narrow_i32x4_s(left, right));
  }
}

function remainderLanes(x: v128, shifter: v128, fine: v128): v128 {
  return f64x2.add(f64x2.sub(x, f64x2.sub(f64x2.add(x, shifter), shifter)), fine);
}

function sumPair(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/**
 * G[a, c] += rowSteps[a]·columnSteps[c]·(x_rows[a]·x_columns[c]) for the listed columns of n integers, n a multiple of 8, an even
 * number of rows and a multiple of four columns; the rows of G lie columnCount apart. In runs of 256 rows, the products of which
 * are added up in 32 bits: no lane of a run may have a norm of more than 46,340.
 */
export function integerCrossGram(
  n: i32,
  X: usize,
  rowCount: i32,
  rows: usize,
  rowSteps: usize,
  columnCount: i32,
  columns: usize,
  columnSteps: usize,
  G: usize,
): void {
  const column = (<usize>n) << 1;
  const ld = (<usize>columnCount) << 3;
  for (let top = 0; top < n; top += RUN) {
    const bytes = (<usize>min<i32>(RUN, n - top)) << 1;
    let g = G;
    for (let a = 0; a < rowCount; a += 2, g += ld << 1) {
      const at = rows + ((<usize>a) << 2);
      const y0 = X + <usize>load<u32>(at) * column;
      const y1 = X + <usize>load<u32>(at, 4) * column;
      const steps = rowSteps + ((<usize>a) << 3);
      for (let c = 0; c < columnCount; c += 4) {
        const list = columns + ((<usize>c) << 2);
        const x0 = X + <usize>load<u32>(list) * column;
        const x1 = X + <usize>load<u32>(list, 4) * column;
        const x2 = X + <usize>load<u32>(list, 8) * column;
        const x3 = X + <usize>load<u32>(list, 12) * column;
        const at = (<usize>c) << 3;
        integerTile(bytes, x0, x1, x2, x3, y0, y1, steps, columnSteps + at, g + at, g + ld + at);
      }
    }
    X += bytes;
  }
}

/** g0[k] and g1[k] += the products of the four columns x_k with y0 and y1, times their steps */
function integerTile(
  bytes: usize,
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  y0: usize,
  y1: usize,
  rowSteps: usize,
  columnSteps: usize,
  g0: usize,
  g1: usize,
): void {
  let a00 = i32x4.splat(0);
  let a10 = a00;
  let a20 = a00;
  let a30 = a00;
  let a01 = a00;
  let a11 = a00;
  let a21 = a00;
  let a31 = a00;
  for (const end = x0 + bytes; x0 < end; x0 += 16, x1 += 16, x2 += 16, x3 += 16, y0 += 16, y1 += 16) {
    const u0 = v128.load(y0);
    const u1 = v128.load(y1);
    let v = v128.load(x0);
    a00 = i32x4.add(a00, i32x4.dot_i16x8_s(v, u0));
    a01 = i32x4.add(a01, i32x4.dot_i16x8_s(v, u1));
    v = v128.load(x1);
    a10 = i32x4.add(a10, i32x4.dot_i16x8_s(v, u0));
    a11 = i32x4.add(a11, i32x4.dot_i16x8_s(v, u1));
    v = v128.load(x2);
    a20 = i32x4.add(a20, i32x4.dot_i16x8_s(v, u0));
    a21 = i32x4.add(a21, i32x4.dot_i16x8_s(v, u1));
    v = v128.load(x3);
    a30 = i32x4.add(a30, i32x4.dot_i16x8_s(v, u0));
    a31 = i32x4.add(a31, i32x4.dot_i16x8_s(v, u1));
  }
  const steps0 = v128.load64_splat(rowSteps);
  const steps1 = v128.load64_splat(rowSteps, 8);
  const left = v128.load(columnSteps);
  const right = v128.load(columnSteps, 16);
  v128.store(g0, scaled(v128.load(g0), a00, a10, f64x2.mul(steps0, left)));
  v128.store(g0, scaled(v128.load(g0, 16), a20, a30, f64x2.mul(steps0, right)), 16);
  v128.store(g1, scaled(v128.load(g1), a01, a11, f64x2.mul(steps1, left)));
  v128.store(g1, scaled(v128.load(g1, 16), a21, a31, f64x2.mul(steps1, right)), 16);
}

/** g + (Σ a, Σ b)·steps */
function scaled(g: v128, a: v128, b: v128, steps: v128): v128 {
  const u = pairSums(a);
  const v = pairSums(b);
  const sums = f64x2.add(v128.shuffle<i64>(u, v, 0, 2), v128.shuffle<i64>(u, v, 1, 3));
  return f64x2.add(g, f64x2.mul(sums, steps));
}

/** (a0 + a2, a1 + a3), which 32 bits may not hold */
function pairSums(a: v128): v128 {
  return f64x2.add(f64x2.convert_low_i32x4_s(a), f64x2.convert_low_i32x4_s(v128.shuffle<i64>(a, a, 1, 0)));
}

function sumLanes(a: v128): i32 {
  const pairs = i32x4.add(a, v128.shuffle<i64>(a, a, 1, 0));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}
