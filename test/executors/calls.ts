import {
  crossValidate,
  dense,
  type Executor,
  fitMany,
  mcp,
  type RunOptions,
  regularizationPath,
  sparse,
} from "../../src/index.js";
import { assertSameBits, assertSameNumber, type NumberArray } from "../support/bits.js";

/** Numbers of a sine that never come back. */
const numbers = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin((i + 1) * (12.9898 + seed) * 78.233) * 3);

const n = 120;
const p = 12;
export const X = dense(numbers(n * p, 1), n, p);
const names = Array.from({ length: p }, (_, j) => `column ${j}`);
export const y = Float64Array.from({ length: n }, (_, i) => X.data[i * p] - X.data[i * p + 3] + Math.cos(i * i));
export const labels = Array.from(y, (value) => (value > 0 ? "up" : "down"));
const wide = dense(numbers(30 * 80, 2), 30, 80);
/** Of more than 1 MiB, from where on its columns are brought together. */
const large = dense(numbers(120 * 1100, 3), n, 1100);
const holes = sparse({
  rows: 4,
  columns: 2,
  values: [1, 2, 3, 4],
  rowIndices: [0, 2, 1, 3],
  columnPointers: [0, 2, 4],
});

interface Case {
  name: string;
  now(): object;
  later(executor: Executor, run?: RunOptions): Promise<object>;
}

function cv(name: string, ...args: [unknown, unknown, object?]): Case {
  const all = args as unknown as Parameters<typeof crossValidate>;
  return { name, now: () => crossValidate(...all), later: (to, run) => to.crossValidate(all[0], all[1], all[2], run) };
}
function path(name: string, ...args: [unknown, unknown, object?]): Case {
  const all = args as unknown as Parameters<typeof regularizationPath>;
  return {
    name,
    now: () => regularizationPath(...all),
    later: (to, run) => to.regularizationPath(all[0], all[1], all[2], run),
  };
}
function many(name: string, options: object): Case {
  const all = options as Parameters<typeof fitMany>[0];
  return { name, now: () => fitMany(all), later: (to, run) => to.fitMany(all, run) };
}

const broken = y.slice();
broken[50] = Number.NaN;
const keys = Array.from(y, (_, i) => `shop ${(i * 7) % 5}`);

const largeFolds = cv("a fit of each fold of a large X", large, y, { folds: 3, lambdaCount: 8 });

/** Calls of every kind, by which pieces they are cut into. */
export const cases: Case[] = [
  cv("folds by their sums", X, y, { folds: 5, names, penaltyFactor: { "column 1": 0 } }),
  cv("absolute errors by sums, several ratios", X, y, { folds: 4, measure: "meanAbsoluteError", l1Ratio: [0.3, 1] }),
  cv("a fit of each fold, kept", wide, y.subarray(0, 30), { folds: 4, l1Ratio: [0.5, 1], keepFolds: true }),
  largeFolds,
  cv("folds of few rows", X, y, { folds: "loo", lambdaCount: 12 }),
  cv("leave-one-out of ridge", X, y, { folds: "loo", l1Ratio: 0 }),
  cv("labels", X, labels, { family: "binomial", folds: 3, measure: "auc", classWeight: "balanced", lambdaCount: 20 }),
  cv(
    "several classes",
    X,
    labels.map((label, i) => (i % 3 ? label : "still")),
    {
      family: "multinomial",
      folds: 3,
      lambdaCount: 10,
    },
  ),
  cv("relaxed", X, y, { folds: 3, relax: [0, 0.5], lambdaCount: 15 }),
  cv("another penalty, weights, an offset", X, y, {
    folds: 3,
    penalty: mcp(),
    lambdaCount: 15,
    weights: numbers(n, 4).map(Math.abs),
    offset: numbers(n, 5),
  }),
  path("a path", X, y, { names }),
  path("a relaxed path of labels", X, labels, { family: "binomial", relax: [0.5], lambdaCount: 20 }),
  many("blocks, one of which is broken", { X, y: broken, batch: 4, lambda: 0.1 }),
  many("blocks by columns with weights and an offset", {
    X: dense(X.data, n, p, { order: "column" }),
    ...{ y, batch: 5, lambda: [0.1, 0.2, 0.3, 0, 0.4], weights: numbers(24, 6).map(Math.abs), offset: numbers(n, 7) },
  }),
  many("a list, matrices of which do not fit", {
    X: [wide, X, holes, "none"],
    y: [y.subarray(0, 30), y, [1, 2, 3, 5], [1]],
    lambda: 0.05,
  }),
  many("targets that share X", { X, y: dense(numbers(n * 70, 8), n, 70), lambda: 0.02 }),
  many("targets by themselves", {
    X,
    y: dense(numbers(n * 3, 8), n, 3),
    lambda: 0.02,
    names,
    upperBounds: { "column 2": 0.1 },
  }),
  many("groups", { X, y: broken, groups: keys, lambda: 0.05 }),
  many("each its own lambda", { X, y, groups: keys, lambda: "cv", folds: 3, foldGroups: labels.map((_, i) => i % 11) }),
  many("labels of each", { X, y: labels, batch: 4, family: "binomial", lambda: 0.05, classWeight: { up: 2 } }),
];

const tiny = 1600;

/** Eight short pieces, of which workers have two at a time: models with bounds are counted as more work than those so small are. */
export const shortPieces: Case = many("many short pieces", {
  X: dense(numbers(tiny * 6, 9), tiny * 6, 1),
  ...{ y: numbers(tiny * 6, 10), batch: tiny, lambda: 0.1, upperBounds: 0.1 },
});

/** Those whose data go with a job of a queue: what is larger than 256 kB it takes from files. */
export const smallCases: Case[] = cases.filter((one) => one !== largeFolds);

/** Throws where anything of two results differs: a bit, a class, whether there is such a field. */
export function assertSame(actual: unknown, expected: unknown, what = "result"): void {
  if (ArrayBuffer.isView(expected)) {
    if ((expected as Uint8Array).BYTES_PER_ELEMENT === 1)
      assertSame([...(actual as [])], [...(expected as never)], what);
    else assertSameBits(actual as NumberArray, expected as NumberArray, what);
    return;
  }
  if (typeof expected !== "object" || expected === null || actual === null) {
    assertSameNumber(actual, expected, what);
    return;
  }
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) throw new Error(`${what}: of another class`);
  const fields = (value: object): string[] =>
    [...Object.keys(value), ...(value instanceof Error ? ["message"] : [])].sort();
  assertSameNumber(fields(actual as object).join(), fields(expected).join(), `the fields of ${what}`);
  for (const key of fields(expected)) assertSame((actual as never)[key], expected[key as never], `${what}.${key}`);
}
