import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  crossValidate,
  type ElasticNetOptions,
  elasticNet,
  fromL1L2,
  lasso,
  regularizationPath,
  ridge,
  type SparseMatrix,
  setBackend,
  sparse,
} from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { assertSameBits } from "../support/bits.js";
import { distance, goldenSets } from "../support/golden.js";
import { compress, randomSparse, type Sparse } from "../support/matrices.js";
import { strategiesFor } from "../support/strategies.js";
import { convergenceScale, isEligible, minimum, objective, violation } from "./oracle.js";
import { optionsOf, type Problem, problems } from "./problems.js";

fc.configureGlobal({ seed: 20240301, numRuns: 300 });

const toSparse = ({ n, p, ...parts }: Sparse): SparseMatrix => sparse({ rows: n, columns: p, ...parts });

const columnMajor = (rows: readonly (readonly number[])[]): number[] =>
  rows[0].flatMap((_, j) => rows.map((row) => row[j]));

/** The rows in compressed columns, without their zeros or with some of them stored too. */
function compressed(rows: readonly (readonly number[])[], keepsZeros = false): SparseMatrix {
  const keep = (value: number, index: number): boolean => value !== 0 || (keepsZeros && index % 3 === 0);
  return toSparse(compress(rows.length, rows[0].length, columnMajor(rows), keep));
}

/** Problems of which many entries are 0: the columns are thinned out, each to its own density. */
const thinProblems: fc.Arbitrary<Problem> = fc
  .tuple(problems, fc.nat(), fc.constantFrom(0, 0.3, 0.6, 0.9))
  .map(([problem, seed, share]) => {
    const next = randomStream(seed);
    const shares = problem.X[0].map(() => share + 0.4 * next());
    return { ...problem, X: problem.X.map((row) => row.map((x, j) => (0.5 * (next() + 1) < shares[j] ? 0 : x))) };
  });

const zeroLoss = ({ y, offset }: Problem): number =>
  y.reduce((sum, value, i) => sum + 0.5 * (Math.abs(value) + Math.abs(offset[i])) ** 2, 1e-12);

/** Those that leave X compressed, and those that fill it in, for any problem. */
const strategies = ["auto", ...strategiesFor({ lambda: 1, l1Ratio: 0.5, bounded: true })] as const;

describe.each(["wasm", "js"] as const)("random sparse problems on %s", (backend) => {
  test("a converged model is optimal to the tolerance, its objective is F, and nothing is NaN", () => {
    const tolerances = fc.constantFrom(1e-4, 1e-7, 1e-12);
    fc.assert(
      fc.property(thinProblems, tolerances, fc.constantFrom(...strategies), (problem, tolerance, strategy) => {
        setBackend(backend);
        const X = compressed(problem.X, strategy === "sparse");
        const model = elasticNet(X, problem.y, { ...optionsOf(problem), tolerance, strategy });
        const { coefficients, intercept, converged, certificate } = model;
        expect([...coefficients, intercept, model.objective].every(Number.isFinite)).toBe(true);
        const F = objective(problem, coefficients, intercept);
        const rounding = 1e-12 * zeroLoss(problem);
        expect(Math.abs(model.objective - F)).toBeLessThanOrEqual(rounding);
        coefficients.forEach((value, j) => {
          expect(value).toBeGreaterThanOrEqual(problem.lowerBounds[j]);
          expect(value).toBeLessThanOrEqual(problem.upperBounds[j]);
          if (!isEligible(problem, j)) expect(Object.is(value, 0)).toBe(true);
        });
        if (!converged) return;
        const slack = (certificate === "gap" ? tolerance : 100 * tolerance) * convergenceScale(problem);
        expect(F).toBeLessThanOrEqual(minimum(problem) + slack + rounding);
      }),
    );
  });
});

