import type { Chunk, ChunkColumn } from "../../readers/index.js";
import { Failure, quote, word } from "../failures.js";

/** Rows that say what a column is, and rows of a chunk. */
const SAMPLE = 10_000;
const HEIGHT = 16_384;

/** What a column is: of an unknown kind while it has had nothing but gaps. */
interface Column {
  kind: "number" | "string" | undefined;
  /** Values of the rows that are not yet in a chunk. */
  values: (number | string | null)[];
}

/**
 * Reads records of JSON, one in a line. Numbers and booleans (0 and 1) are numbers, null and what is not there are gaps; a column with a string in its first
 * 10,000 rows is text, where numbers become the texts that they are, and a column of numbers refuses later ones.
 */
export async function* readJsonLines(
  name: string,
  lines: AsyncIterable<[line: number, text: string]>,
  texts: ReadonlySet<string>,
  naValues: ReadonlySet<string>,
): AsyncGenerator<Chunk, void, undefined> {
  const columns = new Map<string, Column>();
  let rows = 0;
  let taken = 0;
  let isSampled = false;
  const chunk = (): Chunk => {
    isSampled = true;
    const parts = [...columns].map(([key, column]): [string, ChunkColumn] => {
      const { values } = column;
      while (values.length < rows) values.push(null);
      column.values = [];
      column.kind ??= texts.has(key) ? "string" : "number";
      return column.kind === "string"
        ? [key, values.map((value) => (value === null ? null : String(value)))]
        : [key, Float64Array.from(values, (value) => (value === null ? Number.NaN : (value as number)))];
    });
    const made = { names: [...columns.keys()], columns: Object.fromEntries(parts), rows };
    taken += rows;
    rows = 0;
    return made;
  };
  for await (const [line, text] of lines) {
    const record = parse(name, line, text);
    for (const key of Object.keys(record)) {
      let column = columns.get(key);
      if (column === undefined) {
        column = { kind: texts.has(key) ? "string" : undefined, values: [] };
        columns.set(key, column);
      }
      const value = cellOf(name, line, key, record[key], naValues);
      if (value === null) continue;
      if (typeof value === "string" && column.kind !== "string") {
        if (isSampled && column.kind === "number") refuseText(name, line, key, value);
        column.kind = "string";
      }
      column.kind ??= "number";
      while (column.values.length < rows) column.values.push(null);
      column.values.push(value);
    }
    rows += 1;
    if (rows === (taken === 0 ? SAMPLE : HEIGHT)) yield chunk();
  }
  if (rows > 0) yield chunk();
}

function parse(name: string, line: number, text: string): Record<string, unknown> {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${name}, line ${line}: no JSON: ${(error as Error).message}`, "each line is one record of JSON");
  }
  if (typeof record === "object" && record !== null && !Array.isArray(record)) return record as Record<string, unknown>;
  throw new Failure(
    `${name}, line ${line}: got ${Array.isArray(record) ? "a list" : JSON.stringify(record).slice(0, 40)} where a record is expected`,
    'each line is one record, {"column": value, …}: jq -c ".[]" makes them of a list',
  );
}

function cellOf(name: string, line: number, key: string, value: unknown, naValues: ReadonlySet<string>) {
  if (value === null || typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string") return naValues.has(value) ? null : value;
  const kind = Array.isArray(value) ? "a list" : "a record";
  throw new Failure(
    `${name}, line ${line}, column ${quote(key)}: got ${kind} where a number or text is expected`,
    "leave the column out of the file, or make columns of its parts",
  );
}

function refuseText(name: string, line: number, key: string, value: string): never {
  throw new Failure(
    `${name}, line ${line}, column ${quote(key)}: got ${quote(value)} in a column of numbers`,
    `--categorical ${word(key)} makes the column a category, --na-values ${word(value)} the value a gap`,
  );
}

/** The lines of a text that are not blank, with their numbers from 1. */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<[line: number, text: string], void, undefined> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  let line = 1;
  for await (const piece of bytes) {
    const texts = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = texts.pop() as string;
    for (const text of texts) {
      if (text.trim() !== "") yield [line, text];
      line += 1;
    }
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield [line, rest];
}
