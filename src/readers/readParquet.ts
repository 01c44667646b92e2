import type { FileMetaData, SchemaElement } from "hyparquet";
import { messageOf, rangeError } from "../errors.js";
import { DAY } from "../tables/cells.js";
import type { Chunk } from "./Chunk.js";
import { missingPeer } from "./peers.js";
import { openRandomly, type RandomBytes } from "./randomBytes.js";
import type { Source } from "./sources.js";
import { datesOf, heightOf, placesOf, readWanted, refuseColumn, type TypedColumn, toColumn } from "./values.js";

/** Days since 1970 as they are written, where instants of JavaScript would be whole milliseconds. */
const parsers = {
  dateFromDays: (days: number): number => days,
  timestampFromMilliseconds: (millis: bigint): number => Number(millis) / DAY,
  timestampFromMicroseconds: (micros: bigint): number => Number(micros) / (1e3 * DAY),
  timestampFromNanoseconds: (nanos: bigint): number => Number(nanos) / (1e6 * DAY),
};

export interface ParquetOptions {
  /** The columns to read, in this order: others are not even fetched. Default: all. */
  columns?: readonly string[] | undefined;
}

/**
 * Reads a table in Parquet, one row group at a time, which is what is in memory.
 *
 * Numbers, decimals and booleans (0 and 1) are numbers, whole ones of 64 bits within 2^53; dates and times are days since 1970, with fractions. Gaps are NaN among
 * numbers and null among texts. Files on disk, Blobs and bytes are read where the columns are; what comes from an address or as a
 * stream is held as a whole.
 *
 * @param source - As {@link readCsv} takes it.
 * @throws TypeError `ERR_PEER` if hyparquet and hyparquet-compressors, which are optional peer dependencies, are not installed; TypeError or RangeError for a
 *   source that cannot be read or is no Parquet, columns that are not there, and columns of lists and the like, unless `columns` leaves them out.
 * @example
 * for await (const { names, rows } of readParquet("houses.parquet", { columns: ["price", "area"] })) {
 *   console.log(names, rows);
 * }
 */
export function readParquet(source: Source, options: ParquetOptions = {}): AsyncGenerator<Chunk, void, undefined> {
  return chunksOf(source, readWanted("readParquet", options));
}

async function loadParquet() {
  try {
    return { hyparquet: await import("hyparquet"), compressors: (await import("hyparquet-compressors")).compressors };
  } catch (error) {
    throw missingPeer("readParquet", "hyparquet hyparquet-compressors", error);
  }
}

async function* chunksOf(
  source: Source,
  wanted: readonly string[] | undefined,
): AsyncGenerator<Chunk, void, undefined> {
  const { hyparquet, compressors } = await loadParquet();
  const file = await openRandomly(source);
  try {
    const metadata = await orRefuse(file, hyparquet.parquetMetadataAsync(file));
    const columns = columnsOf(file.name, metadata, wanted);
    const names = columns.map(({ name }) => name);
    if (names.length === 0) return;
    const height = heightOf(names.length);
    const dates = datesOf(columns);
    let start = 0;
    for (const group of metadata.row_groups) {
      const rows = Number(group.num_rows);
      const end = start + rows;
      const scan = await hyparquet.parquetScan({
        file,
        metadata,
        columns: names,
        rowStart: start,
        rowEnd: end,
        compressors,
        parsers: parsers as never,
      });
      const parts: ArrayLike<unknown>[] = [];
      for (const { name } of columns) {
        if (rows === 0) break;
        parts.push(await orRefuse(file, scan.readColumn({ column: name, rowStart: start, rowEnd: end })));
      }
      for (let from = 0; from < rows; from += height) {
        const count = Math.min(height, rows - from);
        const entries = columns.map((column, k) => {
          const values = part(parts[k], from, from + count);
          return [column.name, toColumn(file.name, column, values, start + from)] as const;
        });
        yield { names, columns: Object.fromEntries(entries), rows: count, ...dates };
      }
      start = end;
    }
  } finally {
    await file.close();
  }
}

function part(values: ArrayLike<unknown>, from: number, to: number): ArrayLike<unknown> {
  return ArrayBuffer.isView(values)
    ? (values as Float64Array).subarray(from, to)
    : (values as unknown[]).slice(from, to);
}

/** Names the file that a package could not read. */
async function orRefuse<T>({ name }: RandomBytes, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const refused = rangeError("ERR_VALUE", `"${name}" must be Parquet that can be read, got ${messageOf(error)}`);
    throw Object.assign(refused, { cause: error });
  }
}

/** The wanted columns of the file, of the first level, and what they hold. */
function columnsOf(file: string, { schema }: FileMetaData, wanted: readonly string[] | undefined): TypedColumn[] {
  const all: SchemaElement[] = [];
  // Depth first: what is below an element follows it.
  let at = 1;
  const skip = (): void => {
    const { num_children = 0 } = schema[at++];
    for (let k = 0; k < num_children; ++k) skip();
  };
  for (let k = 0; k < (schema[0].num_children ?? 0); ++k) {
    all.push(schema[at]);
    skip();
  }
  const names = all.map(({ name }) => name);
  return placesOf(file, "columns", wanted ?? names, names).map((j) => columnOf(file, all[j]));
}

function columnOf(file: string, element: SchemaElement): TypedColumn {
  const { name, type, converted_type: converted, logical_type: logical } = element;
  const kind = logical?.type ?? converted;
  if (type === undefined || element.repetition_type === "REPEATED" || kind === "INTERVAL") {
    refuseColumn(file, name, kind ?? "a group");
  }
  const isDate = converted === "DATE" || logical?.type === "DATE";
  if (isDate || /^TIMESTAMP/.test(kind ?? "") || type === "INT96") {
    return { name, type: "number", date: isDate ? "date" : "time" };
  }
  const isBytes = type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY";
  if (isBytes && converted !== "DECIMAL" && logical?.type !== "DECIMAL" && logical?.type !== "FLOAT16") {
    return { name, type: "string" };
  }
  return { name, type: "number" };
}
