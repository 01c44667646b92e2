/** Columns beside a target, and rows of a chunk. */
export const COLUMNS = 50;
export const CHUNK = 65_536;
/** Rows that are streamed, and how far memory may rise over that of the first chunks, in MiB. */
export const STREAMED = 20_000_000;
export const RISE = 64;
/** Rows and groups of as many models, and their columns. */
export const ROWS = 1_000_000;
export const GROUPS = 20_000;
export const OF_GROUPS = 10;

/** What sums may cost beside the Gram of the same rows in memory, and groups beside blocks and a copy. */
export const SUMS = 1.5;
export const GATHER = 2;
