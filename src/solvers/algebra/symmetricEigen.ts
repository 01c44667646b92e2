import { float64, type Heap, int32, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";

/** Rows of a panel, as the kernel `rotate` takes them. */
const PANEL = 8;
/** Rotations that are collected before they are applied, for each column. */
const ROTATIONS = 16;
/** Sweeps that are collected at the most. */
const SWEEPS = 256;
/** What is lost to underflow whatever the scales. */
const TINY = 1e-150;
/** Iterations for one eigenvalue; about two are usual. */
const ITERATIONS = 60;

const panelCount = (m: number): number => Math.ceil(m / PANEL);

/** A = V·diag(values)·Vᵀ */
interface SymmetricEigen {
  /** In no order. */
  values: Float64Array;
  /** V, m × m, column-major and orthonormal; in the arena. */
  vectors: Float64Array;
}

export const symmetricEigenLayout = (m: number) =>
  [
    float64(PANEL * panelCount(m) * m),
    float64(m * m),
    float64(m),
    float64(m),
    float64(m),
    float64(2 * ROTATIONS * m),
    int32(2 * SWEEPS),
  ] as const;

/**
 * The eigenvalues and eigenvectors of a positive semidefinite matrix: Householder's tridiagonalisation, then the implicit QL
 * method, whose rotations are collected and applied to one panel of V after the other. Golub & Van Loan, Matrix Computations
 * (2013), §8.3.
 *
 * Large diagonal entries go first in the one and last in the other, so that rows and columns of very different scales keep
 * their small eigenvalues: the error of entry (i, j) is of the order of rounding errors of √(A_ii·A_jj).
 * Martin, Reinsch & Wilkinson, Householder's tridiagonalization of a symmetric matrix (1968), §2.
 *
 * @param fill - Writes the lower triangle of A, m × m, column-major. ‖A‖ must be far from overflow and underflow. There is
 *   room for as many numbers in `scratch`.
 */
export function symmetricEigen(
  arena: Heap,
  m: number,
  fill: (A: Float64Array, scratch: Float64Array) => void,
): SymmetricEigen {
  const [matrix, vectors, none, w, q, rotations, starts] = take(arena, symmetricEigenLayout(m));
  fill(vectors, matrix);
  const order = Int32Array.from({ length: m }, (_, i) => i);
  order.sort((i, j) => vectors[j * m + j] - vectors[i * m + i] || i - j);
  for (let j = 0; j < m; ++j) {
    for (let i = j; i < m; ++i) {
      const row = Math.max(order[i], order[j]);
      matrix[j * m + i] = vectors[Math.min(order[i], order[j]) * m + row];
    }
  }
  vectors.fill(0);
  const { diagonal, offDiagonal } = tridiagonalize(arena.kernels, m, matrix, vectors, [none, w, q]);
  diagonal.reverse();
  offDiagonal.subarray(0, m - 1).reverse();
  matrix.fill(0);
  for (let j = 0; j < m; ++j) {
    for (let i = 0; i < m; ++i) matrix[place(m, i, m - 1 - j)] = vectors[j * m + i];
  }
  diagonalize(arena.kernels, m, diagonal, offDiagonal, matrix, rotations, starts);
  for (let j = 0; j < m; ++j) {
    for (let i = 0; i < m; ++i) vectors[j * m + order[i]] = matrix[place(m, i, j)];
  }
  return { values: diagonal, vectors };
}

/** Where an element lies in panels of eight rows. */
function place(m: number, row: number, column: number): number {
  return (row - (row % PANEL)) * m + PANEL * column + (row % PANEL);
}

/** A = Q·T·Qᵀ: returns T's diagonals, fills Q, and leaves Householder's vectors in A. offDiagonal[i] is T[i + 1, i]. */
function tridiagonalize(
  kernels: Kernels,
  m: number,
  A: Float64Array,
  Q: Float64Array,
  [none, w, q]: readonly Float64Array[],
) {
  const { axpy, dot, sumSquares } = kernels.float64;
  const diagonal = new Float64Array(m);
  const offDiagonal = new Float64Array(m);
  const factors = new Float64Array(m);
  // The update of the step before, A − v·wᵀ − w·vᵀ, is made together with this step's product.
  let v: Float64Array = none;
  let vStart = 0;
  for (let k = 0; k < m; ++k) {
    const size = m - k - 1;
    const column = k * m + k;
    const wk = w[k];
    const vk = v[vStart + k];
    axpy(size + 1, -wk, v, vStart + k, A, column);
    axpy(size + 1, -vk, w, k, A, column);
    diagonal[k] = A[column];
    if (size === 0) break;
    const below = column + 1;
    const head = A[below];
    const tail = sumSquares(size - 1, A, below + 1);
    offDiagonal[k] = head;
    if (tail > TINY * TINY) {
      const norm = Math.sqrt(head * head + tail);
      offDiagonal[k] = head > 0 ? -norm : norm;
      A[below] = head - offDiagonal[k];
      factors[k] = 2 / (A[below] * A[below] + tail);
    }
    const next = k + 1;
    kernels.symmetricUpdate(size, A, below + m, m, v, vStart + next, w, next, A, below, q, next);
    for (let i = next; i < m; ++i) w[i] = factors[k] * q[i];
    axpy(size, -0.5 * factors[k] * dot(size, A, below, w, next), A, below, w, next);
    v = A;
    vStart = k * m;
  }
  for (let k = 0; k < m; ++k) Q[k * m + k] = 1;
  for (let k = m - 3; k >= 0; --k) {
    const size = m - k - 1;
    const corner = (k + 1) * m + k + 1;
    kernels.reflect(size, size, factors[k], A, k * m + k + 1, Q, corner, m);
  }
  return { diagonal, offDiagonal };
}

/** The implicit QL method on a tridiagonal matrix, in place: the eigenvalues on the diagonal, the rotations applied to Z. */
function diagonalize(
  kernels: Kernels,
  m: number,
  d: Float64Array,
  e: Float64Array,
  Z: Float64Array,
  rotations: Float64Array,
  starts: Int32Array,
): void {
  let sweeps = 0;
  let used = 0;
  const apply = (): void => {
    kernels.rotate(panelCount(m), m, Z, 0, sweeps, starts, 0, rotations, 0);
    sweeps = 0;
    used = 0;
  };
  for (let first = 0; first < m; ++first) {
    for (let iteration = 0; iteration < ITERATIONS; ++iteration) {
      let last = first;
      while (last < m - 1 && !isNegligible(last, d, e)) ++last;
      if (last === first) break;
      let bulge = d[last] - d[first] + towardsShift(first, d, e);
      let c = 1;
      let s = 1;
      let shift = 0;
      let i = last - 1;
      for (; i >= first; --i) {
        const f = s * e[i];
        const g = c * e[i];
        const length = Math.sqrt(f * f + bulge * bulge);
        e[i + 1] = length;
        if (length === 0) {
          d[i + 1] -= shift;
          break;
        }
        s = f / length;
        c = bulge / length;
        const centre = d[i + 1] - shift;
        const spread = (d[i] - centre) * s + 2 * c * g;
        shift = s * spread;
        d[i + 1] = centre + shift;
        bulge = c * spread - g;
        rotations[used] = c;
        rotations[used + 1] = s;
        used += 2;
      }
      starts[2 * sweeps] = last;
      starts[2 * sweeps + 1] = last - 1 - i;
      sweeps += 1;
      e[last] = 0;
      if (i < first) {
        d[first] -= shift;
        e[first] = bulge;
      }
      if (sweeps === SWEEPS || used + 2 * m > rotations.length) apply();
    }
  }
  apply();
}

/** Whether e_i counts for nothing beside the diagonal. */
function isNegligible(i: number, d: Float64Array, e: Float64Array): boolean {
  return Math.abs(e[i]) <= Number.EPSILON * Math.sqrt(Math.abs(d[i])) * Math.sqrt(Math.abs(d[i + 1])) + TINY;
}

/** From Wilkinson's shift to d_i. */
function towardsShift(i: number, d: Float64Array, e: Float64Array): number {
  const ratio = (d[i + 1] - d[i]) / (2 * e[i]);
  const root = Math.sqrt(ratio * ratio + 1);
  return e[i] / (ratio + (ratio < 0 ? -root : root));
}
