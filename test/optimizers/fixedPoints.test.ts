/** Where proximal training on a convex problem ends: at the minimiser of loss + penalty, which the solvers find in another way. */

import { afterEach, describe, expect, test } from "vitest";
import {
  adagrad,
  adam,
  adamw,
  createArena,
  dense,
  elasticNet,
  type FloatArray,
  fromL1L2,
  ftrl,
  lasso,
  type Optimizer,
  type Parameter,
  rmsprop,
  setBackend,
  sgd,
  unpenalized,
} from "../../src/index.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { distance } from "../support/golden.js";

afterEach(() => setBackend("auto"));

const n = 80;
const p = 12;
const next = randomStream(11);
const X = randomArray(n * p, next);
// Four features matter, and neighbours share much of what they say.
for (let i = 0; i < n; ++i) for (let j = 1; j < p; ++j) X[i * p + j] += 0.5 * X[i * p + j - 1];
const y = Array.from(
  { length: n },
  (_, i) => 1 + 2 * X[i * p] - X[i * p + 3] + 0.5 * X[i * p + 7] - 1.5 * X[i * p + 10] + 0.3 * next(),
);
const matrix = dense(Float64Array.from(X), n, p);
const l1 = 0.05;

/** The gradient of 1/(2n)·Σ (x_i·w + b − y_i)². */
function gradient(w: FloatArray, b: number, gw: FloatArray): number {
  gw.fill(0);
  let gb = 0;
  for (let i = 0; i < n; ++i) {
    let r = b - y[i];
    for (let j = 0; j < p; ++j) r += X[i * p + j] * w[j];
    for (let j = 0; j < p; ++j) gw[j] += (r * X[i * p + j]) / n;
    gb += r / n;
  }
  return gb;
}

interface Case {
  name: string;
  make: (parameters: Parameter[], penalty: { l1: number; l2: number }) => Optimizer;
  steps?: number;
  /** Steps that do not shrink as the gradient does never settle where it is 0: such optimisers train without an intercept. */
  intercept?: false;
}

const cases: Case[] = [
  { name: "sgd", make: (w, penalty) => sgd(w, { learningRate: 0.5, ...penalty }) },
  { name: "sgd, momentum", make: (w, penalty) => sgd(w, { learningRate: 0.1, momentum: 0.9, ...penalty }) },
  {
    name: "sgd, momentum and dampening",
    make: (w, penalty) => sgd(w, { learningRate: 0.2, momentum: 0.8, dampening: 0.4, ...penalty }),
  },
  {
    name: "sgd, Nesterov",
    make: (w, penalty) => sgd(w, { learningRate: 0.1, momentum: 0.9, nesterov: true, ...penalty }),
  },
  { name: "adam", make: (w, penalty) => adam(w, { learningRate: 2e-3, ...penalty }), steps: 20_000 },
  {
    name: "adam, amsgrad",
    make: (w, penalty) => adam(w, { learningRate: 0.02, amsgrad: true, ...penalty }),
    steps: 20_000,
  },
  { name: "adamw", make: (w, penalty) => adamw(w, { learningRate: 2e-3, weightDecay: 0, ...penalty }), steps: 20_000 },
  {
    name: "rmsprop",
    make: (w, penalty) => rmsprop(w, { learningRate: 2e-3, ...penalty }),
    steps: 20_000,
    intercept: false,
  },
  {
    name: "rmsprop, momentum",
    make: (w, penalty) => rmsprop(w, { learningRate: 5e-4, momentum: 0.8, ...penalty }),
    steps: 20_000,
    intercept: false,
  },
  { name: "adagrad", make: (w, penalty) => adagrad(w, { learningRate: 0.5, ...penalty }), steps: 20_000 },
  {
    name: "adagrad, decayed",
    make: (w, penalty) => adagrad(w, { learningRate: 1, learningRateDecay: 1e-4, ...penalty }),
    steps: 20_000,
  },
  {
    name: "ftrl, cumulative",
    make: (w, penalty) => ftrl(w, { learningRate: 1, l1Mode: "cumulative", ...penalty }),
    steps: 20_000,
  },
];

/** Runs to the end, and gives the weights and the intercept. */
function train({ make, steps = 5000 }: Case, penalty: { l1: number; l2: number }, intercept: boolean) {
  const arena = createArena(8 * 4 * (2 * p + 2));
  const [w, gw, b, gb] = [p, p, 1, 1].map((length) => arena.float64(length));
  const optimizer = make([w, unpenalized(b)], penalty);
  for (let k = 0; k < steps; ++k) {
    const slope = gradient(w, b[0], gw);
    gb[0] = intercept ? slope : 0;
    optimizer.step([gw, gb]);
  }
  return { w, b: b[0], zeros: optimizer.zeros()[0] };
}

const fit = { standardize: false, tolerance: 1e-14 };

describe.each(["wasm", "js"] as const)("%s", (backend) => {
  test.each(cases)("$name ends at the solution of lasso(), with its zeros", (training) => {
    setBackend(backend);
    const intercept = training.intercept ?? true;
    const expected = lasso(matrix, y, { ...fit, lambda: l1, intercept });
    const { w, b, zeros } = train(training, { l1, l2: 0 }, intercept);
    expect(distance(w, expected.coefficients)).toBeLessThan(1e-6);
    expect(Math.abs(b - (expected.intercept ?? 0))).toBeLessThan(1e-6);
    expect(Array.from(w, (v) => v === 0)).toEqual(Array.from(expected.coefficients, (v) => v === 0));
    expect(zeros).toBeGreaterThan(2);
    expect(zeros).toBe(p - expected.nonzeros);
  });

  test.each(cases)("$name with l2 ends at the solution of elasticNet()", (training) => {
    setBackend(backend);
    const intercept = training.intercept ?? true;
    const penalty = { l1, l2: 0.03 };
    const expected = elasticNet(matrix, y, { ...fit, ...fromL1L2(penalty.l1, penalty.l2), intercept });
    const { w, b } = train(training, penalty, intercept);
    expect(distance(w, expected.coefficients)).toBeLessThan(1e-6);
    expect(Math.abs(b - (expected.intercept ?? 0))).toBeLessThan(1e-6);
    expect(Array.from(w, (v) => v === 0)).toEqual(Array.from(expected.coefficients, (v) => v === 0));
  });

  test("FTRL as published tends to the unpenalised solution, as l1 counts once", () => {
    setBackend(backend);
    const published: Case = { name: "", make: (w, penalty) => ftrl(w, { learningRate: 1, ...penalty }), steps: 20_000 };
    const [few, many] = [200, 20_000].map((steps) => train({ ...published, steps }, { l1: 5, l2: 0 }, true).w);
    const unpenalised = lasso(matrix, y, { ...fit, lambda: 0 }).coefficients;
    expect(distance(few, unpenalised)).toBeGreaterThan(0.01);
    expect(distance(many, unpenalised)).toBeLessThan(0.01);
  });

  test("by subgradient, weights oscillate around 0 and are never 0", () => {
    setBackend(backend);
    const { zeros } = train(
      { name: "", make: (w, penalty) => sgd(w, { learningRate: 0.3, l1Mode: "subgradient", ...penalty }) },
      { l1, l2: 0 },
      true,
    );
    expect(zeros).toBe(0);
  });
});
