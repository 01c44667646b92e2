import { log } from "../../arithmetic/transcendental.js";
import { families, hasEtas, lossOf } from "../../losses/families.js";
import { softmax } from "../../losses/softmax.js";
import type { Fit } from "../options/Fit.js";
import type { Measure } from "../options/measure.js";

/** The smallest number that has all of its digits. */
const LEAST = 2.2250738585072014e-308;

/** The place of the largest value. */
const largest = (values: Float64Array): number =>
  values.reduce((best, value, k) => (value > values[best] ? k : best), 0);

/** 2·(loss − saturated loss) of one row from its η, the squared residual of the gaussian family. */
function devianceOf(
  response: Fit["response"],
  mean: (eta: number) => number,
): (y: number, eta: Float64Array) => number {
  const { family } = response;
  if (!hasEtas(family)) {
    const loss = lossOf(family, response);
    return (y, [eta]) => loss.deviance(y, mean(eta), eta);
  }
  return (y, eta) => {
    const best = largest(eta);
    // As −ln p where p does not underflow.
    const p = eta.slice();
    softmax(p);
    return 2 * (p[y] >= LEAST ? -log(p[y]) : eta[best] - eta[y] - log(p[best]));
  };
}

const misclassified = (y: number, eta: Float64Array): number =>
  (eta.length === 1 ? (eta[0] > 0 ? 1 : 0) : largest(eta)) === y ? 0 : 1;

/** The error of one row from its η. */
export function rowError(measure: Measure, response: Fit["response"]): (y: number, eta: Float64Array) => number {
  const { mean = (eta: number) => eta } = families[response.family];
  if (measure === "misclassification") return misclassified;
  if (measure === "meanAbsoluteError") return (y, [eta]) => Math.abs(y - mean(eta));
  if (measure === "meanSquaredError") return (y, [eta]) => (y - mean(eta)) * (y - mean(eta));
  return devianceOf(response, mean);
}