describe("random sparse problems", () => {
  test("have the objective of the same data filled in, and converge where that does, but for the last digits", () => {
    let [converged, ofFilled] = [0, 0];
    fc.assert(
      fc.property(thinProblems, (problem) => {
        const options = { ...optionsOf(problem), tolerance: 1e-14 };
        const model = elasticNet(compressed(problem.X), problem.y, { ...options, strategy: "sparse" });
        const filled = elasticNet(problem.X, problem.y, { ...options, strategy: "newton" });
        converged += model.converged ? 1 : 0;
        ofFilled += filled.converged ? 1 : 0;
        if (!model.converged || !filled.converged || model.certificate === "kkt") return;
        const slack = 1e-14 * (convergenceScale(problem) + zeroLoss(problem));
        expect(Math.abs(model.objective - filled.objective)).toBeLessThanOrEqual(2 * slack);
      }),
    );
    expect(converged).toBeGreaterThanOrEqual(ofFilled - 5);
  });

  test("at a tight tolerance the optimality conditions hold", () => {
    fc.assert(
      fc.property(thinProblems, fc.constantFrom("sparse", "gram"), (problem, strategy) => {
        const model = elasticNet(compressed(problem.X), problem.y, {
          ...optionsOf(problem),
          tolerance: 1e-14,
          strategy,
        });
        if (!model.converged) return;
        const size = Math.sqrt(2 * zeroLoss(problem) * (1 + Math.max(...problem.X.flat().map((x) => x * x))));
        expect(violation(problem, model.coefficients, model.intercept)).toBeLessThanOrEqual(1e-6 * size);
      }),
    );
  });
});

describe.each(["wasm", "js"] as const)("the reference problems in compressed columns on %s", (backend) => {
  for (const { name, X_rows, y, data, cases } of goldenSets) {
    test.each(cases)(`${name}, $id`, (reference) => {
      setBackend(backend);
      const { l1, l2, fit_intercept: intercept } = reference;
      const options = { ...fromL1L2(l1, l2 / 2), intercept, standardize: false, ...data, tolerance: 1e-14 };
      for (const strategy of ["auto", "sparse", "gram", "newton"] as const) {
        const model = elasticNet(compressed(X_rows), y, { ...options, strategy });
        expect(model.converged).toBe(true);
        expect(Math.abs(model.objective / reference.objective_exact - 1)).toBeLessThan(1e-10);
        if (!reference.unique) continue;
        expect(distance(model.coefficients, reference.coef_exact)).toBeLessThan(1e-8);
        expect(Math.abs(model.intercept - reference.intercept_exact)).toBeLessThanOrEqual(
          1e-8 * Math.abs(reference.intercept_exact),
        );
      }
    });
  }
});

/** A wide problem with 30 of 400 columns that matter. */
function wide(density = 0.05) {
  const next = randomStream(31);
  const data = randomSparse(120, 400, density, next);
  const X = toSparse(data);
  const w = new Float64Array(400).map((_, j) => (j % 13 === 5 ? Math.sign(next()) : 0));
  const y = new Float64Array(120).map(() => 0.1 * next());
  X.addProduct(w, 0, y);
  return { X, y };
}

