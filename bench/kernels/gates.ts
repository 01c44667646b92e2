import { cases } from "./cases.js";

/** The sizes that everything is measured at: in the first-level cache, in the last-level one, in memory. */
export const SMALL = 1e3;
export const MEDIUM = 1e5;
export const LARGE = 1e7;

export type ContenderName = "naive" | "twin" | "arena" | "plain" | "C sse2" | "C native" | "C fast-math";

/** How many times as fast as `reference` our kernel has to be, at each of the sizes. */
export interface Gate {
  kernel: string;
  contender: ContenderName;
  reference: ContenderName;
  sizes: readonly number[];
  atLeast: number;
}

const inCache = [SMALL, MEDIUM];
const names = cases.map(({ name }) => name);

export const gates: readonly Gate[] = [
  { kernel: "softThreshold", contender: "arena", reference: "naive", sizes: [MEDIUM], atLeast: 12 },
  { kernel: "softThreshold", contender: "arena", reference: "C sse2", sizes: inCache, atLeast: 1 },
  { kernel: "gradientStep", contender: "arena", reference: "naive", sizes: inCache, atLeast: 5 },
  { kernel: "gradientStep", contender: "arena", reference: "C sse2", sizes: inCache, atLeast: 0.95 },
  { kernel: "decay", contender: "arena", reference: "naive", sizes: inCache, atLeast: 2 },
  { kernel: "decay", contender: "arena", reference: "C sse2", sizes: inCache, atLeast: 0.95 },
  { kernel: "dot", contender: "arena", reference: "naive", sizes: inCache, atLeast: 2 },
  { kernel: "dot", contender: "arena", reference: "C sse2", sizes: inCache, atLeast: 1 },
  { kernel: "dot", contender: "arena", reference: "C fast-math", sizes: inCache, atLeast: 1 },
  { kernel: "softThreshold", contender: "plain", reference: "naive", sizes: [MEDIUM], atLeast: 4 },
  ...names.flatMap((kernel): Gate[] => [
    { kernel, contender: "plain", reference: "naive", sizes: [SMALL, MEDIUM, LARGE], atLeast: 0.95 },
    { kernel, contender: "arena", reference: "C sse2", sizes: [LARGE], atLeast: 0.9 },
    { kernel, contender: "arena", reference: "C native", sizes: [LARGE], atLeast: 0.75 },
  ]),
];

/** What a call on eight values in an arena may cost, in nanoseconds. */
export const TINY_CALL_AT_MOST = 200;
