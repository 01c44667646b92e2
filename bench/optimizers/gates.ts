import type { Dtype } from "./cases.js";

/** The sizes that everything is measured at: in the first-level cache, in the last-level one, in memory. */
export const SMALL = 1e3;
export const MEDIUM = 1e5;
export const LARGE = 1e7;

export type ContenderName = "naive" | "twin" | "arena" | "plain" | "C sse2" | "C native" | "tfjs cpu" | "tfjs wasm";

/** How many times as fast as `reference` our step in an arena has to be with 1e5 weights. */
export interface Gate {
  optimizer: string;
  dtype: Dtype;
  reference: ContenderName;
  atLeast: number;
}

export const gates: readonly Gate[] = [
  { optimizer: "adamw", dtype: "float32", reference: "naive", atLeast: 3 },
  { optimizer: "adamw", dtype: "float32", reference: "tfjs wasm", atLeast: 4 },
  { optimizer: "sgd with l2", dtype: "float32", reference: "naive", atLeast: 4 },
  { optimizer: "sgd with l2", dtype: "float64", reference: "naive", atLeast: 4 },
  { optimizer: "proximal sgd", dtype: "float32", reference: "naive", atLeast: 8 },
  { optimizer: "proximal sgd", dtype: "float64", reference: "naive", atLeast: 8 },
];

/** What each of 1,000 parameters of 64 weights may cost beyond its share of one parameter with all of them, in nanoseconds. */
export const OVERHEAD_BELOW = 1000;
