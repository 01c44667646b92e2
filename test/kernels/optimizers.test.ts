import fc from "fast-check";
import { describe, test } from "vitest";
import { numbers, randomArray, randomStream, SHIFTS, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins } from "../support/backends.js";
import { runStep, type StepCase, stepCases } from "../support/optimizerSteps.js";

/** Cells between the state's arrays that no kernel may touch. */
const GAP = 3;

/** Two steps on each backend. `state` gives the element i of the array a. */
function twins(
  step: StepCase,
  dtype: Dtype,
  w: number[],
  g: number[],
  state: (a: number, i: number) => number,
  shift: number,
): void {
  const n = w.length;
  const stride = n + GAP;
  const cells = Array.from({ length: step.arrays * stride }, (_, k) => state(Math.floor(k / stride), k % stride));
  expectTwins((heap, kernels) => {
    const weights = dtype.put(heap, w, shift);
    const slope = dtype.put(heap, g, (shift + 1) % 4);
    const kept = dtype.put(heap, cells, (shift * 2) % 4);
    for (let k = 0; k < 2; ++k) runStep(step, dtype.kernels(kernels), n, weights, slope, kept, stride);
  });
}

describe.each(dtypes)("$name twins", (dtype) => {
  describe.each(stepCases)("$name", (step) => {
    test("every length from 0 to 70 at every alignment, random data", () => {
      const next = randomStream(1);
      for (let n = 0; n <= 70; ++n) {
        for (const shift of SHIFTS) {
          const [w, g] = [randomArray(n, next, dtype.round), randomArray(n, next, dtype.round)];
          twins(step, dtype, w, g, () => Math.abs(dtype.round(next())), shift);
        }
      }
    });

    test("every special value in every lane and tail position", () => {
      const special = specialValues(dtype, 0.05);
      const count = special.length;
      for (let n = 0; n <= 9; ++n) {
        for (let turn = 0; turn < count; ++turn) {
          const w = Array.from({ length: n }, (_, i) => special[(i + turn) % count]);
          const g = Array.from({ length: n }, (_, i) => special[(i * 5 + turn * 3) % count]);
          twins(step, dtype, w, g, (a, i) => special[(i * 7 + turn * 2 + a) % count], turn % 4);
          twins(step, dtype, w, g, () => 0, turn % 4);
        }
      }
    });

    test("any data", () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(numbers(dtype), numbers(dtype), numbers(dtype)), { maxLength: 70 }),
          shifts,
          (rows, shift) => {
            const column = (k: number) => rows.map((row) => row[k]);
            const third = column(2);
            twins(step, dtype, column(0), column(1), (a, i) => third[(i + a) % rows.length] ?? 0, shift);
          },
        ),
        { numRuns: 100 },
      );
    });
  });
});
