import { type Field, message } from "./message.js";
import { quoted } from "./quoted.js";
import type { ExportedModel } from "./readModel.js";

/** The format and the operators of 2019, the first to have all of the below in double precision. */
const [FORMAT, OPERATORS] = [6, 11];
/** Of TensorProto.DataType and AttributeProto.AttributeType. */
const INT64 = 7;
const DOUBLE = 11;
const INTS = 7;

/** Where a column of ones goes: no row and one column before all others, none behind them. */
const FIRST = /* @__PURE__ */ message([1, 4], [2, INT64], [8, "first"], [9, `${"\0".repeat(8)}\x01${"\0".repeat(23)}`]);

/** From η to the prediction: an operator in each line, its inputs, and its output. */
const LINKS: Record<string, string[]> = {
  poisson: ["Exp eta prediction"],
  // 1/(1 + e^−η) in plain arithmetic: the Sigmoid of ONNX Runtime is off by 1.5e-14, and 0 at −40.
  binomial: ["Neg eta minus", "Exp minus odds", "Add one odds total", "Reciprocal total prediction"],
  multinomial: [
    "ReduceMax eta top",
    "Sub eta top below",
    "Exp below share",
    "ReduceSum share total",
    "Div share total prediction",
  ],
};

/**
 * The model as an ONNX file of float64: `X`, n × p, to `prediction`, n or n × K values. The names of the columns and the classes are in
 * its metadata, as JSON.
 */
export function toOnnx({ fields, intercepts, names, isTable }: ExportedModel): Uint8Array {
  const { family, classes, coefficients } = fields;
  const p = names.length;
  const K = intercepts.length;
  const each = family === "multinomial" ? [K] : [];
  const sum = isTable ? ["Pad X first one rows", "MatMul rows w eta"] : ["MatMul X w product", "Add product b eta"];
  const operators = [...sum, ...(LINKS[family] ?? ["Identity eta prediction"])];
  const nodes = operators.map((operator) => {
    const [type, ...values] = operator.split(" ") as [string, ...string[]];
    const output = values.pop() as string;
    const axes = type.startsWith("Reduce") ? [message([1, "axes"], [8, 1], [20, INTS])] : [];
    return message(...repeat(1, values), [2, output], [4, type], ...repeat(5, axes));
  });
  const w = coefficients.map((_, at) => coefficients[(at % K) * p + Math.floor(at / K)] as number);
  // The order of predictions, so that the same digits come out: of tables, the intercept is the first of what is added.
  const constants = isTable
    ? [FIRST, tensor("w", [p + 1, ...each], [...intercepts, ...w])]
    : [tensor("w", [p, ...each], w), tensor("b", each, intercepts)];
  if (isTable || family === "binomial") constants.push(tensor("one", [], [1]));
  const graph = message(
    ...repeat(1, nodes),
    [2, family],
    ...repeat(5, constants),
    [11, value("X", ["n", p])],
    [12, value("prediction", ["n", ...each])],
  );
  const model = message(
    [1, FORMAT],
    [2, "regulus"],
    [7, graph],
    [8, message([2, OPERATORS])],
    ...Object.entries({ names, classes }).flatMap(([key, values]) =>
      values === undefined ? [] : repeat(14, [message([1, key], [2, quoted(values, /[^ -~]/g)])]),
    ),
  );
  return Uint8Array.from(model, (byte) => byte.charCodeAt(0));
}

function repeat(field: number, values: readonly (string | number)[]): Field[] {
  return values.map((value) => [field, value]);
}

/** A constant of the graph. */
function tensor(name: string, dims: number[], values: ArrayLike<number>): string {
  const view = new DataView(new ArrayBuffer(8));
  const bytes = Array.from(values, (value) => {
    view.setFloat64(0, value, true);
    return String.fromCharCode(...new Uint8Array(view.buffer));
  });
  return message(...repeat(1, dims), [2, DOUBLE], [8, name], [9, bytes.join("")]);
}

/** An input or output of the graph, of which a dimension may have a name. */
function value(name: string, dims: (number | string)[]): string {
  const shape = dims.map((dim) => message([typeof dim === "number" ? 1 : 2, dim]));
  return message([1, name], [2, message([1, message([1, DOUBLE], [2, message(...repeat(1, shape))])])]);
}
