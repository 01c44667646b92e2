/** The table: 20 columns, 3 of them categories. */
export const ROWS = 1_000_000;
export const NUMBERS = 17;
export const CATEGORIES = 3;
export const LEVELS = 50;

/** What the table is: plain arrays, typed arrays where there are numbers, Arrow's. */
export const KINDS = ["records", "columns", "typed columns", "arrow"] as const;
export type Kind = (typeof KINDS)[number];

/** Seconds that X may take. */
export const SECONDS = 3;
/** How far the peak of memory may rise, over the size of X. */
export const MEMORY = 1.5;

/** What came of one table. */
export interface Outcome {
  seconds: number;
  /** Bytes of X. */
  size: number;
  columns: number;
  /** How far the peak of memory rose while X was made, in bytes. */
  rise: number;
  /** Seconds that it takes here to write to as much new memory, one double to a page: the least that any X of this size takes. */
  touch: number;
}
