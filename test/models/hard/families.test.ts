import { describe, expect, test } from "vitest";
import { dense, logistic, multinomial, poisson, regularizationPath } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { testRefusals } from "../refusals.js";

const X = [[1], [2], [3], [4], [5], [6]];
const apart = [0, 0, 0, 1, 1, 1];
const mixed = [0, 1, 0, 1, 0, 1];

describe("no finite solution: not converged, and nothing that is NaN", () => {
  test.each([
    ["classes apart, no penalty", () => logistic(X, apart, { lambda: 0 })],
    [
      "classes apart, no intercept",
      () =>
        logistic(
          X.map(([x]) => [x - 3.5]),
          apart,
          { lambda: 0, intercept: false },
        ),
    ],
    [
      "classes apart along a free column",
      () =>
        logistic(
          X.map(([x]) => [x, (x * x) % 5]),
          apart,
          { lambda: 0.1, penaltyFactor: [0, 1] },
        ),
    ],
    ["classes apart but for a tie", () => logistic([[0], [0], [0], [1], [1], [0]], [0, 1, 0, 1, 1, 1], { lambda: 0 })],
    ["counts of 0 but for one row", () => poisson(X, [0, 0, 0, 0, 0, 6], { lambda: 0 })],
    ["counts that are all 0, no intercept", () => poisson(X, [0, 0, 0, 0, 0, 0], { lambda: 0, intercept: false })],
  ])("%s", (_, fitted) => {
    const { converged, coefficients, intercept, objective } = fitted();
    expect(converged).toBe(false);
    expect([...coefficients, intercept, objective].every(Number.isFinite)).toBe(true);
  });
});

describe("one row's η far above the rest", () => {
  const line = [[0], [1], [2], [3]];
  const counts = [0, 1, 2, 1];
  /** F along w at the best intercept, by thirds: it is convex. */
  const least = (F: (w: number, b: number) => number): number => {
    const along = (f: (t: number) => number, reach: number): number => {
      let [low, high] = [-reach, reach];
      for (let k = 0; k < 200; ++k) {
        const [a, c] = [low + 0.4 * (high - low), low + 0.6 * (high - low)];
        if (f(a) <= f(c)) high = c;
        else low = a;
      }
      return f(0.5 * (low + high));
    };
    return along((w) => along((b) => F(w, b), 3000), 1000);
  };

  test.each([
    [35, 0],
    [35, 1],
    [100, 0],
    [95.9, 3],
    [300, 0],
    [700, 2],
  ])("an offset of %d in row %d", (height, row) => {
    const offset = counts.map((_, i) => (i === row ? height : 0));
    const mean = (loss: (i: number) => number): number => counts.reduce((sum, _, i) => sum + loss(i) / 4, 0);
    const options = { lambda: 0.01, standardize: false, offset };
    const poissonF = (w: number, b: number): number =>
      mean((i) => Math.exp(w * i + b + offset[i]) - counts[i] * (w * i + b + offset[i])) + 0.01 * Math.abs(w);
    const binomialF = (w: number, b: number): number =>
      mean((i) => {
        const eta = (i % 3 > 0 ? -1 : 1) * (w * i + b + offset[i]);
        return Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta)));
      }) +
      0.01 * Math.abs(w);
    for (const [fitted, F] of [
      [poisson(line, counts, options), poissonF],
      [logistic(line, [0, 1, 1, 0], options), binomialF],
    ] as const) {
      const reached = F(fitted.coefficients[0], fitted.intercept);
      expect(reached).toBeLessThan(least(F) * (1 + 1e-6));
      expect(Math.abs(fitted.objective - reached)).toBeLessThan(1e-9 * reached);
    }
  });

  test("the published one converges", () => {
    const { objective, converged } = poisson(line, counts, { lambda: 0.01, offset: [35, 0, 0, 0] });
    expect(converged).toBe(true);
    expect(objective).toBeCloseTo(12.04988, 4);
  });
});

