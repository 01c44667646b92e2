import { expect, test } from "vitest";
import { multinomial } from "../../../src/index.js";
import { attempt, faults } from "../../random/glmFits.js";
import { hardGlmCase } from "../../random/hardGlmCases.js";
import { glmMinimum } from "../glmOracle.js";

test.for([0.3, 0.1, 0.01, 1e-3, 1e-4])(
  "a class that an offset has ruled out for a row of its own: no curvature shows the way back, lambda %d",
  (lambda) => {
    const X = [
      [0, 0.9, 0],
      [0.9, 0.8, 0],
      [0, 0, 0.7],
      [1, -0.8, 0],
    ];
    const y = [0, 1, 0, 0];
    const offset = [0, 0, 0, 0, -56, 0, 0, 0];
    const model = multinomial(X, y, { lambda, offset, intercept: false, standardize: false });
    const { F } = glmMinimum({
      X,
      y,
      offset,
      family: "multinomial",
      K: 2,
      lambda,
      l1Ratio: 1,
      intercept: false,
      standardize: false,
      weights: [1, 1, 1, 1],
      penaltyFactor: [1, 1, 1],
      lowerBounds: new Array(3).fill(Number.NEGATIVE_INFINITY),
      upperBounds: new Array(3).fill(Number.POSITIVE_INFINITY),
    });
    expect(model.converged).toBe(true);
    expect(model.objective).toBeCloseTo(F, 5);
  },
);

// Of the random ones: a class ruled out with bounds; free columns that are close; an offset of 40 with more free columns than rows.
test.for([1921, 2573, 2670])("hard fit %d", (number) => {
  const drawn = hardGlmCase(number);
  const model = attempt(drawn);
  expect(model && faults(drawn, model, true)).toEqual([]);
});
