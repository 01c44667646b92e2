import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OnlineClassifier, type OnlineOptions, OnlineRegressor } from "../../src/index.js";
import { assertSameBits, assertSameNumber } from "../support/bits.js";
import { type Batch, Eager, type EagerOptions } from "./eager.js";
import { onEach, SETTINGS, settingsOf, stream } from "./streams.js";

/** |a − b| within 1e-10 of the size of b, or of 1e-3 where it is smaller; where the oracle is exactly 0, so are the weights. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expected.forEach((value, j) => {
    if (value === 0) assertSameNumber(actual[j], 0, `weight ${j}`);
    const error = Math.abs(actual[j] - value);
    if (!(error <= 1e-10 * Math.max(1e-3, Math.abs(value)))) throw new Error(`weight ${j}: ${actual[j]}, not ${value}`);
  });
}

/** Both backends and the oracle on one stream, which is looked at now and then. */
function follow(
  p: number,
  options: OnlineOptions,
  eager: EagerOptions,
  batches: readonly Batch[],
  every: number,
): void {
  const oracle = new Eager(p, eager);
  const models = onEach(() =>
    eager.loss === "logistic"
      ? new OnlineClassifier(p, { ...options, classes: [0, 1] })
      : new OnlineRegressor(p, options),
  );
  batches.forEach(({ X, y, weights }, t) => {
    oracle.update({ X, y, ...(weights && { weights }) });
    for (const model of models) model.update(X, y, weights && { weights });
    if ((t + 1) % every !== 0 && t + 1 < batches.length) return;
    const [first, ...others] = models.map(({ coefficients, intercept }) => [...coefficients, intercept]);
    for (const other of others) assertSameBits(Float64Array.from(other), Float64Array.from(first));
    expectClose(first, [...oracle.coefficients, oracle.b.value]);
    expect(models[0].nonzeros).toBe(oracle.coefficients.filter((w) => w !== 0).length);
  });
}

describe.each(SETTINGS)("$name: the weights of eager updates in double-double arithmetic", (setting) => {
  const { options, eager } = settingsOf(setting);

  test("regression", () => follow(12, options, eager, stream(12, 1500, 1), 293));

  test("classification", () => follow(12, options, { ...eager, loss: "logistic" }, stream(12, 1500, 2, true), 293));

  test("without an intercept, with weights of rows", () => {
    const batches = stream(9, 400, 3).map(({ X, y }, t) => ({ X, y, weights: y.map((_, i) => ((t + i) % 5) / 2) }));
    follow(9, { ...options, intercept: false }, { ...eager, intercept: false }, batches, 97);
  });
});

test.each([
  ["sgd", { method: "sgd", learningRate: 0.003, l1: 3e-4, l2: 2e-4 }],
  ["sgd with next to no l2", { method: "sgd", learningRate: 0.01, l1: 1e-5, l2: 1e-9 }],
  ["ftrl", { l1: 0.1, l2: 1e-4 }],
  ["cumulative ftrl", { l1: 0.001, l1Mode: "cumulative" }],
] as const)("%s after 20,000 steps", (name, setting) => {
  const { options, eager } = settingsOf({ name, ...setting });
  follow(6, options, eager, stream(6, 20_000, 4), 10_000);
});

test.each(SETTINGS)("$name: mini-batches that are staged in pieces", (setting) => {
  const { options, eager } = settingsOf(setting);
  const [a, b] = [stream(8, 2500, 5), stream(8, 1100, 6)].map((batches) => ({
    X: batches.map(({ X }) => X[0]),
    y: batches.map(({ y }) => y[0]),
  }));
  follow(8, options, eager, [a, b, a], 1);
});

test("weights that decay to almost nothing", () => {
  const options = { method: "sgd", intercept: false, learningRate: 0.5, l2: 0.05 } as const;
  const oracle = new Eager(2, { ...options, l1: 0 });
  const models = onEach(() => new OnlineRegressor(2, options));
  const both = (X: number[][], y: number[]): void => {
    oracle.update({ X, y });
    for (const model of models) model.update(X, y);
  };
  both([[1, 1]], [3]);
  // 0.95^13,000 = 1e-290: the clock begins anew on the way
  for (let t = 0; t < 13_000; ++t) both([[0, 0]], [0]);
  for (const { coefficients } of models) {
    expect(Math.abs(coefficients[0] / oracle.coefficients[0] - 1)).toBeLessThan(1e-10);
  }
  both([[1, 0]], [2]);
  for (const { coefficients } of models) expectClose(coefficients, oracle.coefficients);
});

test("random streams and options", () => {
  const number = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max, noNaN: true }));
  const options = fc.record({
    method: fc.constantFrom("ftrl" as const, "sgd" as const),
    intercept: fc.boolean(),
    learningRate: fc.double({ min: 1e-3, max: 0.3, noNaN: true }),
    l1: number(0.1),
    l2: number(2),
    seed: fc.nat(),
    p: fc.integer({ min: 2, max: 8 }),
    cumulative: fc.boolean(),
    labels: fc.boolean(),
  });
  fc.assert(
    fc.property(options, ({ seed, p, cumulative, labels, ...rest }) => {
      const l1Mode = cumulative ? "cumulative" : "proximal";
      const given = rest.method === "ftrl" ? ({ ...rest, l1Mode } as const) : rest;
      follow(p, given, { ...given, loss: labels ? "logistic" : "gaussian" }, stream(p, 60, seed, labels), 20);
    }),
    { numRuns: 60 },
  );
});
