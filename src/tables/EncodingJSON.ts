import type { ValueType } from "./cells.js";

/** A column of the table that is a column of numbers in X. */
export interface NumericColumn {
  readonly name: string;
  readonly kind: "numeric";
  /** `"text"`: strings that read as numbers; `"date"`: in days since 1970. */
  readonly type: ValueType;
  /** The unweighted mean of its values in training, without gaps. */
  readonly mean: number;
  /** Whether a column `name (missing)` of 0 and 1 is behind it. */
  readonly indicator: boolean;
}

/** A column of the table that is a column of 0 and 1 for each of its levels in X. */
export interface CategoricalColumn {
  readonly name: string;
  readonly kind: "categorical";
  /** What its values are, of which the levels are the names. */
  readonly type: ValueType;
  /** By their code units. */
  readonly levels: readonly string[];
  /** The level that has no column in X. */
  readonly reference?: string;
  /** Whether gaps are a last level, `name=(missing)`. */
  readonly missingLevel: boolean;
}

/** A column of a table as it is in X. */
export type EncodedColumn = NumericColumn | CategoricalColumn;

/** What to do about gaps. */
export const MISSING = ["error", "mean", "indicator", "drop"] as const;
export type Missing = (typeof MISSING)[number];

/** What to do about levels that were not seen in training. */
export const UNKNOWN = ["error", "zero"] as const;
export type Unknown = (typeof UNKNOWN)[number];

/** How the columns of X are made of those of a table. */
export interface EncodingFields {
  /** The columns of the table that are in X, in its order. */
  readonly columns: readonly EncodedColumn[];
  readonly missing: Missing;
  readonly unknown: Unknown;
  /** The strings that are gaps. */
  readonly naValues: readonly string[];
  /** Pairs of columns whose products are in X. */
  readonly interactions: readonly (readonly [string, string])[];
  /** Columns and the highest of their powers that are in X. */
  readonly polynomial: readonly (readonly [string, number])[];
  /** Whether X is compressed columns: always, never, or where more than 90 % of its entries are 0. */
  readonly sparse: boolean | "auto";
}

/** An {@link Encoding} as JSON. */
export interface EncodingJSON extends EncodingFields {
  readonly format: "regulus-encoding";
  readonly version: 1;
  /** The columns of X: those of each column of the table, then interactions, then powers. */
  readonly names: readonly string[];
}

/** How many columns a column is in X, without that of its gaps. */
export function widthOf(column: EncodedColumn): number {
  if (column.kind === "numeric") return 1;
  return column.levels.length - (column.reference === undefined ? 0 : 1) + (column.missingLevel ? 1 : 0);
}
