import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exp, log } from "../../src/arithmetic/transcendental.js";
import { randomStream, shifts } from "../support/arbitraries.js";
import { backends, runOn, type TestBackend } from "../support/backends.js";
import { exactExp, exactLog, ulps } from "../support/exact.js";

const { NaN: nan, POSITIVE_INFINITY: infinity, MAX_VALUE: largest } = Number;
const smallest = 5e-324;

/** e^x as the Poisson loss has it: the curvature of rows of weight 1. */
const expOn = (backend: TestBackend, x: number[], shift = 0): number[] =>
  runOn(backend, (heap, kernels) => {
    const of = (value: number) => heap.float64(new Array(x.length).fill(value), 1);
    const [curvatures, from] = heap.float64(new Array(x.length).fill(7), 3 - shift);
    kernels.poissonLoss(x.length, ...heap.float64(x, shift), ...of(0), ...of(1), ...of(7), curvatures, from);
    return [...curvatures.subarray(from, from + x.length)];
  });

describe.each(backends)("exp on $name", (backend) => {
  const one = (x: number): number => expOn(backend, [x])[0] as number;

  test("is within 1 ulp of e^x", () => {
    const next = randomStream(21);
    const x = [709.78, 709.782712893384, -708.39, -708.4, -720.5, -745.13, -745.13321910194, 1e-300, -1e-17, 0.3466];
    for (let i = 0; i < 100; ++i) x.push(next(), 40 * next(), 709 * next(), next() * 2 ** (-30 * Math.abs(next())));
    for (let k = -60; k <= 60; k += 7) x.push(k * Math.LN2, (k + 0.5) * Math.LN2, (k + 0.5) * Math.LN2 * (1 + 2e-16));
    const values = expOn(backend, x);
    const errors = x.map((v, i) => ulps(values[i] as number, exactExp(v)));
    expect(Math.max(...errors)).toBeLessThan(1);
  });

  test("has its special values", () => {
    expect(one(0)).toBe(1);
    expect(one(-0)).toBe(1);
    expect(one(infinity)).toBe(infinity);
    expect(one(-infinity)).toBe(0);
    expect(one(nan)).toBeNaN();
    expect(one(709.78)).toBeLessThan(infinity);
    expect(one(709.79)).toBe(infinity);
    expect(one(largest)).toBe(infinity);
    expect(one(-745.13)).toBe(smallest);
    expect(one(-745.14)).toBe(0);
    expect(one(-largest)).toBe(0);
  });

  test("grows from one double to the next few", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        const step = Math.max(Math.abs(x) * 2 ** -50, 1e-15);
        const values = expOn(backend, [x, x + step, x + 2 * step]) as [number, number, number];
        expect(values[0] <= values[1] && values[1] <= values[2]).toBe(true);
      }),
    );
  });

  test("has the bits of the function of one number, in either lane and in the tail", () => {
    const special = [
      709.782712893384,
      709.79,
      711,
      745.1332191019412,
      747,
      1e10,
      0.5 * Math.LN2,
      infinity,
      nan,
      smallest,
    ];
    const anything = fc.oneof(
      fc.constantFrom(...special, ...special.map((value) => -value)),
      fc.double(),
      fc.double({ min: -760, max: 720 }),
    );
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30 }), shifts, (x, shift) => {
        expect(expOn(backend, x, shift)).toEqual(x.map(exp));
      }),
      { numRuns: 500 },
    );
  });
});

describe("log", () => {
  test("is within 1 ulp of ln x", () => {
    const next = randomStream(22);
    const x = [largest, smallest, 1e-310, 2.2250738585072014e-308, 2, 0.5, 10, Math.SQRT2, Math.SQRT1_2, Math.E, 3];
    for (let k = 1; k <= 52; k += 3) x.push(1 + 2 ** -k, 1 - 2 ** -k);
    for (let i = 0; i < 100; ++i)
      x.push(next() + 1 + smallest, 2 ** (1000 * next()), 1 + next() / 100, 1e3 * (1 + next()));
    const errors = x.map((v) => ulps(log(v), exactLog(v)));
    expect(Math.max(...errors)).toBeLessThan(1);
  });

  test("has its special values", () => {
    expect(log(1)).toBe(0);
    expect(log(0)).toBe(-infinity);
    expect(log(-0)).toBe(-infinity);
    expect(log(infinity)).toBe(infinity);
    expect(log(-infinity)).toBeNaN();
    expect(log(-1)).toBeNaN();
    expect(log(-smallest)).toBeNaN();
    expect(log(nan)).toBeNaN();
    expect(log(smallest)).toBeCloseTo(-744.4400719213812, 10);
    expect(log(largest)).toBeCloseTo(709.782712893384, 10);
  });

  test.each(backends)("has the same bits on $name: of K classes that are as likely, ln K", (backend) => {
    for (let K = 1; K <= 600; ++K) {
      const sums = runOn(backend, (heap, kernels) => {
        const room = () => heap.float64(new Array(3 * K).fill(0));
        const rows = () => heap.float64([0, 0, 0]);
        const out = rows();
        kernels.softmaxLoss(3, K, 3, ...room(), ...rows(), ...rows(), ...room(), ...room(), ...room(), ...out);
        return [...out[0].subarray(out[1], out[1] + 3)];
      });
      expect(sums).toEqual([log(K), log(K), log(K)]);
    }
  });
});
