import { describe, test } from "vitest";
import { randomArray, randomStream, SHIFTS, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins, type Kernels } from "../support/backends.js";
import type { Heap } from "../support/heap.js";

const float64 = dtypes[0] as Dtype;

/** Calls a kernel on a column-major m × m matrix inside of one with `extra` more rows, and on what is made from `next`. */
type Run = (kernels: Kernels, heap: Heap, m: number, extra: number, A: number[], next: () => number, s: number) => void;

const cases: { name: string; run: Run }[] = [
  {
    name: "symmetricUpdate",
    run: (kernels, heap, m, extra, A, next, shift) => {
      const vector = (at: number) => heap.float64(randomArray(m, next), at);
      const [v, w, u] = [vector(shift), vector(1), vector(3 - shift)];
      kernels.symmetricUpdate(m, ...heap.float64(A, shift), m + extra, ...v, ...w, ...u, ...vector(2));
    },
  },
  {
    name: "reflect",
    run: (kernels, heap, m, extra, A, next, shift) => {
      const v = heap.float64(randomArray(m, next), 3 - shift);
      kernels.reflect(m, m, 0.7, ...v, ...heap.float64(A, shift), m + extra);
    },
  },
  {
    name: "rotate",
    run: (kernels, heap, m, extra, A, next, shift) => {
      const columns = m + extra;
      const panels = Math.ceil(m / 8);
      const Z = heap.float64(
        Array.from({ length: 8 * panels * columns }, (_, i) => A[i % Math.max(A.length, 1)] ?? next()),
        shift,
      );
      // Sweeps of all lengths, from the last column to the first at the longest.
      const starts = [columns - 1, columns - 1, columns >> 1, columns >> 2, 0, 0];
      const rotations = heap.float64(randomArray(2 * (columns - 1 + (columns >> 2)), next), 3 - shift);
      kernels.rotate(panels, columns, ...Z, columns > 0 ? 3 : 0, ...heap.int32(starts, shift), ...rotations);
    },
  },
];

describe.each(cases)("$name twins", ({ run }) => {
  const twins = (m: number, extra: number, A: number[], seed: number, shift: number): void =>
    expectTwins((heap, kernels) => run(kernels, heap, m, extra, A, randomStream(seed), shift));

  test("every size up to 40 at every alignment, random data", () => {
    const next = randomStream(60);
    for (let m = 0; m <= 40; ++m) {
      for (const shift of SHIFTS) {
        for (const extra of [0, 3]) {
          if (m + extra > 0) twins(m, extra, randomArray(m * (m + extra), next), m, shift);
        }
      }
    }
  });

  test("every special value in every position", () => {
    const next = randomStream(61);
    for (const m of [1, 2, 5, 8]) {
      const A = randomArray(m * m, next);
      for (let i = 0; i < A.length; ++i) {
        const kept = A[i] as number;
        for (const value of specialValues(float64)) {
          A[i] = value;
          twins(m, 0, A, i, i % 4);
        }
        A[i] = kept;
      }
    }
  });
});
