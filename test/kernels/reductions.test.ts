import fc from "fast-check";
import { describe, test } from "vitest";
import type { FloatArray } from "../../src/data/FloatArray.js";
import type { VectorKernels } from "../../src/kernels/contract.js";
import { numbers, randomArray, randomStream, SHIFTS, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins } from "../support/backends.js";
import type { Operand } from "../support/heap.js";

type Reduce = (
  kernels: VectorKernels<FloatArray>,
  n: number,
  x: Operand<FloatArray>,
  y: Operand<FloatArray>,
  dtype: Dtype,
) => number;

const cases: { name: string; reduce: Reduce }[] = [
  { name: "dot", reduce: (kernels, n, x, y) => kernels.dot(n, ...x, ...y) },
  { name: "asum", reduce: (kernels, n, x) => kernels.asum(n, ...x) },
  { name: "sumSquares", reduce: (kernels, n, x) => kernels.sumSquares(n, ...x) },
  { name: "absMax", reduce: (kernels, n, x) => kernels.absMax(n, ...x) },
  {
    name: "penalty",
    reduce: (kernels, n, x, _y, dtype) => kernels.penalty(n, ...x, dtype.round(0.3), dtype.round(0.7)),
  },
  { name: "penalty without l1", reduce: (kernels, n, x) => kernels.penalty(n, ...x, 0, Number.POSITIVE_INFINITY) },
  { name: "penalty without l2", reduce: (kernels, n, x) => kernels.penalty(n, ...x, Number.POSITIVE_INFINITY, 0) },
];

function twins(reduce: Reduce, dtype: Dtype, x: ArrayLike<number>, y: ArrayLike<number>, shift: number): void {
  expectTwins((heap, kernels) => {
    const first = dtype.put(heap, x, shift);
    const second = dtype.put(heap, y, (shift * 3 + 1) % 4);
    return reduce(dtype.kernels(kernels), x.length, first, second, dtype);
  });
}

describe.each(dtypes)("$name twins", (dtype) => {
  describe.each(cases)("$name", ({ reduce }) => {
    test("every length from 0 to 130 at every alignment, random data", () => {
      const next = randomStream(3);
      for (let n = 0; n <= 130; ++n) {
        for (const shift of SHIFTS) {
          twins(reduce, dtype, randomArray(n, next, dtype.round), randomArray(n, next, dtype.round), shift);
        }
      }
    });

    test("a special value in every position of every length", () => {
      const next = randomStream(4);
      const special = specialValues(dtype);
      for (let n = 1; n <= 130; ++n) {
        const x = randomArray(n, next, dtype.round);
        const y = randomArray(n, next, dtype.round);
        for (let i = 0; i < n; ++i) {
          const kept = x[i] as number;
          x[i] = special[(i + n) % special.length] as number;
          twins(reduce, dtype, x, y, i % 4);
          x[i] = kept;
        }
      }
    });

    test("every special value in every lane and tail position", () => {
      const next = randomStream(5);
      for (const n of [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 23, 31, 39]) {
        const x = randomArray(n, next, dtype.round);
        const y = randomArray(n, next, dtype.round);
        for (let i = 0; i < n; ++i) {
          const kept = x[i] as number;
          for (const value of specialValues(dtype)) {
            x[i] = value;
            twins(reduce, dtype, x, y, n % 4);
          }
          x[i] = kept;
        }
      }
    });

    test("only zeros of either sign", () => {
      for (let n = 0; n <= 40; ++n) {
        for (const zero of [0, -0]) twins(reduce, dtype, new Array(n).fill(zero), new Array(n).fill(-1), n % 4);
      }
    });

    test("any data", () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(numbers(dtype), numbers(dtype)), { maxLength: 130 }), shifts, (pairs, shift) => {
          twins(
            reduce,
            dtype,
            pairs.map(([a]) => a),
            pairs.map(([, b]) => b),
            shift,
          );
        }),
        { numRuns: 100 },
      );
    });
  });
});
