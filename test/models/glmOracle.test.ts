import { describe, expect, test } from "vitest";
import { classSets, distance } from "../support/golden.js";
import { type GlmProblem, glmMinimum, glmObjective } from "./glmOracle.js";

describe("the oracle is held to exact solutions", () => {
  for (const { name, X_rows, y, sample_weight, cases } of classSets.filter(({ X_rows }) => X_rows[0].length <= 8)) {
    test.each(cases)(`${name}, $id`, ({ l1, l2, fit_intercept, coef_exact, intercept_exact, objective_exact }) => {
      const problem: GlmProblem = {
        family: "binomial",
        K: 1,
        X: X_rows,
        y: y.map((value) => (value > 0 ? 1 : 0)),
        lambda: l1 + l2,
        l1Ratio: l1 / (l1 + l2),
        intercept: fit_intercept,
        standardize: false,
        weights: sample_weight ?? y.map(() => 1),
        penaltyFactor: coef_exact.map(() => 1),
        lowerBounds: coef_exact.map(() => Number.NEGATIVE_INFINITY),
        upperBounds: coef_exact.map(() => Number.POSITIVE_INFINITY),
        offset: y.map(() => 0),
      };
      const total = problem.weights.reduce((sum, weight) => sum + weight, 0);
      expect(
        Math.abs((total * glmObjective(problem, coef_exact, [intercept_exact])) / objective_exact - 1),
      ).toBeLessThan(1e-14);
      const { w, F } = glmMinimum(problem);
      expect(Math.abs((total * F) / objective_exact - 1)).toBeLessThan(1e-14);
      expect(distance(w, coef_exact)).toBeLessThan(1e-7);
    });
  }
});
