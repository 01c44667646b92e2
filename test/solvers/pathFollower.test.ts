import { describe, expect, test } from "vitest";
import { bytesOf, type Heap } from "../../src/kernels/arena.js";
import { withMemory } from "../../src/kernels/pool.js";
import { coordinates, coordinatesLayout, setPenalty } from "../../src/solvers/designs/coordinates.js";
import { GramDescent } from "../../src/solvers/methods/GramDescent.js";
import { PathFollower } from "../../src/solvers/PathFollower.js";
import { certify } from "../../src/solvers/problems/certificate.js";
import { GramProblem } from "../../src/solvers/problems/GramProblem.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { plainDot, upTo } from "../support/matrices.js";

const infinity = Number.POSITIVE_INFINITY;
const GOAL = { maxIterations: 10_000, lambdaMax: 1 };

interface Options {
  n: number;
  p: number;
  l1Ratio: number;
  upper?: number;
  /** Between columns that follow each other. */
  correlation?: number;
}

/** A follower of the path of a random problem, whose y is that of five of its columns and noise. */
function withFollower(
  { n, p, l1Ratio, upper = infinity, correlation = 0 }: Options,
  test: (problem: GramProblem, follower: PathFollower, lambdas: number[]) => void,
): void {
  const layout = [coordinatesLayout(p), GramProblem.layout(p), GramDescent.layout(p), PathFollower.layout(p)];
  const bytes = bytesOf(layout) + 8 * p * (p + 20) + 8192;
  withMemory(bytes, "the problem", (arena: Heap) => {
    const next = randomStream(n + p);
    const X = upTo(p).map(() => randomArray(n, next));
    for (let j = 1; j < p; ++j) X[j] = X[j].map((x, i) => x + correlation * X[j - 1][i]);
    const y = randomArray(n, next).map((e, i) => e + X[0][i] - X[1][i] + 2 * X[2][i] + X[3][i] - 3 * X[4][i]);
    const vector = (values: number[]): Float64Array => {
      const array = arena.float64(values.length);
      array.set(values);
      return array;
    };
    const columns = {
      pivots: arena.float64(p),
      means: arena.float64(p),
      scales: arena.float64(p).fill(1),
      curvatures: vector(X.map((x) => plainDot(x, x))),
      isConstant: () => false,
      moments: { means: new Float64Array(p), sds: new Float64Array(p).fill(1) },
    };
    const c = X.map((x) => plainDot(x, y));
    const squares = plainDot(y, y);
    const nullLoss = squares / 2;
    const summary = { n, yPivot: 0, yMean: 0, nullLoss, convergenceScale: nullLoss };
    const settings = {
      intercept: false,
      standardize: false,
      weights: undefined,
      penaltyFactor: undefined,
      lowerBounds: undefined,
      upperBounds: upper < infinity ? new Float64Array(p).fill(upper) : undefined,
      offset: undefined,
      tolerance: 1e-7,
      maxIterations: 10_000,
    };
    const G = vector(X.flatMap((x) => X.map((other) => plainDot(x, other))));
    const problem = new GramProblem(coordinates(arena, columns, summary, settings), G, vector(c), squares, true);
    problem.refresh();
    const largest = Math.max(...c.map(Math.abs)) / l1Ratio;
    const lambdas = upTo(40).map((k) => largest * 0.85 ** k);
    test(problem, new PathFollower(problem, new GramDescent(problem), true), lambdas);
  });
}

const cases = [
  { n: 200, p: 30, l1Ratio: 1 },
  { n: 200, p: 30, l1Ratio: 0.5 },
  { n: 60, p: 40, l1Ratio: 0.9, correlation: 1 },
  { n: 100, p: 20, l1Ratio: 0.5, upper: 0.7 },
  { n: 100, p: 20, l1Ratio: 1, upper: 0 },
];

describe.each(cases)("%o", (options) => {
  test.each([1e-3, 1e-6, 1e-9, 1e-12])("to %d, what it returns is within the tolerance", (tolerance) => {
    withFollower(options, (problem, follower, lambdas) => {
      let epochs = 0;
      for (const lambda of lambdas) {
        setPenalty(problem, lambda, options.l1Ratio);
        const solution = follower.solve(lambda, { ...GOAL, tolerance }, false);
        expect(solution?.converged).toBe(true);
        epochs += solution?.iterations ?? 0;
        for (let j = 0; j < options.p; ++j) expect(problem.b[j]).toBeLessThanOrEqual(options.upper ?? infinity);
        const kept = problem.z.slice();
        const { gap, objective } = certify(problem);
        expect(gap).toBeLessThanOrEqual(tolerance * problem.convergenceScale * (1 + 1e-9));
        expect(solution?.certificate.objective).toBeCloseTo(objective, 8);
        problem.eligible.forEach((j) => {
          expect(Math.abs(kept[j] - problem.z[j])).toBeLessThanOrEqual(1e-12 * problem.nullLoss);
        });
      }
      if (tolerance >= 1e-6) expect(epochs).toBeLessThan(3 * lambdas.length);
    });
  });

  test("the line saves epochs", () => {
    const epochsOf = (isWarm: boolean): number => {
      let epochs = 0;
      withFollower(options, (problem, follower, lambdas) => {
        for (const lambda of lambdas) {
          setPenalty(problem, lambda, options.l1Ratio);
          epochs += follower.solve(lambda, { ...GOAL, tolerance: 1e-6 }, isWarm)?.iterations ?? infinity;
        }
      });
      return epochs;
    };
    if (options.upper !== 0) expect(epochsOf(false)).toBeLessThan(epochsOf(true));
  });
});

test("gives up after as many epochs as it may take", () => {
  withFollower({ n: 60, p: 40, l1Ratio: 1 }, (problem, follower, lambdas) => {
    setPenalty(problem, lambdas[39], 1);
    expect(follower.solve(lambdas[39], { ...GOAL, maxIterations: 1, tolerance: 1e-12 }, false)).toBeUndefined();
    setPenalty(problem, lambdas[38], 1);
    expect(follower.solve(lambdas[38], { ...GOAL, tolerance: 0 }, false)).toBeUndefined();
  });
});
