/** 10,000 random fits of every shape with every option, each against the strong oracle. Prints how often which did not converge. */

import { afterAll, expect, test } from "vitest";
import { elasticNet, type Model } from "../../src/index.js";
import { minimise, preciseObjective } from "../models/minimise.js";
import { convergenceScale } from "../models/oracle.js";
import type { Problem } from "../models/problems.js";
import { type RandomCase, randomCase } from "./cases.js";

const PROBLEMS = 10_000;
const BATCH = 500;

/** How often fits with a trait came, and how often they did not converge. */
const tally = new Map<string, { fits: number; open: number }>();

function count(drawn: Record<string, string>, converged: boolean): void {
  for (const trait of ["all", ...Object.entries(drawn).map((pair) => pair.join(" "))]) {
    const row = tally.get(trait) ?? { fits: 0, open: 0 };
    tally.set(trait, { fits: row.fits + 1, open: row.open + (converged ? 0 : 1) });
  }
}

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

const starts = Array.from({ length: PROBLEMS / BATCH }, (_, k) => k * BATCH);

test.each(starts)("fits from number %i on", { timeout: 60_000 }, (start) => {
  const found: string[] = [];
  for (let number = start; number < start + BATCH; ++number) {
    const drawn = randomCase(number);
    const model = attempt(drawn);
    if (model === undefined) continue;
    count(drawn.drawn, model.converged);
    found.push(...faults(drawn, model).map((fault) => `${number}: ${fault}`));
  }
  expect(found).toEqual([]);
});

afterAll(() => {
  const rows = [...tally].map(([trait, { fits, open }]) => ({ trait, fits, open, percent: (100 * open) / fits }));
  const [all, ...traits] = rows;
  const lines = [all, ...traits.sort((a, b) => a.trait.localeCompare(b.trait))].map(
    ({ trait, fits, open, percent }) => `${percent.toFixed(2).padStart(7)} %  ${open} of ${fits}  ${trait}`,
  );
  console.log(`converged: false, by option\n${lines.join("\n")}`);
});
