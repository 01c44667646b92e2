import { rangeError } from "../../errors.js";
import type { Bytes } from "../Bytes.js";

const LF = 10;
const CR = 13;
/** Bytes behind the text that kernels may read, and one for a line's end that the last line lacks. */
const PADDING = 9;
const NONE = new Uint8Array(0);

/** A window on bytes that come in pieces: `text` from 0 to `length`, a line's end behind the last line in any case. */
export class Feed {
  readonly #bytes: Bytes;
  text: Uint8Array;
  length = 0;
  /** Whether nothing is behind the window. */
  isEnded = false;
  #piece: Uint8Array = NONE;
  #queue: Uint8Array[] = [];
  #kept: Uint8Array[] | undefined;
  /** The bytes that are kept to be read again. */
  kept = 0;

  constructor(bytes: Bytes, text: Uint8Array) {
    this.#bytes = bytes;
    this.text = text;
  }

  get isFull(): boolean {
    return this.length >= this.text.length - PADDING;
  }

  /** Goes on in another array, at least as long. */
  moveTo(text: Uint8Array): void {
    text.set(this.text.subarray(0, this.length));
    this.text = text;
  }

  /** Moves the window to begin at `from`, and fills it. */
  async fill(from: number): Promise<void> {
    const { text } = this;
    text.copyWithin(0, from, this.length);
    this.length -= from;
    while (!this.isEnded && !this.isFull) {
      if (this.#piece.length === 0) await this.#read();
      const part = this.#piece.subarray(0, text.length - PADDING - this.length);
      text.set(part, this.length);
      this.length += part.length;
      this.#piece = this.#piece.subarray(part.length);
    }
  }

  async #read(): Promise<void> {
    const piece = this.#queue.shift() ?? (await this.#bytes.next());
    if (piece === undefined) {
      this.isEnded = true;
      if (this.length > 0 && this.text[this.length - 1] !== LF) this.text[this.length++] = LF;
      return;
    }
    this.#piece = piece;
    if (this.#kept !== undefined) this.#keep(piece);
  }

  #keep(piece: Uint8Array): void {
    this.#kept?.push(piece.slice());
    this.kept += piece.length;
  }

  /** Keeps all from `from` on until it is read again. */
  mark(from: number): void {
    this.#kept = [];
    this.#keep(this.text.subarray(from, this.length));
    this.#keep(this.#piece);
  }

  /** Begins anew where `mark` was called. */
  rewind(): void {
    this.#queue = this.#kept ?? [];
    this.#kept = undefined;
    this.kept = 0;
    this.#piece = NONE;
    this.length = 0;
    this.isEnded = false;
  }
}

/** Refuses what is no UTF-8, and returns where the text begins: behind a byte order mark. */
export function startOf({ text, length }: Feed, name: string): number {
  const [a, b, c] = text.subarray(0, length);
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw rangeError("ERR_VALUE", `"${name}" must be UTF-8, got UTF-16`);
  }
  const [lf, cr] = [LF, CR].map((code) => text.indexOf(code));
  if (cr >= 0 && cr < length - 2 && (lf < 0 || lf === length - 1)) {
    throw rangeError("ERR_VALUE", `"${name}" must have lines that end with LF or CRLF, got CR alone`);
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

const DELIMITERS = [";", "\t", "|"];
/** Lines that are looked at for the delimiter. */
const LINES = 20;

/**
 * The delimiter of a text by its first lines: of those that are in each of them as often as in the first, the one that is there most, or, where
 * none is, that of which the first line has most. Quoted fields do not count.
 *
 * @param hasCommas - Whether decimals are behind commas, which are then the delimiter if each line has as many of them and the first has none of the others.
 */
export function delimiterOf({ text, length }: Feed, from: number, hasCommas = false): number {
  const codes = (hasCommas ? [...DELIMITERS, ","] : [",", ...DELIMITERS]).map((delimiter) => delimiter.charCodeAt(0));
  const lines: number[][] = [];
  let counts = codes.map(() => 0);
  let isQuoted = false;
  let isBlank = true;
  for (let at = from; at < length && lines.length < LINES; ++at) {
    const c = text[at];
    if (c === 34) isQuoted = !isQuoted;
    if (isQuoted) continue;
    const k = codes.indexOf(c);
    if (k >= 0) counts[k] += 1;
    if (c !== LF) {
      if (c !== 13) isBlank = false;
      continue;
    }
    if (!isBlank) lines.push(counts);
    counts = codes.map(() => 0);
    isBlank = true;
  }
  const [first = counts] = lines;
  const best = (list: readonly number[]): number => {
    const most = Math.max(...list);
    return most > 0 ? codes[list.indexOf(most)] : 0;
  };
  const even = first.map((count, k) => (lines.every((line) => line[k] === count) ? count : 0));
  const others = (list: readonly number[]): number => best(hasCommas ? list.slice(0, -1) : list);
  return others(even) || others(first) || best(even) || codes[0];
}
