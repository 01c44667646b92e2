import { type DenseParts, type Design, designMatrix, type Encoding, encodingFromJSON } from "../../index.js";
import { plural } from "../../printing/numbers.js";
import type { Chunk, ChunkColumn } from "../../readers/index.js";
import { NA_VALUES } from "../../tables/tableOptions.js";
import { Failure, quote, refuseName } from "../failures.js";
import type { Settings } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";
import { almostNumbers } from "./almostNumbers.js";
import { explain } from "./explain.js";
import { openTable, type Table } from "./openTable.js";

/** What is fitted. */
export interface Training {
  table: Table;
  X: Design["X"] | DenseParts;
  y: Float64Array | string[];
  weights?: Float64Array | undefined;
  offset?: Float64Array | undefined;
  groups?: Float64Array | string[] | undefined;
  names: readonly string[];
  notes: string[];
  /** The rows of the table that are in X, where some are left out. */
  rows: Int32Array | undefined;
  count: number;
}

/** All of a table, column by column. */
interface Columns {
  names: string[];
  parts: Map<string, ChunkColumn[]>;
  /** The rows of each chunk. */
  heights: number[];
  rows: number;
}

/** Columns that a message lists at the most. */
const LISTED = 6;
const ROLES = ["target", "weights", "offset", "groups", "by"] as const;

/** Reads a table whole, and makes X and y of it. */
export async function readDesign(input: string | undefined, options: Settings, desk: Desk): Promise<Training> {
  const { sql, delimiter, naValues, categorical = [] } = options;
  const table = await openTable({
    input,
    sql,
    delimiter,
    naValues: naValues && [...NA_VALUES, ...naValues],
    texts: categorical,
  });
  try {
    const all = await gather(table, options, desk);
    return await designOf(table, all, options);
  } catch (error) {
    throw await explain(error, { table, options });
  }
}

async function gather(table: Table, options: Settings, desk: Desk): Promise<Columns> {
  const all: Columns = { names: [], parts: new Map(), heights: [], rows: 0 };
  const label = `reading ${table.name}`;
  desk.progress({ label, done: 0, total: Number.POSITIVE_INFINITY, unit: "rows" });
  for await (const chunk of table.chunks) {
    add(all, chunk);
    if (all.heights.length === 1 && table.format !== "jsonl") checkNames(table.name, all.names, options);
    desk.progress({ label, done: all.rows, total: Number.POSITIVE_INFINITY, unit: "rows" });
  }
  if (all.rows === 0) throw new Failure(`${table.name} has no rows`);
  checkNames(table.name, all.names, options);
  return all;
}

function add(all: Columns, { names, columns, rows }: Chunk): void {
  for (const name of names) {
    let parts = all.parts.get(name);
    if (parts === undefined) {
      parts = all.heights.map((height) => gapsLike(columns[name], height));
      all.parts.set(name, parts);
      all.names.push(name);
    }
    parts.push(columns[name]);
  }
  all.heights.push(rows);
  for (const parts of all.parts.values()) if (parts.length < all.heights.length) parts.push(gapsLike(parts[0], rows));
  all.rows += rows;
}

const gapsLike = (column: ChunkColumn, rows: number): ChunkColumn =>
  column instanceof Float64Array ? new Float64Array(rows).fill(Number.NaN) : new Array<null>(rows).fill(null);

/** Refuses names of columns that there are not. */
function checkNames(table: string, names: readonly string[], options: Settings): void {
  const { exclude = [], categorical = [], reference } = options;
  const check = (flag: string, name: string | undefined): void => {
    if (name === undefined || names.includes(name)) return;
    refuseName(`${table} has no column ${quote(name)}, which --${flag} names`, name, names);
  };
  for (const role of ROLES) check(role, options[role]);
  for (const name of exclude) check("exclude", name);
  for (const name of categorical) check("categorical", name);
  if (typeof reference === "object") for (const name of Object.keys(reference)) check("reference", name);
  const seen = new Map<string, string>();
  for (const role of ROLES) {
    const name = options[role];
    if (name === undefined) continue;
    const other = seen.get(name);
    if (other !== undefined && role !== "by")
      throw new Failure(`column ${quote(name)} cannot be both --${other} and --${role}`);
    seen.set(name, role);
  }
}

