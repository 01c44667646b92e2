import type { NamedTable } from "../data/tables/readTable.js";
import { describe, rangeError } from "../errors.js";
import { nearest } from "../names/suggestion.js";
import { ColumnSurvey } from "./ColumnSurvey.js";
import { isGap, UNLESS_SAID } from "./cells.js";
import { Encoding } from "./Encoding.js";
import type { EncodedColumn } from "./EncodingJSON.js";
import { blocksOf, type Rows, valuesOf } from "./readCells.js";
import type { Wishes } from "./tableOptions.js";

/** What is to be known of a table before X can be made of it, some rows at a time. */
export class TableSurvey {
  readonly #name: string;
  readonly #wishes: Wishes;
  readonly #naValues: ReadonlySet<string>;
  /** The columns that are something else than in X. */
  readonly #roles: ReadonlySet<string>;
  /** The names of all columns. */
  readonly #names = new Set<string>();
  /** Of the columns that are wanted, in their order. */
  readonly columns = new Map<string, ColumnSurvey>();
  /** Rows so far, and those of them that are not left out. */
  #rows = 0;
  kept = 0;

  /** @param name - What messages call the table. */
  constructor(name: string, wishes: Wishes) {
    this.#name = name;
    this.#wishes = wishes;
    this.#naValues = new Set(wishes.naValues);
    this.#roles = new Set(wishes.roles.values());
  }

