import { describe, expect, test } from "vitest";
import { fromSklearnLogistic, logistic, multinomial, regularizationPath, setBackend } from "../../../src/index.js";
import wine from "../../fixtures/golden/wine_glmnet.json" with { type: "json" };
import { classGlmnet, classSets, distance, type GoldenCase, goldenSet } from "../../support/golden.js";
import { type GlmProblem, glmObjective } from "../glmOracle.js";

/** A coefficient below this is a zero that the reference's solver had not quite reached. */
const ZERO = 1e-100;

const optionsOf = ({ l1, l2, fit_intercept }: GoldenCase) => ({
  lambda: l1 + l2,
  l1Ratio: l1 / (l1 + l2),
  intercept: fit_intercept,
  standardize: false,
});

/** −1 is 0, 1 is 1; everything that a problem can do without. */
function problemOf(X: number[][], y: number[], weights: number[] | null, K = 1): GlmProblem {
  return {
    family: K === 1 ? "binomial" : "multinomial",
    K,
    X,
    y,
    lambda: 0,
    l1Ratio: 1,
    intercept: true,
    standardize: false,
    weights: weights ?? y.map(() => 1),
    penaltyFactor: X[0].map(() => 1),
    lowerBounds: X[0].map(() => Number.NEGATIVE_INFINITY),
    upperBounds: X[0].map(() => Number.POSITIVE_INFINITY),
    offset: y.map(() => 0),
  };
}

describe.each(["wasm", "js"] as const)("exact solutions on %s", (backend) => {
  for (const { name, X, y, sample_weight, data, cases } of classSets) {
    const total = sample_weight?.reduce((sum, weight) => sum + weight, 0) ?? y.length;
    test.each(cases)(`${name}, $id`, (reference) => {
      setBackend(backend);
      const { converged, objective, coefficients, intercept } = logistic(X, y, {
        ...optionsOf(reference),
        ...data,
        tolerance: 1e-12,
      });
      expect(converged).toBe(true);
      expect(Math.abs((objective * total) / reference.objective_exact - 1)).toBeLessThan(1e-10);
      expect(distance(coefficients, reference.coef_exact)).toBeLessThan(1e-7);
      expect(Math.abs(intercept - reference.intercept_exact)).toBeLessThanOrEqual(
        1e-7 * Math.max(1, Math.abs(reference.intercept_exact)),
      );
      expect(Array.from(coefficients, (value) => value === 0)).toEqual(
        reference.coef_exact.map((value) => Math.abs(value) < ZERO),
      );
    });

    test(`${name}, two classes as of many`, () => {
      setBackend(backend);
      for (const reference of cases) {
        // An L2 penalty is shared by two classes, half as strong for each.
        const options = optionsOf(reference);
        const lambda = options.l1Ratio === 0 ? 2 * options.lambda : options.lambda;
        const model = multinomial(X, y, { ...options, ...data, lambda, tolerance: 1e-13 });
        const p = reference.coef_exact.length;
        const difference = reference.coef_exact.map((_, j) => model.coefficients[p + j] - model.coefficients[j]);
        expect(model.converged).toBe(true);
        expect(Math.abs((model.objective * total) / reference.objective_exact - 1)).toBeLessThan(1e-10);
        expect(distance(difference, reference.coef_exact)).toBeLessThan(1e-6);
      }
    });
  }

  test("scikit-learn's C", () => {
    setBackend(backend);
    const { X, y, cases } = goldenSet("logit_basic");
    const reference = cases.find(({ id }) => id === "logit_l2_C1_ic1") as GoldenCase;
    const penalty = fromSklearnLogistic(1, y.length);
    const model = logistic(X, y, { ...penalty, standardize: false, tolerance: 1e-12 });
    expect(distance(model.coefficients, reference.coef_exact)).toBeLessThan(1e-7);
  });
});

