import type { Matrix } from "../data/Matrix.js";
import { SparseMatrix } from "../data/SparseMatrix.js";
import { alignedBytes, type Heap } from "../kernels/arena.js";
import type { Loss } from "../losses/Loss.js";
import { approach } from "./approach.js";
import { setPenalty } from "./designs/coordinates.js";
import { newtonCapacity } from "./designs/Design.js";
import { makeDesign, makeDesignBytes } from "./designs/makeDesign.js";
import type { FitSettings } from "./designs/rows.js";
import { isWorthScreening } from "./designs/screening.js";
import type { Method } from "./methods/Method.js";
import { newtonDescent, newtonDescentBytes } from "./methods/newtonDescent.js";
import { orthogonalNewton } from "./methods/orthogonalNewton.js";
import { proximalNewton } from "./methods/proximalNewton.js";
import { truncatedNewton, truncatedNewtonBytes } from "./methods/truncatedNewton.js";
import type { Goal } from "./problems/certificate.js";
import { glmProblem, glmProblemBytes } from "./problems/glmProblem.js";
import type { SmoothProblem } from "./problems/Problem.js";
import { softmaxProblem, softmaxProblemBytes } from "./problems/softmaxProblem.js";
import type { Solver, StrategySolution } from "./Solver.js";
import { WorkingSet } from "./workingSet.js";

/** The bytes that {@link glmSolver} takes from its arena. */
export function glmSolverBytes(X: Matrix, settings: FitSettings): number {
  const { rows: n, columns: p } = X;
  return (
    makeDesignBytes(X, settings) +
    glmProblemBytes(n, p, !(X instanceof SparseMatrix) && isWorthScreening(n, p)) +
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
  const { rows, design, dense, strategy } = makeDesign(arena, X, settings);
  const screened = isWorthScreening(X.rows, X.columns) ? dense : undefined;
  const problem = glmProblem(arena, design, design.traits, loss, rows, y, settings, screened);
  return proximalSolver(problem, l1Ratio, strategy);
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
export function proximalSolver(problem: SmoothProblem, l1Ratio: number, strategy: "newton" | "sparse"): Solver {
  const newton = proximalNewton(problem, newtonDescent(problem, Number.POSITIVE_INFINITY));
  const methods: [Method, ...Method[]] = newton.capacity < problem.p ? [newton, truncatedNewton(problem)] : [newton];
  const set = new WorkingSet(problem, methods, orthogonalNewton(problem));
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
