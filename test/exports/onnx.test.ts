import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { designMatrix, exportModel, logistic } from "../../src/index.js";
import { cases, expectClose, hostileNames, modelOf, ONNX_LEAST, predicted } from "./models.js";
import { readOnnx, runOnnx } from "./readOnnx.js";
import { attempt, tableCases, toRow } from "./tables.js";

const DOUBLE = 11;

describe("a model as ONNX", () => {
  test("predicts the same by the operators of the specification", () => {
    fc.assert(
      fc.property(cases, ({ model, names, X }) => {
        const graph = readOnnx(exportModel(model, "onnx"));
        const expected = predicted(model, X);
        const result = runOnnx(graph, { dims: [X.length, names.length], data: Float64Array.from(X.flat()) });
        expectClose(result.data, expected);
        expect(result.dims).toEqual(
          model.family === "multinomial" ? [X.length, expected.length / X.length] : [X.length],
        );
      }),
    );
  });

  test("predicts the same for what the encoding makes of a table", () => {
    fc.assert(
      fc.property(tableCases, ({ model, rows }) => {
        const graph = readOnnx(exportModel(model, "onnx"));
        for (const row of rows) {
          const X = attempt(() => toRow(model.encoding?.apply([row])));
          if (X === undefined) continue;
          const { data } = runOnnx(graph, { dims: [1, X.length], data: X });
          const expected = predicted(model, [row]);
          expectClose(data, expected, ONNX_LEAST);
          if (model.family === "gaussian") expect([...data]).toEqual([...expected]);
        }
      }),
    );
  });

  test("has one input and one output of float64, of any number of rows", () => {
    const graph = readOnnx(exportModel(modelOf("gaussian", [1, 2, 3], [4]), "onnx"));
    expect(graph.input).toEqual({ name: "X", type: DOUBLE, dims: ["n", 3] });
    expect(graph.output).toEqual({ name: "prediction", type: DOUBLE, dims: ["n"] });
    const many = readOnnx(exportModel(modelOf("multinomial", [1, 2, 3, 4, 5, 6], [7, 8, 9]), "onnx"));
    expect(many.input.dims).toEqual(["n", 2]);
    expect(many.output.dims).toEqual(["n", 3]);
    expect([graph.irVersion, graph.opset]).toEqual([6, 11]);
  });

  test("is made of arithmetic, and of no constant without a use", () => {
    const operators = (["gaussian", "binomial", "poisson"] as const).map((family) => {
      const { nodes, constants } = readOnnx(exportModel(modelOf(family, [1, 2], [3]), "onnx"));
      const used = new Set(nodes.flatMap(({ inputs }) => inputs));
      expect([...constants.keys()].filter((name) => !used.has(name))).toEqual([]);
      return nodes.map(({ operator }) => operator).join(" ");
    });
    expect(operators).toEqual(["MatMul Add Identity", "MatMul Add Neg Exp Add Reciprocal", "MatMul Add Exp"]);
    const { names, encoding } = designMatrix([{ a: 1 }, { a: 2 }]);
    const ofTable = readOnnx(exportModel(modelOf("gaussian", [1], [2], { names: [...names], encoding }), "onnx"));
    expect(ofTable.nodes.map(({ operator }) => operator)).toEqual(["Pad", "MatMul", "Identity"]);
  });

  test("holds any number to the last bit", () => {
    const values = [5e-324, 1.7976931348623157e308, 0.1, -1 / 3, 2 ** 53 + 2, 0];
    const { constants } = readOnnx(exportModel(modelOf("gaussian", values, [-0]), "onnx"));
    expect([...(constants.get("w")?.data ?? [])]).toEqual(values);
    expect(constants.get("b")).toEqual({ dims: [], data: Float64Array.of(-0) });
  });

  test("names columns and classes in its metadata", () => {
    const names = hostileNames;
    const model = modelOf("gaussian", Array(names.length).fill(1), [0], { names });
    expect(readOnnx(exportModel(model, "onnx")).metadata).toEqual({ names });
    const labels = logistic([[1], [2], [3], [4]], ["größe", "📏", "größe", "📏"], { lambda: 0.1 });
    expect(readOnnx(exportModel(labels, "onnx")).metadata).toEqual({ names: ["x0"], classes: ["größe", "📏"] });
  });

  test("is written alike each time", () => {
    const model = modelOf("multinomial", [1, 2, 3, 4], [5, 6]);
    expect(exportModel(model, "onnx")).toEqual(exportModel(model, "onnx"));
  });

  test("has room for 5,000 coefficients of 3 classes", () => {
    const p = 5000;
    const w = Array.from({ length: 3 * p }, (_, j) => Math.fround(Math.sin(j)) / 50);
    const model = modelOf("multinomial", w, [0.1, 0, -0.1]);
    const X = [Array.from({ length: p }, (_, j) => (j % 7) - 3)];
    const result = runOnnx(readOnnx(exportModel(model, "onnx")), { dims: [1, p], data: Float64Array.from(X[0]!) });
    expectClose(result.data, predicted(model, X));
  });
});
