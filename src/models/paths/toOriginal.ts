import { productError } from "../../arithmetic/productError.js";
import type { FitSettings } from "../../solvers/designs/rows.js";
import type { Problem } from "../../solvers/problems/Problem.js";

/**
 * Writes the coefficients of a solution on the original scale to w, which is 0, and its intercepts to `intercepts`; marks the columns that
 * are used. Returns how many coefficients are not 0, and the rounding errors of the intercepts, if there are any.
 */
export function toOriginal(
  problem: Problem,
  support: Int32Array,
  settings: FitSettings,
  w: Float64Array,
  intercepts: Float64Array,
  used: Uint8Array,
): { nonzeros: number; errors: Float64Array | undefined } {
  let nonzeros = unscale(problem, support, settings, w, used);
  if (problem.predictors > 1) nonzeros += centreUnpenalised(problem, settings, w);
  return { nonzeros, errors: settings.intercept ? setIntercepts(problem, w, support, intercepts) : undefined };
}

// Loops of their own, so that they are compiled soon, whoever calls.

/** Writes the coefficients of the listed columns on the original scale to w, and returns how many are not 0. */
function unscale(
  { features: p, predictors, b, scales }: Problem,
  support: Int32Array,
  { lowerBounds, upperBounds }: FitSettings,
  w: Float64Array,
  used: Uint8Array,
): number {
  const columns = p / predictors;
  let nonzeros = 0;
  for (let at = 0; at < support.length; ++at) {
    const j = support[at];
    if (j >= p || b[j] === 0) continue;
    let value = b[j] / scales[j];
    // Dividing by the scale may round a coefficient off the bound that it is at.
    const [least, most] = [lowerBounds?.[j % columns], upperBounds?.[j % columns]];
    if (least !== undefined && b[j] <= least * scales[j]) value = least;
    if (most !== undefined && b[j] >= most * scales[j]) value = most;
    if (value === 0) continue;
    w[j] = value;
    used[j % columns] = 1;
    nonzeros += 1;
  }
  return nonzeros;
}

/**
 * Makes the coefficients of all classes for a column without a penalty sum to 0, which moves no probability. Returns how many more are
 * not 0 then.
 */
function centreUnpenalised(
  { features, predictors, l1, l2 }: Problem,
  { lowerBounds, upperBounds }: FitSettings,
  w: Float64Array,
): number {
  if (lowerBounds !== undefined || upperBounds !== undefined) return 0;
  const columns = features / predictors;
  let more = 0;
  for (let j = 0; j < columns; ++j) {
    if (!(l1[j] === 0 && l2[j] === 0)) continue;
    let sum = 0;
    for (let c = j; c < features; c += columns) sum += w[c];
    for (let c = j; c < features; c += columns) {
      const before = w[c];
      w[c] -= sum / predictors;
      more += Number(w[c] !== 0) - Number(before !== 0);
    }
  }
  return more;
}

/** The intercepts that belong to w, one or for each class, which then sum to 0; returns their rounding errors. */
function setIntercepts(problem: Problem, w: Float64Array, support: Int32Array, out: Float64Array): Float64Array {
  const { p, b, features, predictors, yPivot, yMean } = problem;
  const columns = features / predictors;
  const errors = new Float64Array(predictors);
  for (let k = 0; k < predictors; ++k) {
    const from = k * columns;
    const start = features < p ? b[features + k] : yPivot;
    const best = bestIntercept(problem, w, support, from, from + columns, start, yMean);
    out[k] = best.intercept;
    errors[k] = best.error;
  }
  if (predictors === 1) return errors;
  const mean = out.reduce((sum, value) => sum + value, 0) / predictors;
  for (let k = 0; k < predictors; ++k) {
    out[k] -= mean;
    errors[k] += Number.EPSILON * Math.abs(out[k]);
  }
  return errors;
}

/**
 * The intercept for the coefficients from `from` to `to`, total + rest − Σ w_j·centre of x_j, and its rounding error, with that of the
 * means: centres in two parts, exact products and a compensated sum. Ogita, Rump & Oishi, Accurate sum and dot product (2005).
 */
function bestIntercept(
  { pivots, means, scales, responseNorm }: Problem,
  w: Float64Array,
  support: Int32Array,
  from: number,
  to: number,
  total: number,
  rest: number,
): { intercept: number; error: number } {
  const add = (value: number): void => {
    const sum = total + value;
    const part = sum - total;
    rest += total - (sum - part) + (value - part);
    total = sum;
  };
  let size = Math.abs(rest) + responseNorm;
  for (let at = 0; at < support.length; ++at) {
    const j = support[at];
    if (j < from || j >= to || w[j] === 0) continue;
    const product = -w[j] * pivots[j];
    add(product);
    rest -= productError(w[j], pivots[j], -product);
    add(-w[j] * means[j]);
    size += Math.abs(w[j]) * (Math.abs(means[j]) + scales[j]);
  }
  const intercept = total + rest;
  return { intercept, error: Math.abs(total - intercept + rest) + Number.EPSILON * size };
}
