import type { Matrix } from "../data/Matrix.js";
import { compress } from "../data/SparseMatrix.js";
import type { Heap } from "../kernels/arena.js";
import { approach } from "./approach.js";
import { setPenalty } from "./designs/coordinates.js";
import type { FitSettings } from "./designs/rows.js";
import { LookAhead } from "./lookAhead.js";
import { GramDescent } from "./methods/GramDescent.js";
import type { Method } from "./methods/Method.js";
import { NewtonDescent } from "./methods/NewtonDescent.js";
import { OrthogonalNewton } from "./methods/OrthogonalNewton.js";
import { ResidualDescent } from "./methods/ResidualDescent.js";
import { SparseDescent } from "./methods/SparseDescent.js";
import { isScreened, type Plan, type Shape } from "./plan.js";
import type { Goal, Solution } from "./problems/certificate.js";
import { type DenseProblem, denseProblem } from "./problems/denseProblem.js";
import { lazyGramProblem } from "./problems/lazyGramProblem.js";
import type { DataProblem, ScreenedProblem } from "./problems/Problem.js";
import { type SparseProblem, sparseProblem } from "./problems/sparseProblem.js";
import { leastSquares } from "./ridge/leastSquares.js";
import { ridgeCholesky } from "./ridge/ridgeCholesky.js";
import { ridgePath } from "./ridge/ridgePath.js";
import type { Solver, StrategySolution } from "./Solver.js";
import { WorkingSet } from "./workingSet.js";

type Direct = (goal: Goal) => Solution | undefined;

/** A problem with its solvers, each set up when it is first called for. */
interface Solvers {
  problem: ScreenedProblem;
  set: () => WorkingSet;
  cholesky?: () => Direct;
  squares?: () => (goal: Goal) => Solution;
  solveAll?: Solver["solveAll"];
}

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

function gramSet(problem: DataProblem, { tolerance }: FitSettings): WorkingSet {
  const gram = lazyGramProblem(problem, tolerance);
  return new WorkingSet(gram, [new GramDescent(gram)], new OrthogonalNewton(gram));
}

function sparseSolvers(problem: SparseProblem, descent: Plan["descent"], settings: FitSettings): Solvers {
  return {
    problem,
    set: once(() => (descent === "gram" ? gramSet(problem, settings) : sparseSet(problem, new NewtonDescent(problem)))),
  };
}

function denseSolvers(problem: DenseProblem, descent: Plan["descent"], settings: FitSettings): Solvers {
  return {
    problem,
    set: once(() => {
      if (descent === "gram") return gramSet(problem, settings);
      const newton = new NewtonDescent(problem);
      const residual = new ResidualDescent(problem, newton);
      return new WorkingSet(
        problem,
        descent === "newton" ? [newton, residual] : [residual],
        new OrthogonalNewton(problem),
      );
    }),
    cholesky: once(() => ridgeCholesky(problem)),
    squares: once(() => leastSquares(problem)),
    solveAll: (lambdas, goal, add) => {
      ridgePath(problem)(lambdas, goal, (_, solution) => add(solution && { ...solution, strategy: "ridge" }));
    },
  };
}

export function makeSolver(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  settings: FitSettings,
  shape: Shape,
  chosen: Plan,
): Solver {
  const { main, descent, zeroByQr, isSparse } = chosen;
  const { problem, set, cholesky, squares, solveAll } = isSparse
    ? sparseSolvers(sparseProblem(arena, compress(X), y, settings), descent, settings)
    : denseSolvers(denseProblem(arena, X, y, settings, isScreened(shape, chosen)), descent, settings);
  const { l1Ratio } = shape;
  let previous = Number.POSITIVE_INFINITY;

  const solve = (goal: Goal, shrinkage = 1): StrategySolution => ({
    ...set().solve(goal, shrinkage),
    strategy: descent,
  });
  return {
    problem,
    solve,
    ...(main === "ridge" && solveAll ? { solveAll } : {}),
    solveFor: (lambda, goal, isWarm) => {
      previous = Math.min(previous, goal.lambdaMax);
      if (main === descent && !isWarm) previous = approach(problem, solve, l1Ratio, previous, lambda, goal);
      setPenalty(problem, lambda, l1Ratio);
      if (lambda === 0 && zeroByQr && squares !== undefined) return { ...squares()(goal), strategy: "qr" };
      if (main === "cholesky") {
        const solution = cholesky?.()(goal);
        if (solution !== undefined) return { ...solution, strategy: "cholesky" };
        problem.b.fill(0);
        problem.refresh();
      }
      const shrinkage = isWarm || lambda === 0 || main !== descent ? 1 : previous / lambda;
      previous = lambda;
      return solve(goal, shrinkage);
    },
  };
}

/** The working set of a problem that {@link SparseDescent} solves. */
export function sparseSet(problem: SparseProblem, rescue: Method): WorkingSet {
  const ahead = new LookAhead(problem);
  return new WorkingSet(problem, [new SparseDescent(problem, rescue)], new OrthogonalNewton(problem), ahead);
}