  /** Reads further rows. Returns those that are kept, if some are left out. */
  add(table: NamedTable): Int32Array | undefined {
    const { names, rows } = table;
    const places = new Map(names.map((name, j) => [name, j]));
    for (const name of names) {
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      if (!this.#isInX(name) && !this.#roles.has(name)) continue;
      const survey = new ColumnSurvey({ table: this.#name, column: name }, this.#kindOf(name), this.#naValues);
      this.columns.set(name, survey);
      // Columns that begin late
      if (this.#rows > 0) survey.addGaps(this.#rows, 0);
    }
    const valuesIn = (name: string, { from }: Rows): ArrayLike<unknown> => {
      const place = places.get(name);
      return place === undefined ? [] : valuesOf(this.#name, table, place, from);
    };
    const kept = this.#wishes.missing === "drop" ? this.#complete(table, valuesIn) : undefined;
    const present = [...this.columns].filter(([name]) => places.has(name));
    if (present.length > 0) {
      for (const block of blocksOf(table, kept)) {
        for (const [name, survey] of present) survey.add(valuesIn(name, block), block, this.#rows);
      }
    }
    // Of rows that are left out, gaps are counted.
    if (kept === undefined && rows > 0) {
      for (const [name, survey] of this.columns) if (!places.has(name)) survey.addGaps(rows, this.#rows);
    }
    this.#rows += rows;
    this.kept += kept?.length ?? rows;
    return kept;
  }

  /** The rows without gaps; undefined if these are all. */
  #complete(table: NamedTable, valuesIn: (name: string, block: Rows) => ArrayLike<unknown>): Int32Array | undefined {
    const hasGap = new Uint8Array(table.rows);
    let left = 0;
    for (const block of blocksOf(table)) {
      const { from, count } = block;
      for (const [name, survey] of this.columns) {
        const values = valuesIn(name, block);
        for (let i = 0; i < count; ++i) {
          if (!isGap(values[i], this.#naValues)) continue;
          survey.addGaps(1, this.#rows + from + i);
          left += 1 - hasGap[from + i];
          hasGap[from + i] = 1;
        }
      }
    }
    if (left === 0) return undefined;
    const kept = new Int32Array(table.rows - left);
    for (let i = 0, k = 0; i < table.rows; ++i) if (hasGap[i] === 0) kept[k++] = i;
    return kept;
  }

  #isInX(name: string): boolean {
    const { include, exclude } = this.#wishes;
    if (include !== undefined && !include.has(name)) return false;
    return !exclude.has(name) && !this.#roles.has(name);
  }

  #kindOf(name: string): ColumnSurvey["kind"] {
    const { categorical, numeric } = this.#wishes;
    return categorical.has(name) ? "categorical" : numeric.has(name) ? "numeric" : undefined;
  }

  /** The encoding of what was read. @throws for what the options do not allow, and columns that they name but are not there. */
  encoding(): Encoding {
    const { reference, missing, unknown, interactions, polynomial, naValues, sparse, ...wishes } = this.#wishes;
    for (const [role, name] of wishes.roles) checkNames(role, [name], this.#names);
    for (const list of ["include", "exclude", "categorical", "numeric"] as const) {
      checkNames(list, wishes[list] ?? [], this.#names);
    }
    this.#checkGaps();
    const columns: EncodedColumn[] = [];
    for (const [name, survey] of this.columns) {
      if (this.#isInX(name)) columns.push(withReference(survey.column(missing), reference));
    }
    const named = (other?: string): string[] => columns.filter(({ kind }) => kind !== other).map(({ name }) => name);
    if (typeof reference !== "string") {
      checkNames("reference", reference.keys(), named("numeric"), "categories in X");
    }
    checkNames("interactions", interactions.flat(), named(), "columns in X");
    const powers = polynomial.map(([name]) => name);
    checkNames("polynomial", powers, named("categorical"), "columns of numbers in X");
    const encoding = new Encoding({ columns, missing, unknown, naValues, interactions, polynomial, sparse });
    if (encoding.names.length > 0) return encoding;
    throw rangeError("ERR_LENGTH", `"${this.#name}" must have a column for X, got none`);
  }

  /** Refuses gaps that are neither filled nor left out. */
  #checkGaps(): void {
    const { missing } = this.#wishes;
    const isDropped = missing === "drop";
    if (isDropped ? this.kept > 0 : this.#rows > 0) {
      const isFilled = missing === "mean" || missing === "indicator";
      const isOpen = (name: string): boolean => !isDropped && (!isFilled || this.#roles.has(name));
      const gaps = this.#gaps(isOpen, (row) => ` (first in row ${row})`);
      if (gaps === "") return;
      const more = isFilled ? "in what is not in X" : UNLESS_SAID;
      throw rangeError("ERR_VALUE", `"${this.#name}" must have no gaps ${more}, got ${gaps}`);
    }
    const got =
      this.#rows === 0 ? ", got 0" : ` without gaps, got gaps in all ${this.#rows}: ${this.#gaps(() => true)}`;
    throw rangeError("ERR_LENGTH", `"${this.#name}" must have at least one row${got}`);
  }

  /** How many gaps there are in which columns. Empty for none. */
  #gaps(isListed: (name: string) => boolean, more = (_row: number): string => ""): string {
    const listed: string[] = [];
    for (const [name, { gaps, firstGap }] of this.columns) {
      if (gaps > 0 && isListed(name)) listed.push(`${gaps} in column ${describe(name)}${more(firstGap)}`);
    }
    const others = listed.length - LISTED;
    return listed.slice(0, LISTED).join(", ") + (others > 0 ? `, and some in ${others} other columns` : "");
  }

  /** So many entries of X at the least are not 0: those of numbers, and of categories whose levels all have columns. */
  entries({ columns }: Encoding): number {
    return columns.reduce((sum, column) => {
      const { values, nonzeros } = this.columns.get(column.name) as ColumnSurvey;
      return sum + (column.kind === "numeric" ? nonzeros : column.reference === undefined ? values : 0);
    }, 0);
  }

  /** What has become of gaps, and what looks like a mistake. */
  notes({ columns }: Encoding): string[] {
    const notes: string[] = [];
    const left = this.#rows - this.kept;
    if (left > 0) notes.push(`${left} of ${this.#rows} rows are left out for gaps: ${this.#gaps(() => true)}`);
    for (const column of columns) {
      const { name } = column;
      const gaps = this.columns.get(name)?.gaps ?? 0;
      const label = describe(name);
      const gapsIn = gaps === 1 ? `1 gap in ${label} is` : `${gaps} gaps in ${label} are`;
      if (column.kind === "categorical") {
        const count = column.levels.length;
        if (column.missingLevel) notes.push(`${gapsIn} a level of their own, ${describe(`${name}=(missing)`)}`);
        if (count > MANY_LEVELS && 2 * count > this.kept) {
          notes.push(
            `${label} has ${count} levels in ${this.kept} rows: what only tells rows apart is better left out, by "exclude"`,
          );
        }
      } else if (left === 0 && gaps > 0) {
        notes.push(`${gapsIn} filled with its mean, ${Number(column.mean.toPrecision(6))}`);
      }
    }
    return notes;
  }
}

/** Columns that a message lists at the most. */
const LISTED = 10;

/** A category with as many levels as half of the rows, and more than these, may be an identifier. */
const MANY_LEVELS = 20;

function withReference(column: EncodedColumn, reference: Wishes["reference"]): EncodedColumn {
  if (column.kind === "numeric" || reference === "none") return column;
  const { name, levels } = column;
  const level = reference === "first" ? levels[0] : reference.get(name);
  if (level === undefined) return column;
  checkNames(`reference of ${name}`, [level], levels, "levels");
  return { ...column, reference: level };
}

/** Refuses names that there are not, with the nearest that there is. */
function checkNames(
  option: string,
  names: Iterable<string>,
  known: Iterable<string>,
  of = "columns of the table",
): void {
  const there = new Set(known);
  for (const name of names) {
    if (there.has(name)) continue;
    const all = [...there];
    const best = nearest(name, all, LISTED, 1 / 2);
    const few = all.length <= LISTED ? all.map(describe).join(", ") || "none" : `${all.length} others`;
    const hint = best ? `did you mean ${describe(best)}?` : `there are ${few}`;
    throw rangeError("ERR_VALUE", `"${option}" must name ${of}, got ${describe(name)}: ${hint}`);
  }
}
