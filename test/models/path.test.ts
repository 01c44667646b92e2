import { describe, expect, test } from "vitest";
import { regularizationPath, ridge, setBackend } from "../../src/index.js";
import { assertSameBits } from "../support/bits.js";
import { distance, goldenSet } from "../support/golden.js";

const { X, y } = goldenSet("diabetes");
const p = X.columns;
const descending = (values: ArrayLike<number>): boolean =>
  Array.from(values).every((value, k) => k === 0 || value <= values[k - 1]);

describe("a path's own grid", () => {
  test.each([1, 0.5, 0.05])("starts where all are zero and no earlier, l1Ratio %s", (l1Ratio) => {
    const path = regularizationPath(X, y, { l1Ratio, lambdaCount: 50 });
    expect(path.nonzeros[0]).toBe(0);
    expect(path.nonzeros[1]).toBeGreaterThan(0);
    const { lambdas } = path;
    const below = regularizationPath(X, y, { l1Ratio, lambdas: [lambdas[0] * (1 - 1e-9)] });
    expect(below.nonzeros[0]).toBe(1);
  });

  test("is logarithmic, of the length and ratio asked for", () => {
    const { lambdas } = regularizationPath(X, y, { lambdaCount: 5, lambdaMinRatio: 1e-2 });
    expect(lambdas).toHaveLength(5);
    for (let k = 1; k < 5; ++k) expect(lambdas[k] / lambdas[k - 1]).toBeCloseTo(10 ** -0.5, 14);
    expect(regularizationPath(X, y).lambdas.at(-1)).toBe(regularizationPath(X, y).lambdas[0] * 1e-4);
    const wide = goldenSet("p_gt_n");
    const path = regularizationPath(wide.X, wide.y);
    if (!path.saturated) expect(path.lambdas.at(-1)).toBe(path.lambdas[0] * 1e-2);
  });

  test("starts at 1000 lambdaMax of the lasso for ridge", () => {
    const first = regularizationPath(X, y, { l1Ratio: 0 }).lambdas[0];
    expect(first / regularizationPath(X, y).lambdas[0]).toBeCloseTo(1000, 8);
  });

  test("counts the unpenalised columns in, not the excluded ones", () => {
    const penaltyFactor = Array.from({ length: p }, (_, j) => (j === 2 ? 0 : j === 8 ? Number.POSITIVE_INFINITY : 1));
    const path = regularizationPath(X, y, { penaltyFactor, tolerance: 1e-10 });
    expect(path.nonzeros[0]).toBe(1);
    expect(path.coefficients[2]).not.toBe(0);
    expect(path.nonzeros[1]).toBe(2);
    expect(path.model(path.lambdas.length - 1).coefficients[8]).toBe(0);
  });

  test("ends early when saturated, and says so", () => {
    const exact = Float64Array.from({ length: X.rows }, (_, i) => X.data[i * p] - 2 * X.data[i * p + 1]);
    const path = regularizationPath(X, exact);
    expect(path.saturated).toBe(true);
    expect(path.lambdas.length).toBeLessThan(100);
    expect(path.devianceRatios.at(-1)).toBeGreaterThan(0.999);
    for (const values of [path.intercepts, path.objectives, path.converged, path.nonzeros, path.iterations]) {
      expect(values).toHaveLength(path.lambdas.length);
    }
    expect(path.coefficients).toHaveLength(p * path.lambdas.length);
    const given = regularizationPath(X, exact, { lambdas: [...path.lambdas, path.lambdas[0] * 1e-6] });
    expect(given.saturated).toBe(false);
    expect(given.lambdas).toHaveLength(path.lambdas.length + 1);
  });

  test("of one lambda is lambdaMax alone", () => {
    const path = regularizationPath(X, y, { lambdaCount: 1 });
    expect(path.lambdas).toEqual(regularizationPath(X, y, { lambdaCount: 2 }).lambdas.slice(0, 1));
    expect(path.nonzeros).toEqual(Int32Array.of(0));
  });
});

