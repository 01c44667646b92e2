import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnyModel, exportModel, lasso, logistic } from "../../src/index.js";
import { importModule } from "./importModule.js";
import { cases, expectClose, hostileNames, modelOf, predicted } from "./models.js";
import { attempt, tableCases } from "./tables.js";

type Predict = (...values: unknown[]) => number | number[];

async function importPredict(model: AnyModel): Promise<Predict> {
  return (await importModule(exportModel(model, "javascript"))).default as Predict;
}

describe("a model as a module", () => {
  test("predicts the same from an array, a typed array, numbers and a record", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ model, names, X }) => {
        const predict = await importPredict(model);
        const forms: ((row: number[]) => number | number[])[] = [
          (row) => predict(row),
          (row) => predict(Float64Array.from(row)),
          (row) => predict(...row),
          (row) => predict(Object.fromEntries(names.map((name, j) => [name, row[j]]))),
        ];
        const expected = predicted(model, X);
        for (const form of forms) expectClose(X.flatMap(form), expected);
      }),
    );
  });

  test("predicts the same for rows of tables, and refuses the same", async () => {
    await fc.assert(
      fc.asyncProperty(tableCases, async ({ model, rows, isFull }) => {
        const predict = await importPredict(model);
        for (const row of rows) {
          const expected = attempt(() => [...predicted(model, [row])]);
          const actual = attempt(() => [predict(row)].flat());
          if (expected !== undefined) {
            expectClose(actual ?? [], expected);
            if (model.family === "gaussian") expect(actual).toEqual(expected);
          } else if (isFull) expect(actual).toBeUndefined();
        }
      }),
      { numRuns: 300 },
    );
  });

  test("gives the bits of predict", async () => {
    const X = [
      [1e8 + 0.3, 0.1, 3e7],
      [1e8 + 0.9, 0.7, 3e7],
      [1e8 - 0.2, 0.2, 3e7 + 1],
      [1e8, 0.4, 3e7 - 1],
    ];
    const model = lasso(X, [1, 3, 2, 2.5], { lambda: 0.01 });
    const predict = await importPredict(model);
    expect(X.map((row) => predict(row))).toEqual(Array.from(model.predict(X)));
  });

  test("holds any number to the last bit", async () => {
    const values = [5e-324, 1.7976931348623157e308, 0.1, -1 / 3, 2 ** 53 + 2, 1e21, 1e-7, 123456789012345680000];
    for (const value of values) {
      const predict = await importPredict(modelOf("gaussian", [value], [-0]));
      expect(predict(1)).toBe(value);
      expect(predict(0)).toBe(0);
    }
  });

  test("reads no column whose coefficient is 0", async () => {
    const predict = await importPredict(modelOf("gaussian", [2, 0], [1], { names: ["a", "b"] }));
    expect(predict({ a: 3 })).toBe(7);
    expect(predict({ a: 3, b: Symbol("unread") })).toBe(7);
  });

  test("exports the classes", async () => {
    const model = logistic([[1], [2], [3], [4]], ["</script>", "\u2028", "</script>", "\u2028"], { lambda: 0.1 });
    const source = exportModel(model, "javascript");
    expect((await importModule(source)).classes).toEqual(model.classes);
    expect(source).not.toContain("</script>");
  });

  test.each(hostileNames)("takes a column named %j", async (name) => {
    const model = modelOf("gaussian", [2, 3], [1], { names: [name, "other"] });
    const source = exportModel(model, "javascript");
    const predict = (await importModule(source)).default as Predict;
    // By computed names, as a literal's `__proto__` is its prototype.
    expect(predict({ [name]: 5, other: 7 })).toBe(32);
    expect(source).not.toMatch(/<|\u2028/);
  });

  test.each([
    ["a missing value", [{ a: 1 }]],
    ["null", [{ a: 1, b: null }]],
    ["NaN", [{ a: 1, b: Number.NaN }]],
    ["an infinity", [[1, Number.POSITIVE_INFINITY]]],
    ["text", [{ a: 1, b: "2" }]],
    ["what a prototype has", [Object.create({ a: 1, b: 2 })]],
    ["too few numbers", [[1]]],
    ["too many numbers", [1, 2, 3]],
    ["no argument", []],
    ["null for a row", [null]],
    ["an object that is not readable", [{ a: 1, b: Object.create(null) }]],
  ])("refuses %s as predict does", async (_, values) => {
    const predict = await importPredict(modelOf("gaussian", [2, 3], [1], { names: ["a", "b"] }));
    expect(() => predict(...values)).toThrow(/must be as in training|takes 2 numbers|convert/);
  });

  test("extremes of η are 0, 1 and Infinity", async () => {
    const logit = await importPredict(modelOf("binomial", [1], [0]));
    expect([-1e308, -800, 0, 40, 800].map((x) => logit(x))).toEqual([0, 0, 0.5, 1, 1]);
    const mean = await importPredict(modelOf("poisson", [1], [0]));
    expect([-800, 0, 800].map((x) => mean(x))).toEqual([0, 1, Number.POSITIVE_INFINITY]);
    const softmax = await importPredict(modelOf("multinomial", [1, 0, 1], [0, 0, 0]));
    expect([-1e308, 0, 1e308].map((x) => softmax(x))).toEqual([
      [0, 1, 0],
      [1 / 3, 1 / 3, 1 / 3],
      [0.5, 0, 0.5],
    ]);
  });

  test("has room for 20,000 coefficients", async () => {
    const coefficients = Array.from({ length: 2e4 }, (_, j) => Math.fround(Math.sin(j)));
    const model = modelOf("gaussian", coefficients, [1]);
    const row = coefficients.map((_, j) => (j % 7) - 3);
    expect((await importPredict(model))(row)).toBe(predicted(model, [row])[0]);
  });
});
