/** Random fits with penalties that are no elastic net, by number: the same on every machine. */

import {
  type AnyModel,
  dense,
  elasticNet,
  type Family,
  groupLasso,
  huber,
  logistic,
  type MatrixLike,
  mcp,
  multinomial,
  type PenaltyKind,
  poisson,
  regularizationPath,
  scad,
  sortedL1,
  sparse,
} from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { compress } from "../support/matrices.js";
import { bestMove, improve, loss, objective, type Point, type Setting, scalesOf, violation } from "./oracle.js";

/** The penalties, and how each is drawn for p columns. */
export const penalties: readonly {
  name: string;
  isConvex: boolean;
  draw(p: number, next: () => number): PenaltyKind;
}[] = [
  { name: "mcp", isConvex: false, draw: (_, next) => mcp({ gamma: next() < 0.5 ? 3 : 1.1 + 4 * next() }) },
  { name: "scad", isConvex: false, draw: (_, next) => scad({ gamma: next() < 0.5 ? 3.7 : 2.1 + 4 * next() }) },
  {
    name: "group lasso",
    isConvex: true,
    draw: (p, next) => {
      const groups = Array.from({ length: p }, () => {
        const label = Math.floor((next() * p) / 2);
        return next() < 0.5 ? label : String(label);
      });
      const count = new Set(groups).size;
      return groupLasso({
        groups,
        ...(next() < 0.3 ? { factors: Array.from({ length: count }, () => (next() < 0.2 ? 0 : 2 * next())) } : {}),
      });
    },
  },
  {
    name: "sparse group lasso",
    isConvex: true,
    draw: (p, next) => {
      const groups = Int32Array.from({ length: p }, () => Math.floor(next() * 4));
      return groupLasso({ groups, l1Share: next() < 0.2 ? 1 : next() });
    },
  },
  {
    name: "sorted L1",
    isConvex: true,
    draw: (p, next) => {
      if (next() < 0.5) return sortedL1(next() < 0.5 ? {} : { q: 0.01 + 0.9 * next() });
      const weights = Float64Array.from({ length: p }, () => next());
      weights[0] += 0.5;
      return sortedL1({ weights: weights.sort().reverse() });
    },
  },
];

/** A fit and what it has to solve. */
export interface Case {
  setting: Setting;
  X: MatrixLike;
  fit(options?: object): AnyModel;
  /** The first lambda of the default grid. */
  lambdaMax: number;
  tolerance: number;
}

const FITS: Record<string, (X: MatrixLike, y: never, options: never) => AnyModel> = {
  gaussian: elasticNet,
  huber,
  binomial: logistic,
  poisson,
  multinomial,
};

