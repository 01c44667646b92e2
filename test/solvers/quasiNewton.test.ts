/** Quasi-Newton steps: of fits without an L1 part, a metric from some rows where columns are few, a diagonal where they are many. */

import { describe, expect, test } from "vitest";
import { logistic, multinomial, poisson, regularizationPath, setBackend } from "../../src/index.js";
import { families, objective, violation } from "../models/families.js";
import type { Problem } from "../models/problems.js";
import { randomStream } from "../support/arbitraries.js";

const infinity = Number.POSITIVE_INFINITY;

type FamilyOptions = { lambda: number; l1Ratio: number; tolerance: number };
type Fitted = { converged: boolean; objective: number; coefficients: Float64Array };

/** Columns of which each is near to the one before. */
function problemOf(n: number, p: number, likeness: number): Problem {
  const next = randomStream(n + p);
  const X = Array.from({ length: n }, () => {
    let last = 0;
    return Array.from({ length: p }, () => {
      last = likeness * last + (1 - likeness) * (2 * next() - 1);
      return last;
    });
  });
  const levels = X.map((row) => (3 * row[0] - 2 * row[1]) / (1 - likeness) + next());
  return {
    X,
    y: levels,
    lambda: 0.01,
    l1Ratio: 0,
    intercept: true,
    standardize: true,
    weights: X.map((_, i) => 1 + (i % 3)),
    penaltyFactor: X[0].map((_, j) => 1 + (j % 2)),
    lowerBounds: X[0].map(() => -infinity),
    upperBounds: X[0].map(() => infinity),
    offset: X.map((_, i) => 0.1 * (i % 4)),
  };
}

const shapes: [string, ReturnType<typeof problemOf>][] = [
  ["few columns", problemOf(300, 6, 0)],
  ["many columns", problemOf(120, 60, 0)],
  ["more columns than rows", problemOf(40, 90, 0)],
  ["columns close to each other", problemOf(150, 50, 0.97)],
];

describe.each(["wasm", "js"] as const)("on %s", (backend) => {
  for (const family of families) {
    test.each(shapes)(`${family.name}: %s`, (_name, shape) => {
      setBackend(backend);
      const problem = { ...shape, y: shape.y.map((level) => family.response(level)) };
      const { coefficients, intercept, converged, objective: F } = family.fit(problem, { tolerance: 1e-12 });
      expect(converged).toBe(true);
      expect(Math.abs(F - objective(family, problem, coefficients, intercept))).toBeLessThan(1e-13 * (1 + Math.abs(F)));
      expect(violation(family, problem, coefficients, intercept)).toBeLessThan(1e-7);
    });
  }
});

/** Classes by three levels. */
const classOf = (level: number): number => (level > 0.7 ? 2 : level > 0 ? 1 : 0);

describe("beside Newton's steps, which paths take", () => {
  const response = { binomial: (t: number) => (t > 0.5 ? 1 : 0), poisson: (t: number) => Math.floor(Math.abs(t)) };
  const fits: [string, (X: number[][], y: number[], options: FamilyOptions) => Fitted, (t: number) => number][] = [
    ["binomial", (X, y, options) => logistic(X, y, options), response.binomial],
    ["poisson", (X, y, options) => poisson(X, y, options), response.poisson],
    ["multinomial", (X, y, options) => multinomial(X, y, options), classOf],
  ];
  test.each(fits)("%s", (family, fitOf, of) => {
    setBackend("auto");
    const [, { X, y: levels }] = shapes[0];
    const y = levels.map(of);
    const lambdas = [0.5, 0.1, 0.02, 0.01, 0.005];
    const path = regularizationPath(X, y, { family: family as "binomial", l1Ratio: 0, lambdas, tolerance: 1e-12 });
    lambdas.forEach((lambda, k) => {
      const one = fitOf(X, y, { lambda, l1Ratio: 0, tolerance: 1e-12 });
      const other = path.model(k);
      expect(one.converged && other.converged).toBe(true);
      expect(Math.abs(one.objective - other.objective)).toBeLessThan(1e-12);
      one.coefficients.forEach((value, j) => {
        expect(Math.abs(value - other.coefficients[j])).toBeLessThan(1e-6);
      });
    });
  });

  test("loose tolerances are kept", () => {
    const [, { X, y: levels }] = shapes[1];
    const y = levels.map(response.binomial);
    const best = logistic(X, y, { lambda: 1e-3, l1Ratio: 0, tolerance: 1e-13 });
    for (const tolerance of [1e-1, 1e-2, 1e-4, 1e-6]) {
      const { converged, dualityGap, objective: F } = logistic(X, y, { lambda: 1e-3, l1Ratio: 0, tolerance });
      expect(converged).toBe(true);
      expect(dualityGap).toBeGreaterThanOrEqual(F - best.objective - 1e-14);
      expect(F - best.objective).toBeLessThanOrEqual(tolerance);
    }
  });
});

test("what all classes share of a warm start is taken back", () => {
  const [, { X, y: levels }] = shapes[0];
  const y = levels.map(classOf);
  const options = { lambda: 0.01, l1Ratio: 0, tolerance: 1e-12 };
  const cold = multinomial(X, y, options);
  const warm = multinomial(X, y, { ...options, warmStart: cold.coefficients.map((value, c) => value + 1 + (c % 6)) });
  expect(warm.converged).toBe(true);
  warm.coefficients.forEach((value, c) => {
    expect(Math.abs(value - cold.coefficients[c])).toBeLessThan(1e-6);
  });
});

test("without a penalty, and without an intercept", () => {
  const [, { X, y: levels }] = shapes[0];
  const y = levels.map((level, i) => (level + (i % 7 === 0 ? -1 : 0) > 0.5 ? 1 : 0));
  const { coefficients, converged } = logistic(X, y, { lambda: 0, l1Ratio: 0, intercept: false });
  expect(converged).toBe(true);
  const slopes = X[0].map(() => 0);
  X.forEach((row, i) => {
    const eta = row.reduce((sum, value, j) => sum + value * coefficients[j], 0);
    row.forEach((value, j) => {
      slopes[j] += (value * (y[i] - 1 / (1 + Math.exp(-eta)))) / X.length;
    });
  });
  for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-6);
});
