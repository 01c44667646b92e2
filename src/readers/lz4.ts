import { rangeError } from "../errors.js";

const MAGIC = 0x184d2204;
const VERSION = 1;
/** The bits of a frame's flags. */
const BLOCK_CHECKSUMS = 16;
const CONTENT_SIZE = 8;
const CONTENT_CHECKSUM = 4;
const DICTIONARY = 1;
/** The bit of a block's size that says it is not compressed. */
const PLAIN = 0x80000000;
/** Half a byte, or a whole one, that another one follows. */
const NIBBLE = 15;
const BYTE = 255;
const SHORTEST_MATCH = 4;

const damaged = (): RangeError => rangeError("ERR_VALUE", "LZ4 that is damaged or cut off");

/** What frames of LZ4 hold, as Arrow's files do. Checksums are not looked at. */
export function decodeLz4(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const output = new Output(4 * input.length);
  try {
    for (let at = 0; at < input.length; ) {
      const flags = view.getUint8(at + 4);
      if (view.getUint32(at, true) !== MAGIC || flags >> 6 !== VERSION || flags & DICTIONARY) throw damaged();
      at += flags & CONTENT_SIZE ? 15 : 7;
      for (;;) {
        const size = view.getUint32(at, true);
        at += 4;
        if (size === 0) break;
        const end = at + (size % PLAIN);
        if (end > input.length) throw damaged();
        if (size >= PLAIN) output.copy(input, at, end);
        else addBlock(output, view, input, at, end);
        at = end + (flags & BLOCK_CHECKSUMS ? 4 : 0);
      }
      at += flags & CONTENT_CHECKSUM ? 4 : 0;
    }
  } catch {
    // A view says no more than that it was read beyond its end.
    throw damaged();
  }
  return output.bytes;
}

/** Bytes that become more. */
class Output {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  copy(input: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    this.#bytes.set(input.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  /** Again what stands `distance` before the end, which may reach into what is being written. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.#length) throw damaged();
    this.#reserve(count);
    const bytes = this.#bytes;
    let to = this.#length;
    this.#length += count;
    if (distance >= count) bytes.copyWithin(to, to - distance, to - distance + count);
    else for (; to < this.#length; ++to) bytes[to] = bytes[to - distance];
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const more = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    more.set(this.bytes);
    this.#bytes = more;
  }
}

/** Literals and matches in turn; matches may reach into the blocks before. */
function addBlock(output: Output, view: DataView, input: Uint8Array, from: number, end: number): void {
  let at = from;
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    if (nibble < NIBBLE) return length;
    for (;;) {
      const more = view.getUint8(at++);
      length += more;
      if (more < BYTE) return length;
    }
  };
  for (;;) {
    const token = view.getUint8(at++);
    const literals = lengthOf(token >> 4);
    if (at + literals > end) throw damaged();
    output.copy(input, at, at + literals);
    at += literals;
    if (at === end) return;
    const distance = view.getUint16(at, true);
    at += 2;
    output.repeat(distance, lengthOf(token & NIBBLE) + SHORTEST_MATCH);
  }
}
