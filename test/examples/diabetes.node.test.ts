import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { report } from "../../examples/diabetes.js";

test("the main job reports the choice, the variables, the curve, what comes in along the path, and the backend", () => {
  const text = report(readFileSync("examples/data/diabetes.csv", "utf8"));
  for (const part of [
    "442 patients",
    "1-SE",
    "mean squared error",
    "log10(lambda)",
    "bmi",
    "Lasso path of 10 columns",
    "+bmi, +s5_ltg",
    "Backend: ",
  ]) {
    expect(text).toContain(part);
  }
});
