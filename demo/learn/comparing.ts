/** No penalty, L1, L2 and both on the same training rows, and how well each does on those and on rows held out. */

import { dense, elasticNet, type Model, meanSquaredError, type Path, regularizationPath, split } from "regulus";
import type { DataSet } from "../state.js";
import { dataOf } from "./dataSets.js";

/** The four ways, each with its share of L1. */
export const WAYS = ["none", "l1", "l2", "both"] as const;
export type Way = (typeof WAYS)[number];

/** One fit, as it is drawn. */
export interface Fit {
  /** Coefficients per standard deviation of their columns. */
  weights: Float64Array;
  training: number;
  heldOut: number;
  /** How far its objective may be from the minimum. */
  gap: number;
}

/** Fits along one way, lambdas descending. */
export interface Line {
  weights: Float64Array[];
  training: Float64Array;
  heldOut: Float64Array;
}

/** What stays while lambda moves. */
export interface Comparison {
  names: readonly string[];
  trainingRows: number;
  heldOutRows: number;
  lambdas: Float64Array;
  none: Fit;
  lines: Record<"l1" | "l2" | "both", Line>;
  /** The error of a prediction by the mean alone. */
  nullError: number;
}

interface Parts {
  names: readonly string[];
  rows: number;
  X: ReturnType<typeof dense>;
  y: Float64Array;
  testX: ReturnType<typeof dense>;
  testY: Float64Array;
  sds: Float64Array;
}

const COUNT = 60;
let latest: { key: string; parts: Parts } | undefined;

/** A third of the rows is held out, by the seed. */
function partsOf(name: DataSet, seed: number): Parts {
  const key = `${name} ${seed}`;
  if (latest?.key === key) return latest.parts;
  const { names, columns, y } = dataOf(name);
  const [n, p] = [y.length, names.length];
  const { train, test } = split(n, { test: 1 / 3, seed });
  const matrix = (rows: Int32Array) => {
    const data = new Float64Array(rows.length * p);
    for (let j = 0; j < p; ++j)
      for (let i = 0; i < rows.length; ++i) data[j * rows.length + i] = columns[j * n + rows[i]];
    return dense(data, rows.length, p, { order: "column" });
  };
  const X = matrix(train);
  const sds = Float64Array.from({ length: p }, (_, j) => {
    const column = (X.data as Float64Array).subarray(j * train.length, (j + 1) * train.length);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / column.length);
  });
  const parts = {
    names,
    rows: n,
    X,
    y: Float64Array.from(train, (i) => y[i]),
    testX: matrix(test),
    testY: Float64Array.from(test, (i) => y[i]),
    sds,
  };
  latest = { key, parts };
  return parts;
}

function fitOf({ X, y, testX, testY, sds }: Parts, model: Model): Fit {
  return {
    weights: model.coefficients.map((w, j) => w * sds[j]),
    training: meanSquaredError(y, model.predict(X)),
    heldOut: meanSquaredError(testY, model.predict(testX)),
    gap: model.dualityGap,
  };
}

function lineOf(parts: Parts, path: Path): Line {
  const fits = Array.from(path.lambdas, (_, k) => fitOf(parts, path.model(k)));
  return {
    weights: fits.map(({ weights }) => weights),
    training: Float64Array.from(fits, ({ training }) => training),
    heldOut: Float64Array.from(fits, ({ heldOut }) => heldOut),
  };
}

/** From all zero to next to no penalty; the largest is that of L1. */
export function lambdasOf(X: Parts["X"], y: Float64Array, count = COUNT): Float64Array {
  const { lambdas } = regularizationPath(X, y, { lambdaCount: 2, lambdaMinRatio: 0.5 });
  return Float64Array.from({ length: count }, (_, k) => lambdas[0] * 1.05 * 1e-4 ** (k / (count - 1)));
}

export function comparePaths(name: DataSet, seed: number, l1Ratio: number): Comparison {
  const parts = partsOf(name, seed);
  const { X, y, testX, testY } = parts;
  const lambdas = lambdasOf(X, y);
  const along = (ratio: number): Line => lineOf(parts, regularizationPath(X, y, { lambdas, l1Ratio: ratio }));
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return {
    names: parts.names,
    trainingRows: X.rows,
    heldOutRows: testX.rows,
    lambdas,
    none: fitOf(parts, elasticNet(X, y, { lambda: 0 })),
    lines: { l1: along(1), l2: along(0), both: along(l1Ratio) },
    nullError: meanSquaredError(testY, new Float64Array(testY.length).fill(mean)),
  };
}

/** The fits at one lambda exactly. */
export function compare(
  name: DataSet,
  seed: number,
  lambda: number,
  l1Ratio: number,
): Record<"l1" | "l2" | "both", Fit> {
  const parts = partsOf(name, seed);
  const at = (ratio: number): Fit => fitOf(parts, elasticNet(parts.X, parts.y, { lambda, l1Ratio: ratio }));
  return { l1: at(1), l2: at(0), both: at(l1Ratio) };
}
