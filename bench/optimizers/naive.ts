/** The options that all contenders share. */
export const LEARNING_RATE = 0.01;
export const L1 = 0.6;
export const L2 = 0.5;
export const MOMENTUM = 0.9;
export const WEIGHT_DECAY = 0.01;
export const ACCUMULATOR = 0.1;

// biome-ignore lint/suspicious/noExplicitAny: for either dtype, as users write it
export type Loop = (w: any, g: any, s: any[], t: number) => void;

/** The steps as a user would write them; `s` is the state, `t` the number of the step. */
export const loops: Record<string, Loop> = {
  "sgd with l2"(w, g) {
    const rate = LEARNING_RATE;
    const l2 = L2;
    for (let i = 0; i < w.length; ++i) w[i] -= rate * (g[i] + 2 * l2 * w[i]);
  },
  "proximal sgd"(w, g) {
    const rate = LEARNING_RATE;
    const l2 = L2;
    const t = LEARNING_RATE * L1;
    for (let i = 0; i < w.length; ++i) {
      const v = w[i] - rate * (g[i] + 2 * l2 * w[i]);
      w[i] = v > t ? v - t : v < -t ? v + t : 0;
    }
  },
  "sgd with momentum"(w, g, [b], t) {
    const rate = LEARNING_RATE;
    const l2 = L2;
    const kept = t === 1 ? 0 : MOMENTUM;
    for (let i = 0; i < w.length; ++i) {
      b[i] = kept * b[i] + g[i] + 2 * l2 * w[i];
      w[i] -= rate * b[i];
    }
  },
  adam(w, g, [m, v], t) {
    const rate = LEARNING_RATE;
    const c1 = 1 - 0.9 ** t;
    const c2 = 1 - 0.999 ** t;
    for (let i = 0; i < w.length; ++i) {
      m[i] = 0.9 * m[i] + (1 - 0.9) * g[i];
      v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i];
      w[i] -= (rate * (m[i] / c1)) / (Math.sqrt(v[i] / c2) + 1e-8);
    }
  },
  adamw(w, g, [m, v], t) {
    const rate = LEARNING_RATE;
    const factor = 1 - LEARNING_RATE * WEIGHT_DECAY;
    const c1 = 1 - 0.9 ** t;
    const c2 = 1 - 0.999 ** t;
    for (let i = 0; i < w.length; ++i) {
      m[i] = 0.9 * m[i] + (1 - 0.9) * g[i];
      v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i];
      w[i] = w[i] * factor - (rate * (m[i] / c1)) / (Math.sqrt(v[i] / c2) + 1e-8);
    }
  },
  rmsprop(w, g, [v]) {
    const rate = LEARNING_RATE;
    for (let i = 0; i < w.length; ++i) {
      v[i] = 0.99 * v[i] + (1 - 0.99) * g[i] * g[i];
      w[i] -= (rate * g[i]) / (Math.sqrt(v[i]) + 1e-8);
    }
  },
  adagrad(w, g, [s], t) {
    const rate = LEARNING_RATE;
    if (t === 1) s.fill(ACCUMULATOR);
    for (let i = 0; i < w.length; ++i) {
      s[i] += g[i] * g[i];
      w[i] -= (rate * g[i]) / (Math.sqrt(s[i]) + 1e-10);
    }
  },
  ftrl(w, g, [z, s], t) {
    const rate = LEARNING_RATE;
    const l1 = L1;
    for (let i = 0; i < w.length; ++i) {
      if (t === 1) z[i] = -w[i] / rate;
      const next = s[i] + g[i] * g[i];
      z[i] += g[i] - ((Math.sqrt(next) - Math.sqrt(s[i])) / rate) * w[i];
      s[i] = next;
      const v = z[i];
      w[i] = Math.abs(v) <= l1 ? 0 : -((v > 0 ? v - l1 : v + l1) * rate) / (1 + Math.sqrt(next));
    }
  },
};
