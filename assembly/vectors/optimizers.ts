import { blockBytes, loadLane, loadSome, signed, soften, storeLane, storeSome } from "./vector";

// Each step reads u = clamp(scale·g, −limit, limit) + decay·w + push·sign(w); a term whose coefficient is 0 is left out, so that
// 0·∞ does not arise. `state` holds the arrays of one parameter one after the other, `stride` elements apart. The loops
// are not unrolled where roots and quotients set the pace.

/** a·x + b·y */
function blend<T>(a: v128, x: v128, b: v128, y: v128): v128 {
  return v128.add<T>(v128.mul<T>(a, x), v128.mul<T>(b, y));
}

/** Bytes that whole vectors of n elements cover. */
function vectorBytes<T>(n: i32): usize {
  return ((<usize>n) << alignof<T>()) & ~15;
}

/**
 * The same as sgdStep, for u = scale·g + decay·w: four vectors at a time. Without momentum w ← soft(w − u, threshold), so that `scale` and
 * `decay` have to include the rate.
 */
function descend<T>(
  n: i32,
  w: usize,
  g: usize,
  b: usize,
  scale: T,
  decay: T,
  momentum: T,
  gain: T,
  nesterov: i32,
  rate: T,
  threshold: T,
): void {
  const scales = v128.splat<T>(scale);
  const d = v128.splat<T>(decay);
  const kept = v128.splat<T>(momentum);
  const gains = v128.splat<T>(gain);
  const rates = v128.splat<T>(rate);
  const t = v128.splat<T>(threshold);
  const minusT = v128.neg<T>(t);
  const decays = decay != 0;
  const keeps = momentum != 0;
  const shrinks = threshold != 0;
  const end = w + ((<usize>n) << alignof<T>());
  const blockEnd = w + blockBytes<T>(n);
  for (; w < blockEnd; w += 64, g += 64, b += 64) {
    let x0 = v128.load(w);
    let x1 = v128.load(w, 16);
    let x2 = v128.load(w, 32);
    let x3 = v128.load(w, 48);
    let u0 = v128.mul<T>(scales, v128.load(g));
    let u1 = v128.mul<T>(scales, v128.load(g, 16));
    let u2 = v128.mul<T>(scales, v128.load(g, 32));
    let u3 = v128.mul<T>(scales, v128.load(g, 48));
    if (decays) {
      u0 = v128.add<T>(u0, v128.mul<T>(d, x0));
      u1 = v128.add<T>(u1, v128.mul<T>(d, x1));
      u2 = v128.add<T>(u2, v128.mul<T>(d, x2));
      u3 = v128.add<T>(u3, v128.mul<T>(d, x3));
    }
    if (keeps) {
      const b0 = blend<T>(kept, v128.load(b), gains, u0);
      const b1 = blend<T>(kept, v128.load(b, 16), gains, u1);
      const b2 = blend<T>(kept, v128.load(b, 32), gains, u2);
      const b3 = blend<T>(kept, v128.load(b, 48), gains, u3);
      v128.store(b, b0);
      v128.store(b, b1, 16);
      v128.store(b, b2, 32);
      v128.store(b, b3, 48);
      u0 = v128.mul<T>(rates, nesterov ? v128.add<T>(u0, v128.mul<T>(kept, b0)) : b0);
      u1 = v128.mul<T>(rates, nesterov ? v128.add<T>(u1, v128.mul<T>(kept, b1)) : b1);
      u2 = v128.mul<T>(rates, nesterov ? v128.add<T>(u2, v128.mul<T>(kept, b2)) : b2);
      u3 = v128.mul<T>(rates, nesterov ? v128.add<T>(u3, v128.mul<T>(kept, b3)) : b3);
    }
    x0 = v128.sub<T>(x0, u0);
    x1 = v128.sub<T>(x1, u1);
    x2 = v128.sub<T>(x2, u2);
    x3 = v128.sub<T>(x3, u3);
    if (shrinks) {
      x0 = soften<T>(x0, t, minusT);
      x1 = soften<T>(x1, t, minusT);
      x2 = soften<T>(x2, t, minusT);
      x3 = soften<T>(x3, t, minusT);
    }
    v128.store(w, x0);
    v128.store(w, x1, 16);
    v128.store(w, x2, 32);
    v128.store(w, x3, 48);
  }
  for (; w < end; w += sizeof<T>(), g += sizeof<T>(), b += sizeof<T>()) {
    let x = loadLane<T>(w);
    let u = v128.mul<T>(scales, loadLane<T>(g));
    if (decays) u = v128.add<T>(u, v128.mul<T>(d, x));
    if (keeps) {
      const sum = blend<T>(kept, loadLane<T>(b), gains, u);
      storeLane<T>(b, sum);
      u = v128.mul<T>(rates, nesterov ? v128.add<T>(u, v128.mul<T>(kept, sum)) : sum);
    }
    x = v128.sub<T>(x, u);
    if (shrinks) x = soften<T>(x, t, minusT);
    storeLane<T>(w, x);
  }
}

