/** The loops that one would write, for either dtype: a module for each, as the engine makes slower loops of those that have seen both. */

// biome-ignore lint/suspicious/noExplicitAny: Float64Array or Float32Array, as users write it
type Floats = any;

/** A call on x, y and out; what it returns is a number, or beside the point. */
export type Call = (x: Floats, y: Floats, out: Floats) => unknown;

export const loops: Record<string, Call> = {
  softThreshold(x, _, out) {
    const t = 1 / 3;
    for (let i = 0; i < x.length; ++i) out[i] = x[i] > t ? x[i] - t : x[i] < -t ? x[i] + t : 0;
  },
  gradientStep(x, _, w) {
    const t = 0.1 * 0.5;
    const factor = 1 - 2 * 0.1 * 0.5;
    for (let i = 0; i < w.length; ++i) {
      const v = w[i] * factor - 0.1 * x[i];
      w[i] = v > t ? v - t : v < -t ? v + t : 0;
    }
  },
  subgradientStep(x, _, w) {
    const t = 0.1 * 0.5;
    const factor = 1 - 2 * 0.1 * 0.5;
    for (let i = 0; i < w.length; ++i) w[i] = w[i] * factor - 0.1 * x[i] - t * Math.sign(w[i]);
  },
  elasticNetProx(x, _, out) {
    const t = 0.5 * 0.5;
    const scale = 1 / (1 + 2 * 0.5 * 0.25);
    for (let i = 0; i < x.length; ++i) out[i] = (x[i] > t ? x[i] - t : x[i] < -t ? x[i] + t : 0) * scale;
  },
  decay(x, _, out) {
    for (let i = 0; i < x.length; ++i) out[i] = x[i] * 0.98;
  },
  axpy(x, _, y) {
    for (let i = 0; i < x.length; ++i) y[i] += 1e-3 * x[i];
  },
  dot(x, y) {
    let sum = 0;
    for (let i = 0; i < x.length; ++i) sum += x[i] * y[i];
    return sum;
  },
  asum(x) {
    let sum = 0;
    for (let i = 0; i < x.length; ++i) sum += Math.abs(x[i]);
    return sum;
  },
  sumSquares(x) {
    let sum = 0;
    for (let i = 0; i < x.length; ++i) sum += x[i] * x[i];
    return sum;
  },
  absMax(x) {
    let largest = 0;
    for (let i = 0; i < x.length; ++i) {
      const magnitude = Math.abs(x[i]);
      if (magnitude > largest) largest = magnitude;
    }
    return largest;
  },
  penalty(x) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < x.length; ++i) {
      sum += Math.abs(x[i]);
      squares += x[i] * x[i];
    }
    return 0.5 * sum + 0.25 * squares;
  },
};
