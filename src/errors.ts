/**
 * Every check of an argument, and every message. TypeError means the wrong kind of value, RangeError the wrong value;
 * both carry a stable `code`.
 */

import { type OtherNames, suggestion } from "./names/suggestion.js";

/** The stable `code` of an error that this library throws. */
export type ErrorCode =
  | "ERR_TYPE" // an argument of the wrong kind
  | "ERR_VALUE" // an argument of the right kind with a value that is not allowed
  | "ERR_LENGTH" // lengths or shapes that do not fit together
  | "ERR_DTYPE" // Float64Array and Float32Array mixed
  | "ERR_OVERLAP" // buffers that overlap in part
  | "ERR_OPTION" // an option that does not exist
  | "ERR_NOT_FINITE" // NaN or an infinity where only numbers will do
  | "ERR_MEMORY" // more memory than there can be
  | "ERR_BACKEND" // WebAssembly asked for where it cannot run
  | "ERR_CLOSED" // an executor that was closed
  | "ERR_WORKER" // workers that died
  | "ERR_JOB" // a job of a queue that failed as often as it may
  | "ERR_RANK" // least squares without a unique solution
  | "ERR_PEER"; // a package that need not be installed is not

/** The errors that were made here. */
const own = new WeakSet<Error>();

export function typeError(code: ErrorCode, message: string): TypeError & { code: ErrorCode } {
  const error = Object.assign(new TypeError(message), { code });
  own.add(error);
  return error;
}

export function rangeError(code: ErrorCode, message: string): RangeError & { code: ErrorCode } {
  const error = Object.assign(new RangeError(message), { code });
  own.add(error);
  return error;
}

/** What is wrong with no argument. */
export function stateError(code: ErrorCode, message: string, cause?: unknown): Error & { code: ErrorCode } {
  return Object.assign(new Error(message), { code }, cause !== undefined && { cause });
}

/**
 * What `read` returns, which looks into something of the caller's. Getters, proxies, iterators and other packages' methods may throw
 * there: that is a TypeError of the argument, with theirs as its cause.
 */
export function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(what, error);
  }
}

/** What to throw in place of an error that came of looking into something of the caller's: a TypeError, or one of ours as it is. */
export function unreadable(what: string, error: unknown): unknown {
  if (own.has(error as Error)) return error;
  return Object.assign(typeError("ERR_TYPE", `${what} must be readable, got ${messageOf(error)}`), { cause: error });
}

/** The message of what was thrown, of another realm's errors too, which are no instances of this one's Error. */
export function messageOf(error: unknown): string {
  try {
    const { message } = error as Error;
    return typeof message === "string" ? message : describe(error);
  } catch {
    return describe(error);
  }
}

/**
 * The error of one part of a call, with the part's name before its message, and rows of the part as rows of the call where `rows` lists
 * these. One that is not of this library is a fault in it, and thrown.
 */
export function named(part: string, error: unknown, rows?: Int32Array): Error {
  const { code, message } = error as Error & { code?: ErrorCode };
  if (code === undefined) throw error;
  const make = error instanceof TypeError ? typeError : rangeError;
  const placed = rows ? message.replace(/ in row (\d+)/, (_, row) => ` in row ${rows[row]}`) : message;
  return make(code, `${part}: ${placed}`);
}

/** The error of rows of which the first is `from` in the call: one of ours names its row so. */
export function inRowsFrom(from: number, error: unknown): unknown {
  if (own.has(error as Error)) {
    const refused = error as Error;
    refused.message = refused.message.replace(/ in row (\d+)/, (_, row) => ` in row ${from + Number(row)}`);
  }
  return error;
}

/** How a message names a value that was not expected. Never throws, whatever looking at the value does. */
export function describe(value: unknown): string {
  try {
    return nameOf(value);
  } catch {
    return "an object that cannot be read";
  }
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  // Its length cannot be read.
  if (value instanceof Object.getPrototypeOf(Int8Array) && !ArrayBuffer.isView(value)) return "a proxy of an array";
  const kind = kindOf(value);
  const maker = kind === "Object" && value.constructor?.name;
  const name = ((typeof maker === "string" && maker) || kind).slice(0, 40);
  if (isGone(value)) return `a detached ${name}`;
  const length = (value as { length?: unknown }).length;
  return typeof length === "number" ? `${name}(${length})` : `an ${name}`.replace(/^an (?![AEIOU])/, "a ");
}

/** What a value's tag says that it is. Throws for a revoked proxy. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** Whether a value is an object of names, a class's or a module's too: no list, Map, Date or promise, whose names say nothing of what they hold. */
export function isRecord(value: unknown): value is object {
  try {
    // Most are plain, and kernels that are done in 100 ns are behind this.
    return (value as object | null)?.constructor === Object || /^(Object|Module)$/.test(kindOf(value));
  } catch {
    // Who reads it finds out.
    return true;
  }
}

const typedArray = Object.getPrototypeOf(Int8Array.prototype) as Int8Array;
const tagOf = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)?.get as () => string | undefined;

/** The name of a typed array's type, of any realm. Undefined for all else: proxies, and what only calls itself so. */
export function typedArrayName(value: unknown): string | undefined {
  return tagOf.call(value);
}

export function isFloat64(value: unknown): value is Float64Array {
  return typedArrayName(value) === "Float64Array";
}

export function isFloat32(value: unknown): value is Float32Array {
  return typedArrayName(value) === "Float32Array";
}

/** Whether a typed array has lost its memory: the buffer was transferred, or shrunk to less than where the array lies. */
export function isGone(value: unknown): boolean {
  if (typedArrayName(value) === undefined || (value as Int8Array).length !== 0) return false;
  try {
    typedArray.keys.call(value as Int8Array);
    return false;
  } catch {
    return true;
  }
}

