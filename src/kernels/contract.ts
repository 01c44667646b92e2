import type { FloatArray } from "../data/FloatArray.js";
import type { fitsTwins } from "./generated/fits.js";
import type { vectorsTwins } from "./generated/vectors.js";

/**
 * Kernels are declared by their JavaScript twins in js/: signature and docstring stand there. Operands are an array and an element
 * offset, as in BLAS bindings. Kernels check nothing and allocate nothing. All backends give the same bits; any NaN equals any NaN.
 */
export interface Backed {
  readonly name: "wasm" | "js";
  /**
   * Views of the whole of a WASM backend's memory. Operands given as one of these and an offset are the quickest: asking a
   * view for its byteOffset costs as much as a kernel on a hundred elements.
   */
  readonly memory: { readonly float64: Float64Array; readonly float32: Float32Array } | undefined;
}

type Vectors = ReturnType<typeof vectorsTwins>;

/** The kernels on vectors, of optimisers and of models that learn online. Arrays must lie in the backend's memory (WASM), or anywhere (JS). */
export type TrainingKernels = Vectors & Backed;

/** The kernels of solvers. */
export type Kernels = ReturnType<typeof fitsTwins> & Backed;

type Typed<Kernel, V> = Kernel extends (...operands: infer Operands) => infer Result
  ? (...operands: { [K in keyof Operands]: Operands[K] extends Float64Array ? V : Operands[K] }) => Result
  : never;

/** The kernels that exist for both dtypes, in the dtype of V. */
export type VectorKernels<V extends FloatArray> = {
  [Name in keyof Vectors["float64"]]: Typed<Vectors["float64"][Name], V>;
};
