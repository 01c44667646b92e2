import type { ContenderName } from "./contenders.js";
import type { Kind } from "./ours.js";

/** Suboptimality over F(null) that all must reach. */
export const TARGET = 1e-6;

export interface Shape {
  count: number;
  n: number;
  p: number;
  kinds: readonly Kind[];
}

export const shapes: readonly Shape[] = [
  { count: 2000, n: 100, p: 20, kinds: ["lasso", "ridge"] },
  { count: 1000, n: 100, p: 10, kinds: ["lasso"] },
];

/** What a batch must show: fits a second, all milliseconds, or times as fast as a reference. */
export type Gate =
  | { count: number; kind: Kind; atLeastPerSecond: number }
  | { count: number; kind: Kind; atMostMilliseconds: number }
  | { count: number; kind: Kind; reference: ContenderName; atLeast: number };

export const gates: readonly Gate[] = [
  ...(["lasso", "ridge"] as const).flatMap((kind): Gate[] => [
    { count: 2000, kind, atLeastPerSecond: 80000 },
    { count: 2000, kind, reference: "scikit-learn", atLeast: 20 },
    { count: 2000, kind, reference: "glmnet", atLeast: 50 },
  ]),
  { count: 1000, kind: "lasso", atMostMilliseconds: 10 },
];

/** One X and many targets: how many times as fast as a call for each. */
export const TARGETS_AT_LEAST = 20;
