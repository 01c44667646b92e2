import fc from "fast-check";
import { describe, test } from "vitest";
import { numbers, randomArray, randomStream, SHIFTS, shifts, specialValues } from "../support/arbitraries.js";
import { type Dtype, dtypes, expectTwins } from "../support/backends.js";
import { columnOf, plainDot, shapes, spread, upTo } from "../support/matrices.js";

const float64 = dtypes[0] as Dtype;

describe("axpyDot twins", () => {
  const twins = (x: number[], r: number[], next: number[] | undefined, a: number, shift: number): void =>
    expectTwins((heap, kernels) => {
      const first = heap.float64(x, shift);
      const second = heap.float64(r, (shift * 3 + 1) % 4);
      const third = next === undefined ? first : heap.float64(next, (shift + 2) % 4);
      return kernels.axpyDot(x.length, a, ...first, ...second, ...third);
    });

  test("every length from 0 to 130 at every alignment, random data", () => {
    const next = randomStream(10);
    for (let n = 0; n <= 130; ++n) {
      for (const shift of SHIFTS) {
        const [x, r, y] = [randomArray(n, next), randomArray(n, next), randomArray(n, next)];
        twins(x, r, shift === 3 ? undefined : y, next(), shift);
      }
    }
  });

  test("a special value in every position of every operand", () => {
    const next = randomStream(11);
    const special = specialValues(float64);
    for (let n = 1; n <= 40; ++n) {
      const operands = [randomArray(n, next), randomArray(n, next), randomArray(n, next)] as const;
      for (let i = 0; i < n; ++i) {
        for (const operand of operands) {
          const kept = operand[i] as number;
          for (let k = i % 3; k < special.length; k += 3) {
            operand[i] = special[k] as number;
            twins(...operands, k % 2 === 0 ? 1 : next(), i % 4);
          }
          operand[i] = kept;
        }
      }
    }
  });

  test("any data", () => {
    const number = numbers(float64);
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number, number), { maxLength: 130 }), number, shifts, (rows, a, shift) => {
        twins(
          rows.map(([x]) => x),
          rows.map(([, r]) => r),
          rows.map(([, , y]) => y),
          a,
          shift,
        );
      }),
      { numRuns: 200 },
    );
  });
});

/** Everything an epoch reads beside X: strengths and bounds per coordinate, some of them none. */
function strengths(
  p: number,
  next: () => number,
): { b: number[]; l1: number[]; l2: number[]; lower: number[]; upper: number[] } {
  return {
    b: randomArray(p, next).map((v) => (v < 0 ? 0 : v)),
    l1: randomArray(p, next).map((v) => (v < -0.8 ? 0 : v > 0.9 ? Number.POSITIVE_INFINITY : v + 1)),
    l2: randomArray(p, next).map((v) => Math.max(0, v)),
    lower: randomArray(p, next).map((v) => (v < -0.5 ? Number.NEGATIVE_INFINITY : Math.min(0, v))),
    upper: randomArray(p, next).map((v) => (v < -0.5 ? Number.POSITIVE_INFINITY : Math.max(0, v))),
  };
}

/** Coordinates in an order of their own, one of them twice, one never. */
function order(p: number, next: () => number): number[] {
  const indices = upTo(p).sort(() => next());
  return indices.map((j, k) => (k === 1 ? (indices[0] as number) : j));
}

function residualTwins(n: number, p: number, X: number[], seed: number, shift: number): void {
  const next = randomStream(seed);
  const y = randomArray(n, next);
  const indices = order(p, next);
  const curvatures = upTo(p).map((j) => plainDot(columnOf(X, n, j), columnOf(X, n, j)));
  const { b, l1, l2, lower, upper } = strengths(p, next);
  expectTwins((heap, kernels) => {
    const operands = [
      ...heap.int32(indices, shift),
      n,
      ...heap.float64(X, shift),
      ...heap.float64(y, (shift + 1) % 4),
      ...heap.float64(b, 1),
      ...heap.float64(curvatures, 2),
      ...heap.float64(l1, 3),
      ...heap.float64(l2, shift),
      ...heap.float64(lower, 1),
      ...heap.float64(upper, 2),
    ] as const;
    kernels.residualEpoch(p, ...operands);
    return kernels.residualEpoch(p, ...operands);
  });
}

