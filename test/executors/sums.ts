import {
  dense,
  type Executor,
  encodingOf,
  foldOf,
  GramAccumulator,
  GroupedAccumulator,
  sparse,
} from "../../src/index.js";

/** More rows than a piece has: 16 numbers each make pieces of 266,240. */
const n = 300_000;
const p = 15;
const values = Float64Array.from({ length: n * p }, (_, i) => Math.sin(i * 1.7) + (i % 7));
export const tall = dense(values, n, p);
export const target = Float64Array.from({ length: n }, (_, i) => values[i * p] + Math.cos(i));
const weights = Float64Array.from({ length: n }, (_, i) => (i % 5) / 2);
const fold = Uint8Array.from({ length: n }, (_, i) => (i < 270_000 ? 1 : foldOf(i, 3)));

const names = Array.from({ length: p }, (_, j) => `x${j}`);
/** Chunks of all lengths. */
async function* chunks() {
  for (let from = 0, length = 1; from < n; from += length, length = Math.min(3 * length, 90_000)) {
    const to = Math.min(n, from + length);
    const column = (of: (row: number) => number): Float64Array =>
      Float64Array.from({ length: to - from }, (_, i) => of(from + i));
    const columns = Object.fromEntries(names.map((name, j) => [name, column((row) => values[row * p + j])]));
    Object.assign(columns, {
      y: column((row) => target[row]),
      w: column((row) => weights[row]),
      g: column((row) => row % 3),
    });
    yield { names: [...names, "y", "w", "g"], columns, rows: to - from };
  }
}
const encoding = async () => {
  for await (const chunk of chunks()) {
    if (chunk.rows > 20) return encodingOf([chunk], { exclude: ["y", "w", "g"] });
  }
  throw new Error("no chunks");
};
const foldsOf = (count: number, seed: number) => Uint8Array.from({ length: n }, (_, i) => foldOf(i, count, seed));

/** Sums by an executor, and those of `add`. */
export const sums: { name: string; later(executor: Executor): Promise<Uint8Array>; now(): Promise<Uint8Array> }[] = [
  {
    name: "rows",
    later: async (executor) => (await executor.gram(tall, target)).toBytes(),
    now: async () => new GramAccumulator(p).add(tall, target).toBytes(),
  },
  {
    name: "weights and folds, columns one after the other",
    later: async (executor) => {
      const X = dense(values, n, p, { order: "column" });
      return (await executor.gram(X, target, { weights, fold })).toBytes();
    },
    now: async () =>
      new GramAccumulator(p).add(dense(values, n, p, { order: "column" }), target, { weights, fold }).toBytes(),
  },
  {
    name: "few sparse rows, two targets",
    later: async (executor) => (await executor.gram(few, dense(values.subarray(0, 8), 4, 2))).toBytes(),
    now: async () => new GramAccumulator(2, { targets: 2 }).add(few, dense(values.subarray(0, 8), 4, 2)).toBytes(),
  },
  {
    name: "chunks in folds",
    later: async (executor) => {
      const options = { encoding: await encoding(), target: "y", weights: "w", folds: 4, seed: 3 };
      return (await executor.gramOf(chunks(), options)).toBytes();
    },
    now: async () => {
      const own = new GramAccumulator(p);
      const X = (await encoding()).apply({ ...Object.fromEntries(names.map((name, j) => [name, columnOf(j)])) });
      return own.add(X, target, { weights, fold: foldsOf(4, 3) }).toBytes();
    },
  },
  {
    name: "wide chunks in folds",
    later: async (executor) => {
      const options = { encoding: await encodingOf(wideChunks(), { exclude: ["y"] }), target: "y", folds: 3 };
      return (await executor.gramOf(wideChunks(), options)).toBytes();
    },
    now: async () => {
      const X = (await encodingOf(wideChunks(), { exclude: ["y"] })).apply({ ...wideColumns(0, 14_000) });
      return new GramAccumulator(70)
        .add(X, target.subarray(0, 14_000), { fold: foldsOf(3, 0).subarray(0, 14_000) })
        .toBytes();
    },
  },
  {
    name: "chunks of groups",
    later: async (executor) =>
      (await executor.gramOf(chunks(), { encoding: await encoding(), target: "y", groups: "g" })).toBytes(),
    now: async () => {
      const X = (await encoding()).apply({ ...Object.fromEntries(names.map((name, j) => [name, columnOf(j)])) });
      const groups = Array.from(target, (_, i) => i % 3);
      return new GroupedAccumulator(p).add(X, target, groups).toBytes();
    },
  },
];
const few = sparse({ rows: 4, columns: 2, values: [1, 2, 3], rowIndices: [0, 2, 1], columnPointers: [0, 2, 3] });
/** 70 columns, whose pieces are of 1,040 rows. */
const wideColumns = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: 70 }, (_, j) => [`x${j}`, values.subarray(from + 997 * j, to + 997 * j)]));
async function* wideChunks() {
  for (const [from, to] of [
    [0, 5],
    [5, 900],
    [900, 9000],
    [9000, 14_000],
  ]) {
    const columns = { ...wideColumns(from, to), y: target.subarray(from, to) };
    yield { names: Object.keys(columns), columns, rows: to - from };
  }
}
const columnOf = (j: number): Float64Array => Float64Array.from({ length: n }, (_, i) => values[i * p + j]);
