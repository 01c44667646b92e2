import { describe, rangeError, typeError } from "../../errors.js";
import type { ArrowType } from "./readTable.js";

/** Arrow's types that stand for dates and times, whose values come as numbers all the same. */
const TIMES: readonly unknown[] = [8, 9, 10, 11, 18];

/** Refuses an Arrow column of dates or times. */
export function checkColumnType(name: string, label: unknown, type: ArrowType | undefined): void {
  if (!TIMES.includes(type?.typeId) && !TIMES.includes(type?.dictionary?.typeId)) return;
  throw typeError("ERR_TYPE", `"${name}" must hold numbers, got ${type} in column ${describe(label)}`);
}

/**
 * Writes values of a table's column, those from row `from` on, to `out`: finite numbers, whole ones of 64 bits too, or, in a column of booleans, 0 and 1.
 *
 * @param label - The column's name, or its number where it has none.
 * @param isBoolean - Whether the column begins with a boolean.
 */
export function readColumn(
  name: string,
  label: unknown,
  column: ArrayLike<unknown>,
  out: Float64Array,
  from: number,
  isBoolean: boolean,
): void {
  const where = `column ${describe(label)}`;
  for (let i = 0; i < out.length; ++i) {
    const value = column[i];
    const row = from + i;
    if (isBoolean ? typeof value !== "boolean" : typeof value !== "number" && typeof value !== "bigint") {
      const kind = isBoolean ? "only booleans in a column that begins with one" : "numbers";
      throw typeError("ERR_TYPE", `"${name}" must hold ${kind}, got ${describe(value)} in row ${row}, ${where}`);
    }
    const number = Number(value);
    if (!Number.isFinite(number)) {
      throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${value} in row ${row}, ${where}`);
    }
    out[i] = number;
  }
}
