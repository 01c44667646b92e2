import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crossValidate, dense, type Path, type PathOptions, regularizationPath, setBackend } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { assertSameBits } from "../support/bits.js";
import { distance, goldenSets } from "../support/golden.js";
import { upTo } from "../support/matrices.js";
import { convergenceScale, isEligible, objective, penaltyScales } from "./oracle.js";
import { optionsOf, type Problem, problems } from "./problems.js";

fc.configureGlobal({ seed: 20240229, numRuns: 200 });

/** `count` lambdas from `largest` down, each a tenth of a decade below the one before. */
const decades = (largest: number, count: number): number[] => upTo(count).map((k) => largest * 10 ** (-k / 10));

/** Householder's least squares on a matrix given by its columns, which must be linearly independent. They are overwritten. */
function leastSquares(columns: Float64Array[], target: Float64Array): number[] {
  const b = columns.map(() => 0);
  columns.forEach((column, k) => {
    const v = column.slice(k);
    const norm = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    if (norm === 0) return;
    v[0] += v[0] > 0 ? norm : -norm;
    const square = v.reduce((sum, x) => sum + x * x, 0);
    for (const other of [...columns.slice(k), target]) {
      let along = 0;
      for (let i = 0; i < v.length; ++i) along += v[i] * other[k + i];
      along *= 2 / square;
      for (let i = 0; i < v.length; ++i) other[k + i] -= along * v[i];
    }
  });
  for (let k = b.length - 1; k >= 0; --k) {
    const rest = b.reduce((sum, value, j) => (j > k ? sum - columns[j][k] * value : sum), target[k]);
    b[k] = rest / columns[k][k];
  }
  return b;
}

/** Ridge as least squares on rows that are centred, weighted, and followed by √penalty·I; for lambda above 0 on all columns. */
function augmented(problem: Problem): { w: number[]; intercept: number } {
  const { X, y, offset, weights, lambda, penaltyFactor, intercept } = problem;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (f: (i: number) => number): number =>
    intercept ? weights.reduce((sum, weight, i) => sum + (weight / total) * f(i), 0) : 0;
  const columns = X[0].map((_, j) => j).filter((j) => isEligible(problem, j));
  const scales = penaltyScales(problem);
  const pivot = weights.findIndex((weight) => weight > 0);
  const centres = columns.map((j) => (intercept ? X[pivot][j] + mean((i) => X[i][j] - X[pivot][j]) : 0));
  const centre = mean((i) => y[i] - offset[i]);
  const root = (i: number): number => Math.sqrt(weights[i] / total);
  const solution = leastSquares(
    columns.map((j, k) => {
      const column = new Float64Array(X.length + columns.length);
      X.forEach((row, i) => {
        column[i] = root(i) * (row[j] - centres[k]);
      });
      column[X.length + k] = Math.sqrt(lambda * penaltyFactor[j]) * scales[j];
      return column;
    }),
    Float64Array.from({ length: X.length + columns.length }, (_, i) =>
      i < X.length ? root(i) * (y[i] - offset[i] - centre) : 0,
    ),
  );
  const w = X[0].map(() => 0);
  columns.forEach((j, k) => {
    w[j] = solution[k];
  });
  return { w, intercept: intercept ? centre - solution.reduce((sum, value, k) => sum + value * centres[k], 0) : 0 };
}

/** A problem with n rows and p columns, correlated as 0.5^|j − k|. */
function correlated(n: number, p: number, seed: number): Problem {
  const next = randomStream(seed);
  const X = Array.from({ length: n }, () => {
    let before = next();
    return upTo(p).map(() => {
      before = 0.5 * before + next();
      return before;
    });
  });
  return {
    X,
    y: X.map((row) => row[0] - row[p >> 1] + 0.5 * next() + 2),
    lambda: 0.1,
    l1Ratio: 0,
    intercept: true,
    standardize: true,
    weights: X.map(() => 1 + next() / 2),
    penaltyFactor: new Array(p).fill(1),
    lowerBounds: new Array(p).fill(-Infinity),
    upperBounds: new Array(p).fill(Infinity),
    offset: X.map(() => 0),
  };
}

