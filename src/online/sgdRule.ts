import { rangeError } from "../errors.js";
import { rateAt, type Schedule } from "../optimizers/parameters.js";
import { add, type DoubleDouble, multiply, product, reciprocal } from "./doubleDouble.js";
import type { UpdateRule } from "./UpdateRule.js";

/** Clocks stay within these: beyond, all weights are brought up to date and the clock starts anew. */
const SMALLEST = 1e-150;
const LARGEST = 1e150;
/** A threshold above this makes everything 0, and so does this. */
const TOTAL = 1e140;

/**
 * Proximal stochastic gradient descent, step t on every weight:
 *
 *   w ← soft(a·w − rate·g, c),   a = 1 − 2·rate·l2,   c = rate·l1
 *
 * Steps with g = 0 follow one another in closed form, as soft is odd and 0 stays 0: from step s to t, for a > 0,
 *
 *   |w_t| = P_t·max(0, |w_s|/P_s + S_s − S_t),   P_t = ∏ a_r,   S_t = Σ c_r/P_r
 *
 * P and S are kept to 32 digits: S is a sum of everything since the clock began, of which small differences count.
 */
export function sgdRule(learningRate: Schedule, l1: Schedule, l2: Schedule): UpdateRule {
  let rate = 0;
  let decay = 0;
  let threshold = 0;
  return {
    method: 0,
    advance: (step, before, after) => {
      rate = rateAt("learningRate", learningRate, step);
      const shrinkage = product(2 * rate, rateAt("l2", l2, step));
      const strength = rateAt("l1", l1, step);
      decay = shrinkage[0];
      if (!(decay <= TOTAL)) {
        throw rangeError("ERR_VALUE", `"learningRate" times "l2" must not overflow, got ${decay / 2} in step ${step}`);
      }
      const c: DoubleDouble = rate * strength <= TOTAL ? product(rate, strength) : [TOTAL, 0];
      threshold = c[0];
      const a = add([1, 0], [-shrinkage[0], -shrinkage[1]]);
      const P = multiply([before[0], before[4]], a);
      const inverse = reciprocal(P);
      const S = add([before[2], before[3]], multiply(c, inverse));
      const anew = !(P[0] >= SMALLEST && S[0] <= LARGEST);
      if (anew) start(after);
      else after.set([P[0], inverse[0], S[0], S[1], P[1]]);
      return anew;
    },
    update: (kernels, count, touched, records, before, after) => {
      kernels.sgdUpdate(count, touched, 0, records, 0, before, 0, after, 0, decay, rate, threshold);
    },
    updateIntercept: (state, g) => {
      state[0] -= rate * g;
    },
  };
}

/** The clock that has nothing behind it. */
export function start(clock: Float64Array): void {
  clock.set([1, 1, 0, 0, 0]);
}
