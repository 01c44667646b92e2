import type { Matrix } from "../data/Matrix.js";
import { SparseMatrix } from "../data/SparseMatrix.js";
import type { Heap } from "../kernels/arena.js";
import { alignedBytes } from "../kernels/arena.js";
import type { Loss } from "../losses/Loss.js";
import { approach } from "./approach.js";
import { denseDesign, denseDesignBytes } from "./denseDesign.js";
import { glmProblem, glmProblemBytes } from "./glmProblem.js";
import { newtonCapacity, newtonDescent, newtonDescentBytes } from "./newtonDescent.js";
import { type FitSettings, setPenalty, standardizeWeights } from "./problem.js";
import { proximalNewton, type SmoothProblem } from "./proximalNewton.js";
import { sparseDesign, sparseDesignBytes } from "./sparseDesign.js";
import { storedEntries } from "./sparseProblem.js";
import type { Solver, StrategySolution } from "./strategy.js";
import { truncatedNewton, truncatedNewtonBytes } from "./truncatedNewton.js";
import { type Goal, WorkingSet } from "./workingSet.js";

const SCREENED = 100_000;

/** The bytes that {@link glmSolver} takes from its arena. */
export function glmSolverBytes(X: Matrix, settings: FitSettings): number {
  const { rows: n, columns: p } = X;
  const isSparse = X instanceof SparseMatrix;
  return (
    2 * alignedBytes(8 * n) +
    (isSparse ? sparseDesignBytes(n, p, storedEntries(X, settings)) : denseDesignBytes(n, p)) +
    glmProblemBytes(n, p, !isSparse && n * p >= SCREENED) +
    proximalBytes(n, p + 1)
  );
}

/** The solver of a family with one linear predictor, y and settings checked. */
export function glmSolver(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  loss: Loss,
  settings: FitSettings,
  l1Ratio: number,
): Solver {
  const rows = standardizeWeights(arena, X.rows, settings);
  for (let i = 0; i < X.rows; ++i) rows.rowScales[i] = rows.weights[i] > 0 ? 1 : 0;
  if (X instanceof SparseMatrix) {
    const design = sparseDesign(arena, X, rows, settings);
    return proximalSolver(glmProblem(arena, design, design.traits, loss, rows, y, settings), l1Ratio, "sparse");
  }
  const design = denseDesign(arena, X, rows, settings);
  const screened = X.rows * X.columns >= SCREENED ? design : undefined;
  return proximalSolver(glmProblem(arena, design, design.traits, loss, rows, y, settings, screened), l1Ratio);
}

/** The bytes that {@link proximalSolver} takes from the arena of a problem of `size` coordinates. */
export function proximalBytes(n: number, size: number): number {
  return (
    newtonDescentBytes(n, size) +
    2 * alignedBytes(8 * size) +
    WorkingSet.bytes(size) +
    (newtonCapacity(n, size) < size ? truncatedNewtonBytes(size) : 0)
  );
}

/** The solver of a problem whose curvature changes. */
export function proximalSolver(
  problem: SmoothProblem,
  l1Ratio: number,
  strategy: "newton" | "sparse" = "newton",
): Solver {
  const newton = proximalNewton(problem, newtonDescent(problem, Number.POSITIVE_INFINITY));
  const set = new WorkingSet(problem, newton.capacity < problem.p ? [newton, truncatedNewton(problem)] : [newton]);
  const solve = (goal: Goal, shrinkage = 1): StrategySolution => ({
    ...set.solve(goal, shrinkage),
    strategy,
  });
  let previous = Number.POSITIVE_INFINITY;
  return {
    problem,
    solve,
    solveFor: (lambda, goal, isWarm) => {
      // Without an L1 part no coefficient stays 0.
      problem.isSmall = l1Ratio === 0;
      previous = Math.min(previous, goal.lambdaMax);
      if (l1Ratio > 0 && !isWarm) previous = approach(problem, solve, l1Ratio, previous, lambda, goal);
      const shrinkage = isWarm || lambda === 0 ? 1 : previous / lambda;
      previous = lambda;
      setPenalty(problem, lambda, l1Ratio);
      return solve(goal, shrinkage);
    },
  };
}
