import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elasticNet, regularizationPath, setBackend } from "../../src/index.js";
import { strategiesFor } from "../support/strategies.js";
import { convergenceScale, minimum, objective, violation } from "./oracle.js";
import { optionsOf, type Problem, problems } from "./problems.js";

fc.configureGlobal({ seed: 20240229, numRuns: 300 });

/** The loss at η = 0, which rounding errors are relative to. */
const zeroLoss = ({ y, offset }: Problem): number =>
  y.reduce((sum, value, i) => sum + 0.5 * (Math.abs(value) + Math.abs(offset[i])) ** 2, 1e-12);

/** Those that can take any problem, whatever its penalty and bounds. */
const strategies = ["auto", ...strategiesFor({ lambda: 1, l1Ratio: 0.5, bounded: true })] as const;

describe.each(["wasm", "js"] as const)("random problems on %s", (backend) => {
  test("a converged model is optimal to the tolerance, its objective is F, and nothing is NaN", () => {
    const tolerances = fc.constantFrom(1e-4, 1e-7, 1e-12);
    fc.assert(
      fc.property(problems, tolerances, fc.constantFrom(...strategies), (problem, tolerance, strategy) => {
        setBackend(backend);
        const model = elasticNet(problem.X, problem.y, { ...optionsOf(problem), tolerance, strategy });
        const { coefficients, intercept, converged, certificate, iterations } = model;
        expect([...coefficients, intercept, model.objective].every(Number.isFinite)).toBe(true);
        expect(iterations).toBeLessThanOrEqual(10_000);
        const F = objective(problem, coefficients, intercept);
        const rounding = 1e-12 * zeroLoss(problem);
        expect(Math.abs(model.objective - F)).toBeLessThanOrEqual(rounding);
        if (!converged) return;
        // A gap bounds F − min F. Optimality conditions do not, but they come close.
        const slack = (certificate === "gap" ? tolerance : 100 * tolerance) * convergenceScale(problem);
        expect(F).toBeLessThanOrEqual(minimum(problem) + slack + rounding);
      }),
    );
  });
});

describe("random problems", () => {
  test("bounds hold exactly, excluded columns are exactly 0, no zero is negative", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { coefficients } = elasticNet(problem.X, problem.y, optionsOf(problem));
        coefficients.forEach((value, j) => {
          expect(value).toBeGreaterThanOrEqual(problem.lowerBounds[j]);
          expect(value).toBeLessThanOrEqual(problem.upperBounds[j]);
          if (problem.penaltyFactor[j] === Infinity) expect(value).toBe(0);
          expect(Object.is(value, -0)).toBe(false);
        });
      }),
    );
  });

  test("at a tight tolerance the optimality conditions hold", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const model = elasticNet(problem.X, problem.y, { ...optionsOf(problem), tolerance: 1e-14 });
        if (!model.converged) return;
        const size = Math.sqrt(2 * zeroLoss(problem) * (1 + Math.max(...problem.X.flat().map((x) => x * x))));
        expect(violation(problem, model.coefficients, model.intercept)).toBeLessThanOrEqual(1e-6 * size);
      }),
    );
  });

  test("every model of a path is optimal to the tolerance", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { lambda: _, ...options } = optionsOf(problem);
        const path = regularizationPath(problem.X, problem.y, { ...options, lambdaCount: 10 });
        path.lambdas.forEach((lambda, k) => {
          const model = path.model(k);
          if (!model.converged) return;
          const F = objective({ ...problem, lambda }, model.coefficients, model.intercept);
          const slack = 1e-7 * convergenceScale(problem) + 1e-12 * zeroLoss(problem);
          expect(F).toBeLessThanOrEqual(minimum({ ...problem, lambda }, 300) + slack);
        });
      }),
      { numRuns: 60 },
    );
  });

  test("nothing that is passed in is written to", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const frozen = structuredClone(problem);
        for (const strategy of strategies) elasticNet(problem.X, problem.y, { ...optionsOf(problem), strategy });
        expect(problem).toEqual(frozen);
      }),
      { numRuns: 50 },
    );
  });
});
