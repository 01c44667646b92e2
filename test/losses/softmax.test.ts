import fc from "fast-check";
import { expect, test } from "vitest";
import { SoftmaxLoss } from "../../src/losses/SoftmaxLoss.js";
import { softmax } from "../../src/losses/softmax.js";
import { arena } from "../support/arena.js";
import { type SoftmaxCase as Case, cases } from "../support/softmax.js";

fc.configureGlobal({ seed: 20240229 });

/** Rows of no model, in memory of their own. */
function rowsOf({ K, eta, codes, v }: Case): SoftmaxLoss {
  const n = eta.length;
  const weights = Float64Array.from(v);
  const rows = new SoftmaxLoss(arena, { n, weights, totalWeight: 1 }, Float64Array.from(codes), K, undefined);
  for (let at = 0; at < K * n; ++at) rows.eta[at] = eta[at % n][Math.floor(at / n)];
  rows.evaluate();
  return rows;
}

test("the gaps of the rows are Σ v·Σ u·ln(u/p), no less, and infinite outside of the simplex", () => {
  fc.assert(
    fc.property(
      cases(fc.double({ min: -4, max: 4, noNaN: true })),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (one, s) => {
        const n = one.eta.length;
        const rows = rowsOf(one);
        let expected = 0;
        for (let at = 0; at < n * one.K; ++at) {
          const i = at % n;
          // u = e_y + s·(p − e_y), the dual point s·θ
          const own = one.codes[i] === Math.floor(at / n) ? 1 : 0;
          const u = own + s * (rows.p[at] - own);
          if (u > 0) expected += one.v[i] * u * Math.log(u / rows.p[at]);
        }
        const { gaps } = rows.sums(s, rows.theta);
        expect(gaps).toBeGreaterThanOrEqual(expected - 1e-13);
        expect(gaps).toBeLessThanOrEqual(expected * 1.05 + 1e-13);
        if (one.v[0] > 0) {
          const outside = rows.theta.map((value, at) => (at === 0 ? value + 2 * one.v[0] : value));
          expect(rows.sums(1, outside).gaps).toBe(Number.POSITIVE_INFINITY);
        }
      },
    ),
  );
});

test("what its rows sum up, the Hessian of intercepts and the drift of a model are their definitions", () => {
  fc.assert(
    fc.property(cases(fc.double({ min: -4, max: 4, noNaN: true })), fc.double({ min: 0.1, max: 1 }), (one, s) => {
      const { K } = one;
      const n = one.eta.length;
      const rows = rowsOf(one);
      const { p, theta, v } = rows;
      const total = (of: (i: number, k: number, at: number) => number): number => {
        let sum = 0;
        for (let at = 0; at < K * n; ++at) if (v[at % n] > 0) sum += of(at % n, Math.floor(at / n), at);
        return sum;
      };
      const { lever, shiftSquares, dualSquares, offsetSquares } = rows.sums(s, theta);
      expect(lever).toBeCloseTo(
        total((_i, _k, at) => Math.abs((1 - s) * theta[at])),
        12,
      );
      expect(shiftSquares).toBeCloseTo(
        total((i, _k, at) => ((1 - s) * theta[at]) ** 2 / v[i]),
        12,
      );
      expect(dualSquares).toBeCloseTo(
        total((i, _k, at) => theta[at] ** 2 / v[i]),
        12,
      );
      expect(rows.squares).toBeCloseTo(dualSquares, 12);
      expect(offsetSquares).toBeCloseTo(
        total((i, _k, at) => v[i] * p[at]),
        12,
      );
      const M = rows.interceptHessian();
      for (let k = 0; k < K; ++k) {
        for (let m = 0; m < K; ++m) {
          const expected = v.reduce(
            (sum, share, i) => sum + share * p[k * n + i] * ((k === m ? 1 : 0) - p[m * n + i]),
            0,
          );
          expect(M[k * K + m]).toBeCloseTo(1 / (K * K) + expected, 12);
        }
      }
      const model = new Float64Array(K * n);
      const flat = new Float64Array(K * n).fill(1 / K);
      rows.curvatures(flat, model);
      if (v.some((share) => share > 0)) {
        const curvature = (of: Float64Array) => total((i, _k, at) => v[i] * of[at] * (1 - of[at]));
        const { scale, drift } = rows.drift(model, new Float64Array(K * n));
        expect(scale).toBeCloseTo(curvature(p) / curvature(flat), 12);
        const apart = total((i, _k, at) => v[i] * Math.abs(p[at] * (1 - p[at]) - scale * flat[at] * (1 - flat[at])));
        expect(drift).toBeCloseTo(apart / curvature(p), 12);
      }
    }),
  );
});

test("probabilities of one row, infinities included", () => {
  const of = (...eta: number[]): number[] => {
    const row = Float64Array.from(eta);
    softmax(row);
    return [...row];
  };
  expect(of(0, 0)).toEqual([0.5, 0.5]);
  expect(of(1e308, -1e308, 0)).toEqual([1, 0, 0]);
  expect(of(Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY)).toEqual([0.5, 0, 0.5]);
  expect(of(Number.NEGATIVE_INFINITY, 3)).toEqual([0, 1]);
});
