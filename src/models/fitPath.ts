import { loss } from "../losses/gaussian.js";
import type { GramProblem } from "../solvers/gramProblem.js";
import { lambdaMax, type Problem } from "../solvers/problem.js";
import type { Solver, StrategySolution } from "../solvers/strategy.js";
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
  const { problem } = solver;
  const { tolerance, maxIterations } = fit.settings;
  const { largest, steepest } = fitUnpenalised(solver, l1Ratio);
  const grid = lambdas.given ?? ownGrid(largest, problem, lambdas.count, lambdas.minRatio);
  const goal = { tolerance, maxIterations, lambdaMax: largest || steepest || 1 };
  if (fit.warmStart !== undefined) start(problem, fit.warmStart);
  const record = recorder(problem, grid, fit, l1Ratio, goal.lambdaMax);
  let fitted = 0;
  let saturated = false;
  const add = (solution: StrategySolution): boolean => {
    const ratio = record.add(fitted, solution);
    fitted += 1;
    saturated = lambdas.given === undefined && fitted < grid.length && ratio > SATURATED;
    return fitted < grid.length && !saturated;
  };
  const fitOne = (): boolean => add(solver.solveFor(grid[fitted], goal, fitted === 0 && fit.warmStart !== undefined));
  if (solver.solveAll === undefined) while (fitOne());
  else solver.solveAll(grid, goal, (solution) => (solution === undefined ? fitOne() : add(solution)));
  return record.path(fitted, saturated);
}

function ownGrid(largest: number, { n, p }: Problem, count: number, minRatio = n >= p ? 1e-4 : 1e-2): Float64Array {
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
      isAccurate &&= problem.isAccurate(goal.tolerance);
      return solution;
    },
  };
  const path = fitPath(watched, fit, l1Ratio, lambdas);
  return isAccurate ? path : undefined;
}

/** Fits the unpenalised columns alone, which becomes the start; returns lambdaMax there, and the largest |z_j| without them. */
export function fitUnpenalised({ problem, solve }: Solver, l1Ratio: number): { largest: number; steepest: number } {
  const { eligible, penaltyFactor, l1, l2, z } = problem;
  l1.set(penaltyFactor.map((factor) => (factor === 0 ? 0 : Number.POSITIVE_INFINITY)));
  l2.fill(0);
  problem.refresh();
  problem.gradient(eligible.length, eligible);
  const steepest = eligible.reduce((largest, j) => Math.max(largest, Math.abs(z[j])), 0);
  if (eligible.some((j) => penaltyFactor[j] === 0)) {
    solve({ tolerance: 1e-14, maxIterations: 10_000, lambdaMax: steepest });
  }
  problem.residual();
  problem.gradient(eligible.length, eligible);
  return { largest: lambdaMax(problem, l1Ratio), steepest };
}

/** Starts from coefficients on the original scale, as far as columns and bounds allow them. */
function start(problem: Problem, coefficients: Float64Array): void {
  const { eligible, b, scales, lower, upper } = problem;
  for (const j of eligible) {
    b[j] = Math.min(Math.max(coefficients[j] * scales[j], lower[j]), upper[j]);
  }
  problem.refresh();
}

/** Collects the solutions of a path, back on the original scale. */
function recorder(problem: Problem, grid: Float64Array, fit: Fit, l1Ratio: number, largest: number) {
  const { p, eligible, b, scales, nullLoss } = problem;
  const { lowerBounds, upperBounds, intercept } = fit.settings;
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
      for (let at = 0; at < eligible.length; ++at) {
        const j = eligible[at];
        if (b[j] === 0) continue;
        let value = b[j] / scales[j];
        // Dividing by the scale may round a coefficient past the bound that it is at.
        if (lowerBounds !== undefined && value < lowerBounds[j]) value = lowerBounds[j];
        if (upperBounds !== undefined && value > upperBounds[j]) value = upperBounds[j];
        if (value === 0) continue;
        w[j] = value;
        nonzeros[k] += 1;
      }
      intercepts[k] = intercept ? bestIntercept(problem, w) : 0;
      objectives[k] = certificate.objective;
      dualityGaps[k] = certificate.gap;
      violations[k] = certificate.kind === "kkt" ? certificate.violation / largest : Number.NaN;
      devianceRatios[k] = nullLoss > 0 ? 1 - loss(certificate.residualSquares) / nullLoss : 0;
      iterations[k] = solution.iterations;
      converged[k] = solution.converged ? 1 : 0;
      certificates.push(certificate.kind);
      strategies.push(solution.strategy);
      return devianceRatios[k];
    },
    path: (fitted: number, saturated: boolean): Path =>
      new Path({
        family: "gaussian",
        l1Ratio,
        tolerance: fit.settings.tolerance,
        lambdas: grid.slice(0, fitted),
        coefficients: coefficients.slice(0, fitted * p),
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

/** The intercept that makes residuals sum to 0: mean of y − Σ w_j·mean of x_j, means in two parts and the sum compensated. */
function bestIntercept({ pivots, means, yPivot, yMean, p }: Problem, w: Float64Array): number {
  let total = yPivot;
  let error = yMean;
  const add = (value: number): void => {
    const sum = total + value;
    const part = sum - total;
    error += total - (sum - part) + (value - part);
    total = sum;
  };
  for (let j = 0; j < p; ++j) {
    if (w[j] === 0) continue;
    add(-w[j] * pivots[j]);
    add(-w[j] * means[j]);
  }
  return total + error;
}
