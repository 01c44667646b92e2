import { describe, expect, test } from "vitest";
import { elasticNet, fromGlmnetGaussian, fromL1L2, regularizationPath, setBackend } from "../../src/index.js";
import { distance, type GoldenCase, glmnetFits, goldenSet, goldenSets } from "../support/golden.js";

/** A coefficient below this is a zero that the reference's solver had not quite reached. */
const ZERO = 1e-100;

/** The textbook l2 is half of the reference's. */
const optionsOf = ({ l1, l2, fit_intercept }: GoldenCase) => ({
  ...fromL1L2(l1, l2 / 2),
  intercept: fit_intercept,
  standardize: false,
});

const isZero = (values: ArrayLike<number>): boolean[] => Array.from(values, (value) => Math.abs(value) < ZERO);

describe.each(["wasm", "js"] as const)("exact solutions on %s", (backend) => {
  for (const strategy of ["auto", "gram", "residual"] as const) {
    for (const { name, X, y, data, cases } of goldenSets) {
      test.each(cases)(`${name}, $id, strategy ${strategy}`, (reference) => {
        setBackend(backend);
        const model = elasticNet(X, y, { ...optionsOf(reference), ...data, strategy, tolerance: 1e-14 });
        expect(model.converged).toBe(true);
        expect(Math.abs(model.objective / reference.objective_exact - 1)).toBeLessThan(1e-10);
        if (!reference.unique) return;
        expect(distance(model.coefficients, reference.coef_exact)).toBeLessThan(1e-8);
        expect(Math.abs(model.intercept - reference.intercept_exact)).toBeLessThanOrEqual(
          1e-8 * Math.abs(reference.intercept_exact),
        );
        expect(Array.from(model.coefficients, (value) => value === 0)).toEqual(isZero(reference.coef_exact));
      });
    }
  }

  test.each(["cholesky", "ridge"] as const)("%s solves every ridge", (strategy) => {
    setBackend(backend);
    for (const { X, y, data, cases } of goldenSets) {
      for (const reference of cases.filter(({ l1 }) => l1 === 0)) {
        const options = { ...optionsOf(reference), ...data, strategy, tolerance: 1e-14 } as const;
        const model = elasticNet(X, y, options);
        expect(model).toMatchObject({ converged: true, strategy, iterations: 1 });
        expect(distance(model.coefficients, reference.coef_exact)).toBeLessThan(1e-8);
      }
    }
  });

  test("the diabetes data at an ordinary tolerance", () => {
    setBackend(backend);
    const { X, y, cases } = goldenSet("diabetes");
    for (const reference of cases) {
      const model = elasticNet(X, y, { ...optionsOf(reference), tolerance: 1e-12 });
      expect(distance(model.coefficients, reference.coef_exact)).toBeLessThan(1e-7);
      expect(Array.from(model.coefficients, (value) => value === 0)).toEqual(isZero(reference.coef_exact));
    }
  });
});

describe("glmnet", () => {
  for (const { name, fits } of glmnetFits) {
    const { X, y, data } = goldenSet(name);
    test.each(fits)(`${name}, mix $alpha, standardize $standardize, intercept $intercept`, (fit) => {
      const { standardize, intercept, ys } = fit;
      const penalties = fit.lambda.map((lambda) => fromGlmnetGaussian(lambda, fit.alpha, ys));
      const lambdas = penalties.map(({ lambda }) => lambda);
      const options = { ...data, standardize, intercept, lambdas, l1Ratio: penalties[0].l1Ratio, tolerance: 1e-14 };
      const path = regularizationPath(X, y, options);
      expect(path.converged.every((flag) => flag === 1)).toBe(true);
      // glmnet's own optimality residuals are up to 1e-7, which on these columns is up to 6e-5 in its coefficients.
      expect(distance(path.coefficients, fit.beta.flat())).toBeLessThan(1e-4);
      expect(distance(path.intercepts, fit.a0)).toBeLessThan(1e-6);
      expect(distance(path.devianceRatios, fit.dev_ratio)).toBeLessThan(1e-6);
    });
  }
});
