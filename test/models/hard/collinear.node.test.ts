/** Columns that depend on each other, all but for their last digits: the fit is found all the same, or its gap says that it is not. */

import { describe, expect, test } from "vitest";
import { elasticNet, type Model, multinomial, regularizationPath, sparse } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { exactExcess } from "../../support/exactFit.js";
import { compress } from "../../support/matrices.js";
import { preciseExcess } from "../../support/preciseGlm.js";
import { fitGlm } from "../gaps/preciseCases.js";
import type { GlmProblem } from "../glmOracle.js";
import { minimise, preciseObjective } from "../minimise.js";
import { convergenceScale } from "../oracle.js";
import type { Problem } from "../problems.js";

const next = randomStream(23);
const numbers = (n: number): number[] => Array.from({ length: n }, next);

function problemOf(X: number[][], more: Partial<Problem> = {}): Problem {
  return {
    X,
    y: more.y ?? numbers(X.length),
    lambda: 0,
    l1Ratio: 1,
    intercept: true,
    standardize: true,
    weights: X.map(() => 1),
    penaltyFactor: X[0].map(() => 1),
    lowerBounds: X[0].map(() => Number.NEGATIVE_INFINITY),
    upperBounds: X[0].map(() => Number.POSITIVE_INFINITY),
    offset: X.map(() => 0),
    ...more,
  };
}

const CLASSES = [0, 1, 2, 5, 3, 1, 4, 2, 0, 2, 5, 1, 3, 4];
const STRATEGIES = ["gram", "newton", "residual", "sparse"] as const;

function fitBy(
  { X, y, lowerBounds: _, upperBounds: __, ...options }: Problem,
  strategy: (typeof STRATEGIES)[number],
): Model {
  const columns = X[0].flatMap((_x, j) => X.map((row) => row[j]));
  const { values, rowIndices, columnPointers } = compress(y.length, X[0].length, columns);
  const S = sparse({ rows: y.length, columns: X[0].length, values, rowIndices, columnPointers });
  return elasticNet(strategy === "sparse" ? S : X, y, { ...options, strategy, tolerance: 1e-6 });
}

/** (F − min F)/scale, exactly, and what the gap says of it. */
function distances(problem: Problem, model: Model): { excess: number; gap: number } {
  const scale = convergenceScale(problem);
  const excess = exactExcess(problem, model.coefficients, model.intercept) as number;
  expect(model.dualityGap).toBeGreaterThanOrEqual(excess);
  return { excess: excess / scale, gap: model.dualityGap / scale };
}

const twins = (distance: number, n = 9): number[][] =>
  numbers(n).map((x) => [x, x + distance * next(), x + distance * next()]);
const far = (size: number, n = 9): number[][] => numbers(n).map(() => numbers(3).map((x) => size + x));

test.each(STRATEGIES)(
  "%s: penalised columns take no place of free ones that little is left of in a dual point",
  (strategy) => {
    // As many free columns as rows, the first two close to each other, so that nothing but 0 is orthogonal to them.
    const own = randomStream(5);
    const draw = (n: number): number[] => Array.from({ length: n }, own);
    for (let n = 4; n < 8; ++n) {
      for (let k = 0; k < 25; ++k) {
        const X = draw(n).map((x) => [x, x + 1e-7 * own(), ...draw(n)]);
        const penaltyFactor = X[0].map((_, j) => (j < n ? 0 : 1e-4));
        const problem = problemOf(X, { y: draw(n), lambda: 0.01, l1Ratio: 0.05, intercept: false, penaltyFactor });
        const model = fitBy(problem, strategy);
        const scale = convergenceScale(problem);
        const excess = preciseObjective(problem, model.coefficients, 0) - minimise(problem).F;
        expect(excess / scale).toBeLessThanOrEqual(model.dualityGap / scale + 1e-14);
      }
    }
  },
);

describe.each(STRATEGIES)("%s", (strategy) => {
  const cases: [what: string, Problem][] = [
    ...[1e-7, 1e-8, 1e-9].flatMap((distance): [string, Problem][] => [
      [`columns ${distance} apart, no penalty`, problemOf(twins(distance))],
      [`columns ${distance} apart, hardly a penalty`, problemOf(twins(distance), { lambda: 1e-3 * distance })],
      [
        `free columns ${distance} apart, beside others`,
        problemOf(twins(distance), { lambda: 0.01, penaltyFactor: [0, 0, 1] }),
      ],
    ]),
    ["columns around 1e8, no penalty, no intercept", problemOf(far(1e8), { intercept: false })],
    ["columns around 1e6, a penalty, no intercept", problemOf(far(1e6), { intercept: false, lambda: 0.02 })],
    ["columns around 1e6, ridge, no intercept", problemOf(far(1e6), { intercept: false, lambda: 0.02, l1Ratio: 0 })],
    [
      "columns around 1e8, elastic net, no intercept",
      problemOf(far(1e8), { intercept: false, lambda: 1e-4, l1Ratio: 0.5 }),
    ],
  ];
  test.each(cases)("%s", (_, problem) => {
    const { excess, gap } = distances(problem, fitBy(problem, strategy));
    expect(excess).toBeLessThan(1e-6);
    expect(gap).toBeLessThan(1e-4);
  });
});

