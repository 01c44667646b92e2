/** Models, and the shape of each. */
export const COUNT = 20_000;
export const SHAPE = [100, 20] as const;
/** Rows of a file, and their columns beside a target. */
export const ROWS = 50_000;
export const COLUMNS = 50;
/** Sums that are merged with each other. */
export const PARTS = 50;
/** Calls of next to no work, each a job or two. */
export const CALLS = 200;
export const ROUNDS = 3;

/** Workers that the model and the simulation are asked about; jobs of a simulated run for each; and jobs in the queue at the most. */
export const WORKERS = [1, 2, 10, 100, 1000] as const;
export const JOBS_A_WORKER = 50;
export const WINDOW = 1000;
/** Seconds that a long job takes: a fold of a large cross-validation. */
export const LONG = 2;
