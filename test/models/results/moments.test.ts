import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  type AnyModel,
  crossValidate,
  dense,
  elasticNet,
  type FitOptions,
  fitMany,
  lasso,
  multinomial,
  regularizationPath,
  setBackend,
  sparse,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { assertSameBits } from "../../support/bits.js";
import { compress } from "../../support/matrices.js";
import { strategiesFor } from "../../support/strategies.js";
import { families } from "../families.js";
import { optionsOf, problems } from "../problems.js";

afterEach(() => setBackend("auto"));

/** The definition: of the columns with a coefficient, mean and √(mean squared distance from it), both weighted. */
function expectMoments(
  X: ArrayLike<number>[],
  weights: ArrayLike<number>,
  { means, sds, coefficients }: Pick<AnyModel, "means" | "sds" | "coefficients">,
): void {
  const p = X[0].length;
  expect([means.length, sds.length]).toEqual([p, p]);
  const total = X.reduce((sum, _, i) => sum + weights[i], 0);
  for (let j = 0; j < p; ++j) {
    const hasCoefficient = coefficients.some((value, k) => value !== 0 && k % p === j);
    if (!hasCoefficient) {
      expect([means[j], sds[j]]).toEqual([Number.NaN, Number.NaN]);
      continue;
    }
    // About a value of the column, so that nothing cancels.
    const first = X.find((_, i) => weights[i] > 0)?.[j] as number;
    const mean = X.reduce((sum, row, i) => sum + weights[i] * (row[j] - first), 0) / total;
    const sd = Math.sqrt(X.reduce((sum, row, i) => sum + weights[i] * (row[j] - first - mean) ** 2, 0) / total);
    const size = Math.abs(first) + Math.abs(mean) + sd;
    expect(Math.abs(means[j] - (first + mean))).toBeLessThanOrEqual(1e-13 * size);
    expect(Math.abs(sds[j] - sd)).toBeLessThanOrEqual(1e-9 * sd + 1e-15 * size);
  }
}

function toSparse(rows: readonly (readonly number[])[]) {
  const columns = rows[0].flatMap((_, j) => rows.map((row) => row[j]));
  const { n, p, ...parts } = compress(rows.length, rows[0].length, columns);
  return sparse({ rows: n, columns: p, ...parts });
}

describe.each(["wasm", "js"] as const)("means and sds of columns on %s", (backend) => {
  test("are those of the rows, for random problems, every family, strategy and form of X", () => {
    const all = ["auto", ...strategiesFor({ lambda: 1, l1Ratio: 1, bounded: true })] as const;
    fc.assert(
      fc.property(problems, fc.constantFrom(...all), fc.boolean(), (problem, strategy, isSparse) => {
        setBackend(backend);
        const { X: rows, weights } = problem;
        const X = (isSparse ? toSparse(rows) : rows) as number[][];
        const options = { ...optionsOf(problem), strategy, maxIterations: 50 };
        const countOf = (values: readonly unknown[]) => new Set(values.filter((_, i) => weights[i] > 0)).size;
        expectMoments(rows, weights, elasticNet(X, problem.y, options));
        for (const family of families) {
          const y = problem.y.map(family.response);
          if (countOf(y) < 2) continue;
          expectMoments(rows, weights, family.fit({ ...problem, X, y }, { maxIterations: 50 }));
        }
        const labels = problem.y.map((value) => (value > 1 ? "b" : "a"));
        if (countOf(labels) < 2) return;
        const { offset: _, ...rest } = optionsOf(problem);
        expectMoments(rows, weights, multinomial(X, labels, { ...rest, maxIterations: 50 }));
      }),
      { seed: 20240307, numRuns: 150 },
    );
  });

  test("are those of cross-validation's path, whose folds are summed", () => {
    setBackend(backend);
    const { rows, y, weights } = data(120, 5, 1);
    for (const standardize of [true, false]) {
      for (const intercept of [true, false]) {
        const cv = crossValidate(rows, y, { folds: 4, weights, standardize, intercept, lambdaCount: 8 });
        expectMoments(rows, weights, cv.path);
        expectMoments(rows, weights, cv.model("min"));
      }
    }
  });

  test("are those of a tall X, which is read in blocks", () => {
    setBackend(backend);
    const n = 26_000;
    const { rows, y, weights } = data(n, 40, 2);
    const X = dense(Float64Array.from(rows.flat()), n, 40);
    for (const standardize of [true, false]) {
      for (const intercept of [true, false]) {
        const path = regularizationPath(X, y, { weights, standardize, intercept, lambdaCount: 3, lambdaMinRatio: 0.1 });
        expectMoments(rows, weights, path);
      }
    }
  });

  test("are those of each of many models, in all layouts", () => {
    setBackend(backend);
    const [n, p, count] = [30, 4, 5];
    const sets = Array.from({ length: count }, (_, i) => data(n, p, i));
    const [{ rows, weights }] = sets;
    for (const standardize of [true, false]) {
      for (const intercept of [true, false]) {
        for (const lambda of [0.1, 0] as const) {
          const fit: FitOptions & { lambda: number } = { lambda, standardize, intercept };
          const list = fitMany({
            ...fit,
            X: sets.map((one) => one.rows),
            y: sets.map((one) => one.y),
            weights: sets.map((one) => one.weights),
          });
          const blocks = fitMany({
            ...fit,
            X: sets.flatMap((one) => one.rows),
            y: sets.flatMap((one) => one.y),
            weights: sets.flatMap((one) => one.weights),
            batch: count,
          });
          const shared = fitMany({ ...fit, X: rows, y: rows.map((_, i) => sets.map((one) => one.y[i])), weights });
          for (let i = 0; i < count; ++i) {
            expectMoments(sets[i].rows, sets[i].weights, list.model(i));
            expectMoments(sets[i].rows, sets[i].weights, blocks.model(i));
            expectMoments(rows, weights, shared.model(i));
          }
          expect(shared.means.length).toBe(p);
        }
      }
    }
  });
});

