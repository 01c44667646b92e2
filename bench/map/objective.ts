import type { Solution } from "../solvers/accuracy.js";
import { addColumn, type Problem, targets } from "../solvers/data.js";
import { losses } from "../solvers/losses.js";

/** 1/n·Σ_i loss, less its smallest value, of linear predictors η: n for each output. */
function meanLoss({ family, n }: Problem, y: Float64Array, eta: Float64Array): number {
  const { means, divergence } = losses[family];
  const mu = means(eta, n);
  let sum = 0;
  for (let i = 0; i < y.length; ++i) sum += divergence(y[i], mu[i]);
  return sum / n;
}

/** F of the problem at each lambda's solution, from X itself: what every contender is held to. NaN where there is none. */
export function objectives(problem: Problem, { coefficients, intercepts }: Solution): Float64Array {
  const { X, n, p, outputs, lambdas, l1Ratio } = problem;
  const y = targets(problem);
  return lambdas.map((lambda, k) => {
    const eta = new Float64Array(outputs * n);
    let penalty = 0;
    for (let output = 0; output < outputs; ++output) {
      const part = eta.subarray(output * n, (output + 1) * n).fill(intercepts[k * outputs + output]);
      for (let j = 0; j < p; ++j) {
        const w = coefficients[(k * outputs + output) * p + j];
        if (w !== 0) addColumn(X, n, j, w, part);
        penalty += l1Ratio * Math.abs(w) + ((1 - l1Ratio) / 2) * w * w;
      }
    }
    return meanLoss(problem, y, eta) + lambda * penalty;
  });
}

/** F with all coefficients 0, about the mean of each output if there is an intercept: what suboptimality is relative to. */
export function nullObjective(problem: Problem): number {
  const { family, n, outputs, intercept } = problem;
  const y = targets(problem);
  const eta = new Float64Array(outputs * n);
  for (let k = 0; k < outputs && intercept; ++k) {
    const mean = y.subarray(k * n, (k + 1) * n).reduce((sum, value) => sum + value, 0) / n;
    const link = family === "gaussian" ? mean : family === "binomial" ? Math.log(mean / (1 - mean)) : Math.log(mean);
    eta.fill(link, k * n, (k + 1) * n);
  }
  return meanLoss(problem, y, eta);
}