/**
 * b ← momentum·b + gain·u;  d = nesterov ? u + momentum·b : b, without momentum u;  w ← soft(w − rate·d, threshold)
 */
function sgdStep<T, V>(
  start: usize,
  end: usize,
  w: usize,
  g: usize,
  b: usize,
  scale: T,
  limit: T,
  decay: T,
  push: T,
  momentum: T,
  gain: T,
  nesterov: i32,
  rate: T,
  threshold: T,
): void {
  const scales = v128.splat<T>(scale);
  const high = v128.splat<T>(limit);
  const low = v128.neg<T>(high);
  const d = v128.splat<T>(decay);
  const p = v128.splat<T>(push);
  const clips = limit < <T>Infinity;
  const decays = decay != 0;
  const pushes = push != 0;
  const zero = v128.splat<T>(0);
  const signBit = v128.splat<T>(-0.0);
  const shrinks = threshold != 0;
  const kept = v128.splat<T>(momentum);
  const keeps = momentum != 0;
  const gains = v128.splat<T>(gain);
  const rates = v128.splat<T>(rate);
  const t = v128.splat<T>(threshold);
  const minusT = v128.neg<T>(t);
  for (let i = start; i < end; i += sizeof<V>()) {
    const x = loadSome<V>(w + i);
    let u = v128.mul<T>(scales, loadSome<V>(g + i));
    if (clips) u = v128.pmin<T>(v128.pmax<T>(u, low), high);
    if (decays) u = v128.add<T>(u, v128.mul<T>(d, x));
    if (pushes) u = v128.add<T>(u, signed<T>(p, x, zero, signBit));
    if (keeps) {
      const sum = blend<T>(kept, loadSome<V>(b + i), gains, u);
      storeSome<V>(b + i, sum);
      u = nesterov ? v128.add<T>(u, v128.mul<T>(kept, sum)) : sum;
    }
    let next = v128.sub<T>(x, v128.mul<T>(rates, u));
    if (shrinks) next = soften<T>(next, t, minusT);
    storeSome<V>(w + i, next);
  }
}

export function sgdStep64(
  n: i32,
  w: usize,
  g: usize,
  state: usize,
  _stride: i32,
  scale: f64,
  limit: f64,
  decay: f64,
  push: f64,
  momentum: f64,
  gain: f64,
  nesterov: i32,
  rate: f64,
  threshold: f64,
): void {
  if (push == 0 && limit == Infinity) {
    const share: f64 = momentum == 0 ? rate : 1;
    descend<f64>(n, w, g, state, share * scale, share * decay, momentum, gain, nesterov, rate, threshold);
    return;
  }
  const whole = vectorBytes<f64>(n);
  const end = (<usize>n) << 3;
  sgdStep<f64, v128>(0, whole, w, g, state, scale, limit, decay, push, momentum, gain, nesterov, rate, threshold);
  sgdStep<f64, f64>(whole, end, w, g, state, scale, limit, decay, push, momentum, gain, nesterov, rate, threshold);
}

