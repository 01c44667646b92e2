import { signed, soft } from "./vector.js";

const { fround, sqrt } = Math;

/** clamp(v, −limit, limit) */
function clamp(v: number, limit: number): number {
  const low = v < -limit ? -limit : v;
  return limit < low ? limit : low;
}

/** What sgdStep64 does for u = scale·g + decay·w. Without momentum `scale` and `decay` have to include the rate. */
function descend64(
  n: number,
  w: Float64Array,
  wOffset: number,
  g: Float64Array,
  gOffset: number,
  b: Float64Array,
  bOffset: number,
  scale: number,
  decay: number,
  momentum: number,
  gain: number,
  nesterov: number,
  rate: number,
  threshold: number,
): void {
  const decays = decay !== 0;
  const keeps = momentum !== 0;
  const shrinks = threshold !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = scale * g[gOffset + i];
    if (decays) u += decay * x;
    if (keeps) {
      const sum = momentum * b[bOffset + i] + gain * u;
      b[bOffset + i] = sum;
      u = rate * (nesterov ? u + momentum * sum : sum);
    }
    const next = x - u;
    w[k] = shrinks ? soft(next, threshold) : next;
  }
}

/** One step of gradient descent with momentum. state: momentum sums, not touched without momentum */
export function sgdStep64(
  n: number,
  w: Float64Array,
  wOffset: number,
  g: Float64Array,
  gOffset: number,
  state: Float64Array,
  stateOffset: number,
  _stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  momentum: number,
  gain: number,
  nesterov: number,
  rate: number,
  threshold: number,
): void {
  if (push === 0 && limit === Number.POSITIVE_INFINITY) {
    const share = momentum === 0 ? rate : 1;
    descend64(
      n,
      w,
      wOffset,
      g,
      gOffset,
      state,
      stateOffset,
      share * scale,
      share * decay,
      momentum,
      gain,
      nesterov,
      rate,
      threshold,
    );
    return;
  }
  const clips = limit < Number.POSITIVE_INFINITY;
  const decays = decay !== 0;
  const pushes = push !== 0;
  const keeps = momentum !== 0;
  const shrinks = threshold !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = scale * g[gOffset + i];
    if (clips) u = clamp(u, limit);
    if (decays) u += decay * x;
    if (pushes) u += signed(push, x);
    if (keeps) {
      const sum = momentum * state[stateOffset + i] + gain * u;
      state[stateOffset + i] = sum;
      u = nesterov ? u + momentum * sum : sum;
    }
    const next = x - rate * u;
    w[k] = shrinks ? soft(next, threshold) : next;
  }
}

/** What sgdStep32 does for u = scale·g + decay·w. Without momentum `scale` and `decay` have to include the rate. */
function descend32(
  n: number,
  w: Float32Array,
  wOffset: number,
  g: Float32Array,
  gOffset: number,
  b: Float32Array,
  bOffset: number,
  scale: number,
  decay: number,
  momentum: number,
  gain: number,
  nesterov: number,
  rate: number,
  threshold: number,
): void {
  const decays = decay !== 0;
  const keeps = momentum !== 0;
  const shrinks = threshold !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = fround(scale * g[gOffset + i]);
    if (decays) u = fround(u + fround(decay * x));
    if (keeps) {
      const sum = fround(fround(momentum * b[bOffset + i]) + fround(gain * u));
      b[bOffset + i] = sum;
      u = fround(rate * (nesterov ? fround(u + fround(momentum * sum)) : sum));
    }
    const next = fround(x - u);
    w[k] = shrinks ? soft(next, threshold) : next;
  }
}

/** {@link sgdStep64} in single precision: rounds after every operation; scalars are already rounded. */
export function sgdStep32(
  n: number,
  w: Float32Array,
  wOffset: number,
  g: Float32Array,
  gOffset: number,
  state: Float32Array,
  stateOffset: number,
  _stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  momentum: number,
  gain: number,
  nesterov: number,
  rate: number,
  threshold: number,
): void {
  scale = fround(scale);
  limit = fround(limit);
  decay = fround(decay);
  push = fround(push);
  momentum = fround(momentum);
  gain = fround(gain);
  rate = fround(rate);
  threshold = fround(threshold);
  if (push === 0 && limit === Number.POSITIVE_INFINITY) {
    const share = momentum === 0 ? rate : 1;
    descend32(
      n,
      w,
      wOffset,
      g,
      gOffset,
      state,
      stateOffset,
      fround(share * scale),
      fround(share * decay),
      momentum,
      gain,
      nesterov,
      rate,
      threshold,
    );
    return;
  }
  const clips = limit < Number.POSITIVE_INFINITY;
  const decays = decay !== 0;
  const pushes = push !== 0;
  const keeps = momentum !== 0;
  const shrinks = threshold !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = fround(scale * g[gOffset + i]);
    if (clips) u = clamp(u, limit);
    if (decays) u = fround(u + fround(decay * x));
    if (pushes) u = fround(u + signed(push, x));
    if (keeps) {
      const sum = fround(fround(momentum * state[stateOffset + i]) + fround(gain * u));
      state[stateOffset + i] = sum;
      u = nesterov ? fround(u + fround(momentum * sum)) : sum;
    }
    const next = fround(x - fround(rate * u));
    w[k] = shrinks ? soft(next, threshold) : next;
  }
}