/** `Array.isArray`, which throws for a revoked proxy. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

export function checkFloatArray(name: string, value: unknown): asserts value is Float64Array | Float32Array {
  if (!isFloat64(value) && !isFloat32(value)) {
    throw typeError("ERR_TYPE", `"${name}" must be a Float64Array or a Float32Array, got ${describe(value)}`);
  }
  if (value.length === 0 && isGone(value)) {
    throw rangeError("ERR_LENGTH", `"${name}" must have its memory, got ${describe(value)}`);
  }
}

/** Checks a second array operand: the dtype and the length of the first. */
export function checkMatching(
  name: string,
  value: unknown,
  firstName: string,
  first: Float64Array | Float32Array,
): void {
  checkFloatArray(name, value);
  if (isFloat64(value) !== isFloat64(first)) {
    throw typeError(
      "ERR_DTYPE",
      `"${name}" must be a ${isFloat64(first) ? "Float64Array" : "Float32Array"} like "${firstName}", got ${describe(value)}`,
    );
  }
  checkLength(name, value, first.length);
}

export function checkLength(name: string, value: { readonly length: number }, length: number): void {
  if (value.length !== length) {
    throw rangeError("ERR_LENGTH", `"${name}" must have ${length} values, got ${describe(value.length)}`);
  }
}

/** Refuses a written operand that starts `distance` elements from another of the same length n, and so overlaps it in part. */
export function checkDistance(name: string, otherName: string, distance: number, n: number): void {
  if (distance === 0 || Math.abs(distance) >= n) return;
  throw rangeError("ERR_OVERLAP", `"${name}" must be "${otherName}" itself or not overlap it, got a partial overlap`);
}

export function checkNumber(name: string, value: unknown): asserts value is number {
  if (typeof value !== "number") throw typeError("ERR_TYPE", `"${name}" must be a number, got ${describe(value)}`);
}

/** A number that may be infinite but not NaN. */
export function checkNotNaN(name: string, value: unknown): asserts value is number {
  checkNumber(name, value);
  if (value !== value) throw rangeError("ERR_VALUE", `"${name}" must be a number, got NaN`);
}

export function checkFinite(name: string, value: unknown): asserts value is number {
  checkNumber(name, value);
  if (!Number.isFinite(value)) throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${value}`);
}

/** Thresholds, penalties and step sizes: at least 0, infinity allowed. */
export function checkNonNegative(name: string, value: unknown): asserts value is number {
  checkNumber(name, value);
  if (!(value >= 0)) throw rangeError("ERR_VALUE", `"${name}" must be at least 0, got ${value}`);
}

export function checkPositive(name: string, value: unknown): asserts value is number {
  checkNumber(name, value);
  if (!(value > 0)) throw rangeError("ERR_VALUE", `"${name}" must be positive, got ${value}`);
  checkFinite(name, value);
}

export function checkBetween(name: string, value: unknown, low: number, high: number): asserts value is number {
  checkNumber(name, value);
  if (!(value >= low && value <= high)) {
    throw rangeError("ERR_VALUE", `"${name}" must be between ${low} and ${high}, got ${value}`);
  }
}

export function checkInteger(
  name: string,
  value: unknown,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  checkNumber(name, value);
  if (!Number.isInteger(value) || value < low || value > high) {
    const range = high === Number.MAX_SAFE_INTEGER ? `at least ${low}` : `between ${low} and ${high}`;
    const expected = low === high ? low : `a whole number ${range}`;
    throw rangeError("ERR_VALUE", `"${name}" must be ${expected}, got ${value}`);
  }
}

export function checkBoolean(name: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") {
    throw typeError("ERR_TYPE", `"${name}" must be true or false, got ${describe(value)}`);
  }
}

/** The name of a column of a table. */
export function checkName(option: string, name: unknown): asserts name is string {
  if (typeof name === "string") return;
  throw typeError("ERR_TYPE", `"${option}" must be the name of a column, got ${describe(name)}`);
}

export function checkChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): asserts value is T {
  if (isOneOf(value, choices)) return;
  const expected = `"${name}" must be ${choices.map((choice) => `"${choice}"`).join(" or ")}, got ${describe(value)}`;
  throw typeof value === "string" ? rangeError("ERR_VALUE", expected) : typeError("ERR_TYPE", expected);
}

/** A plain loop: `includes` takes several times as long, on the way to kernels that are done in 100 ns. */
function isOneOf(value: unknown, choices: readonly string[]): boolean {
  for (let k = 0; k < choices.length; ++k) if (choices[k] === value) return true;
  return false;
}

/**
 * Checks that `options` is an object and has no names but the known ones. An option that is undefined is as good as absent, whatever its name.
 *
 * @param elsewhere - What other libraries call them.
 */
export function checkOptions(
  owner: string,
  options: unknown,
  known: readonly string[],
  elsewhere: OtherNames = {},
): void {
  try {
    if (!isRecord(options)) {
      throw typeError("ERR_TYPE", `the options of ${owner} must be an object, got ${describe(options)}`);
    }
    for (const name in options) {
      // All are read, for what a getter may throw.
      const value = (options as Record<string, unknown>)[name];
      if (value === undefined || isOneOf(name, known)) continue;
      const more = suggestion(owner, name, known, elsewhere);
      throw typeError("ERR_OPTION", `${owner} has no option ${describe(name)}${more}`);
    }
  } catch (error) {
    throw unreadable(`the options of ${owner}`, error);
  }
}

/** Options whose names are still to be checked, but which can be read; none where they are no object. */
export function readable<T extends object>(owner: string, options: T): T {
  return reading(`the options of ${owner}`, () => {
    const object = Object(options) as T;
    // Read for what a getter may throw.
    for (const name in object) object[name];
    return object;
  });
}
