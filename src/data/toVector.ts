import { describe, rangeError, typeError } from "../errors.js";
import type { FloatArray } from "./FloatArray.js";

/** Everything that is accepted as y, weights, an offset and the like. */
export type VectorLike = FloatArray | readonly number[];

/** A vector of `length` finite numbers as a Float64Array: the caller's own where it is one, so only to be read. */
export function toVector(name: string, value: unknown, length: number): Float64Array {
  const vector = toFloat64(name, value);
  if (vector.length !== length) {
    throw rangeError("ERR_LENGTH", `"${name}" must have ${length} values, got ${vector.length}`);
  }
  for (let i = 0; i < length; ++i) {
    if (!Number.isFinite(vector[i]))
      throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${vector[i]} in row ${i}`);
  }
  return vector;
}

/** Numbers as a Float64Array, infinities and NaN included. */
export function toFloat64(name: string, value: unknown): Float64Array {
  if (value instanceof Float64Array) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const view = value as unknown as ArrayLike<unknown>;
    if (view.length === 0 || typeof view[0] === "number") return Float64Array.from(view as ArrayLike<number>);
  }
  if (!Array.isArray(value))
    throw typeError("ERR_TYPE", `"${name}" must be an array of numbers, got ${describe(value)}`);
  for (let i = 0; i < value.length; ++i) {
    if (typeof value[i] !== "number") {
      throw typeError("ERR_TYPE", `"${name}" must hold numbers, got ${describe(value[i])} in row ${i}`);
    }
  }
  return Float64Array.from(value as number[]);
}
