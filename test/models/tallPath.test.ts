import { afterEach, describe, expect, test } from "vitest";
import { dense, type PathOptions, regularizationPath, ridge, setBackend } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { assertSameBits } from "../support/bits.js";

/** Row after row: neighbours correlate, a column has a mean and one a scale of its own, and signals are strong, weak and tiny. */
function makeData(n: number, p: number) {
  const next = randomStream(1);
  const gaussian = (): number => next() + next() + next();
  const rows = new Float64Array(n * p);
  const y = new Float64Array(n);
  for (let i = 0; i < n; ++i) {
    let before = 0;
    for (let j = 0; j < p; ++j) {
      before = 0.5 * before + gaussian();
      rows[i * p + j] = before * (j === 7 ? 100 : 1) + (j === 3 ? 2 : 0);
    }
    const x = (j: number): number => rows[i * p + j];
    y[i] = x(0) - x(5) + x(7) / 200 + 0.05 * x(11) + 0.01 * (x(20) + x(21)) + gaussian() + 1;
  }
  const columns = new Float64Array(n * p);
  for (let i = 0; i < n; ++i) for (let j = 0; j < p; ++j) columns[j * n + i] = rows[i * p + j];
  return { n, p, rows, columns, y, X: dense(columns, n, p, { order: "column" }) };
}

/** So many columns that a sample is worth its price. */
const tall = makeData(25_003, 80);
/** So few rows that all are the sample. */
const medium = makeData(5_003, 200);
const { n, p, rows, columns, y, X } = tall;
/** Of which columns explain nothing, row after row. */
const noise = {
  X: dense(medium.rows, medium.n, medium.p),
  y: Float64Array.from({ length: medium.n }, randomStream(2)),
};

const casesOf = ({ n, p, y }: typeof tall): Record<string, Omit<PathOptions, "family">> => {
  const at = (base: number, values: Record<number, number>): Float64Array =>
    Float64Array.from({ length: p }, (_, j) => values[j] ?? base);
  return {
    "as it comes": {},
    plain: { intercept: false, standardize: false },
    "not standardised": { standardize: false },
    "no intercept": { intercept: false },
    weights: { weights: Float64Array.from({ length: n }, (_, i) => (i % 4) / 3) },
    "weights on few rows": { weights: Float64Array.from({ length: n }, (_, i) => (i < 1000 ? 1 : 0)) },
    offset: { offset: y.map((v, i) => 0.3 * v + (i % 3)) },
    "an elastic net": { l1Ratio: 0.4 },
    "penalty factors": { penaltyFactor: at(1, { 0: 2, 3: 0.1, 5: Infinity, 20: 0.5 }) },
    ridge: { l1Ratio: 0 },
    "ridge of weights, factors and free columns": {
      l1Ratio: 0,
      weights: Float64Array.from({ length: n }, (_, i) => (i % 4) / 3),
      penaltyFactor: at(1, { 0: 2, 3: 0, 5: Infinity, 11: 0, 20: 0.5 }),
    },
    "ridge with bounds": { l1Ratio: 0, lowerBounds: 0 },
    "free columns": { penaltyFactor: at(1, { 3: 0, 11: 0 }) },
    "bounds to one side": { lowerBounds: 0, standardize: false },
    "bounds of all kinds": {
      lowerBounds: at(-0.02, { 1: 0, 5: -0.5, 20: -1 }),
      upperBounds: at(0.02, { 0: 0.7, 2: 0, 20: 1e-3 }),
    },
  };
};

