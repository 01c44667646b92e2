import type { Matrix } from "../data/Matrix.js";
import { rangeError } from "../errors.js";
import type { Heap } from "../kernels/arena.js";
import { denseProblem, denseProblemBytes } from "./denseProblem.js";
import { gramDescent, gramDescentBytes } from "./gramDescent.js";
import { type GramProblem, lazyGramProblem, lazyGramProblemBytes } from "./gramProblem.js";
import { leastSquares, leastSquaresBytes } from "./leastSquares.js";
import { newtonDescent, newtonDescentBytes } from "./newtonDescent.js";
import { type FitSettings, setPenalty } from "./problem.js";
import { residualDescent } from "./residualDescent.js";
import { ridgeCholesky, ridgeCholeskyBytes } from "./ridgeCholesky.js";
import { ridgePath, ridgePathBytes } from "./ridgePath.js";
import { type Goal, type ScreenedProblem, type Solution, WorkingSet } from "./workingSet.js";

/** The solvers of the gaussian family by name. */
export const STRATEGIES = ["residual", "newton", "gram", "cholesky", "ridge", "qr"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What the choice of a solver depends on. */
export interface Shape {
  n: number;
  p: number;
  l1Ratio: number;
  /** The smallest lambda of a fit or path. */
  smallestLambda: number;
  bounded: boolean;
  /** How many columns may be unpenalised. */
  unpenalised: number;
}

/** Up to this many columns a whole Gram is cheap to have. */
const GRAM_COLUMNS = 1000;
/** From this many values on, gradients are screened in float32. */
const SCREENED = 100_000;
/** Problems with fewer columns are solved from scratch for any lambda. */
const FEW_COLUMNS = 256;
/** Without a solution at a lambda near by, one is approached in steps of this ratio, each solved roughly. */
const APPROACH = 0.5;
const APPROACH_STEPS = 16;
const APPROACH_TOLERANCE = 1e-3;

/** The solver for all lambdas above 0, and whether lambda = 0 is left to least squares. */
export interface Plan {
  main: Exclude<Strategy, "qr">;
  /** The one that takes over where `main` cannot: the same if it always can. */
  descent: "residual" | "newton" | "gram";
  zeroByQr: boolean;
}

/** @throws RangeError if a strategy is asked for that cannot solve the problem. */
export function plan(shape: Shape, requested: Strategy | "auto"): Plan {
  const { n, p, l1Ratio, smallestLambda, bounded } = shape;
  const smooth = l1Ratio === 0 && !bounded;
  if ((requested === "cholesky" || requested === "ridge") && !smooth) {
    throw rangeError("ERR_VALUE", `"strategy" must not be "${requested}" unless l1Ratio is 0 and there are no bounds`);
  }
  if (requested === "qr" && bounded) {
    throw rangeError("ERR_VALUE", '"strategy" must not be "qr" with bounds: got "qr"');
  }
  const isFree = requested === "auto" || requested === "qr";
  const best = p <= GRAM_COLUMNS && n >= p ? "gram" : "newton";
  const descent = isFree || requested === "cholesky" || requested === "ridge" ? best : requested;
  return {
    main: requested === "cholesky" ? "cholesky" : requested === "ridge" || (isFree && smooth) ? "ridge" : descent,
    descent,
    zeroByQr: smallestLambda === 0 && !bounded && isFree,
  };
}

const isScreened = ({ n, p }: Shape, { main }: Plan): boolean =>
  (main === "residual" || main === "newton") && n * p >= SCREENED;

/** The bytes of memory for a problem and its solvers. */
export function planBytes(shape: Shape, chosen: Plan): number {
  const { n, p, unpenalised } = shape;
  return (
    denseProblemBytes(n, p, isScreened(shape, chosen)) +
    WorkingSet.bytes(p) +
    (chosen.descent === "gram" ? lazyGramProblemBytes(p) + gramDescentBytes(p) : newtonDescentBytes(n, p)) +
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

export function makeSolver(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  settings: FitSettings,
  shape: Shape,
  chosen: Plan,
): Solver {
  const { main, descent, zeroByQr } = chosen;
  const problem = denseProblem(arena, X, y, settings, isScreened(shape, chosen));
  const { l1Ratio } = shape;
  const once = <T>(make: () => T): (() => T) => {
    let made: { value: T } | undefined;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };
  const cholesky = once(() => ridgeCholesky(problem));
  const squares = once(() => leastSquares(problem));
  const set = once(() => {
    if (descent === "gram") {
      const gram = lazyGramProblem(problem, settings.tolerance);
      return new WorkingSet(gram, [gramDescent(gram)]);
    }
    const newton = newtonDescent(problem);
    const residual = residualDescent(problem, newton);
    return new WorkingSet(problem, descent === "newton" ? [newton, residual] : [residual]);
  });
  let previous = Number.POSITIVE_INFINITY;

  const solve = (goal: Goal, shrinkage = 1): StrategySolution => ({
    ...set().solve(goal, shrinkage),
    strategy: descent,
  });
  /** Steps from the solution at `previous` to one from which lambda is not far. */
  const approach = (lambda: number, goal: Goal): void => {
    const rough = { ...goal, tolerance: Math.max(goal.tolerance, APPROACH_TOLERANCE) };
    for (let step = 0; step < APPROACH_STEPS && lambda < APPROACH * previous; ++step) {
      previous *= APPROACH;
      setPenalty(problem, previous, l1Ratio);
      solve(rough, 1 / APPROACH);
    }
  };
  const solveAll: Solver["solveAll"] = (lambdas, goal, add) => {
    ridgePath(problem)(lambdas, goal, (_, solution) => add(solution && { ...solution, strategy: "ridge" }));
  };
  return {
    problem,
    solve,
    ...(main === "ridge" ? { solveAll } : {}),
    solveFor: (lambda, goal, isWarm) => {
      previous = Math.min(previous, goal.lambdaMax);
      if (main === descent && !isWarm && problem.eligible.length > FEW_COLUMNS) approach(lambda, goal);
      setPenalty(problem, lambda, l1Ratio);
      if (lambda === 0 && zeroByQr) return { ...squares()(goal), strategy: "qr" };
      if (main === "cholesky") {
        const solution = cholesky()(goal);
        if (solution !== undefined) return { ...solution, strategy: "cholesky" };
        problem.b.fill(0);
        problem.refresh();
      }
      const shrinkage = isWarm || lambda === 0 ? 1 : previous / lambda;
      previous = lambda;
      return solve(goal, shrinkage);
    },
  };
}

/** The bytes that {@link gramSolver} takes from its arena. */
export function gramSolverBytes(p: number): number {
  return WorkingSet.bytes(p) + gramDescentBytes(p);
}

/** The solver of a problem of which the Gram is all that there is. */
export function gramSolver(problem: GramProblem, l1Ratio: number): Solver {
  const set = new WorkingSet(problem, [gramDescent(problem)]);
  const solve = (goal: Goal, shrinkage = 1): StrategySolution => ({ ...set.solve(goal, shrinkage), strategy: "gram" });
  let previous = Number.POSITIVE_INFINITY;
  return {
    problem,
    solve,
    solveFor: (lambda, goal, isWarm) => {
      const shrinkage = isWarm || lambda === 0 ? 1 : Math.min(previous, goal.lambdaMax) / lambda;
      previous = lambda;
      setPenalty(problem, lambda, l1Ratio);
      return solve(goal, shrinkage);
    },
  };
}