test("means and sds are the same bits on both backends, of a model as of a path and of many models", () => {
  const { rows, y, weights } = data(60, 6, 3);
  const [wasm, js] = (["wasm", "js"] as const).map((backend) => {
    setBackend(backend);
    const fit = { weights, lambda: 0.01 };
    return [lasso(rows, y, fit), fitMany({ X: [rows], y: [y], ...fit }).model(0)];
  });
  wasm.forEach((model, k) => {
    assertSameBits(model.means, js[k].means);
    assertSameBits(model.sds, js[k].sds);
  });
});

test("multinomial models of many have the moments of their own columns", () => {
  const sets = [data(40, 3, 4), data(50, 5, 5)];
  const many = fitMany({
    X: sets.map(({ rows }) => rows),
    y: sets.map(({ y }, k) => y.map((value) => (value > 1 ? "c" : value < -1 && k === 0 ? "b" : "a"))),
    weights: sets.map(({ weights }) => weights),
    lambda: 0.01,
    family: "multinomial",
  });
  sets.forEach(({ rows, weights }, i) => {
    expectMoments(rows, weights, many.model(i));
  });
});

test("a constant column with a coefficient has sd 0", () => {
  const model = lasso(
    [
      [1, 0],
      [1, 1],
      [1, 3],
    ],
    [3, 4, 6],
    { lambda: 1e-3, intercept: false, standardize: false },
  );
  expect(model.nonzeros).toBe(2);
  expect([model.means[0], model.sds[0]]).toEqual([1, 0]);
});

/** Rows of which one column lies far from 0, one is constant, one has a scale of its own; weights, some of them 0. */
function data(n: number, p: number, seed: number) {
  const next = randomStream(seed + 1);
  const rows = Array.from({ length: n }, () =>
    Array.from({ length: p }, (_, j) => (j === 1 ? 1e5 + next() : j === 2 ? 3 : j === 3 ? 1e-3 * next() : next())),
  );
  const y = rows.map((row) =>
    row.reduce((sum, x, j) => sum + (j === 1 ? 2 * (x - 1e5) : j === 3 ? 1e3 * x : x), next()),
  );
  const weights = rows.map((_, i) => (i % 5 === 3 ? 0 : 1 + 0.5 * next()));
  return { rows, y, weights };
}
