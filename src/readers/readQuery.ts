import type { DuckDBConnection, DuckDBInstance, DuckDBResult, DuckDBVector } from "@duckdb/node-api";
import { checkOptions, describe, messageOf, rangeError, reading, typeError } from "../errors.js";
import { builtin } from "../host.js";
import { DAY } from "../tables/cells.js";
import type { Chunk, ChunkColumn } from "./Chunk.js";
import { missingPeer } from "./peers.js";
import { datesOf, heightOf, refuseColumn, type TypedColumn, toColumn } from "./values.js";

export interface QueryOptions {
  /** The file of a database, which is only read. Default: none, in memory. */
  database?: string | undefined;
  /** What DuckDB may take, beyond which it sorts and joins on disk: `"512MB"`, which is the default, `"4GB"`, … */
  memoryLimit?: string | undefined;
}

const PACKAGE = "@duckdb/node-api";

/**
 * Reads what a query in SQL gives, run by DuckDB: on files of CSV, Parquet and JSON, many at a time (`'data/*.parquet'`), on databases, with joins, and sorting beyond memory.
 * For Node.
 *
 * Numbers, decimals and booleans (0 and 1) are numbers, whole ones within 2^53; dates and timestamps are days since 1970, with fractions. Gaps are NaN
 * among numbers and null among texts.
 *
 * @throws TypeError `ERR_PEER` if @duckdb/node-api, an optional peer dependency, is not installed; RangeError for what DuckDB refuses, with its message, and for two columns
 *   of one name; TypeError for columns of lists and the like.
 * @example
 * for await (const { names, rows } of readQuery("SELECT price, area FROM 'houses/*.parquet' WHERE area > 0")) {
 *   console.log(names, rows);
 * }
 */
export function readQuery(sql: string, options: QueryOptions = {}): AsyncGenerator<Chunk, void, undefined> {
  checkOptions("readQuery", options, ["database", "memoryLimit"]);
  const { database, memoryLimit = "512MB" } = reading("the options of readQuery", () => ({ ...options }));
  checkText("sql", sql);
  if (database !== undefined) checkText("database", database);
  checkText("memoryLimit", memoryLimit);
  return chunksOf(sql, database, memoryLimit);
}

function checkText(name: string, value: unknown): void {
  if (typeof value !== "string") throw typeError("ERR_TYPE", `"${name}" must be a string, got ${describe(value)}`);
}

async function loadDuckDB(): Promise<typeof import("@duckdb/node-api")> {
  try {
    // By a variable, so that no bundler looks into it: it is native.
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ PACKAGE);
  } catch (error) {
    throw missingPeer("readQuery", PACKAGE, error);
  }
}

async function* chunksOf(
  sql: string,
  database: string | undefined,
  memoryLimit: string,
): AsyncGenerator<Chunk, void, undefined> {
  const { DuckDBInstance } = await loadDuckDB();
  const settings = {
    memory_limit: memoryLimit,
    temp_directory: `${builtin<typeof import("node:os")>("node:os")?.tmpdir() ?? "."}/regulus-duckdb`,
    ...(database !== undefined && { access_mode: "READ_ONLY" }),
  };
  const what = database === undefined ? '"memoryLimit"' : '"database"';
  let instance: DuckDBInstance | undefined;
  let connection: DuckDBConnection | undefined;
  try {
    instance = await orRefuse(
      `${what} must be one that DuckDB opens`,
      DuckDBInstance.create(database ?? ":memory:", settings),
    );
    connection = await instance.connect();
    const result = await orRefuse('"sql" must be a query that DuckDB runs', connection.stream(sql));
    yield* chunksIn(result);
  } finally {
    connection?.closeSync();
    instance?.closeSync();
  }
}

async function orRefuse<T>(expected: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw Object.assign(rangeError("ERR_VALUE", `${expected}, got ${messageOf(error)}`), { cause: error });
  }
}

async function* chunksIn(result: DuckDBResult): AsyncGenerator<Chunk, void, undefined> {
  const names = result.columnNames();
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice !== undefined) {
    throw rangeError(
      "ERR_VALUE",
      `"sql" must name each column once, got ${describe(twice)} again: AS gives it another name`,
    );
  }
  const columns = names.map((name, j) => columnOf(name, result, j));
  const dates = datesOf(columns);
  const height = heightOf(names.length);
  let parts: ChunkColumn[][] = names.map(() => []);
  let rows = 0;
  let start = 0;
  const chunk = (): Chunk => {
    const entries = names.map((name, j) => [name, joined(parts[j], rows)] as const);
    const made = { names, columns: Object.fromEntries(entries), rows, ...dates };
    parts = names.map(() => []);
    start += rows;
    rows = 0;
    return made;
  };
  for (;;) {
    const batch = await orRefuse('"sql" must be a query that DuckDB runs', result.fetchChunk());
    if (batch === null || batch.rowCount === 0) break;
    const count = batch.rowCount;
    if (rows > 0 && rows + count > height) yield chunk();
    columns.forEach((column, j) => {
      parts[j].push(toColumn("sql", column, valuesOf(batch.getColumnVector(j)), start + rows));
    });
    rows += count;
  }
  if (rows > 0) yield chunk();
}

/** The values of a vector: as they lie where they are doubles without gaps. */
function valuesOf(vector: DuckDBVector): ArrayLike<unknown> {
  const { items, validity } = vector as { items?: unknown; validity?: { itemValid(i: number): boolean } };
  if (items instanceof Float64Array && validity !== undefined) {
    const values = items.slice();
    for (let i = 0; i < values.length; ++i) if (!validity.itemValid(i)) values[i] = Number.NaN;
    return values;
  }
  return vector.toArray();
}

function joined(parts: readonly ChunkColumn[], rows: number): ChunkColumn {
  if (!(parts[0] instanceof Float64Array)) return (parts as (string | null)[][]).flat();
  const all = new Float64Array(rows);
  let at = 0;
  for (const part of parts as Float64Array[]) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What a column of a result holds, by the name of its type. */
function columnOf(name: string, result: DuckDBResult, j: number): TypedColumn {
  const type = String(result.columnType(j));
  if (/^(VARCHAR|ENUM\(.*\)|UUID)$/s.test(type)) return { name, type: "string", convert: (value) => String(value) };
  const number = (convert?: (value: never) => unknown): TypedColumn => ({ name, type: "number", convert });
  if (type.startsWith("DECIMAL")) {
    return number(({ value, scale }: { value: bigint; scale: number }) => Number(`${value}e${-scale}`));
  }
  if (type === "DATE") return { ...number(({ days }: { days: number }) => days), date: "date" };
  if (type.startsWith("TIMESTAMP")) return { ...number(daysOf), date: "time" };
  if (/^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|^(BOOLEAN|FLOAT|DOUBLE)$/.test(type)) return number();
  return refuseColumn("sql", name, type, "SELECT can leave it out");
}

/** A timestamp of DuckDB in days. */
function daysOf(value: { seconds?: bigint; millis?: bigint; micros?: bigint; nanos?: bigint }): number {
  const { seconds, millis, micros, nanos } = value;
  if (seconds !== undefined) return Number(seconds) / 86_400;
  if (millis !== undefined) return Number(millis) / DAY;
  return micros !== undefined ? Number(micros) / (1e3 * DAY) : Number(nanos) / (1e6 * DAY);
}
