import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { bytesOf, raw64, take } from "../../kernels/arena.js";
import { withMemory } from "../../kernels/pool.js";

/** A fit without a fold: K·p coefficients and K intercepts on the original scale, K being 1 but for the multinomial family. */
export interface FoldFit {
  coefficients: Float64Array;
  intercepts: Float64Array;
}

/** The fit without a fold at the lambda of this place. */
export type FitOf = (fold: number, place: number) => FoldFit;

/** Rows of X that fits are tested on. */
export type Tested = Pick<Matrix, "columns" | "addProduct">;

/**
 * The given rows of X for many fits of few coefficients. Columns whose coefficient is 0 are left out, which changes no bit of a sum that began
 * with 0, as values are finite; the others are copied once: read from the rows again for each fit, they are the whole of X in the end.
 */
export function testedRows(X: Matrix, rows: Int32Array): Tested {
  if (!(X instanceof DenseMatrix)) return X.takeRows(rows);
  X.verify();
  const { data, columns, order } = X;
  const [down, right] = order === "row" ? [columns, 1] : [1, X.rows];
  const m = rows.length;
  const taken: (Float64Array | undefined)[] = [];
  const take = (j: number): Float64Array => {
    const column = new Float64Array(m);
    for (let i = 0; i < m; ++i) column[i] = data[rows[i] * down + j * right];
    taken[j] = column;
    return column;
  };
  const sums = new Float64Array(m);
  return {
    columns,
    addProduct(b, from, out) {
      sums.fill(0);
      for (let j = 0; j < columns; ++j) {
        const value = b[from + j];
        if (value === 0) continue;
        const column = taken[j] ?? take(j);
        for (let i = 0; i < m; ++i) sums[i] += column[i] * value;
      }
      for (let i = 0; i < m; ++i) out[i] += sums[i];
    },
  };
}

/** Runs `work` on the given rows of X. */
export function withRows(X: Matrix, rows: Int32Array, work: (tested: Tested) => void): void {
  if (X instanceof SparseMatrix) {
    work(X.takeRows(rows));
    return;
  }
  const [m, columns] = [rows.length, X.columns];
  const layout = [raw64(m * columns), raw64(columns), raw64(m)] as const;
  withMemory(bytesOf(layout), "a fold's rows", (heap) => {
    const [values, b, eta] = take(heap, layout);
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

/** η of a fold's rows, K for each, row after row, by some fits. */
export function heldOut(
  X: Matrix,
  offset: Float64Array | undefined,
  rows: Int32Array,
  fits: readonly FoldFit[],
): Float64Array[] {
  const { rows: n, columns: p } = X;
  const K = fits[0].intercepts.length;
  const all = fits.map(() => new Float64Array(rows.length * K));
  withRows(X, rows, (tested) =>
    fits.forEach(({ coefficients, intercepts }, at) => {
      for (let c = 0; c < K; ++c) {
        const eta = new Float64Array(rows.length).fill(intercepts[c]);
        tested.addProduct(coefficients, c * p, eta);
        rows.forEach((row, i) => {
          all[at][i * K + c] = eta[i] + (offset?.[offset.length === n ? row : row * K + c] ?? 0);
        });
      }
    }),
  );
  return all;
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
