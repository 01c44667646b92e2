import { productError } from "../../arithmetic/productError.js";
import { rangeError } from "../../errors.js";
import type { FitSettings, Moments } from "../../solvers/designs/rows.js";
import type { Problem } from "../../solvers/problems/Problem.js";
import type { StrategySolution } from "../../solvers/Solver.js";
import type { Fit } from "../options/options.js";
import type { CertificateKind, StopReason } from "../results/ModelFields.js";
import { Path } from "../results/Path.js";

/** Without a dual point, a loss as close to its least possible is on its way there: the minimum is at infinite coefficients. */
const UNBOUNDED = 1e-6;
/** So do coefficients of which one sd moves η by more. */
const RUNAWAY = 1e9;

/** Collects the solutions of a path, back on the original scale. */
export function recorder(problem: Problem, grid: Float64Array, fit: Fit, l1Ratio: number, largest: number) {
  const { features: p, predictors, eligible, nullLoss, saturatedLoss } = problem;
  const nullDeviance = nullLoss - saturatedLoss;
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
  const certificates: CertificateKind[] = [];
  const strategies: string[] = [];
  const stopReasons: (StopReason | "")[] = [];
  /** Whether a column has a coefficient somewhere. */
  const used = new Uint8Array(p / predictors);
  const reasonOf = ({ certificate, iterations }: StrategySolution, w: Float64Array, deviance: number): StopReason => {
    const isRunaway = (): boolean =>
      w.some((value, j) => Math.abs(value) * problem.moments.sds[j % used.length] > RUNAWAY);
    const isNearInfimum = deviance <= UNBOUNDED * problem.convergenceScale;
    if (certificate.kind !== "gap" && (isNearInfimum || isRunaway())) return "unbounded";
    return iterations >= fit.settings.maxIterations ? "maxIterations" : "precision";
  };
  return {
    /** Returns the deviance ratio. */
    add(k: number, solution: StrategySolution): number {
      const { certificate } = solution;
      const w = coefficients.subarray(k * p, (k + 1) * p);
      const support = solution.support ?? eligible;
      const best = intercepts.subarray(k * predictors, (k + 1) * predictors);
      const original = toOriginal(problem, support, fit.settings, w, best, used);
      nonzeros[k] = original.nonzeros;
      const slip = original.errors ? problem.slip(original.errors) : 0;
      objectives[k] = certificate.objective;
      if (!(Number.isFinite(objectives[k] + slip) && isFiniteAt(w, support) && best.every(Number.isFinite))) {
        throw rangeError("ERR_VALUE", `"X" and "y" must not have a fit that overflows, got one for lambda ${grid[k]}`);
      }
      dualityGaps[k] = certificate.gap + slip;
      violations[k] = certificate.kind === "gap" ? Number.NaN : certificate.violation / largest;
      const deviance = problem.loss(certificate.fit) - saturatedLoss;
      devianceRatios[k] = nullDeviance > 0 ? 1 - deviance / nullDeviance : 0;
      iterations[k] = solution.iterations;
      const isStillClose =
        certificate.kind === "stationary" || dualityGaps[k] <= fit.settings.tolerance * problem.convergenceScale;
      converged[k] = solution.converged && isStillClose ? 1 : 0;
      stopReasons.push(converged[k] === 1 ? "" : reasonOf(solution, w, deviance));
      certificates.push(certificate.kind);
      strategies.push(solution.strategy);
      return devianceRatios[k];
    },
    path: (fitted: number, saturated: boolean): Path =>
      new Path({
        ...fit.response,
        ...fit.columns,
        ...ofUsed(problem.moments, used),
        l1Ratio,
        ...(fit.penalty && { penalty: fit.penalty.fields }),
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
        ...(!fit.settings.standardize && { standardize: false }),
        ...(fit.settings.offset && { hasOffset: true }),
        converged: converged.slice(0, fitted),
        ...(stopReasons.some((reason) => reason !== "") && { stopReasons }),
        saturated,
      }),
  };
}

