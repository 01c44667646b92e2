import { fromNumberJSON, type NumberJSON, numberJSON } from "../arithmetic/numberJSON.js";
import type { FloatArray } from "../data/FloatArray.js";
import { checkInteger, describe, isFloat32, isFloat64, kindOf, rangeError, reading, typeError } from "../errors.js";

/** What an optimiser keeps between steps. Arrays are in the order of the parameters' elements, and of their dtype. */
export interface OptimizerState {
  version: number;
  kind: string;
  step: number;
  /** Per parameter, its arrays and numbers by name. */
  parameters: Record<string, FloatArray | number>[];
}

/** The same as JSON. */
export interface OptimizerStateJSON {
  version: number;
  kind: string;
  step: number;
  parameters: Record<string, { dtype: "float64" | "float32"; values: NumberJSON[] } | NumberJSON>[];
}

export const VERSION = 1;
const MAGIC = 0x534c4752; // "RGLS" in little-endian order

const isFloatArray = (value: unknown): value is FloatArray => isFloat64(value) || isFloat32(value);
const dtypeOf = (array: FloatArray): "float64" | "float32" => (isFloat64(array) ? "float64" : "float32");

/** Every array of a state made into something else. */
function mapState<T>(state: OptimizerState, map: (array: FloatArray) => T) {
  const { version, kind, step, parameters } = state;
  return {
    version,
    kind,
    step,
    parameters: parameters.map((entries) =>
      Object.fromEntries(
        Object.entries(entries).map(([name, value]) => [name, isFloatArray(value) ? map(value) : numberJSON(value)]),
      ),
    ),
  };
}

export function jsonOf(state: OptimizerState): OptimizerStateJSON {
  return mapState(state, (array) => ({ dtype: dtypeOf(array), values: Array.from(array, numberJSON) }));
}

/** Magic number, length of the header, header (JSON with the arrays' lengths), then each array, all at multiples of eight bytes. */
export function toBytes(state: OptimizerState): Uint8Array {
  const arrays: FloatArray[] = [];
  const header = mapState(state, (array) => {
    arrays.push(array);
    return { dtype: dtypeOf(array), length: array.length };
  });
  const text = new TextEncoder().encode(JSON.stringify(header));
  let end = padded(8 + text.length);
  const offsets = arrays.map(({ byteLength }) => {
    const start = end;
    end = padded(end + byteLength);
    return start;
  });
  const bytes = new Uint8Array(end);
  new Uint32Array(bytes.buffer, 0, 2).set([MAGIC, text.length]);
  bytes.set(text, 8);
  arrays.forEach((array, k) => {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offsets[k]);
  });
  return bytes;
}

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
const malformed = (what: string): RangeError =>
  rangeError("ERR_VALUE", `"state" must be what an optimiser gave, got ${what}`);

function fromBytes(bytes: Uint8Array): unknown {
  // A copy, so that every array is aligned. Node's Buffer has a slice that makes none.
  const { buffer, byteLength } = new Uint8Array(bytes);
  if (byteLength < 8 || new Uint32Array(buffer, 0, 1)[0] !== MAGIC) throw malformed("other bytes");
  const length = new Uint32Array(buffer, 4, 1)[0];
  let end = padded(8 + length);
  if (end > byteLength) throw malformed("bytes that are cut short");
  const state = parsed(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  for (const entries of Array.isArray(state.parameters) ? state.parameters : []) {
    for (const name in entries) {
      const { dtype, length: n } = Object(entries[name]) as { dtype?: unknown; length?: unknown };
      if (dtype !== "float64" && dtype !== "float32") continue;
      checkInteger(`state.${name}.length`, n, 0);
      const start = end;
      const size = dtype === "float64" ? 8 : 4;
      end = padded(start + n * size);
      if (end > byteLength) throw malformed("bytes that are cut short");
      entries[name] = size === 8 ? new Float64Array(buffer, start, n) : new Float32Array(buffer, start, n);
    }
  }
  return state;
}

// biome-ignore lint/suspicious/noExplicitAny: what a text says is anybody's guess until it is checked
function parsed(text: string): any {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw malformed("a text that is not JSON");
  }
}

/** A copy of an array of a state, from any of its forms, or what it is instead. */
function toArray(value: unknown, like: FloatArray): FloatArray | unknown {
  const dtype = dtypeOf(like);
  if (isFloatArray(value)) {
    return dtypeOf(value) === dtype && value.length === like.length ? copyOf(value) : value;
  }
  const { dtype: its, values } = Object(value) as { dtype?: unknown; values?: unknown };
  if (its !== dtype || !Array.isArray(values) || values.length !== like.length) return value;
  const array = dtype === "float64" ? new Float64Array(like.length) : new Float32Array(like.length);
  for (let i = 0; i < array.length; ++i) {
    const number = fromNumberJSON(values[i]);
    if (typeof number !== "number") return value;
    array[i] = number;
  }
  return array;
}