/** The path of a problem's options by the ridge solver. */
function pathOf(problem: Problem, lambdas: readonly number[], more: PathOptions = {}): Path {
  const { lambda: _, lowerBounds: _lower, upperBounds: _upper, ...options } = optionsOf(problem);
  return regularizationPath(problem.X, problem.y, { ...options, l1Ratio: 0, lambdas, strategy: "ridge", ...more });
}

/** A path, every fifth model of it against independent solutions. */
function expectSolutions(problem: Problem, path: Path, within: number): void {
  path.lambdas.forEach((lambda, k) => {
    const model = path.model(k);
    expect(model.converged).toBe(true);
    if (k % 5 > 0 && k < path.lambdas.length - 1) return;
    const exact = augmented({ ...problem, lambda });
    expect(distance(model.coefficients, exact.w)).toBeLessThan(within);
    const F = objective({ ...problem, lambda }, exact.w, exact.intercept);
    expect(Math.abs(model.objective / F - 1)).toBeLessThan(1e-9);
  });
}

describe.each(["wasm", "js"] as const)("paths on %s", (backend) => {
  test("hold the exact solutions of the reference problems, among other lambdas", () => {
    setBackend(backend);
    for (const { X, y, data, cases } of goldenSets) {
      for (const intercept of [true, false]) {
        const ridges = cases.filter(({ l1, l2, fit_intercept }) => l1 === 0 && l2 > 0 && fit_intercept === intercept);
        if (ridges.length === 0) continue;
        const lambdas = [...ridges.map(({ l2 }) => l2), ...decades(3, 12)];
        const options = { ...data, lambdas, intercept, standardize: false, l1Ratio: 0, tolerance: 1e-14 } as const;
        const path = regularizationPath(X, y, options);
        expect(path.converged.every((flag) => flag === 1)).toBe(true);
        for (const { l2, coef_exact, objective_exact } of ridges) {
          const model = path.model(path.lambdas.indexOf(l2));
          expect(model.strategy).toBe("ridge");
          expect(distance(model.coefficients, coef_exact)).toBeLessThan(1e-8);
          expect(Math.abs(model.objective / objective_exact - 1)).toBeLessThan(1e-10);
        }
      }
    }
  });

  test.each([
    ["long, by steps", 480, 130, 30, true],
    ["long, by steps, few lambdas", 480, 130, 3, true],
    ["square", 60, 60, 20, false],
    ["wide", 40, 90, 20, false],
    ["wide, few lambdas", 40, 90, 3, false],
    ["one column", 30, 1, 20, false],
  ] as const)("are exact: %s", (_, n, p, count, steps) => {
    setBackend(backend);
    const problem = correlated(n, p, n);
    const lambdas = decades(10, count);
    expectSolutions(problem, pathOf(problem, lambdas, { tolerance: 1e-15 }), 1e-7);
    expect(pathOf(problem, lambdas, { tolerance: 1e-10 }).model(0).iterations > 1).toBe(steps);
  });

  test("with unpenalised, excluded and unequally penalised columns", () => {
    setBackend(backend);
    for (const [n, p] of [
      [480, 130],
      [60, 20],
      [30, 40],
    ] as const) {
      const problem = correlated(n, p, p);
      problem.penaltyFactor = upTo(p).map((j) => [0.3, 1, 2, 5][j % 4]);
      problem.penaltyFactor[3] = Infinity;
      expectSolutions(problem, pathOf(problem, decades(10, 20), { tolerance: 1e-14 }), 1e-6);
      problem.penaltyFactor[1] = 0;
      problem.penaltyFactor[p >> 1] = 0;
      const path = pathOf(problem, decades(10, 20), { tolerance: 1e-11 });
      expectSolutions(problem, path, 1e-8);
      expect(path.model(0).certificate).toBe("gap");
      expect(path.model(19).strategy).toBe("ridge");
    }
  });
});

