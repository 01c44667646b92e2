import fc from "fast-check";
import { describe, test } from "vitest";
import { randomArray, randomStream, SHIFTS, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins } from "../support/backends.js";

const special = [
  ...specialValues(dtypes[0] as Dtype),
  ...[709.78, 709.782712893384, 709.79, 710, 711, 745.13, 745.1332191019412, 746, 747, 1e10, 708.4, 0.5 * Math.LN2],
  ...[-709.78, -708.4, -708.3964185322641, -745.13, -745.14, -746, -747, Math.SQRT1_2, Math.SQRT2, 0.7071, 1e-310],
];

const anything = fc.oneof(
  fc.constantFrom(...special),
  fc.double(),
  fc.double({ min: -760, max: 720 }),
  fc.double({ min: 0, max: 2.3e-308 }),
);

describe.each(["exp", "log"] as const)("%s twins", (name) => {
  const twins = (x: number[], shift: number, inPlace: boolean): void =>
    expectTwins((heap, kernels) => {
      const operand = heap.float64(x, shift);
      kernels[name](
        x.length,
        ...operand,
        ...(inPlace ? operand : heap.float64(new Array(x.length).fill(7), 3 - shift)),
      );
    });

  test("every length from 0 to 130 at every alignment", () => {
    const next = randomStream(15);
    for (let n = 0; n <= 130; ++n) {
      for (const shift of SHIFTS) {
        const x = randomArray(n, next).map((v) => (name === "exp" ? 750 * v : Math.abs(v) * 10 ** (300 * next())));
        twins(x, shift, shift % 2 === 1);
      }
    }
  });

  test("every special value in either lane and in the tail", () => {
    for (let n = 1; n <= 5; ++n) {
      for (let turn = 0; turn < special.length; ++turn) {
        const x = Array.from({ length: n }, (_, i) => special[(turn + i * 7) % special.length] as number);
        twins(x, turn % 4, turn % 2 === 0);
      }
    }
  });

  test("any data", () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 130 }), shifts, fc.boolean(), (x, shift, inPlace) =>
        twins(x, shift, inPlace),
      ),
      { numRuns: 500 },
    );
  });
});