/** One step of Adam. state: means, mean squares, and for amsgrad the largest of these */
export function adamStep64(
  n: number,
  w: Float64Array,
  wOffset: number,
  g: Float64Array,
  gOffset: number,
  state: Float64Array,
  stateOffset: number,
  stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  beta1: number,
  gain1: number,
  scale1: number,
  beta2: number,
  gain2: number,
  scale2: number,
  eps: number,
  amsgrad: number,
  factor: number,
  rate: number,
  l1: number,
): void {
  const vOffset = stateOffset + stride;
  const largestOffset = vOffset + stride;
  const clips = limit < Number.POSITIVE_INFINITY;
  const decays = decay !== 0;
  const pushes = push !== 0;
  const shrinks = l1 !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = scale * g[gOffset + i];
    if (clips) u = clamp(u, limit);
    if (decays) u += decay * x;
    if (pushes) u += signed(push, x);
    const mean = beta1 * state[stateOffset + i] + gain1 * u;
    state[stateOffset + i] = mean;
    let square = beta2 * state[vOffset + i] + gain2 * (u * u);
    state[vOffset + i] = square;
    if (amsgrad) {
      const largest = state[largestOffset + i];
      if (!(largest < square)) square = largest;
      state[largestOffset + i] = square;
    }
    const a = rate / (sqrt(square) * scale2 + eps);
    const next = x * factor - a * (mean * scale1);
    w[k] = shrinks ? soft(next, a * l1) : next;
  }
}

/** {@link adamStep64} in single precision: rounds after every operation; scalars are already rounded. */
export function adamStep32(
  n: number,
  w: Float32Array,
  wOffset: number,
  g: Float32Array,
  gOffset: number,
  state: Float32Array,
  stateOffset: number,
  stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  beta1: number,
  gain1: number,
  scale1: number,
  beta2: number,
  gain2: number,
  scale2: number,
  eps: number,
  amsgrad: number,
  factor: number,
  rate: number,
  l1: number,
): void {
  scale = fround(scale);
  limit = fround(limit);
  decay = fround(decay);
  push = fround(push);
  beta1 = fround(beta1);
  gain1 = fround(gain1);
  scale1 = fround(scale1);
  beta2 = fround(beta2);
  gain2 = fround(gain2);
  scale2 = fround(scale2);
  eps = fround(eps);
  factor = fround(factor);
  rate = fround(rate);
  l1 = fround(l1);
  const vOffset = stateOffset + stride;
  const largestOffset = vOffset + stride;
  const clips = limit < Number.POSITIVE_INFINITY;
  const decays = decay !== 0;
  const pushes = push !== 0;
  const shrinks = l1 !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = fround(scale * g[gOffset + i]);
    if (clips) u = clamp(u, limit);
    if (decays) u = fround(u + fround(decay * x));
    if (pushes) u = fround(u + signed(push, x));
    const mean = fround(fround(beta1 * state[stateOffset + i]) + fround(gain1 * u));
    state[stateOffset + i] = mean;
    let square = fround(fround(beta2 * state[vOffset + i]) + fround(gain2 * fround(u * u)));
    state[vOffset + i] = square;
    if (amsgrad) {
      const largest = state[largestOffset + i];
      if (!(largest < square)) square = largest;
      state[largestOffset + i] = square;
    }
    const a = fround(rate / fround(fround(fround(sqrt(square)) * scale2) + eps));
    const next = fround(fround(x * factor) - fround(a * fround(mean * scale1)));
    w[k] = shrinks ? soft(next, fround(a * l1)) : next;
  }
}

/** One step of RMSprop, or with smoothing = gain = 1 of Adagrad. state: mean squares, if centered means, with momentum its sums */
export function rmspropStep64(
  n: number,
  w: Float64Array,
  wOffset: number,
  g: Float64Array,
  gOffset: number,
  state: Float64Array,
  stateOffset: number,
  stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  smoothing: number,
  gain: number,
  eps: number,
  centered: number,
  momentum: number,
  rate: number,
  threshold: number,
): void {
  const meanOffset = stateOffset + stride;
  const momentumOffset = centered ? meanOffset + stride : meanOffset;
  const clips = limit < Number.POSITIVE_INFINITY;
  const decays = decay !== 0;
  const pushes = push !== 0;
  const keeps = momentum !== 0;
  const shrinks = threshold !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = scale * g[gOffset + i];
    if (clips) u = clamp(u, limit);
    if (decays) u += decay * x;
    if (pushes) u += signed(push, x);
    let square = smoothing * state[stateOffset + i] + gain * (u * u);
    state[stateOffset + i] = square;
    if (centered) {
      const mean = smoothing * state[meanOffset + i] + gain * u;
      state[meanOffset + i] = mean;
      square = square - mean * mean;
      if (square < 0) square = 0;
    }
    const c = 1 / (sqrt(square) + eps);
    let d = c * u;
    if (keeps) {
      d = momentum * state[momentumOffset + i] + d;
      state[momentumOffset + i] = d;
    }
    const next = x - rate * d;
    w[k] = shrinks ? soft(next, c * threshold) : next;
  }
}

