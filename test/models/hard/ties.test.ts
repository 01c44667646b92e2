/** More columns than may join the working set at once, which all violate their condition by the same: what is made of a column of identifiers. */

import { describe, expect, test } from "vitest";
import { dense, lasso, logistic, multinomial, poisson, regularizationPath, sparse } from "../../../src/index.js";

const MARKED = 300;
const PLAIN = 200;
const rows = MARKED + PLAIN;
const isMarked = Array.from({ length: rows }, (_, i) => i < MARKED);

/** Column j is 1 in row j alone. */
const identity = sparse({
  rows,
  columns: MARKED,
  values: new Array<number>(MARKED).fill(1),
  rowIndices: Array.from({ length: MARKED }, (_, j) => j),
  columnPointers: Array.from({ length: MARKED + 1 }, (_, j) => j),
});
const full = new Float64Array(rows * MARKED);
for (let j = 0; j < MARKED; ++j) full[j * MARKED + j] = 1;
const matrices = { sparse: identity, dense: dense(full, rows, MARKED) };
/** The sum of these columns, on which a penalty weighs that many times as much. */
const sum = isMarked.map((marked) => [marked ? 1 : 0]);

const y = isMarked.map((marked) => (marked ? 0 : 1));
const lambda = 5e-4;
const options = { standardize: false, maxIterations: 200, tolerance: 1e-10 } as const;
const families = {
  gaussian: (X: Parameters<typeof lasso>[0], l: number) => lasso(X, y, { ...options, lambda: l }),
  binomial: (X: Parameters<typeof lasso>[0], l: number) => logistic(X, y, { ...options, lambda: l }),
  poisson: (X: Parameters<typeof lasso>[0], l: number) => poisson(X, y, { ...options, lambda: l }),
  multinomial: (X: Parameters<typeof lasso>[0], l: number) =>
    multinomial(
      X,
      isMarked.map((marked, i) => (marked ? "marked" : i % 2 ? "odd" : "even")),
      { ...options, lambda: l },
    ),
};

describe("columns that are equally wanted all come in", () => {
  for (const [kind, X] of Object.entries(matrices)) {
    test.each(Object.entries(families))(`${kind}, %s`, (_, solve) => {
      const model = solve(X, lambda);
      const one = solve(sum, MARKED * lambda);
      expect(model.converged).toBe(true);
      expect(one.coefficients.some((c) => c !== 0)).toBe(true);
      for (let k = 0; k < model.coefficients.length; ++k) {
        const expected = one.coefficients[Math.floor(k / MARKED)];
        expect(Math.abs(model.coefficients[k] - expected)).toBeLessThan(1e-4);
      }
    });
  }

  test("along a path", () => {
    const path = regularizationPath(identity, y, { family: "binomial", maxIterations: 200 });
    expect(path.converged.every((one) => one === 1)).toBe(true);
  });
});
