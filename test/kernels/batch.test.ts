import fc from "fast-check";
import { describe, test } from "vitest";
import { numbers, randomArray, randomStream, SHIFTS, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins, type Kernels } from "../support/backends.js";
import type { Heap } from "../support/heap.js";
import { upTo } from "../support/matrices.js";

const float64 = dtypes[0] as Dtype;

/** Calls a kernel with the values of `next` as its operands; n × p is the shape of a problem. */
interface Case {
  name: string;
  run: (kernels: Kernels, heap: Heap, n: number, p: number, next: () => number, shift: number) => unknown;
}

const padded = (p: number): number => Math.ceil(p / 4) * 4;

/** p + 3·`gap` − 3 values between the starts of two rows. */
const strided = (n: number, p: number, next: () => number, gap: number): number[] => randomArray(n * (p + gap), next);

/** XᵀX of p columns, rows `ld` apart and 0 in between, nearly singular where `rows` < p. */
function gramOf(p: number, ld: number, rows: number, next: () => number): number[] {
  const X = upTo(p).map(() => randomArray(rows, next));
  const G = new Array<number>(p * ld).fill(0);
  for (let j = 0; j < p; ++j) {
    for (let k = 0; k < p; ++k) {
      G[j * ld + k] = upTo(rows).reduce((sum, i) => sum + (X[j]?.[i] as number) * (X[k]?.[i] as number), 0);
    }
  }
  return G;
}

const cases: Case[] = [
  {
    name: "transpose",
    run: (kernels, heap, n, p, next, shift) => {
      const X = heap.float64(randomArray((n + 2) * p, next), shift);
      kernels.transpose(n, p, ...X, n + 2, ...heap.float64(new Array(n * (p + 1)).fill(7), 3 - shift), p + 1);
    },
  },
  {
    name: "rowMeans",
    run: (kernels, heap, n, p, next, shift) => {
      const weights = randomArray(n, next).map((w) => (w < -0.8 ? 0 : w + 1));
      const total = weights.reduce((sum, w) => sum + w, 0);
      const X = heap.float64(strided(n, p, next, shift), shift);
      const pivots = heap.float64(randomArray(p, next), 1);
      const means = heap.float64(new Array(p).fill(7), 3 - shift);
      kernels.rowMeans(n, p, ...X, p + shift, ...heap.float64(weights, 2), total, ...pivots, ...means);
    },
  },
  {
    name: "centreRows",
    run: (kernels, heap, n, p, next, shift) => {
      kernels.centreRows(
        n,
        p,
        ...heap.float64(strided(n, p, next, shift), shift),
        p + shift,
        ...heap.float64(randomArray(p, next), 1),
        ...heap.float64(randomArray(p, next), 2),
        ...heap.float64(randomArray(n, next), 3),
        ...heap.float64(new Array(n * (p + 3)).fill(7), 3 - shift),
        p + 3,
      );
    },
  },
  {
    name: "scaleRows",
    run: (kernels, heap, n, p, next, shift) => {
      const X = heap.float64(strided(n, p, next, shift), shift);
      const rowScales = heap.float64(randomArray(n, next), 3);
      const out = heap.float64(new Array(n * (p + 3)).fill(7), 3 - shift);
      kernels.scaleRows(n, p, ...X, p + shift, ...rowScales, ...out, p + 3, ...heap.float64(new Array(p).fill(7), 1));
    },
  },
  {
    name: "rowGram",
    run: (kernels, heap, n, p, next, shift) => {
      const width = padded(p);
      const A = heap.float64(randomArray(n * width, next), shift);
      kernels.rowGram(n, width, ...A, ...heap.float64(new Array(width * width).fill(7), 3 - shift));
    },
  },
  {
    name: "gramEpochs",
    run: (kernels, heap, n, p, next, shift) => {
      const ld = padded(p);
      const G = gramOf(p, ld, n, next);
      return kernels.gramEpochs(
        p,
        ld,
        ...heap.float64(G, shift),
        ...heap.float64(randomArray(ld, next), 3 - shift),
        ...heap.float64(
          randomArray(p, next).map((v) => (v < 0 ? 0 : v)),
          1,
        ),
        ...heap.float64(
          upTo(p).map((j) => 1 / ((G[j * ld + j] as number) + 0.1)),
          2,
        ),
        ...heap.float64(
          randomArray(p, next).map((v) => (v > 0.9 ? Number.POSITIVE_INFINITY : v + 1)),
          3,
        ),
        1e-3,
        7,
      );
    },
  },
  {
    name: "gramGradient",
    run: (kernels, heap, n, p, next, shift) => {
      const ld = padded(p);
      kernels.gramGradient(
        p,
        ld,
        ...heap.float64(gramOf(p, ld, n, next), shift),
        ...heap.float64(randomArray(ld, next), 1),
        ...heap.float64(
          randomArray(p, next).map((v) => (v < 0 ? 0 : v)),
          2,
        ),
        ...heap.float64(new Array(ld).fill(7), 3 - shift),
      );
    },
  },
  {
    name: "gramFactor and gramSubstitute",
    run: (kernels, heap, n, p, next, shift) => {
      const ld = padded(p);
      const indices = upTo(p).filter((j) => j === 0 || next() < 0.5);
      const count = indices.length;
      const U = heap.float64(new Array(ld * ld).fill(7), 3 - shift);
      const G = heap.float64(gramOf(p, ld, n, next), shift);
      const l2 = heap.float64(
        randomArray(p, next).map((v) => Math.max(0, v)),
        1,
      );
      const rank = kernels.gramFactor(count, ...heap.int32(indices, shift), ld, ...G, ...l2, ...U);
      if (rank === count) kernels.gramSubstitute(count, ld, ...U, ...heap.float64(randomArray(ld, next), 2));
      return rank;
    },
  },
];

