import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomial } from "../../src/losses/binomial.js";
import type { Loss } from "../../src/losses/Loss.js";
import { poisson } from "../../src/losses/poisson.js";
import { randomStream } from "../support/arbitraries.js";

/** Every loss of one linear predictor. A new loss is one row here. */
const losses: {
  name: string;
  loss: Loss;
  responses: fc.Arbitrary<number>;
  duals: (y: number) => fc.Arbitrary<number>;
}[] = [
  {
    name: "binomial",
    loss: binomial,
    responses: fc.constantFrom(0, 1),
    duals: () => fc.double({ min: 0, max: 1, noNaN: true }),
  },
  {
    name: "poisson",
    loss: poisson,
    responses: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 50, noNaN: true })),
    duals: () => fc.double({ min: 0, max: 100, noNaN: true }),
  },
];

const etas = fc.double({ min: -12, max: 5, noNaN: true });
const STEP = 1e-4;

describe.each(losses)("$name", ({ loss, responses, duals }) => {
  test("the gradient is the slope of the value, the curvature that of the gradient and of the mean", () => {
    fc.assert(
      fc.property(responses, etas, (y, eta) => {
        const size = 1e-7 * (1 + y + Math.exp(eta));
        const slope = (f: (at: number) => number): number => (f(eta + STEP) - f(eta - STEP)) / (2 * STEP);
        expect(Math.abs(slope((at) => loss.value(y, at)) - loss.gradient(y, eta))).toBeLessThan(size);
        expect(Math.abs(slope((at) => loss.gradient(y, at)) - loss.curvature(eta))).toBeLessThan(size);
        expect(Math.abs(loss.mean(eta) - y - loss.gradient(y, eta))).toBeLessThan(size);
      }),
    );
  });

  test("Fenchel and Young: loss + conjugate >= g·η, with equality at the gradient; the divergence is the difference", () => {
    const cases = responses.chain((y) => fc.tuple(fc.constant(y), etas, duals(y)));
    fc.assert(
      fc.property(cases, ([y, eta, u]) => {
        const gap = (g: number): number => loss.value(y, eta) + loss.conjugate(y, g) - g * eta;
        const size = 1e-12 * (1 + y * y + u * u + Math.exp(eta));
        expect(gap(u - y)).toBeGreaterThanOrEqual(-size);
        expect(Math.abs(gap(loss.gradient(y, eta)))).toBeLessThanOrEqual(size);
        expect(Math.abs(gap(u - y) - loss.divergence(eta, u - loss.mean(eta)))).toBeLessThanOrEqual(1e3 * size);
      }),
    );
  });

  test("the divergence of a small difference is its square over twice the curvature, without cancellation", () => {
    fc.assert(
      fc.property(etas, fc.double({ min: -1e-5, max: 1e-5, noNaN: true }), (eta, share) => {
        fc.pre(Math.abs(share) > 1e-150);
        const difference = share * loss.curvature(eta);
        const expected = (0.5 * difference * difference) / loss.curvature(eta);
        expect(Math.abs(loss.divergence(eta, difference) / expected - 1)).toBeLessThan(1e-4);
      }),
    );
  });

  test("outside of its domain the conjugate and the divergence are infinite", () => {
    expect(loss.conjugate(1, -1.001)).toBe(Infinity);
    expect(loss.divergence(0, -loss.mean(0) - 0.001)).toBe(Infinity);
  });

  test("the saturated value is the smallest value", () => {
    fc.assert(
      fc.property(responses, etas, (y, eta) => {
        const saturated = loss.saturated(y);
        expect(loss.value(y, eta)).toBeGreaterThanOrEqual(saturated - 1e-12 * (1 + y));
        const best = y === 0 ? -50 : y === 1 && loss === binomial ? 50 : Math.log(y);
        if (y === 0 || y > 1e-9) expect(Math.abs(loss.value(y, best) - saturated)).toBeLessThan(1e-12 * (1 + y * y));
      }),
    );
  });

  test("at the null intercept the slopes add up to 0, with weights, zeros among them, and offsets far off", () => {
    const next = randomStream(7);
    for (const spread of [0, 1, 30, 300]) {
      const n = 40;
      const y = Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));
      const v = Float64Array.from({ length: n }, (_, i) => (i % 7 === 6 ? 0 : 1 + next()));
      const total = v.reduce((sum, value) => sum + value, 0);
      v.forEach((value, i) => {
        v[i] = value / total;
      });
      const offset = Float64Array.from({ length: n }, () => spread * next());
      const b = loss.nullIntercept(y, v, offset);
      const slope = (at: number): number =>
        v.reduce((sum, value, i) => sum + value * loss.gradient(y[i], offset[i] + at), 0);
      // The slope grows with b, and is 0 within a rounding error of it.
      const step = 1e-12 * Math.max(1, Math.abs(b));
      expect(slope(b - step)).toBeLessThan(1e-15);
      expect(slope(b + step)).toBeGreaterThan(-1e-15);
    }
  });
});

test("far out, values are finite wherever the formula is", () => {
  for (const eta of [1e3, 1e10, 1e308]) {
    expect(binomial.value(0, eta)).toBe(eta);
    expect(binomial.value(1, eta)).toBe(0);
    expect(binomial.value(1, -eta)).toBe(eta);
    expect(binomial.divergence(-eta, 0.5)).toBeGreaterThan(0.5 * eta * 0.99);
    expect(poisson.value(0, -eta)).toBe(0);
    expect(poisson.divergence(-eta, 0.5)).toBeGreaterThan(0.5 * eta * 0.99);
  }
});
