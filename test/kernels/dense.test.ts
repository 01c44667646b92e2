import fc from "fast-check";
import { describe, test } from "vitest";
import { numbers, randomArray, randomStream, SHIFTS, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins, type Kernels } from "../support/backends.js";
import type { Heap } from "../support/heap.js";
import { permutation, randomList, shapes, spread, upTo, workOfGram } from "../support/matrices.js";

/** Calls a kernel on column-major X, n × p, and on vectors made from `next`. */
interface Case {
  name: string;
  dtype: Dtype;
  run: (kernels: Kernels, heap: Heap, n: number, p: number, X: number[], next: () => number, shift: number) => void;
}

const [float64] = dtypes as [Dtype];

const cases: Case[] = [
  {
    name: "product",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const b = heap.float64(randomArray(p, next), shift);
      kernels.product(n, p, ...heap.float64(X, shift), -0.7, ...b, ...heap.float64(randomArray(n, next), 1));
    },
  },
  {
    name: "transposedProduct",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const r = heap.float64(randomArray(n, next), shift);
      const out = heap.float64(new Array(p).fill(7), 1);
      kernels.transposedProduct(n, p, ...heap.float64(X, shift), ...r, ...out);
    },
  },
  {
    name: "gram",
    dtype: float64,
    run: (kernels, heap, n, p, X, _next, shift) => {
      const G = heap.float64(new Array(p * p).fill(7), 3 - shift);
      const work = heap.float64(workOfGram(n, p), shift);
      kernels.gram(n, p, ...heap.float64(X, shift), ...G, ...work);
      // Only one of the backends works in it.
      work[0].fill(0, work[1], work[1] + workOfGram(n, p).length);
    },
  },
  {
    name: "listProduct",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const list = randomList(p + (n % 4), p, next);
      const stride = n + (shift >> 1);
      const operands = [
        ...heap.int32(list, shift),
        ...heap.float64(spread(X, n, stride), shift),
        stride,
        -0.7,
      ] as const;
      const b = heap.float64(randomArray(list.length, next), 3 - shift);
      kernels.listProduct(n, list.length, ...operands, ...b, ...heap.float64(randomArray(n, next), 1));
    },
  },
  {
    name: "listTransposedProduct",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const list = randomList(p + (n % 4), p, next);
      const operands = [...heap.int32(list, 3 - shift), ...heap.float64(X, shift)] as const;
      const r = heap.float64(randomArray(n, next), shift);
      const out = heap.float64(new Array(list.length).fill(7), 1);
      kernels.listTransposedProduct(n, list.length, ...operands, ...r, ...out);
    },
  },
  {
    name: "crossGram",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const columns = randomList(p + (n % 4), p, next);
      const places = permutation(p + 1, next).slice(0, p);
      const stride = columns.length + (shift >> 1);
      const operands = [...heap.float64(X, shift), p, ...heap.int32(randomList(p, p, next), shift)] as const;
      const lists = [...heap.int32(places, 3 - shift), columns.length, ...heap.int32(columns, 1)] as const;
      kernels.crossGram(n, ...operands, ...lists, ...heap.float64(new Array((p + 1) * stride).fill(7), 2), stride);
    },
  },
  {
    name: "moments",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const weights = randomArray(n, next).map((w) => (w < -0.8 ? 0 : w + 1));
      const pivots = Array.from({ length: p }, (_, j) => X[j * n] ?? 0);
      kernels.moments(
        n,
        p,
        ...heap.float64(X, shift),
        ...heap.float64(weights, 3 - shift),
        weights.reduce((sum, w) => sum + w, 0),
        ...heap.float64(pivots, 1),
        ...heap.float64(new Array(p).fill(7), 2),
        ...heap.float64(new Array(p).fill(7), shift),
      );
    },
  },
  {
    name: "quadraticForm",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const size = Math.min(n, p);
      const list = upTo(size).filter(() => next() > -0.5);
      const v = new Array(size).fill(0);
      for (const j of list) v[j] = next();
      const P = [...heap.float64(X, shift), Math.max(n, p)] as const;
      const work = heap.float64([7, 7, 7, 7], 1);
      return kernels.quadraticForm(
        list.length,
        ...heap.int32(list, shift),
        ...P,
        ...heap.float64(v, 3 - shift),
        ...work,
      );
    },
  },
  {
    name: "transform",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      kernels.transform(
        n,
        p,
        ...heap.float64(X, shift),
        ...heap.float64(randomArray(p, next), 1),
        ...heap.float64(randomArray(p, next), 2),
        ...heap.float64(randomArray(p, next), 3),
        ...heap.float64(randomArray(n, next), 3 - shift),
      );
    },
  },
  {
    name: "centreColumns",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const weights = randomArray(n, next).map((value) => 0.1 + Math.abs(value));
      kernels.centreColumns(
        n,
        p,
        ...heap.float64(X, shift),
        ...heap.float64(weights, 1),
        ...heap.float64(weights.map(Math.sqrt), 2),
        weights.reduce((sum, weight) => sum + weight, 1),
        ...heap.float64(randomArray(p, next), 3),
        ...heap.float64(new Array(p).fill(7), 3 - shift),
        ...heap.float64(new Array(p).fill(7), shift),
      );
    },
  },
  {
    name: "multiply",
    dtype: float64,
    run: (kernels, heap, n, p, X, next, shift) => {
      const [array, offset] = heap.float64(X, shift);
      const y = heap.float64(randomArray(n, next), 3 - shift);
      for (let j = 0; j < p; ++j) kernels.multiply(n, array, offset + j * n, ...y, array, offset + j * n);
      if (p > 1) kernels.multiply(n, array, offset, ...y, array, offset + n);
    },
  },
];

