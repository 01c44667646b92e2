import { blockLength32, blockLength64 } from "./vector.js";

const { abs, fround, max } = Math;

// The partial sums s0, s1, ... are the lanes of the WASM kernel's four accumulators, and combine in its order.

/** Σ x·y */
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

/** {@link dot64} in single precision: rounds after every operation; scalars are already rounded. */
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

/** y ← y + a·x */
export function axpy64(n: number, a: number, x: Float64Array, xOffset: number, y: Float64Array, yOffset: number): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = xOffset + i;
    const m = yOffset + i;
    const v0 = y[m] + a * x[k];
    const v1 = y[m + 1] + a * x[k + 1];
    const v2 = y[m + 2] + a * x[k + 2];
    const v3 = y[m + 3] + a * x[k + 3];
    y[m] = v0;
    y[m + 1] = v1;
    y[m + 2] = v2;
    y[m + 3] = v3;
  }
  for (; i < n; ++i) y[yOffset + i] += a * x[xOffset + i];
}

/** {@link axpy64} in single precision: rounds after every operation; scalars are already rounded. */
export function axpy32(n: number, a: number, x: Float32Array, xOffset: number, y: Float32Array, yOffset: number): void {
  let i = 0;
  for (const quadEnd = n - (n % 4); i < quadEnd; i += 4) {
    const k = xOffset + i;
    const m = yOffset + i;
    const v0 = y[m] + fround(a * x[k]);
    const v1 = y[m + 1] + fround(a * x[k + 1]);
    const v2 = y[m + 2] + fround(a * x[k + 2]);
    const v3 = y[m + 3] + fround(a * x[k + 3]);
    y[m] = v0;
    y[m + 1] = v1;
    y[m + 2] = v2;
    y[m + 3] = v3;
  }
  for (; i < n; ++i) y[yOffset + i] += fround(a * x[xOffset + i]);
}

/** Σ|x| */
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

/** {@link asum64} in single precision: rounds after every operation; scalars are already rounded. */
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

/** Σ x² */
export function sumSquares64(n: number, x: Float64Array, xOffset: number): number {
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
    const v0 = x[i];
    const v1 = x[i + 1];
    const v2 = x[i + 2];
    const v3 = x[i + 3];
    const v4 = x[i + 4];
    const v5 = x[i + 5];
    const v6 = x[i + 6];
    const v7 = x[i + 7];
    s0 += v0 * v0;
    s1 += v1 * v1;
    s2 += v2 * v2;
    s3 += v3 * v3;
    s4 += v4 * v4;
    s5 += v5 * v5;
    s6 += v6 * v6;
    s7 += v7 * v7;
  }
  let sum = s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
  for (; i < end; ++i) sum += x[i] * x[i];
  return sum;
}

/** {@link sumSquares64} in single precision: rounds after every operation; scalars are already rounded. */
export function sumSquares32(n: number, x: Float32Array, xOffset: number): number {
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
    const v0 = x[i];
    const v1 = x[i + 1];
    const v2 = x[i + 2];
    const v3 = x[i + 3];
    const v4 = x[i + 4];
    const v5 = x[i + 5];
    const v6 = x[i + 6];
    const v7 = x[i + 7];
    const v8 = x[i + 8];
    const v9 = x[i + 9];
    const v10 = x[i + 10];
    const v11 = x[i + 11];
    const v12 = x[i + 12];
    const v13 = x[i + 13];
    const v14 = x[i + 14];
    const v15 = x[i + 15];
    s0 = fround(s0 + fround(v0 * v0));
    s1 = fround(s1 + fround(v1 * v1));
    s2 = fround(s2 + fround(v2 * v2));
    s3 = fround(s3 + fround(v3 * v3));
    s4 = fround(s4 + fround(v4 * v4));
    s5 = fround(s5 + fround(v5 * v5));
    s6 = fround(s6 + fround(v6 * v6));
    s7 = fround(s7 + fround(v7 * v7));
    s8 = fround(s8 + fround(v8 * v8));
    s9 = fround(s9 + fround(v9 * v9));
    s10 = fround(s10 + fround(v10 * v10));
    s11 = fround(s11 + fround(v11 * v11));
    s12 = fround(s12 + fround(v12 * v12));
    s13 = fround(s13 + fround(v13 * v13));
    s14 = fround(s14 + fround(v14 * v14));
    s15 = fround(s15 + fround(v15 * v15));
  }
  let sum = fround(
    fround(fround(fround(s0 + s4) + fround(s8 + s12)) + fround(fround(s1 + s5) + fround(s9 + s13))) +
      fround(fround(fround(s2 + s6) + fround(s10 + s14)) + fround(fround(s3 + s7) + fround(s11 + s15))),
  );
  for (; i < end; ++i) sum = fround(sum + fround(x[i] * x[i]));
  return sum;
}

/** max|x|, NaN if any is NaN, 0 if there is none */
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

