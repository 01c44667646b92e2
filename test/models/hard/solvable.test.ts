/** Small problems that have a solution which double precision can reach and certify, and that are easily missed. */

import { describe, expect, test } from "vitest";
import { type ElasticNetOptions, elasticNet, regularizationPath } from "../../../src/index.js";
import { strategiesFor } from "../../support/strategies.js";
import { minimise, preciseObjective } from "../minimise.js";
import { convergenceScale } from "../oracle.js";
import type { Problem } from "../problems.js";

type Options = Omit<ElasticNetOptions, "strategy" | "warmStart"> &
  Partial<Record<"penaltyFactor" | "lowerBounds" | "upperBounds", number[]>> & { warmStart?: number[] };

interface Case {
  what: string;
  X: number[][];
  y: number[];
  options: Options;
}

const bare = { intercept: false, standardize: false } as const;
const four = [
  [0.3, 0.7, 0.2],
  [0.9, 0.1, 0.6],
  [0.4, 0.8, 0.5],
  [0.15, 0.37, 0.91],
];
const target = [0.3, 0.7, 0.9, 0.2];
/** 3 × 24 numbers around 100, of rank 3. */
const wide = [0, 1, 2].map((i) =>
  Array.from({ length: 24 }, (_, j) => 100 + (((i * 7 + 3) * (j * 11 + 5) * (j + i + 1)) % 97) / 97),
);
const zeros = (length: number): number[] => new Array<number>(length).fill(0);
const infinities = (length: number): number[] => new Array<number>(length).fill(Number.POSITIVE_INFINITY);

const cases: Case[] = [
  {
    what: "unpenalised columns and the intercept interpolate y",
    X: four.slice(0, 3),
    y: target.slice(0, 3),
    options: { lambda: 0.1, penaltyFactor: [0, 0, 1] },
  },
  {
    what: "y is a combination of unpenalised columns",
    X: four,
    y: four.map((row) => 0.1 * row[0] + 0.7 * row[1]),
    options: { lambda: 0.1, penaltyFactor: [0, 0, 1] },
  },
  {
    what: "the only penalised column is an unpenalised one again",
    X: four.map((row) => [row[0], row[0]]),
    y: target,
    options: { lambda: 0.1, penaltyFactor: [0, 1] },
  },
  {
    what: "many more unpenalised columns than rows, nearly parallel",
    X: wide,
    y: [1, 2, 4],
    options: { ...bare, lambda: 0.1, penaltyFactor: zeros(24) },
  },
  {
    what: "many more unpenalised columns than rows, from far away",
    X: wide,
    y: [1, 2, 4],
    options: { lambda: 0.1, penaltyFactor: zeros(24), warmStart: wide[0].map((_, j) => 1000 * Math.cos(j * j)) },
  },
  {
    what: "an unpenalised column and its negative, both non-negative",
    X: four.map((row) => [row[0], -row[0], row[1]]),
    y: target,
    options: { lambda: 0.1, penaltyFactor: [0, 0, 1], lowerBounds: zeros(3), upperBounds: infinities(3) },
  },
  {
    what: "ridge on more columns than rows, next to nothing of a penalty",
    X: [[100.9, 100.4]],
    y: [1.07],
    options: { ...bare, lambda: 4.7e-12, l1Ratio: 0 },
  },
  {
    what: "ridge on columns around 100, next to nothing of a penalty",
    X: wide.map((row) => row.slice(0, 6)),
    y: [1, 2, 4],
    options: { ...bare, lambda: 1e-12, l1Ratio: 0 },
  },
  {
    what: "ridge on columns around 100, from far away",
    X: [
      [101, 99, 100.5],
      [100.2, 100.8, 99.1],
      [99.5, 100.1, 100.9],
      [100.4, 99.7, 99.9],
    ],
    y: [1, 2, 3, 2.5],
    options: { lambda: 1e-3, l1Ratio: 0, intercept: false, warmStart: [1000, -500, 800] },
  },
  {
    what: "small violations of the optimality conditions that are far from optimal",
    X: [
      [1, 0, 0],
      [1, 1, 0],
      [1, 0, 0],
      [0, 1, 1],
      [0, 1, 1],
    ],
    y: [1.268338189041242, 1.299745535897091, 1.2625189289916308, 1.1438222465105354, 0.8253735843114555],
    options: {
      lambda: 5.451643213242783e-12,
      l1Ratio: 0,
      intercept: false,
      penaltyFactor: [1, 1, 0],
      lowerBounds: zeros(3),
      upperBounds: infinities(3),
      warmStart: [-2.329226185878118, 2.0719158044084907, 2.1942520048469305],
      tolerance: 1e-4,
    },
  },
  {
    what: "unpenalised columns of zeros and ones, more than rows",
    X: [
      [0, 1, 1, 0, 0, 0],
      [1, 1, 0, 1, 0, 0],
    ],
    y: [0.7915902925655246, 0.7965686365030706],
    options: { ...bare, lambda: 0.1, penaltyFactor: zeros(6) },
  },
  {
    what: "nothing to fit, from far away",
    X: four,
    y: zeros(4),
    options: { lambda: 0.1, l1Ratio: 0, warmStart: [1, 0, -1] },
  },
  { what: "ridge at lambda 1e308", X: [[1, 2]], y: [3], options: { ...bare, lambda: 1e308, l1Ratio: 0 } },
  {
    what: "ridge at lambda 1e308, duplicated columns",
    X: four.map((row) => [...row, ...row]),
    y: target,
    options: { lambda: 1e308, l1Ratio: 0 },
  },
];