/** {@link rmspropStep64} in single precision: rounds after every operation; scalars are already rounded. */
export function rmspropStep32(
  n: number,
  w: Float32Array,
  wOffset: number,
  g: Float32Array,
  gOffset: number,
  state: Float32Array,
  stateOffset: number,
  stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  smoothing: number,
  gain: number,
  eps: number,
  centered: number,
  momentum: number,
  rate: number,
  threshold: number,
): void {
  scale = fround(scale);
  limit = fround(limit);
  decay = fround(decay);
  push = fround(push);
  smoothing = fround(smoothing);
  gain = fround(gain);
  eps = fround(eps);
  momentum = fround(momentum);
  rate = fround(rate);
  threshold = fround(threshold);
  const meanOffset = stateOffset + stride;
  const momentumOffset = centered ? meanOffset + stride : meanOffset;
  const clips = limit < Number.POSITIVE_INFINITY;
  const decays = decay !== 0;
  const pushes = push !== 0;
  const keeps = momentum !== 0;
  const shrinks = threshold !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = fround(scale * g[gOffset + i]);
    if (clips) u = clamp(u, limit);
    if (decays) u = fround(u + fround(decay * x));
    if (pushes) u = fround(u + signed(push, x));
    let square = fround(fround(smoothing * state[stateOffset + i]) + fround(gain * fround(u * u)));
    state[stateOffset + i] = square;
    if (centered) {
      const mean = fround(fround(smoothing * state[meanOffset + i]) + fround(gain * u));
      state[meanOffset + i] = mean;
      square = fround(square - fround(mean * mean));
      if (square < 0) square = 0;
    }
    const c = fround(1 / fround(fround(sqrt(square)) + eps));
    let d = fround(c * u);
    if (keeps) {
      d = fround(fround(momentum * state[momentumOffset + i]) + d);
      state[momentumOffset + i] = d;
    }
    const next = fround(x - fround(rate * d));
    w[k] = shrinks ? soft(next, fround(c * threshold)) : next;
  }
}

/** One step of FTRL-Proximal. state: dual weights, sums of squares */
export function ftrlStep64(
  n: number,
  w: Float64Array,
  wOffset: number,
  g: Float64Array,
  gOffset: number,
  state: Float64Array,
  stateOffset: number,
  stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  beta: number,
  before: number,
  inverse: number,
  rate: number,
  threshold: number,
): void {
  const sOffset = stateOffset + stride;
  const clips = limit < Number.POSITIVE_INFINITY;
  const decays = decay !== 0;
  const pushes = push !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = scale * g[gOffset + i];
    if (clips) u = clamp(u, limit);
    if (decays) u += decay * x;
    if (pushes) u += signed(push, x);
    const squares = state[sOffset + i];
    const D = beta + sqrt(squares);
    const sum = squares + u * u;
    const next = beta + sqrt(sum);
    const growth = next * inverse - D * before;
    const dual = state[stateOffset + i] + (u - growth * x);
    state[sOffset + i] = sum;
    state[stateOffset + i] = dual;
    w[k] = 0 - (soft(dual, threshold) * rate) / next;
  }
}

/** {@link ftrlStep64} in single precision: rounds after every operation; scalars are already rounded. */
export function ftrlStep32(
  n: number,
  w: Float32Array,
  wOffset: number,
  g: Float32Array,
  gOffset: number,
  state: Float32Array,
  stateOffset: number,
  stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  beta: number,
  before: number,
  inverse: number,
  rate: number,
  threshold: number,
): void {
  scale = fround(scale);
  limit = fround(limit);
  decay = fround(decay);
  push = fround(push);
  beta = fround(beta);
  before = fround(before);
  inverse = fround(inverse);
  rate = fround(rate);
  threshold = fround(threshold);
  const sOffset = stateOffset + stride;
  const clips = limit < Number.POSITIVE_INFINITY;
  const decays = decay !== 0;
  const pushes = push !== 0;
  for (let i = 0; i < n; ++i) {
    const k = wOffset + i;
    const x = w[k];
    let u = fround(scale * g[gOffset + i]);
    if (clips) u = clamp(u, limit);
    if (decays) u = fround(u + fround(decay * x));
    if (pushes) u = fround(u + signed(push, x));
    const squares = state[sOffset + i];
    const D = fround(beta + fround(sqrt(squares)));
    const sum = fround(squares + fround(u * u));
    const next = fround(beta + fround(sqrt(sum)));
    const growth = fround(fround(next * inverse) - fround(D * before));
    const dual = fround(state[stateOffset + i] + fround(u - fround(growth * x)));
    state[sOffset + i] = sum;
    state[stateOffset + i] = dual;
    w[k] = 0 - fround(fround(fround(soft(dual, threshold)) * rate) / next);
  }
}
