import { bytesOf, float64, gramWork, type Heap, type Layout, take } from "../../kernels/arena.js";
import { withMemory } from "../../kernels/pool.js";
import { symmetricEigen, symmetricEigenLayout } from "../algebra/symmetricEigen.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import type { UniformRidge } from "./UniformRidge.js";

/** Columns of X that go into X·D²·Xᵀ at a time. */
const BLOCK = 256;

/**
 * The eigendecomposition V·diag(values)·Vᵀ of the smaller of two matrices, from which ridge for any penalty follows:
 *
 * ```text
 * p <= n:  D·Xᵀ·M·X·D, p × p
 * p > n:   M·X·D²·Xᵀ·M + place·E·Eᵀ, n × n
 * ```
 *
 * E are orthonormal directions that all columns of M·X are orthogonal to, and that are to have an eigenvalue of their own.
 */
export interface RidgeSpectrum {
  /** Its own memory. */
  heap: Heap;
  size: number;
  /** Not negative. */
  values: Float64Array;
  vectors: Float64Array;
  /** The eigenvalue of the excluded directions. */
  place: number;
  /** Each eigenvalue's rounding errors at the most: (Σ_i |v_i|·√A_ii)², rounded once. */
  floors: Float64Array;
  /** out ← V·diag(weight(values[k], floors[k]))·Vᵀ·x, which may be the same array. */
  apply(weight: (value: number, floor: number) => number, x: Float64Array, out: Float64Array): void;
}

/** The eigenvectors that rounding errors hide. */
export function hidden({ values, floors }: RidgeSpectrum, mu: number): number[] {
  return [...values.keys()].filter((k) => !(values[k] + mu > floors[k]));
}

/** Vᵀ·x */
export function loadsOf({ size, vectors }: RidgeSpectrum, x: Float64Array): Float64Array {
  const loads = new Float64Array(size);
  for (let k = 0; k < size; ++k) for (let j = 0; j < size; ++j) loads[k] += vectors[k * size + j] * x[j];
  return loads;
}

export const gramLayout = (n: number, p: number) =>
  [float64(p <= n ? p * p : 0), p <= n ? gramWork(n, p) : float64(0)] as const;

/** XᵀX where p <= n, which the spectrum is made of then. */
export function gramOf({ arena, kernels, n, p, X }: DenseProblem): Float64Array {
  const [gram, work] = take(arena, gramLayout(n, p));
  if (p <= n) kernels.gram(n, p, X, 0, gram, 0, work, 0);
  return gram;
}

const ownLayout = (n: number, size: number, isPrimal: boolean) =>
  [
    float64(size),
    float64(size),
    float64(isPrimal ? 0 : BLOCK * n),
    isPrimal ? float64(0) : gramWork(BLOCK, n),
  ] as const;

/**
 * Runs `work` with the spectrum of a problem, in a memory that is given back afterwards.
 *
 * @param gram - {@link gramOf} its problem.
 * @param spare - What `work` takes from the spectrum's heap.
 */
export function withSpectrum<T>(
  form: UniformRidge,
  gram: Float64Array,
  excluded: readonly Float64Array[],
  spare: Layout,
  work: (spectrum: RidgeSpectrum) => T,
): T {
  const { n, p } = form.problem;
  const primal = p <= n;
  const size = Math.min(n, p);
  const own = ownLayout(n, size, primal);
  return withMemory(bytesOf([own, symmetricEigenLayout(size), spare]), "the ridge path", (heap) => {
    const { kernels } = heap;
    const [from, into, rows, packed] = take(heap, own);
    let place = 0;
    const scales = new Float64Array(size);
    const { values, vectors } = symmetricEigen(heap, size, (A, scratch) => {
      if (primal) fillPrimal(form, gram, A);
      else place = fillDual(form, excluded, heap, rows, A, scratch, packed);
      for (let i = 0; i < size; ++i) scales[i] = Math.sqrt(Math.max(0, A[i * size + i]));
    });
    const floors = new Float64Array(size);
    for (let k = 0; k < size; ++k) {
      values[k] = Math.max(0, values[k]);
      let sum = 0;
      for (let i = 0; i < size; ++i) sum += Math.abs(vectors[k * size + i]) * scales[i];
      floors[k] = sum * sum * Number.EPSILON;
    }
    const apply: RidgeSpectrum["apply"] = (weight, x, out) => {
      from.set(x.subarray(0, size));
      kernels.transposedProduct(size, size, vectors, 0, from, 0, into, 0);
      for (let k = 0; k < size; ++k) into[k] *= weight(values[k], floors[k]);
      from.fill(0);
      kernels.product(size, size, vectors, 0, 1, into, 0, from, 0);
      out.set(from);
    };
    return work({ heap, size, values, vectors, floors, place, apply });
  });
}

/** D·(XᵀX − H·Hᵀ)·D, and 1 on the diagonal where D is 0, so that only what is there can be singular. */
function fillPrimal({ problem: { p }, d, unpenalised }: UniformRidge, gram: Float64Array, A: Float64Array): void {
  for (let j = 0; j < p; ++j) for (let i = j; i < p; ++i) A[j * p + i] = gram[j * p + i];
  unpenalised?.columns.forEach((_, k) => {
    const H = unpenalised.H.subarray(k * p, (k + 1) * p);
    for (let j = 0; j < p; ++j) for (let i = j; i < p; ++i) A[j * p + i] -= H[i] * H[j];
  });
  for (let j = 0; j < p; ++j) {
    for (let i = j; i < p; ++i) A[j * p + i] *= d[i] * d[j];
    if (d[j] === 0) A[j * p + j] = 1;
  }
}

/** Σ over the columns of d_j²·(M·x_j)·(M·x_j)ᵀ, a block of them at a time, and the excluded directions at its mean eigenvalue. */
function fillDual(
  { problem, d, unpenalised }: UniformRidge,
  excluded: readonly Float64Array[],
  heap: Heap,
  rows: Float64Array,
  K: Float64Array,
  partial: Float64Array,
  work: Float64Array,
): number {
  const { n, p, X } = problem;
  const { kernels } = heap;
  const penalised: number[] = [];
  for (let j = 0; j < p; ++j) if (d[j] > 0) penalised.push(j);
  for (let start = 0; start < penalised.length; start += BLOCK) {
    const width = Math.min(BLOCK, penalised.length - start);
    for (let k = 0; k < width; ++k) {
      const j = penalised[start + k];
      for (let i = 0; i < n; ++i) rows[i * width + k] = X[j * n + i] * d[j];
      unpenalised?.columns.forEach((_, u) => {
        const share = unpenalised.H[u * p + j] * d[j];
        for (let i = 0; i < n; ++i) rows[i * width + k] -= unpenalised.Q[u * n + i] * share;
      });
    }
    kernels.gram(width, n, rows, 0, partial, 0, work, 0);
    kernels.float64.axpy(n * n, 1, partial, 0, K, 0);
  }
  let trace = 0;
  for (let i = 0; i < n; ++i) trace += K[i * n + i];
  const place = trace > 0 ? trace / n : 1;
  for (const direction of excluded) {
    for (let j = 0; j < n; ++j) for (let i = j; i < n; ++i) K[j * n + i] += place * direction[i] * direction[j];
  }
  return place;
}