async function designOf(table: Table, all: Columns, options: Settings): Promise<Training> {
  const { target = "", weights, offset, groups, by, exclude = [], categorical = [], missing = "error" } = options;
  const roles = new Set([target, weights, offset, groups ?? by]);
  const inX = all.names.filter((name) => !roles.has(name) && !exclude.includes(name));
  if (inX.length === 0) throw new Failure(`${table.name} has no column left to explain ${quote(target)} by`);
  const isNumeric = (name: string): boolean =>
    all.parts.get(name)?.[0] instanceof Float64Array && !categorical.includes(name);
  await checkRoles(table, all, options);
  const numeric = inX.filter(isNumeric);
  const { rows } = all;
  if (numeric.length * rows > 536_870_912) {
    throw new Failure(
      `${table.name} has ${rows} rows of ${numeric.length} columns of numbers, more than 4 GiB`,
      "the library's GramAccumulator reads such tables in chunks",
    );
  }
  // Columns of numbers lie one after the other, as X has them if it has no others.
  const data = new Float64Array(numeric.length * rows);
  const surveys = numeric.map((name, j) => join(all, name, data.subarray(j * rows, (j + 1) * rows)));
  const of = (name: string | undefined): ChunkColumn | undefined =>
    name === undefined ? undefined : joined(all, name);
  const nonzeros = surveys.reduce((sum, survey) => sum + survey.nonzeros, 0);
  const isPlain =
    numeric.length === inX.length &&
    typeof options.reference !== "object" &&
    surveys.every(({ gaps, mean }) => gaps === 0 && Number.isFinite(mean)) &&
    nonzeros >= 0.1 * data.length;
  const named = { target: of(target), weights: of(weights), offset: of(offset), groups: of(groups ?? by) };
  const isWhole = Object.values(named).every((column) => column === undefined || !hasGap(column));
  if (isPlain && isWhole) {
    const encoding = numericEncoding(numeric, surveys, missing, options.naValues);
    const numbers = (column: ChunkColumn | undefined) => column as Float64Array | undefined;
    return {
      table,
      X: { data, rows, columns: numeric.length, order: "column", names: encoding.names, encoding },
      y: named.target as Float64Array | string[],
      weights: numbers(named.weights),
      offset: numbers(named.offset),
      groups: named.groups as Float64Array | string[] | undefined,
      names: encoding.names,
      notes: [],
      rows: undefined,
      count: rows,
    };
  }
  const columns: Record<string, ChunkColumn> = Object.create(null);
  const place = new Map(numeric.map((name, j) => [name, j]));
  for (const name of all.names) {
    const j = place.get(name);
    if (j !== undefined) columns[name] = data.subarray(j * rows, (j + 1) * rows);
    else if (inX.includes(name) || roles.has(name)) columns[name] = joined(all, name);
  }
  const names = all.names.filter((name) => name in columns);
  if (missing === "error") await refuseGaps(table, columns, names);
  // What a text is, a category is: strings that read as numbers too.
  const texts = names.filter((name) => !roles.has(name) && !(columns[name] instanceof Float64Array));
  const design = designMatrix<Float64Array | string[]>(
    { names, columns: { ...columns }, rows },
    {
      target,
      weights,
      offset,
      groups: groups ?? by,
      categorical: [
        ...new Set([
          ...texts,
          ...categorical.filter((name) => inX.includes(name)),
          ...textRoles(columns, [target, groups ?? by]),
        ]),
      ],
      missing,
      reference: options.reference,
      naValues: options.naValues && [...NA_VALUES, ...options.naValues],
    },
  );
  const isAll = design.rows.length === rows;
  const almost = texts.flatMap((name) => {
    const found = categorical.includes(name) ? undefined : almostNumbers([columns[name]], options.naValues);
    return found === undefined ? [] : [`${quote(name)} is a category, as ${found.why}: ${found.fix}`];
  });
  return {
    table,
    ...design,
    notes: [...almost, ...design.notes.map((note) => note.replace('by "exclude"', "by --exclude"))],
    rows: isAll ? undefined : design.rows,
    count: design.rows.length,
  };
}

const textRoles = (columns: Record<string, ChunkColumn>, names: readonly (string | undefined)[]): string[] =>
  names.filter((name): name is string => name !== undefined && !(columns[name] instanceof Float64Array));

