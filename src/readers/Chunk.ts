/** A column of a chunk: numbers, gaps as NaN, or strings, gaps as null. */
export type ChunkColumn = Float64Array<ArrayBuffer> | (string | null)[];

/** Some rows of a table, column by column. `designMatrix`, `encodingOf` and `encoding.apply` take it as it is. */
export interface Chunk {
  /** The columns in their order. */
  names: readonly string[];
  /** Each of `rows` values. They belong to whom the chunk is given to: no reader looks at them again. Those of numbers may lie in one memory. */
  columns: Record<string, ChunkColumn>;
  rows: number;
  /** Which columns are days since 1970, of dates or of times, where there are any; CSV has none. */
  dates?: Readonly<Record<string, "date" | "time">>;
}