export function sgdStep32(
  n: i32,
  w: usize,
  g: usize,
  state: usize,
  _stride: i32,
  scale: f32,
  limit: f32,
  decay: f32,
  push: f32,
  momentum: f32,
  gain: f32,
  nesterov: i32,
  rate: f32,
  threshold: f32,
): void {
  if (push == 0 && limit == Infinity) {
    const share: f32 = momentum == 0 ? rate : 1;
    descend<f32>(n, w, g, state, share * scale, share * decay, momentum, gain, nesterov, rate, threshold);
    return;
  }
  const whole = vectorBytes<f32>(n);
  const end = (<usize>n) << 2;
  sgdStep<f32, v128>(0, whole, w, g, state, scale, limit, decay, push, momentum, gain, nesterov, rate, threshold);
  sgdStep<f32, f32>(whole, end, w, g, state, scale, limit, decay, push, momentum, gain, nesterov, rate, threshold);
}

/**
 * m ← beta1·m + gain1·u;  v ← beta2·v + gain2·u²;  V = v, or with amsgrad the largest v so far;  a = rate/(√V·scale2 + eps)
 * w ← soft(w·factor − a·(m·scale1), a·l1)
 */
function adamStep<T, V>(
  start: usize,
  end: usize,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  largest: usize,
  scale: T,
  limit: T,
  decay: T,
  push: T,
  beta1: T,
  gain1: T,
  scale1: T,
  beta2: T,
  gain2: T,
  scale2: T,
  eps: T,
  amsgrad: i32,
  factor: T,
  rate: T,
  l1: T,
): void {
  const scales = v128.splat<T>(scale);
  const high = v128.splat<T>(limit);
  const low = v128.neg<T>(high);
  const d = v128.splat<T>(decay);
  const p = v128.splat<T>(push);
  const clips = limit < <T>Infinity;
  const decays = decay != 0;
  const pushes = push != 0;
  const zero = v128.splat<T>(0);
  const signBit = v128.splat<T>(-0.0);
  const b1 = v128.splat<T>(beta1);
  const g1 = v128.splat<T>(gain1);
  const s1 = v128.splat<T>(scale1);
  const b2 = v128.splat<T>(beta2);
  const g2 = v128.splat<T>(gain2);
  const s2 = v128.splat<T>(scale2);
  const e = v128.splat<T>(eps);
  const f = v128.splat<T>(factor);
  const rates = v128.splat<T>(rate);
  const weight = v128.splat<T>(l1);
  const shrinks = l1 != 0;
  for (let i = start; i < end; i += sizeof<V>()) {
    const x = loadSome<V>(w + i);
    let u = v128.mul<T>(scales, loadSome<V>(g + i));
    if (clips) u = v128.pmin<T>(v128.pmax<T>(u, low), high);
    if (decays) u = v128.add<T>(u, v128.mul<T>(d, x));
    if (pushes) u = v128.add<T>(u, signed<T>(p, x, zero, signBit));
    const mean = blend<T>(b1, loadSome<V>(m + i), g1, u);
    storeSome<V>(m + i, mean);
    let square = blend<T>(b2, loadSome<V>(v + i), g2, v128.mul<T>(u, u));
    storeSome<V>(v + i, square);
    if (amsgrad) {
      square = v128.pmax<T>(loadSome<V>(largest + i), square);
      storeSome<V>(largest + i, square);
    }
    const a = v128.div<T>(rates, v128.add<T>(v128.mul<T>(v128.sqrt<T>(square), s2), e));
    let next = v128.sub<T>(v128.mul<T>(x, f), v128.mul<T>(a, v128.mul<T>(mean, s1)));
    if (shrinks) {
      const t = v128.mul<T>(a, weight);
      next = soften<T>(next, t, v128.neg<T>(t));
    }
    storeSome<V>(w + i, next);
  }
}

