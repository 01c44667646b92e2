import { add } from "../arithmetic/doubleDouble.js";
import { checkBetween } from "../errors.js";
import { SMALLEST } from "../optimizers/overflow.js";
import type { Schedule } from "../optimizers/parameters.js";
import type { Fault, UpdateRule } from "./UpdateRule.js";

/**
 * Learning rates from 1/EXTREME to EXTREME, and l2 up to it. A weight is at most the sum of the rates, as |z| <= (beta + √n)·Σ rate/rate; so
 * with gradients and beta up to OVERFLOW nothing overflows in as many steps as can be counted.
 */
const EXTREME = 1e60;
/** A threshold that sums up to no infinity, and above which there is no z. */
const TOTAL = 1e280;
/** Beyond any n, z and weight that steps can lead to. */
const MOST = { n: 1e297, z: 1e290, weight: 1e77 };

/**
 * FTRL-Proximal, step t on every weight, from z = n = 0:
 *
 * ```text
 * u = g + 2·l2·w,   n ← n + u²,   z ← z + u − (1/a_t − 1/a_{t−1})·w,   a = rate/(beta + √n)
 * w ← −soft(z, threshold)·a
 * ```
 *
 * The threshold is l1, as published, or Σ l1 over the steps. With one rate and without l2, u = 0 leaves z and n as they are, so a weight
 * is behind in nothing. With l2 the steps that it is behind have no closed form: the kernels take them one by one, unless the weight is 0,
 * when u is 0. If rate or penalties change meanwhile, that cannot be done afterwards, and no weight may be left behind.
 *
 * McMahan et al., Ad click prediction: a view from the trenches (2013), algorithm 1; there l2 is in the denominator of w.
 */
export function ftrlRule(
  learningRate: Schedule,
  l1: Schedule,
  l2: Schedule,
  beta: number,
  cumulative: boolean,
): UpdateRule {
  const constant = (schedule: Schedule): boolean => typeof schedule === "number";
  const lazy = constant(learningRate) && (l2 === 0 || (constant(l1) && constant(l2)));
  const offset = Math.max(beta, SMALLEST);
  return {
    method: 1,
    check: (rates, step) => {
      for (const [name, schedule, lowest] of [
        ["learningRate", learningRate, 1 / EXTREME],
        ["l2", l2, 0],
      ] as const) {
        checkBetween(constant(schedule) ? name : `${name}(${step})`, rates[name], lowest, EXTREME);
      }
    },
    advance: ({ learningRate: rate, l1: strength, l2: ridge }, step, before, after) => {
      const k = 2 * ridge;
      const sum = add([Math.min(before[2] + before[3] * before[5], TOTAL), before[6]], [Math.min(strength, TOTAL), 0]);
      const [base, slope, rest] = !cumulative
        ? [strength, 0, 0]
        : constant(l1)
          ? [0, strength, 0]
          : [sum[0], 0, sum[1]];
      after.set([rate, offset, base, slope, k, step, rest]);
      return !lazy;
    },
    // See EXTREME.
    reach: () => 0,
    update: (kernels, count, touched, records, before, after) => {
      // Before the first step all weights are 0, whatever the rate.
      if (after[5] === 1) before[0] = after[0];
      kernels.ftrlUpdate(count, touched, 0, records, 0, before, 0, after, 0);
    },
    updateIntercept: (state, g, before, after) => {
      const [b, z, n] = state;
      const square = g * g;
      const root = Math.sqrt(n);
      const next = Math.sqrt(n + square);
      const growth = square > 0 ? square / (next + root) / after[0] : 0;
      state[1] = z + (g - (growth + (1 / after[0] - 1 / before[0]) * (offset + root)) * b);
      state[2] = n + square;
      // 0 − z, so that it is never −0, which JSON does not know
      state[0] = ((0 - state[1]) * after[0]) / (offset + next);
    },
    faultOf: (steps, intercept, clock, records) => faultOf(offset, steps, intercept, clock, records),
  };
}

/** What no steps of a model with this beta, `offset` here, can have led to. */
function faultOf(
  offset: number,
  steps: number,
  [b, z, n]: Float64Array,
  clock: Float64Array,
  records: Float64Array,
): Fault | undefined {
  const [rate, its, base, slope, k, step, rest] = clock;
  // All of it is 0 then, or was once drawn for a first step that failed.
  if (steps === 0)
    return rate >= 0 && clock.every((value, i) => i === 0 || value === 0) ? undefined : wrongClock(clock);
  if (step !== steps || clock[7] !== 0) return wrongClock(clock);
  if (!(rate >= 1 / EXTREME && rate <= EXTREME))
    return ["clock", `a rate from ${1 / EXTREME} to ${EXTREME} first`, rate];
  if (its !== offset) return ["clock", `that of beta ${offset}`, its];
  if (!(k >= 0 && k <= 2 * EXTREME)) return ["clock", `2·l2 from 0 to ${2 * EXTREME} in element 4`, k];
  if (!(base >= 0 && slope >= 0 && (base === 0 || slope === 0) && Math.abs(rest) <= Number.EPSILON * base)) {
    return ["clock", "a threshold in elements 2, 3 and 6", [base, slope, rest]];
  }
  const isLearnt = (dual: number, squares: number): boolean =>
    squares >= 0 &&
    squares <= MOST.n &&
    Math.abs(dual) <= MOST.z &&
    (Math.abs(dual) * rate) / (offset + Math.sqrt(squares)) <= MOST.weight;
  if (!isLearnt(z, n) || b !== ((0 - z) * rate) / (offset + Math.sqrt(n))) {
    return ["intercept", "−z·rate/(beta + √n), z and n >= 0", [b, z, n]];
  }
  for (let i = 0; i < records.length; i += 2) {
    if (!isLearnt(records[i], records[i + 1])) {
      return ["records", "z and n >= 0 of a weight", [records[i], records[i + 1]]];
    }
  }
  return undefined;
}

const wrongClock = (clock: Float64Array): Fault => ["clock", "that of its steps", Array.from(clock)];
