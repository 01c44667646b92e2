/** Awkward problems, each by every strategy that can take it, against the strong oracle. */

import { describe, expect, test } from "vitest";
import { type ElasticNetOptions, elasticNet, type Model, setBackend } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { assertSameBits, assertSameNumber } from "../../support/bits.js";
import { strategiesFor } from "../../support/strategies.js";
import { minimise, preciseObjective } from "../minimise.js";
import { convergenceScale } from "../oracle.js";
import type { Problem } from "../problems.js";

const TOLERANCE = 1e-10;

type Data = Partial<Problem> & Pick<Problem, "X" | "y">;

const next = randomStream(7);
/** Numbers with 20 binary places, so that 1e8 can be added to them exactly. */
const grid = (): number => Math.round(next() * 2 ** 20) / 2 ** 20;
const X = Array.from({ length: 40 }, () => Array.from({ length: 6 }, grid));
const y = X.map((row) => 2 * row[0] - row[3] + 0.5 * row[5] + 0.1 * grid() + 3);

const columns = (f: (x: number, j: number) => number): number[][] => X.map((row) => row.map(f));
const constant = (value: number): number[] => y.map(() => value);
const powers = (decades: readonly number[]) => columns((x, j) => x * 10 ** decades[j]);
const hilbert = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (__, j) => 1 / (i + j + 1)));
const eye = Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (__, j) => (i === j ? 2 : 0)));
const signs = [1, -1, 1, -1];
const bare = { intercept: false, standardize: false } as const;

/** By name; what is not given has its default, lambda and l1Ratio run over all of `penalties`. */
const hard: Record<string, Data> = {
  plain: { X, y },
  "columns at 1e8": { X: columns((x, j) => x + (j % 2 ? -1e8 : 1e8)), y },
  "columns at 1e8, not standardised": { X: columns((x, j) => x + (j % 2 ? -1e8 : 1e8)), y, standardize: false },
  "y at 1e8": { X, y: y.map((value) => value + 1e8) },
  "an offset of 1e8": { X, y, offset: constant(1e8) },
  "scales from 1e-6 to 1e6": { X: powers([-6, 6, -3, 3, 0, 1]), y },
  "scales from 1e-6 to 1e6, no intercept": { X: powers([-6, 6, -3, 3, 0, 1]), y, intercept: false },
  "scales from 1e-3 to 1e3, not standardised": { X: powers([-3, 3, -1, 1, 0, 2]), y, standardize: false },
  "duplicated columns": { X: X.map((row) => [...row, ...row]), y },
  "a column and its negative": { X: X.map((row) => [...row, -row[0]]), y },
  "a sum of two columns": { X: X.map((row) => [...row, row[1] + row[2]]), y },
  "constant columns": { X: X.map((row) => [0, ...row, 1, -1e8, 1e-300]), y },
  "constant columns that are ordinary ones": { X: X.map((row) => [...row, 1]), y, ...bare },
  "zero columns": { X: X.map((row) => [0, ...row, 0]), y, ...bare },
  "only constant columns": { X: X.map(() => [1, 2]), y },
  "no columns": { X: X.map(() => []), y },
  "one column": { X: X.map((row) => [row[0]]), y },
  "one row": { X: [[1, 2]], y: [3] },
  "one row, no intercept": { X: [[1, 2]], y: [3], ...bare },
  "one row, one column": { X: [[2]], y: [6], ...bare },
  "two rows": { X: X.slice(0, 2), y: y.slice(0, 2) },
  "as many rows as columns": { X: X.slice(0, 6), y: y.slice(0, 6) },
  "more columns than rows": { X: X.slice(0, 4), y: y.slice(0, 4) },
  "y = 0": { X, y: constant(0) },
  "y = 5": { X, y: constant(5) },
  "y = -1e8": { X, y: constant(-1e8) },
  "y = 5, no intercept": { X, y: constant(5), intercept: false },
  "weights of 0": { X, y, weights: y.map((_, i) => (i % 3 === 0 ? 0 : 1)) },
  "weights of 0 but for two rows": { X, y, weights: y.map((_, i) => (i % 20 === 1 ? 0.5 : 0)) },
  "weights from 1e-8 to 1e8": { X, y, weights: y.map((_, i) => 10 ** ((i % 17) - 8)) },
  "ties at lambdaMax": { X: eye, y: signs, ...bare },
  "Hilbert's matrix": { X: hilbert, y: hilbert.map((row) => row.reduce((sum, x) => sum + x, 0)), ...bare },
  "an exact fit": { X, y: X.map((row) => row[0] - 2 * row[1]) },
  "non-negative coefficients": { X, y, lowerBounds: constant(0).slice(0, 6) },
  "non-negative, with duplicates": { X: X.map((row) => [...row, ...row]), y, lowerBounds: constant(0).slice(0, 12) },
  "shut bounds": { X, y, lowerBounds: [0, -1, 0, 0, -1, 0], upperBounds: [0, 1, 1, 0, 0, 1] },
  "excluded columns": { X, y, penaltyFactor: [1, Number.POSITIVE_INFINITY, 1, 1, Number.POSITIVE_INFINITY, 1] },
};

