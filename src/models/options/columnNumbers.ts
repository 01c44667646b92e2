import type { ColumnNames } from "../../data/Matrix.js";
import { toNumbers, type VectorLike } from "../../data/toVector.js";
import { checkNumber, describe, isRecord, rangeError, reading, typeError } from "../../errors.js";
import { nearest } from "../../names/suggestion.js";
import type { Encoding } from "../../tables/Encoding.js";

/** A number for each column: all of them in a list, or some by the names of columns, where a category's name stands for all of its columns. */
export type ByColumn = VectorLike | Readonly<Record<string, number>>;

/** Names of the columns of X, and how they came from a table. */
export interface NamedColumns {
  names?: readonly string[];
  encoding?: Encoding;
}

/** What fits take by column, and what it is where a column is not named. */
const ABSENT = { penaltyFactor: 1, lowerBounds: Number.NEGATIVE_INFINITY, upperBounds: Number.POSITIVE_INFINITY };

/** The same options with lists in place of tables by name, which need no names any more. */
export function byPlace<O extends { [N in keyof typeof ABSENT]?: number | ByColumn | undefined }>(
  options: O,
  columns: ColumnNames,
  p: number,
): O {
  const listed = Object.entries(ABSENT).flatMap(([name, absent]) => {
    const value = options[name as keyof typeof ABSENT];
    return isRecord(value) ? [[name, columnNumbers(name, value, columns, p, absent)]] : [];
  });
  return { ...options, ...Object.fromEntries(listed) };
}

/** p numbers, those that are not named being `absent`. A column's own name goes before that of its category. */
export function columnNumbers(
  option: string,
  value: ByColumn,
  { names, encoding }: ColumnNames,
  p: number,
  absent: number,
): Float64Array {
  if (!isRecord(value)) return toNumbers(option, value, p);
  return reading(`"${option}"`, () => {
    if (names === undefined) {
      throw typeError("ERR_TYPE", `"${option}" must be a list unless columns have names, got ${describe(value)}`);
    }
    const places = new Map(names.map((name, j) => [name, j]));
    const numbers = new Float64Array(p).fill(absent);
    const own: [number, number][] = [];
    for (const [name, number] of Object.entries(value)) {
      checkNumber(`${option} of ${name}`, number);
      const place = places.get(name);
      const all = place === undefined ? (encoding?.placesOf?.(name) ?? []) : [];
      for (const j of all) numbers[j] = number;
      if (place !== undefined) own.push([place, number]);
      else if (all.length === 0) {
        const best = nearest(name, names, 10, 1 / 2);
        const hint = best && `: did you mean ${describe(best)}?`;
        throw rangeError("ERR_VALUE", `"${option}" must name columns of X, got ${describe(name)}${hint}`);
      }
    }
    for (const [j, number] of own) numbers[j] = number;
    return numbers;
  });
}
