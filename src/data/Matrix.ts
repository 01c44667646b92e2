/** What the models need of X, n × p. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Writes all values into `target`, column after column. */
  copyColumns(target: Float64Array): void;
  /** out ← out + X·b, b the p values from `bOffset` on */
  addProduct(b: Float64Array, bOffset: number, out: Float64Array): void;
  /** A matrix of the given rows, in their order. */
  takeRows(rows: Int32Array): Matrix;
}
