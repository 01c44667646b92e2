/** What a fit chooses by its shape: the crossovers that `npm run bench -- choice` shows. */

import { describe, expect, test } from "vitest";
import { dense, elasticNet, lasso, regularizationPath } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";

function problem(n: number, p: number) {
  const next = randomStream(n + p);
  const values = Float64Array.from({ length: n * p }, () => 2 * next() - 1);
  const y = Float64Array.from({ length: n }, (_, i) => values[i] - 2 * values[n + i] + next());
  return { X: dense(values, n, p, { order: "column" }), y };
}

const grid = (count: number, end: number) => Array.from({ length: count }, (_, k) => 0.3 * end ** (k / (count - 1)));

describe("one fit", () => {
  test.each([
    [100, 64, "gram"],
    [100, 65, "newton"],
    [100, 120, "newton"],
    [1999, 100, "newton"],
    [2000, 100, "gram"],
    [2000, 101, "newton"],
  ])("of %i rows and %i columns is by %s", (n, p, strategy) => {
    const { X, y } = problem(n, p);
    const model = lasso(X, y, { lambda: 0.05 });
    expect(model.strategy).toBe(strategy);
    expect(model.converged).toBe(true);
    const other = lasso(X, y, { lambda: 0.05, strategy: strategy === "gram" ? "newton" : "gram" });
    expect(Math.abs(model.objective - other.objective)).toBeLessThanOrEqual(model.dualityGap + other.dualityGap);
  });

  test("without an L1 part is ridge's", () => {
    const { X, y } = problem(300, 100);
    expect(elasticNet(X, y, { lambda: 0.05, l1Ratio: 0 }).strategy).toBe("ridge");
  });
});

describe("a path", () => {
  test.each([
    [20, 0.02, "gram"],
    [19, 0.02, "newton"],
    [20, 0.03, "newton"],
  ])("of %i lambdas down to %d of the first is by %s", (count, end, strategy) => {
    const { X, y } = problem(150, 80);
    const path = regularizationPath(X, y, { lambdas: grid(count, end) });
    expect(path.model(count - 1).strategy).toBe(strategy);
    expect(path.converged.every((flag) => flag === 1)).toBe(true);
  });
});
