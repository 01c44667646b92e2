import { expect, test } from "vitest";
import { designMatrix, exportModel, lasso, regularizationPath } from "../../src/index.js";
import { modelOf } from "./models.js";

const X = [[1], [2], [4]];
const formats = ["sql", "javascript", "onnx", "csv"] as const;

test.each([undefined, null, 3, "model", {}, [], () => 1, regularizationPath(X, [1, 2, 3])])(
  "%s is no model",
  (value) => {
    for (const format of formats) {
      expect(() => exportModel(value as never, format)).toThrow(
        expect.objectContaining({ name: "TypeError", code: "ERR_TYPE", message: expect.stringContaining('"model"') }),
      );
    }
  },
);

test("a model of JSON is made one first", () => {
  const json = JSON.parse(JSON.stringify(lasso(X, [1, 2, 3], { lambda: 0.1 })));
  expect(() => exportModel(json, "sql")).toThrow('"model" must be a model');
});

test("other formats are refused by name", () => {
  const model = modelOf("gaussian", [1], [0]);
  expect(() => exportModel(model, "pmml" as never)).toThrow(
    '"format" must be "sql" or "javascript" or "onnx" or "csv", got "pmml"',
  );
  expect(() => exportModel(model, undefined as never)).toThrow(expect.objectContaining({ code: "ERR_TYPE" }));
});

test("a model that holds NaN has not been fitted", () => {
  for (const format of formats) {
    for (const place of ["coefficients", "intercept"]) {
      const model = modelOf("gaussian", [1], [0]);
      const unfitted = Object.create(model, {
        [place]: { value: place === "intercept" ? Number.NaN : Float64Array.of(Number.NaN) },
      });
      expect(() => exportModel(unfitted, format)).toThrow(
        expect.objectContaining({ name: "RangeError", code: "ERR_NOT_FINITE" }),
      );
    }
  }
});

test("a model that cannot be read is a TypeError", () => {
  const { proxy, revoke } = Proxy.revocable(modelOf("gaussian", [1], [0]), {});
  revoke();
  expect(() => exportModel(proxy, "sql")).toThrow(expect.objectContaining({ code: "ERR_TYPE" }));
});

test.each(["", "a\0b", "\ud800"])("SQL has no columns named %j", (name) => {
  const model = modelOf("gaussian", [1, 2], [0], { names: ["a", name] });
  expect(() => exportModel(model, "sql")).toThrow(expect.objectContaining({ name: "RangeError", code: "ERR_VALUE" }));
  for (const format of ["javascript", "onnx", "csv"] as const) expect(exportModel(model, format)).toBeDefined();
});

test("levels that SQL cannot have are equal to nothing", () => {
  const { encoding } = designMatrix([{ a: "x" }, { a: "y\0" }]);
  const model = modelOf("gaussian", [1, 2], [0], { names: [...encoding.names], encoding });
  expect(exportModel(model, "sql")).not.toContain("\0");
});
