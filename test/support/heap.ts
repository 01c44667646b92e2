import type { NumberArray } from "./bits.js";

/** An operand as the kernels take it: an array, then the element where it starts. */
export type Operand<A extends NumberArray> = readonly [array: A, offset: number];

const GUARD_BYTES = 64;
/** Signalling NaNs, which arithmetic turns into other NaNs: to read a guard shows in the result, to write it back in the guard. */
const GUARDS = {
  float64: [0x5afe5afe, 0x7ff4c0de],
  float32: [0x7fa5c0de, 0x7fa5c0de],
  int32: [0x7fffffff, 0x7fffffff],
} as const;

interface Region {
  array: NumberArray;
  guard: readonly [number, number];
  /** Word indices: guards from `start` to `first` and from `last` to `end`. */
  start: number;
  first: number;
  last: number;
  end: number;
}

/** Lays out operands in a backend's memory, each between guard cells and at any element offset. */
export class Heap {
  readonly buffer: ArrayBuffer;
  readonly #words: Uint32Array;
  #top = GUARD_BYTES;
  #regions: Region[] = [];

  constructor(buffer: ArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Uint32Array(buffer);
  }

  /** A copy of `values`, `shift` elements past a multiple of 64 bytes. */
  float64(values: ArrayLike<number>, shift = 0): Operand<Float64Array> {
    const array = this.#place(Float64Array, GUARDS.float64, values.length, shift);
    array.set(values);
    return this.#operand(Float64Array, array, shift);
  }

  float32(values: ArrayLike<number>, shift = 0): Operand<Float32Array> {
    const array = this.#place(Float32Array, GUARDS.float32, values.length, shift);
    array.set(values);
    return this.#operand(Float32Array, array, shift);
  }

  int32(values: ArrayLike<number>, shift = 0): Operand<Int32Array> {
    const array = this.#place(Int32Array, GUARDS.int32, values.length, shift);
    array.set(values);
    return this.#operand(Int32Array, array, shift);
  }

  /** Everything laid out since the last reset, in order. */
  get arrays(): NumberArray[] {
    return this.#regions.map((region) => region.array);
  }

  reset(): void {
    this.#top = GUARD_BYTES;
    this.#regions = [];
  }

  /** Throws if a kernel wrote outside of the operands. */
  checkGuards(): void {
    this.#regions.forEach(({ start, first, last, end, guard }, index) => {
      for (let i = start; i < end; ++i) {
        if ((i < first || i >= last) && this.#words[i] !== guard[i & 1]) {
          const side = i < first ? `${first - i} words before` : `${i - last} words after`;
          throw new Error(`operand ${index}: a guard cell ${side} it was overwritten`);
        }
      }
    });
  }

  #place<A extends NumberArray>(
    type: new (buffer: ArrayBuffer, offset: number, length: number) => A,
    guard: readonly [number, number],
    length: number,
    shift: number,
  ): A {
    const bytes = type === (Float64Array as unknown) ? 8 : 4;
    const start = this.#top;
    const first = start + GUARD_BYTES + shift * bytes;
    const last = first + length * bytes;
    const end = Math.ceil((last + GUARD_BYTES) / 64) * 64;
    if (end > this.buffer.byteLength) throw new Error("the test's heap is too small");
    for (let i = start / 4; i < first / 4; ++i) this.#words[i] = guard[i & 1] as number;
    for (let i = last / 4; i < end / 4; ++i) this.#words[i] = guard[i & 1] as number;
    const array = new type(this.buffer, first, length);
    this.#regions.push({ array, guard, start: start / 4, first: first / 4, last: last / 4, end: end / 4 });
    this.#top = end;
    return array;
  }

  /** Half of the shift in the array's byteOffset, half in the element offset. */
  #operand<A extends NumberArray>(
    type: new (buffer: ArrayBuffer, offset: number, length: number) => A,
    array: A,
    shift: number,
  ): Operand<A> {
    const offset = shift - (shift >> 1);
    return [new type(this.buffer, array.byteOffset - offset * array.BYTES_PER_ELEMENT, array.length + offset), offset];
  }
}
