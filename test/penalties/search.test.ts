/** Where minima besides the one that descent comes to are looked for, the units of y and the means of columns do not matter. */

import { expect, it } from "vitest";
import { mcp, type PathOptions, regularizationPath, scad } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";

const rows = 12;
const next = randomStream(5);
const problems = Array.from({ length: 12 }, () => ({
  x: Array.from({ length: rows }, () => next()),
  y: Array.from({ length: rows }, () => 3 * next()),
}));

const firstOf = (x: readonly number[], y: readonly number[], options: PathOptions): number =>
  regularizationPath(
    x.map((value) => [value]),
    y,
    { lambdaCount: 1, ...options },
  ).lambdas[0];

it("Huber's loss: y in other units", () => {
  for (const { x, y } of problems) {
    const first = (unit: number): number =>
      firstOf(
        x,
        y.map((value) => value * unit),
        { family: "huber", delta: 0.1 * unit, penalty: scad(), l1Ratio: 1 },
      ) / unit;
    for (const unit of [2 ** -330, 2 ** -60, 2 ** 330]) expect(first(unit)).toBeCloseTo(first(1), 6);
  }
});

it("logistic: a mean that is a million times the deviation", () => {
  for (const { x, y } of problems) {
    const labels = y.map((value) => Number(value > 1.5));
    const first = (mean: number): number =>
      regularizationPath(
        x.map((value) => [value + mean]),
        labels,
        { family: "binomial", lambdaCount: 1, penalty: mcp({ gamma: 3 }) },
      ).lambdas[0];
    expect(first(2 ** 22) / first(0)).toBeCloseTo(1, 5);
  }
});

it("Huber's loss: where nearly all rows are in its steep pieces, F does not jump at the first lambda", () => {
  for (const { x, y } of problems) {
    const X = x.slice(0, 7).map((value) => [value]);
    const some = y.slice(0, 7);
    const options: PathOptions = { family: "huber", delta: 1e-5, penalty: scad() };
    const first = regularizationPath(X, some, { ...options, lambdaCount: 1 }).lambdas[0];
    const lambdas = [first * (1 + 1e-9), first * (1 - 1e-9)];
    const [above, below] = regularizationPath(X, some, { ...options, lambdas, tolerance: 1e-10 }).objectives;
    expect(below / above).toBeCloseTo(1, 6);
  }
});
