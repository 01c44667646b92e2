/** Random fits by number: the same on every machine, of every shape and with every option. */

import { dense, type ElasticNetOptions, type MatrixLike, sparse, type VectorLike } from "../../src/index.js";
import type { Problem } from "../models/problems.js";
import { randomStream } from "../support/arbitraries.js";
import { compress } from "../support/matrices.js";
import { strategiesFor } from "../support/strategies.js";

/** A fit and the problem that it has to solve, every option of which is written out for the oracle. */
export interface RandomCase {
  problem: Problem;
  tolerance: number;
  /** What was drawn, by option: the rows of the report. */
  drawn: Record<string, string>;
  X: MatrixLike;
  y: VectorLike;
  options: ElasticNetOptions;
}

/** Choices by weight. */
type Choices = readonly (readonly [value: string, weight: number])[];

const SHAPES: Choices = [
  ["tiny", 8],
  ["small", 4],
  ["tall", 2],
  ["wide", 2],
  ["large", 1],
  ["one row", 1],
  ["one column", 1],
];
const COLUMNS: Choices = [
  ["plain", 4],
  ["scaled", 2],
  ["shifted", 2],
  ["far", 1],
  ["duplicated", 2],
  ["combined", 1],
  ["close", 1],
  ["constant", 1],
  ["binary", 2],
  ["sparse", 2],
  ["mixed", 3],
];
const WEIGHTS: Choices = [
  ["none", 3],
  ["random", 2],
  ["some zero", 2],
  ["one row", 0.2],
];
const FACTORS: Choices = [
  ["none", 4],
  ["random", 2],
  ["some zero", 2],
  ["some infinite", 1],
  ["all kinds", 1],
  ["all zero", 0.3],
];
const BOUNDS: Choices = [
  ["none", 5],
  ["nonnegative", 1],
  ["boxes", 1],
  ["some shut", 1],
  ["half open", 1],
];
const RATIOS: Choices = [
  ["1", 4],
  ["0", 2],
  ["0.5", 2],
  ["0.95", 1],
  ["0.05", 1],
  ["0.001", 0.5],
  ["1e-6", 0.5],
];
const LAMBDAS: Choices = [
  ["ordinary", 4],
  ["12 decades", 2],
  ["0", 1],
];
const FORMS: Choices = [
  ["rows", 2],
  ["row order", 1],
  ["column order", 1],
  ["float32", 1],
  ["sparse", 2],
];
const STARTS: Choices = [
  ["cold", 4],
  ["random", 1],
  ["wild", 1],
];

/** The fit of this number. */
export function randomCase(number: number): RandomCase {
  const next = randomStream(Math.imul(number + 1, 0x9e3779b1));
  const positive = (): number => 0.5 * (next() + 1);
  const between = (low: number, high: number): number => low + Math.floor(positive() * (high - low + 1));
  const sometimes = (share: number): boolean => positive() < share;
  const choose = (choices: Choices): string => {
    let rest = positive() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of choices) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return choices[0][0];
  };

  const drawn: Record<string, string> = {
    shape: choose(SHAPES),
    columns: choose(COLUMNS),
    weights: choose(WEIGHTS),
    factors: choose(FACTORS),
    bounds: choose(BOUNDS),
    l1Ratio: choose(RATIOS),
    lambda: choose(LAMBDAS),
    form: choose(FORMS),
    start: choose(STARTS),
    intercept: String(sometimes(0.6)),
    standardize: String(sometimes(0.6)),
    offset: String(sometimes(0.25)),
    noise: sometimes(0.2) ? "none" : "some",
  };
  const [n, p] = shapeOf(drawn.shape, between);

  const rows = Array.from({ length: n }, () => Array.from({ length: p }, next));
  for (let j = 0; j < p; ++j) reshape(rows, j, drawn.columns === "mixed" ? choose(COLUMNS) : drawn.columns, next);
  const round = drawn.form === "float32" ? Math.fround : (value: number): number => value;
  const X = rows.map((row) => row.map(round));
  const truth = Array.from({ length: p }, () => (sometimes(0.4) ? 2 * next() : 0));
  const mean = X[0].map((_, j) => X.reduce((sum, row) => sum + row[j], 0) / n);
  const size = mean.map((centre, j) => Math.max(...X.map((row) => Math.abs(row[j] - centre))) || 1);
  const noise = drawn.noise === "none" ? 0 : 0.3;
  const y = X.map((row) =>
    round(1 + noise * next() + row.reduce((sum, x, j) => sum + ((x - mean[j]) / size[j]) * truth[j], 0)),
  );

  const weights = y.map((_, i) => weightOf(drawn.weights, i, positive));
  const penaltyFactor = truth.map(() => factorOf(drawn.factors, positive));
  const bounds = truth.map((_, j) =>
    boundsOf(drawn.bounds, positive).map((bound) => bound / (drawn.columns === "scaled" ? size[j] : 1)),
  );
  const problem: Problem = {
    X,
    y,
    lambda: 0,
    l1Ratio: Number(drawn.l1Ratio),
    intercept: drawn.intercept === "true",
    standardize: drawn.standardize === "true",
    weights,
    penaltyFactor,
    lowerBounds: bounds.map(([lower]) => lower),
    upperBounds: bounds.map(([, upper]) => upper),
    offset: y.map(() => (drawn.offset === "true" ? 2 * next() : 0)),
  };
  problem.lambda = lambdaOf(drawn.lambda, problem, next);
  const { lambda, l1Ratio } = problem;
  const able = strategiesFor({ lambda, l1Ratio, bounded: drawn.bounds !== "none" });
  drawn.strategy = choose(["auto", "auto", ...able].map((name) => [name, 1] as const));
  const tolerance = 10 ** -between(3, 12);
  drawn.tolerance = tolerance.toExponential(0);

  const options: ElasticNetOptions = {
    lambda,
    l1Ratio,
    intercept: problem.intercept,
    standardize: problem.standardize,
    tolerance,
    strategy: drawn.strategy as NonNullable<ElasticNetOptions["strategy"]>,
  };
  if (drawn.weights !== "none") options.weights = problem.weights;
  if (drawn.factors !== "none") options.penaltyFactor = problem.penaltyFactor;
  if (drawn.bounds !== "none") Object.assign(options, { lowerBounds: problem.lowerBounds });
  if (drawn.bounds !== "none") Object.assign(options, { upperBounds: problem.upperBounds });
  if (drawn.offset === "true") options.offset = problem.offset;
  const wildness = drawn.start === "wild" ? 1e3 : 2;
  if (drawn.start !== "cold") options.warmStart = size.map((s) => (wildness * next()) / s);
  return {
    problem,
    tolerance,
    drawn,
    X: matrixOf(drawn.form, X),
    y: drawn.form === "float32" ? Float32Array.from(y) : y,
    options,
  };
}

