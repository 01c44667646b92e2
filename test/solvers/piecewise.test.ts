/** Losses that are quadratic in pieces, as the solvers of smooth losses take them: one of three pieces that is known here alone. */

import { describe, expect, test } from "vitest";
import { DenseMatrix } from "../../src/data/DenseMatrix.js";
import { compress } from "../../src/data/SparseMatrix.js";
import { elasticNet, setBackend } from "../../src/index.js";
import { bytesOf } from "../../src/kernels/arena.js";
import { withMemory } from "../../src/kernels/pool.js";
import { finish } from "../../src/kernels/steps.js";
import { gaussian } from "../../src/losses/gaussian.js";
import type { Loss } from "../../src/losses/Loss.js";
import { fitPath } from "../../src/models/paths/fitPath.js";
import { fitColumns } from "../../src/solvers/algebra/columnFit.js";
import { newtonPlan } from "../../src/solvers/problems/smooth/smoothPlan.js";
import { glmSolver, glmSolverLayout } from "../../src/solvers/SmoothSolver.js";
import { randomStream } from "../support/arbitraries.js";

/** Slopes of r = η − y: −1 below −0.5, then 2·r up to 0.25, then a fifth as steep. */
const slope = (r: number): number => (r < 0.25 ? Math.max(2 * r, -1) : 0.5 + 0.4 * (r - 0.25));
/** r of a slope, the nearest to 0. */
const inverse = (g: number): number => (g > 0.5 ? 0.25 + (g - 0.5) / 0.4 : g / 2);
const area = (r: number): number =>
  r < -0.5 ? 0.25 - (r + 0.5) : r < 0.25 ? r * r : 0.0625 + 0.5 * (r - 0.25) + 0.2 * (r - 0.25) ** 2;
const conjugate = (g: number): number => (g < -1 - 1e-14 ? Infinity : g * inverse(g) - area(inverse(g)));
const bent: Loss = {
  value: (y, eta) => area(eta - y),
  gradient: (y, eta) => slope(eta - y),
  curvature: (y, eta) => (eta - y < -0.5 ? 0 : eta - y < 0.25 ? 2 : 0.4),
  steepest: 2,
  saturated: () => 0,
  divergence: (y, eta, difference) => {
    const g = slope(eta - y) + difference;
    return Math.max(0, area(eta - y) + conjugate(g) - g * (eta - y));
  },
  deviance: (y, mean) => 2 * area(mean - y),
  nullRange: (y, v, offset) => {
    const t = y.filter((_, i) => v[i] > 0).map((value, i) => value - offset[i]);
    const [from, to] = [Math.min(...t), Math.max(...t)];
    return { from, to, start: from };
  },
};

const [n, p] = [60, 12];
const next = randomStream(12);
const columns = Array.from({ length: p }, () => Array.from({ length: n }, () => (next() < -0.4 ? 0 : 2 * next())));
const y = Float64Array.from(
  { length: n },
  (_, i) => 1e4 + columns[0][i] - columns[1][i] + (i % 5 === 0 ? 9 : 0.5) * next(),
);
const weights = y.map((_, i) => (i % 11 === 3 ? 0 : 1 + (i % 3)));
const total = weights.reduce((sum, weight) => sum + weight, 0);
const offset = y.map((_, i) => 100 + (i % 4));
const X = new DenseMatrix(Float64Array.from(columns.flat()), n, p, "column");

const forms = { dense: X, sparse: compress(X) };
const cases: [
  string,
  { l1Ratio: number; lambda: number; intercept: boolean; penaltyFactor?: Float64Array; upperBounds?: Float64Array },
][] = [
  ["lasso", { l1Ratio: 1, lambda: 0.05, intercept: true }],
  ["little penalty", { l1Ratio: 1, lambda: 1e-3, intercept: true }],
  ["ridge", { l1Ratio: 0, lambda: 0.1, intercept: true }],
  ["elastic net without an intercept", { l1Ratio: 0.5, lambda: 0.1, intercept: false }],
  [
    "free columns and bounds",
    {
      l1Ratio: 1,
      lambda: 0.05,
      intercept: true,
      penaltyFactor: Float64Array.from({ length: p }, (_, j) => [0, 1, 2, Infinity][j % 4]),
      upperBounds: new Float64Array(p).fill(0.3),
    },
  ],
];