describe.each([
  ...Object.entries(casesOf(tall)).map(
    ([name, options]) => [name, tall, { lambdaMinRatio: 3e-4, ...options }] as const,
  ),
  ...Object.entries(casesOf(medium)).map(
    ([name, options]) => [`${name}, fewer rows`, medium, { lambdaMinRatio: 1e-2, ...options }] as const,
  ),
  // Of a gradient is known then what the integers of the residual tell.
  ...["plain", "weights", "an elastic net", "bounds to one side"].map(
    (name) => [`${name}, fewer rows, far down`, medium, { lambdaMinRatio: 1e-3, ...casesOf(medium)[name] }] as const,
  ),
  // Or what residuals tell, as much is left of y.
  ...["plain", "as it comes"].map(
    (name) => [`${name}, of noise`, noise, { lambdaMinRatio: 5e-3, ...casesOf(medium)[name] }] as const,
  ),
])("%s", (_, { X, y }, options) => {
  afterEach(() => setBackend("auto"));

  test.each([1e-2, 1e-5, 1e-10])(
    "as good as by the whole Gram at tolerance %f, and the same on both backends",
    (tolerance) => {
      const asked = { lambdaCount: 20, ...options, tolerance };
      setBackend("wasm");
      const path = regularizationPath(X, y, asked);
      const lambdas = path.lambdas;
      const reference = regularizationPath(X, y, { ...asked, lambdas, tolerance: 1e-12, strategy: "newton" });
      const scale = reference.objectives[0];
      expect(path.converged.every((value) => value === 1)).toBe(true);
      lambdas.forEach((_, k) => {
        const excess = path.objectives[k] - reference.objectives[k];
        expect(excess).toBeLessThanOrEqual(path.dualityGaps[k] + 1e-12 * scale);
        expect(excess).toBeGreaterThanOrEqual(-1e-11 * scale);
        expect(path.dualityGaps[k]).toBeLessThanOrEqual(tolerance * 2 * scale);
      });
      setBackend("js");
      const twin = regularizationPath(X, y, asked);
      assertSameBits(twin.coefficients, path.coefficients, "coefficient");
      assertSameBits(twin.dualityGaps, path.dualityGaps, "gap");
      assertSameBits(twin.objectives, path.objectives, "objective");
    },
  );
});

test("ridge of tall data is one factorisation of the Gram, and the same as by other ways", () => {
  const model = ridge(X, y, { lambda: 0.1 });
  expect(model).toMatchObject({ strategy: "cholesky", converged: true, iterations: 1 });
  const other = ridge(X, y, { lambda: 0.1, strategy: "ridge", tolerance: 1e-14 });
  expect(other.strategy).toBe("ridge");
  model.coefficients.forEach((value, j) => {
    expect(Math.abs(value - other.coefficients[j])).toBeLessThanOrEqual(1e-12);
  });
  expect(Math.abs(model.intercept - other.intercept)).toBeLessThanOrEqual(1e-12);
});

describe("however X lies", () => {
  const options = { lambdaCount: 20, tolerance: 1e-6 };

  test("row after row and column after column give the same", () => {
    const path = regularizationPath(X, y, options);
    const byRow = regularizationPath(dense(rows, n, p), y, options);
    assertSameBits(byRow.coefficients, path.coefficients, "coefficient");
    assertSameBits(byRow.objectives, path.objectives, "objective");
  });

  test("float32 is as good as the same numbers in float64", () => {
    const narrow = new Float32Array(columns);
    const path = regularizationPath(dense(narrow, n, p, { order: "column" }), y, options);
    const wide = regularizationPath(dense(Float64Array.from(narrow), n, p, { order: "column" }), y, options);
    assertSameBits(path.coefficients, wide.coefficients, "coefficient");
  });
});

describe("what a tall path is not for", () => {
  test.each([
    ["a constant column", (x: number, j: number) => (j === 2 ? 5 : x)],
    ["a column of zeros", (x: number, j: number) => (j === 2 ? 0 : x)],
    ["means that dwarf all else", (x: number, j: number) => (j === 2 ? x + 1e8 : x)],
    ["a column with one huge value", (x: number, j: number, i: number) => (j === 2 && i === 4321 ? 1e12 : x)],
    ["tiny values", (x: number, j: number) => (j === 2 ? x * 1e-120 : x)],
    ["zeros in front of the rest", (x: number, j: number, i: number) => (j === 2 && i < n / 2 ? 0 : x)],
  ])("%s: fitted all the same", (_, change) => {
    const data = columns.map((x, k) => change(x, Math.floor(k / n), k % n));
    const changed = dense(data, n, p, { order: "column" });
    for (const more of [{}, { intercept: false, standardize: false }]) {
      const asked = { lambdaCount: 20, lambdaMinRatio: 1e-3, tolerance: 1e-6, ...more };
      const path = regularizationPath(changed, y, asked);
      const reference = regularizationPath(changed, y, { ...asked, lambdas: path.lambdas, strategy: "newton" });
      expect(path.converged.every((value) => value === 1)).toBe(true);
      path.objectives.forEach((value, k) => {
        expect(Math.abs(value - reference.objectives[k])).toBeLessThanOrEqual(2e-6 * reference.objectives[0]);
      });
    }
  });

  test("a value that is not finite is named", () => {
    for (const [row, column] of [
      [0, 0],
      [12_345, 17],
      [n - 1, p - 1],
    ]) {
      for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
        const data = columns.slice();
        data[column * n + row] = value;
        const refused = () => regularizationPath(dense(data, n, p, { order: "column" }), y, { lambdaCount: 20 });
        expect(refused).toThrow(`"X" must be finite, got ${value} in row ${row}, column ${column}`);
      }
    }
  });
});
