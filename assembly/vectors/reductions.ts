import { blockBytes, sumLanes } from "./vector";

/** Σ x·y in 8 (f64) or 16 (f32) partial sums, combined (a + b) + (c + d), then the lanes, then the tail in order */
function dot<T>(n: i32, x: usize, y: usize): T {
  let a = v128.splat<T>(0);
  let b = a;
  let c = a;
  let d = a;
  const end = x + ((<usize>n) << alignof<T>());
  const blockEnd = x + blockBytes<T>(n);
  for (; x < blockEnd; x += 64, y += 64) {
    a = v128.add<T>(a, v128.mul<T>(v128.load(x), v128.load(y)));
    b = v128.add<T>(b, v128.mul<T>(v128.load(x, 16), v128.load(y, 16)));
    c = v128.add<T>(c, v128.mul<T>(v128.load(x, 32), v128.load(y, 32)));
    d = v128.add<T>(d, v128.mul<T>(v128.load(x, 48), v128.load(y, 48)));
  }
  let sum = sumLanes<T>(v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)));
  for (; x < end; x += sizeof<T>(), y += sizeof<T>()) sum += load<T>(x) * load<T>(y);
  return sum;
}

export function dot64(n: i32, x: usize, y: usize): f64 {
  return dot<f64>(n, x, y);
}

export function dot32(n: i32, x: usize, y: usize): f32 {
  return dot<f32>(n, x, y);
}

/** y ← y + a·x */
function axpy<T>(n: i32, a: T, x: usize, y: usize): void {
  const s = v128.splat<T>(a);
  const end = y + ((<usize>n) << alignof<T>());
  const blockEnd = y + blockBytes<T>(n);
  for (; y < blockEnd; x += 64, y += 64) {
    v128.store(y, v128.add<T>(v128.load(y), v128.mul<T>(s, v128.load(x))));
    v128.store(y, v128.add<T>(v128.load(y, 16), v128.mul<T>(s, v128.load(x, 16))), 16);
    v128.store(y, v128.add<T>(v128.load(y, 32), v128.mul<T>(s, v128.load(x, 32))), 32);
    v128.store(y, v128.add<T>(v128.load(y, 48), v128.mul<T>(s, v128.load(x, 48))), 48);
  }
  for (; y < end; x += sizeof<T>(), y += sizeof<T>()) store<T>(y, load<T>(y) + a * load<T>(x));
}

export function axpy64(n: i32, a: f64, x: usize, y: usize): void {
  axpy<f64>(n, a, x, y);
}

export function axpy32(n: i32, a: f32, x: usize, y: usize): void {
  axpy<f32>(n, a, x, y);
}

/** Σ|x|, summed as dot */
function asum<T>(n: i32, x: usize): T {
  let a = v128.splat<T>(0);
  let b = a;
  let c = a;
  let d = a;
  const end = x + ((<usize>n) << alignof<T>());
  const blockEnd = x + blockBytes<T>(n);
  for (; x < blockEnd; x += 64) {
    a = v128.add<T>(a, v128.abs<T>(v128.load(x)));
    b = v128.add<T>(b, v128.abs<T>(v128.load(x, 16)));
    c = v128.add<T>(c, v128.abs<T>(v128.load(x, 32)));
    d = v128.add<T>(d, v128.abs<T>(v128.load(x, 48)));
  }
  let sum = sumLanes<T>(v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)));
  for (; x < end; x += sizeof<T>()) sum += abs<T>(load<T>(x));
  return sum;
}

export function asum64(n: i32, x: usize): f64 {
  return asum<f64>(n, x);
}

export function asum32(n: i32, x: usize): f32 {
  return asum<f32>(n, x);
}

/** Σx², summed as dot */
export function sumSquares64(n: i32, x: usize): f64 {
  return dot<f64>(n, x, x);
}

export function sumSquares32(n: i32, x: usize): f32 {
  return dot<f32>(n, x, x);
}

/** max|x|; NaN if any is NaN, 0 if there is none */
function absMax<T>(n: i32, x: usize): T {
  let a = v128.splat<T>(0);
  let b = a;
  let c = a;
  let d = a;
  const end = x + ((<usize>n) << alignof<T>());
  const blockEnd = x + blockBytes<T>(n);
  for (; x < blockEnd; x += 64) {
    a = v128.max<T>(a, v128.abs<T>(v128.load(x)));
    b = v128.max<T>(b, v128.abs<T>(v128.load(x, 16)));
    c = v128.max<T>(c, v128.abs<T>(v128.load(x, 32)));
    d = v128.max<T>(d, v128.abs<T>(v128.load(x, 48)));
  }
  a = v128.max<T>(v128.max<T>(a, b), v128.max<T>(c, d));
  let m = max<T>(lane<T>(a, 0), lane<T>(a, 1));
  if (sizeof<T>() == 4) m = max<T>(m, max<T>(lane<T>(a, 2), lane<T>(a, 3)));
  for (; x < end; x += sizeof<T>()) m = max<T>(m, abs<T>(load<T>(x)));
  return m;
}

function lane<T>(v: v128, index: i32): T {
  if (sizeof<T>() == 8) return <T>(index == 0 ? f64x2.extract_lane(v, 0) : f64x2.extract_lane(v, 1));
  if (index == 0) return <T>f32x4.extract_lane(v, 0);
  if (index == 1) return <T>f32x4.extract_lane(v, 1);
  if (index == 2) return <T>f32x4.extract_lane(v, 2);
  return <T>f32x4.extract_lane(v, 3);
}

export function absMax64(n: i32, x: usize): f64 {
  return absMax<f64>(n, x);
}

export function absMax32(n: i32, x: usize): f32 {
  return absMax<f32>(n, x);
}

/** l1·Σ|x| + l2·Σx², both sums in one pass, each in the order of dot; 0·∞ counts as 0 */
function penalty<T>(n: i32, x: usize, l1: T, l2: T): T {
  let a = v128.splat<T>(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  const end = x + ((<usize>n) << alignof<T>());
  const blockEnd = x + blockBytes<T>(n);
  for (; x < blockEnd; x += 64) {
    let v = v128.load(x);
    a = v128.add<T>(a, v128.abs<T>(v));
    e = v128.add<T>(e, v128.mul<T>(v, v));
    v = v128.load(x, 16);
    b = v128.add<T>(b, v128.abs<T>(v));
    f = v128.add<T>(f, v128.mul<T>(v, v));
    v = v128.load(x, 32);
    c = v128.add<T>(c, v128.abs<T>(v));
    g = v128.add<T>(g, v128.mul<T>(v, v));
    v = v128.load(x, 48);
    d = v128.add<T>(d, v128.abs<T>(v));
    h = v128.add<T>(h, v128.mul<T>(v, v));
  }
  let sum = sumLanes<T>(v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)));
  let squares = sumLanes<T>(v128.add<T>(v128.add<T>(e, f), v128.add<T>(g, h)));
  for (; x < end; x += sizeof<T>()) {
    const v = load<T>(x);
    sum += abs<T>(v);
    squares += v * v;
  }
  return cost<T>(l1, sum) + cost<T>(l2, squares);
}

/** strength·amount, where no strength or no amount costs nothing even if the other is infinite */
function cost<T>(strength: T, amount: T): T {
  return amount == 0 || (strength == 0 && amount == amount) ? <T>0 : strength * amount;
}

export function penalty64(n: i32, x: usize, l1: f64, l2: f64): f64 {
  return penalty<f64>(n, x, l1, l2);
}

export function penalty32(n: i32, x: usize, l1: f32, l2: f32): f32 {
  return penalty<f32>(n, x, l1, l2);
}