describe.each(["wasm", "js"] as const)("glmnet's paths on %s", (backend) => {
  for (const { name, fits } of classGlmnet) {
    const { X, X_rows, y, data, sample_weight } = goldenSet(name);
    const problem = problemOf(
      X_rows,
      y.map((value) => (value > 0 ? 1 : 0)),
      sample_weight,
    );
    test.each(fits)(`${name}, mix $alpha, standardize $standardize, intercept $intercept`, (fit) => {
      setBackend(backend);
      const { standardize, intercept, alpha: l1Ratio, lambda: lambdas } = fit;
      const path = regularizationPath(X, y, {
        ...data,
        family: "binomial",
        standardize,
        intercept,
        lambdas,
        l1Ratio,
        tolerance: 1e-13,
      });
      expect(path.converged.every((flag) => flag === 1)).toBe(true);
      lambdas.forEach((lambda, k) => {
        const theirs = glmObjective({ ...problem, standardize, l1Ratio, lambda }, fit.beta[k], [fit.a0[k]]);
        expect(theirs / path.objectives[k] - 1).toBeGreaterThan(-1e-11);
        expect(theirs / path.objectives[k] - 1).toBeLessThan(1e-7);
      });
      // Both are relative to the intercept alone, or with none to η = 0.
      expect(distance(path.devianceRatios, fit.dev_ratio)).toBeLessThan(2e-6);
      expect(distance(path.coefficients, fit.beta.flat())).toBeLessThan(1e-4);
    });
  }
});

describe.each(["wasm", "js"] as const)("glmnet's multinomial paths on %s", (backend) => {
  const largest = wine.X_rows[0].map((_, j) => Math.max(...wine.X_rows.map((row) => row[j])));
  const divided = wine.X_rows.map((row) => row.map((x, j) => x / largest[j]));
  const classes = ["class_0", "class_1", "class_2"];
  const codes = wine.y.map((label) => classes.indexOf(label));
  test.each(wine.fits)("mix $alpha, standardize $standardize, intercept $intercept, weighted $weighted", (fit) => {
    setBackend(backend);
    const { standardize, intercept, alpha: l1Ratio, weighted } = fit;
    // On a grid of its own, glmnet takes the first lambda of a ridge for infinite.
    const first = l1Ratio === 0 ? 1 : 0;
    const lambdas = fit.lambda.slice(first);
    const X = standardize ? wine.X_rows : divided;
    const weights = weighted ? wine.weights : wine.y.map(() => 1);
    const path = regularizationPath(X, wine.y, {
      family: "multinomial",
      standardize,
      intercept,
      weights,
      lambdas,
      l1Ratio,
      tolerance: 1e-13,
    });
    expect(path.converged.every((flag) => flag === 1)).toBe(true);
    expect(path.classes).toEqual(classes);
    const problem = { ...problemOf(X, codes, weights, 3), standardize, intercept, l1Ratio };
    const [a0, beta] = [fit.a0.slice(first), fit.beta.slice(first)];
    lambdas.forEach((lambda, k) => {
      const theirs = glmObjective({ ...problem, lambda }, beta[k], a0[k]);
      expect(theirs / path.objectives[k] - 1).toBeGreaterThan(-1e-11);
      expect(theirs / path.objectives[k] - 1).toBeLessThan(1e-6);
      const ours = path.model(k);
      const eta = ours.decision(X);
      // η but for what all classes of a row share.
      const shifted = (of: (k: number) => number): number[] => [of(1) - of(0), of(2) - of(0)];
      X.slice(0, 20).forEach((row, i) => {
        const mine = shifted((c) => eta[i * 3 + c]);
        const glmnets = shifted((c) => row.reduce((sum, x, j) => sum + x * beta[k][c * 13 + j], a0[k][c]));
        mine.forEach((value, c) => {
          expect(Math.abs(value - glmnets[c])).toBeLessThan(2e-3 * (1 + Math.abs(glmnets[c])));
        });
      });
    });
    expect(distance(path.devianceRatios, fit.dev_ratio.slice(first))).toBeLessThan(1e-6);
  });
});
