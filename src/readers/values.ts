import { checkOptions, describe, rangeError, reading, typeError } from "../errors.js";
import { readerNames } from "../names/readerNames.js";
import { nearest } from "../names/suggestion.js";
import { readStrings } from "../tables/tableOptions.js";
import type { Chunk, ChunkColumn } from "./Chunk.js";
import type { CsvType } from "./csv/csvOptions.js";

/** A column of a table that says what its columns are. */
export interface TypedColumn {
  name: string;
  type: CsvType;
  /** What makes numbers, strings, booleans or bigints of its values, which are none of these. */
  convert?: ((value: never) => unknown) | undefined;
  /** What its days since 1970 were. */
  date?: "date" | "time";
}

/** What chunks of such columns say of those that were dates. */
export function datesOf(columns: readonly TypedColumn[]): Pick<Chunk, "dates"> {
  const dates = columns.flatMap(({ name, date }) => (date === undefined ? [] : [[name, date] as const]));
  return dates.length === 0 ? {} : { dates: Object.fromEntries(dates) };
}

/** Rows of a chunk of so many columns: no more values than a chunk of CSV has. */
export const heightOf = (columns: number): number => Math.max(1, Math.min(65_536, Math.floor(2_097_152 / columns)));

/**
 * Values of a column as a chunk has them: booleans as 0 and 1, bigints as the numbers that they are, gaps as NaN or null.
 *
 * @param from - The row of the first.
 */
export function toColumn(file: string, column: TypedColumn, values: ArrayLike<unknown>, from: number): ChunkColumn {
  const { type, convert } = column;
  const { length } = values;
  if (type === "string") return Array.from(values, (value, i) => textOf(file, column, value, from + i));
  if (values instanceof Float64Array || values instanceof Float32Array || values instanceof Int32Array) {
    if (convert === undefined) return Float64Array.from(values);
  }
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; ++i) {
    const value = values[i];
    numbers[i] = typeof value === "number" && convert === undefined ? value : numberIn(file, column, value, from + i);
  }
  return numbers;
}

function textOf(file: string, { name, convert }: TypedColumn, value: unknown, row: number): string | null {
  if (value === null || value === undefined) return null;
  const text = convert === undefined ? value : convert(value as never);
  if (typeof text === "string") return text;
  throw typeError(
    "ERR_TYPE",
    `"${file}" must hold strings in column ${describe(name)}, got ${describe(text)} in row ${row}`,
  );
}

function numberIn(file: string, { name, convert }: TypedColumn, value: unknown, row: number): number {
  if (value === null || value === undefined) return Number.NaN;
  const number = convert === undefined ? value : convert(value as never);
  if (typeof number === "number") return number;
  if (typeof number === "boolean") return Number(number);
  if (typeof number === "bigint" && BigInt.asIntN(54, number) === number) return Number(number);
  const got = `${describe(number)} in row ${row}, column ${describe(name)}`;
  if (typeof number === "bigint")
    throw rangeError("ERR_VALUE", `"${file}" must hold whole numbers below 2^53, got ${got}`);
  throw typeError("ERR_TYPE", `"${file}" must hold numbers, got ${got}`);
}

/** Refuses a column of what is neither a number nor text. */
export function refuseColumn(file: string, name: string, type: unknown, advice = '"columns" leaves it out'): never {
  throw typeError(
    "ERR_TYPE",
    `"${file}" must have columns of numbers, booleans, dates or strings, got ${type} in column ${describe(name)}: ${advice}`,
  );
}

/** Where the wanted columns are among all. @throws RangeError for one that is not there, or is wanted twice. */
export function placesOf(owner: string, option: string, wanted: readonly string[], names: readonly string[]): number[] {
  const places = new Map(names.map((name, j) => [name, j]));
  const seen = new Set<string>();
  return wanted.map((name) => {
    const place = places.get(name);
    if (place === undefined) {
      const near = nearest(name, names, 4, 1 / 3);
      const more = near === "" ? "" : `: did you mean ${describe(near)}?`;
      throw rangeError("ERR_VALUE", `"${option}" must name columns of "${owner}", got ${describe(name)}${more}`);
    }
    if (seen.has(name)) {
      throw rangeError("ERR_VALUE", `"${option}" must name each column once, got ${describe(name)} again`);
    }
    seen.add(name);
    return place;
  });
}

/** The `columns` that a reader is asked for; undefined for all. */
export function readWanted(owner: string, options: { columns?: readonly string[] | undefined }): string[] | undefined {
  checkOptions(owner, options, ["columns"], readerNames);
  return reading(`the options of ${owner}`, () =>
    options.columns === undefined ? undefined : readStrings("columns", options.columns),
  );
}
