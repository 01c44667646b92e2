import { rangeError } from "../../errors.js";
import { float64, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";
import type { Goal, Solution } from "../problems/certificate.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import { refine } from "./refine.js";

/** Of p columns that can have a coefficient. */
export const leastSquaresLayout = (n: number, p: number) =>
  [float64(n * p), float64(n), float64(p), float64(p)] as const;

/** Steps of iterative refinement at the most; they stop when they no longer help. */
const REFINEMENTS = 4;

/**
 * Least squares (lambda = 0, no bounds) by Householder's QR with column pivoting, on columns scaled to norm 1, refined
 * with recomputed residuals. Golub & Van Loan, Matrix Computations (2013), §5.4.
 *
 * @throws RangeError if the columns are linearly dependent to working precision, with their rank.
 */
export function leastSquares(problem: DenseProblem): (goal: Goal) => Solution {
  const { arena, kernels, n, X, b, r, eligible, curvatures } = problem;
  const { dot, axpy, sumSquares } = kernels.float64;
  const size = eligible.length;
  const order = Array.from(eligible);
  const [Q, work, diagonal, factors] = take(arena, leastSquaresLayout(n, size));
  eligible.forEach((j, k) => {
    const scale = 1 / Math.sqrt(curvatures[j]);
    for (let i = 0; i < n; ++i) Q[k * n + i] = X[j * n + i] * scale;
  });

  /** Reflects the tail of a vector by I − factor·v·vᵀ, v the tail of column k. */
  const reflect = (k: number, vector: Float64Array, offset: number): void => {
    const share = dot(n - k, Q, k * n + k, vector, offset + k);
    axpy(n - k, -factors[k] * share, Q, k * n + k, vector, offset + k);
  };

  for (let k = 0; k < size; ++k) {
    const norm = bringLongest(kernels, n, Q, order, k);
    // The columns have norm 1, so what is left of an independent one exceeds the rounding errors of its reflections.
    if (!(norm > Math.max(n, size) * Number.EPSILON)) {
      throw rangeError(
        "ERR_RANK",
        `"X" must have linearly independent columns for least squares (lambda = 0), got rank ${k} of ${size}: ` +
          "use a lambda above 0, or leave columns out",
      );
    }
    const head = Q[k * n + k];
    diagonal[k] = head > 0 ? -norm : norm;
    Q[k * n + k] = head - diagonal[k];
    factors[k] = 2 / sumSquares(n - k, Q, k * n + k);
    for (let j = k + 1; j < size; ++j) reflect(k, Q, j * n);
  }

  /** b ← b + the least-squares solution of the residual r */
  const correct = (): void => {
    work.set(r);
    for (let k = 0; k < size; ++k) reflect(k, work, 0);
    for (let k = size - 1; k >= 0; --k) {
      work[k] = work[k] / diagonal[k];
      axpy(k, -work[k], Q, k * n, work, 0);
    }
    order.forEach((j, k) => {
      b[j] += work[k] / Math.sqrt(curvatures[j]);
    });
  };

  return (goal) => refine(problem, goal, correct, REFINEMENTS, 1, (after, before) => !(after < before));
}

/** Brings the column of Q of which the most is left from row k on to place k, its name with it; returns the norm of that. */
function bringLongest(kernels: Kernels, n: number, Q: Float64Array, order: number[], k: number): number {
  let pivot = k;
  let largest = 0;
  for (let j = k; j < order.length && k < n; ++j) {
    const square = kernels.float64.sumSquares(n - k, Q, j * n + k);
    if (square > largest) {
      largest = square;
      pivot = j;
    }
  }
  if (pivot !== k) {
    const column = Q.slice(k * n, k * n + n);
    Q.copyWithin(k * n, pivot * n, pivot * n + n);
    Q.set(column, pivot * n);
    [order[k], order[pivot]] = [order[pivot], order[k]];
  }
  return Math.sqrt(largest);
}
