import type { FloatArray } from "../../index.js";
import type { ReportData } from "../ReportData.js";
import type { LambdaAxis } from "./geometry/axis.js";

/** The coefficients of one class at all lambdas, per unit, lambda after lambda; of a mix of a relaxed path and its own. */
export function mixed(data: ReportData, K: number, classAt: number, mix: number): FloatArray {
  const { lambdas, relaxed } = data;
  const p = data.sds.length;
  if (K === 1 && (relaxed === undefined || mix === 1)) return data.coefficients;
  const values = new Float64Array(lambdas.length * p);
  for (let k = 0; k < lambdas.length; ++k) {
    const at = (k * K + classAt) * p;
    const own = data.coefficients.subarray(at, at + p);
    values.set(own, k * p);
    if (relaxed === undefined || mix === 1) continue;
    for (let j = 0; j < p; ++j) values[k * p + j] = mix * own[j] + (1 - mix) * relaxed.coefficients[at + j];
  }
  return values;
}

/** The same per sd. */
export function scale(values: FloatArray, sds: ArrayLike<number>): FloatArray {
  const p = sds.length;
  const scaled = values instanceof Float32Array ? new Float32Array(values.length) : new Float64Array(values.length);
  for (let k = 0, j = 0; k < values.length; ++k, j = j + 1 === p ? 0 : j + 1) scaled[k] = values[k] * sds[j];
  return scaled;
}

/** The coefficients at any lambda, on a line between those of its neighbours. */
export function between(values: FloatArray, p: number, axis: LambdaAxis, lambda: number): Float64Array {
  const { index, share } = axis.between(lambda);
  const out = Float64Array.from(values.subarray(index * p, (index + 1) * p));
  if (share === 0) return out;
  const to = values.subarray((index + 1) * p, (index + 2) * p);
  for (let j = 0; j < p; ++j) out[j] += share * (to[j] - out[j]);
  return out;
}

/** How many are not 0 at each lambda. */
export function countKept(values: FloatArray, p: number, lambdas: number): number[] {
  return Array.from({ length: lambdas }, (_, k) => {
    let count = 0;
    for (let at = k * p; at < (k + 1) * p; ++at) if (values[at] !== 0) count += 1;
    return count;
  });
}

/** The largest size of each variable at any lambda. */
export function largestOf(values: FloatArray, p: number): Float64Array {
  const most = new Float64Array(p);
  for (let k = 0, j = 0; k < values.length; ++k, j = j + 1 === p ? 0 : j + 1) {
    const size = Math.abs(values[k]);
    if (size > most[j]) most[j] = size;
  }
  return most;
}

/** Variables by size, the largest first, those that are 0 last. Returns the order from before if that is the same. */
export function orderOf(values: Float64Array, scaled: Float64Array, before: Int32Array): Int32Array {
  const p = values.length;
  const sizes = scaled.map(Math.abs);
  const all = new Int32Array(p);
  let count = 0;
  for (let j = 0; j < p; ++j) if (values[j] !== 0) all[count++] = j;
  all.subarray(0, count).sort((a, b) => sizes[b] - sizes[a] || a - b);
  for (let j = 0; j < p; ++j) if (values[j] === 0) all[count++] = j;
  const isSame = all.length === before.length && all.every((value, k) => value === before[k]);
  return isSame ? before : all;
}

/** The least and the largest scaled coefficient, all classes and mixes together. */
export function extentOf({ coefficients, relaxed, sds }: ReportData, K: number): readonly [number, number] {
  const p = sds.length;
  let low = 0;
  let high = 0;
  for (const values of relaxed ? [coefficients, relaxed.coefficients] : [coefficients]) {
    for (let from = 0; from < values.length; from += K * p) {
      for (let k = from; k < from + K * p; ++k) {
        const value = values[k] * sds[(k - from) % p];
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  return [low, high];
}
