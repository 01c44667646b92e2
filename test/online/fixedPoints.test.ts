import { describe, expect, test } from "vitest";
import { elasticNet, fromL1L2, OnlineRegressor } from "../../src/index.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { distance } from "../support/golden.js";
import { upTo } from "../support/matrices.js";
import { onEach } from "./streams.js";

const next = randomStream(31);
const [n, p] = [40, 8];
const X = upTo(n).map(() => randomArray(p, next));
const y = X.map((row) => 1 + 2 * row[0] - row[3] + 0.3 * row[5] + 0.2 * next());

/** The support of the solution, and its coefficients to 1e-6. */
function expectSolution(model: OnlineRegressor, l1: number, l2: number): void {
  const { coefficients, intercept } = elasticNet(X, y, { ...fromL1L2(l1, l2), standardize: false, tolerance: 1e-14 });
  const support = (w: Float64Array) => Array.from(w, (value) => value !== 0);
  expect(support(model.coefficients)).toEqual(support(coefficients));
  expect(distance(model.coefficients, coefficients)).toBeLessThan(1e-6);
  expect(model.intercept).toBeCloseTo(intercept, 6);
}

describe.each([
  [0.05, 0],
  [0.05, 0.02],
  [0.2, 0.01],
])("l1 %d, l2 %d: the whole data in every step end at the elastic net's solution", (l1, l2) => {
  test("sgd", () => {
    for (const model of onEach(() => new OnlineRegressor(p, { method: "sgd", learningRate: 0.5, l1, l2 }))) {
      for (let t = 0; t < 2000; ++t) model.update(X, y);
      expectSolution(model, l1, l2);
    }
  });

  test("cumulative ftrl", () => {
    for (const model of onEach(() => new OnlineRegressor(p, { learningRate: 0.5, l1, l2, l1Mode: "cumulative" }))) {
      for (let t = 0; t < 20_000; ++t) model.update(X, y);
      expectSolution(model, l1, l2);
    }
  });
});

test("sgd on one row at a time comes close as the learning rate falls", () => {
  const [l1, l2] = [0.05, 0.01];
  const model = new OnlineRegressor(p, { method: "sgd", learningRate: (t) => 3 / (30 + t), l1, l2 });
  for (let t = 0; t < 200_000; ++t) {
    const i = Math.floor(((next() + 1) / 2) * n);
    model.update(X[i], y[i]);
  }
  const { coefficients } = elasticNet(X, y, { ...fromL1L2(l1, l2), standardize: false });
  expect(distance(model.coefficients, coefficients)).toBeLessThan(0.02);
});

test("ftrl as published forgets its l1", () => {
  const free = new OnlineRegressor(p, { learningRate: 0.5 });
  const published = new OnlineRegressor(p, { learningRate: 0.5, l1: 0.2 });
  for (let t = 0; t < 20_000; ++t) for (const model of [free, published]) model.update(X, y);
  expect(published.nonzeros).toBe(p);
  expect(distance(published.coefficients, free.coefficients)).toBeLessThan(1e-3);
});

test.each(["sgd", "ftrl"] as const)("%s: a large l1 leaves exact zeros, an enormous one nothing", (method) => {
  const learn = (l1: number): OnlineRegressor => {
    const model = new OnlineRegressor(p, {
      method,
      learningRate: 0.1,
      l1,
      ...(method === "ftrl" && { l1Mode: "cumulative" }),
    });
    for (let t = 0; t < 500; ++t) model.update(X[t % n], y[t % n]);
    return model;
  };
  expect(learn(0).nonzeros).toBe(p);
  expect(learn(0.1).nonzeros).toBeGreaterThan(0);
  expect(learn(0.1).nonzeros).toBeLessThan(p);
  for (const l1 of [100, 1e300]) {
    expect(learn(l1).coefficients).toEqual(new Float64Array(p));
    expect(learn(l1).intercept).not.toBe(0);
  }
});
