import type { Label } from "../../data/toLabels.js";
import { checkLength, describe, isArray, rangeError, reading, typeError } from "../../errors.js";

/** Labels of rows: row i is in group labels[of[i]]. */
export interface Groups {
  labels: readonly Label[];
  of: Int32Array;
}

/** @throws TypeError and RangeError for what are not n finite numbers and strings. */
export function readGroups(value: unknown, n: number, name = "groups"): Groups {
  if (!isList(value) && !isArrayLike(name, value)) {
    throw typeError("ERR_TYPE", `"${name}" must be an array of labels, got ${describe(value)}`);
  }
  reading(`"${name}"`, () => checkLength(name, value, n));
  const codes = new Map<Label, number>();
  const of = new Int32Array(n);
  const given = reading(`"${name}"`, () => Array.from(value));
  for (let row = 0; row < n; ++row) {
    const label = given[row];
    if (typeof label !== "number" && typeof label !== "string") {
      throw typeError("ERR_TYPE", `"${name}" must hold numbers or strings, got ${describe(label)} in row ${row}`);
    }
    if (typeof label === "number" && !Number.isFinite(label)) {
      throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${label} in row ${row}`);
    }
    const code = codes.get(label) ?? codes.size;
    codes.set(label, code);
    of[row] = code;
  }
  return { labels: [...codes.keys()], of };
}

/** An object with a length of its own. */
function isArrayLike(name: string, value: unknown): value is ArrayLike<unknown> {
  return typeof value === "object" && value !== null && reading(`"${name}"`, () => Object.hasOwn(value, "length"));
}

/** An array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
