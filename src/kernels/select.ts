import type { FloatArray } from "../data/FloatArray.js";
import {
  checkChoice,
  checkInteger,
  describe,
  isFloat64,
  messageOf as message,
  rangeError,
  typeError,
} from "../errors.js";
import { type Arena, Heap, memorySize, PAGE } from "./arena.js";
import { OUTLINE } from "./binary.js";
import type { Kernels, VectorKernels } from "./contract.js";
import { jsKernels } from "./js/index.js";
import { outline } from "./outline.js";
import { compile, instantiate } from "./wasm.js";

/** Which backend runs, and why it is not WebAssembly. */
export interface Backend {
  name: "wasm" | "js";
  /** Why JavaScript runs. Absent for `"wasm"`. */
  reason?: string;
}

type Choice = "auto" | "wasm" | "js";

let choice: Choice = "auto";
let compiled: WebAssembly.Module | undefined;
/** Why WebAssembly cannot run here at all: found out once, remembered until `setBackend` or `setModule`. */
let failure: string | undefined;
/** Why the latest memory was refused. A smaller or later one may be granted, so this only lasts until one is. */
let refusal: string | undefined;

function compiledModule(): WebAssembly.Module | undefined {
  if (choice === "js" || failure !== undefined) return undefined;
  try {
    compiled ??= compile();
  } catch (error) {
    failure = `WebAssembly did not compile: ${message(error)}`;
  }
  return compiled;
}

/** A memory of `size` bytes, a multiple of the page, and the kernels on it; an ordinary buffer and JavaScript where there is none. */
function newMemory(size: number): { buffer: ArrayBuffer; kernels: Kernels } {
  const code = compiledModule();
  if (code === undefined) return { buffer: newBuffer(size), kernels: jsKernels };
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: size / PAGE, maximum: size / PAGE });
    refusal = undefined;
  } catch (error) {
    refusal = `a WebAssembly memory of ${size} bytes was refused: ${message(error)}`;
    return { buffer: newBuffer(size), kernels: jsKernels };
  }
  try {
    return { buffer: memory.buffer as ArrayBuffer, kernels: instantiate(code, memory) };
  } catch (error) {
    failure = `WebAssembly did not instantiate: ${message(error)}`;
    return { buffer: newBuffer(size), kernels: jsKernels };
  }
}

function newBuffer(size: number): ArrayBuffer {
  try {
    return new ArrayBuffer(size);
  } catch {
    throw rangeError("ERR_MEMORY", `this host refused a buffer of ${size} bytes: fit on fewer rows or columns`);
  }
}

/** Where an array of an arena lies: the operand that its kernels take for it. */
export interface Place<V extends FloatArray = FloatArray> {
  kernels: VectorKernels<V>;
  /** The whole memory, in the array's dtype. */
  memory: V;
  /** The element of it where the array starts. */
  offset: number;
}

/** The arenas that users hold, by buffer. */
const owners = new WeakMap<ArrayBufferLike, Heap>();
/** The places of their arrays: finding one is several times quicker than asking an array for its buffer. */
const places = new WeakMap<FloatArray, Place>();

/**
 * Allocates one memory of fixed size for typed arrays that kernels work on in place, with no copy in or out. Every array
 * is aligned to 64 bytes and zeroed; the memory is garbage-collected with the last of its views.
 *
 * @param byteLength - The bytes of all arrays together, at most 4 GiB minus two pages.
 * @throws RangeError if `byteLength` is negative, not whole, or above the limit.
 * @example
 * const arena = createArena(2 * 8 * 1000);
 * const w = arena.float64(1000);
 * const gradient = arena.float64(1000);
 */
export function createArena(byteLength: number): Arena {
  checkInteger("byteLength", byteLength, 0);
  const heap = ownHeap(byteLength, "the arena");
  owners.set(heap.buffer, heap);
  return heap;
}

/** A memory for `byteLength` bytes of arrays that is never shared, and lives as long as they do. */
export function ownHeap(byteLength: number, purpose: string): Heap {
  // A page more than asked for: room for the alignment of about a thousand arrays.
  const { buffer, kernels } = newMemory(memorySize(byteLength, purpose, PAGE));
  return new Heap(byteLength, buffer, kernels);
}

/** The arena that an array lies in. */
export function arenaOf(array: FloatArray): Heap | undefined {
  return owners.get(array.buffer);
}

/** The place of an array in an arena's WASM memory, or undefined: then it is copied, or JavaScript takes over. */
export function placeOf<V extends FloatArray>(array: V): Place<V> | undefined {
  if (choice === "js") return undefined;
  return (places.get(array) ?? newPlace(array)) as unknown as Place<V> | undefined;
}

function newPlace(array: FloatArray): Place | undefined {
  const kernels = owners.get(array.buffer)?.kernels;
  if (kernels?.memory === undefined) return undefined;
  const dtype = isFloat64(array) ? "float64" : "float32";
  const place: Place = {
    kernels: kernels[dtype] as unknown as VectorKernels<FloatArray>,
    memory: kernels.memory[dtype],
    // A shift, not a division: a number that the engine knows to be an integer keeps the kernels' index arithmetic quick.
    offset: array.byteOffset >>> (dtype === "float64" ? 3 : 2),
  };
  places.set(array, place);
  return place;
}

