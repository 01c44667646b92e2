import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { rangeError } from "../../errors.js";
import { areaUnderCurve } from "../../metrics/rocAuc.js";
import { rescaleWeights } from "../../solvers/designs/magnitudes.js";
import type { Fit } from "../options/Fit.js";
import type { Measure } from "../options/measure.js";
import type { FoldFit, Tested } from "./heldOut.js";
import { rowError } from "./rowErrors.js";

/** Measures fits on the given rows of their fold, of which X is `tested`; η of these rows, class by class, until the next one. */
export function foldTester(
  y: Float64Array,
  { settings: { weights, offset }, response }: Fit,
  measure: Measure,
  name: string,
  rows: Int32Array,
  tested: Tested,
): (fitted: FoldFit) => { error: number; etas: Float64Array[] } {
  const n = y.length;
  const m = rows.length;
  const p = tested.columns;
  const rowErrorOf = rowError(measure, response);
  const own = Float64Array.from(rows, (row) => weights?.[row] ?? 1);
  rescaleWeights(own, compensatedSum(own));
  const codes = Float64Array.from(rows, (row) => y[row]);
  const etas: Float64Array[] = [];
  return ({ coefficients, intercepts }) => {
    const K = intercepts.length;
    for (let c = 0; c < K; ++c) {
      etas[c] ??= new Float64Array(m);
      const column = etas[c];
      column.fill(intercepts[c]);
      tested.addProduct(coefficients, c * p, column);
      if (offset === undefined) continue;
      for (let i = 0; i < m; ++i) column[i] += offset[offset.length === n ? rows[i] : rows[i] * K + c];
    }
    if (measure === "auc") {
      const error = 1 - areaUnderCurve(codes, etas[0], own);
      if (error === error) return { error, etas };
      throw rangeError("ERR_VALUE", `${name}: "weights" must not have products that underflow or overflow, for an AUC`);
    }
    const eta = new Float64Array(K);
    let sum = 0;
    let total = 0;
    for (let i = 0; i < m; ++i) {
      for (let c = 0; c < K; ++c) eta[c] = etas[c][i];
      if (own[i] > 0) sum += own[i] * rowErrorOf(codes[i], eta);
      total += own[i];
    }
    return { error: sum / total, etas };
  };
}
