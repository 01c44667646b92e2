import stringWidth from "string-width";
import { expect, test } from "vitest";
import type { Training } from "../../src/cli/table/designOf.js";
import { Desk } from "../../src/cli/terminal/Desk.js";
import { describeCrossValidation } from "../../src/cli/terminal/describeCrossValidation.js";
import { crossValidate, dense } from "../../src/index.js";

test("on the narrowest terminal no line of a cross-validation is cut", () => {
  const [n, p] = [60, 6];
  const X = dense(
    Float64Array.from({ length: n * p }, (_, i) => Math.sin(i * i) * 30),
    n,
    p,
  );
  const y = Float64Array.from({ length: n }, (_, i) => 1000 * X.data[i * p] - 300 * X.data[i * p + 2] + 100 * (i % 7));
  const names = Array.from({ length: p }, (_, j) => `measurement number ${j} of this very year`);
  const cv = crossValidate(X, y, { names, folds: 5 });
  const training = { table: { name: "measurements of this year.csv" }, names, notes: [], count: n };
  const told = describeCrossValidation(cv, training as unknown as Training, {
    rule: "min",
    desk: new Desk({ width: 40, isColoured: false }),
    options: { target: "charges" } as never,
  });
  for (const line of told.split("\n")) expect(stringWidth(line), line).toBeLessThanOrEqual(40);
  const [, rules, coefficients] = told.split("\n\n");
  expect(coefficients).toMatch(/\n {2}\S+.*….* year? +-?\d/);
  expect(rules).toMatch(/▸ least error +1-SE\n.*\n {2}lambda .*\n {2}error /);
});
