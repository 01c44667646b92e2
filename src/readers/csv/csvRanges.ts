import { builtin } from "../../host.js";
import type { Chunk, ChunkColumn } from "../Chunk.js";
import { ofFile, openFile } from "../sources.js";
import { heightOf } from "../values.js";
import { CsvRows } from "./CsvRows.js";
import { blockOf, type Column, chunksWith } from "./csvChunks.js";
import type { RangeEngine } from "./csvOptions.js";
import { Feed } from "./Feed.js";

/** Bytes of a range, how many of them a file is worth at the least, and how many are read together where a quoted field lies across their border. */
const RANGE = 8_388_608;
const FEWEST = 2;
const MOST = 4;
const WINDOW = 262_144;
/** Bytes that are looked at for a line's end at a time, and for how long lines are. */
const PEEK = 4096;
const SAMPLE = 65_536;
const LF = 10;
const NOTHING = /* @__PURE__ */ Promise.resolve(undefined);

/** A file whose columns are known, as workers are told of it. */
export interface CsvFile {
  /** What messages call it. */
  name: string;
  path: string;
  /** Where its rows begin, in which line, and where it ends. */
  first: number;
  line: number;
  size: number;
  delimiter: number;
  /** All columns that it has, and those that are wanted. */
  width: number;
  columns: readonly Column[];
  naValues: readonly string[];
  naNumbers: readonly number[];
  hasCommas: boolean;
}

interface RangePiece {
  do: "range";
  units: number;
  from: number;
  to: number;
}

type OpenFile = NonNullable<Awaited<ReturnType<typeof openFile>>>;

/** A column of texts: each that there is once, and the place of that of each row. */
interface CodedTexts {
  texts: (string | null)[];
  codes: Int32Array;
}

/** The rows of a chunk: one column of numbers after the other, each with the same room, and the columns of texts. */
interface PackedChunk {
  rows: number;
  numbers: Float64Array<ArrayBuffer>;
  texts: CodedTexts[];
}

/** The rows of a range. */
interface RangeRows {
  chunks: PackedChunk[];
  /** The lines that these are, and where the next one starts. */
  lines: number;
  end: number;
}

/** A file as it is cut into ranges; undefined for what is none or too short for that. */
export async function largeFile(path: string): Promise<{ path: string; size: number } | undefined> {
  const file = await openFile(path);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size < FEWEST * RANGE) return undefined;
    return { path: builtin<typeof import("node:path")>("node:path")?.resolve(path) ?? path, size: stats.size };
  } finally {
    await file.close();
  }
}

/** Works on ranges of a file, in any thread. */
export function openCsv(data: CsvFile) {
  return {
    /** Yields after each chunk. */
    async *work({ from, to }: RangePiece): AsyncGenerator<number, RangeRows, undefined> {
      const { path, width, columns } = data;
      const file = (await openFile(path)) as OpenFile;
      try {
        const end = await lineAt(data, file, to);
        const { rows, likely, chunksOf } = await rowsBetween(data, file, await lineAt(data, file, from), end, 1);
        const chunks: RangeRows["chunks"] = [];
        for await (const chunk of chunksOf(Math.min(likely, heightOf(width)), true)) {
          chunks.push(packed(chunk, columns));
          yield 0;
        }
        return { chunks, lines: rows.line - 1, end };
      } finally {
        await file.close();
      }
    },
  };
}

/** The rows of a file from one place to another, of which the first is in `line`. */
async function rowsBetween(data: CsvFile, file: OpenFile, from: number, to: number, line: number) {
  const { name, delimiter, width, columns, naNumbers, hasCommas } = data;
  const wishes = { naValues: new Set(data.naValues), naNumbers, hasCommas };
  const feed = new Feed(ofFile(name, file, [from, to]), new Uint8Array(WINDOW));
  await feed.fill(0);
  const rows = new CsvRows(name, feed, 0, delimiter, line);
  const chunksOf = (height: number, isJoined = false) => {
    const block = blockOf(width, height);
    rows.open(width, block);
    return chunksWith(rows, columns, block, height, wishes, isJoined);
  };
  // As many as there are if lines are as long as the first ones, and some more.
  const seen = Math.min(SAMPLE, feed.length);
  let lines = 1;
  for (let at = 0; at < seen; ++at) if (feed.text[at] === LF) lines += 1;
  const likely = Math.ceil((1.05 * lines * (to - from)) / Math.max(1, seen)) + 1;
  return { rows, likely, chunksOf };
}

