/** Rows of the sample for each column, its share of all rows, and the rows of each of its runs of neighbours. */
const SAMPLE = 40;
const SHARE = 1 / 16;
const RUN = 256;
/** Rows for each column from which on reading X in blocks pays, though most of it may be the sample. */
const TALL = 50;
/** Rows of a block at the most, and values: few enough for its integers and its exact columns to stay in cache. */
const BLOCK_ROWS = 2048;
const BLOCK_VALUES = 204_800;
/** Up to so many values, they are kept as integers until the path is done, should more products be wanted. */
const KEPT_VALUES = 67_108_864;

/** Rows from the first up to the second. */
export type Range = readonly [from: number, to: number];

export const byEight = (n: number): number => Math.ceil(n / 8) * 8;

/** The most rows of a block. */
export function heightOf(n: number, p: number): number {
  const height = RUN * Math.floor(Math.min(BLOCK_ROWS, BLOCK_VALUES / p) / RUN);
  return Math.min(Math.max(height, RUN), byEight(n));
}

/** Whether X is so large, and its rows so many for its columns, that it is better read in blocks than held. */
export function isTall(n: number, p: number): boolean {
  return n >= TALL * p && n >= 4 * RUN && n * p >= 1_000_000 && p <= 1000;
}

/** Whether integers are kept of all rows, once they are made, as they are where all rows are the sample. */
export const isKept = (n: number, p: number): boolean => n * p <= KEPT_VALUES;

/** Whether part of the rows would be most of them, so that all are the sample. */
export const isWhole = (n: number, p: number): boolean => n < TALL * p;

/** Blocks of rows from one to another, about as high as each other. */
function blocksOf(from: number, to: number, height: number): Range[] {
  const count = Math.ceil((to - from) / height);
  const each = 8 * Math.ceil((to - from) / count / 8);
  const blocks: Range[] = [];
  for (let top = from; top < to; top += each) blocks.push([top, Math.min(top + each, to)]);
  return blocks;
}

/** Divides n rows into the runs of the sample, and blocks of what lies between; all are in the sample where part of them would be most. */
export function divide(n: number, p: number, height: number): [sample: Range[], rest: Range[]] {
  if (isWhole(n, p)) return [blocksOf(0, n, height), []];
  const most = Math.floor(n / (2 * RUN));
  const runs = Math.max(1, Math.min(most, Math.ceil(Math.max(SAMPLE * p, SHARE * n) / RUN)));
  const sample: Range[] = [];
  const rest: Range[] = [];
  const fill = (from: number, to: number): void => {
    rest.push(...blocksOf(from, to, height));
  };
  let end = 0;
  for (let run = 0; run < runs; ++run) {
    const start = 8 * Math.floor((run * (n - RUN)) / Math.max(1, runs - 1) / 8);
    fill(end, start);
    end = start + RUN;
    sample.push([start, end]);
  }
  fill(end, n);
  return [sample, rest];
}
