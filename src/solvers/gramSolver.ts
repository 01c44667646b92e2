import type { Layout } from "../kernels/arena.js";
import { setPenalty } from "./designs/coordinates.js";
import { GramDescent } from "./methods/GramDescent.js";
import { pathFollower, pathFollowerLayout } from "./pathFollower.js";
import type { Goal } from "./problems/certificate.js";
import type { GramProblem } from "./problems/gramProblem.js";
import type { Solver, StrategySolution } from "./Solver.js";
import { WorkingSet } from "./workingSet.js";

export const gramSolverLayout = (p: number): Layout => [
  GramDescent.layout(p),
  WorkingSet.layout(p),
  pathFollowerLayout(p),
];

/**
 * The solver of a problem of which the Gram is all that there is.
 *
 * @param isQuick - Whether it may stop as soon as the tolerance is met, for fits of which only their error counts; the others end with a
 *   step of Newton's method, most of which go far beyond the tolerance.
 */
export function gramSolver(problem: GramProblem, l1Ratio: number, isQuick = false): Solver {
  const method = new GramDescent(problem);
  const set = new WorkingSet(problem, [method]);
  const follow = problem.isComplete ? pathFollower(problem, method, isQuick) : undefined;
  const solve = (goal: Goal, shrinkage = 1): StrategySolution => ({ ...set.solve(goal, shrinkage), strategy: "gram" });
  let previous = Number.POSITIVE_INFINITY;
  return {
    problem,
    solve,
    solveFor: (lambda, goal, isWarm) => {
      const shrinkage = isWarm || lambda === 0 ? 1 : Math.min(previous, goal.lambdaMax) / lambda;
      previous = lambda;
      setPenalty(problem, lambda, l1Ratio);
      const followed = follow?.(lambda, goal, isWarm);
      return followed ? { ...followed, strategy: "gram" } : solve(goal, shrinkage);
    },
  };
}