/** Refuses roles that a column cannot have. */
async function checkRoles(
  table: Table,
  all: Columns,
  { target = "", weights, offset, family = "gaussian", naValues }: Settings,
): Promise<void> {
  const isText = (name: string): boolean => !(all.parts.get(name)?.[0] instanceof Float64Array);
  const isClassifier = family === "binomial" || family === "multinomial";
  if (!isClassifier && isText(target)) {
    const values = new Set<string>();
    const parts = all.parts.get(target) ?? [];
    for (const part of parts)
      for (const value of part) if (typeof value === "string" && values.size < 4) values.add(value);
    const [few, fitting] = [
      [...values].slice(0, 3).map(quote).join(", "),
      values.size === 2 ? "binomial" : "multinomial",
    ];
    const almost = almostNumbers(parts, naValues);
    if (almost) {
      const place = await table.placeOf(almost.row);
      throw new Failure(`${table.name}, ${place}, column ${quote(target)} is text, as ${almost.why}`, almost.fix);
    }
    throw new Failure(
      `${table.name}, column ${quote(target)} is text (${few}${values.size > 3 ? ", …" : ""}), and the ${family} family explains numbers`,
      `--family ${fitting} explains categories`,
    );
  }
  for (const [role, name] of [
    ["weights", weights],
    ["offset", offset],
  ] as const) {
    if (name !== undefined && isText(name))
      throw new Failure(`${table.name}, column ${quote(name)} is text, and --${role} needs numbers`);
  }
}

/** What is known of a column of numbers. */
interface Survey {
  gaps: number;
  nonzeros: number;
  mean: number;
}

/** Copies a column of numbers to where it is to lie. Its mean is that of `designMatrix`: by a compensated sum. */
function join(all: Columns, name: string, out: Float64Array): Survey {
  let gaps = 0;
  let nonzeros = 0;
  let at = 0;
  let sum = 0;
  let error = 0;
  for (const part of all.parts.get(name) as Float64Array[]) {
    for (let i = 0; i < part.length; ++i) {
      const value = part[i];
      out[at++] = value;
      if (value !== value) {
        gaps += 1;
        continue;
      }
      // Knuth's two-sum: what the sum has lost, without a branch.
      const next = sum + value;
      const added = next - sum;
      error += sum - (next - added) + (value - added);
      sum = next;
      if (value !== 0) nonzeros += 1;
    }
  }
  // Each is there once from here on.
  all.parts.delete(name);
  return { gaps, nonzeros, mean: (sum + error) / (out.length - gaps) };
}

function joined(all: Columns, name: string): ChunkColumn {
  const parts = all.parts.get(name) as ChunkColumn[];
  if (!(parts[0] instanceof Float64Array)) return parts.length === 1 ? parts[0] : (parts as (string | null)[][]).flat();
  const out = new Float64Array(all.rows);
  let at = 0;
  for (const part of parts as Float64Array[]) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const isGap = (value: number | string | null): boolean => value === null || value !== value;
const hasGap = (column: ChunkColumn): boolean =>
  (column as ArrayLike<number | string | null>).length > 0 && firstGap(column) >= 0;

function firstGap(column: ChunkColumn): number {
  for (let i = 0; i < column.length; ++i) if (isGap(column[i])) return i;
  return -1;
}

/** Refuses gaps that nothing is to be done about. */
async function refuseGaps(table: Table, columns: Record<string, ChunkColumn>, names: readonly string[]): Promise<void> {
  const found = names.filter((name) => hasGap(columns[name]));
  if (found.length === 0) return;
  const count = (name: string): number =>
    Array.from<unknown>(columns[name]).filter((value) => isGap(value as number)).length;
  const places = await Promise.all(
    found.slice(0, LISTED).map(async (name) => {
      const gaps = count(name);
      const place = await table.placeOf(firstGap(columns[name]));
      return `column ${quote(name)} has ${plural(gaps, "gap")}${gaps > 1 ? `, the first in ${place}` : ` in ${place}`}`;
    }),
  );
  const more = found.length > LISTED ? `; so have ${found.length - LISTED} others` : "";
  throw new Failure(
    `${table.name}: ${places.join("; ")}${more}`,
    "--missing mean fills them, --missing indicator marks them too, --missing drop leaves their rows out",
  );
}

/** The encoding of a table of numbers without gaps. */
function numericEncoding(
  names: readonly string[],
  surveys: readonly Survey[],
  missing: Settings["missing"],
  naValues: readonly string[] | undefined,
): Encoding {
  return encodingFromJSON({
    format: "regulus-encoding",
    version: 1,
    columns: names.map((name, j) => ({
      name,
      kind: "numeric",
      type: "number",
      mean: surveys[j].mean,
      indicator: false,
    })),
    names: [...names],
    missing: missing ?? "error",
    unknown: "error",
    naValues: [...NA_VALUES, ...(naValues ?? [])],
    interactions: [],
    polynomial: [],
    sparse: "auto",
  });
}
