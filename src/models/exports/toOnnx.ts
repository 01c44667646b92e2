import { type Field, message } from "./message.js";
import type { ExportedModel } from "./readModel.js";

/** The format and the operators of 2020, the first to have all of the below in double precision. */
const [FORMAT, OPERATORS] = [7, 13];
/** Of TensorProto.DataType and AttributeProto.AttributeType. */
const [INT64, DOUBLE, INTS] = [7, 11, 7];

/** From η to the prediction: an operator in each line, its inputs, and its output. */
const LINKS: Record<string, string[]> = {
  poisson: ["Exp eta prediction"],
  // 1/(1 + e^−η) in plain arithmetic: the Sigmoid of ONNX Runtime is off by 1.5e-14, and 0 at −40.
  binomial: ["Neg eta minus", "Exp minus odds", "Add one odds total", "Reciprocal total prediction"],
  multinomial: [
    "ReduceMax eta top",
    "Sub eta top below",
    "Exp below share",
    "ReduceSum share axis total",
    "Div share total prediction",
  ],
};

/**
 * The model as an ONNX file of float64: `X`, n × p, to `prediction`, n or n × K values. The names of the columns and the classes are in
 * its metadata, as JSON.
 */
export function toOnnx(model: ExportedModel): Uint8Array {
  const { family, classes, coefficients, intercepts, names } = model;
  const p = names.length;
  const K = intercepts.length;
  const each = family === "multinomial" ? [K] : [];
  const operators = ["MatMul X w product", "Add product b eta", ...(LINKS[family] ?? ["Identity eta prediction"])];
  const nodes = operators.map((operator) => {
    const [type, ...values] = operator.split(" ") as [string, ...string[]];
    const output = values.pop() as string;
    const rows = message([1, "axes"], [8, 1], [20, INTS]);
    return message(...repeat(1, values), [2, output], [4, type], ...(type === "ReduceMax" ? repeat(5, [rows]) : []));
  });
  const constants = [
    tensor(
      "w",
      [p, ...each],
      coefficients.map((_, at) => coefficients[(at % K) * p + Math.floor(at / K)] as number),
    ),
    tensor("b", each, intercepts),
    ...(family === "binomial" ? [tensor("one", [], [1])] : []),
    ...(family === "multinomial"
      ? [message([1, 1], [2, INT64], [8, "axis"], [9, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)])]
      : []),
  ];
  const graph = message(
    ...repeat(1, nodes),
    [2, family],
    ...repeat(5, constants),
    [11, value("X", ["n", p])],
    [12, value("prediction", ["n", ...each])],
  );
  return message(
    [1, FORMAT],
    [2, "regulus"],
    [7, graph],
    [8, message([1, ""], [2, OPERATORS])],
    [14, metadata("names", names)],
    ...(classes === undefined ? [] : repeat(14, [metadata("classes", classes)])),
  );
}

function repeat(field: number, values: readonly (string | number | Uint8Array)[]): Field[] {
  return values.map((value) => [field, value]);
}

/** A constant of the graph. */
function tensor(name: string, dims: number[], values: ArrayLike<number>): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 8));
  for (let i = 0; i < values.length; ++i) bytes.setFloat64(i * 8, values[i] as number, true);
  return message(...repeat(1, dims), [2, DOUBLE], [8, name], [9, new Uint8Array(bytes.buffer)]);
}

/** An input or output of the graph, of which a dimension may have a name. */
function value(name: string, dims: (number | string)[]): Uint8Array {
  const shape = dims.map((dim) => message([typeof dim === "number" ? 1 : 2, dim]));
  return message([1, name], [2, message([1, message([1, DOUBLE], [2, message(...repeat(1, shape))])])]);
}

function metadata(key: string, values: readonly (string | number)[]): Uint8Array {
  const text = JSON.stringify(values).replace(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return message([1, key], [2, text]);
}
