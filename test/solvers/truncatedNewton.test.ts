import { describe, expect, test } from "vitest";
import { dense, logistic, multinomial, poisson } from "../../src/index.js";
import { randomArray, randomStream } from "../support/arbitraries.js";

// More columns than a Gram of the working set is made for.
const n = 30;
const p = 260;

describe("working sets too large for a Gram", () => {
  const next = randomStream(51);
  const X = randomArray(n * p, next);
  const signal = Array.from({ length: n }, (_, i) => X[i] - X[n + i] + 0.3 * next());
  const data = dense(Float64Array.from(X), n, p, { order: "column" });

  /** x_j'(y − μ)/n and what the penalty asks of it. */
  const violation = (w: ArrayLike<number>, residuals: readonly number[], lambda: number, l1Ratio: number): number => {
    let worst = Math.abs(residuals.reduce((sum, r) => sum + r, 0)) / n;
    for (let j = 0; j < p; ++j) {
      const gradient = residuals.reduce((sum, r, i) => sum + r * X[j * n + i], 0) / n - lambda * (1 - l1Ratio) * w[j];
      const l1 = lambda * l1Ratio;
      worst = Math.max(worst, w[j] === 0 ? Math.abs(gradient) - l1 : Math.abs(gradient - Math.sign(w[j]) * l1));
    }
    return worst;
  };

  test.each([
    [0, 0.1],
    [0, 1e-4],
    [0.02, 0.02],
    [0.3, 0.01],
  ])("logistic and Poisson fits are optimal, l1Ratio %d, lambda %d", (l1Ratio, lambda) => {
    const options = { lambda, l1Ratio, standardize: false, tolerance: 1e-13 };
    const labels = signal.map((s) => (s > 0 ? 1 : 0));
    const binomial = logistic(data, labels, options);
    expect(binomial.converged).toBe(true);
    const means = binomial.predictProbability(data) as Float64Array;
    const residuals = labels.map((y, i) => y - means[i]);
    expect(violation(binomial.coefficients, residuals, lambda, l1Ratio)).toBeLessThan(1e-6 * lambda);

    const counts = signal.map((s) => Math.max(0, Math.round(2 * s)));
    const fit = poisson(data, counts, options);
    expect(fit.converged).toBe(true);
    const rates = fit.predict(data) as Float64Array;
    expect(
      violation(
        fit.coefficients,
        counts.map((y, i) => y - rates[i]),
        lambda,
        l1Ratio,
      ),
    ).toBeLessThan(1e-5 * lambda);
  });

  test("multinomial ridge is optimal", () => {
    const classes = signal.map((s, i) => (i % 5 === 0 ? 2 : s > 0 ? 1 : 0));
    const model = multinomial(data, classes, { lambda: 0.05, l1Ratio: 0, standardize: false, tolerance: 1e-13 });
    expect(model.converged).toBe(true);
    const shares = model.predictProbability(data) as Float64Array;
    for (let k = 0; k < 3; ++k) {
      const residuals = classes.map((y, i) => (y === k ? 1 : 0) - shares[3 * i + k]);
      expect(violation(model.coefficients.slice(k * p, (k + 1) * p), residuals, 0.05, 0)).toBeLessThan(1e-7);
    }
  });
});
