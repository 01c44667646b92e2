/** Random problems of every kind: shapes, weights, factors, bounds, offsets, penalties, awkward columns. */

import fc from "fast-check";
import type { ElasticNetOptions } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";

/** A problem with every option written out, for oracles to read. */
export interface Problem {
  /** Row after row. */
  X: number[][];
  y: number[];
  lambda: number;
  l1Ratio: number;
  intercept: boolean;
  standardize: boolean;
  weights: number[];
  penaltyFactor: number[];
  lowerBounds: number[];
  upperBounds: number[];
  offset: number[];
}

/** The problem as options of `elasticNet`. */
export function optionsOf({ X: _X, y: _y, ...options }: Problem): ElasticNetOptions {
  return options;
}

/** What a problem is made from: few numbers, so that a counterexample shrinks and can be read. */
interface Recipe {
  n: number;
  p: number;
  seed: number;
  intercept: boolean;
  standardize: boolean;
  l1Ratio: number;
  /** lambda over the largest |x_j·y|/n. */
  strength: number;
  weights: "ones" | "random" | "some zero";
  factors: "ones" | "random" | "some zero" | "some infinite";
  bounds: "none" | "nonnegative" | "boxes" | "some shut";
  offset: boolean;
  columns: "plain" | "scaled" | "shifted" | "duplicated" | "constant" | "binary";
}

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  n: fc.integer({ min: 1, max: 14 }),
  p: fc.integer({ min: 1, max: 14 }),
  seed: fc.nat(),
  intercept: fc.boolean(),
  standardize: fc.boolean(),
  l1Ratio: fc.constantFrom(1, 0.5, 0, 0.05, 0.95),
  strength: fc.constantFrom(0.1, 0.5, 0.9, 2, 0.01, 1e-4),
  weights: fc.constantFrom("ones", "random", "some zero"),
  factors: fc.constantFrom("ones", "random", "some zero", "some infinite"),
  bounds: fc.constantFrom("none", "nonnegative", "boxes", "some shut"),
  offset: fc.boolean(),
  columns: fc.constantFrom("plain", "scaled", "shifted", "duplicated", "constant", "binary"),
});

export const problems: fc.Arbitrary<Problem> = recipes.map(make);

/** The problem of a recipe. */
export function make(recipe: Recipe): Problem {
  const { n, p, intercept, standardize, l1Ratio, strength } = recipe;
  const next = randomStream(recipe.seed);
  const positive = () => 0.5 * (next() + 1);
  const sometimes = <T>(value: T, otherwise: T): T => (positive() < 0.3 ? value : otherwise);
  const X = Array.from({ length: n }, () => Array.from({ length: p }, next));
  for (let j = 0; j < p; ++j) reshape(X, j, recipe.columns, next);
  const truth = Array.from({ length: p }, () => sometimes(2 * next(), 0));
  const size = (j: number): number => Math.max(...X.map((row) => Math.abs(row[j])), 1e-9);
  const y = X.map((row) => 1 + 0.3 * next() + row.reduce((sum, x, j) => sum + (x / size(j)) * truth[j], 0));
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const slopes = truth.map((_, j) => Math.abs(X.reduce((sum, row, i) => sum + row[j] * (y[i] - mean), 0)) / n);
  const weights = y.map(() => (recipe.weights === "ones" ? 1 : 3 * positive()));
  if (recipe.weights === "some zero") for (let i = 1; i < n; ++i) weights[i] = sometimes(0, weights[i]);
  const factor = { ones: () => 1, random: () => 2 * positive(), "some zero": () => sometimes(0, 1) };
  return {
    X,
    y,
    lambda: strength * Math.max(...slopes, 1e-3),
    l1Ratio,
    intercept,
    standardize,
    weights,
    penaltyFactor: truth.map(
      recipe.factors === "some infinite" ? () => sometimes(Number.POSITIVE_INFINITY, 1) : factor[recipe.factors],
    ),
    ...boundsOf(recipe.bounds, truth, sometimes, positive),
    offset: y.map(() => (recipe.offset ? next() : 0)),
  };
}

function boundsOf(
  kind: Recipe["bounds"],
  truth: number[],
  sometimes: (value: number, otherwise: number) => number,
  positive: () => number,
): Pick<Problem, "lowerBounds" | "upperBounds"> {
  const infinity = Number.POSITIVE_INFINITY;
  const upper = {
    none: () => infinity,
    nonnegative: () => infinity,
    boxes: positive,
    "some shut": () => sometimes(0, 1),
  };
  const lower = {
    none: () => -infinity,
    nonnegative: () => 0,
    boxes: () => -positive(),
    "some shut": () => sometimes(0, -1),
  };
  return { lowerBounds: truth.map(lower[kind]), upperBounds: truth.map(upper[kind]) };
}

function reshape(X: number[][], j: number, kind: Recipe["columns"], next: () => number): void {
  const scale = 10 ** (3 * next());
  for (const row of X) {
    if (kind === "scaled") row[j] *= scale;
    if (kind === "shifted") row[j] += 100;
    if (kind === "duplicated" && j % 3 === 1) row[j] = row[j - 1];
    if (kind === "constant" && j % 3 === 1) row[j] = j % 2;
    if (kind === "binary") row[j] = row[j] > 0.4 ? 1 : 0;
  }
}
