export const ROWS = 1_000_000;
export const COLUMNS = 1_000_000;
export const NONZEROS = 40;

/** The settings that all contenders train with. */
export const settings = {
  sgd: { method: "sgd", learningRate: 0.05, l1: 1e-5, l2: 1e-5 },
  ftrl: { method: "ftrl", learningRate: 0.1, l1: 0.02, l2: 0 },
} as const;

export type Method = keyof typeof settings;

/** The mini-batches, in rows. */
export const BATCHES = [1, 100] as const;

/** Rows a second of Regulus, on one core, for every method and mini-batch. */
export const ROWS_PER_SECOND = 200_000;
/** How far its weights may be from the oracle's, relative to the largest. */
export const ACCURACY = 1e-10;
