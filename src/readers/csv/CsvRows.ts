import { rangeError } from "../../errors.js";
import { alignedBytes, Heap, memorySize } from "../../kernels/arena.js";
import type { Backed } from "../../kernels/contract.js";
import { text as library, textTwins } from "../../kernels/generated/text.js";
import { newMemory } from "../../kernels/select.js";
import type { Feed } from "./Feed.js";
import { Texts } from "./texts.js";

const LF = 10;
const CR = 13;
const QUOTE = 34;

/** What a column is whose fields are passed over, and one whose fields are all given to the caller. */
export const SKIPPED = -2;
export const TEXT = -1;

/** A line longer than this is none: a quote was opened and never closed. */
const LONGEST = 268435456;

type Kernels = ReturnType<typeof textTwins> & Backed;

/** Takes the field of a row and a column, or refuses it. */
export type Take = (row: number, column: number, text: string) => void;

/** What a window's rows are parsed in: one memory, in which the kernels run. */
interface Room {
  kernels: Kernels;
  powers: Float64Array;
  /** For each column, in which part of `out` its numbers are, or {@link SKIPPED}, or {@link TEXT}. */
  places: Int32Array;
  /** Row, column, and where the row starts. */
  state: Int32Array;
  out: Float64Array;
}

/** The rows of a CSV text, RFC 4180: numbers by the kernel, all other fields one by one. */
export class CsvRows {
  readonly name: string;
  readonly #feed: Feed;
  readonly delimiter: number;
  readonly #texts = new Texts();
  /** Where the window starts in what is read, where the next record does in the window, and in which line of the file. */
  #base = 0;
  #at: number;
  #line: number;
  /** Line breaks that end no row: in quotes, or of blank lines. Those up to the row that is read, and all. */
  #breaksBefore = 0;
  #breaks = 0;
  #marked = { line: 1, place: 0 };
  #columns = 0;
  #stride = 0;
  #room: Room | undefined;

  /** @param line - The line of the file that begins at `from`. */
  constructor(name: string, feed: Feed, from: number, delimiter: number, line = 1) {
    this.name = name;
    this.#feed = feed;
    this.#at = from;
    this.delimiter = delimiter;
    this.#line = line;
  }

  /** The line of the file that the next record starts in, and where that is in what is read, in bytes. */
  get line(): number {
    return this.#line;
  }

  get place(): number {
    return this.#base + this.#at;
  }

