import type { Kernels } from "./backends.js";
import type { Heap } from "./heap.js";

/** Numbers in [0, 1), from a stream of those in [-1, 1). */
const share = (next: () => number): number => (next() + 1) / 2;
const below = (n: number, next: () => number): number => Math.floor(share(next) * n);

function digits(count: number, next: () => number): string {
  let text = "";
  while (text.length < count) text += String(below(1e9, next)).padStart(9, "0");
  return text.slice(0, count);
}

/** A point at any place, or none; zeros in front, at times. */
function withPoint(text: string, next: () => number): string {
  const at = below(text.length + 2, next);
  const zeros = share(next) < 0.1 ? "0".repeat(below(6, next)) : "";
  if (at === 0) return `${zeros}0.${text}`;
  return at > text.length ? zeros + text : `${zeros}${text.slice(0, at)}.${text.slice(at)}`;
}

/** The decimal of whole·2^−halvings, all its digits. */
function exact(whole: bigint, halvings: number): string {
  const text = (whole * 5n ** BigInt(halvings)).toString().padStart(halvings + 1, "0");
  return halvings === 0 ? text : `${text.slice(0, -halvings)}.${text.slice(-halvings)}`;
}

/** The middle between two neighbouring doubles of 53 bits, or a number next to it, of as few digits as it has or cut to a count. */
function nearHalfway(next: () => number): string {
  const odd = 2n * (2n ** 52n + BigInt(below(2 ** 52, next))) + 1n;
  const shift = below(16, next) - 8;
  const text = shift < 0 ? exact(odd * 2n ** BigInt(-shift), 0) : exact(odd, shift);
  const kept = text.slice(0, 15 + below(12, next));
  const slip = below(3, next) - 1;
  const last = Number(kept.at(-1));
  return Number.isInteger(last) ? kept.slice(0, -1) + Math.min(9, Math.max(0, last + slip)) : kept;
}

/** A field that is a number, as people and programs write them: of 1 to 25 digits, near the middle of two doubles, with an exponent, a whole one. */
export function drawNumber(next: () => number): string {
  const sign = share(next) < 0.4 ? "-" : "";
  const kind = below(10, next);
  if (kind < 4) return sign + withPoint(digits(1 + below(25, next), next), next);
  if (kind < 6) return sign + nearHalfway(next);
  if (kind === 6) return String((next() * 10 ** below(30, next)) / 10 ** below(30, next));
  if (kind === 7) return sign + share(next).toFixed(below(20, next));
  if (kind === 8) return `${sign}${withPoint(digits(1 + below(18, next), next), next)}e${below(40, next) - 20}`;
  return sign + String(below(2 ** 40, next));
}

/** A field that is none, or is written as few write it. */
export const ODD_FIELDS = [
  "",
  "-",
  ".",
  "-.",
  ".5",
  "-.5",
  "5.",
  "+1",
  " 1",
  "1 ",
  "1e5",
  "1E-7",
  "1.5e+300",
  "0x1F",
  "Inf",
  "Infinity",
  "NaN",
  "1_000",
  "1.2.3",
  "--1",
  "1-2",
  '"1"',
  "abc",
  "é",
  "00000000000000000000000000000012.5",
  "0.00000000000000000000001",
  "123456789012345678901234567890",
  "-0",
  "0",
  "-0.0",
  "\r",
  "1\r",
] as const;

export const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/** The bytes of a text in a heap, with a gap of `shift` bytes in front and bytes behind that are read and count for nothing. */
export function putText(heap: Heap, bytes: Uint8Array, shift = 0): readonly [Uint8Array, number] {
  const [words, offset] = heap.int32(new Int32Array(Math.ceil((bytes.length + shift + 8) / 4)).fill(0x31313131));
  const text = new Uint8Array(words.buffer, words.byteOffset + 4 * offset, bytes.length + shift + 8);
  text.set(bytes, shift);
  return [text, shift];
}

/** What a kernel makes of fields one below the other: numbers, and NaN for those that it gives back, which are counted. */
export function readColumn(kernels: Kernels, heap: Heap, fields: readonly string[]) {
  const bytes = new TextEncoder().encode(`${fields.join("\n")}\n`);
  const [text, shift] = putText(heap, bytes);
  const powers = heap.float64(POWERS);
  const places = heap.int32([0]);
  const [out, outOffset] = heap.float64(new Array(fields.length).fill(7));
  const [state, stateOffset] = heap.int32([0, 0, 0]);
  const returned: number[] = [];
  const size = fields.length;
  for (let at = 0; at < bytes.length; ) {
    at = kernels.readDecimals(
      text,
      shift,
      at,
      bytes.length,
      44,
      1,
      size,
      ...powers,
      ...places,
      out,
      outOffset,
      size,
      state,
      stateOffset,
    );
    if (at === bytes.length) break;
    returned.push(state[stateOffset]);
    out[outOffset + state[stateOffset]] = Number.NaN;
    state[stateOffset] += 1;
    at = bytes.indexOf(10, at) + 1;
  }
  return { values: out.slice(outOffset, outOffset + fields.length), returned };
}
