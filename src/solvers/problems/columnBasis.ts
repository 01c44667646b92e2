import { axpy64, dot64, sumSquares64 } from "../../kernels/js/vectors/reductions.js";
import { type Projection, ROUNDINGS } from "../designs/coordinates.js";

/**
 * An orthonormal basis Q of the span of some columns, by modified Gram–Schmidt with pivoting on columns of norm 1, each direction
 * made orthogonal twice. Columns of which less than rounding errors would be left are dependent on those before them.
 * Giraud, Langou & Rozložník, The loss of orthogonality in the Gram–Schmidt orthogonalization process (2005).
 */
export class ColumnBasis {
  /** What is left of the last column that is not dependent, of its norm 1: how far rounding errors of the data are magnified. */
  readonly least: number;
  readonly #n: number;
  readonly #directions: Float64Array[] = [];

  /** @param X - Column-major, n rows. */
  constructor(n: number, X: Float64Array, columns: readonly number[]) {
    this.#n = n;
    const left = columns.map((j) => {
      const norm = Math.sqrt(sumSquares64(n, X, j * n));
      return X.slice(j * n, j * n + n).map((value) => value / norm);
    });
    const dependent = Math.max(n, columns.length) * Number.EPSILON;
    let least = 1;
    while (left.length > 0 && this.#directions.length < n) {
      const squares = left.map((column) => sumSquares64(n, column, 0));
      const [direction] = left.splice(squares.indexOf(Math.max(...squares)), 1);
      this.remove(direction);
      const norm = Math.sqrt(sumSquares64(n, direction, 0));
      if (!(norm > dependent)) break;
      least = Math.min(least, norm);
      for (let i = 0; i < n; ++i) direction[i] /= norm;
      this.#directions.push(direction);
      for (const column of left) axpy64(n, -dot64(n, direction, 0, column, 0), direction, 0, column, 0);
    }
    this.least = least;
  }

  /** The projection of r, which stays; `products` gives Xᵀr for what r is when it is called. */
  project(r: Float64Array, residualSquares: number, products: () => Float64Array): Projection {
    const before = r.slice();
    for (let step = 0; step < 2; ++step) this.remove(r);
    const z = products();
    const squares = sumSquares64(this.#n, r, 0);
    const taken = r.reduce((sum, value, i) => sum + (before[i] - value) * (before[i] - value), 0);
    r.set(before);
    const magnified = ROUNDINGS / this.least;
    return { z, squares, taken, doubt: magnified * magnified * residualSquares };
  }

  /** r ← r − Q·Qᵀr */
  remove(r: Float64Array): void {
    for (const direction of this.#directions) {
      axpy64(this.#n, -dot64(this.#n, direction, 0, r, 0), direction, 0, r, 0);
    }
  }
}