describe("awkward data", () => {
  const plain = correlated(40, 8, 5);
  const scaled = (f: (x: number, j: number) => number): Problem => ({
    ...plain,
    X: plain.X.map((row) => row.map(f)),
  });
  const lambdas = decades(1, 30);

  test("columns far from 0", () => {
    const near = scaled((x) => Math.round(x * 2 ** 20) / 2 ** 20);
    const far = { ...near, X: near.X.map((row) => row.map((x, j) => x + (j % 2 ? 1e8 : -1e8))) };
    const tight = { tolerance: 1e-14 };
    expect(distance(pathOf(far, lambdas, tight).coefficients, pathOf(near, lambdas, tight).coefficients)).toBeLessThan(
      1e-12,
    );
  });

  test("columns of sizes from 1e-6 to 1e6, not standardised", () => {
    const sizes = scaled((x, j) => x * 10 ** [0, -6, 6, 3, -3, 1, 0, -2][j]);
    const problem = { ...sizes, standardize: false };
    for (const few of [lambdas, lambdas.slice(0, 4)]) {
      const path = pathOf(problem, few, { tolerance: 1e-14 });
      few.forEach((lambda, k) => {
        const { w } = augmented({ ...problem, lambda });
        const model = path.model(k);
        expect(model.converged).toBe(true);
        w.forEach((value, j) => {
          expect(Math.abs(model.coefficients[j] / value - 1)).toBeLessThan(1e-6);
        });
      });
    }
  });

  test("duplicated and constant columns", () => {
    const twice = { ...plain, X: plain.X.map((row) => [...row, 7, ...row]) };
    twice.penaltyFactor = new Array(17).fill(1);
    const path = pathOf(twice, decades(1, 90), { tolerance: 1e-12 });
    path.lambdas.forEach((_, k) => {
      const { coefficients, converged } = path.model(k);
      expect(converged).toBe(true);
      expect(Object.is(coefficients[8], 0)).toBe(true);
      expect(distance(coefficients.slice(0, 8), coefficients.slice(9))).toBeLessThan(1e-6);
    });
  });

  test("a Hilbert matrix, at penalties down to what double precision can resolve", () => {
    const X = upTo(10).map((i) => upTo(10).map((j) => 1 / (i + j + 1)));
    const flat = dense(Float64Array.from(X.flat()), 10, 10);
    const y = X.map((row) => row.reduce((sum, x) => sum + x, 0));
    const options = { l1Ratio: 0, intercept: false, standardize: false, tolerance: 1e-12 } as const;
    const path = regularizationPath(flat, y, { ...options, lambdas: decades(1, 120) });
    const problem = { ...correlated(10, 10, 1), X, y, intercept: false, standardize: false, weights: y.map(() => 1) };
    path.lambdas.forEach((lambda, k) => {
      const model = path.model(k);
      const exact = augmented({ ...problem, lambda });
      const excess =
        objective({ ...problem, lambda }, model.coefficients, 0) - objective({ ...problem, lambda }, exact.w, 0);
      expect(excess).toBeLessThan(1e-12 * convergenceScale(problem));
      expect(model.converged).toBe(true);
    });
  });

  test("one row, y = 0, and lambdas at the extremes", () => {
    const options = { l1Ratio: 0, intercept: false, standardize: false, strategy: "ridge" } as const;
    const one = regularizationPath([[2, 1]], [6], { ...options, lambdas: [1, 0.5], tolerance: 1e-14 });
    [1, 0.5].forEach((lambda, k) => {
      expect(distance(one.model(k).coefficients, [12 / (5 + lambda), 6 / (5 + lambda)])).toBeLessThan(1e-14);
    });
    const none = pathOf({ ...plain, y: plain.y.map(() => 0) }, lambdas);
    expect(none.converged.every((flag) => flag === 1)).toBe(true);
    expect(none.coefficients.every((value) => value === 0)).toBe(true);
    const heavy = pathOf({ ...plain, penaltyFactor: [1, 1e10, 1e-10, 1, 1, 1, 1, 1] }, [1e308, 1e300, ...lambdas]);
    expect(heavy.coefficients.every(Number.isFinite)).toBe(true);
    expect(heavy.converged.every((flag) => flag === 1)).toBe(true);
    const ends = [1e308, 1, 1e-3, 5e-324];
    for (const count of [4, 12]) {
      const path = pathOf(plain, [...ends, ...decades(1e-4, count - 4)], { tolerance: 1e-10 });
      expect(path.coefficients.every(Number.isFinite)).toBe(true);
      expect(Math.max(...path.model(0).coefficients.map(Math.abs))).toBeLessThan(1e-300);
      const { w } = augmented({ ...plain, lambda: 0 });
      expect(distance(path.model(count - 1).coefficients, w)).toBeLessThan(1e-9);
    }
  });
});

