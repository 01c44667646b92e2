import { exp, log, log1p } from "../arithmetic/transcendental.js";
import { rangeError } from "../errors.js";
import { relativeEntropy, xlogx } from "./entropy.js";
import type { Loss } from "./Loss.js";

/** ln(1 + e^a), without overflow. */
function softplus(a: number): number {
  return Math.max(a, 0) + log1p(exp(-Math.abs(a)));
}

/** 1/(1 + e^−η), to full relative accuracy on both sides. */
export function sigmoid(eta: number): number {
  const t = exp(-Math.abs(eta));
  return eta > 0 ? 1 / (1 + t) : t / (1 + t);
}

/** Steps of the search for an intercept: more than bisection needs in double precision. */
const STEPS = 200;

/**
 * The binomial family, y being 0 or 1:
 *
 * ```text
 * loss(y, η) = ln(1 + e^η) − y·η,   μ = 1/(1 + e^−η),   curvature μ·(1 − μ)
 * conjugate u·ln u + (1 − u)·ln(1 − u) for u = y + g in [0, 1]
 * ```
 *
 * Its saturated value is 0.
 */
export const binomial: Loss = {
  value: (y, eta) => (y === 1 ? softplus(-eta) : softplus(eta)),
  mean: sigmoid,
  gradient: (y, eta) => (y === 1 ? -sigmoid(-eta) : sigmoid(eta)),
  curvature: (eta) => sigmoid(eta) * sigmoid(-eta),
  conjugate: (y, g) => {
    const u = y + g;
    return u >= 0 && u <= 1 ? xlogx(u) + xlogx(1 - u) : Number.POSITIVE_INFINITY;
  },
  saturated: () => 0,
  divergence: (eta, difference) => {
    const t = exp(-Math.abs(eta));
    const likely = 1 / (1 + t);
    const toLikely = eta > 0 ? difference : -difference;
    return relativeEntropy(likely, toLikely, 0) + relativeEntropy(t * likely, -toLikely, -Math.abs(eta));
  },
  nullIntercept: (y, v, offset) => {
    let share = 0;
    let other = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < y.length; ++i) {
      if (!(v[i] > 0)) continue;
      share += v[i] * y[i];
      other += v[i] * (1 - y[i]);
      low = Math.min(low, offset[i]);
      high = Math.max(high, offset[i]);
    }
    if (!(share > 0 && other > 0)) {
      throw rangeError("ERR_VALUE", '"y" must have both classes among the rows of positive weight, got one');
    }
    const logit = log(share) - log(other);
    // Between the roots for the smallest and the largest offset, by Newton's method or else bisection.
    let from = logit - high;
    let to = logit - low;
    let b = Math.min(Math.max(logit, from), to);
    for (let step = 0; step < STEPS && from < to; ++step) {
      let slope = 0;
      let curvature = 0;
      for (let i = 0; i < y.length; ++i) {
        const eta = b + offset[i];
        const right = sigmoid(eta);
        const wrong = sigmoid(-eta);
        slope += v[i] * (y[i] === 1 ? wrong : -right);
        curvature += v[i] * right * wrong;
      }
      if (slope > 0) from = b;
      else to = b;
      const next = b + slope / curvature;
      const last = b;
      b = next > from && next < to ? next : from + (to - from) / 2;
      if (Math.abs(b - last) <= Number.EPSILON * Math.abs(b)) break;
    }
    return b;
  },
  kernel: "binomialLoss",
};
