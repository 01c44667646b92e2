import { describe, expect, test } from "vitest";
import { dense, elasticNet, lasso, regularizationPath, ridge } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { distance } from "../../support/golden.js";
import { strategiesFor } from "../../support/strategies.js";

const next = randomStream(7);
/** Numbers with 20 binary places, so that 1e8 can be added to them exactly. */
const grid = (): number => Math.round(next() * 2 ** 20) / 2 ** 20;
const X = Array.from({ length: 40 }, () => Array.from({ length: 6 }, grid));
const y = X.map((row) => 2 * row[0] - row[3] + 0.5 * row[5] + 0.1 * grid() + 3);
const tight = { tolerance: 1e-14 } as const;

/** X with each column changed by f. */
const columns = (f: (x: number, j: number) => number): number[][] => X.map((row) => row.map(f));

describe("columns far from 0", () => {
  test.each(["auto", ...strategiesFor({ lambda: 0.01, l1Ratio: 0.5 })] as const)(
    "1e8 added to each column moves only the intercept, %s",
    (strategy) => {
      for (const l1Ratio of [1, 0.5, 0]) {
        for (const standardize of [true, false]) {
          const options = { lambda: 0.01, l1Ratio, standardize, strategy, ...tight };
          const near = elasticNet(X, y, options);
          const far = elasticNet(
            columns((x, j) => x + (j % 2 ? -1e8 : 1e8)),
            y,
            options,
          );
          expect(far.converged).toBe(true);
          expect(distance(far.coefficients, near.coefficients)).toBeLessThan(1e-12);
          expect(Math.abs(far.objective / near.objective - 1)).toBeLessThan(1e-12);
          const shift = near.coefficients.reduce((sum, value, j) => sum + (j % 2 ? -1e8 : 1e8) * value, 0);
          expect(Math.abs((far.intercept + shift) / shift - near.intercept / shift)).toBeLessThan(1e-14);
        }
      }
    },
  );

  test("predictions stay good to the rounding of 1e8", () => {
    const far = columns((x) => x + 1e8);
    const predicted = lasso(far, y, { lambda: 0.01 }).predict(far);
    const expected = lasso(X, y, { lambda: 0.01 }).predict(X);
    expect(distance(predicted, expected)).toBeLessThan(1e-6);
  });

  test("y far from 0", () => {
    const far = lasso(
      X,
      y.map((value) => value + 1e8),
      { lambda: 0.01 },
    );
    expect(far.converged).toBe(true);
    expect(distance(far.coefficients, lasso(X, y, { lambda: 0.01 }).coefficients)).toBeLessThan(1e-4);
  });
});

describe("columns of all sizes", () => {
  const unit = (j: number): number => 10 ** [-6, 6, -3, 3, 0, 1][j];

  test("scales from 1e-6 to 1e6, standardised", () => {
    for (const l1Ratio of [1, 0.5, 0]) {
      const options = { lambda: 0.01, l1Ratio, ...tight };
      const scaled = elasticNet(
        columns((x, j) => x * unit(j)),
        y,
        options,
      );
      const plain = elasticNet(X, y, options);
      expect(scaled.converged).toBe(true);
      expect(
        distance(
          scaled.coefficients.map((value, j) => value * unit(j)),
          plain.coefficients,
        ),
      ).toBeLessThan(1e-12);
    }
  });

  test.each([1e-150, 1e150])("all columns times %s", (factor) => {
    const scaled = lasso(
      columns((x) => x * factor),
      y,
      { lambda: 0.01, ...tight },
    );
    const plain = lasso(X, y, { lambda: 0.01, ...tight });
    expect(scaled.converged).toBe(true);
    expect(
      distance(
        scaled.coefficients.map((value) => value * factor),
        plain.coefficients,
      ),
    ).toBeLessThan(1e-12);
  });
});