export function drawCase(row: (typeof penalties)[number], seed: number): Case {
  const stream = randomStream(seed);
  const next = (): number => stream();
  const uniform = (): number => Math.abs(next()) % 1;
  const pick = <T>(...values: readonly T[]): T => values[Math.floor(uniform() * values.length)] as T;
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const n = 6 + Math.floor(uniform() * 40);
  const p = 1 + Math.floor(uniform() * 16);
  const family = pick<Family>(
    "gaussian",
    "gaussian",
    "huber",
    "binomial",
    "poisson",
    ...(row.isConvex ? [] : ["multinomial" as const]),
  );
  const density = pick(1, 1, 0.3);
  const X = Float64Array.from({ length: n * p }, () => (uniform() < density ? normal() : 0));
  for (let j = 1; j < p; ++j) {
    const share = pick(0, 0, 0.5, 0.95);
    const size = pick(1, 1, 1, 0.05, 20);
    for (let i = 0; i < n; ++i) X[i * p + j] = size * (X[i * p + j] * (1 - share) + share * X[i * p + j - 1]);
  }
  const signal = pick(0.3, 1, 3);
  const truth = Float64Array.from({ length: p }, () => (uniform() < 0.4 ? signal * normal() : 0));
  const eta = Float64Array.from({ length: n }, (_, i) => {
    let sum = pick(0, 1);
    for (let j = 0; j < p; ++j) sum += truth[j] * X[i * p + j];
    return sum;
  });
  const y = eta.map((value) => {
    if (family === "gaussian" || family === "huber") return value + normal() * (uniform() < 0.1 ? 10 : 1);
    if (family === "poisson") return Math.floor(Math.exp(Math.min(2, 0.3 * value)) * -Math.log(1 - uniform()));
    return Math.max(0, Math.min(family === "binomial" ? 1 : 2, Math.floor(value + normal() + 0.5)));
  });
  // Every class, and a count, are there.
  y[0] = 0;
  y[1] = 1;
  if (family === "multinomial") y[2] = 2;
  const hasWeights = uniform() < 0.4;
  const weights = Float64Array.from({ length: n }, (_, i) =>
    hasWeights ? (i > 3 && uniform() < 0.2 ? 0 : 0.2 + uniform()) : 1,
  );
  const hasOffset = family !== "multinomial" && uniform() < 0.3;
  const offset = Float64Array.from({ length: n }, () => (hasOffset ? 0.5 * normal() : 0));
  const hasFactors = uniform() < 0.4;
  const least = row.isConvex ? 0.2 : 0;
  const factors = Float64Array.from({ length: p }, () =>
    hasFactors ? pick(1, least, uniform() + 0.1, 2, Number.POSITIVE_INFINITY) : 1,
  );
  const isBounded = !row.isConvex && uniform() < 0.3;
  const lower = Float64Array.from({ length: p }, () =>
    isBounded ? pick(0, -0.3, Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY,
  );
  const upper = Float64Array.from({ length: p }, () =>
    isBounded ? pick(0, 0.3, Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
  );
  const intercept = uniform() < 0.8;
  const standardize = uniform() < 0.7;
  const l1Ratio = pick(1, 1, 0.9, 0.5);
  const penalty = row.draw(p, uniform);
  const tolerance = pick(1e-7, 1e-7, 1e-4, 1e-9);
  const matrix =
    uniform() < 0.4
      ? (() => {
          const { values, rowIndices, columnPointers } = compress(
            n,
            p,
            Array.from({ length: n * p }, (_, at) => X[(at % n) * p + Math.floor(at / n)]),
          );
          return sparse({ rows: n, columns: p, values, rowIndices, columnPointers });
        })()
      : dense(X, n, p);
  const target = family === "binomial" || family === "multinomial" ? Array.from(y, (code) => "abc"[code]) : y;
  const delta = 1;
  const common = {
    ...(family === "huber" && { delta }),
    penalty,
    l1Ratio,
    intercept,
    standardize,
    tolerance,
    ...(hasWeights && { weights }),
    ...(hasOffset && { offset }),
    ...(hasFactors && { penaltyFactor: factors }),
    ...(isBounded && { lowerBounds: lower, upperBounds: upper }),
  };
  const path = regularizationPath(matrix, target as never, { ...common, family, lambdaCount: 1 } as never);
  const lambdaMax = path.lambdas[0];
  const lambda = lambdaMax * Math.exp(-uniform() * 4);
  const fields = path.penalty as Setting["penalty"];
  return {
    X: matrix,
    tolerance,
    lambdaMax,
    fit: (options) =>
      (FITS[family] as (typeof FITS)[string])(matrix, target as never, { ...common, lambda, ...options } as never),
    setting: {
      family,
      n,
      p,
      X,
      y,
      weights,
      offset,
      factors,
      lower,
      upper,
      intercept,
      standardize,
      lambda,
      l1Ratio,
      penalty: fields,
      delta,
    },
  };
}

export const pointOf = (model: AnyModel): Point => ({
  w: model.coefficients,
  b:
    "intercepts" in model && model.intercepts
      ? model.intercepts
      : Float64Array.of((model as { intercept: number }).intercept),
});

/** Null loss − saturated loss, as near as a few steps come to the former. */
function scaleOf(setting: Setting): number {
  const { y, n, p, weights, family, intercept, offset } = setting;
  const K = family === "multinomial" ? 3 : 1;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const point = { w: new Float64Array(K * p), b: new Float64Array(K) };
  for (let step = 0; step < 500 && intercept; ++step) {
    const { b } = loss(setting, point);
    point.b = point.b.map((value, k) => value - (family === "poisson" ? 0.3 : 1) * b[k]);
  }
  let saturated = 0;
  for (let i = 0; i < n; ++i) {
    if (family === "poisson" && y[i] > 0) saturated += (weights[i] / total) * (y[i] - y[i] * Math.log(y[i]));
  }
  return loss({ ...setting, offset }, point).value - saturated;
}

/** What is wrong with a model; empty if nothing is. */
export function faultsOf(
  row: (typeof penalties)[number],
  { setting, lambdaMax, tolerance }: Case,
  model: AnyModel,
): string[] {
  const faults: string[] = [];
  const point = pointOf(model);
  const F = objective(setting, point);
  if (!(Math.abs(F - model.objective) <= 1e-10 * (1 + Math.abs(F))))
    faults.push(`objective ${model.objective} is ${F}`);
  const scale = scaleOf(setting);
  if (row.isConvex) {
    const best = improve(setting, point, 400);
    if (model.certificate === "gap" && !(F - best <= model.dualityGap + 1e-11 * (1 + Math.abs(F)))) {
      faults.push(`gap ${model.dualityGap} is less than ${F - best}`);
    }
    if (model.converged && !(F - best <= 1.01 * tolerance * scale + 1e-11 * (1 + Math.abs(F)))) {
      faults.push(`converged, but ${F - best} above ${best}`);
    }
  } else {
    const found = violation(setting, point) / lambdaMax;
    if (model.certificate !== "stationary") faults.push(`certificate ${model.certificate}`);
    if (!(Math.abs(found - model.violation) <= 1e-9 + 1e-3 * found))
      faults.push(`violation ${model.violation} is ${found}`);
    if (model.converged && !(found <= 1.01 * tolerance + 1e-10)) faults.push(`converged at ${found}`);
    const gain = bestMove(setting, point);
    if (model.converged && gain > 1e-9 * scale + 10 * tolerance * tolerance)
      faults.push(`a coefficient alone gains ${gain}`);
  }
  const scales = scalesOf(setting);
  point.w.forEach((value, c) => {
    const j = c % setting.p;
    if (value !== 0 && (setting.factors[j] === Number.POSITIVE_INFINITY || scales[j] === 0))
      faults.push(`column ${j} is in`);
    if (value < setting.lower[j] || value > setting.upper[j]) faults.push(`column ${j} is out of bounds`);
  });
  return faults;
}