export function adamStep64(
  n: i32,
  w: usize,
  g: usize,
  state: usize,
  stride: i32,
  scale: f64,
  limit: f64,
  decay: f64,
  push: f64,
  beta1: f64,
  gain1: f64,
  scale1: f64,
  beta2: f64,
  gain2: f64,
  scale2: f64,
  eps: f64,
  amsgrad: i32,
  factor: f64,
  rate: f64,
  l1: f64,
): void {
  const size = (<usize>stride) << 3;
  const whole = vectorBytes<f64>(n);
  const end = (<usize>n) << 3;
  adamStep<f64, v128>(
    0,
    whole,
    w,
    g,
    state,
    state + size,
    state + 2 * size,
    scale,
    limit,
    decay,
    push,
    beta1,
    gain1,
    scale1,
    beta2,
    gain2,
    scale2,
    eps,
    amsgrad,
    factor,
    rate,
    l1,
  );
  adamStep<f64, f64>(
    whole,
    end,
    w,
    g,
    state,
    state + size,
    state + 2 * size,
    scale,
    limit,
    decay,
    push,
    beta1,
    gain1,
    scale1,
    beta2,
    gain2,
    scale2,
    eps,
    amsgrad,
    factor,
    rate,
    l1,
  );
}

export function adamStep32(
  n: i32,
  w: usize,
  g: usize,
  state: usize,
  stride: i32,
  scale: f32,
  limit: f32,
  decay: f32,
  push: f32,
  beta1: f32,
  gain1: f32,
  scale1: f32,
  beta2: f32,
  gain2: f32,
  scale2: f32,
  eps: f32,
  amsgrad: i32,
  factor: f32,
  rate: f32,
  l1: f32,
): void {
  const size = (<usize>stride) << 2;
  const whole = vectorBytes<f32>(n);
  const end = (<usize>n) << 2;
  adamStep<f32, v128>(
    0,
    whole,
    w,
    g,
    state,
    state + size,
    state + 2 * size,
    scale,
    limit,
    decay,
    push,
    beta1,
    gain1,
    scale1,
    beta2,
    gain2,
    scale2,
    eps,
    amsgrad,
    factor,
    rate,
    l1,
  );
  adamStep<f32, f32>(
    whole,
    end,
    w,
    g,
    state,
    state + size,
    state + 2 * size,
    scale,
    limit,
    decay,
    push,
    beta1,
    gain1,
    scale1,
    beta2,
    gain2,
    scale2,
    eps,
    amsgrad,
    factor,
    rate,
    l1,
  );
}

/**
 * v ← smoothing·v + gain·u²;  V = v, or centered a ← smoothing·a + gain·u and V = max(v − a², 0);  c = 1/(√V + eps)
 * d = c·u, or with momentum b ← momentum·b + c·u and d = b;  w ← soft(w − rate·d, c·threshold)
 */
