/** The losses A(η) − y·η, A convex. All but the multinomial one are of one linear predictor. */
export type Family = "gaussian" | "binomial" | "poisson" | "multinomial";

/** What there is to know of A. */
interface Loss {
  /** μ = A'(η) of n rows; of several linear predictors a row, n values for each, one after the other. */
  means(eta: Float64Array, n: number): Float64Array;
  /**
   * A(η) + A*(m) − m·η at the η of mean μ, A* being the conjugate; of several means a row, their part of it. Never negative, 0 where
   * m = μ: the loss of y is this at m = y, less its smallest value −A*(y). Amari, Information Geometry and Its Applications (2016), §1.
   */
  divergence(m: number, mu: number): number;
}

const identity = (eta: Float64Array): Float64Array => eta;
const each =
  (mean: (eta: number) => number): Loss["means"] =>
  (eta) =>
    eta.map(mean);

/** e^η_k/Σ_l e^η_l */
function softmax(eta: Float64Array, n: number): Float64Array {
  const mu = new Float64Array(eta.length);
  for (let i = 0; i < n; ++i) {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = i; k < eta.length; k += n) most = Math.max(most, eta[k]);
    let sum = 0;
    for (let k = i; k < eta.length; k += n) {
      mu[k] = Math.exp(eta[k] - most);
      sum += mu[k];
    }
    for (let k = i; k < eta.length; k += n) mu[k] /= sum;
  }
  return mu;
}

/** m·ln(m/μ) − m + μ; summed over what adds up to 1, the relative entropy. */
const entropy = (m: number, mu: number): number => (m === 0 ? 0 : m * Math.log(m / mu)) - m + mu;

export const losses: Record<Family, Loss> = {
  gaussian: { means: identity, divergence: (m, mu) => (m - mu) ** 2 / 2 },
  binomial: {
    means: each((eta) => 1 / (1 + Math.exp(-eta))),
    divergence: (m, mu) => entropy(m, mu) + entropy(1 - m, 1 - mu),
  },
  poisson: { means: each(Math.exp), divergence: entropy },
  multinomial: { means: softmax, divergence: entropy },
};
