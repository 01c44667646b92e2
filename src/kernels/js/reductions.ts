import { blockLength32, blockLength64 } from "./vector.js";

const { abs, fround, max } = Math;

// The partial sums s0, s1, ... are the lanes of the WASM kernel's four accumulators, and combine in its order.

export function dot64(n: number, x: Float64Array, xOffset: number, y: Float64Array, yOffset: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  const shift = yOffset - xOffset;
  const end = xOffset + n;
  let i = xOffset;
  for (const blockEnd = xOffset + blockLength64(n); i < blockEnd; i += 8) {
    const k = i + shift;
    s0 += x[i] * y[k];
    s1 += x[i + 1] * y[k + 1];
    s2 += x[i + 2] * y[k + 2];
    s3 += x[i + 3] * y[k + 3];
    s4 += x[i + 4] * y[k + 4];
    s5 += x[i + 5] * y[k + 5];
    s6 += x[i + 6] * y[k + 6];
    s7 += x[i + 7] * y[k + 7];
  }
  let sum = s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
  for (; i < end; ++i) sum += x[i] * y[i + shift];
  return sum;
}

export function dot32(n: number, x: Float32Array, xOffset: number, y: Float32Array, yOffset: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let s8 = 0;
  let s9 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s14 = 0;
  let s15 = 0;
  const shift = yOffset - xOffset;
  const end = xOffset + n;
  let i = xOffset;
  for (const blockEnd = xOffset + blockLength32(n); i < blockEnd; i += 16) {
    const k = i + shift;
    s0 = fround(s0 + fround(x[i] * y[k]));
    s1 = fround(s1 + fround(x[i + 1] * y[k + 1]));
    s2 = fround(s2 + fround(x[i + 2] * y[k + 2]));
    s3 = fround(s3 + fround(x[i + 3] * y[k + 3]));
    s4 = fround(s4 + fround(x[i + 4] * y[k + 4]));
    s5 = fround(s5 + fround(x[i + 5] * y[k + 5]));
    s6 = fround(s6 + fround(x[i + 6] * y[k + 6]));
    s7 = fround(s7 + fround(x[i + 7] * y[k + 7]));
    s8 = fround(s8 + fround(x[i + 8] * y[k + 8]));
    s9 = fround(s9 + fround(x[i + 9] * y[k + 9]));
    s10 = fround(s10 + fround(x[i + 10] * y[k + 10]));
    s11 = fround(s11 + fround(x[i + 11] * y[k + 11]));
    s12 = fround(s12 + fround(x[i + 12] * y[k + 12]));
    s13 = fround(s13 + fround(x[i + 13] * y[k + 13]));
    s14 = fround(s14 + fround(x[i + 14] * y[k + 14]));
    s15 = fround(s15 + fround(x[i + 15] * y[k + 15]));
  }
  let sum = fround(
    fround(fround(fround(s0 + s4) + fround(s8 + s12)) + fround(fround(s1 + s5) + fround(s9 + s13))) +
      fround(fround(fround(s2 + s6) + fround(s10 + s14)) + fround(fround(s3 + s7) + fround(s11 + s15))),
  );
  for (; i < end; ++i) sum = fround(sum + fround(x[i] * y[i + shift]));
  return sum;
}

export function axpy64(n: number, a: number, x: Float64Array, xOffset: number, y: Float64Array, yOffset: number): void {
  for (let i = 0; i < n; ++i) y[yOffset + i] += a * x[xOffset + i];
}

export function axpy32(n: number, a: number, x: Float32Array, xOffset: number, y: Float32Array, yOffset: number): void {
  for (let i = 0; i < n; ++i) y[yOffset + i] += fround(a * x[xOffset + i]);
}