function problemOf({ X, y, options }: Case): Problem {
  const p = X[0].length;
  const { warmStart: _, tolerance: __, ...rest } = options;
  return {
    X,
    y,
    intercept: true,
    standardize: true,
    l1Ratio: 1,
    weights: y.map(() => 1),
    penaltyFactor: zeros(p).map(() => 1),
    lowerBounds: infinities(p).map((value) => -value),
    upperBounds: infinities(p),
    offset: zeros(y.length),
    ...(rest as Partial<Problem> & { lambda: number }),
  };
}

describe.each(cases.map((drawn) => [drawn.what, drawn] as const))("%s", (_, drawn) => {
  const { X, y, options } = drawn;
  const problem = problemOf(drawn);
  const { lambda, l1Ratio } = problem;
  const bounded = options.lowerBounds !== undefined;
  test.each(["auto", ...strategiesFor({ lambda, l1Ratio, bounded })] as const)("%s", (strategy) => {
    const { tolerance = 1e-9 } = options;
    const model = elasticNet(X, y, { ...options, strategy, tolerance });
    const limit = minimise(problem).F + tolerance * convergenceScale(problem);
    expect(preciseObjective(problem, model.coefficients, model.intercept)).toBeLessThanOrEqual(limit);
    expect(model.converged).toBe(true);
  });
});

test("a path whose penalised columns have nothing left to explain starts at lambda 1", () => {
  const duplicate = four.map((row) => [row[0], row[0]]);
  expect(regularizationPath(duplicate, target, { penaltyFactor: [0, 1], lambdaCount: 3 }).lambdas[0]).toBe(1);
  const combination = four.map((row) => 0.1 * row[0] + 0.7 * row[1]);
  expect(regularizationPath(four, combination, { penaltyFactor: [0, 0, 1], lambdaCount: 3 }).lambdas[0]).toBe(1);
});

test("two columns that differ by 1e-8, which a Gram cannot tell apart, are not said to be solved unless they are", () => {
  const X = four.map((row, i) => [row[0], row[0] + [1e-8, -2e-8, 3e-8, 0][i]]);
  const options = { ...bare, lambda: 1e-9 };
  const problem = problemOf({ what: "", X, y: target, options });
  const least = minimise(problem).F;
  for (const strategy of ["auto", ...strategiesFor({ lambda: 1e-9, l1Ratio: 1, bounded: false })] as const) {
    const model = elasticNet(X, target, { ...options, strategy });
    const distance = preciseObjective(problem, model.coefficients, model.intercept) - least;
    expect(distance).toBeLessThanOrEqual(model.dualityGap);
    expect(model.converged).toBe(model.dualityGap <= 1e-7 * convergenceScale(problem));
  }
});
