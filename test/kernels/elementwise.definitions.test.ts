import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FloatArray } from "../../src/data/FloatArray.js";
import type { VectorKernels } from "../../src/kernels/contract.js";
import { numbers, ordinary, thresholds } from "../support/arbitraries.js";
import { backends, dtypes, runOn } from "../support/backends.js";
import type { Operand } from "../support/heap.js";

/** p = prox(x) of t·|·| iff x − p ∈ t·∂|p|, where p may be off by the rounding of x − p. */
const isProx = (x: number, p: number, t: number, unit: number): boolean =>
  p === 0 ? Math.abs(x) <= t : Math.abs(x - p - t * Math.sign(p)) <= 2 * unit * Math.max(Math.abs(x), t);

describe.each(backends)("$name", (backend) => {
  describe.each(dtypes)("$name", (dtype) => {
    /** What a kernel makes of a single x or w, and of g if it takes one. */
    const one = (
      values: [x: number, g?: number],
      run: (kernels: VectorKernels<FloatArray>, v: Operand<FloatArray>, g: Operand<FloatArray>) => void,
    ): number =>
      runOn(backend, (heap, kernels) => {
        const v = dtype.put(heap, [values[0]]);
        run(dtype.kernels(kernels), v, dtype.put(heap, [values[1] ?? 0]));
        return v[0][v[1]] as number;
      });
    const soft = (x: number, t: number): number => one([x], (kernels, v) => kernels.softThreshold(1, ...v, t, ...v));

    test("soft-thresholding is the proximal operator of t·|x|", () => {
      const finite = numbers(dtype).filter((x) => Number.isFinite(x) && Math.abs(x) < 1e37);
      const threshold = fc.constantFrom(...thresholds(dtype).filter((t) => t < 1e37));
      fc.assert(
        fc.property(finite, threshold, (x, t) => isProx(x, soft(x, t), t, dtype.unit)),
        { numRuns: 2000 },
      );
    });

    test("soft-thresholding of what is special", () => {
      const infinity = Number.POSITIVE_INFINITY;
      expect(soft(0, 0)).toBe(0);
      expect(soft(-0, 0)).toBe(0);
      expect(soft(-0, 1)).toBe(0);
      expect(soft(1, 1)).toBe(0);
      expect(soft(-1, 1)).toBe(0);
      expect(soft(-0.25, 0.5)).toBe(0);
      expect(soft(3, infinity)).toBe(0);
      expect(soft(infinity, 1)).toBe(infinity);
      expect(soft(-infinity, 1)).toBe(-infinity);
      expect(soft(Number.NaN, 1)).toBeNaN();
      expect(soft(Number.NaN, infinity)).toBeNaN();
      expect(soft(2.5, 1)).toBe(1.5);
      expect(soft(-2.5, 1)).toBe(-1.5);
    });

    test("the prox of the elastic net is the scaled soft-threshold, its zeros +0", () => {
      fc.assert(
        fc.property(ordinary.map(dtype.round), ordinary.map(Math.abs).map(dtype.round), (x, t) => {
          const p = one([x], (kernels, v) => kernels.elasticNetProx(1, ...v, t, 0.5, ...v));
          expect(p).toBe(dtype.round(soft(x, t) * 0.5) + 0);
          const none = one([x], (kernels, v) => kernels.elasticNetProx(1, ...v, t, 0, ...v));
          expect(none).toBe(0);
        }),
      );
    });

    test("decay multiplies", () => {
      fc.assert(
        fc.property(numbers(dtype), numbers(dtype), (x, factor) => {
          const y = one([x], (kernels, v) => kernels.decay(1, ...v, factor, ...v));
          expect(y).toBe(dtype.round(x * factor));
        }),
      );
    });

    test("the proximal step is a gradient step, then the prox; the subgradient step pushes by the sign of the old weight", () => {
      const number = ordinary.map(dtype.round);
      fc.assert(
        fc.property(number, number, ordinary.map(Math.abs).map(dtype.round), (w, g, t) => {
          const factor = 0.75;
          const rate = 0.5;
          const descended = dtype.round(dtype.round(w * factor) - dtype.round(rate * g));
          const proximal = one([w, g], (kernels, v, d) => kernels.proximalStep(1, ...v, ...d, factor, rate, t));
          expect(proximal).toBe(soft(descended, t));
          const pushed = one([w, g], (kernels, v, d) => kernels.subgradientStep(1, ...v, ...d, factor, rate, t));
          expect(pushed).toBe(w === 0 ? descended : dtype.round(descended - t * Math.sign(w)));
        }),
      );
    });
  });
});
