import type { DataType, RecordBatch, Vector } from "apache-arrow";
import { messageOf, rangeError } from "../errors.js";
import { DAY } from "../tables/cells.js";
import { addCodecs } from "./arrowCodecs.js";
import type { Bytes } from "./Bytes.js";
import type { Chunk } from "./Chunk.js";
import { missingPeer } from "./peers.js";
import { openFile, openSource, pathOf, type Source } from "./sources.js";
import { datesOf, heightOf, placesOf, readWanted, refuseColumn, type TypedColumn, toColumn } from "./values.js";

export interface ArrowOptions {
  /** The columns to read, in this order. Default: all. */
  columns?: readonly string[] | undefined;
}

/**
 * Reads a table in Arrow's IPC formats (files, Feather 2, and streams), one record batch at a time, which is what is in memory; a file that is not
 * on disk is held as a whole. Buffers may be compressed by LZ4, as pandas and polars write Feather, or by ZSTD if hyparquet-compressors is
 * installed; codecs in the `compressionRegistry` of apache-arrow go first.
 *
 * Numbers and booleans (0 and 1) are numbers, whole ones of 64 bits within 2^53; dates and timestamps are days since 1970, with fractions. Gaps are NaN among
 * numbers and null among texts.
 *
 * @param source - As {@link readCsv} takes it.
 * @throws TypeError `ERR_PEER` if apache-arrow, an optional peer dependency, is not installed; TypeError or RangeError for a source that cannot be read or is
 *   no Arrow, columns that are not there, and columns of lists and the like, unless `columns` leaves them out.
 * @example
 * for await (const { names, rows } of readArrow("houses.arrow")) {
 *   console.log(names, rows);
 * }
 */
export function readArrow(source: Source, options: ArrowOptions = {}): AsyncGenerator<Chunk, void, undefined> {
  return chunksOf(source, readWanted("readArrow", options));
}

async function loadArrow() {
  try {
    return await import("apache-arrow");
  } catch (error) {
    throw missingPeer("readArrow", "apache-arrow", error);
  }
}

async function* chunksOf(
  source: Source,
  wanted: readonly string[] | undefined,
): AsyncGenerator<Chunk, void, undefined> {
  const { RecordBatchReader, compressionRegistry } = await loadArrow();
  await addCodecs(compressionRegistry);
  const path = pathOf(source);
  const file = path === undefined ? undefined : await openFile(path);
  const bytes = file === undefined ? await openSource(source) : undefined;
  const name = bytes?.name ?? (path as string);
  // Some of what it refuses it throws before there is a promise.
  const attempt = async <T>(work: () => T | PromiseLike<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const message = `"${name}" must be Arrow that can be read, got ${messageOf(error)}`;
      const advice = " (for ZSTD: npm install hyparquet-compressors, or write it uncompressed)";
      const refused = rangeError("ERR_VALUE", /codec not found/.test(message) ? message + advice : message);
      throw Object.assign(refused, { cause: error });
    }
  };
  try {
    const reader = await attempt(() =>
      file !== undefined ? RecordBatchReader.from(file) : RecordBatchReader.from(piecesOf(bytes as Bytes)),
    );
    let columns: (TypedColumn & { index: number })[] | undefined;
    let start = 0;
    try {
      for (;;) {
        const { done, value } = await attempt(() => reader.next());
        if (done) break;
        const batch: RecordBatch = value;
        columns ??= columnsOf(name, batch, wanted);
        yield* chunksIn(name, batch, columns, start);
        start += batch.numRows;
      }
    } finally {
      await Promise.resolve(reader.cancel()).catch(() => {});
    }
  } finally {
    await bytes?.close();
    await file?.close().catch(() => {});
  }
}

async function* piecesOf(bytes: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  // Arrow keeps what it is given.
  for (let piece = await bytes.next(); piece !== undefined; piece = await bytes.next()) yield piece.slice();
}

function* chunksIn(
  file: string,
  batch: RecordBatch,
  columns: readonly (TypedColumn & { index: number })[],
  start: number,
): Generator<Chunk, void, undefined> {
  const names = columns.map(({ name }) => name);
  if (names.length === 0) return;
  const dates = datesOf(columns);
  const height = heightOf(names.length);
  for (let from = 0; from < batch.numRows; from += height) {
    const part = batch.slice(from, Math.min(from + height, batch.numRows));
    const entries = columns.map((column) => {
      const values = valuesOf(part.getChildAt(column.index) as Vector);
      return [column.name, toColumn(file, column, values, start + from)] as const;
    });
    yield { names, columns: Object.fromEntries(entries), rows: part.numRows, ...dates };
  }
}

/** The values of a column: as they lie where they are numbers without gaps. */
function valuesOf(column: Vector): ArrayLike<unknown> {
  const { typeId, precision } = column.type as { typeId: number; precision?: number };
  const lies = column.nullCount === 0 && ((typeId === 3 && precision !== 0) || typeId === 2);
  return lies ? column.toArray() : Array.from(column);
}

function columnsOf(file: string, { schema }: RecordBatch, wanted: readonly string[] | undefined) {
  const names = schema.fields.map((field) => field.name);
  const places = placesOf(file, "columns", wanted ?? names, names);
  return places.map((index) => ({ ...columnOf(file, names[index], schema.fields[index].type), index }));
}

/** Arrow's types, by their numbers. */
const NULL = 1;
const INT = 2;
const FLOAT = 3;
const UTF8 = 5;
const BOOL = 6;
const DATE = 8;
const TIMESTAMP = 10;
const LARGE_UTF8 = 20;

function columnOf(file: string, name: string, type: DataType): TypedColumn {
  const { typeId } = (type as { dictionary?: DataType }).dictionary ?? type;
  if (typeId === UTF8 || typeId === LARGE_UTF8) return { name, type: "string" };
  if (typeId === DATE || typeId === TIMESTAMP)
    return {
      name,
      type: "number",
      date: typeId === DATE ? "date" : "time",
      convert: (value) => Number(value) / DAY,
    };
  if (typeId === INT || typeId === FLOAT || typeId === BOOL || typeId === NULL) return { name, type: "number" };
  return refuseColumn(file, name, type);
}