test.each([1, 0.5, 0.1])("counts up to millions in a wide X, l1Ratio %d", (l1Ratio) => {
  const { next, n, p } = { next: randomStream(7), n: 100, p: 750 };
  const wide = Float64Array.from({ length: n * p }, () => next() + next() + next());
  const levels = Array.from({ length: n }, (_, i) => wide.subarray(i * p, i * p + 6).reduce((sum, x) => sum + x, 0));
  const top = Math.max(...levels);
  const y = levels.map((level) => Math.round(8.6e6 ** (level / top)));
  const matrix = dense(wide, n, p);
  const [lambdaMax] = regularizationPath(matrix, y, { family: "poisson", lambdaCount: 1, l1Ratio }).lambdas;
  expect(poisson(matrix, y, { lambda: 7e-5 * lambdaMax, l1Ratio }).converged).toBe(true);
});

test("classes apart in more columns than rows end soon, at an F that is next to nothing", () => {
  const { next, n, p } = { next: randomStream(3), n: 30, p: 90 };
  const rows = Array.from({ length: n }, () => Array.from({ length: p }, () => (next() > 0.7 ? next() : 0)));
  for (const intercept of [true, false]) {
    const model = logistic(
      rows,
      rows.map((_, i) => i % 2),
      { lambda: 0, intercept },
    );
    expect(model.converged).toBe(false);
    expect(model.objective).toBeLessThan(1e-7);
    expect(model.iterations).toBeLessThan(500);
  }
});

test("three classes that are nearly apart: as many steps at a small penalty as at a large one", () => {
  const { next, n, p } = { next: randomStream(5), n: 200, p: 60 };
  const data = Float64Array.from({ length: n * p }, () => next() + next());
  const levels = Array.from({ length: 30 }, next);
  const labels = Array.from({ length: n }, (_, i) => {
    const etas = [0, 1, 2].map((k) =>
      data.subarray(i * p, i * p + 10).reduce((s, x, j) => s + x * levels[10 * k + j], 0),
    );
    return etas.indexOf(Math.max(...etas));
  });
  const matrix = dense(data, n, p);
  const [lambdaMax] = regularizationPath(matrix, labels, { family: "multinomial", lambdaCount: 1 }).lambdas;
  for (const share of [1e-2, 1e-3, 1e-4]) {
    const { converged, iterations } = multinomial(matrix, labels, { lambda: share * lambdaMax });
    expect(converged).toBe(true);
    expect(iterations).toBeLessThan(150);
  }
});

test("what Newton steps cannot solve ends soon: counts in more columns than rows, without a penalty", () => {
  const { next, n, p } = { next: randomStream(11), n: 60, p: 182 };
  const rows = Array.from({ length: n }, () => Array.from({ length: p }, () => (next() > 0.4 ? 2 * next() : 0)));
  const counts = rows.map((row) => Math.floor(Math.exp(row[0] + row[1] + next())));
  for (const strategy of ["newton", "sparse"] as const) {
    const model = poisson(rows, counts, { lambda: 0, strategy });
    expect(model.iterations).toBeLessThan(1000);
    const F = rows.reduce((sum, row, i) => {
      const eta = row.reduce((level, x, j) => level + x * model.coefficients[j], model.intercept);
      return sum + (Math.exp(eta) - counts[i] * eta) / n;
    }, 0);
    expect(Math.abs(model.objective - F)).toBeLessThan(1e-9 * (1 + Math.abs(F)));
  }
});

test("free columns that tell classes apart: the objective is F, whatever rounding makes of the intercept", () => {
  const rows = Array.from({ length: 12 }, (_, i) => [1e6 + i, (i % 5) - 2]);
  const labels = rows.map((_, i) => (i < 6 ? 0 : 1));
  for (const penaltyFactor of [
    [0, 0],
    [0, 1],
  ]) {
    for (const maxIterations of [5, 50, 10_000]) {
      const model = logistic(rows, labels, { lambda: 0.01, penaltyFactor, maxIterations, standardize: false });
      const [v, w] = model.coefficients;
      const F = rows.reduce(
        (sum, [a, c], i) => {
          const eta = (2 * labels[i] - 1) * (v * (a - 1e6) + w * c + (model.intercept + v * 1e6));
          return sum + (Math.max(-eta, 0) + Math.log1p(Math.exp(-Math.abs(eta)))) / 12;
        },
        0.01 * penaltyFactor[1] * Math.abs(w),
      );
      expect(Math.abs(model.objective - F)).toBeLessThan(1e-7);
    }
  }
});

