import { describe, expect, test } from "vitest";
import { designMatrix, lasso, type TableOptions } from "../../src/index.js";
import fixture from "../fixtures/tables.json" with { type: "json" };

/** What scikit-learn's imputers, OneHotEncoder, StandardScaler and Lasso make of one table: test/fixtures/README.md. */
describe.each(fixture.cases)("missing: $missing, reference: $reference", (reference) => {
  const { lambda, coefficients, intercept, means, rows, predictions } = reference;
  const options = {
    target: "charges",
    exclude: ["id"],
    missing: reference.missing,
    reference: reference.reference,
    unknown: "zero",
  } as TableOptions & { target: string };
  const design = designMatrix(fixture.train, options);
  const model = lasso(design.X, design.y, { lambda, tolerance: 1e-14 });

  test("the same rows, columns and means", () => {
    expect(Array.from(design.rows)).toEqual(rows);
    expect([...design.names].sort()).toEqual(Object.keys(coefficients).sort());
    for (const column of design.encoding.columns) {
      if (column.kind === "numeric") expect(column.mean).toBeCloseTo(means[column.name as keyof typeof means], 12);
    }
  });

  test("the same coefficients to 1e-6, name by name", () => {
    design.names.forEach((name, j) => {
      const expected = coefficients[name as keyof typeof coefficients] as number;
      const value = model.coefficients[j];
      expect(Math.abs(value - expected), name).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
      expect(value === 0, name).toBe(expected === 0);
    });
    expect(model.intercept).toBeCloseTo(intercept, 4);
  });

  test("the same predictions of new rows, with gaps and a level that is new", () => {
    const found = model.predict(reference.new.map((row) => fixture.new[row]));
    predictions.forEach((value, i) => {
      expect(found[i] / value - 1).toBeCloseTo(0, 9);
    });
  });
});
