import type { DenseMatrix } from "../data/DenseMatrix.js";
import type { SparseMatrix } from "../data/SparseMatrix.js";
import type { NamedTable, TableLike } from "../data/tables/readTable.js";
import { describe, reading, typeError } from "../errors.js";
import { Printable } from "../printing/Printable.js";
import type { ColumnSurvey } from "./ColumnSurvey.js";
import type { TableRows } from "./ColumnWriter.js";
import { KINDS, levelOf } from "./cells.js";
import { type Encoding, readTable } from "./Encoding.js";
import { encode } from "./encode.js";
import { blocksOf, readNumbers, valuesOf } from "./readCells.js";
import { TableSurvey } from "./TableSurvey.js";
import { type Role, readOptions, type TableOptions, type Wishes } from "./tableOptions.js";

/** What {@link designMatrix} makes of a table. */
export interface Design<Y = Float64Array> {
  /** n × p, with `names` and `encoding`, which models take from it. */
  X: DenseMatrix | SparseMatrix;
  /** The target: numbers, or the strings of a category. */
  y: Y;
  weights?: Float64Array;
  offset?: Float64Array;
  /** Numbers, or the strings of a category. */
  groups?: Float64Array | string[];
  /** The columns of X. */
  names: readonly string[];
  /** How the columns of X are made, for new rows. */
  encoding: Encoding;
  /** What has become of gaps, and what looks like a mistake, in words. */
  notes: string[];
  /** The rows of the table that are in X. */
  rows: Int32Array;
}

/**
 * X and y of a table: numbers as they are, a column of 0 and 1 for each level of a category, and what `interactions` and `polynomial` ask for.
 *
 * Numbers, booleans (0 and 1) and bigints within 2^53 are numbers, dates are days since 1970, with fractions; strings are names of levels.
 * Strings that all read as numbers may be either, and have to be listed in `numeric` or `categorical`. `null`, `undefined`, `NaN` and the strings
 * in `naValues` are gaps. X has the columns in the order of the table (of records: that in which they first come up), a category's levels
 * by their code units, as `region=north`, then `a:b` of the interactions, then the powers, as `age^2`.
 *
 * @param table - Records, an object of columns, a table of Arrow or arquero, or a chunk of a reader. It is left as it is.
 * @param options - `target`, `weights`, `offset` and `groups` name columns that are something else; all others, or those of `include` without those of
 *   `exclude`, are in X.
 * @returns X and what goes with it, row by row; `rows` says which of the table these are, as `missing: "drop"` leaves some out.
 * @throws RangeError for gaps that nothing is to be done about, names of columns that there are not, two columns of X with one
 *   name, and values that are not finite; TypeError for values of several kinds in one column. Messages count rows from 0.
 * @example
 * const table = [
 *   { age: 31, region: "north", charges: 12 },
 *   { age: 45, region: "south", charges: 30 },
 *   { age: null, region: "north", charges: 21 },
 * ];
 * const { X, y, names } = designMatrix(table, { target: "charges", missing: "mean" });
 * names; // ["age", "region=north", "region=south"]
 * lasso(X, y, { lambda: 1 }).predict([{ region: "south", age: 40 }]);
 */
export function designMatrix<Y extends Float64Array | string[] = Float64Array>(
  table: TableLike,
  options: TableOptions & { target: string },
): Design<Y>;
export function designMatrix(table: TableLike, options?: TableOptions): Design<undefined>;
export function designMatrix(table: TableLike, options: TableOptions = {}): Design<unknown> {
  const wishes = readOptions("designMatrix", options);
  return reading('"table"', () => make(readTable("table", table), wishes));
}

function make(table: NamedTable, wishes: Wishes): Design<unknown> {
  const survey = new TableSurvey("table", wishes);
  const rows = survey.add(table);
  const encoding = survey.encoding();
  const source = { name: "table", table, rows };
  const read = (role: Role): Partial<Record<Role, Float64Array | string[]>> => {
    const column = wishes.roles.get(role);
    return column === undefined ? {} : { [role]: readRole(role, survey.columns.get(column) as ColumnSurvey, source) };
  };
  const { target: y } = read("target");
  const others = { ...read("weights"), ...read("offset"), ...read("groups") };
  return Object.assign(new PrintedDesign(), {
    X: encode(encoding, source, survey.entries(encoding)),
    y,
    ...(others as Pick<Design, "weights" | "offset" | "groups">),
    names: encoding.names,
    encoding,
    notes: survey.notes(encoding),
    rows: rows ?? Int32Array.from({ length: table.rows }, (_, i) => i),
  });
}

/** How big a design is, its encoding and its notes. */
class PrintedDesign extends Printable implements Design<unknown> {
  declare X: Design["X"];
  declare y: unknown;
  declare names: readonly string[];
  declare encoding: Encoding;
  declare notes: string[];
  declare rows: Int32Array;

  override toString(): string {
    const { X, encoding, notes } = this;
    return `X of ${X.rows} × ${X.columns}\n\n${encoding}\n\n${notes.join("\n")}`.trimEnd();
  }
}

/** A column that is not in X: numbers, or the strings of a target and of groups that are none. */
function readRole(role: Role, survey: ColumnSurvey, { name, table, rows }: TableRows): Float64Array | string[] {
  const { place, type = "text" } = survey;
  // Groups are labels: strings that read as numbers too.
  const isNumeric = role === "groups" ? !survey.isCategorical : survey.column("error").kind === "numeric";
  if (!isNumeric && (role === "weights" || role === "offset")) {
    throw typeError(
      "ERR_TYPE",
      `"${role}" must be a column of numbers, got ${describe(place.column)} of ${KINDS[type]}`,
    );
  }
  const numbers = new Float64Array(isNumeric ? (rows?.length ?? table.rows) : 0);
  const strings: string[] = [];
  const j = table.names.indexOf(place.column);
  let done = 0;
  for (const block of blocksOf(table, rows)) {
    const { from, count } = block;
    const values = valuesOf(name, table, j, from);
    if (isNumeric)
      readNumbers({ ...block, place, values, naValues: new Set() }, type, numbers.subarray(done, done + count));
    else for (let i = 0; i < count; ++i) strings.push(levelOf(values[(block.rows?.[i] ?? from + i) - from], type));
    done += count;
  }
  return isNumeric ? numbers : strings;
}
