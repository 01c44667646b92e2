import { expect, test } from "vitest";
import { dense, lasso } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";

// With descent alone this takes some thousand rounds.
test("Newton's method serves as many active columns as a Gram may have", () => {
  const [n, p] = [700, 640];
  const next = randomStream(1);
  const values = new Float64Array(n * p);
  for (let k = 0; k < n * p; ++k) values[k] = (k < n ? 0 : 0.9 * values[k - n]) + 2 * next() - 1;
  const y = Float64Array.from({ length: n }, (_, i) => {
    let sum = 2 * next() - 1;
    for (let j = 0; j < p; ++j) sum += values[j * n + i] * (j % 2 === 0 ? 1 : -1);
    return sum;
  });
  const model = lasso(dense(values, n, p, { order: "column" }), y, { lambda: 1e-3, strategy: "gram", tolerance: 1e-9 });
  expect(model.converged).toBe(true);
  expect(model.nonzeros).toBeGreaterThan(512);
  expect(model.iterations).toBeLessThan(100);
});
