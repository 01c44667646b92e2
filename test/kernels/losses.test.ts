import fc from "fast-check";
import { describe, test } from "vitest";
import { randomStream, SHIFTS, shifts } from "../support/arbitraries.js";
import { expectTwins } from "../support/backends.js";

const special = [0, -0, 5e-324, 1e-310, 1, -1, 36.7, -36.8, 709.7, 709.8, -745.1, -746, 1e308, -1e308];
const etas = fc.oneof(
  fc.constantFrom(...special, Infinity, -Infinity, Number.NaN),
  fc.double(),
  fc.double({ min: -40, max: 40, noNaN: true }),
);
const row = fc.record({
  eta: etas,
  y: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1e6, noNaN: true })),
  v: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
});
type Six<T> = [T, T, T, T, T, T];
type Row = { eta: number; y: number; v: number };

describe.each(["binomialLoss", "poissonLoss"] as const)("%s twins", (name) => {
  const twins = (rows: readonly Row[], shift: number): void =>
    expectTwins((heap, kernels) => {
      const n = rows.length;
      const operand = (values: number[], by: number) => heap.float64(values, by);
      const blank = new Array<number>(n).fill(7);
      return kernels[name](
        n,
        ...operand(
          rows.map(({ eta }) => eta),
          shift,
        ),
        ...operand(
          rows.map(({ y }) => (name === "binomialLoss" ? Number(y > 0.5) : y)),
          3 - shift,
        ),
        ...operand(
          rows.map(({ v }) => v),
          shift % 2,
        ),
        ...operand(blank, shift),
        ...operand(blank, 1),
      );
    });

  test("every length from 0 to 70 at every alignment", () => {
    const next = randomStream(31);
    for (let n = 0; n <= 70; ++n) {
      for (const shift of SHIFTS) {
        const rows = Array.from({ length: n }, () => ({
          eta: 40 * next(),
          y: next() > 0 ? 1 : 0,
          v: Math.abs(next()),
        }));
        twins(rows, shift);
      }
    }
  });

  test("weights that are the same for a while, and not in both lanes", () => {
    const next = randomStream(33);
    for (let n = 60; n <= 130; ++n) {
      const rows = Array.from({ length: n }, (_, i) => ({
        eta: 10 * next(),
        y: next() > 0 ? 1 : 0,
        v: [0.5, i % 2, i < 40 ? 1 : 0.25, i > 50 ? 0 : 1][n % 4] as number,
      }));
      twins(rows, n % 4);
    }
  });

  test("weights that are the same for a while, and not in both lanes", () => {
    const next = randomStream(33);
    for (let n = 60; n <= 130; ++n) {
      const rows = Array.from({ length: n }, (_, i) => ({
        eta: 10 * next(),
        y: next() > 0 ? 1 : 0,
        v: [0.5, i % 2, i < 40 ? 1 : 0.25, i > 50 ? 0 : 1][n % 4] as number,
      }));
      twins(rows, n % 4);
    }
  });

  test("any rows, weights of 0 and η beyond all bounds among them", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 70 }), shifts, (rows, shift) => twins(rows, shift)),
      { numRuns: 500 },
    );
  });
});

describe("twins of sums over rows", () => {
  /** Rows of theta, dual, h, steepness, 1/v and size. */
  const twins = (rows: readonly number[][], shift: number, scale: number, near: number): void =>
    expectTwins((heap, kernels) => {
      const n = rows.length;
      const [theta, dual, h, steepness, perWeight, sizes] = [0, 1, 2, 3, 4, 5].map((part) =>
        heap.float64(
          rows.map((values) => values[part] as number),
          (shift + part) % 4,
        ),
      ) as Six<readonly [Float64Array, number]>;
      const [far, at] = heap.int32(new Array<number>(n + 1).fill(7), shift);
      const out = heap.float64(new Array(6).fill(7), 1);
      const parts = [...theta, ...dual, ...h, ...steepness, ...perWeight, ...sizes] as const;
      const count = kernels.dualSums(n, scale, near, ...parts, far, at, ...out);
      // What is behind the list is nobody's.
      far.fill(7, at + count);
      heap.float64([kernels.sum(n, ...theta), kernels.weighedSquares(n, ...theta, ...h)]);
      heap.float64([kernels.largestExcess(n, scale, ...theta, ...h)]);
      return count;
    });

  test("every length from 0 to 40 at every alignment", () => {
    const next = randomStream(32);
    for (let n = 0; n <= 40; ++n) {
      for (const shift of SHIFTS) {
        const rows = Array.from({ length: n }, () => [next(), next(), ...[1, 2, 3, 4].map(() => Math.abs(next()))]);
        twins(rows, shift, 0.9, [0, 0.5, 2][n % 3] as number);
      }
    }
  });

  test("any rows", () => {
    const value = fc.oneof(etas, fc.double({ min: 0, max: 2, noNaN: true }));
    const values = fc.array(fc.array(value, { minLength: 6, maxLength: 6 }), { maxLength: 30 });
    fc.assert(fc.property(values, shifts, (rows, shift) => twins(rows, shift, 0.75, 0.5)));
  });
});
