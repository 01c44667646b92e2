/** 10,000 random fits of every shape with every option, each against the strong oracle. Prints how often which did not converge. */

import { expect } from "vitest";
import { elasticNet, type Model } from "../../src/index.js";
import { minimise, preciseObjective } from "../models/minimise.js";
import { convergenceScale } from "../models/oracle.js";
import type { Problem } from "../models/problems.js";
import { type RandomCase, randomCase } from "./cases.js";
import { testFits } from "./run.js";

/** The fit; undefined where dependent columns are refused for least squares. */
function attempt({ X, y, options, problem }: RandomCase): Model | undefined {
  try {
    return elasticNet(X, y, options);
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_RANK" });
    expect(problem.lambda).toBe(0);
    expect(["auto", "qr"]).toContain(options.strategy);
    const { rank, size } = minimise(problem);
    expect(rank).toBeLessThan(size);
    return undefined;
  }
}

/** What rounding may cost F: a few units in the last place of the squares that cancel in it. */
function rounding({ X, y }: Problem, { coefficients, intercept }: Model, F: number): number {
  const sums = X.map((row, i) => Math.abs(y[i]) + row.reduce((sum, x, j) => sum + Math.abs(x * coefficients[j]), 0));
  const size = Math.max(...sums) + Math.abs(intercept);
  return 4 * Number.EPSILON * (0.5 * size * size + F);
}

/** What is wrong with a fit, in words. */
function faults({ problem, tolerance }: RandomCase, model: Model): string[] {
  const { coefficients, intercept, converged, certificate, iterations } = model;
  const found: string[] = [];
  const numbers = [
    ...coefficients,
    intercept,
    model.objective,
    certificate === "gap" ? model.dualityGap : model.violation,
  ];
  if (!numbers.every(Number.isFinite)) found.push(`a number that is none among ${numbers}`);
  if (iterations > 10_000) found.push(`${iterations} iterations`);
  coefficients.forEach((value, j) => {
    const { lowerBounds, upperBounds, penaltyFactor } = problem;
    if (value < lowerBounds[j] || value > upperBounds[j]) found.push(`coefficient ${j} out of bounds, ${value}`);
    if (penaltyFactor[j] === Number.POSITIVE_INFINITY && value !== 0) found.push(`excluded coefficient ${j}, ${value}`);
  });
  const scale = convergenceScale(problem);
  const F = preciseObjective(problem, coefficients, intercept);
  const { F: least, rank, size } = minimise(problem);
  const slip = Math.abs(model.objective - F);
  if (!(slip <= rounding(problem, model, F))) found.push(`an objective of ${model.objective} where F is ${F}`);
  // Of columns that depend on others but for their last digits, enormous coefficients win a little that the oracle leaves.
  if (rank === size && F < least - 1e-12 * scale) found.push(`an oracle that is ${(least - F) / scale} above the fit`);
  if (converged && F > least + tolerance * scale) {
    found.push(`converged by its ${certificate} to ${tolerance}, but (F − min F)/scale is ${(F - least) / scale}`);
  }
  return found;
}

testFits({ problems: 10_000, batch: 500, timeout: 60_000, draw: randomCase, attempt, faults });