/** By this realm's own constructors, whatever the array's class makes of itself. */
const copyOf = (array: FloatArray): FloatArray =>
  isFloat64(array) ? new Float64Array(array) : new Float32Array(array);

/** The most steps of a state: any more of them can still be counted exactly. */
export const MAX_STEPS = 4503599627370496;

const SQUARES = ["square", "largestSquare", "sum"];
/** Whether an array of a state holds squares, and so nothing below 0. */
export const holdsSquares = (name: string): boolean => SQUARES.includes(name);

function checkRange(name: string, at: string, value: number, lowest: number): void {
  if (!Number.isFinite(value)) throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${value}${at}`);
  if (value < lowest) throw rangeError("ERR_VALUE", `"${name}" must be at least ${lowest}, got ${value}${at}`);
}

/**
 * Checks a state in any form against an optimiser and its parameters. Everything is read once, and copied.
 *
 * @throws TypeError or RangeError, with a code whatever reading it may throw.
 */
export function readState(
  given: unknown,
  kind: string,
  arrays: readonly string[],
  numbers: readonly string[],
  weights: readonly FloatArray[],
): OptimizerState {
  return reading('"state"', () => {
    const state = readFields(given, kind, arrays, numbers, weights);
    for (const [k, entries] of state.parameters.entries()) {
      for (const name of arrays) {
        const lowest = holdsSquares(name) ? 0 : -Number.MAX_VALUE;
        const full = `state.parameters[${k}].${name}`;
        (entries[name] as FloatArray).forEach((value, i) => {
          checkRange(full, ` in element ${i}`, value, lowest);
        });
      }
      for (const name of numbers) checkRange(`state.parameters[${k}].${name}`, "", entries[name] as number, 0);
      const { square, largestSquare, inverseRate } = entries;
      if (largestSquare !== undefined) checkLargest(k, square as FloatArray, largestSquare as FloatArray);
      // Before the first step there is no rate, and one in every step.
      if (inverseRate !== undefined && (inverseRate === 0) !== (state.step === 0)) {
        throw malformed(`an inverse rate of ${inverseRate} after ${state.step} steps for parameter ${k}`);
      }
    }
    return state;
  });
}

function checkLargest(k: number, square: FloatArray, largest: FloatArray): void {
  const i = square.findIndex((value, at) => value > largest[at]);
  if (i < 0) return;
  const place = `below "square" in element ${i} of parameter ${k}`;
  throw malformed(`${largest[i]} as "largestSquare", ${place}`);
}

function readFields(
  given: unknown,
  kind: string,
  arrays: readonly string[],
  numbers: readonly string[],
  weights: readonly FloatArray[],
): OptimizerState {
  let state = given;
  if (typeof given === "string") state = parsed(given);
  else if (ArrayBuffer.isView(given)) {
    state = fromBytes(new Uint8Array(given.buffer, given.byteOffset, given.byteLength));
  } else if (kindOf(given) === "ArrayBuffer") {
    state = fromBytes(new Uint8Array(given as ArrayBuffer));
  }
  if (typeof state !== "object" || state === null) {
    throw typeError("ERR_TYPE", `"state" must be an optimiser's state, got ${describe(state)}`);
  }
  const { version, kind: itsKind, step, parameters } = state as Partial<Record<keyof OptimizerState, unknown>>;
  if (itsKind !== kind) throw malformed(`that of ${describe(itsKind)} for ${kind}`);
  if (version !== VERSION) throw malformed(`version ${describe(version)} for ${VERSION}`);
  checkInteger("state.step", step, 0, MAX_STEPS);
  if (!Array.isArray(parameters) || parameters.length !== weights.length) {
    throw rangeError(
      "ERR_LENGTH",
      `"state.parameters" must have ${weights.length} values, got ${describe(parameters)}`,
    );
  }
  return {
    version,
    kind,
    step,
    parameters: weights.map((values, k) => {
      const entries = Object(parameters[k]) as Record<string, unknown>;
      const names = [...arrays, ...numbers];
      const unknown = Object.keys(entries).find((name) => !names.includes(name));
      if (unknown !== undefined) throw malformed(`"${unknown}" of other options for parameter ${k}`);
      return Object.fromEntries(
        names.map((name, a) => {
          const entry = entries[name];
          const value = a < arrays.length ? toArray(entry, values) : fromNumberJSON(entry);
          const fits = a < arrays.length ? value !== entry && isFloatArray(value) : typeof value === "number";
          if (!fits) throw malformed(`${describe(value)} as "${name}" of parameter ${k}, a ${describe(values)}`);
          return [name, value as FloatArray | number];
        }),
      );
    }),
  };
}
