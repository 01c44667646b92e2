import { expect, test } from "vitest";
import { crossValidate, crossValidationFromJSON } from "../../src/index.js";

const X = Array.from({ length: 24 }, (_, i) => [i, (i * 7) % 5]);
const y = X.map(([a, b]) => a - b + ((a * 13) % 3));

test("a cross-validation says what its folds were dealt by, and so does its file", () => {
  for (const seed of [0, 5]) {
    const cv = crossValidate(X, y, { folds: 4, seed });
    expect(cv.seed).toBe(seed);
    const again = crossValidationFromJSON(JSON.parse(JSON.stringify(cv)));
    expect(again.seed).toBe(seed);
    expect(again.folds).toEqual(crossValidate(X, y, { folds: 4, seed: again.seed }).folds);
    expect(crossValidationFromJSON(structuredClone(cv)).seed).toBe(seed);
    expect(String(again)).toMatch(new RegExp(`^Lasso, 4 folds by seed ${seed}: `));
  }
  expect(crossValidate(X, y, { folds: 4, groups: X.map(([, b]) => b) }).seed).toBe(0);
});

test("folds that were given or are of one row each were not dealt", () => {
  const given = Int32Array.from(y, (_, i) => i % 3);
  for (const folds of [given, "loo"] as const) {
    const cv = crossValidate(X, y, { folds, seed: 5 });
    expect(cv.seed).toBeUndefined();
    expect(JSON.stringify(cv)).not.toContain('"seed"');
    expect(String(cv)).toMatch(/^Lasso, \d+ folds: /);
  }
});

test("files from before there was a seed are read, and no seed that is none", () => {
  const { seed: _, ...old } = crossValidate(X, y, { folds: 4 }).toJSON();
  expect(crossValidationFromJSON(old).seed).toBeUndefined();
  expect(() => crossValidationFromJSON({ ...old, seed: 0.5 })).toThrow(/^"seed" must be a whole number/);
});
