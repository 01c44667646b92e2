import { describe, isArray, kindOf, rangeError, typedArrayName, typeError } from "../../errors.js";

/** "RGMY" where the first byte of a number is its lowest. */
const MAGIC = 0x594d4752;
/** Bytes before the header: the magic number, the checksum of all that follows, the header's length, and zeros. */
const START = 16;
const TYPES = { Float64Array, Int32Array, Uint8Array };

/** What is packed: arrays by name, everything else as JSON has it. */
export type Packed = Record<string, unknown>;

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/**
 * Magic number, checksum, the length of a header, the header (JSON, with the types and lengths of arrays), then each array, all at multiples
 * of eight bytes.
 */
export function pack(fields: Packed): Uint8Array {
  const entries = Object.entries(fields);
  const arrays = entries.filter(([, value]) => ArrayBuffer.isView(value)) as [string, Float64Array][];
  const header = {
    ...Object.fromEntries(entries.filter(([, value]) => !ArrayBuffer.isView(value))),
    arrays: arrays.map(([name, array]) => [name, typedArrayName(array), array.length]),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const end = arrays.reduce((sum, [, { byteLength }]) => sum + padded(byteLength), START + padded(text.length));
  const bytes = new Uint8Array(end);
  bytes.set(text, START);
  let at = START + padded(text.length);
  for (const [, { buffer, byteOffset, byteLength }] of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += padded(byteLength);
  }
  const words = new Uint32Array(bytes.buffer);
  words.set([MAGIC, 0, text.length]);
  words[1] = checksum(words);
  return bytes;
}

/** What was packed. @throws TypeError for what are no bytes; RangeError if they are of something else, cut short or changed. */
export function unpack(name: string, given: unknown): Packed {
  const refuse = (what: string): RangeError =>
    rangeError("ERR_VALUE", `"${name}" must be what toBytes gave, got ${what}`);
  const view = ArrayBuffer.isView(given) ? given : undefined;
  if (view === undefined && kindOf(given) !== "ArrayBuffer") {
    throw typeError("ERR_TYPE", `"${name}" must be a Uint8Array or an ArrayBuffer, got ${describe(given)}`);
  }
  // A copy, so that every array is aligned.
  const source =
    view === undefined
      ? new Uint8Array(given as ArrayBuffer)
      : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (source.length < START || source.length % 8 !== 0) throw refuse("bytes that are cut short");
  const { buffer } = new Uint8Array(source);
  const words = new Uint32Array(buffer);
  if (words[0] !== MAGIC) throw refuse("other bytes");
  if (words[1] !== checksum(words)) throw refuse("bytes that have changed");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, START, words[2])));
  const { arrays, ...fields } = Object.assign(Object.create(null), header) as Packed;
  let at = START + padded(words[2]);
  for (const [array, type, length] of isArray(arrays) ? (arrays as [string, keyof typeof TYPES, number][]) : []) {
    const Type = TYPES[type];
    fields[array] = new Type(buffer, at, length);
    at += padded(length * Type.BYTES_PER_ELEMENT);
  }
  return fields;
}

/** Of all words but the checksum's own: no change of a single word leaves it as it was. */
function checksum(words: Uint32Array): number {
  let sum = 0x811c9dc5;
  for (let k = 0; k < words.length; ++k)
    if (k !== 1) sum = Math.imul(((sum << 5) | (sum >>> 27)) ^ words[k], 0x01000193);
  return sum >>> 0;
}
