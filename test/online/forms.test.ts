import { describe, expect, test } from "vitest";
import { dense, OnlineClassifier, type OnlineOptions, OnlineRegressor, sparse } from "../../src/index.js";
import { assertSameBits } from "../support/bits.js";
import { onEach, stream } from "./streams.js";

const P = 7;
const batches = stream(P, 60, 11).map(({ X, y }) => ({ X: X.map((row) => row.map(Math.fround)), y }));

/** The rows, as compressed rows. */
function compressed(X: readonly (readonly number[])[]) {
  const entries = X.map((row) => row.flatMap((value, j) => (value === 0 ? [] : [{ value, j }])));
  const all = entries.flat();
  const rowPointers = [0];
  for (const row of entries) rowPointers.push((rowPointers.at(-1) as number) + row.length);
  return { rowPointers, indices: all.map(({ j }) => j), values: all.map(({ value }) => value) };
}

/** The rows, as compressed columns. */
function columns(X: readonly (readonly number[])[]) {
  const columnPointers = [0];
  const values: number[] = [];
  const rowIndices: number[] = [];
  for (let j = 0; j < P; ++j) {
    X.forEach((row, i) => {
      if (row[j] === 0) return;
      values.push(row[j]);
      rowIndices.push(i);
    });
    columnPointers.push(values.length);
  }
  return sparse({ rows: X.length, columns: P, values, rowIndices, columnPointers });
}

const byColumns = (X: readonly (readonly number[])[]): number[] =>
  Array.from({ length: P }, (_, j) => X.map((row) => row[j])).flat();

const forms = {
  "lists of numbers": (X: number[][]) => X,
  "lists of Float64Arrays": (X: number[][]) => X.map((row) => Float64Array.from(row)),
  "a dense matrix by rows": (X: number[][]) => dense(Float64Array.from(X.flat()), X.length, P),
  "a dense matrix by columns": (X: number[][]) =>
    dense(Float64Array.from(byColumns(X)), X.length, P, { order: "column" }),
  "a dense float32 matrix": (X: number[][]) => dense(Float32Array.from(X.flat()), X.length, P),
  "compressed columns": columns,
  "compressed rows": compressed,
  "compressed rows in typed arrays": (X: number[][]) => {
    const { rowPointers, indices, values } = compressed(X);
    return {
      rowPointers: Uint32Array.from(rowPointers),
      indices: Int32Array.from(indices),
      values: Float32Array.from(values),
    };
  },
  "compressed rows with zeros written out": (X: number[][]) => ({
    rowPointers: X.map((_, i) => i * P).concat(X.length * P),
    indices: X.flatMap((row) => row.map((_, j) => j)),
    values: X.flat(),
  }),
} as const;

const settings: readonly OnlineOptions[] = [
  { method: "sgd", learningRate: 0.1, l1: 0.01, l2: 0.02 },
  { method: "ftrl", l1: 0.02, l2: 0.01 },
];

