import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { makeCsv, predict, train } from "../../examples/messyCsv.js";

const file = join(mkdtempSync(join(tmpdir(), "regulus-")), "model.json");
const columns = ["id", "age", "region", "bmi", "smoker", "children", "charges"];
const csv = makeCsv(2000, columns, 1);
const model = train(csv, file);

test("2,000 rows with gaps, categories and an identifier become a model with names", () => {
  expect(model.names).toEqual([
    "age",
    ...["east", "north", "south", "west", "(missing)"].map((level) => `region=${level}`),
    "bmi",
    ...["current", "former", "never", "(missing)"].map((level) => `smoker=${level}`),
    "children",
  ]);
  const coefficients = Object.fromEntries(model.table().map(({ name, coefficient }) => [name, coefficient]));
  // What the rows were made with, shrunk
  expect(coefficients.age).toBeGreaterThan(150);
  expect(coefficients["smoker=current"] - coefficients["smoker=never"]).toBeGreaterThan(7000);
  expect(coefficients["region=south"]).toBeGreaterThan(500);
  expect(coefficients.children).toBe(0);
});

test("the model that was saved predicts a table with its columns in another order", () => {
  const rows = makeCsv(50, columns, 7);
  const other = makeCsv(50, ["children", "smoker", "age", "bmi", "region", "charges"], 7);
  const predicted = predict(other, file);
  expect(predicted).toEqual(model.predict(parse<Record<string, string>>(rows, { columns: true })));
  const charges = parse<Record<string, string>>(rows, { columns: true }).map((row) => Number(row.charges));
  const error = predicted.reduce((sum, value, i) => sum + Math.abs(value - charges[i]), 0) / 50;
  expect(error).toBeLessThan(1500);
});

test("all of it takes at most 10 lines", () => {
  const code = readFileSync("examples/messyCsv.ts", "utf8");
  const body = (name: string): string[] => {
    const [first, ...rest] = code.slice(code.indexOf(`function ${name}(`)).split("\n");
    expect(first).toContain(name);
    return rest.slice(0, rest.indexOf("}"));
  };
  const lines = [...body("train"), ...body("predict")];
  expect(lines.length).toBeGreaterThan(6);
  expect(lines.length).toBeLessThanOrEqual(10);
});
