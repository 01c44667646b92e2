import { Heap, memorySize, PAGE } from "./arena.js";
import { fits, fitsTwins } from "./generated/fits.js";
import { forgetRefusal, generation, newMemory, runsWasm } from "./select.js";
import type { Steps } from "./steps.js";

/** Free memories of finished problems, few and small enough to keep. */
const free: Heap[] = [];
const POOL_COUNT = 4;
const POOL_BYTES = 268435456;
const SMALLEST = 1048576;
/** A free memory up to this many times as large as needed will do. */
const ROOMY = 8;
/** The calls of `setModule` that they are made after. */
let made = 0;

/**
 * Runs `work` in a memory for `byteLength` bytes of arrays (each counted with `alignedBytes`), and gives the memory back to a small
 * pool afterwards. `work` must let no view of it escape.
 */
export function withMemory<T>(byteLength: number, purpose: string, work: (heap: Heap) => T): T {
  const heap = acquire(byteLength, purpose);
  try {
    return work(heap);
  } finally {
    release(heap);
  }
}

/** As {@link withMemory}, for work that rests. */
export function* stepsInMemory<T>(byteLength: number, purpose: string, work: (heap: Heap) => Steps<T>): Steps<T> {
  const heap = acquire(byteLength, purpose);
  try {
    return yield* work(heap);
  } finally {
    release(heap);
  }
}

/** A memory as of {@link withMemory}, to be given back by {@link release}. */
export function acquire(byteLength: number, purpose: string): Heap {
  const size = sizeClass(memorySize(byteLength, purpose));
  const name = runsWasm(fits) ? "wasm" : "js";
  if (made !== generation) free.length = 0;
  made = generation;
  const fitting = free.filter(
    ({ kernels, buffer }) => kernels.name === name && buffer.byteLength >= size && buffer.byteLength <= ROOMY * size,
  );
  if (fitting.length > 0) {
    const heap = fitting.reduce((least, other) => (other.buffer.byteLength < least.buffer.byteLength ? other : least));
    free.splice(free.indexOf(heap), 1);
    forgetRefusal();
    return heap;
  }
  const { buffer, kernels } = newMemory(size, fits, fitsTwins);
  return new Heap(size, buffer, kernels);
}

/** Gives a memory back. */
export function release(heap: Heap): void {
  heap.reset();
  if (heap.buffer.byteLength > POOL_BYTES) return;
  free.push(heap);
  let bytes = free.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  // The one that has been out of use for longest goes first.
  while (free.length > POOL_COUNT || bytes > POOL_BYTES) bytes -= free.shift()?.buffer.byteLength ?? 0;
}

/** Rounds a size up to 1 MiB or to four steps per doubling, so that problems of about the same size share memories. */
function sizeClass(size: number): number {
  let step = SMALLEST / 4;
  while (step * 8 <= size) step *= 2;
  const rounded = Math.max(SMALLEST, Math.ceil(size / step) * step);
  return Math.min(rounded, 4294967296 - PAGE);
}