/**
 * Writes the coefficients of a solution on the original scale to w, which is 0, and its intercepts to `intercepts`; marks the columns that
 * are used. Returns how many coefficients are not 0, and the rounding errors of the intercepts, if there are any.
 */
export function toOriginal(
  problem: Problem,
  support: Int32Array,
  settings: FitSettings,
  w: Float64Array,
  intercepts: Float64Array,
  used: Uint8Array,
): { nonzeros: number; errors: Float64Array | undefined } {
  let nonzeros = unscale(problem, support, settings, w, used);
  if (problem.predictors > 1) nonzeros += centreUnpenalised(problem, settings, w);
  return { nonzeros, errors: settings.intercept ? setIntercepts(problem, w, support, intercepts) : undefined };
}

// Loops of their own, so that they are compiled soon, whoever calls.

/** Whether the listed ones of w are numbers. */
function isFiniteAt(w: Float64Array, support: Int32Array): boolean {
  for (let at = 0; at < support.length; ++at)
    if (!(Math.abs(w[support[at]] ?? 0) < Number.POSITIVE_INFINITY)) return false;
  return true;
}

/** The moments of columns that are used, NaN for all others. */
function ofUsed({ means, sds }: Moments, used: Uint8Array): Moments {
  const only = (values: Float64Array): Float64Array => values.map((value, j) => (used[j] === 1 ? value : Number.NaN));
  return { means: only(means), sds: only(sds) };
}

/** Writes the coefficients of the listed columns on the original scale to w, and returns how many are not 0. */
function unscale(
  { features: p, predictors, b, scales }: Problem,
  support: Int32Array,
  { lowerBounds, upperBounds }: FitSettings,
  w: Float64Array,
  used: Uint8Array,
): number {
  const columns = p / predictors;
  let nonzeros = 0;
  for (let at = 0; at < support.length; ++at) {
    const j = support[at];
    if (j >= p || b[j] === 0) continue;
    let value = b[j] / scales[j];
    // Dividing by the scale may round a coefficient off the bound that it is at.
    const [least, most] = [lowerBounds?.[j % columns], upperBounds?.[j % columns]];
    if (least !== undefined && b[j] <= least * scales[j]) value = least;
    if (most !== undefined && b[j] >= most * scales[j]) value = most;
    if (value === 0) continue;
    w[j] = value;
    used[j % columns] = 1;
    nonzeros += 1;
  }
  return nonzeros;
}

/**
 * Makes the coefficients of all classes for a column without a penalty sum to 0, which moves no probability. Returns how many more are
 * not 0 then.
 */
function centreUnpenalised(
  { features, predictors, l1, l2 }: Problem,
  { lowerBounds, upperBounds }: FitSettings,
  w: Float64Array,
): number {
  if (lowerBounds !== undefined || upperBounds !== undefined) return 0;
  const columns = features / predictors;
  let more = 0;
  for (let j = 0; j < columns; ++j) {
    if (!(l1[j] === 0 && l2[j] === 0)) continue;
    let sum = 0;
    for (let c = j; c < features; c += columns) sum += w[c];
    for (let c = j; c < features; c += columns) {
      const before = w[c];
      w[c] -= sum / predictors;
      more += Number(w[c] !== 0) - Number(before !== 0);
    }
  }
  return more;
}

/** The intercepts that belong to w, one or for each class, which then sum to 0; returns their rounding errors. */
function setIntercepts(problem: Problem, w: Float64Array, support: Int32Array, out: Float64Array): Float64Array {
  const { p, b, features, predictors, yPivot, yMean } = problem;
  const columns = features / predictors;
  const errors = new Float64Array(predictors);
  for (let k = 0; k < predictors; ++k) {
    const from = k * columns;
    const start = features < p ? b[features + k] : yPivot;
    const best = bestIntercept(problem, w, support, from, from + columns, start, yMean);
    out[k] = best.intercept;
    errors[k] = best.error;
  }
  if (predictors === 1) return errors;
  const mean = out.reduce((sum, value) => sum + value, 0) / predictors;
  for (let k = 0; k < predictors; ++k) {
    out[k] -= mean;
    errors[k] += Number.EPSILON * Math.abs(out[k]);
  }
  return errors;
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
