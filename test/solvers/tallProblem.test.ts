import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dense, setBackend } from "../../src/index.js";
import { bytesOf, float64, take } from "../../src/kernels/arena.js";
import { withMemory } from "../../src/kernels/pool.js";
import { setPenalty } from "../../src/solvers/designs/coordinates.js";
import type { FitSettings } from "../../src/solvers/designs/rows.js";
import { responseLayout, standardizeResponse } from "../../src/solvers/designs/rows.js";
import { GramSolver } from "../../src/solvers/GramSolver.js";
import type { GramProblem } from "../../src/solvers/problems/GramProblem.js";
import { TallGram } from "../../src/solvers/problems/TallGram.js";
import { TallProblem } from "../../src/solvers/problems/TallProblem.js";
import { TallSums } from "../../src/solvers/sums/tall/TallSums.js";
import { randomArray, randomStream } from "../support/arbitraries.js";

const n = 2603;
const p = 11;
const next = randomStream(1);
const signal = Float64Array.from(randomArray(n, next));
/** Columns that share a signal, at scales apart, one of them with rare large values, one with zeros first, one of whole numbers. */
const X = Float64Array.from(randomArray(n * p, next), (v, k) => {
  const i = k % n;
  const j = Math.floor(k / n);
  const value = v + 0.5 * signal[i] + (j === 2 ? 3 : 0);
  if (j === 4 && i % 301 === 17) return 500 * value;
  if (j === 5 && i < n / 2) return 0;
  if (j === 6) return Math.round(3 * value);
  return value * 10 ** ((j % 5) - 2);
});
const y = Float64Array.from({ length: n }, (_, i) => X[i] * 100 + X[3 * n + i] / 10 + next());
const weights = Float64Array.from({ length: n }, (_, i) => (i % 5 === 0 ? 0 : 1 + (i % 3)));

const settings: FitSettings = {
  intercept: false,
  standardize: false,
  weights: undefined,
  penaltyFactor: undefined,
  lowerBounds: undefined,
  upperBounds: undefined,
  offset: undefined,
  tolerance: 1e-7,
  maxIterations: 10_000,
};

function withProblem<T>(
  given: Partial<FitSettings>,
  foresight: { active?: Int32Array; lastL1?: number; isFine?: boolean },
  run: (problem: GramProblem) => T,
): T {
  const all = { ...settings, ...given };
  const own = [float64(p)] as const;
  const layout = [responseLayout(n), own, TallSums.layout(n, p), TallProblem.layout(p), GramSolver.layout(p)];
  return withMemory(bytesOf(layout), "the test", (arena) => {
    const response = standardizeResponse(arena, y, all);
    const [pivots] = take(arena, own);
    if (all.intercept) for (let j = 0; j < p; ++j) pivots[j] = X[j * n + 7];
    const matrix = dense(X, n, p, { order: "column" });
    const sums = new TallSums(arena, matrix, response, pivots, all);
    expect(sums.readSample()).toBe(true);
    const known = { active: Int32Array.of(0, 3, 4, 5), lastL1: 1e-3, isFine: false, ...foresight };
    const gram = new TallGram(arena, sums, known.isFine);
    expect(gram.fetch(known.active, true)).toBe(true);
    return run(new TallProblem(gram, known.lastL1));
  });
}

/** x_j·r in standard form, from the data. */
function gradient({ b, pivots, means, scales, yPivot, yMean }: GramProblem, all: FitSettings, j: number): number {
  const s = all.weights ?? new Float64Array(n).fill(1);
  const total = s.reduce((sum, v) => sum + v, 0);
  const column = (k: number, i: number): number => (X[k * n + i] - pivots[k] - means[k]) / scales[k];
  let z = 0;
  for (let i = 0; i < n; ++i) {
    let r = y[i] - yPivot - yMean;
    for (let k = 0; k < p; ++k) if (b[k] !== 0) r -= b[k] * column(k, i);
    z += (s[i] / total) * column(j, i) * r;
  }
  return z;
}

const variants: Record<string, Partial<FitSettings>> = {
  plain: {},
  weights: { weights },
  intercept: { intercept: true },
  standardize: { standardize: true },
  all: { weights, intercept: true, standardize: true },
};

