import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { exportModel, type Model, multinomial, ridge } from "../../src/index.js";
import { hostileNames, modelOf } from "./models.js";

/** By RFC 4180, strictly: any quote out of its place throws. */
const read = (csv: string): string[][] => parse(csv, { record_delimiter: "\r\n", relax_quotes: false });

const X = [
  [1, 5, 0, 2],
  [3, 5, 0, 8],
  [5, 5, 1, 1],
  [7, 5, 1, 3],
];

describe("a model as CSV", () => {
  test("is the intercept and the coefficients, those that are 0 last", () => {
    const model = modelOf("gaussian", [0.1, 0, -1e-300], [-2], { names: ["age", "a,b", 'say "hi"'] });
    expect(exportModel(model, "csv")).toBe(
      'name,coefficient,scaled\r\n(intercept),-2,\r\nage,0.1,\r\n"say ""hi""",-1e-300,\r\n"a,b",0,0\r\n',
    );
  });

  test("is the table of the model", () => {
    const model = ridge(X, [1, 2, 4, 3], { lambda: 0.1 }) as Model;
    const [titles, intercept, ...rows] = read(exportModel(model, "csv"));
    expect(titles).toEqual(["name", "coefficient", "scaled"]);
    expect(intercept).toEqual(["(intercept)", String(model.intercept), ""]);
    expect(rows).toEqual(
      model.table().map(({ name, coefficient, scaled }) => [name, String(coefficient), String(scaled)]),
    );
    expect(rows.map(([name]) => name).sort()).toEqual(["x0", "x1", "x2", "x3"]);
  });

  test("has the class of each coefficient of a multinomial model", () => {
    const model = multinomial(X, ["b", "a", "b", "c"], { lambda: 0.01 });
    const [titles, ...rows] = read(exportModel(model, "csv"));
    expect(titles).toEqual(["class", "name", "coefficient", "scaled"]);
    const intercepts = model.classes.map((label, k) => [label, "(intercept)", String(model.intercepts[k]), ""]);
    const coefficients = model.table().map((row) => [row.class, row.name, String(row.coefficient), String(row.scaled)]);
    expect(rows).toEqual([...intercepts, ...coefficients]);
    expect(rows).toHaveLength(3 + 12);
  });

  test("holds any name and number", () => {
    const values = hostileNames.map((_, j) => Math.sin(j + 1) * 10 ** (j * 17 - 300));
    const rows = read(exportModel(modelOf("gaussian", values, [1], { names: hostileNames }), "csv")).slice(2);
    const found = new Map(rows.map(([name, value]) => [name, Number(value)]));
    expect(hostileNames.map((name) => found.get(name))).toEqual(values);
  });
});
