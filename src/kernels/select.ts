import { byteOffsetOf, type FloatArray } from "../data/FloatArray.js";
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
import type { Backed, TrainingKernels, VectorKernels } from "./contract.js";
import { OUTLINES } from "./generated/outlines.js";
import { vectors } from "./generated/vectors.js";
import type { Library } from "./library.js";
import { outline } from "./outline.js";
import { compile, instantiate } from "./wasm.js";

/** Which backend runs, and why it is not WebAssembly. */
export interface Backend {
  name: "wasm" | "js";
  /** Why JavaScript runs. Absent for `"wasm"`. */
  reason?: string;
}

let choice: "auto" | "wasm" | "js" = "auto";
/** The modules that were compiled here, or given to `setModule`. */
const modules: Partial<Record<Library["name"], WebAssembly.Module>> = {};
/** Why WebAssembly cannot run a library here at all: found out once, remembered until `setBackend` or `setModule`. */
let failures: Partial<Record<Library["name"], string>> = {};
/** Why the latest memory was refused. A smaller or later one may be granted, so this only lasts until one is. */
let refusal: string | undefined;

/** Says that a memory was to be had. */
export function forgetRefusal(): void {
  refusal = undefined;
}

/** Counts the calls of `setModule`: kernels of an earlier one are not to be used again. */
export let generation = 0;

function moduleOf(library: Library): WebAssembly.Module | undefined {
  const { name } = library;
  if (choice === "js" || failures[name] !== undefined) return undefined;
  try {
    modules[name] ??= compile(library);
  } catch (error) {
    failures[name] = `WebAssembly did not compile: ${message(error)}`;
  }
  return modules[name];
}

/** Whether WebAssembly runs a library. */
export function runsWasm(library: Library): boolean {
  return moduleOf(library) !== undefined;
}

/**
 * A memory of `size` bytes, a multiple of the page, and a library's kernels on it; an ordinary buffer and `plain`, in JavaScript, where
 * there is none of WebAssembly's.
 */
export function newMemory<Kernels extends object, Plain extends object>(
  size: number,
  library: Library<Kernels>,
  plain: () => Plain,
): { buffer: ArrayBuffer; kernels: (Kernels | Plain) & Backed } {
  const inJavaScript = () => ({
    buffer: newBuffer(size),
    kernels: { name: "js", memory: undefined, ...plain() } as const,
  });
  const code = moduleOf(library);
  if (code === undefined) return inJavaScript();
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: size / PAGE, maximum: size / PAGE });
    refusal = undefined;
  } catch (error) {
    refusal = `a WebAssembly memory of ${size} bytes was refused: ${message(error)}`;
    return inJavaScript();
  }
  try {
    return { buffer: memory.buffer as ArrayBuffer, kernels: instantiate(library, code, memory) };
  } catch (error) {
    failures[library.name] = `WebAssembly did not instantiate: ${message(error)}`;
    return inJavaScript();
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
const owners = new WeakMap<ArrayBufferLike, Heap<Backed>>();
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
  // Where JavaScript runs, who works on its arrays brings the kernels: so no bundle holds others.
  const heap = ownHeap(byteLength, "the arena", {});
  owners.set(heap.buffer, heap);
  return heap;
}

/**
 * A memory for `byteLength` bytes of arrays that is never shared, and lives as long as they do.
 *
 * @param twins - The kernels that will run on it where WebAssembly does not.
 */
export function ownHeap<Twins extends object>(
  byteLength: number,
  purpose: string,
  twins: Twins,
): Heap<(TrainingKernels | Twins) & Backed> {
  // A page more than asked for: room for the alignment of about a thousand arrays.
  const size = memorySize(byteLength, purpose, PAGE);
  const { buffer, kernels } = newMemory(size, vectors, () => twins);
  return new Heap(byteLength, buffer, kernels);
}

/** The arena that an array lies in. None starts where an arena's memory does, as most others do where theirs does: buffers are slow to ask for. */
export function arenaOf(array: FloatArray): Heap<Backed> | undefined {
  return byteOffsetOf.call(array) > 0 ? owners.get(array.buffer) : undefined;
}

