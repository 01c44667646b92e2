import { add, type DoubleDouble, multiply, product, reciprocal } from "../arithmetic/doubleDouble.js";
import { rangeError } from "../errors.js";
import type { Fault, UpdateRule } from "./UpdateRule.js";

/** Clocks stay within these: beyond, all weights are brought up to date and the clock starts anew. */
const SMALLEST = 1e-150;
const LARGEST = 1e150;
/** Beyond any record that steps can lead to: a weight over the smallest P. */
const FURTHEST = 1e307;
/** A threshold above this makes everything 0, and so does this. */
const TOTAL = 1e140;

/**
 * Proximal stochastic gradient descent, step t on every weight:
 *
 * ```text
 * w ← soft(a·w − rate·g, c),   a = 1 − 2·rate·l2,   c = rate·l1
 * ```
 *
 * Steps with g = 0 follow one another in closed form, as soft is odd and 0 stays 0: from step s to t, for a > 0,
 *
 * ```text
 * |w_t| = P_t·max(0, |w_s|/P_s + S_s − S_t),   P_t = ∏ a_r,   S_t = Σ c_r/P_r
 * ```
 *
 * P and S are kept to 32 digits: S is a sum of everything since the clock began, of which small differences count.
 */
export function sgdRule(): UpdateRule {
  let rate = 0;
  let decay = 0;
  let threshold = 0;
  return {
    method: 0,
    check: (rates, step) => {
      const shrinkage = 2 * rates.learningRate * rates.l2;
      if (shrinkage <= TOTAL) return;
      throw rangeError(
        "ERR_VALUE",
        `"learningRate" times "l2" must not overflow, got ${shrinkage / 2} in step ${step}`,
      );
    },
    advance: (rates, _step, before, after) => {
      rate = rates.learningRate;
      const shrinkage = product(2 * rate, rates.l2);
      const strength = rates.l1;
      decay = shrinkage[0];
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
    // Weights grow by nothing else where the factor 1 − decay is not negative; where it is, all are updated.
    reach: (gradient, weight) => rate * gradient + (decay > 1 ? (1 + decay) * weight() : 0),
    update: (kernels, count, touched, records, before, after) => {
      kernels.sgdUpdate(count, touched, 0, records, 0, before, 0, after, 0, decay, rate, threshold);
    },
    updateIntercept: (state, g) => {
      state[0] -= rate * g;
    },
    faultOf,
  };
}

/** What no steps can have led to. */
function faultOf(
  steps: number,
  intercept: Float64Array,
  clock: Float64Array,
  records: Float64Array,
): Fault | undefined {
  const [P, inverse, S, rest, low] = clock;
  const anew = P === 1 && low === 0 && S === 0 && rest === 0;
  const holds =
    P >= SMALLEST &&
    P <= 1 &&
    Math.abs(low) <= Number.EPSILON * P &&
    inverse === reciprocal([P, low])[0] &&
    S >= 0 &&
    S <= LARGEST &&
    Math.abs(rest) <= Number.EPSILON * S &&
    clock.subarray(5).every((value) => value === 0);
  if (!holds || (steps === 0 && !anew)) return ["clock", "that of its steps", Array.from(clock)];
  if (intercept[1] !== 0 || intercept[2] !== 0) return ["intercept", "without z and n", Array.from(intercept)];
  for (let i = 0; i < records.length; i += 2) {
    const h = records[i];
    const l = records[i + 1];
    if (!(Math.abs(h) <= FURTHEST && Math.abs(l) <= 4 * Number.EPSILON * Math.abs(h))) {
      return ["records", "two parts of a weight, the second below the last digit of the first", [h, l]];
    }
  }
  return undefined;
}

/** The clock that has nothing behind it. */
export function start(clock: Float64Array): void {
  clock.set([1, 1, 0, 0, 0]);
}
