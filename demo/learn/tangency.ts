/** The geometry of two weights: where the contours of the loss touch the region that a penalty allows. */

import { dense, elasticNet } from "regulus";
import type { DataSet } from "../state.js";
import { dataOf, standardized } from "./dataSets.js";

/** Where the solver ends, and what is drawn around it. */
export interface Tangency {
  /** Of the two columns. */
  correlation: number;
  /** The least squares of the data themselves. */
  fitted: [number, number];
  l1: [number, number];
  l2: [number, number];
  both: [number, number];
}

/** The two columns, each with mean 0 and standard deviation 1, the target as well. */
function columnsOf(name: DataSet, [a, b]: readonly [number, number]) {
  const { columns, y } = dataOf(name);
  const n = y.length;
  const pair = new Float64Array(2 * n);
  pair.set(columns.subarray(a * n, (a + 1) * n));
  pair.set(columns.subarray(b * n, (b + 1) * n), n);
  return { n, data: standardized(pair, n), target: standardized(y, n) };
}

/**
 * The solver's weights for a target whose least squares are at a given point:
 *
 * ```text
 * argmin over w: (w − point)'·G·(w − point)/2 + lambda·P(w),   G the correlations of the two columns
 * ```
 *
 * by fits of y = X·point on the columns themselves.
 */
export function geometry(
  name: DataSet,
  pair: readonly [number, number],
  point: readonly [number, number] | undefined,
  lambda: number,
  l1Ratio: number,
): Tangency {
  const { n, data, target } = columnsOf(name, pair);
  const X = dense(data, n, 2, { order: "column" });
  let products = 0;
  for (let i = 0; i < n; ++i) products += data[i] * data[n + i];
  const two = ({ coefficients: [a, b] }: { coefficients: Float64Array }): [number, number] => [a, b];
  const fitted = two(elasticNet(X, target, { lambda: 0 }));
  const [u, v] = point ?? fitted;
  const y = Float64Array.from({ length: n }, (_, i) => u * data[i] + v * data[n + i]);
  const at = (ratio: number) => two(elasticNet(X, y, { lambda, l1Ratio: ratio, standardize: false, tolerance: 1e-10 }));
  return { correlation: products / n, fitted, l1: at(1), l2: at(0), both: at(l1Ratio) };
}