/** {@link absMax64} in single precision: rounds after every operation; scalars are already rounded. */
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

/** l1·Σ|x| + l2·Σx², 0·∞ counting as 0 */
export function penalty64(n: number, x: Float64Array, xOffset: number, l1: number, l2: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  let q4 = 0;
  let q5 = 0;
  let q6 = 0;
  let q7 = 0;
  const end = xOffset + n;
  let i = xOffset;
  for (const blockEnd = xOffset + blockLength64(n); i < blockEnd; i += 8) {
    let v = x[i];
    s0 += abs(v);
    q0 += v * v;
    v = x[i + 1];
    s1 += abs(v);
    q1 += v * v;
    v = x[i + 2];
    s2 += abs(v);
    q2 += v * v;
    v = x[i + 3];
    s3 += abs(v);
    q3 += v * v;
    v = x[i + 4];
    s4 += abs(v);
    q4 += v * v;
    v = x[i + 5];
    s5 += abs(v);
    q5 += v * v;
    v = x[i + 6];
    s6 += abs(v);
    q6 += v * v;
    v = x[i + 7];
    s7 += abs(v);
    q7 += v * v;
  }
  let sum = s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
  let squares = q0 + q2 + (q4 + q6) + (q1 + q3 + (q5 + q7));
  for (; i < end; ++i) {
    sum += abs(x[i]);
    squares += x[i] * x[i];
  }
  return cost(l1, sum) + cost(l2, squares);
}

/** {@link penalty64} in single precision: rounds after every operation; scalars are already rounded. */
export function penalty32(n: number, x: Float32Array, xOffset: number, l1: number, l2: number): number {
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
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  let q4 = 0;
  let q5 = 0;
  let q6 = 0;
  let q7 = 0;
  let q8 = 0;
  let q9 = 0;
  let q10 = 0;
  let q11 = 0;
  let q12 = 0;
  let q13 = 0;
  let q14 = 0;
  let q15 = 0;
  const end = xOffset + n;
  let i = xOffset;
  for (const blockEnd = xOffset + blockLength32(n); i < blockEnd; i += 16) {
    let v = x[i];
    s0 = fround(s0 + abs(v));
    q0 = fround(q0 + fround(v * v));
    v = x[i + 1];
    s1 = fround(s1 + abs(v));
    q1 = fround(q1 + fround(v * v));
    v = x[i + 2];
    s2 = fround(s2 + abs(v));
    q2 = fround(q2 + fround(v * v));
    v = x[i + 3];
    s3 = fround(s3 + abs(v));
    q3 = fround(q3 + fround(v * v));
    v = x[i + 4];
    s4 = fround(s4 + abs(v));
    q4 = fround(q4 + fround(v * v));
    v = x[i + 5];
    s5 = fround(s5 + abs(v));
    q5 = fround(q5 + fround(v * v));
    v = x[i + 6];
    s6 = fround(s6 + abs(v));
    q6 = fround(q6 + fround(v * v));
    v = x[i + 7];
    s7 = fround(s7 + abs(v));
    q7 = fround(q7 + fround(v * v));
    v = x[i + 8];
    s8 = fround(s8 + abs(v));
    q8 = fround(q8 + fround(v * v));
    v = x[i + 9];
    s9 = fround(s9 + abs(v));
    q9 = fround(q9 + fround(v * v));
    v = x[i + 10];
    s10 = fround(s10 + abs(v));
    q10 = fround(q10 + fround(v * v));
    v = x[i + 11];
    s11 = fround(s11 + abs(v));
    q11 = fround(q11 + fround(v * v));
    v = x[i + 12];
    s12 = fround(s12 + abs(v));
    q12 = fround(q12 + fround(v * v));
    v = x[i + 13];
    s13 = fround(s13 + abs(v));
    q13 = fround(q13 + fround(v * v));
    v = x[i + 14];
    s14 = fround(s14 + abs(v));
    q14 = fround(q14 + fround(v * v));
    v = x[i + 15];
    s15 = fround(s15 + abs(v));
    q15 = fround(q15 + fround(v * v));
  }
  let sum = fround(
    fround(fround(fround(s0 + s4) + fround(s8 + s12)) + fround(fround(s1 + s5) + fround(s9 + s13))) +
      fround(fround(fround(s2 + s6) + fround(s10 + s14)) + fround(fround(s3 + s7) + fround(s11 + s15))),
  );
  let squares = fround(
    fround(fround(fround(q0 + q4) + fround(q8 + q12)) + fround(fround(q1 + q5) + fround(q9 + q13))) +
      fround(fround(fround(q2 + q6) + fround(q10 + q14)) + fround(fround(q3 + q7) + fround(q11 + q15))),
  );
  for (; i < end; ++i) {
    sum = fround(sum + abs(x[i]));
    squares = fround(squares + fround(x[i] * x[i]));
  }
  return fround(fround(cost(l1, sum)) + fround(cost(l2, squares)));
}