function shapeOf(shape: string, between: (low: number, high: number) => number): [n: number, p: number] {
  switch (shape) {
    case "tiny":
      return [between(1, 8), between(1, 8)];
    case "small":
      return [between(5, 20), between(2, 20)];
    case "tall":
      return [between(20, 60), between(1, 10)];
    case "wide":
      return [between(2, 10), between(15, 40)];
    case "large":
      return [between(30, 60), between(20, 40)];
    case "one row":
      return [1, between(1, 10)];
    default:
      return [between(1, 30), 1];
  }
}

/** Makes column j of its kind out of numbers in [-1, 1) and the columns before it. */
function reshape(X: number[][], j: number, kind: string, next: () => number): void {
  const scale = 10 ** (6 * next());
  for (const row of X) {
    if (kind === "scaled") row[j] *= scale;
    if (kind === "shifted") row[j] += 100;
    if (kind === "far") row[j] += 1e8;
    if (kind === "duplicated" && j % 2 === 1) row[j] = j % 4 === 1 ? row[j - 1] : -row[j - 1];
    if (kind === "combined" && j % 3 === 2) row[j] = row[j - 1] + row[j - 2];
    if (kind === "close" && j % 2 === 1) row[j] = row[j - 1] + 1e-7 * row[j];
    if (kind === "constant" && j % 2 === 1) row[j] = j % 4 === 1 ? 1 : 0;
    if (kind === "binary") row[j] = row[j] > 0.2 ? 1 : 0;
    if (kind === "sparse" && Math.abs(row[j]) < 0.7) row[j] = 0;
  }
}

function weightOf(kind: string, i: number, positive: () => number): number {
  const random = 3 * positive() + 0.01;
  if (kind === "none") return 1;
  if (kind === "one row") return i === 0 ? random : 0;
  return kind === "some zero" && i > 0 && positive() < 0.3 ? 0 : random;
}

function factorOf(kind: string, positive: () => number): number {
  const random = 2 * positive();
  const draw = positive();
  if (kind === "random") return random;
  if (kind === "some zero") return draw < 0.4 ? 0 : 1;
  if (kind === "some infinite") return draw < 0.3 ? Number.POSITIVE_INFINITY : 1;
  if (kind === "all kinds") return draw < 0.3 ? 0 : draw < 0.5 ? Number.POSITIVE_INFINITY : random;
  return kind === "all zero" ? 0 : 1;
}

function boundsOf(kind: string, positive: () => number): [lower: number, upper: number] {
  const infinity = Number.POSITIVE_INFINITY;
  const size = positive();
  const draw = positive();
  if (kind === "nonnegative") return [0, infinity];
  if (kind === "boxes") return [-size, draw];
  if (kind === "some shut") return draw < 0.3 ? [0, 0] : [-1, 1];
  if (kind === "half open") return draw < 0.3 ? [-size, infinity] : draw < 0.6 ? [-infinity, 0] : [-infinity, infinity];
  return [-infinity, infinity];
}

/** 0, or a share of about the largest |x_j·y|/n. */
function lambdaOf(kind: string, { X, y, standardize, offset }: Problem, next: () => number): number {
  if (kind === "0") return 0;
  const n = y.length;
  const mean = y.reduce((sum, value, i) => sum + value - offset[i], 0) / n;
  const slopes = X[0].map((_, j) => {
    const centre = X.reduce((sum, row) => sum + row[j], 0) / n;
    const slope = X.reduce((sum, row, i) => sum + (row[j] - centre) * (y[i] - offset[i] - mean), 0) / n;
    const sd = Math.sqrt(X.reduce((sum, row) => sum + (row[j] - centre) ** 2, 0) / n);
    return Math.abs(slope) / (standardize ? sd || 1 : 1);
  });
  return Math.max(...slopes, 1e-9) * 10 ** (kind === "ordinary" ? 2 * next() - 1.6 : 6 * next() - 5);
}

function matrixOf(form: string, X: number[][]): MatrixLike {
  const [n, p] = [X.length, X[0].length];
  const columns = X[0].flatMap((_, j) => X.map((row) => row[j]));
  switch (form) {
    case "row order":
      return dense(Float64Array.from(X.flat()), n, p);
    case "column order":
      return dense(Float64Array.from(columns), n, p, { order: "column" });
    case "float32":
      return dense(Float32Array.from(X.flat()), n, p);
    case "sparse": {
      const { values, rowIndices, columnPointers } = compress(n, p, columns);
      return sparse({ rows: n, columns: p, values, rowIndices, columnPointers });
    }
    default:
      return X;
  }
}
