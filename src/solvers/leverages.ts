import { alignedBytes } from "../kernels/arena.js";
import { factor } from "./cholesky.js";
import type { DenseProblem } from "./denseProblem.js";

/** The bytes that {@link leverages} takes from the problem's arena. */
export function leveragesBytes(n: number, p: number): number {
  const size = Math.min(n, p);
  return 2 * alignedBytes(8 * size * size) + alignedBytes(8 * n * p) + alignedBytes(8 * size);
}

/**
 * The diagonal of ridge's hat matrix X·(X'X + diag(l2))⁻¹·X' for the penalty that the problem holds, without the
 * intercept's share. By the smaller of two Cholesky factorisations, with L·t = v solved for each row:
 *
 *   p <= n:  h_i = ‖t‖²,  L·L' = X'X + diag(l2),  v = row i of X
 *   p > n:   h_i = 1 − ‖t‖²,  L·L' = X·diag(l2)⁻¹·X' + I,  v = unit vector i
 *
 * @returns A function that fills `out` with n leverages; false where the system is singular.
 */
export function leverages(problem: DenseProblem): (out: Float64Array) => boolean {
  const { arena, kernels, n, p, X, l2, eligible } = problem;
  const { dot } = kernels.float64;
  const count = eligible.length;
  const narrow = p <= n;
  const size = narrow ? count : n;
  const side = Math.min(n, p);
  const gram = arena.float64(side * side);
  const matrix = arena.float64(side * side);
  const t = arena.float64(side);
  /** Row i of X on the eligible columns, contiguous. */
  const rows = arena.float64(n * p);
  if (narrow) {
    kernels.gram(n, p, X, 0, gram, 0);
    eligible.forEach((j, k) => {
      for (let i = 0; i < n; ++i) rows[i * count + k] = X[j * n + i];
    });
  }

  const fill = (): boolean => {
    if (narrow) {
      eligible.forEach((j, row) => {
        for (let column = 0; column <= row; ++column) matrix[row * size + column] = gram[j * p + eligible[column]];
        matrix[row * size + row] += l2[j];
      });
      return true;
    }
    rows.fill(0);
    for (const j of eligible) {
      if (!(l2[j] > 0)) return false;
      const scale = 1 / Math.sqrt(l2[j]);
      for (let i = 0; i < n; ++i) rows[i * p + j] = X[j * n + i] * scale;
    }
    kernels.gram(p, n, rows, 0, matrix, 0);
    for (let i = 0; i < n; ++i) matrix[i * n + i] += 1;
    return true;
  };

  return (out) => {
    if (!fill() || factor(kernels, size, matrix, size) < size) return false;
    for (let i = 0; i < n; ++i) {
      let squares = 0;
      for (let k = 0; k < size; ++k) {
        const value = narrow ? rows[i * count + k] : k === i ? 1 : 0;
        t[k] = (value - dot(k, matrix, k * size, t, 0)) / matrix[k * size + k];
        squares += t[k] * t[k];
      }
      out[i] = narrow ? squares : 1 - squares;
    }
    return true;
  };
}
