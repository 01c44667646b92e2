/** An Arrow table, by its shape. */
export interface ArrowTable {
  numRows: number;
  numCols: number;
  getChildAt(column: number): Iterable<unknown> | null;
  /** Its columns' names. */
  schema?: { fields: readonly { name: unknown }[] };
}

/** An arquero table, by its shape. */
export interface ArqueroTable {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  array(name: string): ArrayLike<unknown>;
}

/** Columns by name, of one length each. */
export type TableColumns = Readonly<Record<string, ArrayLike<unknown>>>;

/** What the readers give, some rows at a time: columns in the order of their names. */
export interface TableChunk {
  names: readonly string[];
  columns: readonly ArrayLike<unknown>[];
  rows: number;
}

/** Everything that is accepted as a table: records, columns by name, a chunk of a reader, or a table of Arrow or arquero. */
export type TableLike = readonly object[] | TableColumns | TableChunk | ArrowTable | ArqueroTable;
