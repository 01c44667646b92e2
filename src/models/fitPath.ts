import { value } from "../penalties/elasticNet.js";
import type { GramProblem } from "../solvers/gramProblem.js";
import { type FitSettings, lambdaMax, type Problem, setPenalty } from "../solvers/problem.js";
import { productError } from "../solvers/productError.js";
import type { Solver, StrategySolution } from "../solvers/strategy.js";
import type { Goal } from "../solvers/workingSet.js";
import { lambdaGrid } from "./lambdas.js";
import type { Fit } from "./options.js";
import { Path } from "./Path.js";

/** The lambdas of a path: given ones, or a grid below lambdaMax. */
export type Lambdas =
  | { given: Float64Array }
  | { given?: undefined; count: number /** Default 1e-4 if n >= p, else 1e-2. */; minRatio: number | undefined };

/** A path on a grid of its own ends once it explains this much: what is left to fit is next to nothing. As in glmnet. */
const SATURATED = 0.999;

/** lambdaMax is raised by this share, so that rounding leaves no coefficient above 0 there. */
const LAMBDA_MAX_MARGIN = 1e-12;

/** Fits for each lambda in descending order, each starting from the one before. */
export function fitPath(solver: Solver, fit: Fit, l1Ratio: number, lambdas: Lambdas): Path {
  const { grid, goal } = begin(solver, fit, l1Ratio, lambdas);
  const record = recorder(solver.problem, grid, fit, l1Ratio, goal.lambdaMax);
  let saturated = false;
  const fitted = walk(solver, grid, goal, fit.warmStart !== undefined, (solution, k) => {
    const ratio = record.add(k, solution);
    saturated = lambdas.given === undefined && k + 1 < grid.length && ratio > SATURATED;
    return !saturated;
  });
  return record.path(fitted, saturated);
}

/** Told each solution, the coefficients being `problem.b`, says whether to go on to the next lambda, if there is one. */
export type Visit = (solution: StrategySolution, k: number) => boolean;

/** As {@link fitPath}, but keeps nothing: `visit` takes what it needs. Returns whether that went on to the end. */
export function visitPath(solver: Solver, fit: Fit, l1Ratio: number, given: Float64Array, visit: Visit): boolean {
  const { grid, goal } = begin(solver, fit, l1Ratio, { given });
  let isComplete = false;
  walk(solver, grid, goal, fit.warmStart !== undefined, (solution, k) => {
    isComplete = visit(solution, k);
    return isComplete;
  });
  return isComplete;
}

/** Fits the unpenalised columns, then goes to the warm start, if there is one. */
function begin(solver: Solver, fit: Fit, l1Ratio: number, lambdas: Lambdas): { grid: Float64Array; goal: Goal } {
  const { problem } = solver;
  const { tolerance, maxIterations } = fit.settings;
  const { largest, steepest } = fitUnpenalised(solver, l1Ratio);
  const grid = lambdas.given ?? ownGrid(largest, problem, lambdas.count, lambdas.minRatio);
  if (fit.warmStart !== undefined) {
    setPenalty(problem, grid[0], l1Ratio);
    start(problem, fit.warmStart);
  }
  return { grid, goal: { tolerance, maxIterations, lambdaMax: largest || steepest || 1 } };
}

/** Returns how many lambdas were fitted. */
function walk(solver: Solver, grid: Float64Array, goal: Goal, isWarm: boolean, visit: Visit): number {
  let fitted = 0;
  const add = (solution: StrategySolution): boolean => {
    const goesOn = visit(solution, fitted);
    fitted += 1;
    return goesOn && fitted < grid.length;
  };
  const fitOne = (): boolean => add(solver.solveFor(grid[fitted], goal, fitted === 0 && isWarm));
  if (solver.solveAll === undefined) while (fitOne());
  else solver.solveAll(grid, goal, (solution) => (solution === undefined ? fitOne() : add(solution)));
  return fitted;
}

