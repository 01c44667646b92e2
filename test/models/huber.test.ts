/** Huber regression against a slow solver of its own, its definition and what it turns into. */

import { afterAll, describe, expect, test } from "vitest";
import {
  crossValidate,
  deviance,
  fitMany,
  huber,
  lasso,
  type Model,
  modelFromJSON,
  regularizationPath,
  setBackend,
} from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { testRefusals } from "./refusals.js";

afterAll(() => setBackend("auto"));

const next = randomStream(20240501);
const [n, p] = [60, 6];
const X = Array.from({ length: n }, () => Array.from({ length: p }, () => (next() < -0.3 ? 0 : 2 * next())));
/** A fifth of the rows are far off. */
const y = X.map(([a, b, c], i) => 3 + 2 * a - b + 0.5 * c + 0.4 * next() + (i % 5 === 0 ? 20 * next() : 0));
const weights = y.map((_, i) => (i % 11 === 3 ? 0 : 1 + (i % 3)));
const offset = y.map((_, i) => 0.5 * Math.sin(i));
const total = weights.reduce((sum, weight) => sum + weight, 0);

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
};
const madDelta = (v: readonly number[]): number => 1.345 * 1.4826 * median(v.map((one) => Math.abs(one - median(v))));
const loss = (r: number, delta: number): number =>
  Math.abs(r) <= delta ? r ** 2 / 2 : delta * Math.abs(r) - delta ** 2 / 2;

interface Slow {
  delta: number;
  lambda: number;
  l1Ratio: number;
  intercept: boolean;
  weights: number[];
  offset: number[];
  penaltyFactor: number[];
  lowerBounds: number;
}
const etasOf = (w: ArrayLike<number>, b: number, o: readonly number[]): number[] =>
  X.map((row, i) => o[i] + b + row.reduce((sum, x, j) => sum + x * w[j], 0));

function objective(w: ArrayLike<number>, b: number, slow: Slow): number {
  const W = slow.weights.reduce((sum, weight) => sum + weight, 0);
  const eta = etasOf(w, b, slow.offset);
  const sum = y.reduce((all, value, i) => all + slow.weights[i] * loss(value - eta[i], slow.delta), 0);
  return Array.from(w).reduce(
    (F, v, j) =>
      F + slow.lambda * slow.penaltyFactor[j] * (slow.l1Ratio * Math.abs(v) + 0.5 * (1 - slow.l1Ratio) * v * v),
    sum / W,
  );
}