test("a bound that a coefficient comes to on its way, as it does in coordinates that are far apart", () => {
  const X = twins(1e-8);
  const y = X.map(([a, b, c]) => a + 1e6 * (b - a) - 2e6 * (c - a));
  const lowerBounds = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, -1.5e6];
  const options = { lambda: 0, lowerBounds, strategy: "residual" } as const;
  const close = elasticNet(X, y, options);
  const apart = elasticNet(
    X.map(([a, b, c]) => [a, b - a, c - a]),
    y,
    options,
  );
  expect(close.coefficients[2]).toBe(-1.5e6);
  expect(close.coefficients[1] / apart.coefficients[1]).toBeCloseTo(1, 6);
  expect(close.objective / apart.objective).toBeCloseTo(1, 6);
});

test("a path goes on after a lambda at which columns were too close for a Gram", () => {
  const X = twins(1e-8, 12);
  const y = X.map(([a, b], i) => 3 * a + 1e6 * (b - a) + 0.01 * i);
  const path = regularizationPath(X, y, { lambdas: [0.1, 1e-12, 0], strategy: "gram", tolerance: 1e-6 });
  const alone = [0.1, 1e-12, 0].map(
    (lambda) => elasticNet(X, y, { lambda, strategy: "gram", tolerance: 1e-6 }).objective,
  );
  alone.forEach((objective, k) => {
    expect(Math.abs(path.objectives[k] - objective)).toBeLessThan(1e-6);
  });
});

describe("columns that others determine but for rounding errors", () => {
  const a = numbers(8).map((x) => x / 3);
  const b = numbers(8).map((x) => x / 3);

  test.each(STRATEGIES)(
    "sums of others as they are rounded, by %s: coefficients beyond any number may fit their errors",
    (strategy) => {
      const X = a.map((x, i) => [x, b[i], x + b[i], next()]);
      const problem = problemOf(X, { lambda: 0.01, penaltyFactor: [0, 0, 0, 1] });
      const { gap } = distances(problem, fitBy(problem, strategy));
      expect(gap).toBeGreaterThan(1e-3);
    },
  );

  test.each(STRATEGIES)(
    "sums of others that are exact, and indicators of all categories, by %s: nothing is in the way",
    (strategy) => {
      const grid = (x: number): number => Math.round(1024 * x) / 1024;
      const sums = problemOf(
        a.map((x, i) => [grid(x), grid(b[i]), 2 * grid(x) - 3 * grid(b[i]), next()]),
        {
          lambda: 0.01,
          penaltyFactor: [0, 0, 0, 1],
        },
      );
      expect(fitBy(sums, strategy).converged).toBe(true);
      const indicators = problemOf(
        a.map((_, i) => [0, 1, 2].map((k) => (i % 3 === k ? 1 : 0))),
        {
          lambda: 0.01,
          penaltyFactor: [0, 0, 0],
        },
      );
      expect(fitBy(indicators, strategy).converged).toBe(true);
    },
  );

  test("of classes: the gap bounds what free columns that a Hessian cannot tell apart may gain", () => {
    const X = twins(1e-9, 12).map((row) => row.slice(0, 2));
    const problem: GlmProblem = {
      ...problemOf(X, { penaltyFactor: [0, 0] }),
      family: "multinomial",
      K: 3,
      y: X.map((_, i) => CLASSES[i] % 3),
      offset: X.flatMap(() => [0, 0, 0]),
    };
    const model = multinomial(X, problem.y, { lambda: 0, tolerance: 1e-6 });
    const excess = preciseExcess(problem, model.coefficients, model.intercepts);
    if (model.certificate === "gap") expect(model.dualityGap).toBeGreaterThanOrEqual(excess);
    expect(excess).toBeLessThan(1e-6);
  });
});

test.each(["binomial", "poisson", "multinomial"] as const)("%s: free columns 1e-9 apart", (family) => {
  const K = family === "multinomial" ? 3 : 1;
  const X = twins(1e-9, 14).map((row) => row.slice(0, 2));
  const problem: GlmProblem = {
    ...problemOf(X, { lambda: 0.01, penaltyFactor: [0, 0] }),
    family,
    K,
    y: X.map((_, i) => CLASSES[i] % (family === "binomial" ? 2 : 3)),
    offset: X.flatMap(() => new Array<number>(K).fill(0)),
  };
  const model = fitGlm(problem, 1e-6, X) as Model;
  const intercepts = "intercepts" in model ? (model.intercepts as Float64Array) : [model.intercept];
  expect(preciseExcess(problem, model.coefficients, intercepts)).toBeLessThan(1e-9);
});