function ownGrid(
  largest: number,
  { n, features }: Problem,
  count: number,
  minRatio = n >= features ? 1e-4 : 1e-2,
): Float64Array {
  return lambdaGrid(largest === 0 ? 1 : largest * (1 + LAMBDA_MAX_MARGIN), minRatio, count);
}

/** The path of a problem by its Gram; undefined if that is not accurate enough for the tolerance somewhere. */
export function fitAccurately(
  problem: GramProblem,
  solver: Solver,
  fit: Fit,
  l1Ratio: number,
  lambdas: Lambdas,
): Path | undefined {
  let isAccurate = true;
  const watched: Solver = {
    ...solver,
    solveFor: (lambda, goal, isWarm) => {
      const solution = solver.solveFor(lambda, goal, isWarm);
      isAccurate &&= problem.isAccurate(fit.settings.tolerance);
      return solution;
    },
  };
  const path = fitPath(watched, fit, l1Ratio, lambdas);
  return isAccurate ? path : undefined;
}

/** Fits the unpenalised columns alone, which becomes the start; returns lambdaMax there, and the largest |z_j| without them. */
export function fitUnpenalised({ problem, solve }: Solver, l1Ratio: number): { largest: number; steepest: number } {
  const { p, eligible, penaltyFactor, l1, l2, z } = problem;
  let hasFree = false;
  for (let j = 0; j < p; ++j) l1[j] = penaltyFactor[j] === 0 ? 0 : Number.POSITIVE_INFINITY;
  l2.fill(0);
  problem.refresh();
  problem.gradient(eligible.length, eligible);
  let steepest = 0;
  for (let k = 0; k < eligible.length; ++k) {
    const j = eligible[k];
    steepest = Math.max(steepest, Math.abs(z[j]));
    if (penaltyFactor[j] === 0) hasFree = true;
  }
  if (hasFree) solve({ tolerance: 1e-14, maxIterations: 10_000, lambdaMax: steepest });
  problem.residual();
  problem.gradient(eligible.length, eligible);
  return { largest: lambdaMax(problem, l1Ratio), steepest };
}

/** Starts from coefficients on the original scale, as far as columns and bounds allow them, unless they are worse than b as it is. */
function start(problem: Problem, coefficients: Float64Array): void {
  const { eligible, b, scales, lower, upper, l1, l2 } = problem;
  const F = (): number => eligible.reduce((sum, j) => sum + value(b[j], l1[j], l2[j]), problem.loss(problem.refresh()));
  const before = b.slice();
  const most = F();
  for (const j of eligible) {
    if (j < coefficients.length) b[j] = Math.min(Math.max(coefficients[j] * scales[j], lower[j]), upper[j]);
  }
  if (F() <= most) return;
  b.set(before);
  problem.refresh();
}

