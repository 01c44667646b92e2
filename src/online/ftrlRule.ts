import { rangeError } from "../errors.js";
import { add } from "./doubleDouble.js";
import { type Schedule, type UpdateRule, valueAt } from "./UpdateRule.js";

/**
 * FTRL-Proximal, step t on every weight, from z = n = 0:
 *
 *   g ← g + 2·l2·w,   z ← z + g − (√(n + g²) − √n)/rate·w,   n ← n + g²
 *   w ← 0 where |z| <= threshold, else (sign(z)·threshold − z)·rate/(beta + √n)
 *
 * The threshold is l1, as published, or Σ l1 over the steps. Without l2, g = 0 leaves z and n as they are, so a weight is behind in
 * nothing. With l2 the steps that it is behind have no closed form: the kernels take them one by one, unless the weight is 0, when g is 0.
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
  const constant = [learningRate, l1, l2].every((schedule) => typeof schedule === "number");
  return {
    method: 1,
    advance: (step, before, after) => {
      const rate = valueAt("learningRate", learningRate, step);
      if (rate === 0) throw rangeError("ERR_VALUE", `"learningRate" must be above 0 for "ftrl", got 0 in step ${step}`);
      const strength = valueAt("l1", l1, step);
      const k = 2 * valueAt("l2", l2, step);
      const total = add([before[2] + before[3] * before[5], before[6]], [strength, 0]);
      const [base, slope, rest] = !cumulative
        ? [strength, 0, 0]
        : constant
          ? [0, strength, 0]
          : [total[0], 0, total[1]];
      after.set([rate, beta, base, slope, k, step, rest]);
      // What a weight is behind can be caught up with the numbers of one step only if they are those of all.
      return l2 !== 0 && !constant;
    },
    update: (kernels, count, touched, records, before, after) => {
      kernels.ftrlUpdate(count, touched, 0, records, 0, before, 0, after, 0);
    },
    updateIntercept: (state, g, after) => {
      if (g === 0 && state[1] === 0) return;
      const rate = after[0];
      const n = state[2] + g * g;
      if (g !== 0) state[1] += g - ((g * g) / (Math.sqrt(n) + Math.sqrt(state[2])) / rate) * state[0];
      state[2] = n;
      state[0] = (-state[1] * rate) / (beta + Math.sqrt(n));
    },
  };
}