describe.each(cases)("$name twins", ({ run }) => {
  const twins = (n: number, p: number, next: () => () => number, shift: number): void =>
    expectTwins((heap, kernels) => run(kernels, heap, n, p, next(), shift));

  test("every shape up to 12 × 13 at every alignment, random data", () => {
    for (let n = 0; n <= 12; ++n) {
      for (let p = 0; p <= 13; ++p) for (const shift of SHIFTS) twins(n, p, () => randomStream(n + p), shift);
    }
  });

  test("every number of rows around the Gram's blocks of 128", () => {
    for (const n of [50, 51, 127, 128, 129, 130, 255, 256, 257, 300]) {
      for (const p of [1, 4, 7]) twins(n, p, () => randomStream(n), n % 4);
    }
  });

  test("special values here and there", () => {
    const special = specialValues(float64);
    /** A stream in which every `step`th number, from `first` on, is the special one. */
    const spoiled = (seed: number, value: number, first: number, step: number) => (): (() => number) => {
      const next = randomStream(seed);
      let count = -first;
      return () => {
        const number = next();
        return count++ % step === 0 ? value : number;
      };
    };
    for (const [n, p] of [
      [1, 1],
      [3, 2],
      [5, 6],
      [9, 7],
    ] as const) {
      special.forEach((value, k) => {
        for (let first = 0; first < 60; first += 7) twins(n, p, spoiled(k, value, first, 41), first % 4);
      });
    }
  });

  test("any data", () => {
    const data = fc.record({
      n: fc.integer({ min: 0, max: 9 }),
      p: fc.integer({ min: 0, max: 9 }),
      values: fc.array(numbers(float64), { minLength: 1, maxLength: 100 }),
      shift: shifts,
    });
    fc.assert(
      fc.property(data, ({ n, p, values, shift }) => {
        const stream = (): (() => number) => {
          let k = 0;
          return () => values[k++ % values.length] as number;
        };
        twins(n, p, stream, shift);
      }),
      { numRuns: 100 },
    );
  });
});
