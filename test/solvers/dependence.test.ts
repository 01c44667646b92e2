import { describe, expect, test } from "vitest";
import { DenseMatrix } from "../../src/data/DenseMatrix.js";
import { exactDependence } from "../../src/solvers/designs/dependence.js";

const columns = (...X: number[][]): DenseMatrix =>
  new DenseMatrix(Float64Array.from(X.flat()), X[0].length, X.length, "column");
const ones = (n: number): Float64Array => new Float64Array(n).fill(1);

describe("vanishes", () => {
  const a = [0.1, 0.2, 0.7, 0.4];
  const b = [0.25, 3, -1, 0.125];

  test.each<[what: string, X: number[][], d: number[], intercept: boolean, expected: boolean]>([
    ["a column twice", [a, a], [1, -1], false, true],
    ["a column and its negative", [a, a.map((x) => -x)], [1, 1], false, true],
    ["the double of a column", [a, a.map((x) => 2 * x)], [2, -1], false, true],
    ["a sum that rounding has changed", [a, b, a.map((x, i) => x + b[i])], [1, 1, -1], false, false],
    ["a sum of numbers with few digits", [b, [1, 2, 3, 4], b.map((x, i) => x + i + 1)], [1, 1, -1], false, true],
    ["one unit in the last place", [a, [0.1, 0.2, 0.7, 0.4 + 2 ** -54]], [1, -1], false, false],
    [
      "indicators that sum to 1",
      [
        [1, 0, 0, 1],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ],
      [1, 1, 1],
      true,
      true,
    ],
    [
      "the same without an intercept",
      [
        [1, 0, 0, 1],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ],
      [1, 1, 1],
      false,
      false,
    ],
    ["no whole numbers", [a, b], [1, -0.37], false, false],
    [
      "values beyond the range of products",
      [
        [1e200, 2],
        [1e200, 2],
      ],
      [1, -1],
      false,
      false,
    ],
  ])("%s", (_, X, d, intercept, expected) => {
    const places = X.map((_x, k) => k);
    const { vanishes } = exactDependence(columns(...X), ones(X[0].length), intercept, ones(X.length));
    expect(vanishes(places, Float64Array.from(d))).toBe(expected);
    // d is known but for rounding errors, and in any proportion.
    expect(
      vanishes(
        places,
        Float64Array.from(d, (value, k) => -3.7 * value * (1 + 1e-9 * k)),
      ),
    ).toBe(expected);
  });

  test("scales of columns, rows without weight, rows that do not count", () => {
    const X = columns([1, 2, 3, 9], [2, 4, 6, 9]);
    const scales = Float64Array.of(1, 2);
    const dependence = exactDependence(X, Float64Array.of(1, 1, 1, 0), false, scales);
    expect(dependence.vanishes([0, 1], Float64Array.of(1, -1))).toBe(true);
    expect(exactDependence(X, ones(4), false, scales).vanishes([0, 1], Float64Array.of(1, -1))).toBe(false);
    expect(dependence.vanishes([0, 1], Float64Array.of(1, -1), () => true)).toBe(false);
  });
});

test("rank: no more than rows that differ, less one that is 0 or that an intercept takes", () => {
  const X = columns([0, 1, 1, 0, 5], [0, 2, 2, 0, 5]);
  const weights = Float64Array.of(1, 1, 1, 1, 0);
  expect(exactDependence(X, weights, false, ones(2)).rank([0, 1])).toBe(1);
  expect(exactDependence(X, weights, true, ones(2)).rank([0, 1])).toBe(1);
  expect(exactDependence(X, ones(5), true, ones(2)).rank([0, 1])).toBe(2);
  expect(exactDependence(X, ones(5), false, ones(2)).rank([0, 1], (i) => i !== 0 && i !== 3)).toBe(2);
});
