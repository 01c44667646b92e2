import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Matrix } from "../../data/Matrix.js";
import { acquire, release } from "../../kernels/pool.js";
import { isScattered } from "./isScattered.js";

/** X with its columns together, once it is asked for, in memory that the next call takes: fresh pages would cost several times the copy. */
export class ColumnsTogether {
  readonly #given: Matrix;
  #made: { X: Matrix; close(): void } | undefined;

  constructor(given: Matrix) {
    this.#given = given;
  }

  get X(): Matrix {
    if (!isScattered(this.#given)) return this.#given;
    this.#made ??= make(this.#given);
    return this.#made.X;
  }

  close(): void {
    this.#made?.close();
    this.#made = undefined;
  }
}

function make(X: Matrix): { X: Matrix; close(): void } {
  const { rows, columns } = X;
  const heap = acquire(8 * rows * columns, "the columns");
  const data = heap.raw64(rows * columns);
  X.copyColumns(data, 0, columns);
  return { X: new DenseMatrix(data, rows, columns, "column"), close: () => release(heap) };
}