  /** The fields of the next record; undefined at the end. @param isPeek - Whether it is to be read again. */
  async record(isPeek = false): Promise<string[] | undefined> {
    for (;;) {
      const fields: string[] = [];
      let at = this.#at;
      this.#breaks = 0;
      const { text, length } = this.#feed;
      while (at < length) {
        if (fields.length === 0 && this.#skipsBlank(at) > 0) {
          at += this.#skipsBlank(at);
          this.#breaks += 1;
          continue;
        }
        const end = this.#endOf(at);
        if (end === undefined) break;
        fields.push(this.#textOf(at, end));
        at = end + (text[end] === CR ? 2 : 1);
        if (text[at - 1] !== LF) continue;
        if (isPeek) return fields;
        this.#line += 1 + this.#breaks;
        this.#at = at;
        return fields;
      }
      if (this.#feed.isEnded) {
        if (fields.length > 0 || at < length) this.#refuseQuote();
        return undefined;
      }
      await this.#refill(this.#at);
      this.#at = 0;
    }
  }

  /** Makes room for rows of so many columns, up to `height` at a time. */
  open(columns: number, height: number): void {
    this.#columns = columns;
    // An odd number of cache lines, so that the columns of a row do not all fall on the same.
    this.#stride = 8 * (Math.ceil(height / 8) | 1);
    this.#room = this.#makeRoom(Math.max(262144, 128 * columns, this.#feed.text.length));
  }

  get places(): Int32Array {
    return (this.#room as Room).places;
  }

  /** The numbers of a column in the latest rows. They are good until the next are read. */
  numbers(place: number, rows: number): Float64Array {
    return (this.#room as Room).out.subarray(place * this.#stride, place * this.#stride + rows);
  }

  /** Writes a number that the kernel does not read. */
  put(place: number, row: number, value: number): void {
    (this.#room as Room).out[place * this.#stride + row] = value;
  }

  /** The line of the file in which a field is that is being taken. */
  lineOf(row: number): number {
    return this.#line + row + this.#breaks;
  }

  /** From here on all is read once more after `rewind`. */
  mark(): void {
    this.#marked = { line: this.#line, place: this.place };
    this.#feed.mark(this.#at);
  }

  rewind(): void {
    this.#feed.rewind();
    this.#at = 0;
    this.#base = this.#marked.place;
    this.#line = this.#marked.line;
  }

  /** The bytes that are kept for that. */
  get kept(): number {
    return this.#feed.kept;
  }

  /** Reads the next rows, at most `rows`, and gives the fields that are no plain decimals to `take`. Returns how many there are. */
  async read(rows: number, take: Take): Promise<number> {
    let room = this.#room as Room;
    room.state.set([0, 0, this.#at]);
    this.#breaks = 0;
    this.#breaksBefore = 0;
    let at = this.#at;
    for (;;) {
      const to = this.#feed.length === 0 ? 0 : this.#feed.text.lastIndexOf(LF, this.#feed.length - 1) + 1;
      at = this.#parse(at, to, rows, take);
      room = this.#room as Room;
      if (room.state[0] === rows) break;
      // The rest is no whole row: it is read again, with what is behind.
      const start = room.state[2];
      if (this.#feed.isEnded) {
        if (start < this.#feed.length) this.#refuseQuote();
        break;
      }
      this.#breaks = this.#breaksBefore;
      await this.#refill(start);
      room = this.#room as Room;
      room.state[1] = 0;
      room.state[2] = 0;
      at = 0;
    }
    const count = room.state[0];
    this.#at = room.state[2];
    this.#line += count + this.#breaksBefore;
    return count;
  }

  /** Reads fields from `at` on while there are whole ones, of rows up to `rows`. Returns where the next starts. */
  #parse(at: number, to: number, rows: number, take: Take): number {
    const { kernels, powers, places, state, out } = this.#room as Room;
    const { text } = this.#feed;
    const [delimiter, columns, stride] = [this.delimiter, this.#columns, this.#stride];
    while (state[0] < rows) {
      if (at < to && places[state[1]] !== TEXT) {
        const row = state[0];
        at = kernels.readDecimals(
          text,
          0,
          at,
          to,
          delimiter,
          columns,
          rows,
          powers,
          0,
          places,
          0,
          out,
          0,
          stride,
          state,
          0,
        );
        if (state[0] !== row) this.#breaksBefore = this.#breaks;
        if (state[0] === rows) break;
      }
      if (at >= to) break;
      const blank = state[1] === 0 && columns > 1 ? this.#skipsBlank(at) : 0;
      if (blank > 0) {
        at += blank;
        state[2] = at;
        this.#breaks += 1;
        this.#breaksBefore = this.#breaks;
        continue;
      }
      const next = this.#takeField(at, take);
      if (next === undefined) break;
      at = next;
    }
    return at;
  }

  /** Gives the field that starts at `at` to `take`, unless it is skipped. Returns where the next one starts; undefined if that is behind the window. */
  #takeField(at: number, take: Take): number | undefined {
    const { places, state } = this.#room as Room;
    const { text } = this.#feed;
    const columns = this.#columns;
    const [row, column] = state;
    const breaks = this.#breaks;
    const end = this.#endOf(at);
    if (end === undefined) return undefined;
    const isEnd = text[end] !== this.delimiter;
    if (isEnd !== (column + 1 === columns)) {
      const got = isEnd ? column + 1 : `more than ${columns}`;
      throw rangeError(
        "ERR_LENGTH",
        `"${this.name}" must have ${columns} values in each row, got ${got} in line ${this.#line + row + breaks}`,
      );
    }
    if (places[column] !== SKIPPED) {
      const after = this.#breaks;
      this.#breaks = breaks;
      take(row, column, this.#textOf(at, end));
      this.#breaks = after;
    }
    const next = end + (text[end] === CR ? 2 : 1);
    state[1] = isEnd ? 0 : column + 1;
    if (isEnd) {
      state[0] = row + 1;
      state[2] = next;
      this.#breaksBefore = this.#breaks;
    }
    return next;
  }

  /** The bytes of a line with nothing in it that starts here, or 0. */
  #skipsBlank(at: number): number {
    const { text } = this.#feed;
    if (text[at] === LF) return 1;
    return text[at] === CR && text[at + 1] === LF ? 2 : 0;
  }

  /** Where the field that starts at `at` ends: at a delimiter, an LF, or the CR before one. Undefined if that is behind the window. */
  #endOf(at: number): number | undefined {
    const { text, length } = this.#feed;
    const delimiter = this.delimiter;
    let end = at;
    if (text[at] !== QUOTE) {
      while (end < length && text[end] !== delimiter && text[end] !== LF) ++end;
      if (end >= length) return undefined;
      return text[end] === LF && end > at && text[end - 1] === CR ? end - 1 : end;
    }
    for (end += 1; end < length; ++end) {
      if (text[end] === LF) this.#breaks += 1;
      if (text[end] !== QUOTE) continue;
      if (text[end + 1] !== QUOTE || end + 1 >= length) break;
      end += 1;
    }
    // What is behind the quote has to be seen too.
    if (end + 2 >= length && !this.#feed.isEnded) return undefined;
    if (end >= length) return undefined;
    end += 1;
    if (text[end] === delimiter || text[end] === LF || (text[end] === CR && text[end + 1] === LF)) return end;
    const line = this.lineOf(this.#room?.state[0] ?? 0);
    throw rangeError(
      "ERR_VALUE",
      `"${this.name}" must have a delimiter or the line's end behind a closing quote, got more in line ${line}`,
    );
  }

  /** The text of a field, without quotes. */
  #textOf(at: number, end: number): string {
    const { text } = this.#feed;
    const isQuoted = text[at] === QUOTE;
    try {
      const found = isQuoted ? this.#texts.of(text, at + 1, end - 1) : this.#texts.of(text, at, end);
      return isQuoted && found.includes('"') ? found.replaceAll('""', '"') : found;
    } catch {
      const line = this.lineOf(this.#room?.state[0] ?? 0);
      throw rangeError("ERR_VALUE", `"${this.name}" must be UTF-8, got bytes that are not in line ${line}`);
    }
  }

  #refuseQuote(): never {
    const line = this.#line + (this.#room?.state[0] ?? 0) + this.#breaksBefore;
    throw rangeError("ERR_VALUE", `"${this.name}" must close each quote, got one in line ${line} that is not`);
  }

  /** Fills the window from `from` on, which is made longer if not even one record fits. */
  async #refill(from: number): Promise<void> {
    const feed = this.#feed;
    this.#base += from;
    if (from === 0 && feed.isFull) {
      const size = 2 * feed.text.length;
      if (size > LONGEST) this.#refuseQuote();
      if (this.#room === undefined) feed.moveTo(new Uint8Array(size));
      else this.#room = this.#makeRoom(size);
    }
    await feed.fill(from);
  }

  #makeRoom(size: number): Room {
    const before = this.#room;
    const columns = this.#columns;
    const numbers = columns * this.#stride;
    const bytes =
      alignedBytes(8 * 23) + alignedBytes(4 * columns) + 64 + alignedBytes(8 * numbers) + alignedBytes(size);
    const { buffer, kernels } = newMemory(memorySize(bytes, `a chunk of "${this.name}"`), library, textTwins);
    const heap = new Heap(bytes, buffer, kernels);
    const powers = heap.float64(23);
    powers[0] = 1;
    for (let k = 1; k < powers.length; ++k) powers[k] = powers[k - 1] * 10;
    const places = heap.int32(columns);
    const state = heap.int32(3);
    const out = heap.raw64(numbers);
    const text = heap.int32(Math.ceil(size / 4));
    if (before !== undefined) {
      places.set(before.places);
      state.set(before.state);
      out.set(before.out);
    }
    this.#feed.moveTo(new Uint8Array(buffer, text.byteOffset, size));
    return { kernels, powers, places, state, out };
  }
}
