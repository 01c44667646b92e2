/** One small problem, and what it means that a form of X gives the same models as dense(...). */

import { expect } from "vitest";
import {
  crossValidate,
  dense,
  lasso,
  type MatrixLike,
  type Model,
  type Path,
  regularizationPath,
  ridge,
} from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { assertSameBits, assertSameNumber } from "../support/bits.js";

const next = randomStream(11);
/** float32 numbers, a third of them 0, so that every form can hold them. */
export const rows = Array.from({ length: 20 }, () =>
  Array.from({ length: 4 }, () => (next() < -0.3 ? 0 : Math.fround(next()))),
);
export const [n, p] = [20, 4];
export const y = rows.map((row) => row[0] - 2 * row[2] + 0.1 * next());
export const flat = Float64Array.from(rows.flat());
export const columns = rows[0].map((_, j) => rows.map((row) => row[j]));

export const plain = dense(flat, n, p);

export function expectSameModel(a: Model, b: Model): void {
  assertSameBits(a.coefficients, b.coefficients, "coefficient");
  for (const field of ["intercept", "objective", "dualityGap", "iterations"] as const) {
    assertSameNumber(a[field], b[field], field);
  }
}

function expectSamePath(a: Path, b: Path): void {
  assertSameBits(a.lambdas, b.lambdas, "lambda");
  assertSameBits(a.coefficients, b.coefficients, "coefficient");
  assertSameBits(a.objectives, b.objectives, "objective");
}

/** Fits, paths, tables and predictions of X are those of dense(...), bit for bit. */
export function expectSameAsDense(X: MatrixLike): void {
  const model = lasso(X, y, { lambda: 0.05 });
  expect(model.nonzeros).toBeGreaterThan(0);
  expectSameModel(model, lasso(plain, y, { lambda: 0.05 }));
  expectSameModel(ridge(X, y, { lambda: 0.05 }), ridge(plain, y, { lambda: 0.05 }));
  expectSamePath(regularizationPath(X, y, { lambdaCount: 5 }), regularizationPath(plain, y, { lambdaCount: 5 }));
  const options = { folds: 3, lambdaCount: 5, l1Ratio: 0.5 };
  assertSameBits(crossValidate(X, y, options).foldErrors, crossValidate(plain, y, options).foldErrors, "error");
  const [predicted, expected] = [model.predict(X), model.predict(plain)];
  expect(predicted).toHaveLength(n);
  predicted.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThan(1e-14);
  });
}
