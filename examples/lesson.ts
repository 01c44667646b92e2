/** What L1 and L2 do to weights, step by step: without data, then in training. Run it with `npm run lesson`. */

import { adam, gradientStep, unpenalized } from "regulus";
import { isMain } from "./isMain.js";
import { randomNumbers } from "./random.js";
import { table } from "./table.js";

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

/** The linear model 10 → 1: y is made of three inputs, seven have nothing to do with it. */
export const TRUE_WEIGHTS = [2, -1.5, 0.8, 0, 0, 0, 0, 0, 0, 0] as const;
const SAMPLES = 100;
const TRAINING_RATE = 0.01;
const STRENGTH = 0.3;
const EPOCHS = 3000;
/** The last epochs, over which signs are counted. */
const WATCHED = 1000;

/** The three ways to train it, all with Adam. */
export const TRAININGS = ["L2", "L1 by hand", "L1 proximal"] as const;

/** What became of the model. */
export interface Trained {
  weights: Float64Array;
  bias: number;
  /** Mean squared error, without the penalty. */
  loss: number;
  /** How often the weights that should be 0 changed their sign in the last {@link WATCHED} epochs. */
  signChanges: number;
}

/** The same data for all three. */
export function linearSamples() {
  const p = TRUE_WEIGHTS.length;
  const random = randomNumbers(1);
  const uniform = (): number => Math.sqrt(3) * (2 * random() - 1);
  const X = Float64Array.from({ length: SAMPLES * p }, uniform);
  const y = Float64Array.from({ length: SAMPLES }, (_, i) =>
    TRUE_WEIGHTS.reduce((sum, w, j) => sum + w * X[i * p + j], 0.7 + 0.3 * uniform()),
  );
  return { X, y, l1: STRENGTH };
}

/** Trains on all samples at once: mean squared error + 0.3·Σw², or + 0.3·Σ|w|. The bias bears no penalty. */
export function trainLinear(training: (typeof TRAININGS)[number], epochs = EPOCHS): Trained {
  const { X, y } = linearSamples();
  const p = TRUE_WEIGHTS.length;
  const weights = new Float64Array(p);
  const bias = new Float64Array(1);
  const penalty = { L2: { l2: STRENGTH }, "L1 by hand": {}, "L1 proximal": { l1: STRENGTH } }[training];
  const optimizer = adam([weights, unpenalized(bias)], { learningRate: TRAINING_RATE, ...penalty });
  const gradient = new Float64Array(p);
  const biasGradient = new Float64Array(1);
  let loss = 0;
  let signChanges = 0;
  for (let epoch = 1; epoch <= epochs; ++epoch) {
    gradient.fill(0);
    biasGradient.fill(0);
    loss = 0;
    for (let i = 0; i < SAMPLES; ++i) {
      const x = X.subarray(i * p, (i + 1) * p);
      const residual = weights.reduce((sum, w, j) => sum + w * x[j], bias[0] - y[i]);
      loss += (residual * residual) / SAMPLES;
      for (let j = 0; j < p; ++j) gradient[j] += (2 * residual * x[j]) / SAMPLES;
      biasGradient[0] += (2 * residual) / SAMPLES;
    }
    if (training === "L1 by hand")
      weights.forEach((w, j) => {
        gradient[j] += STRENGTH * Math.sign(w);
      });
    const before = weights.slice();
    optimizer.step([gradient, biasGradient]);
    if (epoch <= epochs - WATCHED) continue;
    signChanges += weights.filter((w, j) => TRUE_WEIGHTS[j] === 0 && w * before[j] < 0).length;
  }
  return { weights, bias: bias[0], loss, signChanges };
}

/** The table of the three trainings. */
function trainings(): string {
  const rows = TRAININGS.map((training) => {
    const { weights, loss, signChanges } = trainLinear(training);
    const zeros = weights.filter((w) => w === 0).length;
    const useless = Array.from(
      weights.filter((_, j) => TRUE_WEIGHTS[j] === 0),
      Math.abs,
    );
    const range = zeros === useless.length ? "0" : `${number(Math.min(...useless))} to ${number(Math.max(...useless))}`;
    return [
      training,
      `${zeros} of ${weights.length}`,
      range,
      `${signChanges}`,
      ...[0, 1, 2].map((j) => number(weights[j])),
      loss.toFixed(4),
    ];
  });
  const sizes = TRUE_WEIGHTS.slice(0, 3).map((w) => `w → ${w}`);
  return table([["", "exactly zero", "size of the other 7", "their sign changes", ...sizes, "loss"], ...rows]);
}

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
      ["L1 subgradient", "sign changes", "closest to zero", "at the end"],
      ...fates["L1 subgradient"].map(({ signChanges, smallest, last }, j) => [
        heading[j + 1],
        `${signChanges}`,
        number(smallest),
        number(last),
      ]),
    ]),
    "L2 only ever multiplies. It ends at subnormal numbers so small that 0.98 of them rounds back to themselves, not at zero:",
    table([
      ["L2", "unchanged since step", "at the end"],
      ...fates.L2.map(({ stillSince, last }, j) => [
        heading[j + 1],
        `${stillSince ?? "still shrinking"}`,
        number(last),
      ]),
    ]),
    `In training: a linear model of 10 inputs, of which y needs 3, on ${SAMPLES} samples, ${EPOCHS} epochs of Adam at ${TRAINING_RATE}, penalty ${STRENGTH}.\n` +
      `Sign changes are those of the last ${WATCHED} epochs:`,
    trainings(),
    "L2 makes small weights, none of them 0. L1 by hand, its subgradient added to the loss's, goes back and forth around 0.\n" +
      "Only the proximal step finds the weights that are not needed, and says so with zeros.",
  ].join("\n\n");
}

/** Up to 4 digits where that is the number, otherwise in powers of ten: a residue must not look like zero. */
function number(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size < 1e-4 ? value.toExponential(1) : `${Number(value.toPrecision(4))}`;
}

if (isMain(import.meta.url)) console.log(lesson());
