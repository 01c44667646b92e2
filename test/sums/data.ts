import fc from "fast-check";
import { dense, GramAccumulator, type MatrixLike, sparse } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { compress } from "../support/matrices.js";

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Rows to be summed. */
export interface Rows {
  X: number[][];
  /** Of each row, one for each target. */
  y: number[][];
  weights: number[] | undefined;
  fold: number[] | undefined;
}

/** Rows of p columns around `centre`, some of their entries 0 where that is 0. */
export function draw(seed: number, n: number, p: number, targets = 1, centre = 0): Rows {
  const next = randomStream(seed);
  const entry = (j: number): number =>
    centre !== 0 ? centre + (j + 1) * next() : next() < -0.4 ? 0 : Math.fround((j + 1) * next());
  const X = upTo(n).map(() => upTo(p).map(entry));
  const level = (row: number[], t: number): number =>
    row.reduce((sum, x, j) => sum + ((j + t) % 3 === 0 ? (x - centre) / (j + 1) : 0), centre);
  const y = X.map((row) => upTo(targets).map((t) => level(row, t) + 0.3 * next()));
  return { X, y, weights: undefined, fold: undefined };
}

export const take = <T>(values: readonly T[], from: number, to: number): T[] => values.slice(from, to);

/** Rows from one to another. */
export const rowsOf = ({ X, y, weights, fold }: Rows, from: number, to: number): Rows => ({
  X: take(X, from, to),
  y: take(y, from, to),
  weights: weights && take(weights, from, to),
  fold: fold && take(fold, from, to),
});

const toSparse = (rows: number[][], p: number): MatrixLike => {
  const byColumn = Float64Array.from(upTo(p).flatMap((j) => rows.map((row) => row[j])));
  const { n, p: columns, ...parts } = compress(rows.length, p, byColumn);
  return sparse({ rows: n, columns, ...parts });
};

/** The forms in which X comes; values around 0 are exact in single precision. */
export const forms: Record<string, (rows: number[][], p: number) => MatrixLike> = {
  rows: (rows) => rows,
  "by row": (rows, p) => dense(Float64Array.from(rows.flat()), rows.length, p),
  "by column": (rows, p) =>
    dense(Float64Array.from(upTo(p).flatMap((j) => rows.map((row) => row[j]))), rows.length, p, { order: "column" }),
  "single precision": (rows, p) => dense(Float32Array.from(rows.flat()), rows.length, p),
  sparse: toSparse,
};

/** Adds rows, y in the form that so many targets take. */
export function addTo(sums: GramAccumulator, { X, y, weights, fold }: Rows, form = "rows"): GramAccumulator {
  const { columns: p, targets } = sums;
  return sums.add(
    forms[form](X, p),
    targets === 1 ? y.map(([value]) => value) : dense(Float64Array.from(y.flat()), y.length, targets),
    { weights, fold },
  );
}

export const sumsOf = (rows: Rows, p = rows.X[0].length, targets = rows.y[0].length): GramAccumulator =>
  addTo(new GramAccumulator(p, { targets }), rows);

/** Rows with weights, folds and targets or without, and how many come at a time. */
export const streams: fc.Arbitrary<{ rows: Rows; p: number; targets: number; cuts: number[]; form: string }> = fc
  .record({
    seed: fc.nat(),
    n: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 500, max: 2400 })),
    p: fc.integer({ min: 1, max: 5 }),
    targets: fc.integer({ min: 1, max: 3 }),
    centre: fc.constantFrom(0, 0, 1e8),
    isWeighted: fc.boolean(),
    folds: fc.constantFrom(0, 1, 3),
    sizes: fc.array(fc.constantFrom(1, 2, 7, 64, 519, 520, 521, 1200), { minLength: 1, maxLength: 8 }),
    form: fc.constantFrom(...Object.keys(forms)),
  })
  .map(({ seed, n, p, targets, centre, isWeighted, folds, sizes, form }) => {
    const rows = draw(seed, n, p, targets, centre);
    if (isWeighted) rows.weights = upTo(n).map((i) => ((seed + i) % 4) / 2);
    if (folds > 0) rows.fold = upTo(n).map((i) => (7 * i + (seed % 5)) % folds);
    const cuts = [0];
    for (let k = 0; cuts[cuts.length - 1] < n; ++k) {
      cuts.push(Math.min(n, cuts[cuts.length - 1] + sizes[k % sizes.length]));
    }
    // Numbers around 1e8 are no singles.
    return { rows, p, targets, cuts, form: centre !== 0 && form === "single precision" ? "by row" : form };
  });
