import { describe, expect, test, vi } from "vitest";
import {
  crossValidate,
  dense,
  elasticNet,
  fitMany,
  GramAccumulator,
  groupLasso,
  huber,
  logistic,
  type MatrixLike,
  mcp,
  multinomial,
  poisson,
  regularizationPath,
  sortedL1,
  sparse,
} from "../../src/index.js";
import { Heap } from "../../src/kernels/arena.js";
import type { Kernels } from "../../src/kernels/contract.js";
import { fitsTwins } from "../../src/kernels/generated/fits.js";
import type { Steps } from "../../src/kernels/steps.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { compress } from "../support/matrices.js";

/** Memories of the bytes that are asked for, and not one more: who takes more than its layout says is refused. */
const { acquire } = vi.hoisted(() => ({ acquire: vi.fn() }));
vi.mock("../../src/kernels/pool.js", () => ({
  acquire,
  release: () => {},
  withMemory: <T>(bytes: number, purpose: string, work: (heap: Heap) => T): T => work(acquire(bytes, purpose)),
  *stepsInMemory<T>(bytes: number, purpose: string, work: (heap: Heap) => Steps<T>): Steps<T> {
    return yield* work(acquire(bytes, purpose));
  },
}));
acquire.mockImplementation((bytes: number) => new Heap(bytes, new ArrayBuffer(bytes + 64), kernels()));

const kernels = (): Kernels => ({ ...fitsTwins(), name: "js", memory: undefined });

interface Data {
  dense: MatrixLike;
  sparse: MatrixLike;
  y: Float64Array;
  signs: string[];
  classes: string[];
  counts: Float64Array;
}

function draw(n: number, p: number): Data {
  const next = randomStream(n + p);
  const values = Float64Array.from(randomArray(n * p, next), (x, k) => (k % 3 === 0 ? 2 * x - 1 : 0));
  const X = dense(values, n, p, { order: "column" });
  const y = Float64Array.from({ length: n }, (_, i) => values[i] - values[3 * n + i] + 0.1 * next());
  const { values: stored, rowIndices, columnPointers } = compress(n, p, values);
  return {
    dense: X,
    sparse: sparse({ rows: n, columns: p, values: stored, rowIndices, columnPointers }),
    y,
    signs: Array.from(y, (v) => (v > 0 ? "up" : "down")),
    classes: Array.from(y, (v, i) => ["a", "b", "c"][(i + (v > 0 ? 1 : 0)) % 3]),
    counts: y.map((v) => Math.round(3 * Math.abs(v))),
  };
}

const forms = ["dense", "sparse"] as const;
const shapes: [string, Data, number][] = [
  ["60 × 7", draw(60, 7), 7],
  ["9 × 40", draw(9, 40), 40],
  ["130 × 600", draw(130, 600), 600],
];
const fits: [string, (data: Data, form: "dense" | "sparse", p: number) => unknown][] = [
  ["lasso", (data, form) => elasticNet(data[form], data.y, { lambda: 0.01 })],
  ["bounds", (data, form) => elasticNet(data[form], data.y, { lambda: 0.01, lowerBounds: 0, tolerance: 1e-12 })],
  [
    "elastic net, rough",
    (data, form) => elasticNet(data[form], data.y, { lambda: 0.01, l1Ratio: 0.5, tolerance: 0.01 }),
  ],
  ["ridge", (data, form) => regularizationPath(data[form], data.y, { l1Ratio: 0 })],
  [
    "ridge with columns that are free",
    (data, form, p) =>
      regularizationPath(data[form], data.y, {
        l1Ratio: 0,
        penaltyFactor: Float64Array.from({ length: p }, (_, j) => (j < 3 ? 0 : 1)),
      }),
  ],
  ["logistic", (data, form) => logistic(data[form], data.signs, { lambda: 0.01 })],
  [
    "logistic path",
    (data, form) => regularizationPath(data[form], data.signs, { family: "binomial", lambdaCount: 10 }),
  ],
  ["poisson", (data, form) => poisson(data[form], data.counts, { lambda: 0.1 })],
  ["huber", (data, form) => huber(data[form], data.y, { lambda: 0.01 })],
  ["multinomial", (data, form) => multinomial(data[form], data.classes, { lambda: 0.05 })],
  ["group lasso", (data, form, p) => elasticNet(data[form], data.y, { lambda: 0.01, penalty: pairs(p) })],
  ["mcp, classes", (data, form) => multinomial(data[form], data.classes, { lambda: 0.05, penalty: mcp() })],
  ["mcp, logistic", (data, form) => logistic(data[form], data.signs, { lambda: 0.1, penalty: mcp() })],
  ["sorted L1", (data, form) => elasticNet(data[form], data.y, { lambda: 0.05, penalty: sortedL1() })],
  [
    "folds",
    (data, form) => crossValidate(data[form], data.y, { folds: 3, lambdaCount: 8, measure: "meanAbsoluteError" }),
  ],
  [
    "folds, logistic",
    (data, form) => crossValidate(data[form], data.signs, { family: "binomial", folds: 2, lambdaCount: 4 }),
  ],
  ["leave-one-out", (data, form) => crossValidate(data[form], data.y, { folds: "loo", l1Ratio: 0, lambdaCount: 5 })],
  [
    "leave-one-out without an intercept",
    (data, form) => crossValidate(data[form], data.y, { folds: "loo", l1Ratio: 0, lambdaCount: 5, intercept: false }),
  ],
];

