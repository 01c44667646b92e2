/** What goes between threads: plain data, with matrices and paths as their fields and a mark of what they are. */

import { isShared } from "../data/FloatArray.js";

/** Marks what is to be made again of fields. */
type Kind = "dense" | "sparse" | "path" | "error";
type Fields = Record<string | number, unknown>;
type Marked = { $: Kind; fields: Fields };

/** What of a matrix takes part in a fit: names do not. */
const PARTS = {
  dense: ["data", "rows", "columns", "order"],
  sparse: ["rows", "columns", "values", "rowIndices", "columnPointers"],
};

/** Something that no other thread can be told. */
export class Untold extends Error {}

export type Numbers = Float64Array;

/** Told of each array that is packed, the matrix whose part it is, and where it now stands. */
type See = (array: Numbers, matrix: Fields | undefined, into: Fields, key: string | number) => void;

/** @throws Untold for what cannot be sent. */
export function pack(value: unknown, see: See = () => {}): unknown {
  const root: Fields = { value };
  packInto(root, "value", see);
  return root.value;
}

function packInto(into: Fields, key: string | number, see: See, matrix?: Fields): void {
  const value = into[key];
  if (typeof value === "function" || typeof value === "symbol") throw new Untold();
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) see(value as Numbers, matrix, into, key);
  else if (Array.isArray(value)) {
    if (!value.some(isObject)) return;
    const list: unknown[] = value.slice();
    into[key] = list;
    for (let k = 0; k < list.length; ++k) packInto(list as unknown as Fields, k, see);
  } else into[key] = packObject(value as Fields, see);
}

function packObject(value: Fields, see: See): Fields {
  if (value instanceof Error) {
    const { name, message, code, stack } = value as Error & { code?: unknown };
    return { $: "error", fields: { name, message, code, stack } } satisfies Marked;
  }
  if ("columnPointers" in value) return { $: "sparse", fields: packParts(value, PARTS.sparse, see) } satisfies Marked;
  if ("order" in value && "data" in value) {
    return { $: "dense", fields: packParts(value, PARTS.dense, see) } satisfies Marked;
  }
  const isPath = "devianceRatios" in value && "lambdas" in value;
  const prototype = Object.getPrototypeOf(value);
  if (!isPath && prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new Untold();
  const fields = { ...value };
  for (const key of Object.keys(fields)) packInto(fields, key, see);
  return isPath ? ({ $: "path", fields } satisfies Marked) : fields;
}

function packParts(matrix: Fields, names: readonly string[], see: See): Fields {
  const fields: Fields = {};
  for (const name of names) {
    fields[name] = matrix[name];
    packInto(fields, name, see, matrix);
  }
  return fields;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** What was packed, in its own objects, given how things of each kind are made. */
export function unpack(
  value: unknown,
  make: Partial<Record<Kind, (fields: never) => unknown>>,
  take = (array: Numbers): Numbers => array,
): unknown {
  if (!isObject(value)) return value;
  if (ArrayBuffer.isView(value)) return take(value as Numbers);
  if (Array.isArray(value)) {
    if (value.some(isObject)) for (let k = 0; k < value.length; ++k) value[k] = unpack(value[k], make, take);
    return value;
  }
  const { $: kind, fields } = value as Marked;
  const own = kind === undefined ? (value as Fields) : fields;
  for (const key of Object.keys(own)) {
    const one = own[key];
    if (isObject(one)) own[key] = unpack(one, make, take);
  }
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

/** Arrays that are read by several threads go into a shared memory from so many bytes on; below, copies are quicker. */
const SHARED = 65536;
/** Arrays that are sent once go together below so many bytes, and are transferred from there on. */
const LARGE = 4096;

const ownMemory = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);

type Write = (copy: Numbers) => void;

/** Room for arrays that stand in what is packed, one after the other: one memory is sent much quicker than many. */
class Room {
  /** Where each array begins, and its copy once there is one: an array that is there twice is copied once. */
  readonly #places = new Map<Numbers, { from: number; copy: Numbers | undefined }>();
  readonly #holes: { array: Numbers; into: Fields; key: string | number; write: Write }[] = [];
  #bytes = 0;

  /** @param write - What is not copied as it is. */
  add(array: Numbers, into: Fields, key: string | number, write: Write = (copy) => copy.set(array)): void {
    this.#holes.push({ array, into, key, write });
    if (this.#places.has(array)) return;
    this.#places.set(array, { from: this.#bytes, copy: undefined });
    this.#bytes += Math.ceil(array.byteLength / 8) * 8;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Puts copies where the arrays stand. Returns what they lie in, if there are any. */
  fill(memoryOf: (bytes: number) => ArrayBufferLike): ArrayBufferLike | undefined {
    if (this.#holes.length === 0) return undefined;
    const memory = memoryOf(this.#bytes) as ArrayBuffer;
    for (const { array, into, key, write } of this.#holes) {
      const place = this.#places.get(array)!;
      if (place.copy === undefined) {
        place.copy = new (array.constructor as Float64ArrayConstructor)(memory, place.from, array.length);
        write(place.copy);
      }
      into[key] = place.copy;
    }
    return memory;
  }
}

/** What is packed but for its arrays, which are still where they lie. */
export interface Survey {
  packed: unknown;
  /** Of all arrays. */
  bytes: number;
  /** For those that lie in no shared memory. */
  room: Room;
  /** What matrices of these lie in. */
  buffers: Set<ArrayBuffer>;
}

/** @throws Untold for what cannot be sent. */
export function survey(value: unknown): Survey {
  const found: Survey = { packed: undefined, bytes: 0, room: new Room(), buffers: new Set() };
  found.packed = pack(value, (array, matrix, into, key) => {
    const write = matrix?.write as Write | undefined;
    found.bytes += array.byteLength;
    if (isShared(array.buffer) && write === undefined) return;
    found.room.add(array, into, key, write);
    if (matrix && !isShared(array.buffer)) found.buffers.add(array.buffer as ArrayBuffer);
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
 */
export function packOnce({ packed, room }: Survey, sharedMemory: (bytes: number) => SharedArrayBuffer): Packed {
  const isSmall = room.bytes < SHARED || typeof SharedArrayBuffer === "undefined";
  return { packed, memory: room.fill(isSmall ? ownMemory : sharedMemory) };
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
  const packed = pack(value, (array, _matrix, into, key) => {
    if (array.byteLength < LARGE) {
      room.add(array, into, key);
      return;
    }
    const own = array.byteLength === array.buffer.byteLength && !isShared(array.buffer) ? array : array.slice();
    into[key] = own;
    transfer.add(own.buffer as ArrayBuffer);
  });
  room.fill(ownMemory);
  return { packed, transfer: [...transfer] };
}

/** The same with a memory of its own for each array. */
export const owned = (array: Numbers): Numbers =>
  array.byteLength === array.buffer.byteLength ? array : array.slice();
