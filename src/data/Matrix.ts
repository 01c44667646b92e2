/** What the models need of X, n × p. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Throws unless the caller's arrays still are what they were when they were checked. To be called when no code of the caller's is left to run. */
  verify(): void;
  /** Writes the columns from `from` up to `to`, not included, into `target`, one after the other. */
  copyColumns(target: Float64Array, from: number, to: number): void;
  /** Writes the rows from `from` up to `to`, not included, of the columns from `left` up to `right` into `target`, column after column. */
  copyRowRange(target: Float64Array, from: number, to: number, left: number, right: number): void;
  /** Writes the given rows into `target`, column after column. */
  copyRows(target: Float64Array, rows: Int32Array): void;
  /** out ← out + X·b, b the p values from `bOffset` on */
  addProduct(b: Float64Array, bOffset: number, out: Float64Array): void;
  /** A matrix of the given rows, in their order. */
  takeRows(rows: Int32Array): Matrix;
}
