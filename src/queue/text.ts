import { fromNumberJSON, numberJSON } from "../arithmetic/numberJSON.js";
import { describe, typeError } from "../errors.js";
import { errorOf, pack, unpack } from "../executors/wire.js";
import { type DenseParts, dense, Path, type SparseParts, sparse } from "../index.js";
import { Reference, type ReferenceParts } from "./Reference.js";

/** What goes through a queue: JSON, exact for all numbers, with arrays as base64 of their memory, and marks as those between threads. */

const ARRAYS = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
};
type Name = keyof typeof ARRAYS;

const kinds = {
  dense: ({ data, rows, columns, order }: DenseParts) => dense(data, rows, columns, { order }),
  sparse: (parts: SparseParts) => sparse(parts),
  path: (fields: Path) => new Path(fields),
  error: errorOf,
  reference: (parts: ReferenceParts) => new Reference(parts),
};

/** @returns The text, and the bytes of all arrays in it. */
export function toText(value: unknown): { text: string; bytes: number } {
  let bytes = 0;
  const plain = (value: unknown): unknown => {
    if (value === undefined) return { $: "undefined" };
    if (typeof value === "number") {
      const number = numberJSON(value);
      return typeof number === "string" ? { $: "number", value: number } : number;
    }
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Reference) return { $: "reference", fields: { ...value } };
    if (ArrayBuffer.isView(value)) {
      bytes += value.byteLength;
      const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
      return { $: Object.prototype.toString.call(value).slice(8, -1), base64 };
    }
    if (Array.isArray(value)) return value.map(plain);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  };
  return { text: JSON.stringify(plain(pack(value))), bytes };
}

/** @throws TypeError and SyntaxError for text that {@link toText} does not write. */
export function fromText(text: string): unknown {
  const revived = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(revived);
    const { $: mark, base64, value: number } = value as { $?: unknown; base64?: unknown; value?: unknown };
    if (mark === "undefined") return undefined;
    if (mark === "number") return fromNumberJSON(number);
    if (typeof mark === "string" && Object.hasOwn(ARRAYS, mark)) return arrayOf(mark as Name, String(base64));
    if (mark !== undefined && !(typeof mark === "string" && Object.hasOwn(kinds, mark))) {
      throw typeError("ERR_TYPE", `a job must hold what this package has written, got the mark ${describe(mark)}`);
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revived(one)]));
  };
  return unpack(revived(JSON.parse(text)), kinds);
}

function arrayOf(name: Name, base64: string): Float64Array {
  const bytes = Buffer.from(base64, "base64");
  const memory = new ArrayBuffer(bytes.length);
  new Uint8Array(memory).set(bytes);
  return new ARRAYS[name](memory) as Float64Array;
}
