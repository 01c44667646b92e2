/**
 * A reader of ONNX files and an evaluator of the few operators that exported models have, written from the specification alone: what
 * ONNX Runtime makes of the same files is the subject of onnx.runtimes.test.ts.
 */

/** The fields of a message by number, each with its values in order: integers, or bytes. */
type Message = Map<number, (number | Uint8Array)[]>;

export interface Tensor {
  dims: number[];
  data: Float64Array;
}

interface OnnxNode {
  operator: string;
  inputs: string[];
  output: string;
  axes: number[] | undefined;
}

interface OnnxModel {
  irVersion: number;
  opset: number;
  nodes: OnnxNode[];
  constants: Map<string, Tensor>;
  /** Dimensions, of which some have names. */
  input: { name: string; type: number; dims: (number | string)[] };
  output: { name: string; type: number; dims: (number | string)[] };
  metadata: Record<string, unknown>;
}

const DOUBLE = 11;

export function readOnnx(bytes: Uint8Array): OnnxModel {
  const model = readMessage(bytes);
  const graph = readMessage(part(model, 7));
  const value = (field: number) => {
    const info = readMessage(part(graph, field));
    const tensor = readMessage(part(readMessage(part(info, 2)), 1));
    const dims = parts(readMessage(part(tensor, 2)), 1).map((dim) => {
      const { value: [size] = [], name: [label] = [] } = {
        value: readMessage(dim).get(1),
        name: readMessage(dim).get(2),
      };
      return label === undefined ? (size as number) : text(label as Uint8Array);
    });
    return { name: text(part(info, 1)), type: integer(tensor, 1), dims };
  };
  return {
    irVersion: integer(model, 1),
    opset: integer(readMessage(part(model, 8)), 2),
    nodes: parts(graph, 1).map(readNode),
    constants: new Map(parts(graph, 5).map(readTensor)),
    input: value(11),
    output: value(12),
    metadata: Object.fromEntries(
      parts(model, 14).map((entry) => {
        const pair = readMessage(entry);
        return [text(part(pair, 1)), JSON.parse(text(part(pair, 2)))];
      }),
    ),
  };
}

function readNode(bytes: Uint8Array): OnnxNode {
  const node = readMessage(bytes);
  const attributes = parts(node, 5).map(readMessage);
  const axes = attributes.find((attribute) => text(part(attribute, 1)) === "axes");
  return {
    operator: text(part(node, 4)),
    inputs: parts(node, 1).map(text),
    output: text(part(node, 2)),
    axes: axes && (axes.get(8) as number[]),
  };
}

function readTensor(bytes: Uint8Array): [string, Tensor] {
  const tensor = readMessage(bytes);
  const raw = part(tensor, 9);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const read = (at: number): number =>
    integer(tensor, 2) === DOUBLE ? view.getFloat64(at * 8, true) : Number(view.getBigInt64(at * 8, true));
  const dims = (tensor.get(1) ?? []) as number[];
  const data = Float64Array.from({ length: raw.byteLength / 8 }, (_, at) => read(at));
  if (data.length !== dims.reduce((a, b) => a * b, 1)) throw new Error("a tensor whose data does not fit its dims");
  return [text(part(tensor, 8)), { dims, data }];
}

function readMessage(bytes: Uint8Array): Message {
  const message: Message = new Map();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    let value: number | Uint8Array;
    if (tag % 8 === 0) value = varint();
    else if (tag % 8 === 2) {
      const length = varint();
      value = bytes.subarray(at, at + length);
      at += length;
    } else throw new Error(`wire type ${tag % 8}`);
    if (at > bytes.length) throw new Error("a field that goes past its message");
    message.set(field, [...(message.get(field) ?? []), value]);
  }
  return message;
}

function parts(message: Message, field: number): Uint8Array[] {
  return (message.get(field) ?? []) as Uint8Array[];
}

function part(message: Message, field: number): Uint8Array {
  const [first, ...others] = parts(message, field);
  if (first === undefined || others.length > 0) throw new Error(`${others.length + 1} fields ${field}`);
  return first;
}

