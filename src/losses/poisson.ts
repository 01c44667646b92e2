import { exp, log } from "../arithmetic/transcendental.js";
import { rangeError } from "../errors.js";
import { relativeEntropy, xlogx } from "./entropy.js";
import type { Loss } from "./Loss.js";

/**
 * The Poisson family, y >= 0, which need not be whole:
 *
 * ```text
 * loss(y, η) = e^η − y·η,   μ = e^η,   curvature μ
 * conjugate u·ln u − u for u = y + g >= 0,   saturated value y − y·ln y
 * ```
 */
export const poisson: Loss = {
  value: (y, eta) => exp(eta) - y * eta,
  mean: exp,
  gradient: (y, eta) => exp(eta) - y,
  curvature: exp,
  conjugate: (y, g) => (y + g >= 0 ? xlogx(y + g) - (y + g) : Number.POSITIVE_INFINITY),
  saturated: (y) => y - xlogx(y),
  divergence: (eta, difference) => relativeEntropy(exp(eta), difference, eta),
  nullIntercept: (y, v, offset) => {
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < y.length; ++i) if (v[i] > 0) high = Math.max(high, offset[i]);
    let counts = 0;
    let exposure = 0;
    for (let i = 0; i < y.length; ++i) {
      if (!(v[i] > 0)) continue;
      counts += v[i] * y[i];
      exposure += v[i] * exp(offset[i] - high);
    }
    if (!(counts > 0)) {
      throw rangeError("ERR_VALUE", '"y" must have a positive count in a row of positive weight, got none');
    }
    return log(counts) - log(exposure) - high;
  },
  kernel: "poissonLoss",
};
