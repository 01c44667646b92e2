/**
 * The bits of what the library computes, as digests that Node wrote into the snapshot beside this file. The same test reads
 * them in Chromium: equal digests there show bits equal to Node's. A change that means to change bits writes them anew:
 * `npm run digests`.
 */

import { describe, test } from "vitest";
import {
  absMax,
  asum,
  axpy,
  createArena,
  crossValidate,
  decay,
  dense,
  dot,
  elasticNet,
  elasticNetProx,
  type FloatArray,
  gradientStep,
  lasso,
  OnlineClassifier,
  OnlineRegressor,
  penalty,
  regularizationPath,
  ridge,
  softThreshold,
  sparse,
  sumSquares,
} from "../../src/index.js";
import { trainings } from "../optimizers/table.js";
import { randomArray, randomStream, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes } from "../support/backends.js";
import { expectDigest } from "../support/digest.js";
import { compress, upTo } from "../support/matrices.js";
import { strategiesFor } from "../support/strategies.js";

/** Ordinary numbers, and the special ones among them. */
function operand(dtype: Dtype, length: number, seed: number): FloatArray {
  const specials = specialValues(dtype, 0.1);
  const values = randomArray(length, randomStream(seed), dtype.round);
  return dtype.array(values.map((value, i) => (i % 5 === 0 ? specials[(i / 5) % specials.length] : value)));
}

const finite = (dtype: Dtype, length: number, seed: number): FloatArray =>
  dtype.array(randomArray(length, randomStream(seed), dtype.round));

const LENGTHS = [0, 1, 7, 8, 33, 1003];

describe.each(dtypes)("the facade on $name", (dtype) => {
  const places: Record<string, (values: FloatArray) => FloatArray> = {
    "arrays of their own": (values) => values.slice() as FloatArray,
    "an arena": (values) => {
      const arena = createArena(8 * values.length + 64);
      const placed = dtype.name === "float64" ? arena.float64(values.length) : arena.float32(values.length);
      placed.set(values);
      return placed;
    },
  };
  const options = { l1: 0.1, l2: 0.3, stepSize: 0.7, learningRate: 0.7 };
  const { stepSize: _, ...gradientOptions } = options;
  const { learningRate: __, ...proxOptions } = options;

  describe.each(Object.entries(places))("in %s", (_name, place) => {
    test("elementwise", () =>
      expectDigest(() =>
        LENGTHS.flatMap((length) => {
          const x = place(operand(dtype, length, 1));
          const g = place(operand(dtype, length, 2));
          const subgradient = { ...gradientOptions, l1Mode: "subgradient" } as const;
          return [
            ...softThreshold(x, 0.1),
            ...decay(x, 0.9),
            ...elasticNetProx(x, proxOptions),
            ...gradientStep(place(operand(dtype, length, 1)), g, gradientOptions),
            ...gradientStep(place(operand(dtype, length, 1)), g, subgradient),
            ...axpy(0.3, x, g),
          ];
        }),
      ));

    test("reductions", () =>
      expectDigest(() =>
        LENGTHS.flatMap((length) => {
          const x = place(finite(dtype, length, 3));
          const y = place(finite(dtype, length, 4));
          return [dot(x, y), asum(x), sumSquares(x), absMax(x), penalty(x, { l1: 0.1, l2: 0.3 })];
        }),
      ));

    test("optimisers", () =>
      expectDigest(() =>
        trainings.flatMap(({ make }) => {
          const weights = [33, 200].map((length) => finite(dtype, length, 5));
          const optimizer = make(weights, { clipNorm: 3, clipValue: 0.3 });
          for (let step = 1; step <= 3; ++step) {
            optimizer.step(weights.map(({ length }) => place(finite(dtype, length, step))));
          }
          return weights.flatMap((values) => [...values]);
        }),
      ));
  });
});

/** A problem with everything on it. */
function problem(n: number, p: number, seed: number) {
  const next = randomStream(seed);
  const data = Float64Array.from(randomArray(n * p, next));
  const y = upTo(n).map((i) => 3 + data[i * p] - 2 * data[i * p + p - 1] + 0.3 * next());
  return {
    X: dense(data, n, p),
    y,
    weights: upTo(n).map((i) => 1 + (i % 3)),
    offset: upTo(n).map(() => next()),
    penaltyFactor: upTo(p).map((j) => (j === 1 ? Number.POSITIVE_INFINITY : 1 + 0.25 * (j % 4))),
  };
}