function rmspropStep<T, V>(
  start: usize,
  end: usize,
  w: usize,
  g: usize,
  v: usize,
  mean: usize,
  b: usize,
  scale: T,
  limit: T,
  decay: T,
  push: T,
  smoothing: T,
  gain: T,
  eps: T,
  centered: i32,
  momentum: T,
  rate: T,
  threshold: T,
): void {
  const scales = v128.splat<T>(scale);
  const high = v128.splat<T>(limit);
  const low = v128.neg<T>(high);
  const d = v128.splat<T>(decay);
  const p = v128.splat<T>(push);
  const clips = limit < <T>Infinity;
  const decays = decay != 0;
  const pushes = push != 0;
  const zero = v128.splat<T>(0);
  const signBit = v128.splat<T>(-0.0);
  const smooth = v128.splat<T>(smoothing);
  const gains = v128.splat<T>(gain);
  const e = v128.splat<T>(eps);
  const one = v128.splat<T>(1);
  const kept = v128.splat<T>(momentum);
  const keeps = momentum != 0;
  const rates = v128.splat<T>(rate);
  const thresholds = v128.splat<T>(threshold);
  const shrinks = threshold != 0;
  for (let i = start; i < end; i += sizeof<V>()) {
    const x = loadSome<V>(w + i);
    let u = v128.mul<T>(scales, loadSome<V>(g + i));
    if (clips) u = v128.pmin<T>(v128.pmax<T>(u, low), high);
    if (decays) u = v128.add<T>(u, v128.mul<T>(d, x));
    if (pushes) u = v128.add<T>(u, signed<T>(p, x, zero, signBit));
    let square = blend<T>(smooth, loadSome<V>(v + i), gains, v128.mul<T>(u, u));
    storeSome<V>(v + i, square);
    if (centered) {
      const average = blend<T>(smooth, loadSome<V>(mean + i), gains, u);
      storeSome<V>(mean + i, average);
      square = v128.pmax<T>(v128.sub<T>(square, v128.mul<T>(average, average)), zero);
    }
    const c = v128.div<T>(one, v128.add<T>(v128.sqrt<T>(square), e));
    let direction = v128.mul<T>(c, u);
    if (keeps) {
      direction = v128.add<T>(v128.mul<T>(kept, loadSome<V>(b + i)), direction);
      storeSome<V>(b + i, direction);
    }
    let next = v128.sub<T>(x, v128.mul<T>(rates, direction));
    if (shrinks) {
      const t = v128.mul<T>(c, thresholds);
      next = soften<T>(next, t, v128.neg<T>(t));
    }
    storeSome<V>(w + i, next);
  }
}

export function rmspropStep64(
  n: i32,
  w: usize,
  g: usize,
  state: usize,
  stride: i32,
  scale: f64,
  limit: f64,
  decay: f64,
  push: f64,
  smoothing: f64,
  gain: f64,
  eps: f64,
  centered: i32,
  momentum: f64,
  rate: f64,
  threshold: f64,
): void {
  const size = (<usize>stride) << 3;
  const momenta = state + (centered ? 2 * size : size);
  const whole = vectorBytes<f64>(n);
  const end = (<usize>n) << 3;
  rmspropStep<f64, v128>(
    0,
    whole,
    w,
    g,
    state,
    state + size,
    momenta,
    scale,
    limit,
    decay,
    push,
    smoothing,
    gain,
    eps,
    centered,
    momentum,
    rate,
    threshold,
  );
  rmspropStep<f64, f64>(
    whole,
    end,
    w,
    g,
    state,
    state + size,
    momenta,
    scale,
    limit,
    decay,
    push,
    smoothing,
    gain,
    eps,
    centered,
    momentum,
    rate,
    threshold,
  );
}

export function rmspropStep32(
  n: i32,
  w: usize,
  g: usize,
  state: usize,
  stride: i32,
  scale: f32,
  limit: f32,
  decay: f32,
  push: f32,
  smoothing: f32,
  gain: f32,
  eps: f32,
  centered: i32,
  momentum: f32,
  rate: f32,
  threshold: f32,
): void {
  const size = (<usize>stride) << 2;
  const momenta = state + (centered ? 2 * size : size);
  const whole = vectorBytes<f32>(n);
  const end = (<usize>n) << 2;
  rmspropStep<f32, v128>(
    0,
    whole,
    w,
    g,
    state,
    state + size,
    momenta,
    scale,
    limit,
    decay,
    push,
    smoothing,
    gain,
    eps,
    centered,
    momentum,
    rate,
    threshold,
  );
  rmspropStep<f32, f32>(
    whole,
    end,
    w,
    g,
    state,
    state + size,
    momenta,
    scale,
    limit,
    decay,
    push,
    smoothing,
    gain,
    eps,
    centered,
    momentum,
    rate,
    threshold,
  );
}

/**
 * D = beta + √s before and D' after s ← s + u²;  z ← z + (u − (D'·inverse − D·before)·w);  w ← 0 − soft(z, threshold)·rate/D'
 */
