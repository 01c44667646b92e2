import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomial } from "../../src/losses/binomial.js";
import { gaussian } from "../../src/losses/gaussian.js";
import { huber } from "../../src/losses/huber.js";
import type { Loss } from "../../src/losses/Loss.js";
import { LossRows } from "../../src/losses/LossRows.js";
import { nullIntercept } from "../../src/losses/nullIntercept.js";
import { poisson } from "../../src/losses/poisson.js";
import { randomStream } from "../support/arbitraries.js";
import { arena } from "../support/arena.js";

/** Every loss of one linear predictor. A new loss is one row here. */
const losses: {
  name: string;
  loss: Loss;
  responses: fc.Arbitrary<number>;
  mean: (eta: number) => number;
  /** sup over η of g·η − loss(y, η) */
  conjugate: (y: number, g: number) => number;
  /** Derivatives in which the conjugate is finite. */
  duals: (y: number) => fc.Arbitrary<number>;
  /** One in which it is not. */
  outside?: (y: number) => number;
  /** The η of the smallest loss, or where that is at infinity, one where the loss is as good as the smallest. */
  best: (y: number) => number;
}[] = [
  {
    name: "gaussian",
    loss: gaussian,
    responses: fc.double({ min: -50, max: 50, noNaN: true }),
    mean: (eta) => eta,
    conjugate: (y, g) => g * (y + g) - (g * g) / 2,
    duals: () => fc.double({ min: -50, max: 50, noNaN: true }),
    best: (y) => y,
  },
  {
    name: "binomial",
    loss: binomial,
    responses: fc.constantFrom(0, 1),
    mean: (eta) => 1 / (1 + Math.exp(-eta)),
    conjugate: (y, g) => (inUnit(y + g) ? xlogx(y + g) + xlogx(1 - (y + g)) : Infinity),
    duals: (y) => fc.double({ min: 0, max: 1, noNaN: true }).map((u) => u - y),
    outside: (y) => -0.001 - y,
    best: (y) => (y === 0 ? -50 : 50),
  },
  {
    name: "poisson",
    loss: poisson,
    responses: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 1e-9, max: 50, noNaN: true })),
    mean: Math.exp,
    conjugate: (y, g) => (y + g >= 0 ? xlogx(y + g) - (y + g) : Infinity),
    duals: (y) => fc.double({ min: 0, max: 100, noNaN: true }).map((u) => u - y),
    outside: (y) => -0.001 - y,
    best: (y) => (y === 0 ? -50 : Math.log(y)),
  },
  ...[1.37, 0.057].map((delta) => ({
    name: `huber, delta ${delta}`,
    loss: huber({ delta }),
    responses: fc.oneof(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
      fc.double({ min: -50, max: 50, noNaN: true }),
    ),
    mean: (eta: number) => eta,
    // Slopes that are delta but for rounding are delta.
    conjugate: (y: number, g: number) => (Math.abs(g) <= delta * (1 + 1e-14) ? (g * g) / 2 + g * y : Infinity),
    duals: () => fc.double({ min: -delta, max: delta, noNaN: true }),
    outside: () => 1.001 * delta,
    best: (y: number) => y,
  })),
];

const inUnit = (u: number): boolean => u >= 0 && u <= 1;
const xlogx = (u: number): number => (u === 0 ? 0 : u * Math.log(u));

const noIntercept = { intercept: false, offset: undefined };

const etas = fc.double({ min: -12, max: 5, noNaN: true });
const STEP = 1e-4;

