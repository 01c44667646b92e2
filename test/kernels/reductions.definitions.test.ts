import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numbers, randomArray, randomStream } from "../support/arbitraries.js";
import { backends, dtypes, runOn } from "../support/backends.js";
import { isDot } from "../support/exact.js";

describe.each(backends)("$name", (backend) => {
  describe.each(dtypes)("$name", (dtype) => {
    type Name = "asum" | "sumSquares" | "absMax";
    const reduce = (name: Name, x: number[], shift = 0): number =>
      runOn(backend, (heap, kernels) => dtype.kernels(kernels)[name](x.length, ...dtype.put(heap, x, shift)));
    const dot = (x: number[], y: number[], shift = 0): number =>
      runOn(backend, (heap, kernels) =>
        dtype.kernels(kernels).dot(x.length, ...dtype.put(heap, x, shift), ...dtype.put(heap, y, 3 - shift)),
      );
    const penalty = (x: number[], l1: number, l2: number): number =>
      runOn(backend, (heap, kernels) => dtype.kernels(kernels).penalty(x.length, ...dtype.put(heap, x), l1, l2));

    test("sums of small integers are exact at every length", () => {
      for (let n = 0; n <= 130; ++n) {
        const x = Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 5);
        const y = Array.from({ length: n }, (_, i) => ((i * 5) % 13) - 6);
        const sum = (values: number[]): number => values.reduce((total, v) => total + v, 0);
        expect(dot(x, y, n % 4)).toBe(sum(x.map((v, i) => v * (y[i] as number))));
        expect(reduce("asum", x, n % 4)).toBe(sum(x.map(Math.abs)));
        expect(reduce("sumSquares", x, n % 4)).toBe(sum(x.map((v) => v * v)));
        expect(reduce("absMax", x, n % 4)).toBe(Math.max(0, ...x.map(Math.abs)));
        expect(penalty(x, 2, 3)).toBe(2 * sum(x.map(Math.abs)) + 3 * sum(x.map((v) => v * v)));
      }
    });

    test("sums agree with exact arithmetic within the rounding of a sum", () => {
      const next = randomStream(20);
      for (let n = 1; n <= 130; n += 3) {
        const x = randomArray(n, next).map((v) => dtype.round(v * 2 ** Math.round(20 * next())));
        const y = randomArray(n, next, dtype.round);
        const ones = x.map(() => 1);
        expect(isDot(dot(x, y), x, y, dtype.unit)).toBe(true);
        expect(isDot(reduce("sumSquares", x), x, x, dtype.unit)).toBe(true);
        expect(isDot(reduce("asum", x), x.map(Math.abs), ones, dtype.unit)).toBe(true);
      }
    });

    test("the summation has 8 partial sums in float64, 16 in float32, and then its tail", () => {
      // 1 is lost beside `large` in its own partial sum and tail, but in no other.
      const large = 2 / dtype.unit;
      for (let i = 0; i < 2 * dtype.block; ++i) {
        const x = new Array(2 * dtype.block + 1).fill(0);
        x[0] = large;
        x[i] += 1;
        x[dtype.block * 2] = -large;
        expect(reduce("asum", x)).toBe(2 * large);
        expect(dot(x, new Array(x.length).fill(1))).toBe(0);
      }
      const split = new Array(2 * dtype.block).fill(0);
      split[0] = large;
      split[dtype.block] = -large;
      for (let i = 1; i < dtype.block; ++i) {
        split[i] = 1;
        expect(dot(split, new Array(split.length).fill(1))).toBe(1);
        split[i] = 0;
      }
    });

    test("the maximum is one of the absolute values, NaN if any is NaN", () => {
      fc.assert(
        fc.property(fc.array(numbers(dtype), { maxLength: 70 }), (x) => {
          expect(reduce("absMax", x)).toBe(Math.max(0, ...x.map(Math.abs)));
        }),
      );
    });

    test("0·∞ in the penalty counts as 0, NaN stays NaN", () => {
      const infinity = Number.POSITIVE_INFINITY;
      for (const n of [1, dtype.block + 1, 3 * dtype.block]) {
        const zeros = new Array(n).fill(-0);
        expect(penalty(zeros, infinity, infinity)).toBe(0);
        expect(penalty([...zeros, infinity], 0, 0)).toBe(0);
        expect(penalty([...zeros, infinity], 1, 0)).toBe(infinity);
        expect(penalty([...zeros, 1], 0, infinity)).toBe(infinity);
        expect(penalty([...zeros, Number.NaN], 0, 0)).toBeNaN();
        expect(penalty([...zeros, Number.NaN], 1, 0)).toBeNaN();
      }
      expect(penalty([], infinity, infinity)).toBe(0);
    });

    test("axpy adds a multiple", () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(numbers(dtype), numbers(dtype)), { maxLength: 40 }),
          numbers(dtype),
          (pairs, a) => {
            const y = pairs.map(([, v]) => v);
            const result = runOn(backend, (heap, kernels) => {
              const x = dtype.put(
                heap,
                pairs.map(([v]) => v),
                1,
              );
              const [array, offset] = dtype.put(heap, y, 2);
              dtype.kernels(kernels).axpy(pairs.length, a, ...x, array, offset);
              return [...array.subarray(offset, offset + pairs.length)];
            });
            expect(result).toEqual(pairs.map(([v, w]) => dtype.round(w + dtype.round(a * v))));
          },
        ),
      );
    });
  });
});
