import fc from "fast-check";
import { describe, test } from "vitest";
import { numbers, randomArray, randomStream, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins, type Kernels } from "../support/backends.js";
import type { Heap } from "../support/heap.js";
import { compress, layRows, randomList, randomSparse, type Sparse, upTo } from "../support/matrices.js";

const float64 = dtypes[0] as Dtype;

/** Calls a kernel on a sparse matrix laid out at `shift`, and on vectors made from `next`. */
type Run = (kernels: Kernels, heap: Heap, sparse: Sparse, next: () => number, shift: number) => unknown;

const entries = (heap: Heap, { values, rowIndices }: Sparse, shift: number) =>
  [...heap.float64(values, shift), ...heap.int32(rowIndices, (shift + 1) % 4)] as const;

const columns = (heap: Heap, sparse: Sparse, shift: number) =>
  [...entries(heap, sparse, shift), ...heap.int32(sparse.columnPointers, 3 - shift)] as const;

const weightsOf = (n: number, next: () => number): number[] => randomArray(n, next).map((w) => (w < -0.7 ? 0 : w + 1));

const cases: { name: string; run: Run }[] = [
  {
    name: "sparseDot",
    run: (kernels, heap, sparse, next, shift) => {
      const operands = [...entries(heap, sparse, shift), ...heap.float64(randomArray(sparse.n, next), shift)] as const;
      let sum = 0;
      for (let start = 0; start <= sparse.values.length; start += 3) {
        sum = sum * 0.5 + kernels.sparseDot(start, sparse.values.length, ...operands);
      }
      return sum;
    },
  },
  {
    name: "sparseAxpy",
    run: (kernels, heap, sparse, next, shift) => {
      const operands = [...entries(heap, sparse, shift), ...heap.float64(randomArray(sparse.n, next), shift)] as const;
      for (let j = 0; j < sparse.p; ++j) {
        kernels.sparseAxpy(sparse.columnPointers[j] ?? 0, sparse.columnPointers[j + 1] ?? 0, next(), ...operands);
      }
    },
  },
  {
    name: "sparseListProduct",
    run: (kernels, heap, sparse, next, shift) => {
      const list = randomList(sparse.p + 2, sparse.p, next);
      const b = heap.float64(
        randomArray(sparse.p, next).map((v) => (v < -0.5 ? 0 : v)),
        1,
      );
      kernels.sparseListProduct(
        list.length,
        ...heap.int32(list, shift),
        ...columns(heap, sparse, shift),
        -0.7,
        ...b,
        ...heap.float64(randomArray(sparse.n, next), 2),
      );
    },
  },
  {
    name: "sparseListTransposedProduct",
    run: (kernels, heap, sparse, next, shift) => {
      const list = randomList(sparse.p + 2, sparse.p, next);
      kernels.sparseListTransposedProduct(
        list.length,
        ...heap.int32(list, shift),
        ...columns(heap, sparse, shift),
        ...heap.float64(randomArray(sparse.n, next), 1),
        ...heap.float64(new Array(sparse.p).fill(7), 2),
      );
    },
  },
  {
    name: "sparseMoments",
    run: (kernels, heap, sparse, next, shift) => {
      const weights = weightsOf(sparse.n, next);
      kernels.sparseMoments(
        sparse.n,
        sparse.p,
        ...columns(heap, sparse, shift),
        ...heap.float64(weights, 1),
        weights.reduce((sum, w) => sum + w, 0),
        ...heap.float64(randomArray(sparse.p, next), 1),
        ...heap.float64(new Array(sparse.p).fill(7), 2),
        ...heap.float64(new Array(sparse.p).fill(7), 3),
      );
    },
  },
  {
    name: "sparseGramRow",
    run: (kernels, heap, sparse, next, shift) => {
      const { p } = sparse;
      const rows = layRows(heap, sparse, shift);
      const [values, valuesOffset, rowIndices, rowsOffset] = columns(heap, sparse, shift);
      const weights = heap.float64(weightsOf(sparse.n, next), 1);
      const out = heap.float64(randomArray(p, next), 3);
      for (let j = 0; j < p; ++j) {
        const [from, to] = [sparse.columnPointers[j] as number, sparse.columnPointers[j + 1] as number];
        kernels.sparseGramRow(from, to, values, valuesOffset, rowIndices, rowsOffset, ...weights, ...rows, ...out);
      }
    },
  },
  {
    name: "sparseGramRows",
    run: (kernels, heap, sparse, next, shift) => {
      const { n, p } = sparse;
      const rows = layRows(heap, sparse, shift);
      const weights = heap.float64(weightsOf(n, next), 1);
      // Every third column has no row.
      const places = upTo(p).map((j) => (j % 3 === 0 ? -1 : j - 1 - Math.floor(j / 3)));
      for (const isUpper of [0, 1]) {
        const out = heap.float64(randomArray(p * p, next), 3);
        const operands = [...rows, ...weights, ...heap.int32(places, shift), ...out] as const;
        kernels.sparseGramRows(n, p, isUpper, ...operands);
      }
    },
  },
  {
    name: "sparseEpoch",
    run: (kernels, heap, sparse, next, shift) => {
      const { n, p } = sparse;
      const operands = [
        ...heap.int32(
          upTo(p).map((_, k) => (k * 3) % Math.max(p, 1)),
          shift,
        ),
        ...columns(heap, sparse, shift),
        ...heap.float64(randomArray(n, next), 2),
        ...heap.float64([0.1], 3),
        ...heap.float64(randomArray(p, next), 1),
        ...heap.float64(randomArray(p, next), 1),
        ...heap.float64(
          randomArray(p, next).map((a) => a + 1.1),
          2,
        ),
        ...heap.float64(
          randomArray(p, next).map((t) => Math.max(0, t)),
          3,
        ),
        ...heap.float64(
          randomArray(p, next).map((t) => Math.max(0, t)),
          1,
        ),
        ...heap.float64(
          randomArray(p, next).map((l) => (l < 0 ? Number.NEGATIVE_INFINITY : -l)),
          2,
        ),
        ...heap.float64(
          randomArray(p, next).map((u) => (u < 0 ? Number.POSITIVE_INFINITY : u)),
          3,
        ),
      ] as const;
      for (let traits = 0; traits < 7; ++traits) kernels.sparseEpoch(p, ...operands, traits);
      return kernels.sparseEpoch(p, ...operands, 7);
    },
  },
  {
    name: "listBeyond",
    run: (kernels, heap, { p }, next, shift) => {
      const operands = [
        ...heap.float32(randomArray(p, next), shift),
        ...heap.float32(randomArray(p, next), 3 - shift),
        0.3,
        ...heap.float32(randomArray(p, next).map(Math.abs), 1),
        0.1,
      ] as const;
      return kernels.listBeyond(p, ...operands, 0.5, 0.7, ...heap.int32(new Array(p).fill(7), shift));
    },
  },
];

