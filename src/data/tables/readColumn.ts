import { describe, rangeError, typeError } from "../../errors.js";

/** Arrow's types that stand for dates and times, whose values come as numbers all the same. */
const TIMES: readonly unknown[] = [8, 9, 10, 11, 18];

/** Refuses an Arrow column of dates or times. */
export function checkColumnType(name: string, label: unknown, column: unknown): void {
  const { type } = column as { type?: { typeId?: unknown; dictionary?: { typeId?: unknown } } };
  if (!TIMES.includes(type?.typeId) && !TIMES.includes(type?.dictionary?.typeId)) return;
  throw typeError("ERR_TYPE", `"${name}" must hold numbers, got ${type} in column ${describe(label)}`);
}

/**
 * Writes a table's column to `out`, as many rows as that has: finite numbers, whole ones of 64 bits too, or, in a column of
 * booleans, 0 and 1.
 *
 * @param label - The column's name, or its number where it has none.
 */
export function readColumn(name: string, label: unknown, column: Iterable<unknown>, out: Float64Array): void {
  const where = `column ${describe(label)}`;
  let row = 0;
  let isBoolean = false;
  for (const value of column) {
    if (row === out.length) {
      throw rangeError("ERR_LENGTH", `"${name}" must have ${row} values in each column, got more in ${where}`);
    }
    if (row === 0) isBoolean = typeof value === "boolean";
    if (isBoolean ? typeof value !== "boolean" : typeof value !== "number" && typeof value !== "bigint") {
      const kind = isBoolean ? "only booleans in a column that begins with one" : "numbers";
      throw typeError("ERR_TYPE", `"${name}" must hold ${kind}, got ${describe(value)} in row ${row}, ${where}`);
    }
    const number = Number(value);
    if (!Number.isFinite(number)) {
      throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${value} in row ${row}, ${where}`);
    }
    out[row++] = number;
  }
  if (row < out.length) {
    throw rangeError("ERR_LENGTH", `"${name}" must have ${out.length} values in each column, got ${row} in ${where}`);
  }
}
