import { type DenseParts, type Design, designMatrix, type Encoding, encodingFromJSON } from "../../index.js";
import { plural } from "../../printing/numbers.js";
import type { ChunkColumn } from "../../readers/index.js";
import { NA_VALUES } from "../../tables/tableOptions.js";
import { Failure, quote } from "../failures.js";
import type { Settings } from "../Job.js";
import { almostNumbers } from "./almostNumbers.js";
import { type Columns, firstGap, hasGap, isGap, join, joined, type Survey } from "./columns.js";
import { hintsOf } from "./hints.js";
import type { Table } from "./openTable.js";

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

/** Columns that a message lists at the most. */
const LISTED = 6;
/** The columns of a table by what they are for. */
interface Parts {
  /** Those of X, and which of these are numbers. */
  inX: readonly string[];
  numeric: readonly string[];
  /** Those that are something else. */
  roles: ReadonlySet<string | undefined>;
}

/** Makes X and y of a table. */
export async function designOf(table: Table, all: Columns, options: Settings): Promise<Training> {
  const parts = partsOf(table, all, options);
  await checkRoles(table, all, options);
  const hints = hintsOf(table, all, options);
  const { numeric } = parts;
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
  const training =
    plainDesign(table, all, options, parts, data, surveys) ?? (await encodedDesign(table, all, options, parts, data));
  // That dates differ in all rows is said by their hint.
  const isSaid = (note: string): boolean => {
    const [, name] = /^(".*") has \d+ levels in /.exec(note) ?? [];
    return name !== undefined && hints.some((hint) => hint.startsWith(`${name} is a category of `));
  };
  return { ...training, notes: [...hints, ...training.notes.filter((note) => !isSaid(note))] };
}

function partsOf(table: Table, all: Columns, options: Settings): Parts {
  const { target = "", weights, offset, groups, by, exclude = [], categorical = [] } = options;
  const roles = new Set([target, weights, offset, groups ?? by]);
  const inX = all.names.filter((name) => !roles.has(name) && !exclude.includes(name));
  if (inX.length === 0) throw new Failure(`${table.name} has no column left to explain ${quote(target)} by`);
  const numeric = inX.filter((name) => all.parts.get(name)?.[0] instanceof Float64Array && !categorical.includes(name));
  return { inX, numeric, roles };
}

/** X as it is, where all of it is numbers without gaps that are not sparse. */
function plainDesign(
  table: Table,
  all: Columns,
  options: Settings,
  { inX, numeric }: Parts,
  data: Float64Array,
  surveys: readonly Survey[],
): Training | undefined {
  const nonzeros = surveys.reduce((sum, survey) => sum + survey.nonzeros, 0);
  const isPlain =
    numeric.length === inX.length &&
    typeof options.reference !== "object" &&
    surveys.every(({ gaps, mean }) => gaps === 0 && Number.isFinite(mean)) &&
    nonzeros >= 0.1 * data.length;
  if (!isPlain) return undefined;
  const { target = "", weights, offset, groups, by, missing, naValues } = options;
  const columns = [target, weights, offset, groups ?? by].map((name) =>
    name === undefined ? undefined : joined(all, name),
  );
  if (columns.some((column) => column !== undefined && hasGap(column))) return undefined;
  const encoding = numericEncoding(numeric, surveys, missing, naValues);
  const { rows } = all;
  return {
    table,
    X: { data, rows, columns: numeric.length, order: "column", names: encoding.names, encoding },
    y: columns[0] as Float64Array | string[],
    weights: columns[1] as Float64Array | undefined,
    offset: columns[2] as Float64Array | undefined,
    groups: columns[3] as Float64Array | string[] | undefined,
    names: encoding.names,
    notes: [],
    rows: undefined,
    count: rows,
  };
}

/** X as `designMatrix` makes it. */
async function encodedDesign(
  table: Table,
  all: Columns,
  options: Settings,
  { inX, numeric, roles }: Parts,
  data: Float64Array<ArrayBuffer>,
): Promise<Training> {
  const {
    target = "",
    weights,
    offset,
    groups,
    by,
    categorical = [],
    missing = "error",
    reference,
    naValues,
  } = options;
  const { rows } = all;
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
  const named = categorical.filter((name) => inX.includes(name));
  const design = designMatrix<Float64Array | string[]>(
    { names, columns: { ...columns }, rows },
    {
      target,
      weights,
      offset,
      groups: groups ?? by,
      categorical: [...new Set([...texts, ...named, ...textRoles(columns, [target, groups ?? by])])],
      missing,
      reference,
      naValues: naValues && [...NA_VALUES, ...naValues],
    },
  );
  const notes = design.notes.map((note) => note.replace('by "exclude"', "by --exclude"));
  return {
    table,
    ...design,
    notes: [...almostNotes(table, columns, texts, options), ...notes],
    rows: design.rows.length === rows ? undefined : design.rows,
    count: design.rows.length,
  };
}

/** Says which columns of texts are almost numbers. */
function almostNotes(
  table: Table,
  columns: Record<string, ChunkColumn>,
  texts: readonly string[],
  options: Settings,
): string[] {
  const { categorical = [] } = options;
  return texts.flatMap((name) => {
    const found = categorical.includes(name) ? undefined : almostNumbers([columns[name]], options, table);
    return found === undefined ? [] : [`${quote(name)} is a category, as ${found.why}: ${found.fix}`];
  });
}

const textRoles = (columns: Record<string, ChunkColumn>, names: readonly (string | undefined)[]): string[] =>
  names.filter((name): name is string => name !== undefined && !(columns[name] instanceof Float64Array));

/** Refuses roles that a column cannot have. */
async function checkRoles(table: Table, all: Columns, options: Settings): Promise<void> {
  const { target = "", weights, offset, family = "gaussian" } = options;
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
    const almost = almostNumbers(parts, options, table);
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
