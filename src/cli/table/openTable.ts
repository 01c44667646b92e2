import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { createExecutor } from "../../executors/createExecutor.js";
import { delimiterOf, type Feed } from "../../readers/csv/Feed.js";
import { type Chunk, openSource, readArrow, readCsv, readParquet, readQuery } from "../../readers/index.js";
import { NA_VALUES } from "../../tables/tableOptions.js";
import { Failure } from "../failures.js";
import { peeked, standardInput } from "./bytes.js";
import { RawRows } from "./RawRows.js";
import { RecordLines } from "./RecordLines.js";
import { linesOf, readJsonLines } from "./readJsonLines.js";

export type Format = "csv" | "jsonl" | "arrow" | "parquet" | "sql";

/** Which table is to be read, and how. */
interface Wanted {
  /** A path, a URL, or "-" for standard input. */
  input: string | undefined;
  sql: string | undefined;
  delimiter: string | undefined;
  decimal: "." | "," | undefined;
  naValues: readonly string[] | undefined;
  /** Columns that are text, and columns of numbers, whatever they look like. */
  texts: readonly string[];
  numbers?: readonly string[] | undefined;
  /** Keeps the rows of texts as they are written, until they are taken; of CSV reads only the columns that are named. */
  keepsRows?: boolean;
  /** Threads that read a large CSV file. Default: this one. */
  workers?: number | undefined;
}

/** A table that is being read. */
export interface Table {
  /** What messages call it. */
  name: string;
  format: Format;
  /** Of CSV, what stands between fields, where it is known. */
  delimiter: string | undefined;
  /** Of CSV, what stands before the decimals of numbers. */
  decimal?: "." | "," | undefined;
  chunks: AsyncGenerator<Chunk, void, undefined>;
  /** Of a text, its rows as they are written. */
  raw?: { take(): [row: string, end: string]; keepBlank(): void };
  /** Where a row, from 0, is: "line 3" of a text, "row 2" of all else, both from 1. */
  placeOf(row: number): Promise<string>;
}

const FORMATS: Record<string, Format> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".tab": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".arrow": "arrow",
  ".arrows": "arrow",
  ".feather": "arrow",
  ".ipc": "arrow",
  ".parquet": "parquet",
  ".pq": "parquet",
};

/** Bytes of a CSV file from which on workers gain more than their start takes. */
const LARGE = 16777216;

/** Opens a table of any format, which its name or else its first bytes say. */
export async function openTable(wanted: Wanted): Promise<Table> {
  const { input, sql } = wanted;
  if (sql !== undefined) return binary("the query", "sql", readQuery(sql));
  if (input === undefined) throw new Failure("there is no table to read");
  const isStandard = input === "-";
  const name = isStandard ? "standard input" : basename(input);
  const isAddress = /^(https?|data|file):/i.test(input);
  const extension = extname((isAddress ? new URL(input).pathname : input).replace(/\.gz$/i, "")).toLowerCase();
  const head = isStandard || isAddress ? new Uint8Array(0) : headOf(input);
  const known = isStandard ? undefined : (binaryOf(head) ?? FORMATS[extension]);
  const delimiter = wanted.delimiter ?? (extension === ".tsv" || extension === ".tab" ? "\t" : undefined);
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  if (known === "arrow" && !isPacked) return binary(name, known, readArrow(input));
  if (known === "parquet" && !isPacked) return binary(name, known, readParquet(input));
  if (known === "csv" && head.length > 0 && !isPacked && !wanted.keepsRows) {
    refuseOthers(name, head);
    return csvFile(name, input, { ...wanted, delimiter });
  }
  const stored = isStandard ? standardInput() : isAddress ? fetched(input) : opened(name, input);
  const [first, bytes] = await peeked(unpacked(name, stored));
  refuseOthers(name, first);
  const format = known ?? formatOf(name, first);
  if (format === "arrow") return binary(name, format, readArrow(named(name, bytes)));
  if (format === "parquet") return binary(name, format, readParquet(named(name, bytes)));
  const found = format === "csv" && wanted.keepsRows ? delimiterIn(first, wanted.decimal) : undefined;
  return textTable(name, format, { ...wanted, delimiter: delimiter ?? found }, bytes);
}

/** What the readers take for the delimiter. */
const delimiterIn = (text: Uint8Array, decimal?: string): string =>
  String.fromCharCode(delimiterOf({ text, length: text.length } as Feed, 0, decimal === ","));

/** The first bytes of a file; none of what is no file, as a pipe, where they would be gone, and of what cannot be read, which is said later. */
function headOf(path: string): Uint8Array {
  const first = new Uint8Array(64);
  try {
    if (!statSync(path).isFile()) return first.subarray(0, 0);
    const file = openSync(path, "r");
    const length = readSync(file, first);
    closeSync(file);
    return first.subarray(0, length);
  } catch {
    return first.subarray(0, 0);
  }
}

/** What was compressed, of gzip; all else as it is. */
async function* unpacked(name: string, stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const bytes = await openSource(named(name, stored));
    for (let piece = await bytes.next(); piece !== undefined; piece = await bytes.next()) yield piece;
  } catch (error) {
    const [, got] = / must be whole gzip, got (.*)$/s.exec((error as Error).message) ?? [];
    if (got === undefined) throw error;
    throw new Failure(`${name} is gzip that is cut off or damaged: ${got}`, "get the file again; gzip -t tests it");
  }
}

async function* opened(name: string, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path, { highWaterMark: 1_048_576 });
  } catch (error) {
    throw new Failure(`${name} cannot be read: ${wordsOf(error)}`);
  }
}

