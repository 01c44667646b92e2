import { blockBytes, loadLane, signed, soften, storeLane } from "./vector";

// #region softThreshold
/** out = x − clamp(x, −threshold, threshold) */
function softThreshold<T>(n: i32, x: usize, threshold: T, out: usize): void {
  const t = v128.splat<T>(threshold);
  const minusT = v128.neg<T>(t);
  const end = out + ((<usize>n) << alignof<T>());
  const blockEnd = out + blockBytes<T>(n);
  for (; out < blockEnd; x += 64, out += 64) {
    v128.store(out, soften<T>(v128.load(x), t, minusT));
    v128.store(out, soften<T>(v128.load(x, 16), t, minusT), 16);
    v128.store(out, soften<T>(v128.load(x, 32), t, minusT), 32);
    v128.store(out, soften<T>(v128.load(x, 48), t, minusT), 48);
  }
  for (; out < end; x += sizeof<T>(), out += sizeof<T>()) {
    storeLane<T>(out, soften<T>(loadLane<T>(x), t, minusT));
  }
}
// #endregion softThreshold

export function softThreshold64(n: i32, x: usize, threshold: f64, out: usize): void {
  softThreshold<f64>(n, x, threshold, out);
}

export function softThreshold32(n: i32, x: usize, threshold: f32, out: usize): void {
  softThreshold<f32>(n, x, threshold, out);
}

/** out = x·factor */
function decay<T>(n: i32, x: usize, factor: T, out: usize): void {
  const f = v128.splat<T>(factor);
  const end = out + ((<usize>n) << alignof<T>());
  const blockEnd = out + blockBytes<T>(n);
  for (; out < blockEnd; x += 64, out += 64) {
    v128.store(out, v128.mul<T>(v128.load(x), f));
    v128.store(out, v128.mul<T>(v128.load(x, 16), f), 16);
    v128.store(out, v128.mul<T>(v128.load(x, 32), f), 32);
    v128.store(out, v128.mul<T>(v128.load(x, 48), f), 48);
  }
  for (; out < end; x += sizeof<T>(), out += sizeof<T>()) {
    storeLane<T>(out, v128.mul<T>(loadLane<T>(x), f));
  }
}

export function decay64(n: i32, x: usize, factor: f64, out: usize): void {
  decay<f64>(n, x, factor, out);
}

export function decay32(n: i32, x: usize, factor: f32, out: usize): void {
  decay<f32>(n, x, factor, out);
}

/** out = (x − clamp(x, −threshold, threshold))·scale + 0; the + 0 makes zeros +0 */
function elasticNetProx<T>(n: i32, x: usize, threshold: T, scale: T, out: usize): void {
  const t = v128.splat<T>(threshold);
  const minusT = v128.neg<T>(t);
  const s = v128.splat<T>(scale);
  const zero = v128.splat<T>(0);
  const end = out + ((<usize>n) << alignof<T>());
  const blockEnd = out + blockBytes<T>(n);
  for (; out < blockEnd; x += 64, out += 64) {
    v128.store(out, v128.add<T>(v128.mul<T>(soften<T>(v128.load(x), t, minusT), s), zero));
    v128.store(out, v128.add<T>(v128.mul<T>(soften<T>(v128.load(x, 16), t, minusT), s), zero), 16);
    v128.store(out, v128.add<T>(v128.mul<T>(soften<T>(v128.load(x, 32), t, minusT), s), zero), 32);
    v128.store(out, v128.add<T>(v128.mul<T>(soften<T>(v128.load(x, 48), t, minusT), s), zero), 48);
  }
  for (; out < end; x += sizeof<T>(), out += sizeof<T>()) {
    storeLane<T>(out, v128.add<T>(v128.mul<T>(soften<T>(loadLane<T>(x), t, minusT), s), zero));
  }
}

export function elasticNetProx64(n: i32, x: usize, threshold: f64, scale: f64, out: usize): void {
  elasticNetProx<f64>(n, x, threshold, scale, out);
}