/** Collects the solutions of a path, back on the original scale. */
function recorder(problem: Problem, grid: Float64Array, fit: Fit, l1Ratio: number, largest: number) {
  const { features: p, eligible, nullLoss, saturatedLoss } = problem;
  const nullDeviance = nullLoss - saturatedLoss;
  const { intercept } = fit.settings;
  const count = grid.length;
  const coefficients = new Float64Array(count * p);
  const intercepts = new Float64Array(count);
  const objectives = new Float64Array(count);
  const dualityGaps = new Float64Array(count);
  const violations = new Float64Array(count);
  const nonzeros = new Int32Array(count);
  const devianceRatios = new Float64Array(count);
  const iterations = new Int32Array(count);
  const converged = new Uint8Array(count);
  const certificates: ("gap" | "kkt")[] = [];
  const strategies: string[] = [];
  return {
    /** Returns the deviance ratio. */
    add(k: number, solution: StrategySolution): number {
      const { certificate } = solution;
      const w = coefficients.subarray(k * p, (k + 1) * p);
      const support = solution.support ?? eligible;
      const size = sizeOf(problem, support);
      nonzeros[k] = unscale(problem, support, fit.settings, w);
      const best = intercept ? bestIntercept(problem, w, support) : { intercept: 0, error: 0 };
      // The slope of F in the intercept is 0 at the best one.
      const slip = 0.5 * best.error * best.error;
      intercepts[k] = best.intercept;
      objectives[k] = certificate.objective + slip;
      // The dual point does without b, so that rounding errors of X·b, in the residual, count by their square.
      dualityGaps[k] = certificate.gap + slip + Number.EPSILON * size * (Number.EPSILON * size);
      violations[k] = certificate.kind === "kkt" ? certificate.violation / largest : Number.NaN;
      const deviance = problem.loss(certificate.residualSquares) - saturatedLoss;
      devianceRatios[k] = nullDeviance > 0 ? 1 - deviance / nullDeviance : 0;
      iterations[k] = solution.iterations;
      const isStillClose = dualityGaps[k] <= fit.settings.tolerance * problem.convergenceScale;
      converged[k] = solution.converged && isStillClose ? 1 : 0;
      certificates.push(certificate.kind);
      strategies.push(solution.strategy);
      return devianceRatios[k];
    },
    path: (fitted: number, saturated: boolean): Path =>
      new Path({
        ...fit.response,
        l1Ratio,
        tolerance: fit.settings.tolerance,
        lambdas: grid.slice(0, fitted),
        coefficients: fitted === count ? coefficients : coefficients.slice(0, fitted * p),
        intercepts: intercepts.slice(0, fitted),
        objectives: objectives.slice(0, fitted),
        dualityGaps: dualityGaps.slice(0, fitted),
        violations: violations.slice(0, fitted),
        certificates,
        nonzeros: nonzeros.slice(0, fitted),
        devianceRatios: devianceRatios.slice(0, fitted),
        iterations: iterations.slice(0, fitted),
        strategies,
        converged: converged.slice(0, fitted),
        saturated,
      }),
  };
}

// Loops of their own, so that they are compiled soon, whoever calls.

/** Σ |b_j|·‖x_j‖ over the listed columns: what rounding errors are relative to. */
function sizeOf({ features: p, b, curvatures }: Problem, support: Int32Array): number {
  let size = 0;
  for (let at = 0; at < support.length; ++at) {
    const j = support[at];
    if (j < p && b[j] !== 0) size += Math.abs(b[j]) * Math.sqrt(curvatures[j]);
  }
  return size;
}

/** Writes the coefficients of the listed columns on the original scale to w, and returns how many are not 0. */
function unscale(
  { features: p, b, scales }: Problem,
  support: Int32Array,
  { lowerBounds, upperBounds }: FitSettings,
  w: Float64Array,
): number {
  let nonzeros = 0;
  for (let at = 0; at < support.length; ++at) {
    const j = support[at];
    if (j >= p || b[j] === 0) continue;
    let value = b[j] / scales[j];
    // Dividing by the scale may round a coefficient past the bound that it is at.
    if (lowerBounds !== undefined && value < lowerBounds[j]) value = lowerBounds[j];
    if (upperBounds !== undefined && value > upperBounds[j]) value = upperBounds[j];
    if (value === 0) continue;
    w[j] = value;
    nonzeros += 1;
  }
  return nonzeros;
}

/**
 * The intercept that makes residuals sum to 0, mean of y − Σ w_j·mean of x_j, and its rounding error: means in two parts, exact
 * products and a compensated sum. Ogita, Rump & Oishi, Accurate sum and dot product (2005).
 */
function bestIntercept(problem: Problem, w: Float64Array, support: Int32Array): { intercept: number; error: number } {
  const { pivots, means, yPivot, yMean } = problem;
  let total = yPivot;
  let rest = yMean;
  const add = (value: number): void => {
    const sum = total + value;
    const part = sum - total;
    rest += total - (sum - part) + (value - part);
    total = sum;
  };
  for (let at = 0; at < support.length; ++at) {
    const j = support[at];
    if (j >= w.length || w[j] === 0) continue;
    const product = -w[j] * pivots[j];
    add(product);
    rest -= productError(w[j], pivots[j], -product);
    add(-w[j] * means[j]);
  }
  const intercept = total + rest;
  return { intercept, error: total - intercept + rest };
}