async function* fetched(address: string): AsyncGenerator<Uint8Array, void, undefined> {
  const response = await fetch(address).catch((error) => {
    throw new Failure(`${address} cannot be read: ${wordsOf(error.cause ?? error)}`);
  });
  if (!response.ok) throw new Failure(`${address} cannot be read: ${response.status} ${response.statusText}`);
  if (response.body !== null) yield* response.body as unknown as AsyncIterable<Uint8Array>;
}

/** What the system says of a file, in words. */
export function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: "there is no such file",
    EACCES: "it may not be read",
    EISDIR: "it is a folder",
    EPERM: "it may not be read",
  };
  return words[code ?? ""] ?? message;
}

/** What a stream is called in messages of the readers. */
const named = (name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  Object.assign(bytes, { path: name });

/** A format that is no text, by its first bytes. */
function binaryOf(first: Uint8Array): Format | undefined {
  const text = Buffer.from(first).toString("latin1");
  if (text.startsWith("PAR1")) return "parquet";
  return text.startsWith("ARROW1") || text.startsWith("\xff\xff\xff\xff") ? "arrow" : undefined;
}

const SHEET = ["an archive or a spreadsheet", "save its table as CSV"] as const;
/** What begins so is no table that is read, and what is to be done about it. */
const OTHERS: [start: string, what: string, fix: string][] = [
  ["PK\x03\x04", ...SHEET],
  ["\xd0\xcf\x11\xe0", ...SHEET],
  ["BZh91AY", "compressed by bzip2", "bzip2 -dc file | regulus … - reads it"],
  ["\xfd7zXZ", "compressed by xz", "xz -dc file | regulus … - reads it"],
  ["\x28\xb5\x2f\xfd", "compressed by zstd", "zstd -dc file | regulus … - reads it"],
];

function refuseOthers(name: string, first: Uint8Array): void {
  const text = Buffer.from(first).toString("latin1");
  const [, what, fix] = OTHERS.find(([start]) => text.startsWith(start)) ?? [];
  if (what !== undefined) throw new Failure(`${name} is ${what}`, fix);
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) throw new Failure(`${name} is a page of HTML or XML, and no table`);
}

/** What a file holds, by its first bytes. */
function formatOf(name: string, first: Uint8Array): Format {
  const binary = binaryOf(first);
  if (binary !== undefined) return binary;
  const start = Buffer.from(first).toString("latin1").replace(/^ï»¿/, "").trimStart();
  if (start.startsWith("[")) {
    throw new Failure(`${name} is one list of JSON`, "jq -c '.[]' makes JSON lines of it, one record in each");
  }
  return start.startsWith("{") ? "jsonl" : "csv";
}

function binary(name: string, format: Format, chunks: Table["chunks"]): Table {
  return { name, format, delimiter: undefined, chunks, placeOf: async (row) => `row ${row + 1}` };
}

/** A CSV file, which is read again where a message has to say in which line a row is. */
function csvFile(name: string, path: string, wanted: Wanted): Table {
  return {
    name,
    format: "csv",
    delimiter: wanted.delimiter,
    decimal: wanted.decimal,
    chunks: csvChunks(path, wanted),
    async placeOf(row) {
      const lines = new RecordLines(true);
      for await (const piece of createReadStream(path)) {
        lines.read(piece);
        if (lines.rows > row + 1) break;
      }
      return `line ${lines.lineOf(row + 1)}`;
    },
  };
}

/** By workers, where the file is large and there are to be several. */
async function* csvChunks(path: string, wanted: Wanted): Table["chunks"] {
  const { workers = 1 } = wanted;
  const isLarge = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= LARGE;
  const executor = workers > 1 && isLarge ? createExecutor({ workers }) : undefined;
  try {
    yield* readCsv(path, { ...csvOptions(wanted), executor });
  } finally {
    await executor?.close();
  }
}

/** A text that is read once, its lines counted on the way. */
function textTable(name: string, format: Format, wanted: Wanted, bytes: AsyncIterable<Uint8Array>): Table {
  const lines = new RecordLines(format === "csv");
  const { keepsRows = false } = wanted;
  const raw = new RawRows();
  const counted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of bytes) {
      lines.read(piece);
      if (keepsRows && format === "csv") raw.push(piece);
      yield piece;
    }
  };
  if (format === "jsonl") {
    const rows: string[] = [];
    const kept = async function* (): ReturnType<typeof linesOf> {
      for await (const [line, text] of linesOf(counted())) {
        if (keepsRows) rows.push(text);
        yield [line, text];
      }
    };
    const gaps = new Set<string>(wanted.naValues ?? NA_VALUES);
    return {
      name,
      format,
      delimiter: undefined,
      chunks: readJsonLines(name, kept(), new Set(wanted.texts), gaps),
      raw: { take: () => [rows.shift() ?? "", "\n"], keepBlank() {} },
      placeOf: async (row) => `line ${lines.lineOf(row)}`,
    };
  }
  return {
    name,
    format,
    ...(keepsRows && { raw }),
    delimiter: wanted.delimiter,
    decimal: wanted.decimal,
    chunks: readCsv(named(name, counted()), csvOptions(wanted)),
    placeOf: async (row) => `line ${lines.lineOf(row + 1)}`,
  };
}

const csvOptions = ({ delimiter, decimal, naValues, texts, numbers = [], keepsRows = false }: Wanted) => ({
  delimiter,
  decimal,
  ...(keepsRows && texts.length + numbers.length > 0 && { columns: [...texts, ...numbers] }),
  naValues,
  types: Object.fromEntries([
    ...texts.map((name) => [name, "string" as const]),
    ...numbers.map((name) => [name, "number" as const]),
  ]),
});