describe("bounds that bound nothing", () => {
  test.each(["cholesky", "qr", "auto"] as const)("are none: %s", (strategy) => {
    const options = { lambda: strategy === "qr" ? 0 : 0.1, strategy };
    const lowerBounds = X[0].map(() => Number.NEGATIVE_INFINITY);
    const plain = ridge(X, y, options);
    expect(ridge(X, y, { ...options, lowerBounds, upperBounds: Number.POSITIVE_INFINITY })).toEqual(plain);
  });
});

describe("awkward columns", () => {
  test("duplicates share the coefficient of the one, and the objective is the same", () => {
    const twice = X.map((row) => [...row, ...row]);
    const once = lasso(X, y, { lambda: 0.01, ...tight });
    const both = lasso(twice, y, { lambda: 0.01, ...tight });
    expect(both.converged).toBe(true);
    const sums = X[0].map((_, j) => both.coefficients[j] + both.coefficients[j + 6]);
    expect(distance(sums, once.coefficients)).toBeLessThan(1e-9);
    expect(Math.abs(both.objective / once.objective - 1)).toBeLessThan(1e-12);
    const even = elasticNet(twice, y, { lambda: 0.01, l1Ratio: 0.5, ...tight }).coefficients;
    expect(distance(even.slice(0, 6), even.slice(6))).toBeLessThan(1e-9);
  });

  test.each([0, 1, -1e8, 1e-300])("a column that is %s everywhere is left out", (constant) => {
    const more = X.map((row) => [constant, ...row]);
    for (const l1Ratio of [1, 0]) {
      const model = elasticNet(more, y, { lambda: 0.01, l1Ratio });
      expect(Object.is(model.coefficients[0], 0)).toBe(true);
      const without = elasticNet(X, y, { lambda: 0.01, l1Ratio }).coefficients;
      expect(distance(model.coefficients.slice(1), without)).toBeLessThan(1e-12);
    }
    expect(lasso(more, y, { lambda: 0.01, intercept: false }).coefficients[0]).toBe(0);
  });

  test("a constant column is an ordinary one without intercept and standardize", () => {
    const model = ridge([[2], [2]], [3, 5], { lambda: 1, intercept: false, standardize: false });
    expect(model.coefficients[0]).toBeCloseTo(8 / 5, 14); // 2·4/(2² + 1)
  });

  test("all columns constant, all of X zero, and no columns", () => {
    for (const awkward of [X.map(() => [1, 2]), X.map(() => [0]), X.map(() => [])]) {
      for (const lambda of [0.1, 0]) {
        const model = lasso(awkward, y, { lambda });
        expect(model).toMatchObject({ converged: true, nonzeros: 0 });
        expect(model.intercept).toBeCloseTo(y.reduce((sum, value) => sum + value, 0) / y.length, 12);
      }
    }
  });
});

describe("y without anything to explain", () => {
  test.each([0, 5, -1e8, 1e-300])("y = %s everywhere", (constant) => {
    for (const l1Ratio of [1, 0.5, 0]) {
      for (const lambda of [0, 1e-3, 1]) {
        const model = elasticNet(
          X,
          X.map(() => constant),
          { lambda, l1Ratio },
        );
        expect(model.converged).toBe(true);
        expect([...model.coefficients].every((value) => value === 0)).toBe(true);
        expect(model.intercept).toBe(constant);
      }
    }
    const path = regularizationPath(
      X,
      X.map(() => constant),
    );
    expect(path.converged.every((flag) => flag === 1)).toBe(true);
    expect(path.coefficients.every((value) => value === 0)).toBe(true);
    expect(path.lambdas[0]).toBe(1);
  });

  test("one row", () => {
    const model = lasso([[1, 2]], [3], { lambda: 0.1 });
    expect(model).toMatchObject({ converged: true, intercept: 3, nonzeros: 0 });
    const through = lasso([[2]], [6], { lambda: 1, intercept: false, standardize: false });
    expect(through.coefficients[0]).toBeCloseTo(11 / 4, 14); // (2·6 − 1)/2²
  });
});

