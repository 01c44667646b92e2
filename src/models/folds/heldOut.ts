import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { rangeError } from "../../errors.js";
import { alignedBytes } from "../../kernels/arena.js";
import { withMemory } from "../../kernels/pool.js";
import { type Folds, rowsByFold } from "../dealing/Folds.js";

/** A fit without a fold: K·p coefficients and K intercepts on the original scale, K being 1 but for the multinomial family. */
export interface FoldFit {
  coefficients: Float64Array;
  intercepts: Float64Array;
}

/** The fit without a fold at the lambda of this place. */
export type FitOf = (fold: number, place: number) => FoldFit;

/** What the folds had to give. */
export interface FoldResults {
  /** The error of each fold for each lambda, fold after fold. */
  errors: Float64Array;
  /** The fits, unless η are there in their place. */
  fitOf?: FitOf;
  /** η of each row, K for each, at the lambda of this place, by the fit without the row's fold. */
  decisions?(place: number): Float64Array;
  gcvErrors?: Float64Array;
}

/** Runs `work` on the given rows of X. */
export function withRows(
  X: Matrix,
  rows: Int32Array,
  work: (tested: Pick<Matrix, "columns" | "addProduct">) => void,
): void {
  if (X instanceof SparseMatrix) {
    work(X.takeRows(rows));
    return;
  }
  const [m, columns] = [rows.length, X.columns];
  const bytes = alignedBytes(8 * m * columns) + alignedBytes(8 * columns) + alignedBytes(8 * m);
  withMemory(bytes, "a fold's rows", (heap) => {
    const values = heap.raw64(m * columns);
    const b = heap.raw64(columns);
    const eta = heap.raw64(m);
    X.copyRows(values, rows);
    work({
      columns,
      addProduct: (coefficients, from, out) => {
        b.set(coefficients.subarray(from, from + columns));
        eta.set(out);
        heap.kernels.product(m, columns, values, 0, 1, b, 0, eta, 0);
        out.set(eta);
      },
    });
  });
}

/** η of each row, K for each, at the lambdas of some places, by the fit without the row's fold. */
export function heldOut(
  X: Matrix,
  offset: Float64Array | undefined,
  folds: Folds,
  places: readonly number[],
  fitOf: FitOf,
): Float64Array[] {
  const { rows: n, columns: p } = X;
  const K = fitOf(0, 0).intercepts.length;
  const all = places.map(() => new Float64Array(n * K));
  rowsByFold(folds).forEach((rows, fold) => {
    withRows(X, rows, (tested) =>
      places.forEach((place, at) => {
        const { coefficients, intercepts } = fitOf(fold, place);
        for (let c = 0; c < K; ++c) {
          const eta = new Float64Array(rows.length).fill(intercepts[c]);
          tested.addProduct(coefficients, c * p, eta);
          rows.forEach((row, i) => {
            all[at][row * K + c] = eta[i] + (offset?.[offset.length === n ? row : row * K + c] ?? 0);
          });
        }
      }),
    );
  });
  // No fit has seen the values in rows of weight 0.
  const bad = all[0].findIndex(Number.isNaN);
  if (bad < 0) return all;
  throw rangeError("ERR_NOT_FINITE", `"X" must be finite, got a row whose η is NaN: row ${Math.floor(bad / K)}`);
}

/** All fits, fold after fold, each for one lambda after the other. */
export function keep(count: number, steps: number, fitOf: FitOf) {
  const { coefficients, intercepts } = fitOf(0, 0);
  const foldCoefficients = new Float64Array(count * steps * coefficients.length);
  const foldIntercepts = new Float64Array(count * steps * intercepts.length);
  for (let at = 0; at < count * steps; ++at) {
    const fit = fitOf(Math.floor(at / steps), at % steps);
    foldCoefficients.set(fit.coefficients, at * coefficients.length);
    foldIntercepts.set(fit.intercepts, at * intercepts.length);
  }
  return { foldCoefficients, foldIntercepts };
}
