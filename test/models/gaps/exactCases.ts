/** Small problems with offsets far from 0 and columns that are close, far, or of many sizes; some columns are free. */

import { elasticNet, fitMany, type Model, sparse } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { exactExcess } from "../../support/exactFit.js";
import { compress } from "../../support/matrices.js";
import { convergenceScale } from "../oracle.js";
import type { Problem } from "../problems.js";

/** A problem, and the tolerance that it is to be solved with. */
export interface Exact {
  problem: Problem;
  tolerance: number;
}

/** What rounding errors leave of the scale, of columns 1e-9 apart, and of offsets of 1e10. */
const SMALL = 1e-8;

export function drawExact(number: number): Exact {
  const next = randomStream(Math.imul(number + 7, 0x9e3779b1));
  const positive = (): number => 0.5 * (next() + 1);
  const pick = <T>(...choices: T[]): T => choices[Math.floor(positive() * choices.length)];
  const n = 3 + Math.floor(positive() * 8);
  const p = 1 + Math.floor(positive() * 3);
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
  const y = X.map((row) => next() + pick(0, 0, 1) * row[0]);
  const size = pick(0, 1e6, 1e8, 1e10);
  const isEven = pick(true, false);
  const isWeighted = pick(true, false);
  const hasFree = pick(true, false);
  const problem: Problem = {
    X,
    y,
    lambda: pick(1, 1, 1, 0) * 10 ** (3 * next() - 3.5),
    l1Ratio: pick(1, 1, 0.5, 0),
    intercept: pick(true, true, false),
    standardize: pick(true, false),
    weights: y.map(() => (isWeighted ? positive() + 0.01 : 1)),
    penaltyFactor: X[0].map(() => (hasFree ? pick(0, 1, 1) : 1)),
    lowerBounds: X[0].map(() => Number.NEGATIVE_INFINITY),
    upperBounds: X[0].map(() => Number.POSITIVE_INFINITY),
    offset: y.map(() => size * (isEven ? 1 + 1e-9 * next() : next())),
  };
  return { problem, tolerance: pick(1e-4, 1e-7, 1e-10, 1e-12) };
}

/** Every way to fit it; undefined where that is refused, for columns that depend on each other. */
export function fitsOf({ problem, tolerance }: Exact): Map<string, Model | undefined> {
  const { X, y, lowerBounds: _, upperBounds: __, ...options } = problem;
  const { lambda, l1Ratio, weights, offset, ...rest } = options;
  const columns = X[0].flatMap((_, j) => X.map((row) => row[j]));
  const { values, rowIndices, columnPointers } = compress(y.length, X[0].length, columns);
  const S = sparse({ rows: y.length, columns: X[0].length, values, rowIndices, columnPointers });
  const many = { lambda, l1Ratio, ...rest, tolerance };
  const attempt = (run: () => Model): Model | undefined => {
    try {
      return run();
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_RANK") return undefined;
      throw error;
    }
  };
  const found = new Map<string, Model | undefined>();
  for (const strategy of ["auto", "gram", "newton", "residual"] as const) {
    found.set(
      strategy,
      attempt(() => elasticNet(X, y, { ...options, tolerance, strategy })),
    );
  }
  found.set(
    "sparse",
    attempt(() => elasticNet(S, y, { ...options, tolerance })),
  );
  if (lambda > 0) {
    found.set("list", fitMany({ X: [X], y: [y], ...many, weights: [weights], offset: [offset] }).model(0) as Model);
    found.set("shared", fitMany({ X, y: y.map((value) => [value]), ...many, weights, offset }).model(0) as Model);
  }
  return found;
}

/** What is wrong with a fit, in words. */
export function faultsOfExact({ problem }: Exact, form: string, model: Model | undefined): string[] {
  const excess = model && exactExcess(problem, model.coefficients, model.intercept);
  if (model === undefined || excess === undefined) return [];
  const found: string[] = [];
  if (model.certificate === "gap" && !(model.dualityGap >= excess)) {
    found.push(`${form}: ${excess} above the gap ${model.dualityGap}`);
  }
  const share = excess / convergenceScale(problem);
  if (!model.converged && !(share <= SMALL)) found.push(`${form}: not converged at ${share} of the scale`);
  return found;
}
