import { NA_VALUES } from "../../tables/tableOptions.js";
import { Failure, quote, refuseName, word } from "../failures.js";
import type { Settings } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";
import { add, type Columns } from "./columns.js";
import { designOf, type Training } from "./designOf.js";
import { explain } from "./explain.js";
import { isHeadless } from "./hints.js";
import { openTable, type Table } from "./openTable.js";

const ROLES = ["target", "weights", "offset", "groups", "by"] as const;

/** Reads a table whole, and makes X and y of it. */
export async function readDesign(input: string | undefined, options: Settings, desk: Desk): Promise<Training> {
  const { sql, delimiter, decimal, naValues, categorical = [] } = options;
  const table = await openTable({
    input,
    sql,
    delimiter,
    decimal,
    naValues: naValues && [...NA_VALUES, ...naValues],
    texts: categorical,
    workers: options.workers,
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
    if (all.heights.length === 1 && table.format !== "jsonl") checkNames(table, all.names, options);
    desk.progress({ label, done: all.rows, total: Number.POSITIVE_INFINITY, unit: "rows" });
  }
  if (all.rows === 0) throw new Failure(`${table.name} has no rows`);
  checkNames(table, all.names, options);
  return all;
}

/** Refuses names of columns that there are not. */
function checkNames(table: Table, names: readonly string[], options: Settings): void {
  const { exclude = [], categorical = [], reference } = options;
  const check = (flag: string, name: string | undefined): void => {
    if (name === undefined || names.includes(name)) return;
    const message = `${table.name} has no column ${quote(name)}, which --${flag} names`;
    if (isHeadless(table, names))
      throw new Failure(message, "its first line is numbers, and no names of columns: put these above it");
    const [sign] = names.length === 1 && table.format === "csv" ? (/[,;\t|]| (?=\S)/.exec(names[0]) ?? []) : [];
    if (sign !== undefined) {
      const flag = `--delimiter ${sign === "\t" ? "tab" : word(sign)}`;
      throw new Failure(message, `its header is one field, ${quote(names[0])}: ${flag} parts it`);
    }
    refuseName(message, name, names);
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
