import type { Steps } from "../../kernels/steps.js";
import { value } from "../../penalties/elasticNet.js";
import { lambdaMax, ROUNDINGS, setPenalty } from "../../solvers/designs/coordinates.js";
import type { Goal } from "../../solvers/problems/certificate.js";
import type { GramProblem } from "../../solvers/problems/GramProblem.js";
import type { Problem } from "../../solvers/problems/Problem.js";
import type { Solver, StrategySolution } from "../../solvers/Solver.js";
import type { Lambdas, PathFit } from "../options/Fit.js";
import type { Path } from "../results/Path.js";
import { lambdaGrid } from "./lambdas.js";
import { PathRecorder } from "./PathRecorder.js";

/** A path on a grid of its own ends once it explains this much: what is left to fit is next to nothing. As in glmnet. */
export const SATURATED = 0.999;

/** lambdaMax is raised by this share, so that rounding leaves no coefficient above 0 there. */
const LAMBDA_MAX_MARGIN = 1e-12;

/**
 * Fits for each lambda in descending order, each starting from the one before.
 *
 * @param watch - Called after each.
 */
export function* fitPath(solver: Solver, fit: PathFit, watch: () => void = () => {}): Steps<Path> {
  const { grid, goal } = begin(solver, fit);
  const recorder = new PathRecorder(solver.problem, grid, fit, goal.lambdaMax);
  let saturated = false;
  yield* walk(solver, grid, goal, fit.warmStart !== undefined, (solution, k) => {
    watch();
    const ratio = recorder.add(solution);
    saturated = fit.lambdas.given === undefined && k + 1 < grid.length && ratio > SATURATED;
    return !saturated;
  });
  return recorder.path(saturated);
}

/** Told each solution, the coefficients being `problem.b`, says whether to go on to the next lambda, if there is one. */
export type Visit = (solution: StrategySolution, k: number) => boolean;

/** As {@link fitPath}, but keeps nothing: `visit` takes what it needs. Returns whether that went on to the end. */
export function* visitPath(solver: Solver, fit: PathFit, visit: Visit): Steps<boolean> {
  const { grid, goal } = begin(solver, fit);
  let isComplete = false;
  yield* walk(solver, grid, goal, fit.warmStart !== undefined, (solution, k) => {
    isComplete = visit(solution, k);
    return isComplete;
  });
  return isComplete;
}

/** Fits the unpenalised columns, then goes to the warm start, if there is one. */
function begin(solver: Solver, fit: PathFit): { grid: Float64Array; goal: Goal } {
  const { problem } = solver;
  const { l1Ratio, lambdas } = fit;
  const { tolerance, maxIterations } = fit.settings;
  const { largest, steepest } = fitUnpenalised(solver, l1Ratio, maxIterations);
  const grid = gridOf(lambdas, largest, problem.n, problem.features);
  if (fit.warmStart !== undefined) {
    setPenalty(problem, grid[0], l1Ratio);
    start(problem, fit.warmStart);
  }
  return { grid, goal: { tolerance, maxIterations, lambdaMax: largest || steepest || 1 } };
}

/** Rests after each lambda, but where they are solved together. */
function* walk(solver: Solver, grid: Float64Array, goal: Goal, isWarm: boolean, visit: Visit): Steps<void> {
  let fitted = 0;
  const add = (solution: StrategySolution): boolean => {
    const goesOn = visit(solution, fitted);
    fitted += 1;
    return goesOn && fitted < grid.length;
  };
  const fitOne = (): boolean => add(solver.solveFor(grid[fitted], goal, fitted === 0 && isWarm));
  if (solver.solveAll === undefined) while (fitOne()) yield 1;
  else solver.solveAll(grid, goal, (solution) => (solution === undefined ? fitOne() : add(solution)));
}

/** The lambdas that are given, or a grid below the one at which all coefficients of n rows are 0. */
export function gridOf(lambdas: Lambdas, largest: number, n: number, features: number): Float64Array {
  if (lambdas.given !== undefined) return lambdas.given;
  const { count, minRatio = n >= features ? 1e-4 : 1e-2 } = lambdas;
  return lambdaGrid(largest === 0 ? 1 : largest * (1 + LAMBDA_MAX_MARGIN), minRatio, count);
}

/** The path of a problem by its Gram; undefined if that is not accurate enough for the tolerance somewhere. */
export function* fitAccurately(problem: GramProblem, solver: Solver, fit: PathFit): Steps<Path | undefined> {
  let isAccurate = true;
  const path = yield* fitPath(solver, fit, () => {
    isAccurate &&= problem.isAccurate(fit.settings.tolerance);
  });
  return isAccurate ? path : undefined;
}

/** Iterations that unpenalised columns have in any case, as lambdaMax is taken at their fit. */
const FEWEST = 100;
/** What more they are worth is left to the fits themselves. */
const WORTH = 1e-9;

/** Fits the unpenalised columns alone, which becomes the start; returns lambdaMax there, and the largest |z_j| without them. */
export function fitUnpenalised(solver: Solver, l1Ratio: number, most: number): { largest: number; steepest: number } {
  const { problem } = solver;
  const { p, eligible, penaltyFactor, l1, l2, z, curvatures, responseNorm } = problem;
  let hasFree = false;
  for (let j = 0; j < p; ++j) l1[j] = penaltyFactor[j] === 0 ? 0 : Number.POSITIVE_INFINITY;
  l2.fill(0);
  problem.refresh();
  problem.gradient(eligible.length, eligible);
  let steepest = 0;
  for (let k = 0; k < eligible.length; ++k) {
    const j = eligible[k];
    // What rounding errors leave is no measure of anything, and nothing to be fitted.
    if (!(Math.abs(z[j]) > ROUNDINGS * responseNorm * Math.sqrt(curvatures[j]))) continue;
    steepest = Math.max(steepest, Math.abs(z[j]));
    if (penaltyFactor[j] === 0) hasFree = true;
  }
  if (hasFree) {
    const maxIterations = Math.min(Math.max(most, FEWEST), 10_000);
    solver.solve({ tolerance: 1e-14, maxIterations, worth: WORTH, lambdaMax: steepest });
    problem.residual();
    problem.gradient(eligible.length, eligible);
  }
  return { largest: solver.largest?.() ?? lambdaMax(problem, l1Ratio), steepest };
}

/**
 * Starts from coefficients on the original scale, as far as columns and bounds allow them, unless they are worse than b as it is, or
 * so large that the loss there is a matter of rounding.
 */
export function start(problem: Problem, coefficients: Float64Array): void {
  const { eligible, b, scales, lower, upper, l1, l2, curvatures } = problem;
  const { farthest: most } = problem;
  const F = (): number => eligible.reduce((sum, j) => sum + value(b[j], l1[j], l2[j]), problem.loss(problem.refresh()));
  const before = b.slice();
  const least = F();
  let isNear = true;
  for (const j of eligible) {
    if (j >= coefficients.length) continue;
    b[j] = Math.min(Math.max(coefficients[j] * scales[j], lower[j]), upper[j]);
    if (!(Math.abs(b[j]) * Math.sqrt(curvatures[j]) < most)) isNear = false;
  }
  if (isNear && F() <= least) return;
  b.set(before);
  problem.refresh();
}
