import { SMALLEST } from "../optimizers/ftrl.js";
import { rateAt, type Schedule } from "../optimizers/parameters.js";
import { add } from "./doubleDouble.js";
import type { UpdateRule } from "./UpdateRule.js";

/**
 * FTRL-Proximal, step t on every weight, from z = n = 0:
 *
 *   u = g + 2·l2·w,   n ← n + u²,   z ← z + u − (1/a_t − 1/a_{t−1})·w,   a = rate/(beta + √n)
 *   w ← −soft(z, threshold)·a
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
    advance: (step, before, after) => {
      const rate = rateAt("learningRate", learningRate, step, true);
      const strength = rateAt("l1", l1, step);
      const k = 2 * rateAt("l2", l2, step);
      // Before the first step all weights are 0, whatever the rate.
      if (step === 1) before[0] = rate;
      const sum = add([before[2] + before[3] * before[5], before[6]], [strength, 0]);
      const [base, slope, rest] = !cumulative
        ? [strength, 0, 0]
        : constant(l1)
          ? [0, strength, 0]
          : [sum[0], 0, sum[1]];
      after.set([rate, offset, base, slope, k, step, rest]);
      return !lazy;
    },
    update: (kernels, count, touched, records, before, after) => {
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
  };
}
