import { describe, expect, test } from "vitest";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { isDot } from "../support/exact.js";
import type { Operand } from "../support/heap.js";
import { plainDot, upTo } from "../support/matrices.js";

const UNIT = 2 ** -53;

/** Rows of a lower triangular matrix, each up to its diagonal. */
type Triangle = number[][];

/** Rows `stride` apart; NaN above the diagonal and between the rows, where nothing may be read. */
function layOut(L: Triangle, stride: number): number[] {
  return L.flatMap((row) => [...row, ...new Array<number>(stride - row.length).fill(Number.NaN)]);
}

function triangleIn([array, offset]: Operand<Float64Array>, size: number, stride: number): Triangle {
  return upTo(size).map((i) => [...array.subarray(offset + i * stride, offset + i * stride + i + 1)]);
}

/** Small whole numbers, the diagonal powers of 2: all that follows from it is exact. */
function wholeTriangle(size: number, next: () => number): Triangle {
  return upTo(size).map((i) => [
    ...randomArray(i, next, (v) => Math.round(3 * v)),
    next() < -0.5 ? 1 : next() < 0 ? 2 : 4,
  ]);
}

/** L·Lᵀ up to the diagonal, in plain order. */
const product = (L: Triangle): Triangle =>
  L.map((row, i) =>
    upTo(i + 1).map((k) => {
      const other = L[k];
      return plainDot(other, row.slice(0, other.length));
    }),
  );

/** A positive definite matrix up to its diagonal, X·Xᵀ with a little more on the diagonal. */
function positiveDefinite(size: number, next: () => number): Triangle {
  const X = upTo(size).map(() => randomArray(size + 2, next));
  return X.map((row, i) => upTo(i + 1).map((k) => plainDot(row, X[k]) + (k === i ? 0.01 : 0)));
}

/** Whether L·Lᵀ is A but for the rounding errors of computing L, to `factor` times the bound for a dot product. */
function expectFactorOf(L: Triangle, A: Triangle, factor = 1): void {
  A.forEach((row, i) => {
    expect(L[i][i]).toBeGreaterThanOrEqual(0);
    row.forEach((a, k) => {
      expect(isDot(a, L[k], L[i].slice(0, k + 1), factor * UNIT), `entry ${i}, ${k}`).toBe(true);
    });
  });
}

/** A without row and column k. */
const without = (A: Triangle, k: number): Triangle =>
  A.filter((_, i) => i !== k).map((row) => row.filter((_, column) => column !== k));

