import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomArray, randomStream, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins, type Kernels } from "../support/backends.js";
import type { Heap } from "../support/heap.js";
import { randomList, upTo } from "../support/matrices.js";

const float64 = dtypes[0] as Dtype;
const METHODS = [0, 1] as const;
const STEP = 5;

/** Values and the places where they come from: ordinary ones, or special ones too. */
type Numbers = (count: number) => number[];

/** Clocks of sgd, and of ftrl with and without l2, one step after the other. */
function clocks(heap: Heap, method: number, k: number, shift: number) {
  const before = method === 0 ? [0.5, 2, 0.3, 1e-18, 0, 0, 0, 0] : [0.1, 1, 0.05, 0.01, k, STEP - 1, 0, 0];
  const after = method === 0 ? [0.4, 2.5, 0.45, -1e-18, 0, 0, 0, 0] : [0.2, 1, 0.06, 0.01, k / 2, STEP, 0, 0];
  return [heap.float64(before, shift), heap.float64(after, 3 - shift)] as const;
}

/** p records: empty ones, ones that are behind, and ones that are touched in this step. */
function records(heap: Heap, p: number, method: number, numbers: Numbers, shift: number) {
  const values = numbers(3 * p);
  return heap.float64(
    upTo(p).flatMap((j) => {
      const [a, b, g] = values.slice(3 * j, 3 * j + 3);
      const state = j % 4 === 3 ? [0, 0] : [a, method === 0 ? 1e-17 * b : Math.abs(b)];
      return [...state, g, j % 3 === 0 ? STEP : STEP - 1 - (j % 4)];
    }),
    shift,
  );
}

/** Rows of up to five entries, empty rows and columns named twice among them. */
function rows(heap: Heap, n: number, p: number, numbers: Numbers, next: () => number, shift: number) {
  const sizes = upTo(n).map(() => (p === 0 ? 0 : Math.floor(3 * (next() + 1))));
  const pointers = [0];
  for (const size of sizes) pointers.push((pointers.at(-1) as number) + size);
  const total = pointers[n];
  return [
    ...heap.int32(pointers, shift),
    ...heap.int32(randomList(total, p, next), (shift + 1) % 4),
    ...heap.float64(numbers(total), (shift + 2) % 4),
  ] as const;
}

function run(kernels: Kernels, heap: Heap, n: number, p: number, numbers: Numbers, next: () => number, shift: number) {
  let result = 0;
  for (const method of METHODS) {
    for (const k of [0, 0.02]) {
      const [before, after] = clocks(heap, method, k, shift);
      const state = records(heap, p, method, numbers, shift);
      kernels.onlineWeights(method, p, ...state, ...before, ...heap.float64(new Array(p).fill(7), shift));
      const X = rows(heap, n, p, numbers, next, shift);
      const eta = heap.float64(numbers(n), 3 - shift);
      kernels.onlineDecision(method, n, ...X, ...state, ...before, ...eta);
      const marked = upTo(p).filter((j) => j % 3 === 0);
      const touched = heap.int32([...marked, ...new Array(p - marked.length).fill(-1)], shift);
      const count = kernels.onlineGradient(n, ...X, ...eta, ...state, STEP, marked.length, ...touched);
      result = 0.5 * result + kernels.onlineLargest(count, ...touched, ...state) + count;
      if (method === 0) kernels.sgdUpdate(count, ...touched, ...state, ...before, ...after, 0.2, 0.3, 0.04);
      else kernels.ftrlUpdate(count, ...touched, ...state, ...before, ...after);
      kernels.onlineWeights(method, p, ...state, ...after, ...heap.float64(new Array(p).fill(7), shift));
      kernels.onlineDiscard(count >> 1, ...touched, ...state, STEP - 1);
    }
  }
  return result;
}

describe("online twins", () => {
  const twins = (n: number, p: number, seed: number, shift: number, special: boolean): void =>
    expectTwins((heap, kernels) => {
      const next = randomStream(seed);
      const specials = specialValues(float64, 0.05);
      const numbers: Numbers = (count) =>
        randomArray(count, next).map((x, i) => (special && i % 7 === 3 ? specials[(i + seed) % specials.length] : x));
      return run(kernels, heap, n, p, numbers, next, shift);
    });

  test("every number of columns up to 70", () => {
    for (let p = 0; p <= 70; ++p) twins(p % 9, p, p, p % 4, false);
  });

  test("infinities, NaN, subnormal and enormous numbers", () => {
    for (let seed = 0; seed < 100; ++seed) twins(seed % 11, 5 + (seed % 13), seed, seed % 4, true);
  });

  test("random shapes and alignments", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(40), fc.nat(), shifts, fc.boolean(), (n, p, seed, shift, special) =>
        twins(n, p, seed, shift, special),
      ),
    );
    expect.assertions(0);
  });
});
