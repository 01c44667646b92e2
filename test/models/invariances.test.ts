import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dense, elasticNet, type Model, regularizationPath, setBackend } from "../../src/index.js";
import { assertSameBits, assertSameNumber } from "../support/bits.js";
import { strategiesFor } from "../support/strategies.js";
import { convergenceScale } from "./oracle.js";
import { make, optionsOf, type Problem, problems, recipes } from "./problems.js";

fc.configureGlobal({ seed: 20240229, numRuns: 200 });

const TOLERANCE = 1e-10;
const fitted = (problem: Problem, more = {}): Model =>
  elasticNet(problem.X, problem.y, { ...optionsOf(problem), tolerance: TOLERANCE, ...more });

/** Two fits of what is the same problem: both certificates bound the distance of the objectives. */
function expectSame(a: Model, b: Model, problem: Problem): void {
  if (!a.converged || !b.converged) return;
  const slack = 2 * TOLERANCE * convergenceScale(problem) + 1e-12 * (1 + Math.abs(a.objective));
  expect(Math.abs(a.objective - b.objective)).toBeLessThanOrEqual(slack);
}

/** The strategies that can take any problem, whatever its penalty and bounds. */
const able = strategiesFor({ lambda: 1, l1Ratio: 0.5, bounded: true });

const property = (check: (problem: Problem) => void): void => fc.assert(fc.property(problems, check));

describe("fits that must agree", () => {
  test("wasm and js, bit for bit, converged or not", () => {
    const tolerances = fc.constantFrom(1e-2, 1e-7, 1e-14);
    fc.assert(
      fc.property(problems, tolerances, fc.constantFrom("auto", ...able), (problem, tolerance, strategy) => {
        const [a, b] = (["wasm", "js"] as const).map((backend) => {
          setBackend(backend);
          return fitted(problem, { tolerance, strategy });
        });
        setBackend("auto");
        assertSameBits(a.coefficients, b.coefficients, "coefficient");
        for (const field of ["intercept", "objective", "dualityGap", "violation", "iterations", "converged"] as const) {
          assertSameNumber(a[field], b[field], field);
        }
      }),
    );
  });

  test("all strategies", () => {
    property((problem) => {
      const [first, ...others] = able.map((strategy) => fitted(problem, { strategy }));
      for (const other of others) expectSame(other, first, problem);
    });
  });

  test("a cold start, a warm one and a wild one", () => {
    property((problem) => {
      const cold = fitted(problem);
      expectSame(cold, fitted(problem, { warmStart: cold }), problem);
      expectSame(cold, fitted(problem, { warmStart: problem.X[0].map((x) => 100 * x) }), problem);
    });
  });

  test("a fit and its place on a path", () => {
    property((problem) => {
      const { lambda, ...options } = optionsOf(problem);
      const lambdas = [10, 3, 1, 0.3].map((factor) => factor * lambda);
      const path = regularizationPath(problem.X, problem.y, { ...options, lambdas, tolerance: TOLERANCE });
      expectSame(fitted(problem), path.model(2), problem);
    });
  });
});

describe("what does not change a fit", () => {
  const reversed = <T>(values: readonly T[]): T[] => [...values].reverse();

  test("the order of the rows", () => {
    property((problem) => {
      const { X, y, weights, offset } = problem;
      const turned = { X: reversed(X), y: reversed(y), weights: reversed(weights), offset: reversed(offset) };
      expectSame(fitted(problem), fitted({ ...problem, ...turned }), problem);
    });
  });

  test("the order of the columns", () => {
    property((problem) => {
      const { X, penaltyFactor, lowerBounds, upperBounds } = problem;
      const turned = {
        X: X.map(reversed),
        penaltyFactor: reversed(penaltyFactor),
        lowerBounds: reversed(lowerBounds),
        upperBounds: reversed(upperBounds),
      };
      expectSame(fitted(problem), fitted({ ...problem, ...turned }), problem);
    });
  });

  test("the size of the weights, a power of two exactly", () => {
    property((problem) => {
      const a = fitted(problem);
      const b = fitted({ ...problem, weights: problem.weights.map((weight) => 8 * weight) });
      assertSameBits(b.coefficients, a.coefficients);
    });
  });

  test("whether a row has weight k or is there k times, and rows of weight 0", () => {
    property((problem) => {
      const times = problem.y.map((_, i) => 1 + ((i + problem.X[0].length) % 3));
      const repeat = <T>(values: readonly T[]): T[] => values.flatMap((value, i) => Array(times[i]).fill(value));
      const { X, y, offset } = problem;
      const repeated = { X: repeat(X), y: repeat(y), offset: repeat(offset), weights: repeat(y).map(() => 1) };
      const junk = { X: [...X, X[0].map(() => 1e6)], y: [...y, -1e6], offset: [...offset, 0], weights: [...times, 0] };
      const counted = fitted({ ...problem, weights: times });
      expectSame(counted, fitted({ ...problem, ...repeated }), { ...problem, weights: times });
      expectSame(counted, fitted({ ...problem, ...junk }), { ...problem, weights: times });
    });
  });

  test("the units of a column under standardize, powers of two exactly", () => {
    property((problem) => {
      const { X, lowerBounds, upperBounds } = problem;
      const unit = (j: number): number => 2 ** ((j % 5) - 2);
      const scaled = X.map((row) => row.map((x, j) => x * unit(j)));
      const bounds = {
        lowerBounds: lowerBounds.map((bound, j) => bound / unit(j)),
        upperBounds: upperBounds.map((bound, j) => bound / unit(j)),
      };
      const a = fitted({ ...problem, standardize: true });
      const b = fitted({ ...problem, ...bounds, X: scaled, standardize: true });
      assertSameBits(
        b.coefficients.map((value, j) => value * unit(j)),
        a.coefficients,
      );
    });
  });
});

describe("what changes a fit in a known way", () => {
  test("a constant added to y, or taken from the offset, goes into the intercept", () => {
    property((problem) => {
      const centred: Problem = { ...problem, intercept: true };
      const a = fitted(centred);
      const b = fitted({ ...centred, y: centred.y.map((value) => value + 1024) });
      const c = fitted({ ...centred, offset: centred.offset.map((value) => value - 1024) });
      expectSame(a, b, centred);
      expectSame(c, b, centred);
      if (a.certificate === "gap")
        expect(Math.abs(predictionMean(b, centred) - predictionMean(a, centred) - 1024)).toBeLessThan(1e-9);
    });
  });

  test("y, lambda and bounds doubled double the coefficients, for a pure lasso", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const problem = make({ ...recipe, l1Ratio: 1 });
        const double = (values: readonly number[]): number[] => values.map((value) => 2 * value);
        const { y, offset, lowerBounds, upperBounds } = problem;
        const doubled = {
          y: double(y),
          offset: double(offset),
          lowerBounds: double(lowerBounds),
          upperBounds: double(upperBounds),
          lambda: 2 * problem.lambda,
        };
        assertSameBits(
          fitted({ ...problem, ...doubled }).coefficients.map((value) => value / 2),
          fitted(problem).coefficients,
        );
      }),
    );
  });

  function predictionMean(model: Model, { X, weights }: Problem): number {
    const eta = model.predict(dense(Float64Array.from(X.flat()), X.length, X[0].length), { offset: 0 });
    return (
      eta.reduce((sum, value, i) => sum + weights[i] * value, 0) / weights.reduce((sum, weight) => sum + weight, 0)
    );
  }
});