describe.each([
  ["tall", 60, 12],
  ["wide", 15, 40],
] as const)("fits of a %s problem", (_name, n, p) => {
  const { X, y, ...options } = problem(n, p, 5);

  for (const l1Ratio of [1, 0.5, 0]) {
    const lambda = 0.05;
    test.each(["auto", ...strategiesFor({ lambda, l1Ratio })] as const)(`l1Ratio ${l1Ratio}, strategy %s`, (strategy) =>
      expectDigest(() => ({ ...elasticNet(X, y, { ...options, lambda, l1Ratio, strategy, tolerance: 1e-10 }) })),
    );
  }

  test("with bounds, without an intercept, not standardised", () =>
    expectDigest(() => {
      const bounds = { lowerBounds: 0, upperBounds: 0.75, intercept: false, standardize: false };
      return { ...lasso(X, y, { ...options, ...bounds, lambda: 0.01, tolerance: 1e-10 }) };
    }));

  test("a path on a grid of its own, a model between its knots, and predictions", () =>
    expectDigest(() => {
      const path = regularizationPath(X, y, { ...options, l1Ratio: 0.9, lambdaCount: 20 });
      const between = path.at(0.5 * (path.lambdas[3] + path.lambdas[4]));
      return { path: { ...path }, between: { ...between }, predicted: between.predict(X, { offset: 0 }) };
    }));

  test("cross-validation over several l1Ratios, and leave-one-out", () =>
    expectDigest(() => {
      const { byRatio } = crossValidate(X, y, { ...options, folds: 5, seed: 3, l1Ratio: [0.5, 1], lambdaCount: 10 });
      const { foldErrors } = crossValidate(X, y, { ...options, folds: "loo", l1Ratio: 0, lambdas: [1, 0.1] });
      return {
        tables: byRatio
          .map(({ path: _path, ...table }) => ({ ...table }))
          .flatMap((t) => [...t.foldErrors, ...t.meanErrors, ...t.standardErrors]),
        foldErrors,
      };
    }));
});

test("least squares", () =>
  expectDigest(() => {
    const { X, y, weights, offset } = problem(60, 12, 6);
    return { ...ridge(X, y, { weights, offset, lambda: 0 }) };
  }));

test("sparse and float32 data", () =>
  expectDigest(() => {
    const [n, p] = [50, 20];
    const next = randomStream(7);
    const columns = randomArray(n * p, next, Math.fround).map((value) => (Math.abs(value) < 0.7 ? 0 : value));
    const { values, rowIndices, columnPointers } = compress(n, p, columns);
    const y = upTo(n).map((i) => columns[i] - columns[n + i] + 0.2 * next());
    const fits = [
      sparse({ rows: n, columns: p, values, rowIndices, columnPointers }),
      dense(Float32Array.from(columns), n, p, { order: "column" }),
    ].map((X) => regularizationPath(X, y, { lambdaCount: 15 }));
    return { sparse: { ...fits[0] }, float32: { ...fits[1] } };
  }));

describe("online models", () => {
  const X = upTo(90).map((i) => randomArray(6, randomStream(60 + i)).map((x, j) => (x > 0.2 * j ? 0 : x)));
  const y = X.map((row) => 1 + row[0] - 2 * row[3]);
  const rules = {
    sgd: { method: "sgd", learningRate: (t: number) => 1 / (4 + t), l1: 0.01, l2: 0.1 },
    ftrl: { method: "ftrl", l1: 0.01, l2: 0.1, l1Mode: "cumulative" },
  } as const;

  test.each(Object.entries(rules))("%s", (_name, options) =>
    expectDigest(() => {
      const regressor = new OnlineRegressor(6, options);
      const classifier = new OnlineClassifier(6, options);
      for (let t = 0; t < 90; t += 3) {
        regressor.update(X.slice(t, t + 3), y.slice(t, t + 3));
        X.slice(t, t + 3).forEach((row, k) => {
          classifier.update(row, Number(y[t + k] > 1));
        });
      }
      return { ...regressor.toJSON(), more: { ...classifier.toJSON(), p: classifier.predictProbability(X) } };
    }),
  );
});
