/** Paths and cross-validation of a whole data set, for the report's pictures. */

import { crossValidate, dense } from "regulus";
import type { DataSet } from "../state.js";
import { dataOf } from "./dataSets.js";

export function explore(name: DataSet, seed: number, l1Ratio: number): { lambdaMin: number; lambda1se: number } {
  const { names, columns, y } = dataOf(name);
  const cv = crossValidate(dense(columns, y.length, names.length, { order: "column" }), y, {
    folds: 10,
    seed,
    l1Ratio,
  });
  return { lambdaMin: cv.lambdaMin, lambda1se: cv.lambda1se };
}

export function exactly(): void {}
