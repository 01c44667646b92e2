import fc from "fast-check";
import { describe, test } from "vitest";
import type { FloatArray } from "../../src/data/FloatArray.js";
import type { VectorKernels } from "../../src/kernels/contract.js";
import {
  numbers,
  randomArray,
  randomStream,
  SHIFTS,
  shifts,
  specialValues,
  thresholds,
} from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins } from "../support/backends.js";
import type { Operand } from "../support/heap.js";

/** Calls a kernel on x, maybe a second operand y that it only reads, and out. `inPlace` kernels overwrite x. */
interface Case {
  name: string;
  inPlace: boolean;
  run: (
    kernels: VectorKernels<FloatArray>,
    n: number,
    x: Operand<FloatArray>,
    y: Operand<FloatArray>,
    out: Operand<FloatArray>,
    threshold: number,
    factor: number,
  ) => void;
}

const cases: Case[] = [
  {
    name: "softThreshold",
    inPlace: false,
    run: (kernels, n, x, _y, out, threshold) => kernels.softThreshold(n, ...x, threshold, ...out),
  },
  {
    name: "decay",
    inPlace: false,
    run: (kernels, n, x, _y, out, _threshold, factor) => kernels.decay(n, ...x, factor, ...out),
  },
  {
    name: "elasticNetProx",
    inPlace: false,
    run: (kernels, n, x, _y, out, threshold, factor) => kernels.elasticNetProx(n, ...x, threshold, factor, ...out),
  },
  {
    name: "proximalStep",
    inPlace: true,
    run: (kernels, n, x, y, _out, threshold, factor) => kernels.proximalStep(n, ...x, ...y, factor, 0.5, threshold),
  },
  {
    name: "subgradientStep",
    inPlace: true,
    run: (kernels, n, x, y, _out, threshold, factor) => kernels.subgradientStep(n, ...x, ...y, factor, 0.5, threshold),
  },
  {
    name: "axpy",
    inPlace: true,
    run: (kernels, n, x, y, _out, _threshold, factor) => kernels.axpy(n, factor, ...y, ...x),
  },
];

// 1e-300 and 1e-40 make what is left underflow.
const FACTORS = [1, 0.98, 0, -1, Number.POSITIVE_INFINITY, 1e-300, 1e-40];

/** One call on each backend; without `out`, it is x itself. */
function twins(
  { run }: Case,
  dtype: Dtype,
  x: number[],
  y: number[],
  out: number[] | undefined,
  threshold: number,
  factor: number,
  shift: number,
): void {
  expectTwins((heap, kernels) => {
    const first = dtype.put(heap, x, shift);
    const second = dtype.put(heap, y, (shift + 1) % 4);
    const target = out === undefined ? first : dtype.put(heap, out, (shift * 2) % 4);
    run(dtype.kernels(kernels), x.length, first, second, target, dtype.round(threshold), dtype.round(factor));
  });
}

describe.each(dtypes)("$name twins", (dtype) => {
  describe.each(cases)("$name", (kernel) => {
    test("every length from 0 to 130 at every alignment, random data", () => {
      const next = randomStream(1);
      for (let n = 0; n <= 130; ++n) {
        for (const shift of SHIFTS) {
          const x = randomArray(n, next, dtype.round);
          const y = randomArray(n, next, dtype.round);
          twins(kernel, dtype, x, y, kernel.inPlace ? undefined : new Array(n).fill(7), 0.3, 0.98, shift);
        }
      }
    });

    test("every special value in every lane and tail position, for every threshold", () => {
      for (const threshold of thresholds(dtype)) {
        const special = specialValues(dtype, threshold);
        const count = special.length;
        for (let n = 0; n <= 35; ++n) {
          for (let turn = 0; turn < count; ++turn) {
            const x = Array.from({ length: n }, (_, i) => special[(i + turn) % count] as number);
            const y = Array.from({ length: n }, (_, i) => special[(i * 5 + turn * 3) % count] as number);
            const factor = FACTORS[turn % FACTORS.length] as number;
            twins(kernel, dtype, x, y, kernel.inPlace ? undefined : new Array(n).fill(7), threshold, factor, turn % 4);
          }
        }
      }
    });

    test("special values at every length from 36 to 130", () => {
      for (let n = 36; n <= 130; ++n) {
        const threshold = thresholds(dtype)[n % 6] as number;
        const special = specialValues(dtype, threshold);
        for (let turn = 0; turn < special.length; turn += 3) {
          const x = Array.from({ length: n }, (_, i) => special[(i + turn) % special.length] as number);
          const y = Array.from({ length: n }, (_, i) => special[(i * 3 + turn) % special.length] as number);
          twins(kernel, dtype, x, y, undefined, threshold, FACTORS[(n + turn) % FACTORS.length] as number, turn % 4);
        }
      }
    });

    test("any data, in place too", () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(numbers(dtype), numbers(dtype)), { maxLength: 130 }),
          fc.constantFrom(...thresholds(dtype)),
          numbers(dtype),
          shifts,
          fc.boolean(),
          (pairs, threshold, factor, shift, same) => {
            const x = pairs.map(([a]) => a);
            const out = kernel.inPlace || same ? undefined : new Array(x.length).fill(7);
            twins(
              kernel,
              dtype,
              x,
              pairs.map(([, b]) => b),
              out,
              threshold,
              factor,
              shift,
            );
          },
        ),
        { numRuns: 100 },
      );
    });

    test("every operand may be the other one", () => {
      const next = randomStream(2);
      for (let n = 0; n <= 40; ++n) {
        const x = randomArray(n, next, dtype.round);
        expectTwins((heap, kernels) => {
          const only = dtype.put(heap, x, n % 4);
          kernel.run(dtype.kernels(kernels), n, only, only, only, dtype.round(0.3), dtype.round(0.98));
        });
      }
    });
  });
});
