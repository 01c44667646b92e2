/** Numbers as they are in files: few digits, and all that a double has. */
export const TEXTS = ["4 decimals", "17 digits"] as const;
export type Text = (typeof TEXTS)[number];

/** Columns of the tables. */
export const COLUMNS = 51;

/** What is measured, and what each is to reach: MB/s, and times as fast as csv-parse. */
export const TASKS = ["kernel", "twin", "readCsv", "two workers", "csv-parse"] as const;
export type Task = (typeof TASKS)[number];
export const LEAST: Partial<Record<Task, number>> = { kernel: 500, twin: 200, readCsv: 400 };
export const TIMES_AS_FAST = 10;
/** Megabytes that may be in memory while a file of any size is read. */
export const MEMORY = 200;

/** What came of one task, in a process of its own. */
export interface Outcome {
  /** MB/s, the best of the rounds. */
  speed: number;
  /** The peak of the process, in MB. */
  peak: number;
}