describe("a path on sparse data", () => {
  const { X, y } = wide();
  const filled = Array.from({ length: 120 }, () => new Array<number>(400).fill(0));
  for (let j = 0; j < 400; ++j) {
    for (let k = X.columnPointers[j]; k < X.columnPointers[j + 1]; ++k) filled[X.rowIndices[k]][j] = X.values[k];
  }

  test.each([true, false])("is that of the data filled in, standardize %s", (standardize) => {
    for (const l1Ratio of [1, 0.5]) {
      for (const intercept of [true, false]) {
        const options = { l1Ratio, intercept, standardize, tolerance: 1e-13, lambdaCount: 30 };
        const path = regularizationPath(X, y, options);
        const other = regularizationPath(filled, y, options);
        expect(new Set(path.strategies)).toEqual(new Set(["sparse"]));
        expect(path.converged.every((flag) => flag === 1)).toBe(true);
        expect(distance(path.lambdas, other.lambdas)).toBeLessThan(1e-13);
        expect(distance(path.coefficients, other.coefficients)).toBeLessThan(1e-6);
        expect(distance(path.intercepts, other.intercepts)).toBeLessThan(1e-6);
        expect(path.nonzeros).toEqual(other.nonzeros);
      }
    }
  });

  test("has the same bits on both backends", () => {
    const run = (backend: "wasm" | "js", strategy: "sparse" | "gram", tolerance: number) => {
      setBackend(backend);
      return regularizationPath(X, y, { strategy, tolerance, lambdaCount: 20, l1Ratio: 0.9 });
    };
    for (const strategy of ["sparse", "gram"] as const) {
      for (const tolerance of [1e-4, 1e-14]) {
        const [wasm, js] = [run("wasm", strategy, tolerance), run("js", strategy, tolerance)];
        assertSameBits(wasm.coefficients, js.coefficients);
        assertSameBits(wasm.intercepts, js.intercepts);
        assertSameBits(wasm.dualityGaps, js.dualityGaps);
        expect(wasm.iterations).toEqual(js.iterations);
      }
    }
  });

  test("needs no memory for the zeros: 1e10 entries, ten stored", () => {
    const n = 100_000;
    const rowIndices = [5, 70_000, 8, 99_999, 0, 1, 2, 3, 4, 6];
    const columnPointers = Int32Array.from({ length: n + 1 }, (_, j) => Math.min(10, 2 * Math.floor(j / 1000)));
    const huge = sparse({ rows: n, columns: n, values: rowIndices.map((i) => i - 3.5), rowIndices, columnPointers });
    const target = Float64Array.from({ length: n }, (_, i) => (i === 70_000 ? 5 : i % 7));
    const model = lasso(huge, target, { lambda: 1e-4 });
    expect(model).toMatchObject({ converged: true, strategy: "sparse" });
    expect(model.nonzeros).toBeGreaterThan(0);
  });

  test("a tall one goes by its Gram, without being filled in", () => {
    const tall = randomSparse(3000, 12, 0.1, randomStream(32));
    const target = Float64Array.from({ length: 3000 }, (_, i) => (i % 11) - 5);
    const byGram = regularizationPath(toSparse(tall), target, { tolerance: 1e-12 });
    expect(new Set(byGram.strategies)).toEqual(new Set(["gram"]));
    const byColumns = regularizationPath(toSparse(tall), target, { tolerance: 1e-12, strategy: "sparse" });
    expect(distance(byGram.coefficients, byColumns.coefficients)).toBeLessThan(1e-5);
  });

  test("cross-validation is that of the data filled in", () => {
    const options = { folds: 4, seed: 3, tolerance: 1e-12, lambdaCount: 15 };
    const cv = crossValidate(X, y, options);
    const other = crossValidate(filled, y, options);
    expect(distance(cv.meanErrors, other.meanErrors)).toBeLessThan(1e-6);
    expect(cv.indexMin).toBe(other.indexMin);
  });

  test("rows are taken in any order", () => {
    const rows = Int32Array.of(7, 3, 119, 0);
    const [taken, b] = [X.takeRows(rows), new Float64Array(400).map((_, j) => j % 5)];
    const [some, all] = [new Float64Array(4), new Float64Array(120)];
    taken.addProduct(b, 0, some);
    X.addProduct(b, 0, all);
    expect([...some]).toEqual(Array.from(rows, (row) => all[row]));
  });
});

