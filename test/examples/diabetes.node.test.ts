import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { report } from "../../examples/diabetes.js";

test("the main job reports the choice, the variables, the curve, the zeros and the backend", () => {
  const text = report(readFileSync("examples/data/diabetes.csv", "utf8"));
  for (const part of [
    "442 patients",
    "1-SE",
    "mean squared error",
    "log10(lambda)",
    "bmi",
    "weights exactly zero",
    "10 of 10",
    "Backend: ",
  ]) {
    expect(text).toContain(part);
  }
});
