import type { Solution } from "./accuracy.js";
import { addColumn, columnDot, isSparse, type Problem } from "./data.js";

/**
 * The path as one would write it in an afternoon: cyclic coordinate descent on columns in Fortran order or CSC, the residual kept up to
 * date, passes over the columns in use between passes over all, each lambda starting from the one before. It ends, as glmnet
 * does, when no update of a pass over all columns lowers the objective by more than about tolerance·F(null). Friedman,
 * Hastie & Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010), §2.
 */
export function plainDescent(problem: Problem, tolerance: number): Solution {
  const { X, y, n, p, lambdas, l1Ratio, intercept } = problem;
  const w = new Float64Array(p);
  const residual = y.slice();
  const norms = squaredNorms(X, n, p);
  const all = Int32Array.from({ length: p }, (_, j) => j);
  const coefficients = new Float64Array(lambdas.length * p);
  const intercepts = new Float64Array(lambdas.length);
  let b = intercept ? centre(residual) : 0;
  const threshold = tolerance * residual.reduce((sum, value) => sum + (value * value) / n, 0);

  for (let k = 0; k < lambdas.length; ++k) {
    const l1 = lambdas[k] * l1Ratio;
    const l2 = lambdas[k] * (1 - l1Ratio);
    const pass = (columns: Int32Array): number => {
      const change = sweep(problem, columns, norms, l1, l2, w, residual);
      if (!intercept) return change;
      const shift = centre(residual);
      b += shift;
      return Math.max(change, shift * shift);
    };
    while (pass(all) > threshold) {
      const used = all.filter((j) => w[j] !== 0);
      while (pass(used) > threshold);
    }
    coefficients.set(w, k * p);
    intercepts[k] = b;
  }
  return { coefficients, intercepts };
}

/** One pass: w_j ← soft(X_j'r/n + ‖X_j‖²/n·w_j, l1)/(‖X_j‖²/n + l2). Returns the largest ‖X_j‖²/n·(change of w_j)². */
function sweep(
  { X, n }: Problem,
  columns: Int32Array,
  norms: Float64Array,
  l1: number,
  l2: number,
  w: Float64Array,
  residual: Float64Array,
): number {
  let largest = 0;
  for (let c = 0; c < columns.length; ++c) {
    const j = columns[c];
    const before = w[j];
    const z = columnDot(X, n, j, residual) / n + norms[j] * before;
    const after = (z > l1 ? z - l1 : z < -l1 ? z + l1 : 0) / (norms[j] + l2);
    // An empty column gives 0/0.
    if (after === before || norms[j] === 0) continue;
    w[j] = after;
    addColumn(X, n, j, before - after, residual);
    largest = Math.max(largest, norms[j] * (after - before) ** 2);
  }
  return largest;
}

/** ‖X_j‖²/n */
function squaredNorms(X: Problem["X"], n: number, p: number): Float64Array {
  const norms = new Float64Array(p);
  for (let j = 0; j < p; ++j) {
    const [from, to] = isSparse(X) ? [X.columnPointers[j], X.columnPointers[j + 1]] : [j * n, (j + 1) * n];
    for (let k = from; k < to; ++k) norms[j] += X.values[k] ** 2 / n;
  }
  return norms;
}

/** Takes the mean off in place and returns it. */
function centre(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let i = 0; i < values.length; ++i) values[i] -= mean;
  return mean;
}

/** Cross-validation of dense data with it: each fold's path on the other rows, then the path on all. */
export function plainCrossValidation(problem: Problem, tolerance: number): Solution {
  const { X, y, n, p, lambdas, folds } = problem;
  if (isSparse(X) || folds === undefined) throw new Error("dense data with folds is needed");
  const count = folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  const meanErrors = new Float64Array(lambdas.length);
  for (let fold = 0; fold < count; ++fold) {
    const rows = Array.from(folds.keys()).filter((i) => folds[i] !== fold);
    const test = Array.from(folds.keys()).filter((i) => folds[i] === fold);
    const values = new Float64Array(rows.length * p);
    for (let j = 0; j < p; ++j)
      rows.forEach((i, place) => {
        values[j * rows.length + place] = X.values[j * n + i];
      });
    const part = { ...problem, n: rows.length, X: { values }, y: Float64Array.from(rows, (i) => y[i]) };
    const { coefficients, intercepts } = plainDescent(part, tolerance);
    for (let k = 0; k < lambdas.length; ++k) {
      let error = 0;
      for (const i of test) {
        let eta = intercepts[k];
        for (let j = 0; j < p; ++j) eta += X.values[j * n + i] * coefficients[k * p + j];
        error += (y[i] - eta) ** 2;
      }
      meanErrors[k] += error / test.length / count;
    }
  }
  return { ...plainDescent(problem, tolerance), meanErrors };
}
