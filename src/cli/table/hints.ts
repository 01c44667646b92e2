import { plural } from "../../printing/numbers.js";
import { quote, word } from "../failures.js";
import type { Settings } from "../Job.js";
import { isNumber } from "./almostNumbers.js";
import { type Columns, isGap } from "./columns.js";
import type { Table } from "./openTable.js";

/** Values of a column that are looked at. */
const LOOKED = 10_000;
/** Days as they are mostly written, with a time or without. */
const DATE = /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4}))([T ]\d{1,2}:\d{2}.*)?$/;

/** Whether the first line of a file is a row of numbers, where names of columns are wanted. */
export const isHeadless = ({ format }: Table, names: readonly string[]): boolean =>
  format === "csv" && names.length > 0 && names.every(isNumber);

/** What in a table was probably meant otherwise than it is read. */
export function hintsOf(table: Table, all: Columns, options: Settings): string[] {
  const { target = "", family, exclude = [], categorical = [] } = options;
  const hints: string[] = [];
  if (isHeadless(table, all.names)) {
    hints.push(
      "The names in the header are numbers: where line 1 is a row like the others, put a line of names above it.",
    );
  }
  if (family === undefined && isBinary(all, target)) {
    hints.push(`${quote(target)} is 0 or 1: --family binomial explains it as one of two classes.`);
  }
  const only = onlyValue(all, target);
  if (only !== undefined) {
    const what = typeof only === "string" ? quote(only) : only;
    hints.push(`${quote(target)} is ${what} in every row: there is nothing to explain.`);
  }
  for (const name of all.names) {
    if (name === target || exclude.includes(name) || categorical.includes(name)) continue;
    const count = datesIn(all, name);
    if (count > 2) {
      hints.push(
        `${quote(name)} is a category of ${plural(count, "date")}, each on its own: a column of numbers, as of days, has their order; --exclude ${word(name)} leaves it out.`,
      );
    }
  }
  return hints;
}

/** The first `most` values of a column that are no gaps. */
function* valuesOf(all: Columns, name: string, most = LOOKED): Generator<number | string> {
  let count = 0;
  for (const part of all.parts.get(name) ?? []) {
    for (const value of part) {
      if (value === null || isGap(value)) continue;
      yield value;
      count += 1;
      if (count === most) return;
    }
  }
}

function isBinary(all: Columns, name: string): boolean {
  const seen = new Set<number | string>();
  for (const value of valuesOf(all, name)) {
    if (value !== 0 && value !== 1) return false;
    seen.add(value);
  }
  return seen.size === 2;
}

/** The value that a column has in every row, gaps aside, if it is one. */
function onlyValue(all: Columns, name: string): number | string | undefined {
  let only: number | string | undefined;
  for (const value of valuesOf(all, name, all.rows)) {
    if (only !== undefined && value !== only) return undefined;
    only = value;
  }
  return all.rows > 1 ? only : undefined;
}

/** How many different dates a column holds, if it holds nothing else. */
function datesIn(all: Columns, name: string): number {
  const dates = new Set<string>();
  for (const value of valuesOf(all, name)) {
    if (typeof value !== "string" || !DATE.test(value)) return 0;
    dates.add(value);
  }
  return dates.size;
}
