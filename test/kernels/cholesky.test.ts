import fc from "fast-check";
import { describe, test } from "vitest";
import { numbers, randomArray, randomStream, SHIFTS, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins, type Kernels } from "../support/backends.js";
import type { Heap, Operand } from "../support/heap.js";
import { spread } from "../support/matrices.js";

const float64 = dtypes[0] as Dtype;

/** Calls a kernel on the first rows of L, `stride` apart, of which there are `size`, and on a vector of `size` numbers. */
interface Case {
  name: string;
  run: (
    kernels: Kernels,
    heap: Heap,
    size: number,
    L: Operand<Float64Array>,
    stride: number,
    b: number[],
    shift: number,
  ) => unknown;
}

const cases: Case[] = [
  {
    name: "choleskyAppend",
    run: (kernels, _heap, size, L, stride) => (size === 0 ? 0 : kernels.choleskyAppend(size - 1, ...L, stride)),
  },
  ...[0, 0.5, 1].map((where) => ({
    name: `choleskyDrop ${where} of the way down`,
    run: (
      kernels: Kernels,
      heap: Heap,
      size: number,
      L: Operand<Float64Array>,
      stride: number,
      _b: number[],
      shift: number,
    ) => {
      const work = heap.float64(new Array(2 * size).fill(7), 3 - shift);
      if (size > 0) kernels.choleskyDrop(size, Math.floor(where * (size - 1)), ...L, stride, ...work);
    },
  })),
  ...(["choleskyForward", "choleskyBackward"] as const).map((name) => ({
    name,
    run: (
      kernels: Kernels,
      heap: Heap,
      size: number,
      L: Operand<Float64Array>,
      stride: number,
      b: number[],
      shift: number,
    ) => {
      kernels[name](size, ...L, stride, ...heap.float64(b, 3 - shift));
    },
  })),
];

/** A square matrix with numbers from 1 to 3 on its diagonal. */
const square = (size: number, next: () => number): number[] =>
  randomArray(size * size, next).map((v, at) => (at % (size + 1) === 0 ? v + 2 : v));

describe.each(cases)("$name twins", ({ run }) => {
  const twins = (size: number, L: number[], b: number[], shift: number, gap = shift >> 1): void =>
    expectTwins((heap, kernels) =>
      run(kernels, heap, size, heap.float64(spread(L, size, size + gap), shift), size + gap, b, shift),
    );

  test("every size from 0 to 40 at every alignment, random data", () => {
    const next = randomStream(60);
    for (let size = 0; size <= 40; ++size) {
      for (const shift of SHIFTS) twins(size, square(size, next), randomArray(size, next), shift);
    }
  });

  test("every size from 41 to 131", () => {
    const next = randomStream(61);
    for (let size = 41; size <= 131; ++size) twins(size, square(size, next), randomArray(size, next), size % 4);
  });

  test("a special value in every position of L and b", () => {
    const next = randomStream(62);
    for (const size of [1, 2, 3, 11]) {
      const L = square(size, next);
      const b = randomArray(size, next);
      for (const operand of [L, b]) {
        operand.forEach((kept, i) => {
          for (const value of specialValues(float64)) {
            operand[i] = value;
            twins(size, L, b, i % 4);
          }
          operand[i] = kept;
        });
      }
    }
  });

  test("any data", () => {
    const operands = fc
      .integer({ min: 0, max: 20 })
      .chain((size) =>
        fc.tuple(
          fc.constant(size),
          ...([size * size, size].map((length) =>
            fc.array(numbers(float64), { minLength: length, maxLength: length }),
          ) as [fc.Arbitrary<number[]>, fc.Arbitrary<number[]>]),
        ),
      );
    fc.assert(
      fc.property(operands, shifts, fc.nat(3), ([size, L, b], shift, gap) => twins(size, L, b, shift, gap)),
      { numRuns: 200 },
    );
  });
});
