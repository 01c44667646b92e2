import { afterEach, describe, expect, test } from "vitest";
import {
  absMax,
  asum,
  axpy,
  createArena,
  decay,
  dot,
  elasticNetProx,
  type FloatArray,
  gradientStep,
  penalty,
  setBackend,
  softThreshold,
  sumSquares,
} from "../../src/index.js";
import { randomArray, randomStream, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes } from "../support/backends.js";
import { assertSameBits, assertSameNumber } from "../support/bits.js";
import { guarded, LENGTHS, type Place, place } from "../support/places.js";

afterEach(() => setBackend("auto"));

/** Functions of x into out, by default a new array. */
const maps: { name: string; run: (x: FloatArray, out?: FloatArray) => FloatArray }[] = [
  { name: "softThreshold", run: (x, out) => softThreshold(x, 0.3, out) },
  { name: "decay", run: (x, out) => decay(x, 0.98, out) },
  { name: "elasticNetProx", run: (x, out) => elasticNetProx(x, { l1: 0.3, l2: 0.7, stepSize: 0.9 }, out) },
];

/** Functions that update their first operand by a second one. */
const updates: { name: string; run: (w: FloatArray, g: FloatArray) => FloatArray }[] = [
  { name: "gradientStep", run: (w, g) => gradientStep(w, g, { learningRate: 0.1, l1: 0.9, l2: 0.2 }) },
  {
    name: "gradientStep, subgradient",
    run: (w, g) => gradientStep(w, g, { learningRate: 0.1, l1: 0.9, l2: 0.2, l1Mode: "subgradient" }),
  },
  { name: "axpy", run: (w, g) => axpy(-0.7, g, w) },
];

const reductions: { name: string; run: (x: FloatArray, y: FloatArray) => number }[] = [
  { name: "dot", run: dot },
  { name: "asum", run: asum },
  { name: "sumSquares", run: sumSquares },
  { name: "absMax", run: absMax },
  { name: "penalty", run: (x) => penalty(x, { l1: 0.1, l2: 0.3 }) },
];

const pairs: [Place, Place][] = [
  ["plain", "plain"],
  ["arena", "arena"],
  ["arena", "plain"],
  ["plain", "arena"],
  ["arena", "other arena"],
];

/** Random numbers with special ones strewn in, at every length the same start. */
function data(dtype: Dtype, seed: number, finite = false): FloatArray {
  const values = randomArray(40000, randomStream(seed), dtype.round);
  const special = specialValues(dtype, 0.3);
  if (finite) return dtype.array(values);
  for (let i = seed; i < values.length; i += i < 20 ? 7 : 89)
    values[i] = special[(i + seed) % special.length] as number;
  return dtype.array(values);
}

describe.each(dtypes)("$name", (dtype) => {
  const [allX, allY] = [data(dtype, 1), data(dtype, 2)];

  test.each(maps)("$name gives the same bits wherever its operands lie, on both backends", ({ run }) => {
    for (const n of LENGTHS) {
      const x = allX.slice(0, n);
      setBackend("js");
      const expected = run(x);
      assertSameBits(x, allX.slice(0, n), "input");
      for (const backend of ["js", "wasm"] as const) {
        setBackend(backend);
        for (const [from, to] of pairs) {
          const input = place(from, dtype, x, 0);
          const out = place(to, dtype, new Array(n).fill(7), 1);
          assertSameBits(run(input), expected, "new array, element");
          expect(run(input, out)).toBe(out);
          assertSameBits(out, expected, `${n} from ${from} to ${to}, element`);
          assertSameBits(input, x, "input");
          expect(run(input, input)).toBe(input);
          assertSameBits(input, expected, "in place, element");
          expect(guarded(input) && guarded(out)).toBe(true);
        }
      }
    }
  });

  test.each(updates)("$name gives the same bits wherever its operands lie, on both backends", ({ run }) => {
    for (const n of LENGTHS) {
      const [w, g] = [allX.slice(0, n), allY.slice(0, n)];
      setBackend("js");
      const expected = run(w.slice(), g);
      const own = w.slice();
      run(own, own);
      for (const backend of ["js", "wasm"] as const) {
        setBackend(backend);
        for (const [from, to] of pairs) {
          const weights = place(to, dtype, w, 0);
          const gradient = place(from, dtype, g, 1);
          expect(run(weights, gradient)).toBe(weights);
          assertSameBits(weights, expected, `${n} from ${from} to ${to}, element`);
          assertSameBits(gradient, g, "gradient");
          expect(guarded(weights) && guarded(gradient)).toBe(true);
          const self = place(to, dtype, w, 2);
          run(self, self);
          assertSameBits(self, own, "with itself, element");
        }
      }
    }
  });

  test.each(reductions)("$name gives the same bits wherever its operands lie, on both backends", ({ run }) => {
    for (const finite of [false, true]) {
      const [wholeX, wholeY] = finite ? [data(dtype, 3, true), data(dtype, 4, true)] : [allX, allY];
      for (const n of LENGTHS) {
        const [x, y] = [wholeX.slice(0, n), wholeY.slice(0, n)];
        setBackend("js");
        const expected = run(x, y);
        for (const backend of ["js", "wasm"] as const) {
          setBackend(backend);
          for (const [first, second] of pairs) {
            const [a, b] = [place(first, dtype, x, 0), place(second, dtype, y, 1)];
            assertSameNumber(run(a, b), expected, `${n}, ${first} and ${second}`);
            assertSameBits(a, x, "first operand");
            assertSameBits(b, y, "second operand");
          }
        }
      }
    }
  });

  test("a new array is of the input's dtype, and no arena's", () => {
    for (const where of ["plain", "arena"] as const) {
      const x = place(where, dtype, [1, -2, 3], 0);
      const result = softThreshold(x, 1);
      expect(Object.getPrototypeOf(result)).toBe(Object.getPrototypeOf(x));
      expect(result.buffer).not.toBe(x.buffer);
      expect([...result]).toEqual([0, -1, 2]);
    }
  });

  test("another view of the very same elements is in place, and so is an empty one anywhere", () => {
    const arena = createArena(1024);
    for (const x of [arena.float64(16), new Float64Array(16)]) {
      x.fill(-3);
      const same = new Float64Array(x.buffer, x.byteOffset, 16);
      expect(softThreshold(x, 1, same)).toBe(same);
      expect([...x]).toEqual(new Array(16).fill(-2));
      expect(softThreshold(x.subarray(4, 4), 1, x.subarray(3, 3))).toHaveLength(0);
    }
  });

  test("neighbours that only touch are no overlap", () => {
    const whole = place("arena", dtype, new Array(40).fill(5), 0);
    softThreshold(whole.subarray(0, 20), 1, whole.subarray(20, 40));
    expect([...whole]).toEqual([...new Array(20).fill(5), ...new Array(20).fill(4)]);
  });
});
