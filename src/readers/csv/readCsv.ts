import { describe, rangeError } from "../../errors.js";
import { ENGINE } from "../../host.js";
import type { Chunk } from "../Chunk.js";
import { openSource, pathOf, type Source } from "../sources.js";
import { heightOf, placesOf } from "../values.js";
import { CsvRows, SKIPPED, TEXT } from "./CsvRows.js";
import { blockOf, type Column, chunksWith, isGap } from "./csvChunks.js";
import { type CsvOptions, type CsvType, type CsvWishes, type RangeEngine, readCsvOptions } from "./csvOptions.js";
import { largeFile, rowsOfRanges } from "./csvRanges.js";
import { numberOf, saysComma } from "./decimals.js";
import { delimiterOf, Feed, startOf } from "./Feed.js";

/** Rows that types are found from, and bytes of them that are kept for that at most. */
const SAMPLE_ROWS = 10_000;
const SAMPLE_BYTES = 67_108_864;
const WINDOW = 262_144;

/**
 * Reads a table in CSV, some rows at a time: a window of it, and one chunk, are all that is in memory.
 *
 * A column is one of numbers if each of its fields in the first 10,000 rows (or 64 MiB of them) is what `Number` reads, in quotes or not, or a
 * gap; a later one that is not is an error. All others are text. Gaps, which are blank fields and those in `naValues`, are NaN among numbers and null
 * among texts. Every number has the bits that `Number` gives its text. Quoted fields, RFC 4180, may hold delimiters, line breaks and doubled quotes;
 * lines end with LF or CRLF, the last one with nothing too; lines with nothing in them are passed over where there are several columns. A name that is
 * missing in the header is `column3` by its place.
 *
 * @param source - A path or URL, text (a string with a line break), bytes, a Blob or File, a Response, a ReadableStream, or a Node stream, in UTF-8, gzip or not, which its first bytes say. It is
 *   read as chunks are asked for, and let go of when the loop is left.
 * @throws TypeError or RangeError, where the loop asks for the next chunk, for a source that cannot be read, a header that names two columns alike,
 *   rows that are too short or too long, quotes that are not closed, and a field that is no number in a column of numbers: with the line, counted
 *   as in the file from 1, the column, and what is there. Options are checked at once.
 * @see RFC 4180; Dekker (1971) for the double-double that decimals are divided in.
 * @example
 * for await (const { names, columns, rows } of readCsv("name,age\nAda,36\nAlan,41\n")) {
 *   console.log(names, columns.age, rows); // ["name", "age"] Float64Array [36, 41] 2
 * }
 */
export function readCsv(source: Source, options: CsvOptions = {}): AsyncGenerator<Chunk, void, undefined> {
  const wishes = readCsvOptions(options);
  const offer = (engine: RangeEngine): void => {
    wishes.engine ??= engine;
  };
  return Object.defineProperty(chunksOf(source, wishes), ENGINE, { value: offer });
}

async function* chunksOf(source: Source, wishes: CsvWishes): AsyncGenerator<Chunk, void, undefined> {
  const bytes = await openSource(source);
  try {
    const feed = new Feed(bytes, new Uint8Array(WINDOW));
    await feed.fill(0);
    const from = startOf(feed, bytes.name);
    const rows = new CsvRows(bytes.name, feed, from, wishes.delimiter ?? delimiterOf(feed, from, wishes.hasCommas));
    const record = await rows.record(!wishes.header);
    // Spreadsheets take a first line "sep=;" for an order.
    if (record === undefined || (wishes.header && /^sep=.?$/i.test(record[0]))) {
      const got = record === undefined ? "nothing" : describe(record[0]);
      if (wishes.header) throw rangeError("ERR_VALUE", `"${bytes.name}" must begin with a header, got ${got}`);
      return;
    }
    const all = namesOf(bytes.name, record, wishes.header);
    placesOf(bytes.name, "types", [...wishes.types.keys()], all);
    const indices =
      wishes.columns === undefined ? all.map((_, j) => j) : placesOf(bytes.name, "columns", wishes.columns, all);
    const height = wishes.chunkRows ?? heightOf(all.length);
    const block = blockOf(all.length, height);
    rows.open(all.length, block);
    const types = await findTypes(rows, all, indices, block, wishes);
    const columns = indices.map((index, k): Column => ({ name: all[index], index, type: types[k] }));
    const { engine } = wishes;
    const path = engine && !bytes.isPacked ? pathOf(source) : undefined;
    const large = path === undefined ? undefined : await largeFile(path);
    if (engine === undefined || large === undefined) {
      yield* chunksWith(rows, columns, block, height, wishes);
      return;
    }
    const { place: first, line, delimiter } = rows;
    const { naValues, naNumbers, hasCommas } = wishes;
    const file = {
      ...large,
      name: bytes.name,
      first,
      line,
      delimiter,
      width: all.length,
      columns,
      naNumbers,
      hasCommas,
    };
    yield* rowsOfRanges(engine, { ...file, naValues: [...naValues] }, wishes.chunkRows);
  } finally {
    await bytes.close();
  }
}

/** The names in a header, or by place: each once. */
function namesOf(file: string, fields: readonly string[], isHeader: boolean): string[] {
  const seen = new Set<string>();
  return fields.map((field, j) => {
    const name = isHeader && field.trim() !== "" ? field : `column${j + 1}`;
    if (seen.has(name)) {
      throw rangeError("ERR_VALUE", `"${file}" must name each column once, got ${describe(name)} again in its header`);
    }
    seen.add(name);
    return name;
  });
}

/** What the wanted columns are: what the options say, or else the first rows, after which reading starts again. */
async function findTypes(
  rows: CsvRows,
  all: readonly string[],
  indices: readonly number[],
  block: number,
  wishes: CsvWishes,
): Promise<CsvType[]> {
  const { places } = rows;
  const { hasCommas } = wishes;
  // Those whose numbers have, or seem to have, a decimal comma.
  const [sure, doubtful] = [new Set<number>(), new Set<number>()];
  places.fill(SKIPPED);
  const open = indices.filter((index) => !wishes.types.has(all[index]));
  // All in the same place: no number is kept.
  for (const index of open) places[index] = hasCommas ? TEXT : 0;
  if (open.length > 0) {
    rows.mark();
    let left = SAMPLE_ROWS;
    while (left > 0 && rows.kept < SAMPLE_BYTES) {
      const count = await rows.read(Math.min(left, block), (_row, column, text) => {
        if (isGap(text, wishes)) return;
        if (numberOf(text, hasCommas) === undefined) places[column] = SKIPPED;
        else if (hasCommas) {
          const says = saysComma(text);
          if (says !== false) (says ? sure : doubtful).add(column);
        }
      });
      if (count === 0) break;
      left -= count;
    }
    rows.rewind();
  }
  const isText = (index: number): boolean => places[index] === SKIPPED || (doubtful.has(index) && !sure.has(index));
  return indices.map((index) => wishes.types.get(all[index]) ?? (isText(index) ? "string" : "number"));
}