describe.each(backends)("$name", (backend) => {
  /** The factor of A, row after row, and what each append returned. */
  const factorise = (A: Triangle, gap = 2): { L: Triangle; pivots: number[] } =>
    runOn(backend, (heap, kernels) => {
      const stride = A.length + gap;
      const L = heap.float64(layOut(A, stride), 1);
      const pivots = A.map((_, i) => kernels.choleskyAppend(i, ...L, stride));
      return { L: triangleIn(L, A.length, stride), pivots };
    });

  const drop = (L: Triangle, k: number): Triangle =>
    runOn(backend, (heap, kernels) => {
      const size = L.length;
      const stride = size + 1;
      const operand = heap.float64(layOut(L, stride), 1);
      kernels.choleskyDrop(size, k, ...operand, stride, ...heap.float64(new Array(2 * size).fill(Number.NaN), 3));
      return triangleIn(operand, size - 1, stride);
    });

  const solve = (direction: "choleskyForward" | "choleskyBackward", L: Triangle, b: number[]): number[] =>
    runOn(backend, (heap, kernels) => {
      const stride = L.length + 3;
      const [array, offset] = heap.float64(b, 1);
      kernels[direction](L.length, ...heap.float64(layOut(L, stride), 2), stride, array, offset);
      return [...array.subarray(offset)];
    });

  test("appended row by row, L·Lᵀ is the matrix, and the pivots are the squares of the diagonal", () => {
    const next = randomStream(70);
    for (const size of [1, 2, 3, 7, 8, 9, 17, 40]) {
      const A = positiveDefinite(size, next);
      const { L, pivots } = factorise(A);
      expectFactorOf(L, A);
      pivots.forEach((pivot, i) => {
        expect(L[i][i]).toBe(Math.sqrt(pivot));
      });
    }
  });

  test("the factor of a matrix made from small whole numbers is exact", () => {
    const next = randomStream(71);
    for (let size = 0; size <= 40; ++size) {
      const L = wholeTriangle(size, next);
      const { L: found, pivots } = factorise(product(L), size % 3);
      expect(found).toEqual(L.map((row) => row.map((v) => v + 0)));
      expect(pivots).toEqual(L.map((row) => row[row.length - 1] ** 2));
    }
  });

  test("where the matrix is not positive definite, the diagonal is 0 and the pivot says so", () => {
    const L = [[2], [1, 4], [3, -2, 1]];
    for (const excess of [0, -1, -5, Number.NaN]) {
      const A = product([...L, [1, 2, -1]]);
      A[3][3] += excess;
      const { L: found, pivots } = factorise(A);
      expect(found).toEqual([...L, [1, 2, -1, 0]]);
      expect(pivots).toEqual([4, 16, 1, excess]);
    }
  });

  test("dropped, row and column are gone, and the rows above are as they were", () => {
    const next = randomStream(72);
    for (const size of [1, 2, 3, 8, 9, 19]) {
      const A = positiveDefinite(size, next);
      const { L } = factorise(A);
      for (let k = 0; k < size; ++k) {
        const dropped = drop(L, k);
        expect(dropped.slice(0, k)).toEqual(L.slice(0, k));
        expectFactorOf(dropped, without(A, k), 8);
      }
    }
  });

  test("a rotation by (3, 4)/5, then one by (−5, 12)/13", () => {
    const L = [[2], [3, 4], [10, 5, 12], [8, 6, 0, 1]];
    const dropped = drop(L, 0);
    expect(dropped.slice(0, 2)).toEqual([[5], [10, 13]]);
    // 8·3/5 + 6·4/5, then (6·3/5 − 8·4/5)·(−5/13), then what is left of the row's norm.
    const row = [9.6, 14 / 13, Math.sqrt(101 - 9.6 ** 2 - (14 / 13) ** 2)];
    row.forEach((value, k) => {
      expect(dropped[2][k]).toBeCloseTo(value, 13);
    });
    expect(drop(L, 3)).toEqual(L.slice(0, 3));
  });

  test("rows without a diagonal are dropped and kept", () => {
    // The second row depends on the first: its diagonal is 0.
    const L = [[2], [3, 0], [1, 2, 1]];
    expect(drop(L, 1)).toEqual([[2], [1, Math.sqrt(5)]]);
    expect(drop(L, 0)).toEqual([[3], [1, Math.sqrt(5)]]);
    // A row of zeros leaves no direction to rotate to.
    expect(drop([[1], [0, 0], [2, 3, 1]], 0)).toEqual([[0], [2, Math.sqrt(10)]]);
  });

  test("a factor that rows enter and leave a thousand times stays that of its matrix", () => {
    const next = randomStream(73);
    const capacity = 24;
    const A = positiveDefinite(40, next);
    const entry = (i: number, k: number): number => (i < k ? A[k][i] : A[i][k]);
    const order: number[] = [];
    runOn(backend, (heap, kernels) => {
      const L = heap.float64(new Array(capacity * capacity).fill(Number.NaN), 1);
      const work = heap.float64(new Array(2 * capacity).fill(Number.NaN));
      const [array, offset] = L;
      for (let turn = 0; turn < 1000; ++turn) {
        const candidate = Math.floor(20 * (next() + 1));
        const count = order.length;
        if (order.includes(candidate) || count === capacity) {
          const k = order.includes(candidate) ? order.indexOf(candidate) : candidate % count;
          kernels.choleskyDrop(count, k, ...L, capacity, ...work);
          order.splice(k, 1);
        } else {
          order.push(candidate);
          const row = offset + count * capacity;
          order.forEach((k, at) => {
            array[row + at] = entry(candidate, k);
          });
          expect(kernels.choleskyAppend(count, ...L, capacity)).toBeGreaterThan(0);
        }
        if (turn % 100 !== 99) continue;
        const listed = order.map((i, at) => order.slice(0, at + 1).map((k) => entry(i, k)));
        expectFactorOf(triangleIn(L, order.length, capacity), listed, 64);
      }
    });
  });

  test("forward and backward substitution are exact for whole numbers", () => {
    const next = randomStream(74);
    for (let size = 0; size <= 130; size += size < 20 ? 1 : 11) {
      const L = wholeTriangle(size, next);
      const x = randomArray(size, next, (v) => Math.round(9 * v) + 0);
      const rows = L.map((row) => plainDot(row, x));
      expect(solve("choleskyForward", L, rows)).toEqual(x);
      const columns = upTo(size).map((k) => L.slice(k).reduce((sum, row, i) => sum + row[k] * x[k + i], 0));
      expect(solve("choleskyBackward", L, columns)).toEqual(x);
    }
  });

  test("forward and backward substitution solve systems that are L's but for rounding errors", () => {
    const next = randomStream(75);
    for (const size of [1, 2, 5, 9, 30, 67]) {
      const { L } = factorise(positiveDefinite(size, next));
      const b = randomArray(size, next);
      const forward = solve("choleskyForward", L, b);
      const backward = solve("choleskyBackward", L, b);
      upTo(size).forEach((i) => {
        expect(isDot(b[i], L[i], forward.slice(0, i + 1), UNIT)).toBe(true);
        const column = L.slice(i).map((row) => row[i]);
        expect(isDot(b[i], column, backward.slice(i), UNIT)).toBe(true);
      });
    }
  });
});
