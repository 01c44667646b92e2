/** out = x·factor, rounded to the nearest integer, halves to even; |x·factor| <= 32767 */
export function quantize64(n: i32, x: usize, factor: f64, out: usize): void {
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
export function listTransposedProduct16(n: i32, count: i32, indices: usize, X: usize, r: usize, out: usize): void {
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

function sumLanes(a: v128): i32 {
  const pairs = i32x4.add(a, v128.shuffle<i64>(a, a, 1, 0));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}
