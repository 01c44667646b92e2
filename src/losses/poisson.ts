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
 *
 * The Fenchel gap is the divergence of u from μ, whatever y is.
 */
export const poisson: Loss = {
  value: (y, eta) => exp(eta) - y * eta,
  gradient: (y, eta) => exp(eta) - y,
  curvature: (_, eta) => exp(eta),
  saturated: (y) => y - xlogx(y),
  divergence: (_, eta, difference) => relativeEntropy(exp(eta), difference, eta),
  deviance: (y, mean, eta) => 2 * relativeEntropy(mean, y - mean, eta),
  nullRange: (y, v, offset) => {
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
    const start = log(counts) - log(exposure) - high;
    return { from: start, to: start, start };
  },
  kernel: "poissonLoss",
};
