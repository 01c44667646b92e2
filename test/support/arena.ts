import type { Heap } from "../../src/kernels/arena.js";
import { backends, type TestBackend } from "./backends.js";

const [{ kernels }] = backends as [TestBackend];
const numbers = (n: number): Float64Array => new Float64Array(n);

/** Arrays of their own, for what otherwise takes its own from the memory of a backend: JavaScript's. */
export const arena = {
  kernels,
  raw64: numbers,
  float64: numbers,
  int32: (n: number) => new Int32Array(n),
} as unknown as Heap;
