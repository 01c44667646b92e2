import { crossValidate, lasso, logistic, mcp, regularizationPath } from "regulus";
import { reportOf } from "regulus/report";
import { describe, expect, test } from "vitest";
import { type Known, notesOf } from "../../src/report/notes.js";
import type { NoteKind, ReportData } from "../../src/report/ReportData.js";
import { threeOfSix } from "./fits.js";

const { X, y, names, random } = threeOfSix();
const kinds = ({ notes }: ReportData): NoteKind[] => notes.map(({ kind }) => kind);
const sayOf = ({ notes }: ReportData, kind: NoteKind): string => {
  const note = notes.find((one) => one.kind === kind);
  return note ? note.says + note.more : "";
};

describe("of cross-validation", () => {
  test("the smallest error inside the grid, or at its edge", () => {
    const whole = crossValidate(X, y, { seed: 1, lambdas: [1, 0.1, 0.02, 0.01, 0.001, 1e-5] });
    expect(kinds(reportOf(whole))).toContain("inside");
    expect(kinds(reportOf(whole))).not.toContain("edge");
    const high = crossValidate(X, y, { seed: 1, lambdas: [1, 0.5, 0.2] });
    expect(sayOf(reportOf(high), "edge")).toMatch(
      /at the grid's edge, at the smallest lambda, 0\.2.*a smaller one may/,
    );
    expect(kinds(reportOf(high))).not.toContain("inside");
  });

  test("nothing is smaller than no penalty: lambda 0 is no edge", () => {
    const cv = crossValidate(X, y, { seed: 1, lambdas: [1, 0.1, 0] });
    expect(cv.indexMin).toBe(2);
    expect(kinds(reportOf(cv))).not.toContain("edge");
    expect(String(cv)).not.toContain("a smaller one may be better");
  });

  test("no effect: no variable lowers the error", () => {
    const none = reportOf(crossValidate(X, y, { seed: 1, lambdas: [50, 20] }));
    expect(kinds(none)).toContain("noEffect");
    expect(none.sentence).toContain("No variable helps");
    expect(kinds(reportOf(crossValidate(X, y, { seed: 1 })))).not.toContain("noEffect");
  });

  test("a weak effect: none at all is within one standard error", () => {
    const noisy = y.map((value) => 0.04 * value + random());
    const cv = crossValidate(X, noisy, { seed: 1 });
    const kept = [cv.model("min").nonzeros > 0, cv.model("1se").nonzeros > 0];
    expect(kept).toEqual([true, false]);
    const data = reportOf(cv, { target: "growth" });
    expect(kinds(data)).toContain("weakEffect");
    expect(data.sentence).toMatch(/^The effect is weak: /);
  });
});

test("all zero", () => {
  const data = reportOf(lasso(X, y, { lambda: 100 }));
  expect(kinds(data)).toContain("allZero");
  expect(data.sentence).toContain("No variable is kept");
  expect(kinds(reportOf(lasso(X, y, { lambda: 0.1 })))).not.toContain("allZero");
});