const penalties: Pick<Problem, "lambda" | "l1Ratio">[] = [0.01, 0.25, 0.5, 2, 1e308, 5e-324].flatMap((lambda) =>
  [1, 0.5, 0].map((l1Ratio) => ({ lambda, l1Ratio })),
);

function complete(data: Data, penalty: Pick<Problem, "lambda" | "l1Ratio">): Problem {
  const p = data.X[0].length;
  const filled = (length: number, value: number): number[] => new Array<number>(length).fill(value);
  return {
    intercept: true,
    standardize: true,
    weights: filled(data.y.length, 1),
    penaltyFactor: filled(p, 1),
    lowerBounds: filled(p, Number.NEGATIVE_INFINITY),
    upperBounds: filled(p, Number.POSITIVE_INFINITY),
    offset: filled(data.y.length, 0),
    ...data,
    ...penalty,
  };
}

const optionsOf = ({ X: _X, y: _y, ...options }: Data, penalty: Pick<Problem, "lambda" | "l1Ratio">) =>
  ({ ...options, ...penalty, tolerance: TOLERANCE }) satisfies ElasticNetOptions;

function expectSameBits(a: Model, b: Model): void {
  assertSameBits(a.coefficients, b.coefficients, "coefficient");
  for (const field of ["intercept", "objective", "dualityGap", "violation", "iterations", "converged"] as const) {
    assertSameNumber(a[field], b[field], field);
  }
}

describe.each(Object.entries(hard))("%s", (_, data) => {
  const isBounded = data.lowerBounds !== undefined || data.upperBounds !== undefined;

  test.each(penalties)("lambda $lambda, l1Ratio $l1Ratio: optimal by every strategy, from every start", (penalty) => {
    const problem = complete(data, penalty);
    const limit = minimise(problem).F + TOLERANCE * convergenceScale(problem);
    for (const strategy of ["auto", ...strategiesFor({ ...penalty, bounded: isBounded })] as const) {
      const fitted = (more: Partial<ElasticNetOptions> = {}): Model => {
        const model = elasticNet(data.X, data.y, { ...optionsOf(data, penalty), strategy, ...more });
        // No dual point of double precision is within 5e-324 of feasible, so that the certificate may stay open.
        if (penalty.lambda > 5e-324) expect(`${strategy} ${model.converged}`).toBe(`${strategy} true`);
        expect(preciseObjective(problem, model.coefficients, model.intercept)).toBeLessThanOrEqual(limit);
        return model;
      };
      setBackend("wasm");
      const cold = fitted();
      fitted({ warmStart: cold });
      fitted({ warmStart: data.X[0].map((_x, j) => 1 - (j % 3)) });
      setBackend("js");
      expectSameBits(fitted(), cold);
    }
  });

  if (isBounded) return;
  test("least squares: optimal, or refused for its rank", () => {
    const penalty = { lambda: 0, l1Ratio: 1 };
    const problem = complete(data, penalty);
    const { F, rank, size } = minimise(problem);
    for (const strategy of ["auto", "qr"] as const) {
      const solve = (): Model => elasticNet(data.X, data.y, { ...optionsOf(data, penalty), strategy });
      setBackend("wasm");
      if (rank < size) {
        expect(solve).toThrow(expect.objectContaining({ code: "ERR_RANK" }));
        continue;
      }
      const model = solve();
      expect(model).toMatchObject({ converged: true, strategy: "qr" });
      const reached = preciseObjective(problem, model.coefficients, model.intercept);
      expect(reached).toBeLessThanOrEqual(F + TOLERANCE * convergenceScale(problem));
      setBackend("js");
      expectSameBits(solve(), model);
    }
  });
});
