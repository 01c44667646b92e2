import { describe, expect, test } from "vitest";
import { elasticNet, fromL1L2, setBackend } from "../../../src/index.js";
import { distance, type GoldenCase, goldenSet, goldenSets } from "../../support/golden.js";
import { strategiesFor } from "../../support/strategies.js";

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
  for (const { name, X, y, data, cases } of goldenSets) {
    for (const reference of cases) {
      const options = optionsOf(reference);
      test.each(["auto", ...strategiesFor(options)] as const)(`${name}, ${reference.id}, strategy %s`, (strategy) => {
        setBackend(backend);
        const model = elasticNet(X, y, { ...options, ...data, strategy, tolerance: 1e-14 });
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