function solve(
  loss: Loss,
  form: keyof typeof forms,
  { lambda, l1Ratio, intercept, penaltyFactor, upperBounds }: (typeof cases)[number][1],
) {
  const settings = {
    intercept,
    standardize: false,
    weights,
    penaltyFactor,
    lowerBounds: undefined,
    upperBounds,
    offset,
    tolerance: 1e-12,
    maxIterations: 10_000,
  };
  const fit = {
    response: { family: "gaussian" as const },
    settings,
    warmStart: undefined,
    strategy: "auto" as const,
    columns: {},
    l1Ratio,
    lambdas: { given: Float64Array.of(lambda) },
  };
  const plan = newtonPlan(forms[form]);
  return withMemory(bytesOf(glmSolverLayout(forms[form], settings, plan)), "the problem", (arena) =>
    finish(fitPath(glmSolver(arena, forms[form], y, loss, settings, l1Ratio, plan), fit)),
  ).model(0);
}

describe.each(["wasm", "js"] as const)("on %s", (backend) => {
  describe.each(["dense", "sparse"] as const)("%s", (form) => {
    test.each(cases)("%s", (_name, options) => {
      setBackend(backend);
      const { lambda, l1Ratio, intercept, penaltyFactor, upperBounds } = options;
      const model = solve(bent, form, options);
      expect(model.converged).toBe(true);
      const { coefficients: w, intercept: b } = model;
      const g = y.map((value, i) => slope(offset[i] + b + columns.reduce((sum, x, j) => sum + x[i] * w[j], 0) - value));
      const along = (x: (i: number) => number): number =>
        g.reduce((sum, value, i) => sum - weights[i] * x(i) * value, 0) / total;
      if (intercept) expect(Math.abs(along(() => 1))).toBeLessThan(1e-6);
      columns.forEach((x, j) => {
        const factor = penaltyFactor?.[j] ?? 1;
        if (factor === Infinity) {
          expect(w[j]).toBe(0);
          return;
        }
        const pull = along((i) => x[i]) - lambda * (1 - l1Ratio) * factor * w[j];
        const l1 = lambda * l1Ratio * factor;
        const isHeld = w[j] === upperBounds?.[j];
        expect(
          isHeld
            ? Math.max(0, l1 - pull)
            : w[j] === 0
              ? Math.max(0, Math.abs(pull) - l1)
              : Math.abs(pull - l1 * Math.sign(w[j])),
        ).toBeLessThan(1e-6);
      });
    });

    test("half squares have the gaussian family's fit", () => {
      setBackend(backend);
      for (const [, options] of cases) {
        const model = solve(gaussian, form, options);
        const { coefficients, intercept, objective } = elasticNet(forms[form], y, {
          ...options,
          weights,
          offset,
          standardize: false,
          tolerance: 1e-14,
        });
        expect(model.converged).toBe(true);
        expect(Math.abs(model.objective / objective - 1)).toBeLessThan(1e-12);
        expect(Math.abs(model.intercept - intercept)).toBeLessThan(1e-6);
        for (let j = 0; j < p; ++j) expect(Math.abs(model.coefficients[j] - coefficients[j])).toBeLessThan(1e-6);
      }
    });
  });
});

describe("columns fitted to rows", () => {
  const shares = weights.map((weight) => weight / total);
  const left = y.map((value, i) => value - 1e4 - offset[i] + 101);
  const orthogonal = (listed: number[]): void => {
    const u = left.slice();
    const theta = new Float64Array(n);
    const free = Float64Array.from(listed.flatMap((j) => columns[j]));
    const worth = fitColumns(bent, free, shares, u, theta) as number;
    expect(worth).toBeGreaterThan(0);
    expect(worth).toBeLessThan(1e-12);
    for (const j of listed)
      expect(Math.abs(columns[j].reduce((sum, x, i) => sum + x * theta[i], 0))).toBeLessThan(1e-14);
    for (let i = 0; i < n; ++i) expect(theta[i]).toBe(shares[i] > 0 ? -shares[i] * slope(-u[i]) : 0);
  };

  test("leave nothing along them, from far away too", () => {
    orthogonal([0, 1, 2]);
  });

  test("may be dependent", () => {
    orthogonal([0, 1, 0]);
  });

  test("are out of reach where a slope is none", () => {
    expect(
      fitColumns(
        bent,
        new Float64Array(n).fill(1),
        shares,
        left.map(() => Number.NaN),
        new Float64Array(n),
      ),
    ).toBe(undefined);
  });
});