function pairs(p: number) {
  return groupLasso({ groups: Int32Array.from({ length: p }, (_, j) => j >> 1) });
}

describe.each(shapes)("%s", (_, data, p) => {
  describe.each(forms)("%s", (form) => {
    test.each(fits)("%s takes no more than its layout says", (_, run) => {
      acquire.mockClear();
      expect(() => run(data, form, p)).not.toThrow();
      expect(acquire).toHaveBeenCalled();
    });
  });

  test.each(["residual", "newton", "gram", "cholesky", "ridge", "qr", "sparse"] as const)("strategy %s", (strategy) => {
    const l1Ratio = strategy === "cholesky" || strategy === "ridge" ? 0 : 1;
    for (const form of forms) {
      for (const lambda of [0.01, strategy === "qr" && p < 9 ? 0 : 0.02])
        expect(() => elasticNet(data[form], data.y, { lambda, l1Ratio, strategy })).not.toThrow();
    }
  });
});

test("many small problems, many targets, and sums of rows take no more than their layouts say", () => {
  const [[, data]] = shapes;
  const next = randomStream(5);
  const y = Float64Array.from({ length: 180 }, next);
  const X = dense(Float64Array.from({ length: 180 * 7 }, next), 180, 7);
  acquire.mockClear();
  expect(() => fitMany({ X: data.dense, y: dense(y, 60, 3), lambda: 0.1 })).not.toThrow();
  expect(() => fitMany({ X, y, batch: 3, lambda: 0.1 })).not.toThrow();
  expect(() => fitMany({ X, y, batch: 3, lambda: "cv", folds: 3 })).not.toThrow();
  const folds = Int32Array.from(y, (_, row) => row % 3);
  const sums = new GramAccumulator(7).add(X, y, { fold: folds });
  expect(() => sums.fit({ lambda: 0.1 })).not.toThrow();
  expect(() => sums.crossValidate()).not.toThrow();
  expect(acquire.mock.calls.length).toBeGreaterThan(4);
});

test("a tall X takes no more than its layout says", () => {
  const [n, p] = [60_000, 20];
  const next = randomStream(3);
  const values = Float64Array.from({ length: n * p }, next);
  const y = values.slice(0, n).map((x) => x + next());
  const X = dense(values, n, p, { order: "column" });
  acquire.mockClear();
  expect(() => elasticNet(X, y, { lambda: 0.01 })).not.toThrow();
  expect(acquire).toHaveBeenCalledTimes(1);
  expect(() => regularizationPath(X, y, { lambdaCount: 20 })).not.toThrow();
});
