/** What a fit chooses by its shape: the crossovers that `npm run bench -- choice` shows. */

import { describe, expect, test } from "vitest";
import { dense, elasticNet, lasso, regularizationPath, sparse } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { compress } from "../support/matrices.js";

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

describe("a sparse X", () => {
  // What the Gram takes grows with its rows' values squared, what descent on the residual takes with rows, values and lambdas.
  test.each([
    [2000, 100, 0.01, 1, "gram"],
    [1000, 300, 0.01, 1, "sparse"],
    [1000, 300, 0.01, 50, "sparse"],
    [8000, 300, 0.01, 50, "gram"],
    [2000, 100, 0.4, 1, "sparse"],
    [2000, 100, 0.4, 50, "gram"],
    [100, 200, 0.4, 50, "sparse"],
  ])("of %i rows and %i columns, %d of it stored, for %i lambdas is by %s", (n, p, share, count, strategy) => {
    const next = randomStream(n + p);
    const entries = Float64Array.from({ length: n * p }, () => (next() < 2 * share - 1 ? next() : 0));
    const y = Float64Array.from({ length: n }, (_, i) => entries[i] - 2 * entries[n + i] + 0.1 * next());
    const { values, rowIndices, columnPointers } = compress(n, p, entries);
    const X = sparse({ rows: n, columns: p, values, rowIndices, columnPointers });
    const options = { lambdas: Array.from({ length: count }, (_, k) => 0.01 * 0.9 ** k) };
    const path = regularizationPath(X, y, options);
    expect(path.model(count - 1).strategy).toBe(strategy);
    expect(path.converged.every((flag) => flag === 1)).toBe(true);
    const other = regularizationPath(X, y, { ...options, strategy: strategy === "gram" ? "sparse" : "gram" });
    for (let k = 0; k < count; ++k) {
      const apart = Math.abs(path.objectives[k] - other.objectives[k]);
      expect(apart).toBeLessThanOrEqual(path.dualityGaps[k] + other.dualityGaps[k]);
    }
  });
});