describe("random problems", () => {
  const ridges = problems.map((problem) => ({ ...problem, l1Ratio: 0 }));

  test("what has converged is optimal, and everything penalised converges", () => {
    fc.assert(
      fc.property(ridges, fc.constantFrom(3, 12), fc.constantFrom(1e-7, 1e-12), (problem, count, tolerance) => {
        const { lambda } = problem;
        const path = pathOf(problem, decades(lambda, count), { tolerance });
        const penalised = problem.penaltyFactor.every((factor) => factor > 0);
        path.lambdas.forEach((value, k) => {
          const model = path.model(k);
          expect([...model.coefficients, model.intercept, model.objective].every(Number.isFinite)).toBe(true);
          if (penalised) expect(model.converged).toBe(true);
          if (!penalised || !model.converged) return;
          const exact = augmented({ ...problem, lambda: value });
          const F = objective({ ...problem, lambda: value }, exact.w, exact.intercept);
          const found = objective({ ...problem, lambda: value }, model.coefficients, model.intercept);
          const zeroLoss = problem.y.reduce((sum, v, i) => sum + (Math.abs(v) + Math.abs(problem.offset[i])) ** 2, 0);
          expect(found - F).toBeLessThanOrEqual(tolerance * convergenceScale(problem) + 1e-12 * zeroLoss);
        });
      }),
    );
  });

  test("both backends give the same bits", () => {
    fc.assert(
      fc.property(ridges, fc.constantFrom(3, 12), (problem, count) => {
        const run = (backend: "wasm" | "js"): Path => {
          setBackend(backend);
          return pathOf(problem, decades(problem.lambda, count), { tolerance: 1e-10 });
        };
        assertSameBits(run("js").coefficients, run("wasm").coefficients);
      }),
      { numRuns: 60 },
    );
    const long = correlated(480, 130, 9);
    const run = (backend: "wasm" | "js"): Path => {
      setBackend(backend);
      return pathOf(long, decades(10, 60));
    };
    const [js, wasm] = [run("js"), run("wasm")];
    assertSameBits(js.coefficients, wasm.coefficients);
    assertSameBits(js.dualityGaps, wasm.dualityGaps);
    setBackend("auto");
  });
});

