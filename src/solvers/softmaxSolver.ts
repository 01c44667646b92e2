import type { Matrix } from "../data/Matrix.js";
import type { Heap } from "../kernels/arena.js";
import { proximalBytes, proximalSolver } from "./glmSolver.js";
import { makeDesign, makeDesignBytes } from "./makeDesign.js";
import type { FitSettings } from "./problem.js";
import { softmaxProblem, softmaxProblemBytes } from "./softmaxProblem.js";
import type { Solver } from "./strategy.js";

/** The bytes that {@link softmaxSolver} takes from its arena. */
export function softmaxSolverBytes(X: Matrix, K: number, settings: FitSettings): number {
  const { rows: n, columns: p } = X;
  return makeDesignBytes(X, settings) + softmaxProblemBytes(n, p, K) + proximalBytes(K * n, K * (p + 1));
}

/** The solver of the multinomial family of K classes, codes and settings checked. */
export function softmaxSolver(
  arena: Heap,
  X: Matrix,
  codes: Float64Array,
  K: number,
  settings: FitSettings,
  l1Ratio: number,
): Solver {
  const { rows, design, dense, strategy } = makeDesign(arena, X, settings);
  const problem = softmaxProblem(arena, design, design.traits, K, rows, codes, settings, dense?.X);
  return proximalSolver(problem, l1Ratio, strategy);
}
