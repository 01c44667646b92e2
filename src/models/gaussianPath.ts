import type { Matrix } from "../data/Matrix.js";
import { withMemory } from "../kernels/select.js";
import { loss } from "../losses/gaussian.js";
import { ActiveNewton } from "../solvers/activeNewton.js";
import { descend } from "../solvers/descent.js";
import { lambdaMax, type Problem, refresh, setPenalty, setUp } from "../solvers/problem.js";
import { residualDescent } from "../solvers/residualDescent.js";
import { ridgePath } from "../solvers/ridgePath.js";
import { plan, planBytes, type Shape, type StrategySolution, solvers } from "../solvers/strategy.js";
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

/** Fits the gaussian family for each lambda in descending order, each starting from the one before. */
export function gaussianPath(X: Matrix, y: Float64Array, fit: Fit, l1Ratio: number, lambdas: Lambdas): Path {
  const { settings } = fit;
  const shape: Shape = {
    n: X.rows,
    p: X.columns,
    l1Ratio,
    smallestLambda: lambdas.given === undefined ? 1 : Math.min(...lambdas.given),
    unpenalised: settings.penaltyFactor?.reduce((count, factor) => count + (factor === 0 ? 1 : 0), 0) ?? 0,
    bounded: settings.lowerBounds !== undefined || settings.upperBounds !== undefined,
  };
  const chosen = plan(shape, fit.strategy);
  return withMemory(planBytes(shape, chosen), "the problem", (arena) => {
    const problem = setUp(arena, X, y, settings);
    const newton = new ActiveNewton(problem);
    const largest = fitUnpenalised(problem, newton, l1Ratio);
    const grid = lambdas.given ?? ownGrid(largest, shape, lambdas.count, lambdas.minRatio);
    const goal = { tolerance: settings.tolerance, maxIterations: settings.maxIterations, lambdaMax: largest || 1 };
    if (fit.warmStart !== undefined) start(problem, fit.warmStart);
    const solve = solvers(problem, chosen, newton);
    const record = recorder(problem, grid, fit, l1Ratio, goal.lambdaMax);
    let fitted = 0;
    let saturated = false;
    const add = (solution: StrategySolution, residualSquares?: number): boolean => {
      const ratio = record.add(fitted, solution, residualSquares);
      fitted += 1;
      saturated = lambdas.given === undefined && fitted < grid.length && ratio > SATURATED;
      return fitted < grid.length && !saturated;
    };
    const fitOne = (): boolean => {
      setPenalty(problem, grid[fitted], l1Ratio);
      return add(solve(grid[fitted], goal));
    };
    if (chosen.main === "ridge") {
      ridgePath(problem)(grid, goal, (_, solution) =>
        solution === undefined ? fitOne() : add({ ...solution, strategy: "ridge" }, solution.residualSquares),
      );
    } else {
      while (fitOne());
    }
    return record.path(fitted, saturated);
  });
}

function ownGrid(largest: number, { n, p }: Shape, count: number, minRatio = n >= p ? 1e-4 : 1e-2): Float64Array {
  return lambdaGrid(largest === 0 ? 1 : largest * (1 + LAMBDA_MAX_MARGIN), minRatio, count);
}

/** Fits the unpenalised columns alone, which becomes the start, and returns lambdaMax. */
function fitUnpenalised(problem: Problem, newton: ActiveNewton, l1Ratio: number): number {
  const { eligible, penaltyFactor, l1, z } = problem;
  l1.set(penaltyFactor.map((factor) => (factor === 0 ? 0 : Number.POSITIVE_INFINITY)));
  refresh(problem);
  if (eligible.some((j) => penaltyFactor[j] === 0)) {
    const steepest = eligible.reduce((largest, j) => Math.max(largest, Math.abs(z[j])), 0);
    const goal = { tolerance: 1e-14, maxIterations: 10_000, lambdaMax: steepest };
    descend(problem, residualDescent(problem), newton, goal);
  }
  return lambdaMax(problem, l1Ratio);
}

/** Starts from coefficients on the original scale, as far as columns and bounds allow them. */
function start(problem: Problem, coefficients: Float64Array): void {
  const { eligible, b, scales, lower, upper } = problem;
  for (const j of eligible) {
    b[j] = Math.min(Math.max(coefficients[j] * scales[j], lower[j]), upper[j]);
  }
  refresh(problem);
}

/** Collects the solutions of a path, back on the original scale. */
function recorder(problem: Problem, grid: Float64Array, fit: Fit, l1Ratio: number, largest: number) {
  const { n, p, kernels, eligible, b, r, scales, nullLoss } = problem;
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
    add(k: number, solution: StrategySolution, residualSquares: number = kernels.float64.sumSquares(n, r, 0)): number {
      const { certificate } = solution;
      const w = coefficients.subarray(k * p, (k + 1) * p);
      for (const j of eligible) {
        // Dividing by the scale may round a coefficient past the bound that it is at.
        const value = b[j] / scales[j];
        w[j] = Math.min(Math.max(value, lowerBounds?.[j] ?? value), upperBounds?.[j] ?? value) + 0;
        if (w[j] !== 0) nonzeros[k] += 1;
      }
      intercepts[k] = intercept ? bestIntercept(problem, w) : 0;
      objectives[k] = certificate.objective;
      dualityGaps[k] = certificate.gap;
      violations[k] = certificate.kind === "kkt" ? certificate.violation / largest : Number.NaN;
      devianceRatios[k] = nullLoss > 0 ? 1 - loss(residualSquares) / nullLoss : 0;
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
    add(-w[j] * pivots[j]);
    add(-w[j] * means[j]);
  }
  return total + error;
}
