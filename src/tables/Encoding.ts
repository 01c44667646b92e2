import { readNames } from "../data/columnsOf.js";
import type { DenseMatrix } from "../data/DenseMatrix.js";
import type { TableEncoding } from "../data/Matrix.js";
import type { SparseMatrix } from "../data/SparseMatrix.js";
import { isTable, type NamedTable, namedTable, type TableLike } from "../data/tables/readTable.js";
import { describe, rangeError, reading, typeError } from "../errors.js";
import { listed, plural, trimmed } from "../printing/numbers.js";
import { Printable } from "../printing/Printable.js";
import { tableOfColumns } from "../printing/tableOfColumns.js";
import {
  type EncodedColumn,
  type EncodingFields,
  type EncodingJSON,
  type Missing,
  type Unknown,
  widthOf,
} from "./EncodingJSON.js";
import { encode } from "./encode.js";

/** More columns than these are none that anyone wants. */
const MOST_COLUMNS = 16_777_216;
/** Columns that are printed. */
const PRINTED = 20;

/** How X came from a table, for new rows to be made of the same columns. */
export class Encoding extends Printable implements EncodingJSON, TableEncoding {
  readonly format = "regulus-encoding";
  readonly version = 1;
  declare readonly columns: readonly EncodedColumn[];
  declare readonly missing: Missing;
  declare readonly unknown: Unknown;
  declare readonly naValues: readonly string[];
  declare readonly interactions: readonly (readonly [string, string])[];
  declare readonly polynomial: readonly (readonly [string, number])[];
  declare readonly sparse: boolean | "auto";
  readonly names: readonly string[];

  /** @internal Encodings come from `designMatrix`, `encodingOf` and `encodingFromJSON`. `most` columns are made names for, about. */
  constructor(fields: EncodingFields, most = MOST_COLUMNS) {
    super();
    Object.assign(this, frozen({ ...fields }));
    this.names = namesOf(fields, most);
  }

  /**
   * X of new rows: the same columns, found in the table by name, in any order; others are left alone.
   *
   * @param table - As `designMatrix` takes it.
   * @param name - What messages call it.
   * @throws RangeError for a column that is not there, a level that is new unless `unknown` is `"zero"`, values that are not finite, and gaps where `missing`
   *   does not fill them; TypeError for values of another type than in training.
   */
  apply(table: TableLike, name = "table"): DenseMatrix | SparseMatrix {
    return reading(`"${name}"`, () => encode(this, { name, table: readTable(name, table) }));
  }

  placesOf(column: string): number[] {
    let from = 0;
    for (const one of this.columns) {
      const to = from + widthOf(one);
      if (one.name === column) return Array.from({ length: to - from }, (_, k) => from + k);
      from = to + (one.kind === "numeric" && one.indicator ? 1 : 0);
    }
    return [];
  }

  /** A plain object for JSON, from which `encodingFromJSON` makes the same encoding again. */
  toJSON(): EncodingJSON {
    return { ...this };
  }

  /** Its first columns: the mean of numbers, the levels of categories. Node's `console.log` shows the same. */
  override toString(): string {
    const { columns, names } = this;
    const rows = columns
      .slice(0, PRINTED)
      .map((one) => [one.name, one.kind === "numeric" ? `mean ${trimmed(one.mean)}` : listed(one.levels, 60)]);
    const counts = `${plural(columns.length, "column")} of a table, ${names.length} of X`;
    return `${counts}\n\n${tableOfColumns(["column", ""], rows, columns.length - PRINTED, [], [1])}`;
  }
}

/** The columns of X. @throws for two of one name, and for more than anyone wants. */
function namesOf({ columns, interactions, polynomial }: EncodingFields, most: number): readonly string[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const get = (name: string): EncodedColumn => byName.get(name) as EncodedColumn;
  const count =
    columns.reduce((sum, column) => sum + widthOf(column) + 1, 0) +
    interactions.reduce((sum, [a, b]) => sum + widthOf(get(a)) * widthOf(get(b)), 0) +
    polynomial.reduce((sum, [, degree]) => sum + degree, 0);
  if (count > most) {
    throw rangeError("ERR_MEMORY", `X must have at most ${most} columns, got about ${count}`);
  }
  // What each is made of
  const origins = new Map<string, string>();
  const add = (name: string, origin: string): void => {
    const other = origins.get(name);
    if (other !== undefined) {
      const got = `${describe(name)} of ${other} and of ${origin}`;
      throw rangeError("ERR_VALUE", `"table" must not make two columns of X with the same name, got ${got}`);
    }
    origins.set(name, origin);
  };
  for (const column of columns) {
    const origin = describe(column.name);
    for (const name of ownNames(column)) add(name, origin);
    if (column.kind === "numeric" && column.indicator) add(`${column.name} (missing)`, `gaps in ${origin}`);
  }
  for (const [a, b] of interactions) {
    const right = ownNames(get(b));
    const origin = `${describe(a)} by ${describe(b)}`;
    for (const x of ownNames(get(a))) for (const y of right) add(`${x}:${y}`, origin);
  }
  for (const [name, degree] of polynomial) {
    for (let k = 2; k <= degree; ++k) add(`${name}^${k}`, `powers of ${describe(name)}`);
  }
  return readNames("names", [...origins.keys()], origins.size);
}

/** The columns that a column is in X, without that of its gaps. */
function ownNames(column: EncodedColumn): string[] {
  const { name } = column;
  if (column.kind === "numeric") return [name];
  const levels = column.levels.filter((level) => level !== column.reference);
  return (column.missingLevel ? levels.concat("(missing)") : levels).map((level) => `${name}=${level}`);
}

/** The value and all in it, which nothing can change any more. */
function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) frozen(part);
  return Object.freeze(value);
}

/** A table of columns with names. */
export function readTable(name: string, table: TableLike): NamedTable {
  if (isTable(table)) return namedTable(name, table);
  throw typeError(
    "ERR_TYPE",
    `"${name}" must be a table: records, an object of columns, or a table of Arrow or arquero, got ${describe(table)}`,
  );
}
