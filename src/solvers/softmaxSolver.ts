import type { Matrix } from "../data/Matrix.js";
import { SparseMatrix } from "../data/SparseMatrix.js";
import { alignedBytes, type Heap } from "../kernels/arena.js";
import { denseDesign, denseDesignBytes } from "./denseDesign.js";
import { proximalBytes, proximalSolver } from "./glmSolver.js";
import { type FitSettings, standardizeWeights } from "./problem.js";
import { softmaxProblem, softmaxProblemBytes } from "./softmaxProblem.js";
import { sparseDesign, sparseDesignBytes } from "./sparseDesign.js";
import { storedEntries } from "./sparseProblem.js";
import type { Solver } from "./strategy.js";

/** The bytes that {@link softmaxSolver} takes from its arena. */
export function softmaxSolverBytes(X: Matrix, K: number, settings: FitSettings): number {
  const { rows: n, columns: p } = X;
  return (
    2 * alignedBytes(8 * n) +
    (X instanceof SparseMatrix ? sparseDesignBytes(n, p, storedEntries(X, settings)) : denseDesignBytes(n, p)) +
    softmaxProblemBytes(n, p, K) +
    proximalBytes(K * n, K * (p + 1))
  );
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
  const rows = standardizeWeights(arena, X.rows, settings);
  for (let i = 0; i < X.rows; ++i) rows.rowScales[i] = rows.weights[i] > 0 ? 1 : 0;
  if (X instanceof SparseMatrix) {
    const design = sparseDesign(arena, X, rows, settings);
    return proximalSolver(softmaxProblem(arena, design, design.traits, K, rows, codes, settings), l1Ratio, "sparse");
  }
  const design = denseDesign(arena, X, rows, settings);
  return proximalSolver(softmaxProblem(arena, design, design.traits, K, rows, codes, settings, design.X), l1Ratio);
}
