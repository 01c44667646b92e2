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
  return JSON.parse(text, (_, value) =>
    value !== null && typeof value === "object" && "$" in value ? open(value) : value,
  );
}

/** The text of JSON as it may stand in a script element of HTML: no tag, no comment and no line separator is left in it. */
export const escaped = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** As float32, but never 0 where the number is not, nor an infinity where it is finite. */
export function toFloat32(values: ArrayLike<number>): Float32Array {
  return Float32Array.from(values, (value) => {
    const single = Math.fround(value);
    if (single === 0 && value !== 0) return value > 0 ? SMALLEST : -SMALLEST;
    return Number.isFinite(value) ? Math.min(LARGEST, Math.max(-LARGEST, single)) : value;
  });
}

/** The least and the largest float32 that 24 bits hold. */
const SMALLEST = 256 * 1.401298464324817e-45;
const LARGEST = 340279772309490750000000000000000000000;

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
