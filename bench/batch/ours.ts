import * as regulus from "regulus";
import type { Library } from "../solvers/contenders.js";
import type { Batch } from "./data.js";

export const L1_RATIOS = { lasso: 1, ridge: 0 };
export type Kind = keyof typeof L1_RATIOS;

const AS_THEY_ARE = { intercept: false, standardize: false };

/** All models of a batch in one call. */
export function together({ count, n, p, X, y, lambdas }: Batch, kind: Kind, { dense, fitMany }: Library = regulus) {
  return (tolerance: number): Float64Array =>
    fitMany({
      X: dense(X, count * n, p),
      batch: count,
      y,
      lambda: lambdas,
      l1Ratio: L1_RATIOS[kind],
      tolerance,
      ...AS_THEY_ARE,
    }).coefficients;
}

/** A call for each model. */
export function oneByOne({ count, n, p, X, y, lambdas }: Batch, kind: Kind, tolerance: number): Float64Array {
  const coefficients = new Float64Array(count * p);
  for (let m = 0; m < count; ++m) {
    const matrix = regulus.dense(X.subarray(m * n * p, (m + 1) * n * p), n, p);
    const target = y.subarray(m * n, (m + 1) * n);
    const options = { lambda: lambdas[m], l1Ratio: L1_RATIOS[kind], tolerance, ...AS_THEY_ARE };
    coefficients.set(regulus.elasticNet(matrix, target, options).coefficients, m * p);
  }
  return coefficients;
}

/** Many targets of one X, in Fortran order. */
export interface Targets {
  n: number;
  p: number;
  count: number;
  X: Float64Array;
  Y: Float64Array;
  lambdas: Float64Array;
}

/** All targets in one call. */
export function targetsTogether({ n, p, count, X, Y, lambdas }: Targets) {
  return (tolerance: number): Float64Array =>
    regulus.fitMany({
      X: regulus.dense(X, n, p, { order: "column" }),
      y: regulus.dense(Y, n, count, { order: "column" }),
      lambda: lambdas,
      l1Ratio: 1,
      tolerance,
      ...AS_THEY_ARE,
    }).coefficients;
}

/** A call for each of the first `some` targets. */
export function targetsOneByOne({ n, p, X, Y, lambdas }: Targets, some: number, tolerance: number): Float64Array {
  const coefficients = new Float64Array(some * p);
  for (let m = 0; m < some; ++m) {
    const matrix = regulus.dense(X, n, p, { order: "column" });
    const options = { lambda: lambdas[m], l1Ratio: 1, tolerance, ...AS_THEY_ARE };
    coefficients.set(regulus.elasticNet(matrix, Y.subarray(m * n, (m + 1) * n), options).coefficients, m * p);
  }
  return coefficients;
}
