import { describe, expect, test } from "vitest";
import { lasso, ridge, setBackend } from "../../../src/index.js";
import { correctDigits, decimal, exactLeastSquares, type Fraction, nearest, power } from "../../support/rational.js";
import { type Regression, regressions } from "./nist.js";

/** The columns of a regression without the intercept's, exactly. */
function columnsOf({ columns, degree }: Regression): Fraction[][] {
  const given = columns.map((column) => column.map(decimal));
  if (degree === undefined) return given;
  return Array.from({ length: degree }, (_, k) => given[0].map((x) => power(x, k + 1)));
}

function exactSolution(regression: Regression): Fraction[] {
  const one = regression.intercept ? [regression.y.map(() => decimal("1"))] : [];
  return exactLeastSquares([...one, ...columnsOf(regression)], regression.y.map(decimal));
}

/** The fewest correct digits of intercept and coefficients. */
function fewestDigits(regression: Regression, exact: readonly Fraction[], solve = lasso): number {
  const columns = columnsOf(regression).map((column) => column.map(nearest));
  const rows = regression.y.map((_, i) => columns.map((column) => column[i]));
  const { intercept } = regression;
  const model = solve(rows, regression.y.map(Number), { lambda: 0, intercept });
  expect(model).toMatchObject({ converged: true, strategy: "qr" });
  const values = [...(intercept ? [model.intercept] : []), ...model.coefficients];
  return Math.min(...values.map((value, k) => correctDigits(value, exact[k])));
}

describe("NIST's linear regressions", () => {
  test.each(regressions)("$name: the exact solution of the data is the certified one", (regression) => {
    const exact = exactSolution(regression);
    expect(exact).toHaveLength(regression.certified.length);
    exact.forEach((value, k) => {
      expect(correctDigits(Number(regression.certified[k]), value)).toBeGreaterThan(14);
    });
  });

  describe.each(["wasm", "js"] as const)("on %s", (backend) => {
    test.each(regressions)("$name: at least $digits correct digits", (regression) => {
      setBackend(backend);
      const exact = exactSolution(regression);
      expect(fewestDigits(regression, exact)).toBeGreaterThanOrEqual(regression.digits);
      expect(fewestDigits(regression, exact, ridge)).toBeGreaterThanOrEqual(regression.digits);
    });
  });
});
