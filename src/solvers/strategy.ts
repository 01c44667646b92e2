import type { Matrix } from "../data/Matrix.js";
import { compress } from "../data/SparseMatrix.js";
import { rangeError } from "../errors.js";
import type { Heap } from "../kernels/arena.js";
import { approach } from "./approach.js";
import { type DenseProblem, denseProblem, denseProblemBytes } from "./denseProblem.js";
import { gramDescent, gramDescentBytes } from "./gramDescent.js";
import { type GramProblem, lazyGramProblem, lazyGramProblemBytes } from "./gramProblem.js";
import { leastSquares, leastSquaresBytes } from "./leastSquares.js";
import { newtonDescent, newtonDescentBytes } from "./newtonDescent.js";
import { pathFollower, pathFollowerBytes } from "./pathFollower.js";
import { type FitSettings, setPenalty } from "./problem.js";
import { residualDescent } from "./residualDescent.js";
import { ridgeCholesky, ridgeCholeskyBytes } from "./ridgeCholesky.js";
import { ridgePath, ridgePathBytes } from "./ridgePath.js";
import { isWorthScreening } from "./screening.js";
import { sparseDescentBytes, sparseSet } from "./sparseDescent.js";
import { type SparseProblem, sparseProblem, sparseProblemBytes } from "./sparseProblem.js";
import { type DataProblem, type Goal, type ScreenedProblem, type Solution, WorkingSet } from "./workingSet.js";

/** The solvers of the gaussian family by name. */
export const STRATEGIES = ["residual", "newton", "gram", "cholesky", "ridge", "qr", "sparse"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What the choice of a solver depends on. */
export interface Shape {
  n: number;
  p: number;
  l1Ratio: number;
  /** The smallest lambda of a fit or path. */
  smallestLambda: number;
  bounded: boolean;
  tolerance: number;
  /** How many columns may be unpenalised. */
  unpenalised: number;
  /** The values that a sparse X takes up in memory as it is; undefined if it is dense. */
  entries?: number | undefined;
}

/** Up to this many columns a whole Gram is cheap to have. */
const GRAM_COLUMNS = 1000;
/** A sparse X with fewer stored values than this times p² is left to descent on the residual. */
export const GRAM_ENTRIES = 0.25;
/** Newton's steps on a Gram are worth their price to those who want more accuracy than this. */
const ROUGH = 1e-3;

/** The solver for all lambdas above 0, and whether lambda = 0 is left to least squares. */
export interface Plan {
  main: Exclude<Strategy, "qr">;
  /** The one that takes over where `main` cannot: the same if it always can. */
  descent: "residual" | "newton" | "gram" | "sparse";
  zeroByQr: boolean;
  /** Whether X stays in compressed columns. */
  isSparse: boolean;
}

/** @throws RangeError if a strategy is asked for that cannot solve the problem. */
export function plan(shape: Shape, requested: Strategy | "auto"): Plan {
  const { n, p, l1Ratio, smallestLambda, bounded, tolerance, entries } = shape;
  const smooth = l1Ratio === 0 && !bounded;
  if ((requested === "cholesky" || requested === "ridge") && !smooth) {
    throw rangeError("ERR_VALUE", `"strategy" must not be "${requested}" unless l1Ratio is 0 and there are no bounds`);
  }
  if (requested === "qr" && bounded) {
    throw rangeError("ERR_VALUE", '"strategy" must not be "qr" with bounds: got "qr"');
  }
  const isTall = p <= GRAM_COLUMNS && n >= p;
  if (entries !== undefined && (requested === "auto" || requested === "gram" || requested === "sparse")) {
    const pays = isTall && entries >= GRAM_ENTRIES * p * p;
    const descent = requested === "auto" ? (pays ? "gram" : "sparse") : requested;
    return { main: descent, descent, zeroByQr: false, isSparse: true };
  }
  const isFree = requested === "auto" || requested === "qr";
  const best = isTall ? "gram" : tolerance < ROUGH ? "newton" : "residual";
  const descent = isFree || requested === "cholesky" || requested === "ridge" ? best : requested;
  return {
    main: requested === "cholesky" ? "cholesky" : requested === "ridge" || (isFree && smooth) ? "ridge" : descent,
    descent,
    zeroByQr: smallestLambda === 0 && !bounded && isFree,
    isSparse: false,
  };
}

const isScreened = ({ n, p }: Shape, { main }: Plan): boolean =>
  (main === "residual" || main === "newton") && isWorthScreening(n, p);

/** The bytes of memory for a problem and its solvers. */
export function planBytes(shape: Shape, chosen: Plan): number {
  const { n, p, unpenalised, entries } = shape;
  return (
    (chosen.isSparse
      ? sparseProblemBytes(n, p, entries ?? n * p) + sparseDescentBytes(n, p, entries ?? n * p)
      : denseProblemBytes(n, p, isScreened(shape, chosen))) +
    WorkingSet.bytes(p) +
    (chosen.descent === "gram"
      ? lazyGramProblemBytes(p) + gramDescentBytes(p)
      : newtonDescentBytes(n, p, !chosen.isSparse)) +
    (chosen.main === "ridge" ? ridgePathBytes(n, p, unpenalised) : 0) +
    (chosen.main === "cholesky" ? ridgeCholeskyBytes(n, p) : 0) +
    (chosen.zeroByQr ? leastSquaresBytes(n, p) : 0)
  );
}

/** A solution and the solver that found it. */
export interface StrategySolution extends Solution {
  strategy: Strategy;
}

/** A problem with the solvers of a plan, each set up when it is first called for. */
export interface Solver {
  problem: ScreenedProblem;
  /** Solves with the penalty that the problem holds, without regard to any lambda, from its b, with r and z to match. */
  solve(goal: Goal): StrategySolution;
  /** Solves for a lambda, from the solution before, or from what problem.b holds if `isWarm`. */
  solveFor(lambda: number, goal: Goal, isWarm: boolean): StrategySolution;
  /**
   * Solves for all lambdas together, descending, where that is cheaper: `add` is called for one after the other, with undefined for
   * those that are left to {@link solveFor}, until it returns false.
   */
  solveAll?(lambdas: Float64Array, goal: Goal, add: (solution: StrategySolution | undefined) => boolean): void;
}

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
  return new WorkingSet(gram, [gramDescent(gram)]);
}

function sparseSolvers(problem: SparseProblem, descent: Plan["descent"], settings: FitSettings): Solvers {
  return {
    problem,
    set: once(() => (descent === "gram" ? gramSet(problem, settings) : sparseSet(problem, newtonDescent(problem)))),
  };
}

function denseSolvers(problem: DenseProblem, descent: Plan["descent"], settings: FitSettings): Solvers {
  return {
    problem,
    set: once(() => {
      if (descent === "gram") return gramSet(problem, settings);
      const newton = newtonDescent(problem);
      const residual = residualDescent(problem, newton);
      return new WorkingSet(problem, descent === "newton" ? [newton, residual] : [residual]);
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

/** The bytes that {@link gramSolver} takes from its arena. */
export function gramSolverBytes(p: number): number {
  return WorkingSet.bytes(p) + gramDescentBytes(p) + pathFollowerBytes(p);
}

/**
 * The solver of a problem of which the Gram is all that there is.
 *
 * @param isQuick - Whether it may stop as soon as the tolerance is met, for fits of which only their error counts; the others end with a
 *   step of Newton's method, most of which go far beyond the tolerance.
 */
export function gramSolver(problem: GramProblem, l1Ratio: number, isQuick = false): Solver {
  const method = gramDescent(problem);
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
