import { exp, log, log1p } from "../arithmetic/transcendental.js";
import { rangeError } from "../errors.js";
import { relativeEntropy } from "./entropy.js";
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

/**
 * The binomial family, y being 0 or 1:
 *
 * ```text
 * loss(y, η) = ln(1 + e^η) − y·η,   μ = 1/(1 + e^−η),   curvature μ·(1 − μ)
 * conjugate u·ln u + (1 − u)·ln(1 − u) for u = y + g in [0, 1]
 * ```
 *
 * Its saturated value is 0. The Fenchel gap is the divergence of u from μ, whatever y is.
 */
export const binomial: Loss = {
  value: (y, eta) => (y === 1 ? softplus(-eta) : softplus(eta)),
  gradient: (y, eta) => (y === 1 ? -sigmoid(-eta) : sigmoid(eta)),
  curvature: (_, eta) => sigmoid(eta) * sigmoid(-eta),
  saturated: () => 0,
  divergence: (_, eta, difference) => {
    const t = exp(-Math.abs(eta));
    const likely = 1 / (1 + t);
    const toLikely = eta > 0 ? difference : -difference;
    return relativeEntropy(likely, toLikely, 0) + relativeEntropy(t * likely, -toLikely, -Math.abs(eta));
  },
  deviance: (y, _, eta) => 2 * binomial.value(y, eta),
  nullRange: (y, v, offset) => {
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
    // Between what would be best if all offsets were the largest, or the smallest.
    const logit = log(share) - log(other);
    const from = logit - high;
    const to = logit - low;
    return { from, to, start: Math.min(Math.max(logit, from), to) };
  },
  kernel: "binomialLoss",
};