test("columns that move together, in pairs and in groups, of rows that are given", () => {
  const pair = X.map((row) => [...row, row[0] + 0.3 * random()]);
  const own = [...names, "twin"];
  const path = regularizationPath(pair, y, { names: own });
  expect(sayOf(reportOf(path, { data: { X: pair, y } }), "together")).toMatch(
    /^(age and twin|twin and age) move together \(correlation 0\.9\d\)/,
  );
  expect(kinds(reportOf(path))).not.toContain("together");
  expect(kinds(reportOf(regularizationPath(X, y, { names }), { data: { X, y } }))).not.toContain("together");
  const group = pair.map((row) => [...row, -row[0] + 0.3 * random()]);
  const more = reportOf(regularizationPath(group, y, { names: [...own, "opposite"] }), { data: { X: group, y } });
  expect(sayOf(more, "together")).toMatch(/ and 1 more move together \(correlations up to/);
});

test("variables that swap: some folds keep the one, the others the other", () => {
  const data = reportOf(crossValidate(X, y, { seed: 1, names }));
  const known = (foldsKept: number[][]): Known => ({
    data,
    kept: () => [0],
    count: () => 1,
    isSaturated: false,
    isConcave: false,
    foldsKept,
  });
  const swapping = notesOf(
    known([
      [0, 1],
      [0, 1],
      [0, 2],
      [0, 2],
      [0, 1],
    ]),
  );
  expect(swapping.find(({ kind }) => kind === "swap")?.says).toBe("dose and weight swap");
  // Both in one fold, or neither in another: no swap.
  for (const folds of [
    [[1, 2], [1], [2]],
    [[1], [2], []],
    [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
  ]) {
    expect(notesOf(known(folds)).some(({ kind }) => kind === "swap")).toBe(false);
  }
});

test("columns that were not scaled, though their units differ", () => {
  const units = X.map(([a, ...others]) => [1000 * a, ...others]);
  const raw = reportOf(regularizationPath(units, y, { names, standardize: false }));
  expect(sayOf(raw, "unscaled")).toMatch(/age varies \d,?\d* ?times|age varies .* times as much as/);
  expect(kinds(reportOf(regularizationPath(units, y, { names })))).not.toContain("unscaled");
  expect(kinds(reportOf(regularizationPath(X, y, { names, standardize: false })))).not.toContain("unscaled");
});

test("a variable that explains more than 99 % alone", () => {
  const leaking = X.map((row, i) => [...row, y[i] + 0.001 * random()]);
  expect(sayOf(reportOf(regularizationPath(leaking, y, { names: [...names, "copy"] })), "leak")).toContain(
    "copy alone",
  );
  expect(kinds(reportOf(regularizationPath(X, y)))).not.toContain("leak");
});

test("a path on given rows is assessed where its cursor begins", () => {
  const { assessments, start } = reportOf(regularizationPath(X, y), { data: { X, y } });
  expect(assessments.map(({ lambda }) => lambda)).toContain(start.lambda);
});

test("classes that can be told apart without an error, where that is certain", () => {
  const apart = y.map((_, i) => (X.map((row) => row[0])[i] > 0 ? "above" : "below"));
  const cv = crossValidate(X, apart, { family: "binomial", seed: 1, folds: 5 });
  const report = reportOf(cv, { data: { X, y: apart } });
  expect(sayOf(report, "separable")).toMatch(/^The classes can be told apart without an error: .*grow without end/);
  // Without the responses nobody knows how many rows have what part of the deviance.
  expect(kinds(reportOf(cv))).not.toContain("separable");
  const mixed = apart.map((label, i) => (i % 9 === 0 ? (label === "above" ? "below" : "above") : label));
  const other = crossValidate(X, mixed, { family: "binomial", seed: 1, folds: 5 });
  expect(kinds(reportOf(other, { data: { X, y: mixed } }))).not.toContain("separable");
});

test("classes out of balance, by the rows that are given or by the path's first intercept", () => {
  const rare = y.map((value) => (value > 1.9 ? "ill" : "well"));
  const share = rare.filter((one) => one === "ill").length / rare.length;
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(0.1);
  const path = regularizationPath(X, rare, { family: "binomial", lambdaCount: 20 });
  const said = `Only ${(100 * share).toFixed(1)} % of the rows are ill`;
  expect(sayOf(reportOf(path), "balance")).toContain(said);
  const model = logistic(X, rare, { lambda: 0.05 });
  expect(sayOf(reportOf(model, { data: { X, y: rare } }), "balance")).toContain(said);
  const even = y.map((value) => (value > 0 ? "ill" : "well"));
  expect(kinds(reportOf(regularizationPath(X, even, { family: "binomial", lambdaCount: 20 })))).not.toContain(
    "balance",
  );
});

test("what ended early, has not converged, may have other minima, or needs an offset", () => {
  const exact = X.map((row) => row[0]);
  expect(kinds(reportOf(regularizationPath(X, exact, { lambdaMinRatio: 1e-9 })))).toContain("saturated");
  const hurried = lasso(X, y, { lambda: 0.001, maxIterations: 1, tolerance: 0, strategy: "residual" as never });
  expect(hurried.converged).toBe(false);
  expect(kinds(reportOf(hurried))).toContain("converged");
  const path = regularizationPath(X, y, { penalty: mcp(), lambdaCount: 10 });
  expect(kinds(reportOf(path))).toContain("minima");
  const shifted = lasso(X, y, { lambda: 0.01, offset: y.map(() => 1) });
  expect(kinds(reportOf(shifted))).toContain("offset");
  expect(kinds(reportOf(lasso(X, y, { lambda: 0.01 })))).toEqual([]);
});
