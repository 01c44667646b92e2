/** Working sets that are too large for a Gram: more coefficients than twice the rows and 64. */

import { describe, expect, test } from "vitest";
import { multinomial, setBackend, sparse } from "../../src/index.js";
import type { FitSettings } from "../../src/solvers/designs/rows.js";
import { smoothPlan } from "../../src/solvers/problems/smooth/smoothPlan.js";
import { families, objective, violation } from "../models/families.js";
import { type GlmProblem, glmObjective } from "../models/glmOracle.js";
import type { Problem } from "../models/problems.js";
import { randomStream } from "../support/arbitraries.js";

const infinity = Number.POSITIVE_INFINITY;
const next = randomStream(5);
const X = Array.from({ length: 20 }, () => Array.from({ length: 150 }, next));
const levels = X.map((row) => 4 * row[0] - 3 * row[1] + next());
const base: Problem = {
  X,
  y: levels,
  lambda: 0.01,
  l1Ratio: 0,
  intercept: true,
  standardize: false,
  weights: X.map((_, i) => 1 + (i % 3)),
  penaltyFactor: X[0].map(() => 1),
  lowerBounds: X[0].map(() => -infinity),
  upperBounds: X[0].map(() => infinity),
  offset: X.map(() => 0),
};

const kinds: [string, Partial<Problem>][] = [
  ["ridge", {}],
  ["almost ridge", { l1Ratio: 0.02 }],
  ["ridge with free columns", { penaltyFactor: X[0].map((_, j) => (j > 4 && j < 8 ? 0 : 1)), lambda: 0.1 }],
  [
    "ridge in bounds",
    { lowerBounds: X[0].map(() => -0.01), upperBounds: X[0].map((_, j) => (j % 2 ? 0.02 : infinity)) },
  ],
  ["elastic net in bounds", { l1Ratio: 0.01, lambda: 0.003, upperBounds: X[0].map(() => 0) }],
];

describe.each(["wasm", "js"] as const)("on %s", (backend) => {
  for (const family of families) {
    test.each(kinds)(`${family.name}: %s`, (_name, more) => {
      setBackend(backend);
      const problem = { ...base, ...more, y: levels.map((level) => family.response(level)) };
      const { coefficients, intercept, converged, objective: F } = family.fit(problem, { tolerance: 1e-12 });
      expect(converged).toBe(true);
      expect(Math.abs(F - objective(family, problem, coefficients, intercept))).toBeLessThan(1e-13 * (1 + Math.abs(F)));
      expect(violation(family, problem, coefficients, intercept)).toBeLessThan(1e-6);
      coefficients.forEach((value, j) => {
        expect(value >= problem.lowerBounds[j] && value <= problem.upperBounds[j]).toBe(true);
      });
    });
  }

  test("multinomial: ridge, twice that of two classes", () => {
    setBackend(backend);
    const two = levels.map((level) => (level > 0 ? 1 : 0));
    const { y: _y, X: _X, ...options } = base;
    const { coefficients, intercepts, converged, objective: F } = multinomial(X, two, { ...options, tolerance: 1e-13 });
    expect(converged).toBe(true);
    const problem: GlmProblem = { ...base, y: two, family: "multinomial", K: 2 };
    expect(Math.abs(F - glmObjective(problem, coefficients, intercepts))).toBeLessThan(1e-14);
    const one = families[0].fit({ ...base, y: two, lambda: base.lambda / 2 }, { tolerance: 1e-13 });
    one.coefficients.forEach((value, j) => {
      expect(Math.abs(coefficients[150 + j] - coefficients[j] - value)).toBeLessThan(1e-6);
      expect(Math.abs(coefficients[150 + j] + coefficients[j])).toBeLessThan(1e-8);
    });
  });
});

test("a Gram is for fewer sparse columns the emptier they are, and for fewer yet of a few lambdas", () => {
  const values = new Float64Array(400);
  const own = {
    values,
    rowIndices: Int32Array.from(values, (_, k) => k % 100),
    columnPointers: Int32Array.of(0, 100, 200, 300, 400),
  };
  const most = (fits: number, predictors = 1) =>
    smoothPlan(sparse({ rows: 100, columns: 4, ...own }), {} as FitSettings, 1, fits, predictors).mostModelled;
  expect(most(4)).toBe(850);
  expect(most(3)).toBeCloseTo(850 / 3, 10);
  // Those of several predictors have theirs in any case, unless columns are short.
  expect(most(4, 3)).toBe(Number.POSITIVE_INFINITY);
  const short = { rows: 100, columns: 2, values: values.subarray(0, 32), rowIndices: own.rowIndices.slice(0, 32) };
  const plan = smoothPlan(sparse({ ...short, columnPointers: Int32Array.of(0, 16, 32) }), {} as FitSettings, 1, 4, 3);
  expect(plan).toMatchObject({ descends: true, mostModelled: 3 * 340 });
});
