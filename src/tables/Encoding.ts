import type { DenseMatrix } from "../data/DenseMatrix.js";
import type { TableEncoding } from "../data/Matrix.js";
import type { SparseMatrix } from "../data/SparseMatrix.js";
import type { TableLike } from "../data/tables/readTable.js";

/** What the values of a column are: those of a category have the names of its levels made of them. */
export type ValueType = "number" | "bigint" | "boolean" | "date" | "text";

/** A column of the table that is a column of numbers in X. */
export interface NumericColumn {
  name: string;
  kind: "numeric";
  /** `"text"`: strings that read as numbers; `"date"`: in days since 1970. */
  type: ValueType;
  /** The unweighted mean of its values in training, without gaps. */
  mean: number;
  /** Whether a column `name (missing)` of 0 and 1 is behind it. */
  indicator: boolean;
}

/** A column of the table that is a column of 0 and 1 for each of its levels in X. */
export interface CategoricalColumn {
  name: string;
  kind: "categorical";
  type: ValueType;
  /** By their code units. */
  levels: string[];
  /** The level that has no column in X. */
  reference?: string;
  /** Whether gaps are a last level, `name=(missing)`. */
  missingLevel: boolean;
}

/** What to do about gaps. */
export type Missing = "error" | "mean" | "indicator" | "drop";

/** An {@link Encoding} as JSON. */
export interface EncodingJSON {
  format: "regulus-encoding";
  version: 1;
  /** The columns of the table that are in X, in the order of X. */
  columns: (NumericColumn | CategoricalColumn)[];
  /** The columns of X: those of each column of the table, then interactions, then powers. */
  names: string[];
  missing: Missing;
  unknown: "zero" | "error";
  /** The strings that are gaps. */
  naValues: string[];
  /** Pairs of columns whose products are in X. */
  interactions: [string, string][];
  /** Columns and the highest of their powers that are in X. */
  polynomial: [string, number][];
}

/** How X came from a table, for new rows to be made of the same columns. */
export interface Encoding extends EncodingJSON, TableEncoding {
  names: string[];
  /** X of new rows: columns by name, in any order, others left alone. */
  apply(table: TableLike): DenseMatrix | SparseMatrix;
  toJSON(): EncodingJSON;
}