describe.each(losses)("$name", ({ loss, responses, mean, conjugate, duals, outside, best }) => {
  /** What rounding errors of values and slopes are relative to. */
  const sizeOf = (y: number, eta: number): number => 1 + y * y + eta * eta + Math.exp(eta);

  test("the gradient is the slope of the value, the curvature that of the gradient", () => {
    fc.assert(
      fc.property(responses, etas, (y, eta) => {
        const slope = (f: (at: number) => number): number => (f(eta + STEP) - f(eta - STEP)) / (2 * STEP);
        const size = 1e-7 * sizeOf(y, eta);
        expect(Math.abs(slope((at) => loss.value(y, at)) - loss.gradient(y, eta))).toBeLessThan(size);
        expect(Math.abs(slope((at) => loss.gradient(y, at)) - loss.curvature(y, eta))).toBeLessThan(size);
      }),
    );
  });

  test("Fenchel and Young: loss + conjugate >= g·η, with equality at the gradient; the divergence is the difference", () => {
    const cases = responses.chain((y) => fc.tuple(fc.constant(y), etas, duals(y)));
    fc.assert(
      fc.property(cases, ([y, eta, g]) => {
        const gap = (at: number): number => loss.value(y, eta) + conjugate(y, at) - at * eta;
        const size = 1e-12 * (sizeOf(y, eta) + g * g);
        expect(gap(g)).toBeGreaterThanOrEqual(-size);
        expect(Math.abs(gap(loss.gradient(y, eta)))).toBeLessThanOrEqual(size);
        expect(Math.abs(gap(g) - loss.divergence(y, eta, g - loss.gradient(y, eta)))).toBeLessThanOrEqual(1e3 * size);
      }),
    );
  });

  test("the divergence of a small difference is its square over twice the curvature, without cancellation", () => {
    fc.assert(
      fc.property(responses, etas, fc.double({ min: -1e-5, max: 1e-5, noNaN: true }), (y, eta, share) => {
        const curvature = loss.curvature(y, eta);
        fc.pre(Math.abs(share) > 1e-150 && curvature > 0);
        const difference = share * curvature;
        const expected = (0.5 * difference * difference) / curvature;
        expect(Math.abs(loss.divergence(y, eta, difference) / expected - 1)).toBeLessThan(1e-4);
      }),
    );
  });

  test.runIf(outside !== undefined)("outside of the domain of the conjugate the divergence is infinite", () => {
    const derivative = outside?.(1) as number;
    expect(conjugate(1, derivative)).toBe(Infinity);
    expect(loss.divergence(1, 0, derivative - loss.gradient(1, 0))).toBe(Infinity);
  });

  test("the saturated value is the smallest value, and the deviance twice what a loss has more", () => {
    fc.assert(
      fc.property(responses, etas, (y, eta) => {
        const saturated = loss.saturated(y);
        const rest = loss.value(y, eta) - saturated;
        const size = 1e-12 * sizeOf(y, eta);
        expect(rest).toBeGreaterThanOrEqual(-size);
        expect(Math.abs(loss.value(y, best(y)) - saturated)).toBeLessThan(size);
        expect(Math.abs(loss.deviance(y, mean(eta), eta) - 2 * rest)).toBeLessThan(10 * size);
        expect(loss.deviance(y, mean(eta), eta)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("at the null intercept the slopes add up to 0, with weights, zeros among them, and offsets far off", () => {
    const next = randomStream(7);
    for (const spread of [0, 1, 30, 300]) {
      const n = 40;
      const y = Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));
      const { v, total } = shares(n, next);
      const offset = Float64Array.from({ length: n }, () => spread * next());
      const b = nullIntercept(loss, y, v, offset);
      const slope = (at: number): number =>
        v.reduce((sum, value, i) => sum + value * loss.gradient(y[i], offset[i] + at), 0);
      // The slope grows with b, and is 0 within a rounding error of it.
      const step = 1e-12 * Math.max(1, spread, Math.abs(b));
      expect(total).toBeCloseTo(1);
      expect(slope(b - step)).toBeLessThan(1e-15);
      expect(slope(b + step)).toBeGreaterThan(-1e-15);
    }
  });

  test("rows add up, but for those without weight, whatever these hold", () => {
    const next = randomStream(8);
    for (const n of [1, 2, 7, 64]) {
      const y = Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));
      const { v } = shares(n, next);
      const rows = new LossRows(arena, loss, { n, weights: v, totalWeight: 1 }, y, noIntercept);
      v.forEach((share, i) => {
        rows.eta[i] = share > 0 ? 3 * next() : 1e4;
      });
      const { eta, theta, h } = rows;
      const sum = rows.evaluate();
      const expected = v.reduce((total, share, i) => total + (share > 0 ? share * loss.value(y[i], eta[i]) : 0), 0);
      expect(Math.abs(sum - expected)).toBeLessThan(1e-13 * (1 + expected));
      for (let i = 0; i < n; ++i) {
        const wanted = v[i] > 0 ? [-v[i] * loss.gradient(y[i], eta[i]), v[i] * loss.curvature(y[i], eta[i])] : [0, 0];
        expect(Math.abs(theta[i] - wanted[0])).toBeLessThan(1e-15);
        expect(Math.abs(h[i] - wanted[1])).toBeLessThan(1e-15 * (1 + wanted[1]));
      }
    }
  });

  test("the gaps of the rows are those of their losses and conjugates, or hardly more", () => {
    const next = randomStream(9);
    const n = 30;
    const y = Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));
    const { v } = shares(n, next);
    const rows = new LossRows(arena, loss, { n, weights: v, totalWeight: 1 }, y, noIntercept);
    rows.eta.forEach((_, i) => {
      rows.eta[i] = 2 * next();
    });
    rows.evaluate();
    for (const [scale, jitter] of [
      [1, 0],
      [0.99, 0],
      [0.5, 0],
      [1, 1e-6],
      [0.9, 0.01],
    ] as const) {
      const dual = rows.theta.map((value, i) => value + jitter * next() * rows.h[i]);
      const gaps = v.reduce((sum, share, i) => {
        if (!(share > 0)) return sum;
        const g = (-scale * dual[i]) / share;
        return sum + share * (loss.value(y[i], rows.eta[i]) + conjugate(y[i], g) - g * rows.eta[i]);
      }, 0);
      const found = rows.sums(scale, dual).gaps;
      expect(found).toBeGreaterThanOrEqual(gaps - 1e-15);
      expect(found).toBeLessThanOrEqual(gaps * 1.05 + 1e-15);
    }
  });
});

/** Weights that sum to 1, every seventh of them 0. */
function shares(n: number, next: () => number): { v: Float64Array; total: number } {
  const v = Float64Array.from({ length: n }, (_, i) => (i % 7 === 6 ? 0 : 1 + next()));
  const sum = v.reduce((total, value) => total + value, 0);
  v.forEach((value, i) => {
    v[i] = value / sum;
  });
  return { v, total: v.reduce((total, value) => total + value, 0) };
}

test("far out, values are finite wherever the formula is", () => {
  for (const eta of [1e3, 1e10, 1e308]) {
    expect(binomial.value(0, eta)).toBe(eta);
    expect(binomial.value(1, eta)).toBe(0);
    expect(binomial.value(1, -eta)).toBe(eta);
    expect(binomial.divergence(0, -eta, 0.5)).toBeGreaterThan(0.5 * eta * 0.99);
    expect(poisson.value(0, -eta)).toBe(0);
    expect(poisson.divergence(0, -eta, 0.5)).toBeGreaterThan(0.5 * eta * 0.99);
  }
});
