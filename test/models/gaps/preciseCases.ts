/** Small problems of classes and counts with offsets far from 0 and columns that are close, far, or of many sizes; some are free. */

import {
  type AnyModel,
  type LogisticOptions,
  logistic,
  type MatrixLike,
  multinomial,
  poisson,
  type VectorLike,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import type { GlmProblem } from "../glmOracle.js";

type FitGlm = (X: MatrixLike, y: VectorLike, options: LogisticOptions) => AnyModel;
const fits: Record<string, FitGlm> = { binomial: logistic, poisson, multinomial };

export function drawGlm(number: number): { problem: GlmProblem; tolerance: number } {
  const next = randomStream(Math.imul(number + 11, 0x9e3779b1));
  const positive = (): number => 0.5 * (next() + 1);
  const pick = <T>(...choices: T[]): T => choices[Math.floor(positive() * choices.length)];
  const family = (["binomial", "poisson", "multinomial"] as const)[number % 3];
  const K = family === "multinomial" ? 3 : 1;
  const n = 6 + Math.floor(positive() * 8);
  const p = 1 + Math.floor(positive() * (K > 1 ? 2 : 3));
  const columns = pick("plain", "close", "far", "scaled");
  const X = Array.from({ length: n }, () => Array.from({ length: p }, next));
  const scales = X[0].map(() => 10 ** (4 * next()));
  const distance = pick(1e-5, 1e-7, 1e-9);
  for (const row of X) {
    for (let j = 0; j < p; ++j) {
      if (columns === "close" && j > 0) row[j] = row[0] + distance * row[j];
      if (columns === "far") row[j] += 1e6;
      if (columns === "scaled") row[j] *= scales[j];
    }
  }
  const most = pick(3, 3, 1e3, 1e6);
  const y = X.map((_, i) => {
    if (family === "poisson") return Math.floor(most * positive()) + (i === 0 ? 1 : 0);
    const classes = family === "multinomial" ? K : 2;
    return i < classes ? i : Math.floor(classes * positive());
  });
  const intercept = pick(true, true, false);
  const size = pick(0, 1e6, 1e8, 1e10);
  const spread = pick(0, 1e-10, 1e-9);
  const kind = pick("even", "even", "column");
  const isWeighted = pick(true, false);
  const hasFree = pick(true, false);
  const slope = pick(1, 1e3, 1e6);
  // A huge part that the intercept, or that a column with a large coefficient, takes back.
  const offsetOf = (i: number): number => {
    if (kind === "column" && columns !== "close")
      return (-slope * X[i][0]) / (columns === "far" ? 1e6 : scales[0] ** (columns === "scaled" ? 1 : 0));
    return intercept ? size * (1 + spread * next()) : next();
  };
  const offset = y.flatMap((_, i) => Array.from({ length: K }, () => offsetOf(i)));
  const problem: GlmProblem = {
    family,
    K,
    X,
    y,
    lambda: pick(1, 1, 1, 0) * 10 ** (3 * next() - 3.5),
    l1Ratio: pick(1, 1, 0.5, 0),
    intercept,
    standardize: pick(true, false),
    weights: y.map(() => (isWeighted ? positive() + 0.01 : 1)),
    penaltyFactor: X[0].map((_, j) => (kind === "column" && j === 0 ? 0 : hasFree ? pick(0, 1, 1) : 1)),
    lowerBounds: X[0].map(() => Number.NEGATIVE_INFINITY),
    upperBounds: X[0].map(() => Number.POSITIVE_INFINITY),
    offset,
  };
  return { problem, tolerance: pick(1e-4, 1e-7, 1e-10, 1e-12) };
}

/** Undefined where it is refused. */
export function fitGlm(problem: GlmProblem, tolerance: number, X: MatrixLike): AnyModel | undefined {
  const { X: _, y, family, K: __, lowerBounds: ___, upperBounds: ____, ...options } = problem;
  try {
    return fits[family](X, y, { ...options, tolerance, maxIterations: 1000 });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_VALUE") return undefined;
    throw error;
  }
}
