import { fromNumberJSON } from "../../arithmetic/numberJSON.js";
import { toFloat64 } from "../../data/toVector.js";
import { checkInteger, checkLength, describe, isArray, rangeError, typedArrayName, typeError } from "../../errors.js";
import { MOST_SPARSE, SPARSEST } from "../results/numbersJSON.js";

/**
 * Refuses what would take much more memory than the file that asks for it: more than `free` numbers, and more than `each` for each that is
 * stored. Our own files store more than that.
 */
export function checkClaim(name: string, claimed: number, stored: number, free = MOST_SPARSE, each = SPARSEST): void {
  const most = Math.max(free, each * stored);
  if (claimed <= most) return;
  throw rangeError("ERR_MEMORY", `"${name}" must be at most ${most} beside ${stored} numbers, got ${claimed}`);
}

/** A number, as JSON may have it. */
export function readNumber(name: string, value: unknown, index?: number): number {
  const number = fromNumberJSON(value);
  if (typeof number === "number") return number;
  const [what, place] = index === undefined ? ["be a number", ""] : ["hold numbers", ` at ${index}`];
  throw typeError("ERR_TYPE", `"${name}" must ${what}, got ${describe(value)}${place}`);
}

/** The length of a list; 0 of anything else. */
export const lengthOf = (value: unknown): number =>
  isArray(value) || typedArrayName(value) !== undefined ? (value as ArrayLike<unknown>).length : 0;

/** How many coefficients a file holds. */
export const storedOf = (value: unknown): number =>
  lengthOf(value) || lengthOf((Object(value) as { values?: unknown }).values);

/**
 * Numbers in any form: a typed array, a list, one number for all, or those that are not 0. An array of their own, of `length` if that is
 * known.
 *
 * @param stored - How many numbers there are in memory already that belong to them.
 */
export function readNumbers(name: string, value: unknown, length?: number, stored = 0): Float64Array {
  let numbers: Float64Array;
  if (typeof fromNumberJSON(value) === "number" && length !== undefined) {
    checkClaim(name, length, stored);
    numbers = new Float64Array(length).fill(readNumber(name, value));
  } else if (typedArrayName(value) !== undefined) numbers = toFloat64(name, value).slice();
  else if (isArray(value)) {
    // Before there is room for all: a list may be long and have nothing in it.
    if (value.length > 0) readNumber(name, value[0], 0);
    numbers = Float64Array.from({ length: value.length }, (_, i) => readNumber(name, value[i], i));
  } else numbers = readSparse(name, Object(value) as Record<string, unknown>);
  if (length !== undefined) checkLength(name, numbers, length);
  return numbers;
}

function readSparse(name: string, sparse: Record<string, unknown>): Float64Array {
  const { length, indices, values } = sparse;
  if (!isArray(indices)) throw typeError("ERR_TYPE", `"${name}" must be an array of numbers, got ${describe(sparse)}`);
  checkInteger(`${name}.length`, length, 0);
  checkClaim(`${name}.length`, length, indices.length);
  const stored = readNumbers(`${name}.values`, values, indices.length);
  const numbers = new Float64Array(length);
  let least = 0;
  stored.forEach((number, k) => {
    const index = indices[k];
    checkInteger(`${name}.indices[${k}]`, index, least, length - 1);
    numbers[index] = number;
    least = index + 1;
  });
  return numbers;
}

/** A list of `length`, or one value for all. */
export function readList(
  name: string,
  value: unknown,
  length: number,
  type: "string" | "boolean" | "object",
): unknown[] {
  if (typeof value === type && type !== "object") return new Array(length).fill(value);
  if (!isArray(value)) throw typeError("ERR_TYPE", `"${name}" must be a list, got ${describe(value)}`);
  checkLength(name, value, length);
  return Array.from({ length }, (_, i) => {
    const one = value[i];
    if (type === "object" || typeof one === type) return one;
    throw typeError("ERR_TYPE", `"${name}" must hold ${type}s, got ${describe(one)} at ${i}`);
  });
}
