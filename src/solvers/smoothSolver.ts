import type { Matrix } from "../data/Matrix.js";
import type { Heap, Layout } from "../kernels/arena.js";
import type { Loss } from "../losses/Loss.js";
import { approach } from "./approach.js";
import { setPenalty } from "./designs/coordinates.js";
import { newtonCapacity } from "./designs/Design.js";
import { makeDesign, makeDesignLayout } from "./designs/makeDesign.js";
import type { FitSettings } from "./designs/rows.js";
import type { Method } from "./methods/Method.js";
import { NewtonDescent } from "./methods/NewtonDescent.js";
import { ProximalNewton } from "./methods/newton/ProximalNewton.js";
import { QuasiNewton } from "./methods/newton/QuasiNewton.js";
import { TruncatedNewton } from "./methods/newton/TruncatedNewton.js";
import { OrthogonalNewton } from "./methods/OrthogonalNewton.js";
import type { Goal } from "./problems/certificate.js";
import type { SmoothProblem } from "./problems/Problem.js";
import { glmProblem, glmProblemLayout } from "./problems/smooth/glmProblem.js";
import type { SmoothPlan } from "./problems/smooth/smoothPlan.js";
import { softmaxProblem, softmaxProblemLayout } from "./problems/smooth/softmaxProblem.js";
import type { Solver, StrategySolution } from "./Solver.js";
import { WorkingSet } from "./workingSet.js";

export function glmSolverLayout(X: Matrix, settings: FitSettings, plan: SmoothPlan): Layout {
  const { rows: n, columns: p } = X;
  return [makeDesignLayout(X, settings), glmProblemLayout(n, p + 1, plan), proximalLayout(n, p + 1)];
}

/** The solver of a family with one linear predictor, y and settings checked. */
export function glmSolver(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  loss: Loss,
  settings: FitSettings,
  l1Ratio: number,
  plan: SmoothPlan,
): Solver {
  const { rows, design, dense, strategy } = makeDesign(arena, X, settings);
  const problem = glmProblem(arena, design, design.traits, loss, rows, y, settings, plan, dense);
  return proximalSolver(problem, l1Ratio, strategy, plan.isQuasi);
}

/** For a problem of `size` coordinates. */
const proximalLayout = (n: number, size: number): Layout => [
  NewtonDescent.layout(n, size),
  ProximalNewton.layout(size),
  newtonCapacity(n, size) < size ? TruncatedNewton.layout(size) : [],
  WorkingSet.layout(size),
];

/** The solver of a problem whose curvature changes. */
function proximalSolver(
  problem: SmoothProblem,
  l1Ratio: number,
  strategy: "newton" | "sparse",
  isQuasi: boolean,
): Solver {
  const newton = new ProximalNewton(problem, new NewtonDescent(problem, Number.POSITIVE_INFINITY));
  const methods: [Method, ...Method[]] =
    newton.capacity < problem.p ? [newton, new TruncatedNewton(problem)] : [newton];
  const any = methods[methods.length - 1];
  const set = new WorkingSet(
    problem,
    isQuasi ? [new QuasiNewton(problem, any)] : methods,
    new OrthogonalNewton(problem),
  );
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

export function softmaxSolverLayout(X: Matrix, K: number, settings: FitSettings, plan: SmoothPlan): Layout {
  const { rows: n, columns: p } = X;
  return [
    makeDesignLayout(X, settings),
    softmaxProblemLayout(n, p, K, plan.isSampled),
    proximalLayout(K * n, K * (p + 1)),
  ];
}

/** The solver of the multinomial family of K classes, codes and settings checked. */
export function softmaxSolver(
  arena: Heap,
  X: Matrix,
  codes: Float64Array,
  K: number,
  settings: FitSettings,
  l1Ratio: number,
  plan: SmoothPlan,
): Solver {
  const { rows, design, dense, strategy } = makeDesign(arena, X, settings);
  const problem = softmaxProblem(arena, design, design.traits, K, rows, codes, settings, plan.isSampled, dense?.X);
  return proximalSolver(problem, l1Ratio, strategy, plan.isQuasi);
}
