/** Paths and cross-validation of a whole data set, for the report's pictures. */

import { crossValidate, type DenseMatrix, dense, elasticNet } from "regulus";
import { type ReportData, reportOf } from "regulus/report";
import type { DataSet } from "../state.js";
import { lambdasOf } from "./comparing.js";
import { dataOf } from "./dataSets.js";

function matrixOf(name: DataSet): DenseMatrix {
  const { names, columns, y } = dataOf(name);
  return dense(columns, y.length, names.length, { order: "column" });
}

/** Fewer where each takes long. */
const FOLDS: Record<DataSet, number> = { diabetes: 10, products: 10, wide: 5 };
const COUNTS: Record<DataSet, number> = { diabetes: 100, products: 100, wide: 60 };

/** The lambdas are the same for every l1Ratio, so that dragging that moves no axis. */
export function explore(name: DataSet, seed: number, l1Ratio: number): ReportData {
  const { names, y, target, row } = dataOf(name);
  const X = matrixOf(name);
  const started = performance.now();
  const lambdas = lambdasOf(X, y, COUNTS[name]);
  const cv = crossValidate(X, y, { folds: FOLDS[name], seed, l1Ratio, lambdas, names });
  const seconds = (performance.now() - started) / 1e3;
  const title = `${y.length.toLocaleString("en")} ${row}s · ${names.length} variables · target ${target}`;
  return reportOf(cv, { title, target, seed, seconds, data: { X, y } });
}

/** The coefficients at one lambda exactly. */
export function exactly(name: DataSet, lambda: number, l1Ratio: number): Float32Array {
  const { y } = dataOf(name);
  // Nothing but 0 is 0 in float32 either: what is smaller is drawn as the smallest.
  return Float32Array.from(elasticNet(matrixOf(name), y, { lambda, l1Ratio }).coefficients, (w) =>
    w !== 0 && Math.fround(w) === 0 ? Math.sign(w) * 1.4e-45 : w,
  );
}