function integer(message: Message, field: number): number {
  return message.get(field)?.[0] as number;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The output of the graph for X, n × p. */
export function runOnnx({ nodes, constants, input, output }: OnnxModel, X: Tensor): Tensor {
  const values = new Map([...constants, [input.name, X]]);
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => values.get(name) as Tensor);
    values.set(node.output, operators[node.operator]?.(inputs, node) as Tensor);
  }
  return values.get(output.name) as Tensor;
}

const map = ({ dims, data }: Tensor, f: (value: number) => number): Tensor => ({ dims, data: data.map(f) });

/** Operands of one shape, or the second one with fewer or shorter dimensions. */
const zip = ([a, b]: Tensor[], f: (a: number, b: number) => number): Tensor => {
  const [left, right] = [a, b] as [Tensor, Tensor];
  if (left.dims.length < right.dims.length) return zip([right, left], (x, y) => f(y, x));
  const K = left.dims[1] ?? 1;
  const isColumn = right.dims.length === 2 && right.dims[1] === 1;
  const at = (i: number): number => (isColumn ? Math.floor(i / K) : i % right.data.length);
  return { dims: left.dims, data: left.data.map((value, i) => f(value, right.data[at(i)] as number)) };
};

const reduce = ({ dims, data }: Tensor, { axes }: OnnxNode, f: (a: number, b: number) => number): Tensor => {
  if (axes?.join() !== "1") throw new Error(`axes ${axes}`);
  const [n, K] = dims as [number, number];
  return {
    dims: [n, 1],
    data: Float64Array.from({ length: n }, (_, i) => data.subarray(i * K, (i + 1) * K).reduce(f)),
  };
};

const operators: Record<string, (inputs: Tensor[], node: OnnxNode) => Tensor> = {
  MatMul([a, b]) {
    const [
      {
        dims: [n, p],
        data: X,
      },
      {
        dims: [rows, K],
        data: w,
      },
    ] = [a, b] as [Tensor, Tensor] as [
      { dims: [number, number]; data: Float64Array },
      { dims: [number, number?]; data: Float64Array },
    ];
    if (rows !== p) throw new Error(`${p} columns by ${rows} rows`);
    const product = (i: number, k: number): number => {
      let sum = 0;
      for (let j = 0; j < p; ++j) sum += X[i * p + j]! * w[j * (K ?? 1) + k]!;
      return sum;
    };
    const data = Float64Array.from({ length: n * (K ?? 1) }, (_, at) =>
      product(Math.floor(at / (K ?? 1)), at % (K ?? 1)),
    );
    return { dims: K === undefined ? [n] : [n, K], data };
  },
  Pad([a, pads, fill]) {
    const { dims, data } = a as Tensor;
    const [n, p] = dims as [number, number];
    const [top, left, bottom, right] = Array.from((pads as Tensor).data) as [number, number, number, number];
    if (top !== 0 || bottom !== 0) throw new Error("rows are padded");
    const padded = new Float64Array(n * (left + p + right)).fill(fill?.data[0] as number);
    for (let i = 0; i < n; ++i) padded.set(data.subarray(i * p, (i + 1) * p), i * (left + p + right) + left);
    return { dims: [n, left + p + right], data: padded };
  },
  Identity: ([a]) => a as Tensor,
  Neg: ([a]) => map(a as Tensor, (x) => -x),
  Exp: ([a]) => map(a as Tensor, Math.exp),
  Reciprocal: ([a]) => map(a as Tensor, (x) => 1 / x),
  Add: (inputs) => zip(inputs, (x, y) => x + y),
  Sub: (inputs) => zip(inputs, (x, y) => x - y),
  Div: (inputs) => zip(inputs, (x, y) => x / y),
  ReduceMax: ([a], node) => reduce(a as Tensor, node, (x, y) => Math.max(x, y)),
  ReduceSum: ([a], node) => reduce(a as Tensor, node, (x, y) => x + y),
};
