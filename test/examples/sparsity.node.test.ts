import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { METHODS, outcomes, report } from "../../examples/sparsity.js";

const csv = readFileSync("examples/data/breast-cancer.csv", "utf8");

test("decay leaves no zeros; proximal L1 none where it is too small, most where it is right, all where it is too large", () => {
  const results = outcomes(csv, METHODS);
  const decayed = results.filter(({ method }) => method.name === "adamw");
  const sparse = results.filter(({ method }) => method.name === "adam");
  expect(decayed.length).toBeGreaterThan(1);
  for (const { zeros, heldOutAccuracy } of decayed) {
    expect(zeros).toBe(0);
    expect(heldOutAccuracy).toBeGreaterThan(0.95);
  }
  for (let k = 1; k < sparse.length; ++k) {
    expect(sparse[k].zeros).toBeGreaterThanOrEqual(sparse[k - 1].zeros);
    expect(sparse[k].loss).toBeGreaterThan(sparse[k - 1].loss);
  }
  expect(sparse[0].zeros).toBe(0);
  expect(sparse.some(({ zeros, total, heldOutAccuracy }) => zeros > 0.9 * total && heldOutAccuracy > 0.97)).toBe(true);
  const last = sparse[sparse.length - 1];
  // 93 of the 143 held-out biopsies are benign.
  expect(last).toMatchObject({ zeros: last.total, inputsUsed: 0, heldOutAccuracy: 93 / 143 });
});

test("the report says so", () => {
  const text = report(csv);
  for (const part of ["426 biopsies", "143 are held out", "0 of 496", "496 of 496", "65.0 %"])
    expect(text).toContain(part);
});
