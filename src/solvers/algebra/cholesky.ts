import type { Kernels } from "../../kernels/contract.js";

/**
 * Cholesky's factorisation A = L·Lᵀ of the leading n × n part of A, whose rows lie `stride` apart, in place: the lower
 * triangle of A becomes L.
 *
 * @returns n, or the first row that depends on those before it to working precision. The rows of L before it are right,
 *   and so is that row but for its diagonal.
 */
export function factor(kernels: Kernels, n: number, A: Float64Array, stride: number): number {
  const { dot } = kernels.float64;
  for (let i = 0; i < n; ++i) {
    const row = i * stride;
    for (let j = 0; j < i; ++j) A[row + j] = (A[row + j] - dot(j, A, row, A, j * stride)) / A[j * stride + j];
    const diagonal = A[row + i];
    const pivot = diagonal - dot(i, A, row, A, row);
    // What is left of the diagonal must be more than its rounding errors.
    if (!(pivot > diagonal * (i + 1) * Number.EPSILON)) return i;
    A[row + i] = Math.sqrt(pivot);
  }
  return n;
}

/** Solves L·Lᵀ·x = b in place on b, by rows of L both ways. */
export function solve(kernels: Kernels, n: number, L: Float64Array, stride: number, b: Float64Array): void {
  const { dot } = kernels.float64;
  for (let i = 0; i < n; ++i) b[i] = (b[i] - dot(i, L, i * stride, b, 0)) / L[i * stride + i];
  solveTransposed(kernels, n, L, stride, b);
}

/** Solves L'·x = b in place on b. */
function solveTransposed(kernels: Kernels, n: number, L: Float64Array, stride: number, b: Float64Array): void {
  const { axpy } = kernels.float64;
  for (let i = n - 1; i >= 0; --i) {
    b[i] /= L[i * stride + i];
    axpy(i, -b[i], L, i * stride, b, 0);
  }
}
