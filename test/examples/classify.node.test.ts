import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { biopsies, wines } from "../../examples/classify.js";

/** The numbers of the line that begins with a word. */
const row = (text: string, first: string): number[] => {
  const line = text.split("\n").find((one) => one.trim().startsWith(first)) ?? "";
  return Array.from(line.matchAll(/\d+\.\d+/g), ([number]) => Number(number));
};

test("biopsies: few measurements tell malignant ones, and the report says how well", () => {
  const text = biopsies(readFileSync("examples/data/breast-cancer.csv", "utf8"));
  for (const part of ["427 biopsies, 30 measurements", "142 biopsies", "worst_radius", "is, taken for"]) {
    expect(text).toContain(part);
  }
  const [accuracy, logLoss, brier, auc] = row(text, "accuracy");
  expect(accuracy).toBeGreaterThan(0.95);
  expect(logLoss).toBeLessThan(0.2);
  expect(brier).toBeLessThan(0.06);
  expect(auc).toBeGreaterThan(0.98);
});

test("wines: three cultivars, almost without error", () => {
  const text = wines(readFileSync("examples/data/wine.csv", "utf8"));
  for (const part of ["133 wines, 13 measurements", "45 wines", "class_2", "proline"]) expect(text).toContain(part);
  const [accuracy, logLoss, brier] = row(text, "accuracy");
  expect(accuracy).toBeGreaterThan(0.93);
  expect(logLoss).toBeLessThan(0.2);
  expect(brier).toBeLessThan(0.1);
});
