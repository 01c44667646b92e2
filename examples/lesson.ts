/** What L1 and L2 do to weights, step by step. Run it with `npm run lesson`. */

import { gradientStep } from "regulus";
import { isMain, table } from "./table.js";

export const WEIGHTS = [5, 0.01, 2, -3] as const;
const LEARNING_RATE = 0.1;
const LAMBDA = 0.1;

/** The three ways to shrink, as options of `gradientStep`. */
export const METHODS = {
  L2: { learningRate: LEARNING_RATE, l2: LAMBDA },
  "L1 proximal": { learningRate: LEARNING_RATE, l1: LAMBDA },
  "L1 subgradient": { learningRate: LEARNING_RATE, l1: LAMBDA, l1Mode: "subgradient" },
} as const;

export type Method = keyof typeof METHODS;

const METHOD_NAMES = Object.keys(METHODS) as Method[];

/** The weights after a number of steps with no gradient from a loss: all that moves them is the penalty. */
export function shrink(method: Method, steps: number): Float64Array {
  const w = Float64Array.from(WEIGHTS);
  const gradient = new Float64Array(w.length);
  for (let step = 0; step < steps; ++step) gradientStep(w, gradient, METHODS[method]);
  return w;
}

/** What became of one weight in the long run. */
export interface Fate {
  /** The step at which the weight was exactly 0 for the first time, and for good; undefined if it never was. */
  zeroAt: number | undefined;
  /** How often its sign changed. */
  signChanges: number;
  /** Its smallest absolute value on the way. */
  smallest: number;
  /** Its value at the end. */
  last: number;
  /** The step from which on it no longer changed at all; undefined if it still did. */
  stillSince: number | undefined;
}

/** Follows each weight for `steps` steps and counts. */
export function follow(method: Method, steps: number): Fate[] {
  const w = Float64Array.from(WEIGHTS);
  const gradient = new Float64Array(w.length);
  const fates: Fate[] = Array.from(w, (value) => ({
    zeroAt: undefined,
    signChanges: 0,
    smallest: Math.abs(value),
    last: value,
    stillSince: undefined,
  }));
  for (let step = 1; step <= steps; ++step) {
    gradientStep(w, gradient, METHODS[method]);
    fates.forEach((fate, j) => {
      const value = w[j];
      if (value === 0) fate.zeroAt ??= step;
      else fate.zeroAt = undefined;
      if (value * fate.last < 0) fate.signChanges += 1;
      if (value === fate.last) fate.stillSince ??= step;
      else fate.stillSince = undefined;
      fate.smallest = Math.min(fate.smallest, Math.abs(value));
      fate.last = value;
    });
  }
  return fates;
}

const LONG_RUN = 50_000;

/** All that `npm run lesson` prints. */
export function lesson(): string {
  const heading = ["", ...WEIGHTS.map((value) => `w = ${value}`)];
  const after = (steps: number): string =>
    table([
      [`after ${steps} ${steps === 1 ? "step" : "steps"}`, ...heading.slice(1)],
      ...METHOD_NAMES.map((method) => [method, ...Array.from(shrink(method, steps), number)]),
    ]);
  const fates = Object.fromEntries(METHOD_NAMES.map((method) => [method, follow(method, LONG_RUN)])) as Record<
    Method,
    Fate[]
  >;
  return [
    `Weights [${WEIGHTS.join(", ")}], learning rate ${LEARNING_RATE}, lambda ${LAMBDA}, no gradient from a loss.`,
    `  L2 multiplies each weight by 1 − 2·${LEARNING_RATE}·${LAMBDA} = ${1 - 2 * LEARNING_RATE * LAMBDA}: all shrink in proportion.\n` +
      `  L1 moves each weight by ${LEARNING_RATE}·${LAMBDA} towards zero: small ones arrive first, and stay there only by the proximal step.`,
    ...[1, 10, 100, 1000].map(after),
    `Steps until a weight is exactly zero, counted over ${LONG_RUN}:`,
    table([
      ["first exactly zero", ...heading.slice(1)],
      ...METHOD_NAMES.map((method) => [
        method,
        ...fates[method].map(({ zeroAt }) => (zeroAt === undefined ? "never" : `step ${zeroAt}`)),
      ]),
    ]),
    "The subgradient overshoots and oscillates around zero, for ever:",
    table([
      ["L1 subgradient", ...heading.slice(1)],
      ["sign changes", ...fates["L1 subgradient"].map(({ signChanges }) => `${signChanges}`)],
      ["closest to zero", ...fates["L1 subgradient"].map(({ smallest }) => number(smallest))],
      ["at the end", ...fates["L1 subgradient"].map(({ last }) => number(last))],
    ]),
    "L2 only ever multiplies. It ends at subnormal numbers so small that 0.98 of them rounds back to themselves, not at zero:",
    table([
      ["L2", ...heading.slice(1)],
      ["unchanged since step", ...fates.L2.map(({ stillSince }) => `${stillSince ?? "still shrinking"}`)],
      ["at the end", ...fates.L2.map(({ last }) => number(last))],
    ]),
  ].join("\n\n");
}

/** Up to 4 digits where that is the number, otherwise in powers of ten: a residue must not look like zero. */
function number(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size < 1e-4 ? value.toExponential(1) : `${Number(value.toPrecision(4))}`;
}

if (isMain(import.meta.url)) console.log(lesson());
