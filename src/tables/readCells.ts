import type { NamedTable } from "../data/tables/readTable.js";
import { describe, typeError } from "../errors.js";
import {
  areAlike,
  isGap,
  KINDS,
  levelOf,
  numberOf,
  type Place,
  refuseCell,
  refuseGap,
  typeOf,
  type ValueType,
} from "./cells.js";
import type { CategoricalColumn, EncodingFields, Missing } from "./EncodingJSON.js";

/** Arrow's types whose numbers are times, and those that no column may have: times of a day, and spans. */
const DATES: readonly unknown[] = [8, 10];
const SPANS: readonly unknown[] = [9, 11, 18];

/** Refuses a column of Arrow's whose values are spans; tells whether they are dates, which come as numbers. */
function areDates(name: string, table: NamedTable, j: number): boolean {
  const type = table.type?.(j);
  const id = type?.dictionary?.typeId ?? type?.typeId;
  if (!SPANS.includes(id)) return DATES.includes(id);
  const got = `${type} in column ${describe(table.names[j])}`;
  throw typeError("ERR_TYPE", `"${name}" must hold numbers, booleans, strings or dates, got ${got}`);
}

/** The values of a column as {@link Table.column} gives them, but dates as dates. */
export function valuesOf(name: string, table: NamedTable, j: number, from: number): ArrayLike<unknown> {
  const values = table.column(j, from);
  if (!areDates(name, table, j)) return values;
  return Array.from(values, (value) => (value === null ? value : new Date(value as number)));
}

/** Some rows of a table, one after the other. */
export interface Rows {
  /** The first row that values are of. */
  from: number;
  count: number;
  /** The rows that are meant. Default: `count` from `from` on. */
  rows: Int32Array | undefined;
}

/** The rows of a table in the blocks that they are read in. @param kept - Those that are meant, ascending. Default: all. */
export function* blocksOf(table: NamedTable, kept?: Int32Array): Generator<Rows> {
  let done = 0;
  for (let from = 0; from < table.rows; from += table.height) {
    const to = Math.min(from + table.height, table.rows);
    if (kept === undefined) yield { from, count: to - from, rows: undefined };
    else {
      const first = done;
      while (done < kept.length && kept[done] < to) done += 1;
      yield { from, count: done - first, rows: kept.subarray(first, done) };
    }
  }
}

/** A column's values in some rows. */
export interface Cells extends Rows {
  place: Place;
  values: ArrayLike<unknown>;
  naValues: ReadonlySet<string>;
  missing?: Missing;
}

/**
 * Writes numbers to `out`.
 *
 * @param mean - Stands for gaps, if they are to be filled.
 * @param gaps - Gets 1 where they are, and 0 elsewhere.
 */
export function readNumbers(
  { place, values, from, rows, count, naValues, missing }: Cells,
  type: ValueType,
  out: Float64Array,
  mean?: number,
  gaps?: Float64Array,
): void {
  const isNumber = type === "number";
  gaps?.fill(0);
  for (let i = 0; i < count; ++i) {
    const row = rows === undefined ? from + i : rows[i];
    const value = values[row - from];
    if (isNumber && typeof value === "number" && value - value === 0) {
      out[i] = value;
    } else if (!isGap(value, naValues)) {
      out[i] = numberOf(place, value, checkedType(place, type, value, row), row);
    } else if (mean === undefined) {
      refuseGap(place, missing, value, row);
    } else {
      out[i] = mean;
      if (gaps !== undefined) gaps[i] = 1;
    }
  }
}

/** The places of levels among a category's columns: −1 for one that has none. */
const places = new WeakMap<CategoricalColumn, Map<string, number>>();

function placesOf(column: CategoricalColumn): Map<string, number> {
  let known = places.get(column);
  if (known === undefined) {
    let place = 0;
    known = new Map(column.levels.map((level) => [level, level === column.reference ? -1 : place++]));
    places.set(column, known);
  }
  return known;
}

/** Writes which of a category's columns each row is in, −1 for none, to `out`. */
export function readLevels(
  { place, values, from, rows, count, naValues }: Cells,
  column: CategoricalColumn,
  { missing, unknown }: Pick<EncodingFields, "missing" | "unknown">,
  out: Int32Array,
): void {
  const known = placesOf(column);
  const { type, missingLevel, reference, levels } = column;
  const isText = type === "text";
  for (let i = 0; i < count; ++i) {
    const row = rows === undefined ? from + i : rows[i];
    const value = values[row - from];
    let code = isText ? known.get(value as string) : undefined;
    if (code === undefined) {
      if (!isGap(value, naValues)) {
        code = known.get(levelOf(value, checkedType(place, type, value, row)));
        if (code === undefined && unknown === "error") {
          refuseCell(place, "hold levels of training", value, row, "ERR_VALUE");
        }
      } else if (missingLevel) code = levels.length - (reference === undefined ? 0 : 1);
      else if (unknown === "error" || missing === "error" || missing === "drop") {
        refuseGap(place, missing, value, row);
      }
    }
    out[i] = code ?? -1;
  }
}

/** What a value is. @throws if it is not as in training. */
function checkedType(place: Place, type: ValueType, value: unknown, row: number): ValueType {
  const own = typeOf(value);
  if (own === undefined || !areAlike(own, type)) refuseCell(place, `hold ${KINDS[type]} as in training`, value, row);
  return own;
}