describe("cross-validation of tall sparse data", () => {
  const n = 600;
  const tall = randomSparse(n, 9, 0.2, randomStream(33));
  const X = toSparse(tall);
  const next = randomStream(34);
  const filled = Array.from({ length: n }, () => new Array<number>(9).fill(0));
  for (let j = 0; j < 9; ++j) {
    for (let k = X.columnPointers[j]; k < X.columnPointers[j + 1]; ++k) filled[X.rowIndices[k]][j] = X.values[k];
  }
  const y = filled.map((row) => 1e4 + row[0] - 2 * row[3] + next());
  const options = {
    folds: Int32Array.from({ length: n }, (_, i) => i % 4),
    tolerance: 1e-13,
    lambdaCount: 25,
  };

  test.each([
    ["plain", {}],
    ["standardize false", { standardize: false }],
    ["no intercept", { intercept: false }],
    ["weights, some 0, and an offset", { weights: y.map((_, i) => i % 5), offset: y.map((_, i) => 50 * (i % 3)) }],
    ["an elastic net", { l1Ratio: [0.3, 0.9] }],
  ])("%s: the errors are those of the data filled in, and of fits of each fold", (_, more) => {
    const cv = crossValidate(X, y, { ...options, ...more });
    const { lambdas } = cv;
    for (const other of [
      crossValidate(filled, y, { ...options, ...more, lambdas }),
      crossValidate(X, y, { ...options, ...more, lambdas, strategy: "sparse" }),
    ]) {
      expect(distance(cv.foldErrors, other.foldErrors)).toBeLessThan(1e-7);
      expect(distance(cv.path.coefficients, other.path.coefficients)).toBeLessThan(1e-6);
      expect(cv.indexMin).toBe(other.indexMin);
    }
  });

  test("has the same bits on both backends", () => {
    const [wasm, js] = (["wasm", "js"] as const).map((backend) => {
      setBackend(backend);
      return crossValidate(X, y, options);
    });
    setBackend("auto");
    assertSameBits(wasm.foldErrors, js.foldErrors);
    assertSameBits(wasm.path.coefficients, js.path.coefficients);
  });

  test("a value that is not finite is refused with its place", () => {
    const at = X.columnPointers[4] + 3;
    const values = X.values.map((value, k) => (k === at ? Number.NaN : value));
    const bad = sparse({ rows: n, columns: 9, values, rowIndices: X.rowIndices, columnPointers: X.columnPointers });
    expect(() => crossValidate(bad, y, options)).toThrow(
      expect.objectContaining({
        code: "ERR_NOT_FINITE",
        message: `"X" must be finite, got NaN in row ${X.rowIndices[at]}, column 4`,
      }),
    );
  });
});

