import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as csvParse from "csv-parse/sync";
import * as regulus from "regulus";
import { expect, test } from "vitest";
import { makeCsv } from "../../examples/messyCsv.js";
import reference from "../fixtures/messyCsv.json" with { type: "json" };

const [, block] = /```ts\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8")) as RegExpExecArray;
const lines = block.split("\n").filter((line) => line.trim() !== "");
const imports = lines.filter((line) => line.startsWith("import "));
const code = lines.slice(imports.length).map((line) => line.replace("<Record<string, string>>", ""));

/** The README's first lines, run in a folder of their own: what they print, and what they have made. */
function run() {
  const folder = mkdtempSync(join(tmpdir(), "regulus-"));
  const columns = ["id", "age", "region", "bmi", "smoker", "children", "charges"];
  writeFileSync(join(folder, "people.csv"), makeCsv(2000, columns, 1));
  writeFileSync(join(folder, "new.csv"), makeCsv(5, ["children", "smoker", "age", "bmi", "region"], 2));
  const modules: Record<string, object> = {
    regulus,
    "csv-parse/sync": csvParse,
    "node:fs": {
      readFileSync: (name: string, encoding?: "utf8") => readFileSync(join(folder, name), encoding),
      writeFileSync: (name: string, text: string) => writeFileSync(join(folder, name), text),
    },
  };
  const given = imports.map((line) => {
    const [, names, from] = /^import \{ (.*) \} from "(.*)";$/.exec(line) as RegExpExecArray;
    return `const { ${names} } = modules[${JSON.stringify(from)}];`;
  });
  const last = code[code.length - 1].replace(/\s*\/\/.*/, "").replace(/;$/, "");
  const printed: string[] = [];
  const body = [...given, ...code.slice(0, -1), `return { cv, model, predictions: ${last} };`].join("\n");
  const made = new Function("modules", "console", body)(modules, {
    log: (value: unknown) => printed.push(String(value)),
  });
  return { printed, ...(made as { cv: regulus.CrossValidation; model: regulus.Model; predictions: Float64Array }) };
}

const { printed, cv, model, predictions } = run();

/** Equal to 1e-6, relative to the reference where that is above 1. */
function expectClose(actual: number, expected: number, what: string): void {
  expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
  expect(actual === 0, what).toBe(expected === 0);
}

test("the first lines of the README take a messy CSV file to a saved model that predicts another, in ten at the most", () => {
  expect(code.length).toBeGreaterThan(6);
  expect(code.length).toBeLessThanOrEqual(10);
  expect(printed).toHaveLength(1);
  expect(printed[0].split("\n").length).toBeLessThanOrEqual(40);
  expect(printed[0]).toContain("smoker=current");
});

test("its choice and its errors are those of scikit-learn's transformers and of the lasso as cv.glmnet validates it", () => {
  for (const name of ["lambdaMin", "lambda1se"] as const) expectClose(cv[name], reference[name], name);
  expectClose(cv.meanErrors[cv.indexMin], reference.meanErrorMin, "error");
  expectClose(cv.standardErrors[cv.indexMin], reference.standardErrorMin, "standard error");
});

test.each(["min", "1se"] as const)("%s: its coefficients are theirs to 1e-6, name by name", (rule) => {
  const { names = [], coefficients, intercept } = cv.model(rule);
  const expected: Record<string, number> = reference[rule].coefficients;
  expect([...names].sort()).toEqual(Object.keys(expected).sort());
  names.forEach((name, j) => {
    expectClose(coefficients[j], expected[name], name);
  });
  expectClose(intercept, reference[rule].intercept, "intercept");
});

test("the model that was saved is the 1-SE rule's, and predicts as theirs does", () => {
  expect(model.coefficients).toEqual(cv.model("1se").coefficients);
  expect(predictions).toHaveLength(5);
  predictions.forEach((value, i) => {
    expectClose(value, reference["1se"].predictions[i], `row ${i}`);
  });
});
