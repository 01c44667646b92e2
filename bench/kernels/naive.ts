/** The loops that a user would write, one per kernel and called from one place each, so that every one is compiled for its own types. */

export function softThreshold(x: Float64Array, t: number, out: Float64Array): void {
  for (let i = 0; i < x.length; ++i) out[i] = x[i] > t ? x[i] - t : x[i] < -t ? x[i] + t : 0;
}

export function decay(x: Float64Array, factor: number, out: Float64Array): void {
  for (let i = 0; i < x.length; ++i) out[i] = x[i] * factor;
}

export function elasticNetProx(x: Float64Array, l1: number, l2: number, stepSize: number, out: Float64Array): void {
  const t = stepSize * l1;
  const scale = 1 / (1 + 2 * stepSize * l2);
  for (let i = 0; i < x.length; ++i) out[i] = (x[i] > t ? x[i] - t : x[i] < -t ? x[i] + t : 0) * scale;
}

export function proximalStep(w: Float64Array, g: Float64Array, learningRate: number, l1: number, l2: number): void {
  const t = learningRate * l1;
  const factor = 1 - 2 * learningRate * l2;
  for (let i = 0; i < w.length; ++i) {
    const v = w[i] * factor - learningRate * g[i];
    w[i] = v > t ? v - t : v < -t ? v + t : 0;
  }
}

export function subgradientStep(w: Float64Array, g: Float64Array, learningRate: number, l1: number, l2: number): void {
  const t = learningRate * l1;
  const factor = 1 - 2 * learningRate * l2;
  for (let i = 0; i < w.length; ++i) w[i] = w[i] * factor - learningRate * g[i] - t * Math.sign(w[i]);
}

export function axpy(a: number, x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; ++i) y[i] += a * x[i];
}

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; ++i) sum += x[i] * y[i];
  return sum;
}

export function asum(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; ++i) sum += Math.abs(x[i]);
  return sum;
}

export function sumSquares(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; ++i) sum += x[i] * x[i];
  return sum;
}

export function absMax(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; ++i) {
    const magnitude = Math.abs(x[i]);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

export function penalty(w: Float64Array, l1: number, l2: number): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < w.length; ++i) {
    sum += Math.abs(w[i]);
    squares += w[i] * w[i];
  }
  return l1 * sum + l2 * squares;
}