describe.each(["wasm", "js"] as const)("on %s", (backend) => {
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend("auto"));

  describe.each(Object.entries(variants))("%s", (_, variant) => {
    test.each([false, true])(
      "gradients are exact or within what they are widened by, remainders seen: %s",
      (isFine) => {
        const all = { ...settings, ...variant };
        withProblem(variant, { isFine }, (problem) => {
          const { b, z, curvatures } = problem;
          const random = randomStream(2);
          for (let round = 0; round < 5; ++round) {
            for (const j of [0, 3, 4, 5]) b[j] = round === 4 ? 0 : random() / Math.sqrt(curvatures[j]);
            problem.refresh();
            const about = z.slice();
            problem.widen();
            const most = z.slice();
            problem.narrow();
            expect([...z]).toEqual([...about]);
            for (let j = 0; j < p; ++j) {
              const exact = gradient(problem, all, j);
              const rounding = 1e-12 * Math.sqrt(curvatures[j]) * 10;
              if ([0, 3, 4, 5].includes(j)) {
                expect(most[j]).toBe(about[j]);
                expect(Math.abs(about[j] - exact)).toBeLessThanOrEqual(rounding);
                continue;
              }
              const doubt = Math.abs(most[j]) - Math.abs(about[j]);
              expect(Math.abs(exact)).toBeLessThanOrEqual(Math.abs(most[j]) + rounding);
              expect(Math.abs(exact - about[j])).toBeLessThanOrEqual(doubt + rounding);
              expect(doubt > 0).toBe(round < 4);
            }
          }
        });
      },
    );

    test("columns that nobody foresaw are found", () => {
      const all = { ...settings, ...variant };
      for (const foresight of [{ active: new Int32Array(0) }, { active: Int32Array.of(7), lastL1: 10 }]) {
        withProblem(variant, { ...foresight, isFine: true }, (problem) => {
          const goal = { tolerance: 1e-10, maxIterations: 10_000, lambdaMax: 1 };
          const solver = new GramSolver(problem, 1);
          problem.refresh();
          const largest = problem.z.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
          for (const share of [0.5, 0.1, 0.02, 0.004]) {
            const lambda = share * largest;
            const { certificate, converged } = solver.solveFor(lambda, { ...goal, lambdaMax: largest }, false);
            expect(converged).toBe(true);
            expect(certificate.gap).toBeLessThanOrEqual(1e-10 * problem.convergenceScale);
            const slack = 1e-4 * lambda;
            for (let j = 0; j < p; ++j) {
              const z = gradient(problem, all, j);
              if (problem.b[j] === 0) expect(Math.abs(z)).toBeLessThanOrEqual(lambda + slack);
              else expect(Math.abs(z - lambda * Math.sign(problem.b[j]))).toBeLessThanOrEqual(slack);
            }
          }
        });
      }
    });
  });

  test("a rough column that violates its condition by less than its doubt is not passed over", () => {
    withProblem({}, { active: Int32Array.of(0) }, (problem) => {
      const { b, z, curvatures, l1, eligible } = problem;
      setPenalty(problem, 1, 1);
      b[0] = 50 / Math.sqrt(curvatures[0]);
      problem.refresh();
      const j = 8;
      l1.fill(1e9);
      l1[j] = Math.abs(z[j]) * (1 + 1e-9);
      problem.widen();
      expect(Math.abs(z[j])).toBeGreaterThan(l1[j]);
      problem.complete(eligible.length, eligible);
      problem.refresh();
      problem.widen();
      expect(z[j]).toBeCloseTo(gradient(problem, settings, j), 9);
    });
  });

  test("bounds to one side look at the end of the doubt that counts", () => {
    const lowerBounds = new Float64Array(p).fill(0);
    const upperBounds = new Float64Array(p).fill(Number.POSITIVE_INFINITY);
    lowerBounds[9] = -1;
    lowerBounds[10] = Number.NEGATIVE_INFINITY;
    upperBounds[10] = 0;
    withProblem({ lowerBounds, upperBounds }, { active: Int32Array.of(0, 3) }, (problem) => {
      const { b, z, curvatures } = problem;
      b[0] = 30 / Math.sqrt(curvatures[0]);
      problem.refresh();
      const about = z.slice();
      problem.widen();
      for (const j of [1, 2, 4, 5, 6, 7, 8]) expect(z[j]).toBeGreaterThan(about[j]);
      expect(z[9]).toBe(about[9]);
      expect(Math.abs(z[9] - gradient(problem, settings, 9))).toBeLessThanOrEqual(1e-9);
      expect(z[10]).toBeLessThan(about[10]);
    });
  });
});