test.each([1e20, 1e150, 1e160, 1e300, 1.7e308])("warm starts of %d are as good as none", (size) => {
  const points = [
    [1, 2],
    [2, 1],
    [3, 5],
    [4, 4],
    [5, 1],
    [6, -2],
  ];
  for (const lambda of [0, 0.01]) {
    for (const intercept of [true, false]) {
      const fits = [
        (warmStart: object) => logistic(points, [0, 1, 0, 1, 1, 0], { lambda, intercept, ...warmStart }),
        (warmStart: object) => poisson(points, [0, 1, 2, 1, 3, 4], { lambda, intercept, ...warmStart }),
        (warmStart: object) => multinomial(points, [0, 1, 2, 0, 1, 2], { lambda, intercept, ...warmStart }),
      ];
      fits.forEach((run, k) => {
        const length = k === 2 ? 6 : 2;
        const warmStart = Array.from({ length }, (_, c) => (c % 3 === 1 ? -size : size));
        const [warm, cold] = [run({ warmStart }), run({})];
        expect([...warm.coefficients].every(Number.isFinite)).toBe(true);
        expect(Math.abs(warm.objective - cold.objective)).toBeLessThan(1e-6 * (1 + Math.abs(cold.objective)));
      });
    }
  }
});

test("a small penalty has a solution", () => {
  for (const l1Ratio of [1, 0]) expect(logistic(X, apart, { lambda: 1e-6, l1Ratio }).converged).toBe(true);
  expect(poisson(X, [0, 0, 0, 0, 0, 0], { lambda: 0.1, intercept: false }).converged).toBe(true);
});

testRefusals([
  ["one class", () => logistic(X, [1, 1, 1, 1, 1, 1], { lambda: 0.1 }), "ERR_VALUE", "classes"],
  [
    "one class of positive weight",
    () => logistic(X, [0, 1, 1, 1, 1, 1], { lambda: 0.1, weights: [0, 1, 1, 1, 1, 1] }),
    "ERR_VALUE",
    "both classes",
  ],
  ["no counts", () => poisson(X, [0, 0, 0, 0, 0, 0], { lambda: 0.1 }), "ERR_VALUE", "positive count"],
  ["a negative count", () => poisson(X, [0, 1, -1, 2, 3, 4], { lambda: 0.1 }), "ERR_VALUE", "row 2"],
]);

test("columns and offsets far from 0 change the intercept alone", () => {
  const options = { lambda: 0.01, tolerance: 1e-12 };
  const near = logistic(X, mixed, options);
  const far = logistic(
    X.map(([x]) => [x + 1e8]),
    mixed,
    options,
  );
  expect(far.converged).toBe(true);
  expect(far.coefficients[0]).toBeCloseTo(near.coefficients[0], 8);
  const offset = [1, 2, 3, 2, 1, 0];
  const moved = logistic(X, mixed, { ...options, offset: offset.map((value) => value + 1e8) });
  const unmoved = logistic(X, mixed, { ...options, offset });
  expect(moved.coefficients[0]).toBeCloseTo(unmoved.coefficients[0], 10);
  expect(moved.intercept + 1e8).toBeCloseTo(unmoved.intercept, 6);
});

test("labels swapped, coefficients negated; weights are repeated rows", () => {
  const options = { lambda: 0.02, tolerance: 1e-13 };
  const one = logistic(X, mixed, options);
  const other = logistic(
    X,
    mixed.map((label) => 1 - label),
    options,
  );
  expect(other.coefficients[0]).toBeCloseTo(-one.coefficients[0], 8);
  expect(other.intercept).toBeCloseTo(-one.intercept, 8);
  const twice = (rows: readonly (number | number[])[]) => rows.flatMap((row, i) => (i < 3 ? [row, row] : [row]));
  const weighted = poisson(X, mixed, { ...options, weights: [2, 2, 2, 1, 1, 1] });
  const repeated = poisson(twice(X) as number[][], twice(mixed) as number[], options);
  expect(repeated.coefficients[0]).toBeCloseTo(weighted.coefficients[0], 8);
  expect(repeated.objective).toBeCloseTo(weighted.objective, 12);
});