function ftrlStep<T, V>(
  start: usize,
  end: usize,
  w: usize,
  g: usize,
  z: usize,
  s: usize,
  scale: T,
  limit: T,
  decay: T,
  push: T,
  beta: T,
  before: T,
  inverse: T,
  rate: T,
  threshold: T,
): void {
  const scales = v128.splat<T>(scale);
  const high = v128.splat<T>(limit);
  const low = v128.neg<T>(high);
  const d = v128.splat<T>(decay);
  const p = v128.splat<T>(push);
  const clips = limit < <T>Infinity;
  const decays = decay != 0;
  const pushes = push != 0;
  const zero = v128.splat<T>(0);
  const signBit = v128.splat<T>(-0.0);
  const offset = v128.splat<T>(beta);
  const old = v128.splat<T>(before);
  const current = v128.splat<T>(inverse);
  const rates = v128.splat<T>(rate);
  const t = v128.splat<T>(threshold);
  const minusT = v128.neg<T>(t);
  for (let i = start; i < end; i += sizeof<V>()) {
    const x = loadSome<V>(w + i);
    let u = v128.mul<T>(scales, loadSome<V>(g + i));
    if (clips) u = v128.pmin<T>(v128.pmax<T>(u, low), high);
    if (decays) u = v128.add<T>(u, v128.mul<T>(d, x));
    if (pushes) u = v128.add<T>(u, signed<T>(p, x, zero, signBit));
    const squares = loadSome<V>(s + i);
    const D = v128.add<T>(offset, v128.sqrt<T>(squares));
    const sum = v128.add<T>(squares, v128.mul<T>(u, u));
    const next = v128.add<T>(offset, v128.sqrt<T>(sum));
    const growth = v128.sub<T>(v128.mul<T>(next, current), v128.mul<T>(D, old));
    const dual = v128.add<T>(loadSome<V>(z + i), v128.sub<T>(u, v128.mul<T>(growth, x)));
    storeSome<V>(s + i, sum);
    storeSome<V>(z + i, dual);
    const soft = v128.mul<T>(soften<T>(dual, t, minusT), rates);
    storeSome<V>(w + i, v128.sub<T>(zero, v128.div<T>(soft, next)));
  }
}

export function ftrlStep64(
  n: i32,
  w: usize,
  g: usize,
  state: usize,
  stride: i32,
  scale: f64,
  limit: f64,
  decay: f64,
  push: f64,
  beta: f64,
  before: f64,
  inverse: f64,
  rate: f64,
  threshold: f64,
): void {
  const size = (<usize>stride) << 3;
  const whole = vectorBytes<f64>(n);
  const end = (<usize>n) << 3;
  ftrlStep<f64, v128>(
    0,
    whole,
    w,
    g,
    state,
    state + size,
    scale,
    limit,
    decay,
    push,
    beta,
    before,
    inverse,
    rate,
    threshold,
  );
  ftrlStep<f64, f64>(
    whole,
    end,
    w,
    g,
    state,
    state + size,
    scale,
    limit,
    decay,
    push,
    beta,
    before,
    inverse,
    rate,
    threshold,
  );
}

export function ftrlStep32(
  n: i32,
  w: usize,
  g: usize,
  state: usize,
  stride: i32,
  scale: f32,
  limit: f32,
  decay: f32,
  push: f32,
  beta: f32,
  before: f32,
  inverse: f32,
  rate: f32,
  threshold: f32,
): void {
  const size = (<usize>stride) << 2;
  const whole = vectorBytes<f32>(n);
  const end = (<usize>n) << 2;
  ftrlStep<f32, v128>(
    0,
    whole,
    w,
    g,
    state,
    state + size,
    scale,
    limit,
    decay,
    push,
    beta,
    before,
    inverse,
    rate,
    threshold,
  );
  ftrlStep<f32, f32>(
    whole,
    end,
    w,
    g,
    state,
    state + size,
    scale,
    limit,
    decay,
    push,
    beta,
    before,
    inverse,
    rate,
    threshold,
  );
}