describe.each(cases)("$name twins", ({ run }) => {
  const twins = (sparse: Sparse, seed: number, shift: number): void =>
    expectTwins((heap, kernels) => run(kernels, heap, sparse, randomStream(seed), shift));

  test("every shape up to 24 × 6, empty and full columns among them", () => {
    const next = randomStream(16);
    for (let n = 0; n <= 24; ++n) {
      for (let p = 0; p <= 6; ++p) twins(randomSparse(n, p, 0.4, next), n * 7 + p, (n + p) % 4);
    }
  });

  test("one column of every length from 0 to 130", () => {
    const next = randomStream(17);
    for (let n = 0; n <= 130; ++n) twins(compress(n, 1, randomArray(n, next)), n, n % 4);
  });

  test("every special value in every place", () => {
    const next = randomStream(18);
    const sparse = randomSparse(11, 4, 0.6, next);
    sparse.values.forEach((kept, k) => {
      for (const value of specialValues(float64)) {
        sparse.values[k] = value;
        twins(sparse, k, k % 4);
      }
      sparse.values[k] = kept;
    });
  });

  test("any data", () => {
    const matrix = fc.tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 5 })).chain(([n, p]) =>
      fc.array(fc.option(numbers(float64), { nil: undefined }), { minLength: n * p, maxLength: n * p }).map((X) =>
        compress(
          n,
          p,
          X.map((value) => value ?? 0),
          (_, index) => X[index] !== undefined,
        ),
      ),
    );
    fc.assert(
      fc.property(matrix, fc.nat(), shifts, (sparse, seed, shift) => twins(sparse, seed, shift)),
      { numRuns: 200 },
    );
  });
});
