import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exp, log } from "../../src/arithmetic/transcendental.js";
import { randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { exactExp, exactLog, ulps } from "../support/exact.js";

const { NaN: nan, POSITIVE_INFINITY: infinity, MAX_VALUE: largest } = Number;
const smallest = 5e-324;

describe.each(backends)("$name", (backend) => {
  const all = (name: "exp" | "log", x: number[]): number[] =>
    runOn(backend, (heap, kernels) => {
      const out = heap.float64(new Array(x.length).fill(7), 1);
      kernels[name](x.length, ...heap.float64(x), ...out);
      return [...out[0].subarray(out[1], out[1] + x.length)];
    });
  const one = (name: "exp" | "log", x: number): number => all(name, [x])[0] as number;

  test("exp is within 1 ulp of e^x", () => {
    const next = randomStream(21);
    const x = [709.78, 709.782712893384, -708.39, -708.4, -720.5, -745.13, -745.13321910194, 1e-300, -1e-17, 0.3466];
    for (let i = 0; i < 100; ++i) x.push(next(), 40 * next(), 709 * next(), next() * 2 ** (-30 * Math.abs(next())));
    for (let k = -60; k <= 60; k += 7) x.push(k * Math.LN2, (k + 0.5) * Math.LN2, (k + 0.5) * Math.LN2 * (1 + 2e-16));
    const values = all("exp", x);
    const errors = x.map((v, i) => ulps(values[i] as number, exactExp(v)));
    expect(Math.max(...errors)).toBeLessThan(1);
  });

  test("log is within 1 ulp of ln x", () => {
    const next = randomStream(22);
    const x = [largest, smallest, 1e-310, 2.2250738585072014e-308, 2, 0.5, 10, Math.SQRT2, Math.SQRT1_2, Math.E, 3];
    for (let k = 1; k <= 52; k += 3) x.push(1 + 2 ** -k, 1 - 2 ** -k);
    for (let i = 0; i < 100; ++i)
      x.push(next() + 1 + smallest, 2 ** (1000 * next()), 1 + next() / 100, 1e3 * (1 + next()));
    const values = all("log", x);
    const errors = x.map((v, i) => ulps(values[i] as number, exactLog(v)));
    expect(Math.max(...errors)).toBeLessThan(1);
  });

  test("the special values of exp", () => {
    expect(one("exp", 0)).toBe(1);
    expect(one("exp", -0)).toBe(1);
    expect(one("exp", infinity)).toBe(infinity);
    expect(one("exp", -infinity)).toBe(0);
    expect(one("exp", nan)).toBeNaN();
    expect(one("exp", 709.78)).toBeLessThan(infinity);
    expect(one("exp", 709.79)).toBe(infinity);
    expect(one("exp", largest)).toBe(infinity);
    expect(one("exp", -745.13)).toBe(smallest);
    expect(one("exp", -745.14)).toBe(0);
    expect(one("exp", -largest)).toBe(0);
  });

  test("the special values of log", () => {
    expect(one("log", 1)).toBe(0);
    expect(one("log", 0)).toBe(-infinity);
    expect(one("log", -0)).toBe(-infinity);
    expect(one("log", infinity)).toBe(infinity);
    expect(one("log", -infinity)).toBeNaN();
    expect(one("log", -1)).toBeNaN();
    expect(one("log", -smallest)).toBeNaN();
    expect(one("log", nan)).toBeNaN();
    expect(one("log", smallest)).toBeCloseTo(-744.4400719213812, 10);
    expect(one("log", largest)).toBeCloseTo(709.782712893384, 10);
  });

  test("both are monotonic from one double to the next few", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        const step = Math.max(Math.abs(x) * 2 ** -50, 1e-15);
        const values = all("exp", [x, x + step, x + 2 * step]) as [number, number, number];
        expect(values[0] <= values[1] && values[1] <= values[2]).toBe(true);
      }),
    );
  });

  test("the scalar functions are the kernels", () => {
    fc.assert(
      fc.property(fc.double(), (x) => {
        expect(exp(x)).toBe(one("exp", x));
        expect(log(x)).toBe(one("log", x));
      }),
    );
  });
});