describe.each(settings)("$method: the same bits from", (options) => {
  const learn = (form: (X: number[][]) => Parameters<OnlineRegressor["update"]>[0]) => {
    const [first, second] = onEach(() => {
      const model = new OnlineRegressor(P, options);
      for (const { X, y } of batches) model.update(form(X) as number[][], y);
      return model;
    });
    assertSameBits(second.coefficients, first.coefficients);
    return first;
  };
  const expected = learn((X) => X);

  test.each(Object.entries(forms))("%s", (_name, form) => {
    const model = learn(form);
    assertSameBits(model.coefficients, expected.coefficients);
    expect(model.intercept).toBe(expected.intercept);
    const [{ X }] = batches;
    assertSameBits(model.predict(form(X) as number[][]), expected.predict(X));
  });

  test("single rows, in every form of one", () => {
    const ones: ((row: number[]) => number[])[] = [
      (row) => row,
      (row) => Float64Array.from(row) as unknown as number[],
      (row) => Float32Array.from(row) as unknown as number[],
      (row) => {
        const { indices, values } = compressed([row]);
        return { indices: Int32Array.from(indices), values } as unknown as number[];
      },
    ];
    const models = [undefined, ...ones].map((form) => {
      const model = new OnlineRegressor(P, options);
      for (const { X, y } of batches) {
        if (form === undefined) model.update([X[0]], [y[0]]);
        else expect(model.update(form(X[0]), y[0])).toBe(model);
      }
      return model;
    });
    for (const model of models) assertSameBits(model.coefficients, models[0].coefficients);
    const [{ X }] = batches;
    for (const form of ones) expect(models[0].predict(form(X[0]))).toBe(models[0].predict([X[0]])[0]);
  });

  test("a batch that is staged in pieces", () => {
    const p = 5000;
    const next = stream(P, 3000, 12);
    const X = {
      rowPointers: next.map((_, i) => 3 * i).concat(9000),
      indices: next.flatMap((_, i) => [i % p, (7 * i) % p, (11 * i + 5) % p]),
      values: next.flatMap(({ y }) => [y[0], 1, -y[0]]),
    };
    const y = next.map(({ y }) => y[0]);
    const [js, wasm] = onEach(() => new OnlineRegressor(p, options).update(X, y).update(X, y));
    assertSameBits(wasm.coefficients, js.coefficients);
    // The mean gradient at w = 0, b = 0 of a first step is −1/n·Σ y_i·x_i, in whatever pieces.
    const gradient = new Float64Array(p);
    y.forEach((target, i) => {
      for (let k = 3 * i; k < 3 * i + 3; ++k) gradient[X.indices[k]] -= (target * X.values[k]) / y.length;
    });
    const one = new OnlineRegressor(p, { method: "sgd", learningRate: 1 }).update(X, y);
    one.coefficients.forEach((w, j) => {
      expect(w).toBeCloseTo(-gradient[j], 14);
    });
    expect(one.predict(X)[1500]).toBeCloseTo(
      one.predict({ indices: X.indices.slice(4500, 4503), values: X.values.slice(4500, 4503) }),
      14,
    );
  });
});

test("a column that a row names twice counts with the sum, in any order of columns", () => {
  const [a, b] = [0, 1].map(() => new OnlineRegressor(3, { method: "sgd", learningRate: 0.5 }));
  a.update({ indices: [2, 0, 2], values: [1, 4, 2] }, 5);
  b.update({ indices: [0, 2], values: [4, 3] }, 5);
  assertSameBits(a.coefficients, b.coefficients);
  expect(a.predict({ indices: [2, 2], values: [1, 1] })).toBe(b.predict([0, 0, 2]));
});

test("weights of rows: 0 leaves a row out of the sum, not of the mean; 2 counts it twice", () => {
  const options = { method: "sgd", learningRate: 0.5, intercept: false } as const;
  const X = [[1], [2], [4]];
  const some = new OnlineRegressor(1, options).update(X, [1, 1, 1], { weights: [2, 0, 1] });
  // 0.5·(2·1·1 + 4·1)/3
  expect(some.coefficients[0]).toBeCloseTo(1, 15);
  const one = new OnlineRegressor(1, options).update([3], 1, { weights: 2 });
  expect(one.coefficients[0]).toBeCloseTo(3, 15);
});

test("what is given is only read, and may change afterwards", () => {
  const values = new Float64Array([1, 2]);
  const model = new OnlineRegressor(2, { method: "sgd", learningRate: 0.5 }).update(values, 1);
  const before = model.coefficients;
  values.fill(7);
  before.fill(9);
  expect(model.coefficients[0]).toBe(0.5);
});

test("a classifier reads the same forms", () => {
  const expected = new OnlineClassifier(P, settings[0]);
  for (const { X, y } of batches) expected.update(X, y.map(Math.sign));
  for (const form of Object.values(forms)) {
    const model = new OnlineClassifier(P, settings[0]);
    for (const { X, y } of batches) model.update(form(X) as number[][], y.map(Math.sign));
    assertSameBits(model.coefficients, expected.coefficients);
    expect(model.predict(form(batches[1].X) as number[][])).toEqual(expected.predict(batches[1].X));
  }
});