/** Doubles in each of the scratch's two arrays: four copies of them still fit the second-level cache. */
export const SCRATCH_LENGTH = 8192;

/** Room in WASM memory for a chunk of two operands that lie elsewhere. */
export interface Scratch {
  kernels: Kernels;
  float64: readonly [Float64Array, Float64Array];
  /** The same bytes as float64. */
  float32: readonly [Float32Array, Float32Array];
}

let scratchMemory: Scratch | undefined;

/** The scratch for arrays outside of any arena, or undefined where WASM does not run. */
export function scratch(): Scratch | undefined {
  if (choice === "js") return undefined;
  if (scratchMemory === undefined && failure === undefined) scratchMemory = newScratch(SCRATCH_LENGTH, 0);
  return scratchMemory;
}

/** A memory of its own with a scratch of two times `length` doubles, and room for `byteLength` bytes more; undefined where WASM does not run. */
export function newScratch(length: number, byteLength: number): (Scratch & { heap: Heap }) | undefined {
  if (compiledModule() === undefined) return undefined;
  const bytes = 2 * 8 * length + byteLength;
  const { buffer, kernels } = newMemory(memorySize(bytes, "the scratch", PAGE));
  if (kernels.name === "js") return undefined;
  const heap = new Heap(bytes, buffer, kernels);
  const float64 = [heap.float64(length), heap.float64(length)] as const;
  const float32 = [
    new Float32Array(buffer, float64[0].byteOffset, 2 * length),
    new Float32Array(buffer, float64[1].byteOffset, 2 * length),
  ] as const;
  return { kernels, float64, float32, heap };
}

/** Free memories of finished problems, few and small enough to keep. */
const free: Heap[] = [];
const POOL_COUNT = 4;
const POOL_BYTES = 268435456;
const SMALLEST = 1048576;
/** A free memory up to this many times as large as needed will do. */
const ROOMY = 8;

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

function acquire(byteLength: number, purpose: string): Heap {
  const size = sizeClass(memorySize(byteLength, purpose));
  const name = compiledModule() === undefined ? "js" : "wasm";
  const fitting = free.filter(
    ({ kernels, buffer }) => kernels.name === name && buffer.byteLength >= size && buffer.byteLength <= ROOMY * size,
  );
  if (fitting.length > 0) {
    const heap = fitting.reduce((least, other) => (other.buffer.byteLength < least.buffer.byteLength ? other : least));
    free.splice(free.indexOf(heap), 1);
    refusal = undefined;
    return heap;
  }
  const { buffer, kernels } = newMemory(size);
  return new Heap(size, buffer, kernels);
}

function release(heap: Heap): void {
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

/**
 * Which backend runs: `{ name: "wasm" }`, or `{ name: "js", reason }` with what kept WebAssembly from running. Both give the
 * same bits. After a memory was refused, JavaScript did that piece of work, and the next one asks again.
 */
export function backend(): Backend {
  if (choice === "js") return { name: "js", reason: 'setBackend("js") was called' };
  scratch();
  const reason = failure ?? refusal;
  return reason === undefined ? { name: "wasm" } : { name: "js", reason };
}

/**
 * Chooses the backend from here on. `"auto"`: WebAssembly where it runs, JavaScript where not. Results do not change.
 *
 * @throws RangeError if `"wasm"` is asked for where it cannot run, with the reason; the choice stays as it was.
 * @throws TypeError if `name` is not a string.
 */
export function setBackend(name: "auto" | "wasm" | "js"): void {
  checkChoice("name", name, ["auto", "wasm", "js"]);
  const before = choice;
  choice = name;
  failure = undefined;
  refusal = undefined;
  if (name !== "wasm") return;
  const { reason } = backend();
  if (reason === undefined) return;
  choice = before;
  throw rangeError("ERR_BACKEND", `"name" must be "auto" or "js" here, got "wasm": ${reason}`);
}

/** WebAssembly.Module, or any object where TypeScript's `lib` does not know WebAssembly. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: new (...bytes: never) => infer M } }
  ? M
  : object;

/**
 * Supplies the compiled kernels where a host forbids compiling bytes: the module of `regulus/kernels.wasm`.
 *
 * @throws TypeError if `module` is not a WebAssembly.Module.
 */
export function setModule(module: WasmModule): void {
  let described: number;
  try {
    // Of another realm too, which is no instance of this one's.
    described = outline(module);
  } catch {
    throw typeError("ERR_TYPE", `"module" must be a WebAssembly.Module, got ${describe(module)}`);
  }
  if (described !== OUTLINE) {
    throw typeError(
      "ERR_TYPE",
      '"module" must be compiled from regulus/kernels.wasm of this version, got one with other kernels',
    );
  }
  compiled = module;
  failure = undefined;
  refusal = undefined;
  scratchMemory = undefined;
  free.length = 0;
}
