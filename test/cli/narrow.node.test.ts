import stringWidth from "string-width";
import { expect, test } from "vitest";
import type { Training } from "../../src/cli/table/designOf.js";
import { Desk } from "../../src/cli/terminal/Desk.js";
import { describeCrossValidation } from "../../src/cli/terminal/describeCrossValidation.js";
import { describePath } from "../../src/cli/terminal/describePath.js";
import { crossValidate, dense, regularizationPath } from "../../src/index.js";

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

test("on the narrowest terminal no line of a path is cut: what comes in stands below", () => {
  const [n, p] = [60, 6];
  const X = dense(
    Float64Array.from({ length: n * p }, (_, i) => Math.sin(i * i) * 30),
    n,
    p,
  );
  const y = Float64Array.from({ length: n }, (_, i) => X.data[i * p] - X.data[i * p + 2] + (i % 7));
  const names = Array.from({ length: p }, (_, j) => `measurement ${j}`);
  const training = { table: { name: "measurements.csv" }, names, notes: [], count: n } as unknown as Training;
  const path = regularizationPath(X, y, { names });
  const told = (width: number) => describePath(path, training, new Desk({ width, isColoured: false })).split("\n");
  for (const line of told(40)) expect(stringWidth(line), line).toBeLessThanOrEqual(40);
  expect(told(40).join("\n")).toMatch(/explained\n {6}in \(\+\), out \(−\)\n {2}─+\n/);
  expect(told(40).join("\n")).toMatch(/ %\n {6}\+measurement 0/);
  expect(told(200).join("\n")).toMatch(/ % {3}\+measurement 0/);
});
