import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { exportModel, ridge } from "../../src/index.js";
import { hostileNames, modelOf } from "./models.js";

/** By RFC 4180, strictly: any quote out of its place throws. */
const read = (csv: string): string[][] => parse(csv, { record_delimiter: "\r\n", relax_quotes: false });

describe("a model as CSV", () => {
  test("is a table of its coefficients", () => {
    const model = modelOf("gaussian", [0.1, 0, -1e-300], [-2], { names: ["age", "a,b", 'say "hi"'] });
    expect(exportModel(model, "csv")).toBe(
      'name,coefficient,scaled\r\n(intercept),-2,\r\nage,0.1,\r\n"a,b",0,0\r\n"say ""hi""",-1e-300,\r\n',
    );
  });

  test("scales coefficients by the sds of their columns", () => {
    const X = [
      [1, 5, 0],
      [3, 5, 0],
      [5, 5, 1],
    ];
    const model = ridge(X, [1, 2, 4], { lambda: 0.1 });
    const [, , ...rows] = read(exportModel(model, "csv"));
    const sds = [Math.sqrt(8 / 3), 0, Math.sqrt(2 / 9)];
    rows.forEach(([, coefficient, scaled], j) => {
      expect(Number(scaled)).toBeCloseTo(Number(coefficient) * (sds[j] as number), 12);
    });
    expect(rows.map(([name]) => name)).toEqual(["x0", "x1", "x2"]);
  });

  test("has each class of a multinomial model", () => {
    const model = modelOf("multinomial", [1, 2, 3, 4], [5, 6]);
    expect(read(exportModel(model, "csv"))).toEqual([
      ["class", "name", "coefficient", "scaled"],
      ["class 0", "(intercept)", "5", ""],
      ["class 0", "x0", "1", ""],
      ["class 0", "x1", "2", ""],
      ["class 1", "(intercept)", "6", ""],
      ["class 1", "x0", "3", ""],
      ["class 1", "x1", "4", ""],
    ]);
  });

  test("holds any name and number", () => {
    const values = hostileNames.map((_, j) => Math.sin(j) * 10 ** (j * 17 - 300));
    const rows = read(exportModel(modelOf("gaussian", values, [1], { names: hostileNames }), "csv")).slice(2);
    expect(rows.map(([name]) => name)).toEqual(hostileNames);
    expect(rows.map(([, value]) => Number(value))).toEqual(values);
  });
});
