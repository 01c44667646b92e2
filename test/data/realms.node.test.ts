import { createContext, runInContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import {
  crossValidate,
  dense,
  elasticNet,
  fitMany,
  lasso,
  type MatrixLike,
  multinomial,
  OnlineRegressor,
  poisson,
  regularizationPath,
  ridge,
  sparse,
} from "../../src/index.js";
import { testRefusals, wrong } from "../models/refusals.js";

const [n, p] = [24, 3];
const values = Array.from({ length: n * p }, (_, k) => (k % 5 === 0 ? 0 : Math.sin(k * k)));
const y = Array.from({ length: n }, (_, i) => Math.abs(3 * values[i * p + 1] + Math.cos(i)));
const weights = y.map((_, i) => 1 + (i % 3));
const labels = y.map((_, i) => i % 3);
const byRow = dense(Float64Array.from(values), n, p);
const byColumn = dense(
  Float64Array.from({ length: n * p }, (_, k) => values[(k % n) * p + Math.floor(k / n)]),
  n,
  p,
  { order: "column" },
);
const single = dense(Float32Array.from(values), n, p);
const entries = [0, 1, 2].map((j) => y.flatMap((_, i) => (values[i * p + j] === 0 ? [] : [[i, values[i * p + j]]])));
const compressed = sparse({
  rows: n,
  columns: p,
  values: entries.flat().map(([, x]) => x),
  rowIndices: entries.flat().map(([i]) => i),
  columnPointers: [0, 1, 2, 3].map((j) => entries.slice(0, j).flat().length),
});
const matrices: [string, MatrixLike][] = [
  ["dense by row", byRow],
  ["dense by column", byColumn],
  ["dense in single precision", single],
  ["sparse", compressed],
];

const realm = createContext({});
const other = runInContext("({ Float64Array, Float32Array, Int32Array, Array })", realm) as typeof globalThis;
/** The same in another realm: arrays and plain objects, whatever class they were of. */
function abroad<T>(value: T): T {
  if (Array.isArray(value)) return other.Array.from(value, (part) => abroad(part)) as T;
  if (value instanceof Float64Array) return other.Float64Array.from(value) as T;
  if (value instanceof Float32Array) return other.Float32Array.from(value) as T;
  if (value instanceof Int32Array) return other.Int32Array.from(value) as T;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, abroad(part)])) as T;
}

/** A matrix of another copy of this package. */
async function foreign(X: MatrixLike): Promise<MatrixLike> {
  vi.resetModules();
  const copy = await import("../../src/index.js");
  const parts = X as unknown as Parameters<typeof sparse>[0] & { data: Float64Array; order: "row" };
  const made =
    "data" in X ? copy.dense(parts.data, parts.rows, parts.columns, { order: parts.order }) : copy.sparse({ ...parts });
  expect(made).not.toBeInstanceOf(X.constructor);
  return made as MatrixLike;
}

const fits: [string, (X: MatrixLike, like: <T>(value: T) => T) => unknown][] = [
  ["lasso", (X, like) => lasso(X, like(y), { lambda: 0.05, weights: like(weights) })],
  ["elasticNet", (X, like) => elasticNet(X, like(Float64Array.from(y)), { lambda: 0.05, l1Ratio: 0.5 })],
  ["ridge", (X, like) => ridge(X, like(y), { lambda: 0.05, offset: like(weights), lowerBounds: like([-1, -1, -1]) })],
  ["poisson", (X, like) => poisson(X, like(y), { lambda: 0.05, weights: like(Float32Array.from(weights)) })],
  ["multinomial", (X, like) => multinomial(X, like(labels), { lambda: 0.05 })],
  ["regularizationPath", (X, like) => regularizationPath(X, like(y), { lambdas: like(Float64Array.of(0.1, 0.01)) })],
  ["crossValidate", (X, like) => crossValidate(X, like(y), { folds: 3, weights: like(weights) })],
  ["fitMany in blocks", (X, like) => fitMany({ X, y: like(y), batch: 2, lambda: 0.1 })],
  ["fitMany in a list", (X, like) => fitMany({ X: like([X]), y: like([y]), lambda: 0.1 })],
  ["fitMany on one X", (X, like) => fitMany({ X, y: like(y.map((v) => [v, -v])), lambda: 0.1 })],
  ["predict", (X) => lasso(byRow, y, { lambda: 0.05 }).predict(X)],
  ["online", (X, like) => new OnlineRegressor(p, { method: "sgd", learningRate: 0.1 }).update(X, like(y)).toJSON()],
];

describe.each(matrices)("%s", (_form, X) => {
  test.each(fits)("%s takes its clone, that of another realm and that of another copy", async (_name, run) => {
    const own = (value: unknown) => value;
    const expected = JSON.stringify(run(X, own as never));
    const same = (actual: unknown) => expect(JSON.stringify(actual)).toBe(expected);
    same(run(structuredClone(X), own as never));
    same(run(structuredClone(X), structuredClone));
    same(run(abroad(X), abroad));
    same(run(await foreign(X), own as never));
  });
});

describe("refusals: what is not quite a clone", () => {
  const call =
    (X: unknown): (() => unknown) =>
    () =>
      lasso(wrong(X), y, { lambda: 1 });
  const [a, b] = [structuredClone(byRow), structuredClone(compressed)];
  testRefusals([
    ["other rows", call({ ...a, rows: 3 }), "ERR_LENGTH", '"X.data" must have 9 values'],
    ["negative rows", call({ ...a, rows: -n, columns: -p }), "ERR_VALUE", '"X.rows" must be a whole number'],
    ["rows as text", call({ ...a, rows: "24" }), "ERR_TYPE", '"X.rows" must be a number'],
    ["another order", call({ ...a, order: "diagonal" }), "ERR_VALUE", '"X.order" must be "row" or "column"'],
    ["a list for data", call({ ...a, data: values }), "ERR_TYPE", '"X.data" must be a Float64Array'],
    ["rows out of bounds", call({ ...b, rowIndices: b.rowIndices.map(() => n) }), "ERR_VALUE", '"X.rowIndices" must'],
    ["too few pointers", call({ ...b, columnPointers: Int32Array.of(0) }), "ERR_LENGTH", '"X.columnPointers" must'],
    ["no values", call({ ...b, values: undefined }), "ERR_TYPE", '"X.values" must be an array of numbers'],
  ]);
});
