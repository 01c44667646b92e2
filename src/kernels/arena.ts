import { checkInteger, rangeError } from "../errors.js";
import type { Backed, Kernels } from "./contract.js";
import type { Steps } from "./steps.js";

/** WebAssembly's page, the unit in which its memories are sized. */
export const PAGE = 65536;
/** 4 GiB minus one page: the largest memory there is. */
const LARGEST = 4294967296 - PAGE;
/** Every array starts at a multiple of this, a cache line. */
const ALIGNMENT = 64;

/** The bytes that an array of `byteLength` bytes takes up in an arena. */
export function alignedBytes(byteLength: number): number {
  return Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
}

/** Bytes an element, by the method of a {@link Heap} that hands the array out. */
const SIZES = { float64: 8, raw64: 8, float32: 4, raw32: 4, int32: 4, raw16: 2 } as const;

type Kind = keyof typeof SIZES;

/** An array to be taken: the method that hands it out, and its length. */
export type Field<K extends Kind = Kind> = readonly [kind: K, length: number];

/** What somebody takes, array by array: its own, or all that its parts take. */
export type Layout = readonly (Field | Layout)[];

export const float64 = (n: number): Field<"float64"> => ["float64", n];
export const float32 = (n: number): Field<"float32"> => ["float32", n];
export const int32 = (n: number): Field<"int32"> => ["int32", n];
export const raw64 = (n: number): Field<"raw64"> => ["raw64", n];
export const raw32 = (n: number): Field<"raw32"> => ["raw32", n];
export const raw16 = (n: number): Field<"raw16"> => ["raw16", n];

const isField = (part: Field | Layout): part is Field => typeof part[0] === "string";

/** The bytes that a layout takes up in an arena. */
export function bytesOf(layout: Layout): number {
  return layout.reduce(
    (sum, part) => sum + (isField(part) ? alignedBytes(SIZES[part[0]] * part[1]) : bytesOf(part)),
    0,
  );
}

/** The arrays of a layout, one after the other. */
export function take<const L extends readonly Field[]>(
  arena: Heap,
  layout: L,
): { -readonly [K in keyof L]: ReturnType<Heap[L[K][0]]> } {
  return layout.map(([kind, n]) => arena[kind](n)) as never;
}

/** n rounded up to a multiple of four: the width of a tile of the Gram, and of a vector in single precision. */
export function byFour(n: number): number {
  return Math.ceil(n / 4) * 4;
}

/** What the Gram of n × p values works in. */
export const gramWork = (n: number, p: number): Field<"raw64"> => raw64((Math.min(n, 256) + 1) * byFour(p) + 8);

/**
 * The size of the memory for `byteLength` bytes of arrays and some to spare: whole pages, the first line unused. Up to 2^53
 * without overflow.
 */
export function memorySize(byteLength: number, purpose: string, spare = 0): number {
  const size = Math.ceil((byteLength + spare + ALIGNMENT) / PAGE) * PAGE;
  if (size > LARGEST) {
    throw rangeError(
      "ERR_MEMORY",
      `${purpose} needs ${byteLength} bytes, and a memory holds at most ${LARGEST - spare - ALIGNMENT}: ` +
        "fit on fewer rows or columns, or sum its Gram by chunks",
    );
  }
  return size;
}

/**
 * Typed arrays laid out one after the other in one memory of fixed size, each aligned to 64 bytes and zeroed. On the WASM
 * backend that memory is WebAssembly's, so kernels run on the arrays in place. There is no way to free a single array:
 * the memory lives as long as a view of it does.
 */
export interface Arena {
  /** The bytes of arrays that it was made for. */
  readonly byteLength: number;
  /** The bytes of arrays that still fit. */
  readonly bytesLeft: number;
  /** A zeroed Float64Array of n elements. @throws RangeError if it does not fit. */
  float64(n: number): Float64Array<ArrayBuffer>;
  /** A zeroed Float32Array of n elements. @throws RangeError if it does not fit. */
  float32(n: number): Float32Array<ArrayBuffer>;
  /** A zeroed Int32Array of n elements. @throws RangeError if it does not fit. */
  int32(n: number): Int32Array<ArrayBuffer>;
}

