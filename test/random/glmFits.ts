/** Fits of the families that are not gaussian, and what is wrong with them by the oracle. */

import { expect } from "vitest";
import {
  type Classifier,
  huber,
  type LogisticOptions,
  logistic,
  type MatrixLike,
  type Model,
  type Multinomial,
  multinomial,
  poisson,
  type VectorLike,
} from "../../src/index.js";
import { type GlmProblem, glmMinimum, glmObjective, glmScale } from "../models/glmOracle.js";
import type { GlmCase } from "./glmCases.js";

type FitGlm = (X: MatrixLike, y: VectorLike, options: LogisticOptions) => Fitted;
const fits: Record<GlmProblem["family"], FitGlm> = { binomial: logistic, poisson, multinomial, huber };

export type Fitted = Model | Classifier | Multinomial;

/** Whether the best intercept is infinite: a class without weight, or no count at all. */
function isDegenerate({ family, y, weights, K, intercept }: GlmProblem): boolean {
  if (!intercept) return false;
  const present = new Set(y.filter((_, i) => weights[i] > 0));
  if (family === "huber") return false;
  return family === "poisson" ? present.size === 1 && present.has(0) : present.size < Math.max(2, K);
}

/** The fit; undefined where it is refused for an infinite intercept. */
export function attempt({ X, y, options, problem }: GlmCase): Fitted | undefined {
  try {
    return fits[problem.family](X, y as number[], options);
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_VALUE" });
    expect(isDegenerate(problem)).toBe(true);
    return undefined;
  }
}

const intercepts = (model: Fitted): ArrayLike<number> => ("intercepts" in model ? model.intercepts : [model.intercept]);

/** What rounding of η may cost F. */
function rounding({ X, y, family, offset, delta = 1 }: GlmProblem, model: Fitted, F: number): number {
  const { coefficients } = model;
  const p = X[0].length;
  const sums = X.map((row) => coefficients.reduce((sum, value, c) => sum + Math.abs(row[c % p] * value), 0));
  const size = Math.max(...sums) + Math.max(...Array.from(intercepts(model), Math.abs), ...offset.map(Math.abs));
  const most = Math.max(...y.map(Math.abs));
  const slope = family === "poisson" ? most + Math.abs(F) : family === "huber" ? delta * (1 + most) : 1;
  const noise = 32 * Number.EPSILON * (slope * (size + 1) + Math.abs(F));
  // At a stationary intercept, errors count by their square.
  return noise + noise * noise;
}

/** Steps that an oracle that may be lost is given. */
const HARD_STEPS = 20;
/** No fit may end further above the minimum, unless that is at infinity and it says so. */
const FAR = 0.05;

/**
 * What is wrong with a fit, in words.
 *
 * @param isHard - The oracle may be lost itself, but where it is not, fits have to come close whether they converge or not.
 */
export function faults({ problem, tolerance, drawn }: GlmCase, model: Fitted, isHard = false): string[] {
  const { coefficients, converged, certificate, iterations } = model;
  const { lowerBounds, upperBounds, penaltyFactor, X } = problem;
  const p = X[0].length;
  const found: string[] = [];
  const bounded = certificate === "gap" ? model.dualityGap : model.violation;
  // Where coefficients have left for infinity, F and its bound may have too.
  const isNumber = converged ? Number.isFinite : (value: number): boolean => !Number.isNaN(value);
  const numbers = [...coefficients, ...Array.from(intercepts(model))];
  if (!(numbers.every(Number.isFinite) && isNumber(model.objective) && isNumber(bounded))) {
    found.push(`a number that is none among ${coefficients}, ${intercepts(model)}, ${model.objective}, ${bounded}`);
  }
  if (iterations > 10_000) found.push(`${iterations} iterations`);
  coefficients.forEach((value, c) => {
    const j = c % p;
    if (value < lowerBounds[j] || value > upperBounds[j]) found.push(`coefficient ${c} out of bounds, ${value}`);
    if (penaltyFactor[j] === Number.POSITIVE_INFINITY && value !== 0) found.push(`excluded coefficient ${c}, ${value}`);
  });
  const scale = glmScale(problem);
  const F = glmObjective(problem, coefficients, intercepts(model));
  // A step of the oracle may take seconds where classes are nearly separable.
  const { F: least } = isHard && problem.family !== "huber" ? glmMinimum(problem, HARD_STEPS) : glmMinimum(problem);
  const noise = rounding(problem, model, F);
  if (!(Math.abs(model.objective - F) <= noise)) found.push(`an objective of ${model.objective} where F is ${F}`);
  if (converged && F > least + tolerance * scale + noise) {
    found.push(`converged by its ${certificate} to ${tolerance}, but (F − min F)/scale is ${(F - least) / scale}`);
  }
  // Without a penalty on all of them, the infimum may be at infinity, and none of the two gets there.
  // Columns that lie far from 0 may depend on each other but for rounding.
  if (
    !converged &&
    isHard &&
    drawn.columns !== "far" &&
    model.stopReason !== "unbounded" &&
    F > least + FAR * scale + noise
  ) {
    found.push(`${model.stopReason} at (F − min F)/scale ${(F - least) / scale}`);
  }
  const isPenalised = problem.lambda > 0 && penaltyFactor.every((factor) => factor > 0);
  if (converged && isPenalised && !isHard && least > F + 1e-7 * scale) {
    found.push(`an oracle that is ${(least - F) / scale} above the fit`);
  }
  return found;
}
