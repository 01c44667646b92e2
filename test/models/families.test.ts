import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dense, regularizationPath, setBackend } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { families, mean, objective, violation } from "./families.js";
import { type Problem, problems } from "./problems.js";

fc.configureGlobal({ seed: 20240229, numRuns: 300 });

describe.each(families)("random problems of the $name family", (family) => {
  /** Problems with a response of the family, both classes or a positive count among the rows of positive weight. */
  const cases: fc.Arbitrary<Problem> = problems
    .map((problem) => ({ ...problem, y: problem.y.map(family.response) }))
    .filter(({ y, weights }) => {
      const values = y.filter((_, i) => weights[i] > 0);
      return values.some((value) => value > 0) && (family.name !== "binomial" || values.includes(0));
    });
  const tolerances = fc.constantFrom(1e-4, 1e-7, 1e-12);

  test.each(["wasm", "js"] as const)(
    "a converged model on %s is optimal, its objective F, and nothing NaN",
    (backend) => {
      fc.assert(
        fc.property(cases, tolerances, fc.constantFrom("auto", "sparse"), (problem, tolerance, strategy) => {
          setBackend(backend);
          const model = family.fit(problem, { tolerance, strategy });
          const { coefficients, intercept, converged, iterations } = model;
          expect([...coefficients, intercept, model.objective].every(Number.isFinite)).toBe(true);
          expect(iterations).toBeLessThanOrEqual(10_000);
          const F = objective(family, problem, coefficients, intercept);
          const size = 1 + Math.abs(F) + mean(problem, (i) => problem.y[i] ** 2);
          expect(Math.abs(model.objective - F)).toBeLessThanOrEqual(1e-12 * size);
          if (!converged || tolerance > 1e-7) return;
          // A gap of δ is a gradient of √(2·L·δ) at the most, L the largest curvature.
          const curvature = 1 + Math.max(...problem.X.flat().map((x) => x * x)) * size;
          const limit = Math.sqrt(2 * curvature * (tolerance + 1e-15) * size);
          expect(violation(family, problem, coefficients, intercept)).toBeLessThanOrEqual(limit);
        }),
      );
    },
  );

  test("columns that are stored sparse give the same fit as dense ones", () => {
    fc.assert(
      fc.property(cases, (problem) => {
        const dense = family.fit(problem, { tolerance: 1e-13, strategy: "newton" });
        const sparse = family.fit(problem, { tolerance: 1e-13, strategy: "sparse" });
        expect(sparse.strategy).toBe("sparse");
        if (!dense.converged || !sparse.converged) return;
        const size = 1 + Math.abs(dense.objective) + mean(problem, (i) => problem.y[i] ** 2);
        expect(Math.abs(sparse.objective - dense.objective)).toBeLessThanOrEqual(2e-13 * size);
      }),
    );
  });

  test("bounds hold exactly, excluded columns are exactly 0, no zero is negative", () => {
    fc.assert(
      fc.property(cases, (problem) => {
        const { coefficients } = family.fit(problem);
        coefficients.forEach((value, j) => {
          expect(value).toBeGreaterThanOrEqual(problem.lowerBounds[j]);
          expect(value).toBeLessThanOrEqual(problem.upperBounds[j]);
          if (problem.penaltyFactor[j] === Infinity) expect(value).toBe(0);
          expect(Object.is(value, -0)).toBe(false);
        });
      }),
    );
  });
});

test("sparse columns that are centred implicitly, with and without an intercept", () => {
  const next = randomStream(5);
  const [rows, columns] = [80, 40];
  const X = Array.from({ length: rows }, () => Array.from({ length: columns }, () => (next() > 0.7 ? 1 + next() : 0)));
  const y = X.map((row) => (row[0] - row[1] + row[2] + 0.4 * next() > 0.1 ? 1 : 0));
  const weights = y.map((_, i) => (i % 9 === 4 ? 0 : 1 + (i % 2)));
  for (const intercept of [true, false]) {
    for (const family of ["binomial", "poisson", "huber"] as const) {
      const own = family === "huber" ? { delta: 0.3 } : {};
      const options = { family, intercept, weights, lambdaCount: 10, tolerance: 1e-12, ...own };
      const pathBy = (strategy: "newton" | "sparse") => regularizationPath(X, y, { ...options, strategy } as never);
      const dense = pathBy("newton");
      const sparse = pathBy("sparse");
      expect(sparse.converged.every((value) => value === 1)).toBe(true);
      sparse.objectives.forEach((F, k) => {
        expect(Math.abs(F - dense.objectives[k])).toBeLessThanOrEqual(2e-12);
      });
    }
  }
});

describe("problems that are large enough for integer Grams and screening", () => {
  const next = randomStream(11);
  const [rows, columns] = [500, 220];
  const factors = Array.from({ length: rows }, () => Array.from({ length: 6 }, next));
  const X = (spread: number) =>
    dense(
      Float64Array.from({ length: rows * columns }, (_, k) => {
        const [i, j] = [Math.floor(k / columns), k % columns];
        return factors[i][j % 6] + spread * next();
      }),
      rows,
      columns,
    );
  const y = factors.map(([a, b]) => (a - b + 0.5 * next() > 0 ? 1 : 0));
  test.each([
    ["independent", 3],
    ["correlated", 0.05],
    ["dependent", 0],
  ])("%s columns: every model of a path converges, the same on both backends", (_, spread) => {
    const matrix = X(spread);
    for (const family of ["binomial", "poisson", "huber"] as const) {
      const own = family === "huber" ? { delta: 0.3 } : {};
      const options = { family, lambdaCount: 12, lambdaMinRatio: 0.005, tolerance: 1e-9, ...own } as never;
      setBackend("js");
      const js = regularizationPath(matrix, y, options);
      setBackend("wasm");
      const wasm = regularizationPath(matrix, y, options);
      expect(wasm.coefficients).toEqual(js.coefficients);
      expect(wasm.dualityGaps).toEqual(js.dualityGaps);
      expect([...wasm.converged]).toEqual(new Array(12).fill(1));
    }
  });
});