describe("leave-one-out and generalised cross-validation", () => {
  const lambdas = [10, 1, 0.1, 1e-3, 1e-6];

  test.each([
    [30, 6, true, [], 0],
    [30, 6, false, [], 0],
    [12, 20, true, [], 0],
    [12, 20, false, [], 0],
    [30, 6, true, [1, 4], 0],
    [12, 20, true, [1, 4], 0],
    [140, 5, true, [2], 0],
    [30, 6, false, [1, 4], 0],
    [12, 20, false, [1, 4], 0],
    [30, 6, false, [], 1e6],
    [30, 6, false, [1, 4], 1e6],
    [12, 20, false, [], 1e6],
    [12, 20, false, [1, 4], 1e6],
    [140, 5, false, [2], 1e6],
    [30, 6, true, [1, 4], 1e6],
  ] as const)(
    "are those of refits: %s rows, %s columns, intercept %s, unpenalised %j, about %s",
    (n, p, intercept, free, centre) => {
      const problem = { ...correlated(n, p, n + p), intercept, standardize: false };
      // Whole numbers far from 0, one of the columns constant, which without an intercept is as good as any.
      if (centre > 0)
        problem.X = problem.X.map((row) => row.map((x, j) => (j === 3 && !intercept ? 1 : centre + Math.fround(x))));
      problem.penaltyFactor = upTo(p).map((j) => ((free as readonly number[]).includes(j) ? 0 : 1 + (j % 3)));
      problem.offset = problem.y.map((_, i) => Math.sin(i));
      const { X, y, weights, penaltyFactor, offset } = problem;
      // Of less, rounding errors leave the oracle's trace nothing.
      const lambdas = centre > 0 ? [10, 1, 0.1, 0.01] : [10, 1, 0.1, 1e-3, 1e-6];
      const options = { weights, penaltyFactor, offset, intercept, standardize: false, lambdas, l1Ratio: 0 };
      const cv = crossValidate(X, y, { ...options, folds: "loo" });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      lambdas.forEach((lambda, k) => {
        for (const i of upTo(n)) {
          const without = <T>(values: readonly T[]): T[] => values.filter((_, at) => at !== i);
          const rest = { X: without(X), y: without(y), weights: without(weights), offset: without(offset) };
          const { w, intercept: b } = augmented({
            ...problem,
            ...rest,
            lambda: (lambda * total) / (total - weights[i]),
          });
          const error = y[i] - offset[i] - b - X[i].reduce((sum, x, j) => sum + x * w[j], 0);
          expect(Math.abs(cv.foldErrors[i * lambdas.length + k] / error ** 2 - 1)).toBeLessThan(1e-6);
        }
        // Column i of the hat matrix is the fit of y = e_i.
        const fitted = (target: number[]): number[] => {
          const { w, intercept: b } = augmented({ ...problem, y: target, offset: y.map(() => 0), lambda });
          return X.map((row) => row.reduce((sum, x, j) => sum + x * w[j], b));
        };
        const trace = upTo(n).reduce((sum, i) => sum + fitted(upTo(n).map((at) => (at === i ? 1 : 0)))[i], 0);
        const rest = y.map((value, i) => value - offset[i]);
        const fit = fitted(rest);
        const mean = rest.reduce((sum, value, i) => sum + (weights[i] / total) * (value - fit[i]) ** 2, 0);
        expect(Math.abs((cv.gcvErrors?.[k] as number) / (mean / (1 - trace / n) ** 2) - 1)).toBeLessThan(1e-6);
      });
    },
  );

  test("as lambda goes to 0 on a wide X, they tend to those of interpolation", () => {
    const { X, y } = correlated(12, 30, 3);
    const options = { standardize: false, l1Ratio: 0, folds: "loo" } as const;
    const at = (lambda: number) => crossValidate(X, y, { ...options, lambdas: [lambda] });
    expect(distance(at(1e-16).foldErrors, at(1e-11).foldErrors)).toBeLessThan(1e-6);
    expect(distance(at(1e-16).gcvErrors as Float64Array, at(1e-11).gcvErrors as Float64Array)).toBeLessThan(1e-6);
  });

  test("have no generalised form for K folds or a lasso, and refuse a fit that is not unique", () => {
    const { X, y } = correlated(30, 4, 4);
    expect(crossValidate(X, y, { l1Ratio: 0, lambdas, folds: 5 }).gcvErrors).toBeUndefined();
    expect(crossValidate(X, y, { l1Ratio: 1, lambdas, folds: "loo" }).gcvErrors).toBeUndefined();
    const both = crossValidate(X, y, { l1Ratio: [0, 1], lambdas, folds: "loo" });
    expect(both.byRatio.map(({ gcvErrors }) => gcvErrors?.length)).toEqual([lambdas.length, undefined]);
    const twice = X.map((row) => [...row, row[0]]);
    const unpenalised = [1, 1, 0, 1, 1];
    expect(() => crossValidate(twice, y, { l1Ratio: 0, lambdas: [1, 1e-30], folds: "loo" })).toThrow("got 1e-30");
    expect(
      crossValidate(twice, y, { l1Ratio: 0, lambdas, folds: "loo", penaltyFactor: unpenalised }).atEdge,
    ).toBeDefined();
  });
});
