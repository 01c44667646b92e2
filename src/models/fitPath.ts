import { rangeError } from "../errors.js";
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
  if (hasFree) {
    solve({ tolerance: 1e-14, maxIterations: 10_000, lambdaMax: steepest });
    problem.residual();
    problem.gradient(eligible.length, eligible);
  }
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
  const { features: p, predictors, eligible, nullLoss, saturatedLoss } = problem;
  const nullDeviance = nullLoss - saturatedLoss;
  const { intercept } = fit.settings;
  const count = grid.length;
  const coefficients = new Float64Array(count * p);
  const intercepts = new Float64Array(count * predictors);
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
      nonzeros[k] = unscale(problem, support, fit.settings, w);
      if (predictors > 1) centreUnpenalised(problem, fit.settings, w);
      const best = intercepts.subarray(k * predictors, (k + 1) * predictors);
      // The slope of F in the intercept is 0 at the best one.
      const slip = intercept ? 0.5 * setIntercepts(problem, w, support, best) : 0;
      objectives[k] = certificate.objective + slip;
      if (!(Number.isFinite(objectives[k]) && isFiniteAt(w, support) && best.every(Number.isFinite))) {
        throw rangeError("ERR_VALUE", `"X" and "y" must not have a fit that overflows, got one for lambda ${grid[k]}`);
      }
      dualityGaps[k] = certificate.gap + slip;
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
        intercepts: intercepts.slice(0, fitted * predictors),
        objectives: objectives.slice(0, fitted),
        dualityGaps: dualityGaps.slice(0, fitted),
        violations: violations.slice(0, fitted),
        certificates,
        nonzeros: nonzeros.slice(0, fitted),
        devianceRatios: devianceRatios.slice(0, fitted),
        iterations: iterations.slice(0, fitted),
        strategies,
        ...(fit.settings.offset && { hasOffset: true }),
        converged: converged.slice(0, fitted),
        saturated,
      }),
  };
}

// Loops of their own, so that they are compiled soon, whoever calls.

/** Whether the listed ones of w are numbers. */
function isFiniteAt(w: Float64Array, support: Int32Array): boolean {
  for (let at = 0; at < support.length; ++at)
    if (!(Math.abs(w[support[at]] ?? 0) < Number.POSITIVE_INFINITY)) return false;
  return true;
}

/** Writes the coefficients of the listed columns on the original scale to w, and returns how many are not 0. */
function unscale(
  { features: p, predictors, b, scales }: Problem,
  support: Int32Array,
  { lowerBounds, upperBounds }: FitSettings,
  w: Float64Array,
): number {
  const columns = p / predictors;
  let nonzeros = 0;
  for (let at = 0; at < support.length; ++at) {
    const j = support[at];
    if (j >= p || b[j] === 0) continue;
    let value = b[j] / scales[j];
    // Dividing by the scale may round a coefficient past the bound that it is at.
    if (lowerBounds !== undefined) value = Math.max(value, lowerBounds[j % columns]);
    if (upperBounds !== undefined) value = Math.min(value, upperBounds[j % columns]);
    if (value === 0) continue;
    w[j] = value;
    nonzeros += 1;
  }
  return nonzeros;
}

/** Makes the coefficients of all classes for a column without a penalty sum to 0, which moves no probability. */
function centreUnpenalised(
  { features, predictors, l1, l2 }: Problem,
  { lowerBounds, upperBounds }: FitSettings,
  w: Float64Array,
): void {
  if (lowerBounds !== undefined || upperBounds !== undefined) return;
  const columns = features / predictors;
  for (let j = 0; j < columns; ++j) {
    if (!(l1[j] === 0 && l2[j] === 0)) continue;
    let sum = 0;
    for (let c = j; c < features; c += columns) sum += w[c];
    for (let c = j; c < features; c += columns) w[c] -= sum / predictors;
  }
}

/** The intercepts that belong to w, one or for each class, which then sum to 0; returns Σ of their squared rounding errors. */
function setIntercepts(problem: Problem, w: Float64Array, support: Int32Array, out: Float64Array): number {
  const { b, features, predictors, yPivot, yMean } = problem;
  const columns = features / predictors;
  let squares = 0;
  for (let k = 0; k < predictors; ++k) {
    const from = k * columns;
    const start = predictors > 1 ? b[features + k] : yPivot;
    const best = bestIntercept(problem, w, support, from, from + columns, start, yMean);
    out[k] = best.intercept;
    squares += best.error * best.error;
  }
  if (predictors === 1) return squares;
  const mean = out.reduce((sum, value) => sum + value, 0) / predictors;
  for (let k = 0; k < predictors; ++k) {
    const slip = Number.EPSILON * out[k];
    out[k] -= mean;
    squares += slip * slip;
  }
  return squares;
}

/**
 * The intercept for the coefficients from `from` to `to`, total + rest − Σ w_j·centre of x_j, and its rounding error, with that of the
 * means: centres in two parts, exact products and a compensated sum. Ogita, Rump & Oishi, Accurate sum and dot product (2005).
 */
function bestIntercept(
  { pivots, means, scales, responseNorm }: Problem,
  w: Float64Array,
  support: Int32Array,
  from: number,
  to: number,
  total: number,
  rest: number,
): { intercept: number; error: number } {
  const add = (value: number): void => {
    const sum = total + value;
    const part = sum - total;
    rest += total - (sum - part) + (value - part);
    total = sum;
  };
  let size = Math.abs(rest) + responseNorm;
  for (let at = 0; at < support.length; ++at) {
    const j = support[at];
    if (j < from || j >= to || w[j] === 0) continue;
    const product = -w[j] * pivots[j];
    add(product);
    rest -= productError(w[j], pivots[j], -product);
    add(-w[j] * means[j]);
    size += Math.abs(w[j]) * (Math.abs(means[j]) + scales[j]);
  }
  const intercept = total + rest;
  return { intercept, error: Math.abs(total - intercept + rest) + Number.EPSILON * size };
}