describe.each(cases)("$name twins", ({ dtype, run }) => {
  const twins = (n: number, p: number, X: number[], seed: number, shift: number): void =>
    expectTwins((heap, kernels) => run(kernels, heap, n, p, X, randomStream(seed), shift));

  test("every shape up to 20 × 11 at every alignment, random data", () => {
    const next = randomStream(6);
    for (let n = 0; n <= 20; ++n) {
      for (let p = 0; p <= 11; ++p) {
        for (const shift of SHIFTS) twins(n, p, randomArray(n * p, next, dtype.round), n, shift);
      }
    }
  });

  test("every length from 21 to 130 and around the Gram's blocks of 256 rows", () => {
    const next = randomStream(7);
    const lengths = [255, 256, 257, 258, 511, 512, 513, 600];
    for (let n = 21; n <= 130; ++n) lengths.push(n);
    for (const n of lengths) {
      for (const p of [1, 4, 7]) twins(n, p, randomArray(n * p, next, dtype.round), n, n % 4);
    }
  });

  test("every special value in every position", () => {
    const next = randomStream(8);
    for (const [n, p] of [
      [1, 1],
      [3, 2],
      [5, 6],
      [9, 7],
    ] as const) {
      const X = randomArray(n * p, next, dtype.round);
      for (let i = 0; i < n * p; ++i) {
        const kept = X[i] as number;
        for (const value of specialValues(dtype)) {
          X[i] = value;
          twins(n, p, X, i, i % 4);
        }
        X[i] = kept;
      }
    }
  });

  test("any data", () => {
    fc.assert(
      fc.property(
        shapes(24, 8).chain(([n, p]) =>
          fc.record({
            n: fc.constant(n),
            p: fc.constant(p),
            X: fc.array(numbers(dtype), { minLength: n * p, maxLength: n * p }),
            seed: fc.nat(),
            shift: shifts,
          }),
        ),
        ({ n, p, X, seed, shift }) => twins(n, p, X, seed, shift),
      ),
      { numRuns: 100 },
    );
  });
});

describe("vectors with special values", () => {
  test.each(["product", "transposedProduct", "listProduct", "listTransposedProduct"] as const)(
    "%s in r, b and out",
    (kernel) => {
      const next = randomStream(9);
      for (const [n, p] of [
        [5, 6],
        [9, 5],
      ] as const) {
        const X = randomArray(n * p, next);
        for (const value of specialValues(float64)) {
          for (let i = 0; i < Math.max(n, p); ++i) {
            const rows = randomArray(n, next);
            const columns = randomArray(p, next);
            if (i < n) rows[i] = value;
            if (i < p) columns[i] = value;
            expectTwins((heap, kernels) => {
              const x = heap.float64(X, 1);
              const r = heap.float64(rows, 2);
              const b = heap.float64(columns, 3);
              const list = heap.int32([...columns.keys()].reverse(), 1);
              const { transposedProduct, listTransposedProduct } = kernels;
              if (kernel === "transposedProduct") transposedProduct(n, p, ...x, ...r, ...b);
              else if (kernel === "listTransposedProduct") listTransposedProduct(n, p, ...list, ...x, ...r, ...b);
              else if (kernel === "product") kernels.product(n, p, ...x, 1.5, ...b, ...r);
              else kernels.listProduct(n, p, ...list, ...x, n, 1.5, ...b, ...r);
            });
          }
        }
      }
    },
  );
});