describe("lambda at its extremes", () => {
  test("1e308 leaves nothing but the intercept, 5e-324 is least squares", () => {
    for (const l1Ratio of [1, 0.5, 0]) {
      const huge = elasticNet(X, y, { lambda: 1e308, l1Ratio });
      expect(huge.converged).toBe(true);
      expect(Math.max(...huge.coefficients.map(Math.abs))).toBeLessThan(1e-300);
      const tiny = elasticNet(X, y, { lambda: 5e-324, l1Ratio, ...tight });
      expect(distance(tiny.coefficients, lasso(X, y, { lambda: 0 }).coefficients)).toBeLessThan(1e-7);
    }
  });

  test("ties at lambdaMax: all zero at it, all of one size just below", () => {
    const eye = Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (__, j) => (i === j ? 2 : 0)));
    const options = { intercept: false, standardize: false, ...tight };
    const target = [1, -1, 1, -1];
    expect(lasso(eye, target, { ...options, lambda: 0.5 }).nonzeros).toBe(0);
    expect([...lasso(eye, target, { ...options, lambda: 0.25 }).coefficients]).toEqual([0.25, -0.25, 0.25, -0.25]);
    expect(regularizationPath(eye, target, { ...options, lambdaCount: 2 }).nonzeros).toEqual(Int32Array.of(0, 4));
  });
});

describe("least squares, lambda = 0", () => {
  test("an exactly determined system is solved", () => {
    const square = X.slice(0, 6);
    const w = [1, -2, 3, -4, 5, -6];
    const target = square.map((row) => row.reduce((sum, x, j) => sum + x * w[j], 0));
    const model = ridge(square, target, { lambda: 0, intercept: false });
    expect(model.converged).toBe(true);
    expect(distance(model.coefficients, w)).toBeLessThan(1e-13);
  });

  test("a Hilbert matrix, condition 1e10", () => {
    const H = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (__, j) => 1 / (i + j + 1)));
    const target = H.map((row) => row.reduce((sum, x) => sum + x, 0));
    const model = lasso(H, target, { lambda: 0, intercept: false, standardize: false });
    expect(distance(model.coefficients, new Array(8).fill(1))).toBeLessThan(1e-6);
    expect(lasso(H, target, { lambda: 1e-9, intercept: false, standardize: false }).converged).toBe(true);
  });

  test.each([
    ["a duplicate", X.map((row) => [...row, row[0]]), "got rank 6 of 7"],
    ["a sum of two", X.map((row) => [...row, row[1] + row[2]]), "got rank 6 of 7"],
    ["the intercept's", X.map((row) => [row[0], 3 - row[0]]), "got rank 1 of 2"],
    ["more columns than rows", X.slice(0, 4), "got rank 3 of 6"],
  ])("dependent columns are refused with their rank: %s", (_, dependent, message) => {
    const target = y.slice(0, dependent.length);
    expect(() => lasso(dependent, target, { lambda: 0 })).toThrow(expect.objectContaining({ code: "ERR_RANK" }));
    expect(() => lasso(dependent, target, { lambda: 0 })).toThrow(message);
    expect(ridge(dependent, target, { lambda: 1e-3 }).converged).toBe(true);
  });

  test("with bounds it is solved iteratively, rank or not", () => {
    const flat = dense(Float64Array.from(X.flat()), 40, 6);
    const loose = elasticNet(flat, y, { lambda: 0, lowerBounds: -100, upperBounds: 100, ...tight });
    expect(loose.strategy).not.toBe("qr");
    expect(distance(loose.coefficients, lasso(flat, y, { lambda: 0 }).coefficients)).toBeLessThan(1e-7);
    const twice = X.map((row) => [...row, ...row]);
    const positive = lasso(twice, y, { lambda: 0, lowerBounds: 0 });
    expect(positive.converged).toBe(true);
    expect(positive.coefficients.every((value) => value >= 0)).toBe(true);
  });
});