/** Where the first line starts that does so at `at` or later: whether that is in quotes is not asked. */
async function lineAt({ first, size }: CsvFile, file: OpenFile, at: number): Promise<number> {
  if (at <= first) return first;
  const piece = new Uint8Array(PEEK);
  for (let place = at - 1; place < size; place += PEEK) {
    const { bytesRead } = await file.read(piece, 0, PEEK, place);
    const found = piece.subarray(0, bytesRead).indexOf(LF);
    if (found >= 0) return place + found + 1;
    // What is read up to there refuses it.
    if (bytesRead === 0) break;
  }
  return size;
}

function packed(chunk: Chunk, columns: readonly Column[]): PackedChunk {
  const packed: PackedChunk = { rows: chunk.rows, numbers: new Float64Array(0), texts: [] };
  for (const { name } of columns) {
    const column = chunk.columns[name];
    if (column instanceof Float64Array) packed.numbers = new Float64Array(column.buffer);
    else packed.texts.push(coded(column));
  }
  return packed;
}

function unpacked({ rows, numbers, texts }: PackedChunk, columns: readonly Column[], names: readonly string[]): Chunk {
  const room = numbers.length / (columns.length - texts.length);
  const left = [...texts];
  let at = 0;
  const entries = columns.map(({ name, type }): [string, ChunkColumn] => {
    if (type === "string") return [name, decoded(left.shift() as CodedTexts)];
    at += room;
    return [name, numbers.subarray(at - room, at - room + rows)];
  });
  return { names, columns: Object.fromEntries(entries), rows };
}

/** Few texts are sent much sooner than one for each row. */
function coded(column: readonly (string | null)[]): CodedTexts {
  const texts: (string | null)[] = [];
  const places = new Map<string | null, number>();
  const codes = new Int32Array(column.length);
  column.forEach((text, i) => {
    let place = places.get(text);
    if (place === undefined) {
      place = texts.push(text) - 1;
      places.set(text, place);
    }
    codes[i] = place;
  });
  return { texts, codes };
}

const decoded = ({ texts, codes }: CodedTexts): (string | null)[] => Array.from(codes, (code) => texts[code]);

/**
 * The rows of a file, its ranges read by workers side by side, in chunks of `height`, or else of a range each.
 *
 * @param range - Bytes of one.
 */
export function rowsOfRanges(
  engine: RangeEngine,
  data: CsvFile,
  height: number | undefined,
  range = RANGE,
): AsyncGenerator<Chunk, void, undefined> {
  const chunks = chunksOfRanges(engine, data, height ?? heightOf(data.width), range);
  return height === undefined ? chunks : ofHeight(chunks, height);
}

/**
 * Chunks of any heights, of one range after the other: from the first line that starts in it to the first behind it. That this is where a row
 * starts is known once those before are read without a fault: a border in a quoted field leaves it open.
 */
