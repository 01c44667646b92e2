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
export function unpack(
  value: unknown,
  make: Partial<Record<Kind, (fields: never) => unknown>>,
  take = (array: Numbers): Numbers => array,
): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return take(value as Numbers);
  if (Array.isArray(value)) {
    return value.some((one) => typeof one === "object" && one !== null)
      ? value.map((one) => unpack(one, make, take))
      : value;
  }
  const { $: kind, fields } = value as Marked;
  const own = Object.fromEntries(
    Object.entries(kind === undefined ? value : fields).map(([key, one]) => [key, unpack(one, make, take)]),
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

/** Arrays that are read by several threads go into a shared memory from so many bytes on; below, copies are quicker. */
const SHARED = 65536;
/** Arrays that are sent once go together below so many bytes, and are transferred from there on. */
const LARGE = 4096;

const ownMemory = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);

/** Room for arrays, one after the other: one memory is sent much quicker than many. */
class Room {
  readonly #places = new Map<Numbers, number>();
  #bytes = 0;
  #memory: ArrayBufferLike | undefined;

  /** Has to be told of all arrays before the first is copied. */
  add(array: Numbers): void {
    if (this.#places.has(array)) return;
    this.#places.set(array, this.#bytes);
    this.#bytes += Math.ceil(array.byteLength / 8) * 8;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Undefined until something is copied. */
  get memory(): ArrayBufferLike | undefined {
    return this.#memory;
  }

  copy(array: Numbers, memoryOf: (bytes: number) => ArrayBufferLike): Numbers | undefined {
    const place = this.#places.get(array);
    if (place === undefined) return undefined;
    this.#memory ??= memoryOf(this.#bytes);
    const copy = new (array.constructor as Float64ArrayConstructor)(this.#memory as ArrayBuffer, place, array.length);
    copy.set(array);
    return copy;
  }
}

/** What there is to be sent of something. */
interface Survey {
  /** Of all arrays. */
  bytes: number;
  /** For those that lie in no shared memory. */
  room: Room;
  /** What matrices of these lie in. */
  buffers: Set<ArrayBuffer>;
}

/** @throws Untold for what cannot be sent. */
export function survey(value: unknown): Survey {
  const found: Survey = { bytes: 0, room: new Room(), buffers: new Set() };
  pack(value, (array, isMatrix) => {
    found.bytes += array.byteLength;
    if (isShared(array.buffer)) return array;
    found.room.add(array);
    if (isMatrix) found.buffers.add(array.buffer as ArrayBuffer);
    return array;
  });
  return found;
}

/** What was packed for other threads, and what the copies in it lie in, if there are any. */
export interface Packed {
  packed: unknown;
  memory: ArrayBufferLike | undefined;
}

/**
 * Packs what other threads are to read: arrays go into one memory, once, but for those that lie in a shared one. Where there can be none
 * that is shared, each thread will get a copy.
 *
 * @param sharedMemory - Makes a shared one.
 * @throws Untold for what cannot be sent.
 */
export function packOnce(
  value: unknown,
  sharedMemory: (bytes: number) => SharedArrayBuffer,
  { room }: Survey = survey(value),
): Packed {
  const isSmall = room.bytes < SHARED || typeof SharedArrayBuffer === "undefined";
  const memoryOf = isSmall ? ownMemory : sharedMemory;
  // An array that is there twice is copied once.
  const copies = new Map<Numbers, Numbers>();
  const packed = pack(value, (array) => {
    const copy = copies.get(array) ?? room.copy(array, memoryOf) ?? array;
    copies.set(array, copy);
    return copy;
  });
  return { packed, memory: room.memory };
}

/** Lets go of memory, where it can be let go: arrays in it are detached. */
export function detach(buffers: Iterable<ArrayBuffer>): void {
  for (const buffer of buffers) {
    try {
      structuredClone(buffer, { transfer: [buffer] });
    } catch {
      // It is WebAssembly's, or another call has done so.
    }
  }
}

/** Packs what is sent once and not kept: large arrays as they are where they have a memory of their own, which then is to be transferred. */
export function packAway(value: unknown): { packed: unknown; transfer: ArrayBuffer[] } {
  const room = new Room();
  const transfer = new Set<ArrayBuffer>();
  pack(value, (array) => {
    if (array.byteLength < LARGE) room.add(array);
    return array;
  });
  const packed = pack(value, (array) => {
    const small = room.copy(array, ownMemory);
    if (small !== undefined) return small;
    const own = array.byteLength === array.buffer.byteLength && !isShared(array.buffer) ? array : array.slice();
    transfer.add(own.buffer as ArrayBuffer);
    return own;
  });
  return { packed, transfer: [...transfer] };
}

/** The same with a memory of its own for each array. */
export const owned = (array: Numbers): Numbers =>
  array.byteLength === array.buffer.byteLength ? array : array.slice();