describe("given lambdas", () => {
  test("are all fitted, in descending order whatever order they came in, duplicates and 0 included", () => {
    const lambdas = [0.1, 10, 0, 1, 10];
    const path = regularizationPath(X, y, { lambdas });
    expect([...path.lambdas]).toEqual([10, 10, 1, 0.1, 0]);
    expect(lambdas).toEqual([0.1, 10, 0, 1, 10]);
    expect([...path.converged]).toEqual([1, 1, 1, 1, 1]);
    expect(distance(path.model(1).coefficients, path.model(0).coefficients)).toBeLessThan(1e-6);
    expect(path.strategies.at(-1)).toBe("qr");
    const own = Float32Array.of(1, 2);
    expect([...regularizationPath(X, y, { lambdas: own }).lambdas]).toEqual([2, 1]);
    expect([...own]).toEqual([1, 2]);
  });
});

describe("what a path says of its models", () => {
  test("deviance ratios grow and are 1 − RSS/TSS, objectives shrink, all is converged", () => {
    for (const backend of ["wasm", "js"] as const) {
      setBackend(backend);
      for (const l1Ratio of [1, 0.5, 0]) {
        const path = regularizationPath(X, y, { l1Ratio });
        expect(descending(path.lambdas) && descending(path.objectives)).toBe(true);
        expect(descending(path.devianceRatios.map((ratio) => -ratio))).toBe(true);
        expect(path.converged.every((flag) => flag === 1)).toBe(true);
        path.dualityGaps.forEach((gap) => {
          expect(gap).toBeGreaterThanOrEqual(0);
        });
      }
    }
    const path = regularizationPath(X, y, { lambdaCount: 5 });
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const eta = path.model(4).predict(X);
    const rss = y.reduce((sum, value, i) => sum + (value - eta[i]) ** 2, 0);
    const tss = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(path.devianceRatios[4]).toBeCloseTo(1 - rss / tss, 12);
  });

  test("a model is the path's entry of that index, with arrays of its own", () => {
    const path = regularizationPath(X, y, { lambdaCount: 5, lambdaMinRatio: 0.01, tolerance: 1e-9 });
    const model = path.model(3);
    expect(model).toMatchObject({
      family: "gaussian",
      lambda: path.lambdas[3],
      l1Ratio: 1,
      intercept: path.intercepts[3],
      objective: path.objectives[3],
      dualityGap: path.dualityGaps[3],
      nonzeros: path.nonzeros[3],
      strategy: path.strategies[3],
      iterations: path.iterations[3],
      tolerance: 1e-9,
      converged: true,
    });
    assertSameBits(model.coefficients, path.coefficients.slice(3 * p, 4 * p));
    model.coefficients.fill(7);
    expect(path.coefficients.includes(7)).toBe(false);
  });

  test.each([-1, 5, 0.5, Number.NaN])("there is no model %s of five", (index) => {
    const path = regularizationPath(X, y, { lambdas: [5, 4, 3, 2, 1] });
    expect(() => path.model(index)).toThrow(
      expect.objectContaining({ code: "ERR_VALUE", message: expect.stringContaining('"index"') }),
    );
  });
});

describe("at", () => {
  const path = regularizationPath(X, y, { lambdas: [8, 4, 2], tolerance: 1e-12 });

  test("a knot is the model itself", () => {
    path.lambdas.forEach((lambda, k) => {
      expect(path.at(lambda)).toEqual(path.model(k));
    });
  });

  test("between knots coefficients and intercept are interpolated linearly, and nothing else is claimed", () => {
    const model = path.at(5);
    const expected = path.model(0).coefficients.map((value, j) => 0.25 * value + 0.75 * path.model(1).coefficients[j]);
    expect(distance(model.coefficients, expected)).toBeLessThan(1e-14);
    expect(model.intercept).toBeCloseTo(0.25 * path.intercepts[0] + 0.75 * path.intercepts[1], 10);
    expect(model).toMatchObject({ lambda: 5, converged: false, dualityGap: Number.NaN, objective: Number.NaN });
    expect(model.nonzeros).toBe([...expected].filter((value) => value !== 0).length);
  });

  test.each([8.001, 1.999, Number.NaN, -1, Number.POSITIVE_INFINITY])("%s is outside", (lambda) => {
    expect(() => path.at(lambda)).toThrow(RangeError);
    expect(() => path.at(lambda)).toThrow(`"lambda" must be between 2 and 8, the ends of the path, got ${lambda}`);
  });
});

test("ridge at many lambdas is ridge at each", () => {
  const path = regularizationPath(X, y, { l1Ratio: 0, lambdas: [1000, 10, 0.1] });
  [1000, 10, 0.1].forEach((lambda, k) => {
    assertSameBits(ridge(X, y, { lambda }).coefficients, path.model(k).coefficients);
  });
});
