/** The families with a curvature of their own, in plain loops over the original data: nothing here is shared with the library. */

import { huber, logistic, type Model, poisson } from "../../src/index.js";
import { isEligible, penaltyScales } from "./oracle.js";
import { optionsOf, type Problem } from "./problems.js";

/** A family as the tests see it. A new one is one row of {@link families}. */
interface TestFamily {
  name: "binomial" | "poisson" | "huber";
  /** A response of the family from that of a gaussian problem. */
  response: (y: number) => number;
  loss: (y: number, eta: number) => number;
  /** −∂loss/∂η */
  pull: (y: number, eta: number) => number;
  /** min over η of the loss */
  saturated: (y: number) => number;
  fit: (
    problem: Problem,
    more?: { tolerance?: number; maxIterations?: number; strategy?: "auto" | "newton" | "sparse" },
  ) => Pick<Model, keyof Model>;
}

/** About a third of what y is spread by, so that there are rows on each piece. */
const DELTA = 0.4;

export const families: readonly TestFamily[] = [
  {
    name: "binomial",
    response: (y) => (y > 1 ? 1 : 0),
    loss: (y, eta) => (y === 1 ? softplus(-eta) : softplus(eta)),
    pull: (y, eta) => y - 1 / (1 + Math.exp(-eta)),
    saturated: () => 0,
    fit: (problem, more) => logistic(problem.X, problem.y, { ...optionsOf(problem), ...more }) as never,
  },
  {
    name: "poisson",
    response: (y) => Math.round(Math.abs(y) * 2),
    loss: (y, eta) => Math.exp(eta) - y * eta,
    pull: (y, eta) => y - Math.exp(eta),
    saturated: (y) => (y === 0 ? 0 : y - y * Math.log(y)),
    fit: (problem, more) => poisson(problem.X, problem.y, { ...optionsOf(problem), ...more }),
  },
  {
    name: "huber",
    response: (y) => y,
    loss: (y, eta) => {
      const r = Math.abs(y - eta);
      return r <= DELTA ? r ** 2 / 2 : DELTA * r - DELTA ** 2 / 2;
    },
    pull: (y, eta) => Math.min(Math.max(y - eta, -DELTA), DELTA),
    saturated: () => 0,
    fit: (problem, more) => huber(problem.X, problem.y, { ...optionsOf(problem), delta: DELTA, ...more }),
  },
];

function softplus(a: number): number {
  return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The weighted mean of f over the rows. */
export function mean({ weights }: Problem, f: (i: number) => number): number {
  return sum(weights.map((weight, i) => (weight === 0 ? 0 : weight * f(i)))) / sum(weights);
}

export function etas({ X, offset }: Problem, w: ArrayLike<number>, b: number): number[] {
  return X.map((row, i) => offset[i] + b + sum(row.map((x, j) => x * w[j])));
}

/** F(w, b) */
export function objective(family: TestFamily, problem: Problem, w: ArrayLike<number>, b: number): number {
  const { lambda, l1Ratio, penaltyFactor, y } = problem;
  const eta = etas(problem, w, b);
  const penalties = penaltyScales(problem).map((scale, j) => {
    const v = scale * w[j];
    return v === 0 ? 0 : penaltyFactor[j] * (l1Ratio * Math.abs(v) + 0.5 * (1 - l1Ratio) * v * v);
  });
  return mean(problem, (i) => family.loss(y[i], eta[i])) + lambda * sum(penalties);
}

/** How far (w, b) is from optimal, as `violation` of the gaussian oracle has it. */
export function violation(family: TestFamily, problem: Problem, w: ArrayLike<number>, b: number): number {
  const { X, y, lambda, l1Ratio, penaltyFactor, intercept, lowerBounds, upperBounds } = problem;
  const r = etas(problem, w, b).map((eta, i) => family.pull(y[i], eta));
  const worst = penaltyScales(problem).map((scale, j) => {
    if (!isEligible(problem, j)) return w[j] === 0 ? 0 : Infinity;
    // Without the part that an intercept takes, a column far from 0 would show its rounding errors.
    const centre = intercept ? mean(problem, (i) => X[i][j]) : 0;
    const slope =
      mean(problem, (i) => (X[i][j] - centre) * r[i]) / scale -
      lambda * penaltyFactor[j] * (1 - l1Ratio) * scale * w[j];
    const l1 = lambda * penaltyFactor[j] * l1Ratio;
    const near = 4 * Number.EPSILON * Math.abs(w[j]);
    const up = w[j] >= upperBounds[j] - near ? 0 : slope - (w[j] < 0 ? -l1 : l1);
    const down = w[j] <= lowerBounds[j] + near ? 0 : (w[j] > 0 ? l1 : -l1) - slope;
    return Math.max(0, up, down);
  });
  return Math.max(intercept ? Math.abs(mean(problem, (i) => r[i])) : 0, ...worst);
}
