import { describe, typeError } from "../../errors.js";
import type { Chunk, ChunkColumn } from "../Chunk.js";
import { type CsvRows, SKIPPED, type Take, TEXT } from "./CsvRows.js";
import type { CsvType, CsvWishes } from "./csvOptions.js";
import { numberOf } from "./decimals.js";

/** Values that are parsed at a time, few enough to be still in cache when they are copied to their chunk. */
const BLOCK = 32_768;

/** Rows of so many columns that are parsed at a time. */
export const blockOf = (columns: number, height: number): number =>
  Math.min(height, Math.max(16, Math.ceil(BLOCK / columns)));

/** What fields are gaps, and how numbers are written. */
export type Spelling = Pick<CsvWishes, "naValues" | "naNumbers" | "hasCommas">;

/** A column that is wanted. */
export interface Column {
  name: string;
  /** Which of the file it is. */
  index: number;
  type: CsvType;
}

export function isGap(text: string, { naValues }: Pick<Spelling, "naValues">): boolean {
  if (naValues.has(text)) return true;
  const trimmed = text.trim();
  return trimmed === "" || naValues.has(trimmed);
}

/**
 * The rows that are left, in chunks of `height`, parsed `block` at a time.
 *
 * @param isJoined - Whether the numbers of a chunk are in one memory, which may be longer than they are: one column after the other.
 */
export async function* chunksWith(
  rows: CsvRows,
  columns: readonly Column[],
  block: number,
  height: number,
  wishes: Spelling,
  isJoined = false,
): AsyncGenerator<Chunk, void, undefined> {
  const names = columns.map(({ name }) => name);
  const kth = new Map(columns.map(({ index }, k) => [index, k]));
  rows.places.fill(SKIPPED);
  columns.forEach(({ index, type }, k) => {
    // The kernel takes points for decimal ones.
    rows.places[index] = type === "number" && !wishes.hasCommas ? k : TEXT;
  });
  for (let isEnd = false; !isEnd; ) {
    const texts: (string | null)[][] = columns.map(() => []);
    let numbers: Float64Array<ArrayBuffer>[] = [];
    let done = 0;
    const take: Take = (row, index, text) => {
      const k = kth.get(index) as number;
      const { name, type } = columns[k];
      if (type === "string") texts[k][done + row] = isGap(text, wishes) ? null : text;
      else rows.put(k, row, readNumber(text, rows, row, name, wishes));
    };
    while (done < height && !isEnd) {
      const wanted = Math.min(block, height - done);
      const count = await rows.read(wanted, take);
      isEnd = count < wanted;
      // A chunk of few rows takes no more memory than these.
      if (done === 0) numbers = roomFor(columns, isEnd ? count : height, isJoined);
      columns.forEach(({ type }, k) => {
        if (type === "number") numbers[k].set(rows.numbers(k, count), done);
        // What a row that was begun and read again had behind it
        else texts[k].length = done + count;
      });
      done += count;
    }
    if (done === 0) return;
    const parts = columns.map(({ name, type }, k): [string, ChunkColumn] => {
      if (type === "string") return [name, texts[k]];
      const isCut = done < numbers[k].length && !isJoined;
      return [name, withGaps(isCut ? numbers[k].slice(0, done) : numbers[k].subarray(0, done), wishes.naNumbers)];
    });
    yield { names, columns: Object.fromEntries(parts), rows: done };
  }
}

/** Room for so many rows of each column of numbers. */
function roomFor(columns: readonly Column[], rows: number, isJoined: boolean): Float64Array<ArrayBuffer>[] {
  const sizes = columns.map(({ type }) => (type === "string" ? 0 : rows));
  if (!isJoined) return sizes.map((size) => new Float64Array(size));
  const all = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return all.subarray(end - size, end);
  });
}

function readNumber(text: string, rows: CsvRows, row: number, name: string, wishes: Spelling): number {
  if (isGap(text, wishes)) return Number.NaN;
  const value = numberOf(text, wishes.hasCommas);
  if (value !== undefined) return value;
  const got = `${describe(text)} in line ${rows.lineOf(row)}, column ${describe(name)}`;
  const advice = '"types" makes a column text, "naValues" makes a field a gap';
  throw typeError("ERR_TYPE", `"${rows.name}" must hold numbers in a column of numbers, got ${got} (${advice})`);
}

/** The column, numbers that stand for gaps made NaN. */
function withGaps(values: Float64Array<ArrayBuffer>, gaps: readonly number[]): Float64Array<ArrayBuffer> {
  for (const gap of gaps) {
    for (let i = 0; i < values.length; ++i) if (values[i] === gap) values[i] = Number.NaN;
  }
  return values;
}
