import type { FloatArray } from "../../src/data/FloatArray.js";
import type { Kernels as FitKernels, TrainingKernels, VectorKernels } from "../../src/kernels/contract.js";
import { fits, fitsTwins } from "../../src/kernels/generated/fits.js";
import { text, textTwins } from "../../src/kernels/generated/text.js";
import { vectors, vectorsTwins } from "../../src/kernels/generated/vectors.js";
import { compile, instantiate } from "../../src/kernels/wasm.js";
import { assertSameBits, assertSameNumber } from "./bits.js";
import { Heap, type Operand } from "./heap.js";

/** Every kernel of a backend. */
export type Kernels = FitKernels & TrainingKernels & ReturnType<typeof textTwins>;

/** Every backend, with a memory of its own. A new backend is one row here. */
export interface TestBackend {
  name: string;
  kernels: Kernels;
  heap: Heap;
}

const PAGES = 64;
const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });

const js: Kernels = { name: "js", memory: undefined, ...fitsTwins(), ...vectorsTwins(), ...textTwins() };
const wasm: Kernels = {
  ...instantiate(fits, compile(fits), memory),
  ...instantiate(vectors, compile(vectors), memory),
  ...instantiate(text, compile(text), memory),
};

export const backends: readonly TestBackend[] = [
  { name: "js", kernels: js, heap: new Heap(new ArrayBuffer(PAGES * 65536)) },
  { name: "wasm", kernels: wasm, heap: new Heap(memory.buffer as ArrayBuffer) },
];

/** One run on a backend whose heap is empty; guards are checked afterwards. */
export function runOn<T>(backend: TestBackend, run: (heap: Heap, kernels: Kernels) => T): T {
  backend.heap.reset();
  const result = run(backend.heap, backend.kernels);
  backend.heap.checkGuards();
  return result;
}

/** Runs the same on every backend: results and all operands, written or not, must agree bit for bit. */
export function expectTwins(run: (heap: Heap, kernels: Kernels) => unknown): void {
  const [first, ...others] = backends as [TestBackend, ...TestBackend[]];
  const expected = runOn(first, run);
  const operands = first.heap.arrays;
  for (const other of others) {
    assertSameNumber(runOn(other, run), expected, `result of ${other.name}`);
    other.heap.arrays.forEach((array, index) => {
      assertSameBits(array, operands[index] as FloatArray, `${other.name}, operand ${index}, element`);
    });
  }
}

/** The dtypes of the vector kernels. */
export interface Dtype {
  name: "float64" | "float32";
  /** Elements of one unrolled block. */
  block: number;
  /** Half an ulp of 1. */
  unit: number;
  round: (x: number) => number;
  array: (values: ArrayLike<number> | number) => FloatArray;
  put: (heap: Heap, values: ArrayLike<number>, shift?: number) => Operand<FloatArray>;
  kernels: (kernels: Kernels) => VectorKernels<FloatArray>;
}

export const dtypes: readonly Dtype[] = [
  {
    name: "float64",
    block: 8,
    unit: 2 ** -53,
    round: (x) => x,
    array: (values) => new Float64Array(values as number),
    put: (heap, values, shift) => heap.float64(values, shift),
    kernels: (kernels) => kernels.float64 as unknown as VectorKernels<FloatArray>,
  },
  {
    name: "float32",
    block: 16,
    unit: 2 ** -24,
    round: Math.fround,
    array: (values) => new Float32Array(values as number),
    put: (heap, values, shift) => heap.float32(values, shift),
    kernels: (kernels) => kernels.float32 as unknown as VectorKernels<FloatArray>,
  },
];