/** An arena with the kernels of its memory. */
export class Heap<K extends Backed = Kernels> implements Arena {
  readonly byteLength: number;
  /** The kernels that run on its arrays. */
  readonly kernels: K;
  readonly buffer: ArrayBuffer;
  #taken = 0;
  #offset = ALIGNMENT;
  /** Beyond this the buffer has never been handed out, so it still holds zeros. */
  #dirty = ALIGNMENT;

  constructor(byteLength: number, buffer: ArrayBuffer, kernels: K) {
    this.byteLength = byteLength;
    this.buffer = buffer;
    this.kernels = kernels;
  }

  get bytesLeft(): number {
    return this.byteLength - this.#taken;
  }

  float64(n: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.buffer, this.#zeroed(n, 8), n);
  }

  float32(n: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.buffer, this.#zeroed(n, 4), n);
  }

  int32(n: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.buffer, this.#zeroed(n, 4), n);
  }

  /** A Float64Array of n elements whose contents are whatever was there: for large ones that are written before they are read. */
  raw64(n: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.buffer, this.#take(n, 8), n);
  }

  /** A Float32Array like {@link raw64}. */
  raw32(n: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.buffer, this.#take(n, 4), n);
  }

  /** An Int16Array like {@link raw64}. */
  raw16(n: number): Int16Array<ArrayBuffer> {
    return new Int16Array(this.buffer, this.#take(n, 2), n);
  }

  /** Runs `work`, and frees what it has taken. The caller answers for there being no views of that left. */
  scoped<T>(work: () => T): T {
    const taken = this.#taken;
    const offset = this.#offset;
    try {
      return work();
    } finally {
      this.#taken = taken;
      this.#offset = offset;
    }
  }

  /** As {@link scoped}, for work that rests. */
  *scopedSteps<T>(work: () => Steps<T>): Steps<T> {
    const taken = this.#taken;
    const offset = this.#offset;
    try {
      return yield* work();
    } finally {
      this.#taken = taken;
      this.#offset = offset;
    }
  }

  /**
   * Lends up to `byteLength` of the bytes that no array has yet, for what is done before the next array is taken.
   *
   * @returns Where they start, a multiple of 64, and how many there are.
   */
  borrow(byteLength: number): [byteOffset: number, bytes: number] {
    const bytes = Math.min(byteLength, this.buffer.byteLength - this.#offset);
    this.#dirty = Math.max(this.#dirty, this.#offset + bytes);
    return [this.#offset, bytes];
  }

  /** Makes all of it free again. The caller answers for there being no views left. */
  reset(): void {
    this.#taken = 0;
    this.#offset = ALIGNMENT;
  }

  #zeroed(n: number, bytesPerElement: number): number {
    const dirty = this.#dirty;
    const offset = this.#take(n, bytesPerElement);
    const end = Math.min(this.#offset, dirty);
    if (offset < end) new Uint8Array(this.buffer, offset, end - offset).fill(0);
    return offset;
  }

  /** Takes the next bytes as they are, and returns where they start. */
  #take(n: number, bytesPerElement: number): number {
    checkInteger("n", n, 0);
    const bytes = n * bytesPerElement;
    const offset = this.#offset;
    const end = offset + alignedBytes(bytes);
    if (this.#taken + bytes > this.byteLength || end > this.buffer.byteLength) {
      const left = Math.max(0, Math.min(this.bytesLeft, this.buffer.byteLength - offset));
      throw rangeError(
        "ERR_MEMORY",
        `the arena has ${left} of its ${this.byteLength} bytes left, and this array needs ${bytes}: ${bytes - left} are missing`,
      );
    }
    this.#taken += bytes;
    this.#offset = end;
    this.#dirty = Math.max(this.#dirty, end);
    return offset;
  }
}
