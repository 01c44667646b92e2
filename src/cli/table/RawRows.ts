import { RecordLines } from "./RecordLines.js";

const [LF, CR] = [10, 13];

/** The rows of a CSV text as they are written in it. */
export class RawRows {
  #pending: Buffer = Buffer.alloc(0);
  /** What is scanned of it. */
  #at = 0;
  #start = 0;
  #lines = new RecordLines(true);

  push(piece: Uint8Array): void {
    const rest = this.#pending.subarray(this.#start);
    this.#pending = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    this.#at -= this.#start;
    this.#start = 0;
  }

  /** Blank lines are rows from here on. */
  keepBlank(): void {
    this.#lines = new RecordLines(true, true);
  }

  /** The next row, byte by byte in Latin-1, without what ends its line; and what does. */
  take(): [row: string, end: string] {
    const { rows } = this.#lines;
    this.#at += this.#lines.read(this.#pending.subarray(this.#at), 1);
    let [from, to] = [this.#start, this.#at];
    if (this.#lines.rows === rows) this.#lines.finish();
    this.#start = this.#at;
    const bytes = this.#pending;
    let end = "";
    if (to > from && bytes[to - 1] === LF) {
      to -= 1;
      end = "\n";
      if (to > from && bytes[to - 1] === CR) {
        to -= 1;
        end = "\r\n";
      }
    }
    // Blank lines that are passed over
    while (from < to && (bytes[from] === LF || bytes[from] === CR)) from += 1;
    return [bytes.toString("latin1", from, to), end];
  }
}
