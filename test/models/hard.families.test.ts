import { describe, expect, test } from "vitest";
import { logistic, poisson } from "../../src/index.js";
import { testRefusals } from "./refusals.js";

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