describe("awkward sparse data", () => {
  const options: ElasticNetOptions = { lambda: 0.05, tolerance: 1e-14, strategy: "sparse" };

  test("columns without values are left out, stored zeros count as none", () => {
    const y = [1, -2, 3, -1];
    const empty = sparse({ rows: 4, columns: 2, values: [], rowIndices: [], columnPointers: [0, 0, 0] });
    const zeros = sparse({ rows: 4, columns: 2, values: [0, -0], rowIndices: [1, 2], columnPointers: [0, 1, 2] });
    for (const X of [empty, zeros]) {
      for (const standardize of [true, false]) {
        for (const l1Ratio of [1, 0]) {
          const model = elasticNet(X, y, { ...options, standardize, l1Ratio });
          expect(model).toMatchObject({ converged: true, nonzeros: 0, intercept: 0.25 });
        }
      }
      expect(lasso(X, y, { ...options, intercept: false, standardize: false }).nonzeros).toBe(0);
    }
  });

  test("full columns far from 0 are as accurate as columns near 0", () => {
    const next = randomStream(33);
    const grid = (): number => Math.round(next() * 2 ** 20) / 2 ** 20;
    const rows = Array.from({ length: 30 }, () => [grid(), grid(), grid() > 0.5 ? grid() : 0]);
    const y = rows.map(([a, b, c]) => a - 2 * b + c + 0.1 * grid());
    const far = rows.map(([a, b, c]) => [a + 1e8, b - 1e8, c]);
    for (const standardize of [true, false]) {
      for (const strategy of ["sparse", "gram"] as const) {
        const near = elasticNet(compressed(rows), y, { ...options, standardize, strategy });
        const model = elasticNet(compressed(far), y, { ...options, standardize, strategy });
        expect(model.converged).toBe(true);
        expect(distance(model.coefficients, near.coefficients)).toBeLessThan(1e-12);
      }
    }
  });

  test("a column that is constant but for rows of weight 0 is constant", () => {
    const rows = [[3], [3], [0], [3]];
    const model = lasso(compressed(rows), [1, 2, 9, 4], { ...options, weights: [1, 1, 0, 1] });
    expect(model).toMatchObject({ converged: true, nonzeros: 0 });
    expect(model.intercept).toBeCloseTo(7 / 3, 14);
  });

  test("one row, one column, and order of rows within a column", () => {
    expect(lasso(compressed([[1, 0, 2]]), [3], options)).toMatchObject({ converged: true, intercept: 3, nonzeros: 0 });
    const through = lasso(compressed([[2]]), [6], { ...options, lambda: 1, intercept: false, standardize: false });
    expect(through.coefficients[0]).toBeCloseTo(11 / 4, 14); // (2·6 − 1)/2²
    const parts = { rows: 3, columns: 1, columnPointers: [0, 2] };
    const y = [1, 5, 2];
    const ascending = lasso(sparse({ ...parts, values: [4, 6], rowIndices: [0, 2] }), y, options);
    const descending = lasso(sparse({ ...parts, values: [6, 4], rowIndices: [2, 0] }), y, options);
    expect(distance(ascending.coefficients, descending.coefficients)).toBeLessThan(1e-14);
  });

  test("duplicated columns, more of them than rows, converge to one fit", () => {
    const { X, y } = wide(0.02);
    const columnPointers = [...X.columnPointers, ...X.columnPointers.slice(1).map((k) => k + X.values.length)];
    const twice = sparse({
      rows: 120,
      columns: 800,
      values: [...X.values, ...X.values],
      rowIndices: [...X.rowIndices, ...X.rowIndices],
      columnPointers,
    });
    const once = lasso(X, y, { lambda: 0.01, tolerance: 1e-12 });
    const both = lasso(twice, y, { lambda: 0.01, tolerance: 1e-12 });
    expect(both.converged).toBe(true);
    expect(Math.abs(both.objective / once.objective - 1)).toBeLessThan(1e-11);
  });

  test("lambda = 0 and ridge are solved iteratively", () => {
    const rows = [
      [1, 0],
      [0, 2],
      [0, 0],
      [3, 1],
    ];
    const y = [1, 2, 0.5, 3];
    for (const strategy of ["auto", "sparse"] as const) {
      const zero = lasso(compressed(rows), y, { lambda: 0, tolerance: 1e-14, strategy });
      expect(["sparse", "gram"]).toContain(zero.strategy);
      expect(distance(zero.coefficients, lasso(rows, y, { lambda: 0 }).coefficients)).toBeLessThan(1e-7);
      const shrunk = ridge(compressed(rows), y, { lambda: 0.1, tolerance: 1e-14, strategy });
      expect(distance(shrunk.coefficients, ridge(rows, y, { lambda: 0.1 }).coefficients)).toBeLessThan(1e-9);
    }
  });

  test("values that are not finite, and squares that overflow, are refused with their place", () => {
    const parts = { rows: 3, columns: 3, rowIndices: [2, 0, 1], columnPointers: [0, 1, 1, 3] };
    const infinite = sparse({ ...parts, values: [1, 2, Number.NEGATIVE_INFINITY] });
    expect(() => lasso(infinite, [1, 2, 3], options)).toThrow(
      expect.objectContaining({
        code: "ERR_NOT_FINITE",
        message: '"X" must be finite, got -Infinity in row 1, column 2',
      }),
    );
    const large = sparse({ ...parts, values: [1, 1e200, -2] });
    for (const intercept of [true, false]) {
      for (const standardize of [true, false]) {
        expect(() => lasso(large, [1, 2, 3], { ...options, intercept, standardize })).toThrow(
          expect.objectContaining({ code: "ERR_VALUE", message: expect.stringContaining("up to 1e+200 in column 2") }),
        );
      }
    }
  });
});

test("truncated Newton steps that are slow give way to others", () => {
  const next = randomStream(9305);
  const share = (): number => (next() + 1) / 2;
  for (let k = 0; k < 4; ++k) next();
  const [n, p] = [145, 107];
  // Of sizes from 1 to 100, and more of them the further down.
  const entries = Float64Array.from({ length: n * p }, (_, k) =>
    share() < (0.0806352859062998 * 2 * (k % n)) / n ? next() * 10 ** Math.floor(3 * share()) : 0,
  );
  const y = Float64Array.from({ length: n }, (_, i) => {
    let eta = 0;
    for (let j = 0; j < 6; ++j) eta += entries[j * n + i] * (j % 2 === 1 ? 1 : -1);
    return Math.floor(share() * 4 * Math.exp(Math.max(-2, Math.min(2, eta))));
  });
  const options = { family: "poisson", l1Ratio: 0.5, standardize: false, lambdaCount: 3, tolerance: 1e-10 } as const;
  const path = regularizationPath(toSparse(compress(n, p, entries)), y, options);
  expect(path.converged.every((flag) => flag === 1)).toBe(true);
});
