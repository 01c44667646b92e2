import { checkLength, describe, isArray, isGone, rangeError, reading, typedArrayName, typeError } from "../errors.js";
import type { FloatArray } from "./FloatArray.js";

/** Everything that is accepted as y, weights, an offset and the like. */
export type VectorLike = FloatArray | readonly number[];

/** A copy of `length` finite numbers, which nothing that the caller does later can change. */
export function toVector(name: string, value: unknown, length: number): Float64Array {
  const vector = toNumbers(name, value, length);
  for (let i = 0; i < length; ++i) {
    if (!Number.isFinite(vector[i]))
      throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${vector[i]} in row ${i}`);
  }
  return vector;
}

/** A copy of `length` numbers, infinities and NaN included. */
export function toNumbers(name: string, value: unknown, length: number): Float64Array {
  checkList(name, value);
  return reading(`"${name}"`, () => {
    checkLength(name, value, length);
    return copy(name, value, length);
  });
}

/** Numbers as a Float64Array, infinities and NaN included: the caller's own where it is one, so only to be read. */
export function toFloat64(name: string, value: unknown): Float64Array {
  if (isPlain(value, Float64Array)) return value;
  checkList(name, value);
  return reading(`"${name}"`, () => copy(name, value, value.length));
}

/** Whether a value is a typed array as they come, with memory, and with no methods or length of its own. */
export function isPlain<T extends object>(value: unknown, Type: { readonly name: string; prototype: T }): value is T {
  return (
    typedArrayName(value) === Type.name &&
    Object.getPrototypeOf(value) === Type.prototype &&
    !Object.hasOwn(value as object, "length") &&
    !Object.hasOwn(value as object, "constructor") &&
    !isGone(value)
  );
}

/** Arrays, and typed arrays of all but bigints. */
function checkList(name: string, value: unknown): asserts value is ArrayLike<unknown> {
  const kind = typedArrayName(value);
  if (kind === undefined ? !isArray(value) : kind.startsWith("Big")) {
    throw typeError("ERR_TYPE", `"${name}" must be an array of numbers, got ${describe(value)}`);
  }
  if (isGone(value)) throw rangeError("ERR_LENGTH", `"${name}" must have its memory, got ${describe(value)}`);
}

function copy(name: string, value: ArrayLike<unknown>, length: number): Float64Array {
  if (typedArrayName(value) !== undefined) {
    const vector = new Float64Array(value as ArrayLike<number>);
    checkLength(name, vector, length);
    return vector;
  }
  const checked = (i: number): number => {
    const one = value[i];
    if (typeof one === "number") return one;
    throw typeError("ERR_TYPE", `"${name}" must hold numbers, got ${describe(one)} in row ${i}`);
  };
  // Before there is room for all: an array may be long and have nothing in it.
  if (length > 0) checked(0);
  const vector = new Float64Array(length);
  for (let i = 0; i < length; ++i) vector[i] = checked(i);
  return vector;
}