export function asum64(n: number, x: Float64Array, xOffset: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  const end = xOffset + n;
  let i = xOffset;
  for (const blockEnd = xOffset + blockLength64(n); i < blockEnd; i += 8) {
    s0 += abs(x[i]);
    s1 += abs(x[i + 1]);
    s2 += abs(x[i + 2]);
    s3 += abs(x[i + 3]);
    s4 += abs(x[i + 4]);
    s5 += abs(x[i + 5]);
    s6 += abs(x[i + 6]);
    s7 += abs(x[i + 7]);
  }
  let sum = s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
  for (; i < end; ++i) sum += abs(x[i]);
  return sum;
}

export function asum32(n: number, x: Float32Array, xOffset: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let s8 = 0;
  let s9 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s14 = 0;
  let s15 = 0;
  const end = xOffset + n;
  let i = xOffset;
  for (const blockEnd = xOffset + blockLength32(n); i < blockEnd; i += 16) {
    s0 = fround(s0 + abs(x[i]));
    s1 = fround(s1 + abs(x[i + 1]));
    s2 = fround(s2 + abs(x[i + 2]));
    s3 = fround(s3 + abs(x[i + 3]));
    s4 = fround(s4 + abs(x[i + 4]));
    s5 = fround(s5 + abs(x[i + 5]));
    s6 = fround(s6 + abs(x[i + 6]));
    s7 = fround(s7 + abs(x[i + 7]));
    s8 = fround(s8 + abs(x[i + 8]));
    s9 = fround(s9 + abs(x[i + 9]));
    s10 = fround(s10 + abs(x[i + 10]));
    s11 = fround(s11 + abs(x[i + 11]));
    s12 = fround(s12 + abs(x[i + 12]));
    s13 = fround(s13 + abs(x[i + 13]));
    s14 = fround(s14 + abs(x[i + 14]));
    s15 = fround(s15 + abs(x[i + 15]));
  }
  let sum = fround(
    fround(fround(fround(s0 + s4) + fround(s8 + s12)) + fround(fround(s1 + s5) + fround(s9 + s13))) +
      fround(fround(fround(s2 + s6) + fround(s10 + s14)) + fround(fround(s3 + s7) + fround(s11 + s15))),
  );
  for (; i < end; ++i) sum = fround(sum + abs(x[i]));
  return sum;
}

export function sumSquares64(n: number, x: Float64Array, xOffset: number): number {
  return dot64(n, x, xOffset, x, xOffset);
}

export function sumSquares32(n: number, x: Float32Array, xOffset: number): number {
  return dot32(n, x, xOffset, x, xOffset);
}

export function absMax64(n: number, x: Float64Array, xOffset: number): number {
  let a = 0;
  let b = 0;
  const end = xOffset + n;
  let i = xOffset;
  for (; i + 2 <= end; i += 2) {
    a = max(a, abs(x[i]));
    b = max(b, abs(x[i + 1]));
  }
  if (i < end) a = max(a, abs(x[i]));
  return max(a, b);
}

export function absMax32(n: number, x: Float32Array, xOffset: number): number {
  let a = 0;
  let b = 0;
  const end = xOffset + n;
  let i = xOffset;
  for (; i + 2 <= end; i += 2) {
    a = max(a, abs(x[i]));
    b = max(b, abs(x[i + 1]));
  }
  if (i < end) a = max(a, abs(x[i]));
  return max(a, b);
}

/** strength·amount, where no strength or no amount costs nothing even if the other is infinite */
function cost(strength: number, amount: number): number {
  return amount === 0 || (strength === 0 && amount === amount) ? 0 : strength * amount;
}

export function penalty64(n: number, x: Float64Array, xOffset: number, l1: number, l2: number): number {
  return cost(l1, asum64(n, x, xOffset)) + cost(l2, sumSquares64(n, x, xOffset));
}

export function penalty32(n: number, x: Float32Array, xOffset: number, l1: number, l2: number): number {
  return fround(fround(cost(l1, asum32(n, x, xOffset))) + fround(cost(l2, sumSquares32(n, x, xOffset))));
}
