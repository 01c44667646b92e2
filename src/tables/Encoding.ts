import { readNames } from "../data/columnsOf.js";
import type { DenseMatrix } from "../data/DenseMatrix.js";
import type { TableEncoding } from "../data/Matrix.js";
import type { SparseMatrix } from "../data/SparseMatrix.js";
import { isTable, type NamedTable, namedTable, type TableLike } from "../data/tables/readTable.js";
import { describe, rangeError, reading, typeError } from "../errors.js";
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

/** How X came from a table, for new rows to be made of the same columns. */
export class Encoding implements EncodingJSON, TableEncoding {
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

  /** @internal Encodings come from `designMatrix`, `encodingOf` and `encodingFromJSON`. */
  constructor(fields: EncodingFields) {
    Object.assign(this, frozen({ ...fields }));
    const named = namedColumns(fields);
    const first = new Map<string, string>();
    for (const [name, origin] of named) {
      const other = first.get(name);
      if (other !== undefined) {
        const got = `${describe(name)} of ${other} and of ${origin}`;
        throw rangeError("ERR_VALUE", `"table" must not make two columns of X with the same name, got ${got}`);
      }
      first.set(name, origin);
    }
    this.names = readNames("names", [...first.keys()], named.length);
  }

  /**
   * X of new rows: the same columns, found in the table by name, in any order; others are left alone.
   *
   * @param table - As `designMatrix` takes it.
   * @param name - What messages call it.
   * @throws RangeError for a column that is not there, a level that is new unless `unknown` is `"zero"`, and values that are not finite;
   *   TypeError for values of another type than in training, and gaps where `missing` does not fill them.
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
}

/** The names of the columns of X, each with what it is of. @throws for more than anyone wants. */
function namedColumns({ columns, interactions, polynomial }: EncodingFields): [string, string][] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const width = (name: string): number => widthOf(byName.get(name) as EncodedColumn);
  const count =
    columns.reduce((sum, column) => sum + widthOf(column) + 1, 0) +
    interactions.reduce((sum, [a, b]) => sum + width(a) * width(b), 0) +
    polynomial.reduce((sum, [, degree]) => sum + degree, 0);
  if (count > MOST_COLUMNS) {
    throw rangeError("ERR_MEMORY", `X must have at most ${MOST_COLUMNS} columns, got about ${count}`);
  }
  const named: [string, string][] = [];
  for (const column of columns) {
    named.push(...ownColumns(column));
    if (column.kind === "numeric" && column.indicator) {
      named.push([`${column.name} (missing)`, `the gaps in column ${describe(column.name)}`]);
    }
  }
  for (const [a, b] of interactions) {
    const [left, right] = [a, b].map((name) => ownColumns(byName.get(name) as EncodedColumn));
    const origin = `the interaction of ${describe(a)} and ${describe(b)}`;
    for (const [x] of left) for (const [y] of right) named.push([`${x}:${y}`, origin]);
  }
  for (const [name, degree] of polynomial) {
    for (let k = 2; k <= degree; ++k) named.push([`${name}^${k}`, `power ${k} of ${describe(name)}`]);
  }
  return named;
}

function ownColumns(column: EncodedColumn): [string, string][] {
  const { name } = column;
  if (column.kind === "numeric") return [[name, `column ${describe(name)}`]];
  const levels = column.levels.filter((level) => level !== column.reference);
  const named = levels.map((level): [string, string] => [
    `${name}=${level}`,
    `level ${describe(level)} of column ${describe(name)}`,
  ]);
  if (column.missingLevel) named.push([`${name}=(missing)`, `the gaps in column ${describe(name)}`]);
  return named;
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
