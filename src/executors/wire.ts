/** What goes between threads: plain data, with matrices and paths as their fields and a mark of what they are. */

/** Marks what is to be made again of fields. */
type Kind = "dense" | "sparse" | "path" | "error";
type Fields = Record<string, unknown>;
type Marked = { $: Kind; fields: Fields };

/** What of a matrix takes part in a fit: names do not. */
const PARTS = {
  dense: ["data", "rows", "columns", "order"],
  sparse: ["rows", "columns", "values", "rowIndices", "columnPointers"],
};

/** Something that no other thread can be told. */
export class Untold extends Error {}

export type Numbers = Float64Array;

/** @param place - What to send in place of an array; whether it is a matrix's. */
export function pack(value: unknown, place: (array: Numbers, isMatrix: boolean) => Numbers, isMatrix = false): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw new Untold();
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return place(value as Numbers, isMatrix);
  if (Array.isArray(value)) {
    return value.some((one) => typeof one === "object" && one !== null) ? value.map((one) => pack(one, place)) : value;
  }
  if (value instanceof Error) {
    const { name, message, code, stack } = value as Error & { code?: unknown };
    return { $: "error", fields: { name, message, code, stack } } satisfies Marked;
  }
  const packed = (keys: readonly string[], ofMatrix = false): Fields =>
    Object.fromEntries(keys.map((key) => [key, pack((value as Fields)[key], place, ofMatrix)]));
  if ("columnPointers" in value) return { $: "sparse", fields: packed(PARTS.sparse, true) } satisfies Marked;
  if ("order" in value && "data" in value) return { $: "dense", fields: packed(PARTS.dense, true) } satisfies Marked;
  if ("devianceRatios" in value && "lambdas" in value) {
    return { $: "path", fields: packed(Object.keys(value)) } satisfies Marked;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new Untold();
  return packed(Object.keys(value));
}

/** What was packed, given how things of each kind are made. */
export function unpack(value: unknown, make: Partial<Record<Kind, (fields: never) => unknown>>): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    return value.some((one) => typeof one === "object" && one !== null) ? value.map((one) => unpack(one, make)) : value;
  }
  const { $: kind, fields } = value as Marked;
  const own = Object.fromEntries(
    Object.entries(kind === undefined ? value : fields).map(([key, one]) => [key, unpack(one, make)]),
  );
  return kind === undefined ? own : make[kind]!(own as never);
}

/** An error as it was before it was packed. */
export function errorOf({
  name,
  message,
  code,
  stack,
}: {
  name: string;
  message: string;
  code?: string;
  stack?: string;
}): Error {
  const Kind = name === "RangeError" ? RangeError : name === "TypeError" ? TypeError : Error;
  const error = Object.assign(new Kind(message), code === undefined ? {} : { code });
  if (stack !== undefined) Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  return error;
}

const isShared = (buffer: ArrayBufferLike): boolean =>
  Object.prototype.toString.call(buffer) === "[object SharedArrayBuffer]";

/** Arrays of fewer bytes are sent as they are. */
const SMALL = 4096;

/**
 * Packs what several threads are to read: arrays go into one memory, once, but for those that lie in a shared one. Where there can be none
 * that is shared, each thread will get a copy.
 *
 * @param isTaken - Whether matrices may lose theirs.
 * @throws Untold for what cannot be sent.
 */
export function packOnce(value: unknown, isTaken: boolean): { packed: unknown; bytes: number } {
  const places = new Map<Numbers, Numbers>();
  const taken = new Set<ArrayBuffer>();
  let bytes = 0;
  let size = 0;
  const padded = (length: number): number => Math.ceil(length / 64) * 64;
  pack(value, (array, isMatrix) => {
    size += array.byteLength;
    if (array.byteLength < SMALL || isShared(array.buffer) || places.has(array)) return array;
    places.set(array, array);
    bytes += padded(array.byteLength);
    if (isMatrix) taken.add(array.buffer as ArrayBuffer);
    return array;
  });
  const Memory = typeof SharedArrayBuffer === "undefined" ? ArrayBuffer : SharedArrayBuffer;
  const memory = new Memory(bytes);
  let at = 0;
  for (const array of places.keys()) {
    const Type = array.constructor as Float64ArrayConstructor;
    const copy = new Type(memory as ArrayBuffer, at, array.length);
    copy.set(array);
    places.set(array, copy);
    at += padded(array.byteLength);
  }
  const packed = pack(value, (array) => places.get(array) ?? (isShared(array.buffer) ? array : array.slice()));
  if (isTaken) for (const buffer of taken) structuredClone(buffer, { transfer: [buffer] });
  return { packed, bytes: size };
}

/** Packs what is sent once and not kept: arrays as they are where they have a memory of their own, which then is to be transferred. */
export function packAway(value: unknown): { packed: unknown; transfer: ArrayBuffer[] } {
  const transfer = new Set<ArrayBuffer>();
  const packed = pack(value, (array) => {
    const own = array.byteLength === array.buffer.byteLength && !isShared(array.buffer) ? array : array.slice();
    if (own.byteLength >= SMALL) transfer.add(own.buffer as ArrayBuffer);
    return own;
  });
  return { packed, transfer: [...transfer] };
}
