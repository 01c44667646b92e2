/** Above so many, numbers that are drawn and read to four digits keep 16 bits of their significand. */
const MOST_EXACT = 300_000;

type Packed = { $: "f64" | "f32" | "u8"; length: number; width?: number; zeros?: string; bytes: string };

/** Data as JSON, its typed arrays as text: those of float32 without their zeros, and in 24 bits each if there are very many. */
export function pack(data: object): string {
  return JSON.stringify(data, (_, value) => {
    if (value instanceof Float32Array) return packFloat32(value);
    if (value instanceof Float64Array) return { $: "f64", length: value.length, bytes: textOf(bytesOf(value)) };
    if (value instanceof Uint8Array) return { $: "u8", length: value.length, bytes: textOf(value) };
    return value;
  });
}

/** What was packed. */
export function unpack<T>(text: string): T {
  return JSON.parse(text, (_, value) => (isPacked(value) ? open(value) : value));
}

/** Not what a user's columns may be called: no object of theirs has both a number and a text. */
const isPacked = (value: unknown): value is Packed => {
  const { length, bytes } = Object(value) as Partial<Packed>;
  return typeof bytes === "string" && typeof length === "number";
};

/** The text of JSON as it may stand in a script element of HTML: no tag, no comment and no line separator is left in it. */
export const escaped = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** As float32 where these hold all of the numbers, and as they are where some are too small or too large. */
export function toFloats(values: Float64Array): Float32Array | Float64Array {
  const isIn = (value: number): boolean => value === 0 || !(Math.abs(value) < 1e-35 || Math.abs(value) > 1e35);
  return values.every(isIn) ? Float32Array.from(values) : values.slice();
}

function packFloat32(values: Float32Array): Packed {
  const { length } = values;
  const count = values.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  const zeros = new Uint8Array(count < length ? Math.ceil(length / 8) : 0);
  const width = count > MOST_EXACT ? 3 : 4;
  const bits = new Uint32Array(values.buffer, values.byteOffset, length);
  const bytes = new Uint8Array(count * width);
  let to = 0;
  for (let k = 0; k < length; ++k) {
    if (values[k] === 0) {
      zeros[k >> 3] |= 1 << (k & 7);
      continue;
    }
    let word = width === 4 || Number.isNaN(values[k]) ? bits[k] : bits[k] + 0x80;
    if (width === 3) word >>>= 8;
    for (let b = 0; b < width; ++b, word >>>= 8) bytes[to++] = word & 255;
  }
  return { $: "f32", length, width, ...(zeros.length > 0 && { zeros: textOf(zeros) }), bytes: textOf(bytes) };
}

function open({ $: type, length, width = 4, zeros, bytes }: Packed): Float32Array | Float64Array | Uint8Array {
  const raw = bytesOfText(bytes);
  if (type === "u8") return raw;
  if (type === "f64") return new Float64Array(raw.buffer, 0, length);
  const isZero = zeros === undefined ? undefined : bytesOfText(zeros);
  const bits = new Uint32Array(length);
  let from = 0;
  for (let k = 0; k < length; ++k) {
    if (isZero !== undefined && (isZero[k >> 3] >> (k & 7)) & 1) continue;
    for (let b = 4 - width; b < 4; ++b) bits[k] |= raw[from++] << (8 * b);
  }
  return new Float32Array(bits.buffer);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** In base64, in pieces, as a call takes only so many arguments. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}

function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let k = 0; k < bytes.length; ++k) bytes[k] = characters.charCodeAt(k);
  return bytes;
}