export function elasticNetProx32(n: i32, x: usize, threshold: f32, scale: f32, out: usize): void {
  elasticNetProx<f32>(n, x, threshold, scale, out);
}

/** w·factor − rate·g */
function descended<T>(w: v128, g: v128, factor: v128, rate: v128): v128 {
  return v128.sub<T>(v128.mul<T>(w, factor), v128.mul<T>(rate, g));
}

/** w ← soft(w·factor − rate·g, threshold) */
function proximalStep<T>(n: i32, w: usize, g: usize, factor: T, rate: T, threshold: T): void {
  const f = v128.splat<T>(factor);
  const a = v128.splat<T>(rate);
  const t = v128.splat<T>(threshold);
  const minusT = v128.neg<T>(t);
  const end = w + ((<usize>n) << alignof<T>());
  const blockEnd = w + blockBytes<T>(n);
  for (; w < blockEnd; w += 64, g += 64) {
    v128.store(w, soften<T>(descended<T>(v128.load(w), v128.load(g), f, a), t, minusT));
    v128.store(w, soften<T>(descended<T>(v128.load(w, 16), v128.load(g, 16), f, a), t, minusT), 16);
    v128.store(w, soften<T>(descended<T>(v128.load(w, 32), v128.load(g, 32), f, a), t, minusT), 32);
    v128.store(w, soften<T>(descended<T>(v128.load(w, 48), v128.load(g, 48), f, a), t, minusT), 48);
  }
  for (; w < end; w += sizeof<T>(), g += sizeof<T>()) {
    storeLane<T>(w, soften<T>(descended<T>(loadLane<T>(w), loadLane<T>(g), f, a), t, minusT));
  }
}

export function proximalStep64(n: i32, w: usize, g: usize, factor: f64, rate: f64, threshold: f64): void {
  proximalStep<f64>(n, w, g, factor, rate, threshold);
}

export function proximalStep32(n: i32, w: usize, g: usize, factor: f32, rate: f32, threshold: f32): void {
  proximalStep<f32>(n, w, g, factor, rate, threshold);
}

/** w·factor − rate·g − threshold·sign(w) */
function pushed<T>(w: v128, g: v128, f: v128, a: v128, t: v128, zero: v128, signBit: v128): v128 {
  return v128.sub<T>(descended<T>(w, g, f, a), signed<T>(t, w, zero, signBit));
}

/** w ← w·factor − rate·g − threshold·sign(w) */
function subgradientStep<T>(n: i32, w: usize, g: usize, factor: T, rate: T, threshold: T): void {
  const f = v128.splat<T>(factor);
  const a = v128.splat<T>(rate);
  const t = v128.splat<T>(threshold);
  const zero = v128.splat<T>(0);
  const signBit = v128.splat<T>(-0.0);
  const end = w + ((<usize>n) << alignof<T>());
  const blockEnd = w + blockBytes<T>(n);
  for (; w < blockEnd; w += 64, g += 64) {
    v128.store(w, pushed<T>(v128.load(w), v128.load(g), f, a, t, zero, signBit));
    v128.store(w, pushed<T>(v128.load(w, 16), v128.load(g, 16), f, a, t, zero, signBit), 16);
    v128.store(w, pushed<T>(v128.load(w, 32), v128.load(g, 32), f, a, t, zero, signBit), 32);
    v128.store(w, pushed<T>(v128.load(w, 48), v128.load(g, 48), f, a, t, zero, signBit), 48);
  }
  for (; w < end; w += sizeof<T>(), g += sizeof<T>()) {
    storeLane<T>(w, pushed<T>(loadLane<T>(w), loadLane<T>(g), f, a, t, zero, signBit));
  }
}

export function subgradientStep64(n: i32, w: usize, g: usize, factor: f64, rate: f64, threshold: f64): void {
  subgradientStep<f64>(n, w, g, factor, rate, threshold);
}

export function subgradientStep32(n: i32, w: usize, g: usize, factor: f32, rate: f32, threshold: f32): void {
  subgradientStep<f32>(n, w, g, factor, rate, threshold);
}