/** Accelerated proximal gradients with restarts, of 1/L a step; no line of it from the library. Beck & Teboulle (2009). */
function slowly(slow: Slow): { w: number[]; b: number; F: number } {
  const { delta, lambda, l1Ratio, intercept, penaltyFactor, lowerBounds } = slow;
  const W = slow.weights.reduce((sum, weight) => sum + weight, 0);
  const L = X.reduce((sum, row, i) => sum + (slow.weights[i] / W) * row.reduce((all, x) => all + x * x, 1), 0);
  let at = new Array<number>(p + 1).fill(0);
  let ahead = at;
  let t = 1;
  for (let step = 0; step < 40_000; ++step) {
    const eta = etasOf(ahead, ahead[p], slow.offset);
    const pull = y.map((value, i) => (slow.weights[i] / W) * Math.min(Math.max(value - eta[i], -delta), delta));
    const moved = ahead.map((v, j) => {
      const to = v + pull.reduce((sum, one, i) => sum + one * (j < p ? X[i][j] : 1), 0) / L;
      if (j === p) return intercept ? to : 0;
      const a = (lambda * penaltyFactor[j]) / L;
      const shrunk = Math.sign(to) * Math.max(Math.abs(to) - a * l1Ratio, 0);
      return Math.max(shrunk / (1 + a * (1 - l1Ratio)), lowerBounds);
    });
    const turns = moved.reduce((sum, v, j) => sum + (ahead[j] - v) * (v - at[j]), 0) > 0;
    const after = turns ? 1 : (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    ahead = moved.map((v, j) => v + (turns ? 0 : ((t - 1) / after) * (v - at[j])));
    at = moved;
    t = after;
  }
  const w = at.slice(0, p);
  return { w, b: at[p], F: objective(w, at[p], slow) };
}

const plain: Slow = {
  delta: 0.5,
  lambda: 0.05,
  l1Ratio: 1,
  intercept: true,
  weights: y.map(() => 1),
  offset: y.map(() => 0),
  penaltyFactor: new Array(p).fill(1),
  lowerBounds: Number.NEGATIVE_INFINITY,
};
const cases: [string, Slow][] = [
  ["lasso", plain],
  ["a wide delta", { ...plain, delta: 5 }],
  ["a narrow delta", { ...plain, delta: 0.05, lambda: 0.005 }],
  ["ridge", { ...plain, l1Ratio: 0, lambda: 0.1 }],
  ["without an intercept", { ...plain, intercept: false, l1Ratio: 0.5 }],
  ["weights and an offset", { ...plain, weights, offset }],
  ["factors and bounds", { ...plain, penaltyFactor: [1, 0, 2, 1, 0.5, Infinity].slice(0, p), lowerBounds: -0.3 }],
  ["no penalty", { ...plain, lambda: 0 }],
];

describe.each(["wasm", "js"] as const)("on %s", (backend) => {
  test.each(cases)("as small as a slow solver finds it: %s", (_, slow) => {
    setBackend(backend);
    const { penaltyFactor, delta } = slow;
    // A column that is left out is one that cannot move.
    const finite = { ...slow, penaltyFactor: penaltyFactor.map((f) => (f === Infinity ? 1e9 : f)) };
    const { w, b, F } = slowly(finite);
    for (const strategy of ["newton", "sparse"] as const) {
      const model = huber(X, y, { ...slow, standardize: false, tolerance: 1e-13, strategy });
      expect(model.converged).toBe(true);
      expect(model.certificate).toBe("gap");
      expect(model.delta).toBe(delta);
      const own = objective(model.coefficients, model.intercept, finite);
      expect(Math.abs(model.objective - own)).toBeLessThan(1e-13 * (1 + own));
      expect(Math.abs(own - F)).toBeLessThan(1e-11 * (1 + F));
      expect(Math.abs(model.intercept - b)).toBeLessThan(1e-5);
      w.forEach((value, j) => {
        expect(Math.abs(model.coefficients[j] - value)).toBeLessThan(1e-5);
      });
    }
  });
});

test("both backends give the same bits", () => {
  const fits = (["wasm", "js"] as const).map((backend) => {
    setBackend(backend);
    return [
      huber(X, y, { lambda: 0.01, weights, offset, delta: 0.3 }),
      ...["newton", "sparse"].map((strategy) =>
        regularizationPath(X, y, { family: "huber", strategy: strategy as "newton", lambdaCount: 20 }),
      ),
    ];
  });
  expect(JSON.stringify(fits[0])).toBe(JSON.stringify(fits[1]));
});

test("with a large delta it is the lasso", () => {
  const options = { lambda: 0.05, weights, offset, tolerance: 1e-14 };
  const wide = huber(X, y, { ...options, delta: 1e4 });
  const squares = lasso(X, y, options);
  expect(Math.abs(wide.objective - squares.objective)).toBeLessThan(1e-12);
  squares.coefficients.forEach((value, j) => {
    expect(Math.abs(wide.coefficients[j] - value)).toBeLessThan(1e-9);
  });
});

test("with a small delta, and lambda in proportion, it is least absolute deviations: the objective over delta is within delta/2 of theirs", () => {
  const lambda = 0.05;
  const absolute = (w: ArrayLike<number>, b: number): number =>
    etasOf(w, b, plain.offset).reduce((sum, eta, i) => sum + Math.abs(y[i] - eta) / n, 0) +
    Array.from(w).reduce((sum, v) => sum + lambda * Math.abs(v), 0);
  const at = [1e-2, 1e-4, 1e-6].map((delta) => {
    const model = huber(X, y, { lambda: lambda * delta, delta, standardize: false, tolerance: 1e-8 });
    expect(model.converged).toBe(true);
    const A = absolute(model.coefficients, model.intercept);
    // r²/2 or delta·|r| − delta²/2 is below delta·|r| by delta²/2 at most.
    expect(model.objective / delta).toBeLessThanOrEqual(A * (1 + 1e-12));
    expect(A - model.objective / delta).toBeLessThanOrEqual(delta / 2 + 1e-12);
    return { A, model };
  });
  // Subgradients: the signs of residuals balance, those on the fit take any value in between.
  const { model, A } = at[2];
  const eta = etasOf(model.coefficients, model.intercept, plain.offset);
  const isOn = y.map((value, i) => Math.abs(value - eta[i]) < 1e-5);
  const lean = y.reduce((sum, value, i) => sum + (isOn[i] ? 0 : Math.sign(value - eta[i])), 0);
  expect(Math.abs(lean)).toBeLessThanOrEqual(isOn.filter(Boolean).length);
  // Within delta/2 and the gap over delta of the least.
  expect(at[0].A).toBeGreaterThanOrEqual(A - 1e-6);
  expect(at[0].A - A).toBeLessThan(1e-2);
  // The median of y where no column counts.
  const centre = huber(X, y, { lambda: 10, delta: 1e-6 }).intercept;
  const [below, above] = [y.filter((v) => v < centre - 1e-5), y.filter((v) => v > centre + 1e-5)];
  expect(Math.max(below.length, above.length)).toBeLessThanOrEqual(n / 2);
});

test("outliers do not move it: rows a thousand times as far off make no difference beyond delta", () => {
  const options = { lambda: 0.01, delta: 0.5, tolerance: 1e-13 };
  const fit = huber(X, y, options);
  const eta = fit.predict(X);
  const further = y.map((value, i) => (Math.abs(value - eta[i]) > 1 ? eta[i] + 1e3 * (value - eta[i]) : value));
  const again = huber(X, further, options);
  fit.coefficients.forEach((value, j) => {
    expect(Math.abs(again.coefficients[j] - value)).toBeLessThan(1e-5);
  });
});

describe("the default delta", () => {
  test("is 1.345·1.4826·median|v − median v| of y − offset over all rows, unweighted", () => {
    expect(huber(X, y, { lambda: 0.1 }).delta).toBeCloseTo(madDelta(y), 12);
    const v = y.map((value, i) => value - offset[i]);
    expect(huber(X, y, { lambda: 0.1, offset, weights }).delta).toBeCloseTo(madDelta(v), 12);
    const odd = [1, 2, 4, 8, 16];
    expect(
      huber(
        odd.map((x) => [x]),
        odd,
        { lambda: 0.1 },
      ).delta,
    ).toBe(1.345 * 1.4826 * 3);
    expect(huber(X, y, { lambda: 0.1, delta: undefined }).delta).toBeCloseTo(madDelta(y), 12);
  });

  test("is that of all rows in every fold", () => {
    const folds = Int32Array.from(y, (_, i) => i % 4);
    const lambdas = [0.5, 0.1, 0.02];
    const cv = crossValidate(X, y, { family: "huber", folds, lambdas, weights, offset, tolerance: 1e-12 });
    const delta = madDelta(y.map((value, i) => value - offset[i]));
    expect(cv.delta).toBeCloseTo(delta, 12);
    expect(cv.path.delta).toBe(cv.delta);
    expect(cv.model("1se").delta).toBe(cv.delta);
    lambdas.forEach((lambda, k) => {
      for (let fold = 0; fold < 4; ++fold) {
        const rest = weights.map((weight, i) => (folds[i] === fold ? 0 : weight));
        const model = huber(X, y, { lambda, delta, weights: rest, offset, tolerance: 1e-12 });
        const eta = model.predict(X, { offset });
        const own = weights.map((weight, i) => (folds[i] === fold ? weight : 0));
        const sum = own.reduce((all, weight, i) => all + weight * 2 * loss(y[i] - eta[i], delta), 0);
        const error = sum / own.reduce((all, weight) => all + weight, 0);
        expect(Math.abs(cv.foldErrors[fold * 3 + k] - error)).toBeLessThan(1e-6);
        expect(Math.abs(deviance(y, eta, { family: "huber", delta, weights: own }) - error)).toBeLessThan(1e-12);
      }
    });
    const absolute = crossValidate(X, y, { family: "huber", folds, lambdas, measure: "meanAbsoluteError" });
    const eta = absolute.outOfFold();
    expect(absolute.meanErrors[absolute.indexMin]).toBeCloseTo(
      y.reduce((sum, value, i) => sum + Math.abs(value - eta[i]) / n, 0),
      10,
    );
  });
});

test("at lambdaMax all coefficients are 0, below it one is not; the null model is the best intercept", () => {
  const delta = 0.7;
  const path = regularizationPath(X, y, { family: "huber", delta, weights, offset, tolerance: 1e-12 });
  const first = path.model(0);
  expect(first.nonzeros).toBe(0);
  expect(path.devianceRatios[0]).toBe(0);
  expect(path.model(1).nonzeros).toBeGreaterThan(0);
  const pull = y.map((value, i) => {
    const r = value - offset[i] - first.intercept;
    return (weights[i] / total) * Math.min(Math.max(r, -delta), delta);
  });
  expect(Math.abs(pull.reduce((sum, one) => sum + one, 0))).toBeLessThan(1e-14);
  const steepest = X[0].map((_, j) => {
    const mean = X.reduce((sum, row, i) => sum + (weights[i] / total) * row[j], 0);
    const sd = Math.sqrt(X.reduce((sum, row, i) => sum + (weights[i] / total) * (row[j] - mean) ** 2, 0));
    return Math.abs(X.reduce((sum, row, i) => sum + row[j] * pull[i], 0)) / sd;
  });
  expect(Math.abs(path.lambdas[0] / Math.max(...steepest) - 1)).toBeLessThan(1e-9);
  // Its loss, which devianceRatios are against; that of the saturated model is 0.
  const losses = path.lambdas.map((lambda, k) => {
    const penalty = path
      .model(k)
      .table()
      .reduce((sum, { scaled }) => sum + Math.abs(scaled), 0);
    return path.objectives[k] - lambda * penalty;
  });
  path.devianceRatios.forEach((ratio, k) => {
    expect(Math.abs(1 - losses[k] / losses[0] - ratio)).toBeLessThan(1e-9);
  });
});

test("many models each have their own, and are those of single fits", () => {
  const targets = [y, y.map((value) => 3 * value), X.map(([a]) => 2 * a + next())];
  const shared = fitMany({
    X,
    y: X.map((_, i) => targets.map((target) => target[i])),
    lambda: [0.05, 0.1, 0.02],
    family: "huber",
  });
  const own = { lambda: 0.05, family: "huber", delta: 0.5 } as const;
  const listed = fitMany({ X: [X, X], y: [y, y.map(() => 1)], ...own });
  targets.forEach((target, i) => {
    expect(shared.model(i)).toEqual(huber(X, target, { lambda: [0.05, 0.1, 0.02][i] }));
    expect(shared.delta?.[i]).toBe(huber(X, target, { lambda: 1 }).delta);
  });
  expect([...(listed.delta as Float64Array)]).toEqual([0.5, 0.5]);
  expect(listed.model(0)).toEqual(huber(X, y, { lambda: 0.05, delta: 0.5 }));
  const chosen = fitMany({ ...own, X: [X], y: [y], lambda: "cv", folds: 4 });
  expect(chosen.model(0).lambda).toBe(crossValidate(X, y, { family: "huber", delta: 0.5, folds: 4 }).lambdaMin);
  const flat = fitMany({ X: [X, X], y: [y, y.map(() => 1)], family: "huber", lambda: 0.1 });
  expect(flat.errors.map(Boolean)).toEqual([false, true]);
  expect(flat.delta?.[1]).toBeNaN();
});

test("columns that fit y exactly leave nothing: converged, by a dual point of 0", () => {
  const few = X.slice(0, 5);
  for (const penaltyFactor of [new Array(p).fill(1), new Array(p).fill(0)]) {
    const lambda = penaltyFactor[0] === 1 ? 0 : 0.1;
    const model = huber(few, y.slice(0, 5), { lambda, penaltyFactor, delta: 0.5 });
    expect(model.objective).toBeLessThan(1e-9);
    expect(model.converged).toBe(true);
    expect(model.dualityGap).toBeGreaterThanOrEqual(model.objective);
  }
});

test("rows of no weight count for nothing but the default", () => {
  const options = { lambda: 0.02, delta: 0.5, tolerance: 1e-13 };
  const isIn = (_: unknown, i: number): boolean => weights[i] > 0;
  const all = huber(X, y, { ...options, weights });
  const some = huber(X.filter(isIn), y.filter(isIn), { ...options, weights: weights.filter((one) => one > 0) });
  expect(Math.abs(all.objective - some.objective)).toBeLessThan(1e-13);
});

const json = JSON.parse(JSON.stringify(huber(X, y, { lambda: 0.1 }))) as ReturnType<Model["toJSON"]>;
const labels = y.map((value) => (value > 3 ? 1 : 0));
testRefusals([
  ["a delta of 0", () => huber(X, y, { lambda: 1, delta: 0 }), "ERR_VALUE", '"delta" must be positive, got 0'],
  ["a negative delta", () => huber(X, y, { lambda: 1, delta: -1 }), "ERR_VALUE", '"delta" must be positive, got -1'],
  [
    "a delta of NaN",
    () => huber(X, y, { lambda: 1, delta: Number.NaN }),
    "ERR_VALUE",
    '"delta" must be positive, got NaN',
  ],
  [
    "an infinite delta",
    () => huber(X, y, { lambda: 1, delta: Infinity }),
    "ERR_NOT_FINITE",
    '"delta" must be finite, got Infinity',
  ],
  [
    "a delta of text",
    () => huber(X, y, { lambda: 1, delta: "1" as never }),
    "ERR_TYPE",
    '"delta" must be a number, got "1"',
  ],
  [
    "a default of 0",
    () =>
      huber(
        X,
        labels.map(() => 2),
        { lambda: 1 },
      ),
    "ERR_VALUE",
    '"delta" must be given where most of y − offset is one value, got a default of 0',
  ],
  [
    "a delta of the lasso",
    () => lasso(X, y, { lambda: 1, delta: 1 } as never),
    "ERR_OPTION",
    'lasso has no option "delta"',
  ],
  [
    "a delta of another path",
    () => regularizationPath(X, y, { delta: 1 }),
    "ERR_OPTION",
    'regularizationPath takes "delta" only for the huber family, got a gaussian family',
  ],
  [
    "a delta of classes",
    () => crossValidate(X, labels, { family: "binomial", delta: 1 } as never),
    "ERR_OPTION",
    'crossValidate takes "delta" only for the huber family, got a binomial family',
  ],
  [
    "a delta of many others",
    () => fitMany({ X: [X], y: [y], lambda: 1, delta: 1 }),
    "ERR_OPTION",
    'fitMany takes "delta" only for the huber family, got a gaussian family',
  ],
  [
    "a delta of 0 of many",
    () => fitMany({ X: [X], y: [y], lambda: 1, delta: 0, family: "huber" }),
    "ERR_VALUE",
    '"delta" must be positive, got 0',
  ],
  [
    "a deviance without its delta",
    () => deviance(y, y, { family: "huber" }),
    "ERR_TYPE",
    '"delta" must be a number, got undefined',
  ],
  [
    "a file without its delta",
    () => modelFromJSON({ ...json, delta: undefined } as never),
    "ERR_TYPE",
    '"delta" must be a number, got undefined',
  ],
  [
    "a file with a delta of 0",
    () => modelFromJSON({ ...json, delta: 0 } as never),
    "ERR_VALUE",
    '"delta" must be positive, got 0',
  ],
  [
    "a file of another family with a delta",
    () => modelFromJSON({ ...json, family: "gaussian" }),
    "ERR_OPTION",
    '"json" must have no field "delta" for the family "gaussian"',
  ],
]);