/** Moves that are left out: none, some, nearly all. */
const LEAST = [0, 1e-3, 0.1, 1, Number.POSITIVE_INFINITY];

function gramTwins(p: number, G: number[], seed: number, shift: number): void {
  const next = randomStream(seed);
  const indices = order(p, next);
  const q = randomArray(p, next);
  const { b, l1, l2, lower, upper } = strengths(p, next);
  const stride = p + (seed % 4);
  const least = LEAST[seed % LEAST.length];
  expectTwins((heap, kernels) => {
    const operands = [
      ...heap.int32(indices, shift),
      p,
      ...heap.float64(spread(G, p, stride), shift),
      stride,
      ...heap.float64(q, (shift + 1) % 4),
      ...heap.float64(b, 1),
      ...heap.float64(l1, 3),
      ...heap.float64(l2, shift),
      ...heap.float64(lower, 1),
      ...heap.float64(upper, 2),
      least,
    ] as const;
    kernels.gramEpoch(p, ...operands);
    return kernels.gramEpoch(p, ...operands);
  });
}

describe("residualEpoch twins", () => {
  test("every length from 0 to 40 and 120 to 130, every count of columns to 7", () => {
    const next = randomStream(12);
    for (let n = 0; n <= 130; n += n === 40 ? 80 : 1) {
      for (let p = 0; p <= 7; ++p) residualTwins(n, p, randomArray(n * p, next), n * 8 + p, (n + p) % 4);
    }
  });

  test("a special value in every position of X", () => {
    const next = randomStream(13);
    const [n, p] = [11, 4];
    const X = randomArray(n * p, next);
    for (let i = 0; i < n * p; ++i) {
      const kept = X[i] as number;
      for (const value of specialValues(float64)) {
        X[i] = value;
        residualTwins(n, p, X, i, i % 4);
      }
      X[i] = kept;
    }
  });

  test("any data", () => {
    const matrices = shapes(20, 6).chain(([n, p]) =>
      fc.tuple(fc.constant(n), fc.constant(p), fc.array(numbers(float64), { minLength: n * p, maxLength: n * p })),
    );
    fc.assert(
      fc.property(matrices, fc.nat(), shifts, ([n, p, X], seed, shift) => residualTwins(n, p, X, seed, shift)),
      { numRuns: 200 },
    );
  });
});

describe("gramEpoch twins", () => {
  test("every count of columns from 0 to 40, at every alignment", () => {
    const next = randomStream(14);
    for (let p = 0; p <= 40; ++p) {
      for (const shift of SHIFTS) {
        const G = randomArray(p * p, next).map((g, i) => (i % (p + 1) === 0 ? 2 + g : g));
        gramTwins(p, G, p, shift);
      }
    }
  });

  test("a special value in every position of the Gram", () => {
    const next = randomStream(15);
    const p = 11;
    const G = randomArray(p * p, next).map((g, i) => (i % (p + 1) === 0 ? 2 + g : g));
    G.forEach((kept, i) => {
      for (const value of specialValues(float64)) {
        G[i] = value;
        gramTwins(p, G, i, i % 4);
      }
      G[i] = kept;
    });
  });

  test("any data", () => {
    const grams = fc
      .integer({ min: 0, max: 7 })
      .chain((p) => fc.tuple(fc.constant(p), fc.array(numbers(float64), { minLength: p * p, maxLength: p * p })));
    fc.assert(
      fc.property(grams, fc.nat(), shifts, ([p, G], seed, shift) => gramTwins(p, G, seed, shift)),
      { numRuns: 200 },
    );
  });
});

test("extrapolate twins", () => {
  const next = randomStream(16);
  for (let n = 0; n <= 40; ++n) {
    for (const shift of SHIFTS) {
      for (const t of [0.93, 0, ...specialValues(float64)]) {
        const [x, before] = [randomArray(n, next), randomArray(n, next)];
        expectTwins((heap, kernels) =>
          kernels.extrapolate(n, t, ...heap.float64(x, shift), ...heap.float64(before, 3 - shift)),
        );
      }
    }
  }
});
