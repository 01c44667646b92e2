import { float64, gramWork, type Layout, take } from "../../kernels/arena.js";
import { factor, solve } from "../algebra/cholesky.js";
import type { Goal, Solution } from "../problems/certificate.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import type { GramProblem } from "../problems/GramProblem.js";
import { refine } from "./refine.js";
import { gramLayout, gramOf } from "./ridgeSpectrum.js";

const dualLayout = (n: number, p: number) =>
  [float64(n * p), float64(n * n), float64(n), float64(n), gramWork(p, n)] as const;

export const ridgeCholeskyLayout = (n: number, p: number): Layout =>
  p <= n ? [gramLayout(n, p), gramCholeskyLayout(p)] : dualLayout(n, p);

/** Of a problem that has its Gram: n does not matter. */
export const gramCholeskyLayout = (p: number) => [float64(p * p), float64(p)] as const;

/** Steps of iterative refinement at the most; they stop when they no longer help. */
const REFINEMENTS = 3;
/** A step of iterative refinement that leaves more than this of what it is to mend is the last. */
const HELPFUL = 0.5;

/**
 * Ridge without iteration, for l1 = 0 and no bounds, by the smaller of two systems:
 *
 * ```text
 * p <= n:  (X'X + diag(l2))·b = X'y
 * p > n:   (X·diag(l2)⁻¹·X' + I)·a = y,  b = diag(l2)⁻¹·X'a
 * ```
 *
 * @returns The solver for the penalty that the problem holds when it is called; it gives undefined where the system is
 *   singular, or so nearly that b = 0 is a better solution.
 */
export function ridgeCholesky(problem: DenseProblem | GramProblem): (goal: Goal) => Solution | undefined {
  const correct =
    "X" in problem && problem.p > problem.n
      ? dual(problem)
      : byGram(problem, "X" in problem ? gramOf(problem) : problem.G);
  return (goal) => {
    const correction = correct();
    if (correction === undefined) {
      problem.b.fill(0);
      problem.refresh();
      return undefined;
    }
    const solution = refine(problem, goal, correction, REFINEMENTS, HELPFUL, (after, before) => after > before);
    const isBetter = solution.certificate.objective <= problem.nullLoss + problem.convergenceScale;
    return isBetter ? solution : undefined;
  };
}

/** Corrects b by what the system makes of the residual and the gradient at it. */
type Correction = () => void;

function byGram(problem: DenseProblem | GramProblem, gram: Float64Array): () => Correction | undefined {
  const { arena, kernels, p, b, z, l2, eligible } = problem;
  const size = eligible.length;
  const [matrix, step] = take(arena, gramCholeskyLayout(p));
  return () => {
    eligible.forEach((j, row) => {
      for (let column = 0; column <= row; ++column) matrix[row * size + column] = gram[j * p + eligible[column]];
      matrix[row * size + row] += l2[j];
    });
    if (factor(kernels, size, matrix, size) < size) return undefined;
    return () => {
      eligible.forEach((j, k) => {
        step[k] = z[j] - l2[j] * b[j];
      });
      solve(kernels, size, matrix, size, step);
      eligible.forEach((j, k) => {
        b[j] += step[k];
      });
    };
  };
}

/** With D = diag(l2), b = D⁻¹·X'a; a is refined by the residual y − (X·D⁻¹·X' + I)·a = r − a. */
function dual(problem: DenseProblem): () => Correction | undefined {
  const { arena, kernels, n, p, X, b, r, l2, eligible } = problem;
  const [rows, matrix, a, step, work] = take(arena, dualLayout(n, p));
  return () => {
    // The rows of X·D^(−1/2), each contiguous.
    rows.fill(0);
    for (const j of eligible) {
      if (!(l2[j] > 0)) return undefined;
      const scale = 1 / Math.sqrt(l2[j]);
      for (let i = 0; i < n; ++i) rows[i * p + j] = X[j * n + i] * scale;
    }
    kernels.gram(p, n, rows, 0, matrix, 0, work, 0);
    for (let i = 0; i < n; ++i) matrix[i * n + i] += 1;
    if (factor(kernels, n, matrix, n) < n) return undefined;
    a.fill(0);
    return () => {
      for (let i = 0; i < n; ++i) step[i] = r[i] - a[i];
      solve(kernels, n, matrix, n, step);
      kernels.float64.axpy(n, 1, step, 0, a, 0);
      for (const j of eligible) b[j] = kernels.float64.dot(n, X, j * n, a, 0) / l2[j];
    };
  };
}
