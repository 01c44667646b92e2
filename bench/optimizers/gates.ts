import type { Dtype } from "./cases.js";

/** The sizes that everything is measured at: in the first-level cache, in the last-level one, in memory. */
export const SMALL = 1e3;
export const MEDIUM = 1e5;
export const LARGE = 1e7;

export type ContenderName = "naive" | "twin" | "arena" | "plain" | "C sse2" | "C native" | "tfjs cpu" | "tfjs wasm";

/** How many times as fast as `reference` our step in an arena has to be, at each of the sizes. */
export interface Gate {
  optimizer: string;
  dtype: Dtype;
  reference: ContenderName;
  sizes: readonly number[];
  atLeast: number;
}

const sizes = [MEDIUM];

export const gates: readonly Gate[] = [
  { optimizer: "adamw", dtype: "float32", reference: "naive", sizes, atLeast: 3 },
  { optimizer: "adamw", dtype: "float32", reference: "tfjs wasm", sizes, atLeast: 4 },
  { optimizer: "sgd with l2", dtype: "float32", reference: "naive", sizes, atLeast: 4 },
  { optimizer: "sgd with l2", dtype: "float64", reference: "naive", sizes, atLeast: 4 },
  { optimizer: "proximal sgd", dtype: "float32", reference: "naive", sizes, atLeast: 8 },
  { optimizer: "proximal sgd", dtype: "float64", reference: "naive", sizes, atLeast: 8 },
  // C does not look whether gradients are finite, which takes a read of them.
  ...["sgd with l2", "proximal sgd", "sgd with momentum", "adamw", "rmsprop"].flatMap((optimizer) =>
    (["float64", "float32"] as const).map(
      (dtype): Gate => ({ optimizer, dtype, reference: "C sse2", sizes: [SMALL, MEDIUM], atLeast: 0.8 }),
    ),
  ),
];

/** What each of 1,000 parameters of 64 weights may cost beyond its share of one parameter with all of them, in nanoseconds. */
export const OVERHEAD_BELOW = 1000;
