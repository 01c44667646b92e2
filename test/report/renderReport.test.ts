import {
  crossValidate,
  crossValidationFromJSON,
  designMatrix,
  fitMany,
  lasso,
  modelFromJSON,
  pathFromJSON,
  regularizationPath,
} from "regulus";
import { renderReport } from "regulus/report";
import { describe, expect, test } from "vitest";
import { unpack } from "../../src/report/pack.js";
import type { ReportData } from "../../src/report/ReportData.js";
import { threeOfSix } from "./fits.js";

/** What the page reads. */
function dataOf(html: string): ReportData {
  const [, json] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return unpack<ReportData>(json);
}

const { X, y, names } = threeOfSix();

describe("results of every kind, and what their files give, make the same report", () => {
  const cv = crossValidate(X, y, { names, folds: 5, seed: 1 });
  const through = <T>(value: T): T => JSON.parse(JSON.stringify(value));
  test.each([
    ["cross-validation", cv, crossValidationFromJSON(through(cv.toJSON()))],
    ["path", cv.path, pathFromJSON(through(cv.path.toJSON()))],
    ["model", cv.model("1se"), modelFromJSON(through(cv.model("1se").toJSON()))],
  ] as const)("%s", (kind, result, loaded) => {
    const html = renderReport(result, { data: { X, y } });
    expect(renderReport(loaded, { data: { X, y } })).toBe(html);
    expect(dataOf(html).kind.toLowerCase()).toContain(kind.slice(0, 5));
  });
});

test("a design is taken whole as data", () => {
  const rows = Array.from(y, (value, i) => ({ y: value, a: i % 7, b: i % 5 }));
  const design = designMatrix(rows, { target: "y" });
  const model = lasso(design.X, design.y, { lambda: 0.01 });
  const { X, y: target } = design;
  expect(renderReport(model, { data: design })).toBe(renderReport(model, { data: { X, y: target } }));
});

test("the numbers are those of the result", () => {
  const path = regularizationPath(X, y, { names });
  const data = dataOf(renderReport(path));
  expect(data.lambdas).toEqual(path.lambdas);
  expect(data.names).toEqual(names);
  expect(Array.from(data.coefficients)).toEqual(Array.from(path.coefficients, Math.fround));
  expect(data.intercepts).toEqual(path.intercepts);
});

test("names that would end the script or begin a comment are harmless, and stay what they are", () => {
  const nasty = ["</script><script>alert(1)</script>", "<!--", "a\u2028b\u2029c", "$&", '"', "REGULUS_DATA"];
  const html = renderReport(lasso(X, y, { lambda: 0.01, names: nasty }), { title: "</title><b>$&", target: "<!--" });
  const [, script] = html.split('id="data">');
  expect(script.slice(0, script.indexOf("</script>"))).not.toMatch(/[<>\u2028\u2029]/);
  expect(dataOf(html).names).toEqual(nasty);
  expect(html).toContain("<title>&#60;/title&#62;&#60;b&#62;$&#38;</title>");
});

test("numbers too small or too large for float32 are kept as they are, and columns may be called anything", () => {
  const small = y.map((value) => value * 1e-60);
  const path = regularizationPath(X, small, { names });
  expect(Array.from(dataOf(renderReport(path)).coefficients)).toEqual(Array.from(path.coefficients));
  const table = { $: X.map(([a]) => a), bytes: X.map(([, b]) => b), __proto__x: X.map((row) => row[2]), y };
  const design = designMatrix(table, { target: "y", polynomial: { $: 2, bytes: 2 } });
  const data = dataOf(renderReport(lasso(design.X, design.y as Float64Array, { lambda: 0.01 })));
  expect(data.table).toMatchObject({ polynomial: { $: 2, bytes: 2 } });
});

test("facts name folds, measure and seed; a page is linked to where its address is given", () => {
  const cv = crossValidate(X, y, { folds: 5, seed: 3, measure: "meanAbsoluteError" });
  const { facts, page } = dataOf(renderReport(cv, { seed: 3, page: "https://example.org/page/" }));
  expect(facts.join(" ")).toContain("100 lambdas in 5 folds, by mean absolute error. Seed 3.");
  expect(page).toBe("https://example.org/page/");
  expect(dataOf(renderReport(cv)).page).toBe("");
});

test("what could not be fitted says so", () => {
  const many = fitMany({
    X: [X.slice(0, 9), X.slice(9).map((row) => [...row].fill(Number.NaN))],
    y: [y.slice(0, 9), y.slice(9)],
    lambda: 0.1,
  });
  expect(dataOf(renderReport(many.model(1))).sentence).toBe(
    "This could not be fitted: its coefficients are no numbers.",
  );
});

test("what is no result, and options that do not exist, are refused", () => {
  expect(() => renderReport({} as never)).toThrow(/"result" must be a Model, a Path or a CrossValidation/);
  const model = lasso(X, y, { lambda: 0.01 });
  expect(() => renderReport(structuredClone({ ...model }) as never)).toThrow(/modelFromJSON/);
  for (const page of ["javascript:alert(1)", " data:text/html,x", "//example.org", 1])
    expect(() => renderReport(model, { page } as never)).toThrow(/"page" must be the address of a page/);
  expect(() => renderReport(model, { titel: "x" } as never)).toThrow(/no option "titel".*title/);
  for (const title of [1, null, {}])
    expect(() => renderReport(model, { title } as never)).toThrow(/"title" must be a text, got/);
  expect(() => renderReport(model, { target: 1 } as never)).toThrow(/"target" must be a text, got 1/);
  expect(() => renderReport(model, { data: { y } })).toThrow(/"data.X" must be given/);
  expect(() => renderReport(model, { data: { X, y: y.slice(1) } })).toThrow(/"data.y" must have/);
  expect(() => renderReport(model, { data: { X: X.map((row) => row.slice(1)), y } })).toThrow(/6 columns, got 5/);
});