/** The place of an array in an arena's WASM memory, or undefined: then it is copied, or JavaScript takes over. */
export function placeOf<V extends FloatArray>(array: V): Place<V> | undefined {
  if (choice === "js") return undefined;
  return (places.get(array) ?? newPlace(array)) as unknown as Place<V> | undefined;
}

function newPlace(array: FloatArray): Place | undefined {
  const kernels = arenaOf(array)?.kernels as TrainingKernels | undefined;
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
const SCRATCH_LENGTH = 8192;

/** Room in WASM memory for a chunk of two operands that lie elsewhere. */
export interface Scratch {
  kernels: TrainingKernels;
  float64: readonly [Float64Array, Float64Array];
  /** The same bytes as float64. */
  float32: readonly [Float32Array, Float32Array];
}

let scratchMemory: Scratch | undefined;

/** Copies n elements of an array from `start` on into a chunk. */
export function copyIn(chunk: FloatArray, array: FloatArray, start: number, n: number): void {
  chunk.set(n === array.length ? array : array.subarray(start, start + n));
}

/** Copies the first n elements of a chunk back. */
export function copyOut(array: FloatArray, chunk: FloatArray, start: number, n: number): void {
  array.set(n === chunk.length ? chunk : chunk.subarray(0, n), start);
}

/** The scratch for arrays outside of any arena, or undefined where WASM does not run. */
export function scratch(): Scratch | undefined {
  if (choice === "js") return undefined;
  if (scratchMemory === undefined && failures.vectors === undefined) scratchMemory = newScratch(SCRATCH_LENGTH, 0);
  return scratchMemory;
}

/** A memory of its own with a scratch of two times `length` doubles, and room for `byteLength` bytes more; undefined where WASM does not run. */
export function newScratch(
  length: number,
  byteLength: number,
): (Scratch & { heap: Heap<TrainingKernels> }) | undefined {
  if (!runsWasm(vectors)) return undefined;
  const bytes = 2 * 8 * length + byteLength;
  const { buffer, kernels } = newMemory(memorySize(bytes, "the scratch", PAGE), vectors, () => ({}));
  if (!("float64" in kernels)) return undefined;
  const heap = new Heap(bytes, buffer, kernels);
  const float64 = [heap.float64(length), heap.float64(length)] as const;
  const float32 = [
    new Float32Array(buffer, float64[0].byteOffset, 2 * length),
    new Float32Array(buffer, float64[1].byteOffset, 2 * length),
  ] as const;
  return { kernels, float64, float32, heap };
}

/**
 * Which backend runs: `{ name: "wasm" }`, or `{ name: "js", reason }` with what kept WebAssembly from running. Both give the
 * same bits. After a memory was refused, JavaScript did that piece of work, and the next one asks again.
 */
export function backend(): Backend {
  if (choice === "js") return { name: "js", reason: 'setBackend("js") was called' };
  scratch();
  const reason = failures.vectors ?? failures.fits ?? refusal;
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
  failures = {};
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
 * Supplies compiled kernels where a host forbids compiling bytes: the module of `regulus/vectors.wasm` (arrays, optimisers, models that
 * learn online), that of `regulus/fits.wasm` (all other models), each by a call of its own, or that of `regulus/kernels.wasm`, the whole.
 *
 * @throws TypeError if `module` is not a WebAssembly.Module, or not one of these.
 */
export function setModule(module: WasmModule): void {
  let found: number;
  try {
    // Of another realm too, which is no instance of this one's.
    found = outline(module as WebAssembly.Module);
  } catch {
    throw typeError("ERR_TYPE", `"module" must be a WebAssembly.Module, got ${describe(module)}`);
  }
  const isWhole = found === OUTLINES.kernels;
  const libraries = (["vectors", "fits"] as const).filter((name) => isWhole || found === OUTLINES[name]);
  if (libraries.length === 0) {
    throw typeError(
      "ERR_TYPE",
      '"module" must be compiled from vectors.wasm, fits.wasm or kernels.wasm of this version of regulus, got one with other kernels',
    );
  }
  for (const name of libraries) modules[name] = module as WebAssembly.Module;
  failures = {};
  refusal = undefined;
  scratchMemory = undefined;
  generation += 1;
}
