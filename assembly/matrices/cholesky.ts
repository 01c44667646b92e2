import { axpy64, dot64 } from "../vectors/reductions";

/**
 * Row n of the Cholesky factor L, L·Lᵀ = A, whose rows lie `stride` apart and whose first n rows are there. On entry, row n holds
 * A[n, 0] to A[n, n]; L takes its place:
 *
 *   L[n, i] = (A[n, i] − Σ_{k<i} L[n, k]·L[i, k]) / L[i, i],   L[n, n] = √(A[n, n] − Σ_{k<n} L[n, k]²)
 *
 * Returns what is under the root; where that is not positive, L[n, n] is 0.
 */
export function choleskyAppend(n: i32, L: usize, stride: i32): f64 {
  const ld = (<usize>stride) << 3;
  const last = L + <usize>n * ld;
  let row = L;
  for (let i = 0; i < n; ++i, row += ld) {
    const at = (<usize>i) << 3;
    store<f64>(last + at, (load<f64>(last + at) - dot64(i, last, row)) / load<f64>(row + at));
  }
  const corner = last + ((<usize>n) << 3);
  const pivot = load<f64>(corner) - dot64(n, last, last);
  store<f64>(corner, pivot > 0 ? sqrt<f64>(pivot) : 0);
  return pivot;
}

/**
 * Takes row and column k out of the factorised n × n matrix: the rows of L below move up, and Givens rotations of neighbouring
 * columns make them triangular again. `work` has room for 2n numbers.
 * Golub & Van Loan, Matrix Computations (2013), §6.5.
 */
export function choleskyDrop(n: i32, k: i32, L: usize, stride: i32, work: usize): void {
  const ld = (<usize>stride) << 3;
  for (let i = k; i + 1 < n; ++i) {
    const row = L + <usize>i * ld;
    memory.copy(row, row + ld, (<usize>(i + 2)) << 3);
    let at = row + ((<usize>k) << 3);
    let rotation = work;
    let x = load<f64>(at);
    for (const end = row + ((<usize>i) << 3); at < end; at += 8, rotation += 16) {
      const c = load<f64>(rotation);
      const s = load<f64>(rotation, 8);
      const y = load<f64>(at, 8);
      store<f64>(at, c * x + s * y);
      x = c * y - s * x;
    }
    const y = load<f64>(at, 8);
    const norm = sqrt<f64>(x * x + y * y);
    store<f64>(at, norm);
    store<f64>(rotation, norm > 0 ? x / norm : 1);
    store<f64>(rotation, norm > 0 ? y / norm : 0, 8);
  }
}

/** L·x = b in place on b, row after row */
export function choleskyForward(n: i32, L: usize, stride: i32, b: usize): void {
  const ld = (<usize>stride) << 3;
  for (let i = 0; i < n; ++i, L += ld) {
    const at = (<usize>i) << 3;
    store<f64>(b + at, (load<f64>(b + at) - dot64(i, L, b)) / load<f64>(L + at));
  }
}

/** Lᵀ·x = b in place on b, by rows of L from the last to the first */
export function choleskyBackward(n: i32, L: usize, stride: i32, b: usize): void {
  const ld = (<usize>stride) << 3;
  for (let i = n - 1; i >= 0; --i) {
    const row = L + <usize>i * ld;
    const at = (<usize>i) << 3;
    const x = load<f64>(b + at) / load<f64>(row + at);
    store<f64>(b + at, x);
    axpy64(i, -x, row, b);
  }
}