async function* chunksOfRanges(
  engine: RangeEngine,
  data: CsvFile,
  height: number,
  range: number,
): AsyncGenerator<Chunk, void, undefined> {
  const { first, size, columns } = data;
  const names = columns.map(({ name }) => name);
  const count = Math.ceil((size - first) / range);
  const piece = (from: number, to: number): RangePiece => ({
    do: "range",
    units: 0,
    from: first + from * range,
    to: Math.min(size, first + to * range),
  });
  const run = { signal: undefined, transfer: false, count() {} };
  // One more than there are workers: none waits while its rows are taken.
  const jobs = Array.from({ length: engine.stats().workers.length + 1 }, () =>
    engine.open({ kind: "csv", data: () => data }, run),
  );
  const running: Promise<RangeRows | undefined>[] = [];
  let place = first;
  let { line } = data;
  try {
    for (let k = 0; k < count; ) {
      for (let next = running.length; next < Math.min(count, k + jobs.length); ++next) {
        running[next] = rowsBy(jobs[next % jobs.length], piece(next, next + 1));
      }
      let to = k + 1;
      let found = await running[k];
      while (found === undefined && to < Math.min(count, k + MOST)) {
        to += 1;
        found = await together(data, piece(k, to));
      }
      if (found === undefined) {
        // What it is refused for is said by that.
        yield* restOf(data, place, line, height);
        return;
      }
      for (const chunk of found.chunks) yield unpacked(chunk, columns, names);
      line += found.lines;
      place = found.end;
      // What another range has had the rows of is not waited for by anybody else.
      await Promise.allSettled(running.slice(k, to));
      running.fill(NOTHING, k, to);
      k = to;
    }
  } finally {
    // A worker that is at one goes on to its end: it is soon there, and a new one would not be.
    await Promise.allSettled(running);
    for (const job of jobs) job.close();
  }
}

/** What a worker reads a range as, undefined where it is refused. What else is in the way is heard of when it is its turn. */
function rowsBy(job: ReturnType<RangeEngine["open"]>, piece: RangePiece): Promise<RangeRows | undefined> {
  const refused = (error: { code?: string }): undefined => {
    if (error?.code === "ERR_CLOSED" || error?.code === "ERR_WORKER") throw error;
  };
  const rows = job.work({ pieces: [piece] }).then(([found]) => found as RangeRows, refused);
  rows.catch(() => {});
  return rows;
}

/** All that is left, on this thread. */
async function* restOf(
  data: CsvFile,
  place: number,
  line: number,
  height: number,
): AsyncGenerator<Chunk, void, undefined> {
  const file = (await openFile(data.path)) as OpenFile;
  try {
    const { chunksOf } = await rowsBetween(data, file, place, data.size, line);
    yield* chunksOf(height);
  } finally {
    await file.close();
  }
}

/** Ranges as one, on this thread; undefined where that is refused. */
async function together(data: CsvFile, piece: RangePiece): Promise<RangeRows | undefined> {
  const steps = openCsv(data).work(piece);
  try {
    for (;;) {
      const { done, value } = await steps.next();
      if (done) return value;
    }
  } catch {
    return undefined;
  }
}

/** Chunks of any heights as chunks of one. */
async function* ofHeight(chunks: AsyncIterable<Chunk>, height: number): AsyncGenerator<Chunk, void, undefined> {
  let open: Chunk | undefined;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.rows; ) {
      if (open === undefined && from === 0 && chunk.rows === height) {
        yield chunk;
        break;
      }
      open ??= { ...chunk, columns: roomFor(chunk, height), rows: 0 };
      const to = Math.min(chunk.rows, from + height - open.rows);
      for (const [name, values] of Object.entries(chunk.columns)) {
        const own = open.columns[name];
        if (values instanceof Float64Array) (own as Float64Array).set(values.subarray(from, to), open.rows);
        else for (let i = from; i < to; ++i) (own as (string | null)[]).push(values[i]);
      }
      open.rows += to - from;
      from = to;
      if (open.rows < height) continue;
      yield open;
      open = undefined;
    }
  }
  if (open === undefined) return;
  const { rows } = open;
  const entries = Object.entries(open.columns).map(([name, values]) => [name, values.slice(0, rows)]);
  yield { ...open, columns: Object.fromEntries(entries) };
}

const roomFor = ({ columns }: Chunk, height: number): Chunk["columns"] =>
  Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      values instanceof Float64Array ? new Float64Array(height) : [],
    ]),
  );
