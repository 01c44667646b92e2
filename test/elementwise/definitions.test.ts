import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  asum,
  axpy,
  decay,
  elasticNetProx,
  type FloatArray,
  gradientStep,
  penalty,
  setBackend,
  softThreshold,
  sumSquares,
} from "../../src/index.js";
import { ordinary } from "../support/arbitraries.js";
import { dtypes } from "../support/backends.js";
import { assertSameBits } from "../support/bits.js";

const infinity = Number.POSITIVE_INFINITY;
const strength = fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 4, noNaN: true }));

describe.each(["js", "wasm"] as const)("%s", (backend) => {
  afterEach(() => setBackend("auto"));

  describe.each(dtypes)("$name", (dtype) => {
    const arrays = (minLength = 0): fc.Arbitrary<FloatArray> =>
      fc.array(ordinary.map(dtype.round), { minLength, maxLength: 200 }).map(dtype.array);
    const assert = <T>(property: fc.IRawProperty<T>): void => {
      setBackend(backend);
      fc.assert(property, { numRuns: 60 });
    };
    const near = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 8 * dtype.unit * (1 + scale);

    test("elasticNetProx minimises (x − p)²/2 + stepSize·(l1·|p| + l2·p²)", () => {
      assert(
        fc.property(arrays(), strength, strength, strength, (x, l1, l2, stepSize) => {
          elasticNetProx(x, { l1, l2, stepSize }).forEach((p, i) => {
            const v = x[i] as number;
            const slope = v - p - 2 * stepSize * l2 * p;
            if (p === 0) expect(Math.abs(v)).toBeLessThanOrEqual(stepSize * l1 * (1 + 4 * dtype.unit));
            else
              expect(near(slope, stepSize * l1 * Math.sign(p), Math.abs(v) * (1 + stepSize * l2) + stepSize * l1)).toBe(
                true,
              );
          });
        }),
      );
    });

    test("elasticNetProx without l2 is softThreshold, without l1 decay up to the sign of zero", () => {
      assert(
        fc.property(arrays(), strength, strength, (x, l, stepSize) => {
          assertSameBits(elasticNetProx(x, { l1: l, stepSize }), softThreshold(x, stepSize * l));
          const decayed = decay(x, 1 / (1 + 2 * stepSize * l)).map((v) => v + 0);
          assertSameBits(elasticNetProx(x, { l2: l, stepSize }), decayed as FloatArray);
        }),
      );
    });

    test("gradientStep is decay, then the gradient, then the L1 step, in one pass", () => {
      assert(
        fc.property(arrays(), strength, strength, fc.double({ min: 0, max: 1, noNaN: true }), (w, l1, l2, rate) => {
          const learningRate = dtype.round(rate);
          const g = w.map((v, i) => Math.sin(i) - v) as FloatArray;
          const descended = decay(w, 1 - 2 * learningRate * l2);
          axpy(-learningRate, g, descended);
          const options = { learningRate, l1, l2 };
          assertSameBits(gradientStep(w.slice(), g, options), softThreshold(descended, learningRate * l1));
          const pushed = descended.map((v, i) => v - dtype.round(learningRate * l1) * Math.sign(w[i] as number) + 0);
          const subgradient = gradientStep(w.slice(), g, { ...options, l1Mode: "subgradient" }).map((v) => v + 0);
          assertSameBits(subgradient as FloatArray, pushed as FloatArray);
        }),
      );
    });

    test("penalty is l1·Σ|w| + l2·Σw²", () => {
      assert(
        fc.property(arrays(), strength, strength, (w, l1, l2) => {
          const expected = dtype.round(l1) * asum(w) + dtype.round(l2) * sumSquares(w);
          expect(near(penalty(w, { l1, l2 }), expected, expected)).toBe(true);
        }),
      );
    });

    test("proximal operators do not expand distances", () => {
      assert(
        fc.property(arrays(1), strength, strength, (x, l1, l2) => {
          const y = x.map((v, i) => v + Math.cos(i)) as FloatArray;
          const [p, q] = [elasticNetProx(x, { l1, l2, stepSize: 1 }), elasticNetProx(y, { l1, l2, stepSize: 1 })];
          p.forEach((v, i) => {
            const before = Math.abs((x[i] as number) - (y[i] as number));
            expect(Math.abs(v - (q[i] as number))).toBeLessThanOrEqual(before + 16 * dtype.unit * (10 + l1));
          });
        }),
      );
    });

    test.each([3, 20, 200])("0·∞ counts as 0, over %i elements", (n) => {
      setBackend(backend);
      const x = dtype.array(Array.from({ length: n }, (_, i) => [1, -2, 0, -0][i % 4] as number));
      const positiveZeros = x.map((v) => v + 0) as FloatArray;
      const zeros = dtype.array(n);
      // A step of size 0 changes nothing (but the sign of zero), however strong the penalty.
      assertSameBits(elasticNetProx(x, { l1: infinity, l2: infinity, stepSize: 0 }), positiveZeros);
      assertSameBits(gradientStep(x.slice(), zeros, { learningRate: 0, l1: infinity, l2: infinity }), positiveZeros);
      // An infinite step without a penalty does not either.
      assertSameBits(elasticNetProx(x, { stepSize: infinity }), positiveZeros);
      assertSameBits(elasticNetProx(x, { l1: 1, stepSize: infinity }), zeros);
      assertSameBits(elasticNetProx(x, { l2: 1, stepSize: infinity }), zeros);
      assertSameBits(softThreshold(x, infinity), zeros);
      assertSameBits(softThreshold(x, 0), positiveZeros);
      assertSameBits(softThreshold(x, -0), positiveZeros);
      expect(penalty(zeros, { l1: infinity, l2: infinity })).toBe(0);
      expect(penalty(x, { l1: infinity })).toBe(infinity);
      expect(penalty(x, { l1: 0, l2: 0 })).toBe(0);
    });

    test.each([3, 20, 200])("NaN stays NaN and infinities stay, over %i elements", (n) => {
      setBackend(backend);
      const x = dtype.array(n).fill(Number.NaN);
      x[n - 1] = -infinity;
      const expected = x.slice();
      assertSameBits(softThreshold(x, 1), expected);
      assertSameBits(softThreshold(x, 0), expected);
      assertSameBits(elasticNetProx(x, { l1: 1, l2: 1, stepSize: 1 }), expected);
      assertSameBits(decay(x, 0.5), expected);
      assertSameBits(gradientStep(x.slice(), dtype.array(n), { learningRate: 0.1, l1: 1 }), expected);
      expect(penalty(x, { l1: 1 })).toBeNaN();
    });
  });

  test("float32 rounds scalars first, whatever the length", () => {
    setBackend(backend);
    const { fround } = Math;
    for (const n of [3, 20, 200]) {
      const x = new Float32Array(n).fill(0.3);
      const value = fround(0.3);
      expect(new Set(softThreshold(x, 0.1))).toEqual(new Set([fround(value - fround(0.1))]));
      expect(new Set(decay(x, 0.1))).toEqual(new Set([fround(value * fround(0.1))]));
      expect(new Set(axpy(0.1, x, x.slice()))).toEqual(new Set([fround(value + fround(fround(0.1) * value))]));
      // A threshold is a product in float64, rounded once.
      expect(softThreshold(x, value)[n - 1]).toBe(0);
      expect(elasticNetProx(x, { l1: 3, stepSize: 0.1 })[n - 1]).toBe(0);
      expect(elasticNetProx(x, { l1: 0.1, l2: 0.1, stepSize: 1 })[n - 1]).toBe(
        fround(fround(value - fround(0.1)) * fround(1 / 1.2)),
      );
    }
  });
});

test("the textbook's numbers", () => {
  expect([...softThreshold(new Float64Array([3, -0.5, -2]), 1)]).toEqual([2, 0, -1]);
  expect([...decay(new Float64Array([5, -3]), 0.98)]).toEqual([4.9, -2.94]);
  expect([...elasticNetProx(new Float64Array([3, -0.5]), { l1: 1, l2: 0.5, stepSize: 1 })]).toEqual([1, 0]);
  expect(penalty(new Float64Array([3, -4]), { l1: 1, l2: 0.5 })).toBe(19.5);
  expect([...axpy(2, new Float64Array([1, 2]), new Float64Array([10, 10]))]).toEqual([12, 14]);
});
