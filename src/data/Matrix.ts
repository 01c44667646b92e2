/** How X came from a table, as far as a model has to know: it is an `Encoding` of src/tables. */
export interface TableEncoding {
  /** Names of the p columns of X. */
  readonly names: readonly string[];
  /** X of new rows: the same columns, found by name. */
  apply(table: unknown, name?: string): unknown;
  /** Where in X the columns of one column of the table are: one, or one for each level of a category; none where there is no such column. */
  placesOf(column: string): readonly number[];
}

/** What X's columns are called, and how they came from a table. */
export interface ColumnNames {
  /** p names, each once. */
  readonly names?: readonly string[];
  readonly encoding?: TableEncoding;
}

/** What the models need of X, n × p. */
export interface Matrix extends ColumnNames {
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
