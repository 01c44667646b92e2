import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { productError } from "../../arithmetic/productError.js";
import type { Matrix } from "../../data/Matrix.js";
import { rangeError } from "../../errors.js";
import type { Family } from "../../losses/families.js";
import { predictorsOf } from "./coefficientRows.js";
import type { ModelFields } from "./ModelFields.js";

/** What each column adds to η. */
export interface Contributions<F extends Family = Family> {
  /** coefficient·(x − training mean): n × p, row after row; of multinomial models n × K × p. */
  values: Float64Array;
  /** η, without its offset, of a row whose columns are all at their training means; K of multinomial models. */
  base: F extends "multinomial" ? Float64Array : number;
}

/** The most numbers that an array can hold everywhere. */
const MOST = 4294967295;

/** The contributions of the rows of X, and a base for each η. */
export function contributionsTo(X: Matrix, model: ModelFields): { values: Float64Array; bases: Float64Array } {
  const { coefficients, means, intercepts = [model.intercept as number] } = model;
  const K = predictorsOf(model);
  const { rows: n, columns: p } = X;
  if (n * K * p > MOST)
    throw rangeError("ERR_MEMORY", `"X" must have at most ${MOST} contributions, got ${n} × ${K * p}`);
  const values = new Float64Array(n * K * p);
  const bases = Float64Array.from({ length: K }, (_, k) =>
    baseOf(intercepts[k], coefficients.subarray(k * p, (k + 1) * p), means),
  );
  const column = new Float64Array(n);
  for (let j = 0; j < p; ++j) {
    for (let k = 0, isRead = false; k < K; ++k) {
      const w = coefficients[k * p + j];
      if (w === 0) continue;
      if (!isRead) X.copyColumns(column, j, j + 1);
      isRead = true;
      for (let i = 0, at = k; i < n; ++i, at += K) {
        values[at * p + j] = w * (column[i] - means[j]);
      }
    }
  }
  return { values, bases };
}

/** b + Σ w_j·mean_j, to the last digit: what an intercept far from 0 has lost to the means comes back. */
function baseOf(intercept: number, coefficients: Float64Array, means: Float64Array): number {
  const terms = [intercept];
  coefficients.forEach((w, j) => {
    if (w === 0) return;
    const product = w * means[j];
    terms.push(product, productError(w, means[j], product));
  });
  return compensatedSum(Float64Array.from(terms));
}
