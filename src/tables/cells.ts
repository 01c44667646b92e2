import { describe, type ErrorCode, rangeError, typeError } from "../errors.js";

/** What the values of a column are. */
export type ValueType = "number" | "bigint" | "boolean" | "date" | "text";

/** What messages call them. */
export const KINDS: Record<ValueType, string> = {
  number: "numbers",
  bigint: "whole numbers",
  boolean: "booleans",
  date: "dates",
  text: "strings",
};

/** Milliseconds of a day. */
export const DAY = 86_400_000;

const tagOf = Object.prototype.toString;
const { getTime, toISOString } = Date.prototype;

/** What a value is; undefined for what no column holds. */
export function typeOf(value: unknown): ValueType | undefined {
  const type = typeof value;
  if (type === "number" || type === "bigint" || type === "boolean") return type;
  if (type === "string") return "text";
  return tagOf.call(value) === "[object Date]" ? "date" : undefined;
}

/** Whether values of two types may be in one column: those of bigints are whole numbers. */
export function areAlike(a: ValueType | undefined, b: ValueType | undefined): boolean {
  return a === b || (a === "number" && b === "bigint") || (a === "bigint" && b === "number");
}

/** Nothing, NaN, a date that is none, or a string that stands for nothing. */
export function isGap(value: unknown, naValues: ReadonlySet<unknown>): boolean {
  if (typeof value === "string") return naValues.has(value);
  if (typeof value === "object" && value !== null) return typeOf(value) === "date" && Number.isNaN(daysOf(value));
  return value === undefined || value === null || value !== value;
}

/** Days since 1970. */
function daysOf(date: unknown): number {
  return getTime.call(date as Date) / DAY;
}

/** The number that a string reads as, or NaN. */
export function parse(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** The name of a value as a level of a category. */
export function levelOf(value: unknown, type: ValueType): string {
  return type === "date" ? toISOString.call(value as Date) : String(value);
}

/** Where values are, for messages: a column of an argument. */
export interface Place {
  table: string;
  column: string;
}

/** A value that is no gap as a finite number: 0 and 1 for booleans, days for dates. */
export function numberOf(place: Place, value: unknown, type: ValueType, row: number): number {
  const number = type === "date" ? daysOf(value) : type === "text" ? parse(value as string) : Number(value);
  if (!Number.isFinite(number)) {
    if (type === "text") refuseCell(place, "hold numbers", value, row);
    refuseCell(place, "be finite", value, row, "ERR_NOT_FINITE");
  }
  if (type === "bigint" && ((value as bigint) > 9007199254740992n || (value as bigint) < -9007199254740992n)) {
    refuseCell(place, "hold bigints within 2^53", value, row, "ERR_VALUE");
  }
  return number;
}

/** Where gaps may be, if `missing` is "error". */
export const UNLESS_SAID = 'unless "missing" says what to do about them';

/** Refuses a gap. */
export function refuseGap(place: Place, missing: string | undefined, value: unknown, row: number): never {
  const more = missing === "error" ? UNLESS_SAID : "where none are filled";
  refuseCell(place, `have no gaps ${more}`, value, row, "ERR_VALUE");
}

/** Refuses a value. */
export function refuseCell(
  { table, column }: Place,
  expected: string,
  value: unknown,
  row: number,
  code: ErrorCode = "ERR_TYPE",
): never {
  const make = code === "ERR_TYPE" ? typeError : rangeError;
  throw make(code, `"${table}" must ${expected}, got ${describe(value)} in row ${row}, column ${describe(column)}`);
}
