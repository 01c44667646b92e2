import { describe, expect, test } from "vitest";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, expectTwins, type Kernels, runOn } from "../support/backends.js";
import type { Heap } from "../support/heap.js";
import { plainDot, spread, upTo } from "../support/matrices.js";

const UNIT = 2 ** -24;
const lengths = [0, 4, 8, 12, 252, 256, 260, 516];

/** A factor, row after row: numbers from 1 to 3 on its diagonal, small ones elsewhere. */
const factor = (size: number, next: () => number): number[] =>
  randomArray(size * size, next).map((v, at) => (at % (size + 1) === 0 ? v + 2 : 0.3 * v));

describe("twins", () => {
  test("gramRows at every shape and alignment", () => {
    const next = randomStream(71);
    for (const n of lengths) {
      for (const [from, to] of [
        [0, 1],
        [0, 9],
        [1, 4],
        [3, 12],
        [8, 11],
        [5, 5],
      ]) {
        const X = randomArray(n * (to + 4), next);
        const norms = randomArray(to, next).map((v) => v + 2);
        const shift = (n / 4 + to) % 4;
        const stride = to + 4 + (shift >> 1);
        expectTwins((heap, kernels) => {
          const operands = [...heap.float32(X, shift), from, to, ...heap.float64(norms, 3 - shift)] as const;
          kernels.gramRows(n, ...operands, ...heap.float64(new Array((to + 1) * stride).fill(7), 1), stride);
        });
      }
    }
  });

  const cases: [
    name: string,
    run: (kernels: Kernels, heap: Heap, size: number, L: number[], shift: number) => unknown,
  ][] = [
    ...[1, 2, 4, 7].map((m) => [
      `choleskyExtend by ${m} rows`,
      (kernels: Kernels, heap: Heap, size: number, L: number[], shift: number) => {
        const stride = size + (shift >> 1);
        const rows = [...spread(L, size, stride), ...new Array(3 * stride).fill(7)];
        const count = Math.min(m, size);
        return kernels.choleskyExtend(size - count, count, ...heap.float32(rows, shift), stride);
      },
    ]),
    ...[0, 0.5, 1].map((where) => [
      `choleskyDropSingle ${where} of the way down`,
      (kernels: Kernels, heap: Heap, size: number, L: number[], shift: number) => {
        if (size === 0) return;
        const stride = size + (shift >> 1);
        const work = heap.float32(new Array(2 * size).fill(7), 3 - shift);
        const k = Math.floor(where * (size - 1));
        const rows = [...spread(L, size, stride), ...new Array(stride).fill(7)];
        kernels.choleskyDropSingle(size, k, ...heap.float32(rows, shift), stride, ...work);
      },
    ]),
    [
      "choleskySolveSingle",
      (kernels: Kernels, heap: Heap, size: number, L: number[], shift: number) => {
        const stride = size + (shift >> 1);
        const b = heap.float32(
          upTo(size).map((i) => Math.sin(i)),
          3 - shift,
        );
        kernels.choleskySolveSingle(size, ...heap.float32(spread(L, size, stride), shift), stride, ...b);
      },
    ],
  ] as never;

  test.each(cases)("%s", (_, run) => {
    const next = randomStream(72);
    for (let size = 0; size <= 70; ++size) {
      const L = factor(size, next);
      expectTwins((heap, kernels) => run(kernels, heap, size, L, size % 4));
    }
  });
});

describe.each(backends)("$name", (backend) => {
  test("gramRows has both triangles of the new rows, and leaves the old ones", () => {
    const next = randomStream(73);
    for (const n of [4, 8, 300, 776]) {
      const [from, to, stride] = [3, 10, 14];
      const X = upTo(to).map(() => {
        const x = randomArray(n, next);
        return x.map((v) => Math.fround(v / Math.sqrt(plainDot(x, x))));
      });
      const norms = upTo(to).map((j) => 10 ** (4 * j - 20));
      const G = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(new Array((to + 1) * stride).fill(7), 1);
        const behind = new Array<number>(4 * n).fill(Number.NaN);
        const operands = [...heap.float32([...X.flat(), ...behind]), from, to, ...heap.float64(norms)] as const;
        kernels.gramRows(n, ...operands, array, offset, stride);
        return array.slice(offset, offset + to * stride);
      });
      for (let a = 0; a < to; ++a) {
        for (let c = 0; c < to; ++c) {
          const value = G[a * stride + c];
          if (a < from && c < from) expect(value).toBe(7);
          else {
            const size = norms[a] * norms[c];
            expect(Math.abs(value - size * plainDot(X[a], X[c]))).toBeLessThanOrEqual(70 * UNIT * size);
          }
        }
      }
    }
  });

  test("a factor extended by groups of rows, some taken out, solves its matrix", () => {
    const next = randomStream(74);
    for (const size of [1, 2, 6, 23, 60]) {
      // Columns of norm 1, so that the diagonal of their Gram is 1.
      const columns = upTo(size).map(() => {
        const x = randomArray(3 * size + 5, next);
        return x.map((v) => v / Math.sqrt(plainDot(x, x)));
      });
      const present: number[] = [];
      const stride = size + 1;
      const b = randomArray(size, next);
      const { x, least } = runOn(backend, (heap, kernels) => {
        const [L, offset] = heap.float32(new Array((size + 3) * stride).fill(0), 2);
        let pivot = 1;
        const extend = (entrants: number[]): void => {
          const before = present.length;
          present.push(...entrants);
          present.slice(before).forEach((j, r) => {
            for (let k = 0; k <= before + r; ++k)
              L[offset + (before + r) * stride + k] = plainDot(columns[j], columns[present[k]]);
          });
          pivot = Math.min(pivot, kernels.choleskyExtend(before, entrants.length, L, offset, stride));
        };
        for (let j = 0; j < size; j += 5) extend(upTo(Math.min(5, size - j)).map((k) => j + k));
        for (const k of [size - 1, 0, size >> 1]) {
          if (present.length < 2) break;
          const at = Math.min(k, present.length - 1);
          kernels.choleskyDropSingle(
            present.length,
            at,
            L,
            offset,
            stride,
            ...heap.float32(new Array(2 * size).fill(Number.NaN)),
          );
          present.splice(at, 1);
        }
        const [solution, start] = heap.float32(b.slice(0, present.length), 1);
        kernels.choleskySolveSingle(present.length, L, offset, stride, solution, start);
        return { x: [...solution.slice(start, start + present.length)], least: pivot };
      });
      expect(least).toBeGreaterThan(0.05);
      expect(least).toBeLessThanOrEqual(1);
      const sum = new Array<number>(columns[0].length).fill(0);
      present.forEach((j, k) => {
        columns[j].forEach((v, i) => {
          sum[i] += v * x[k];
        });
      });
      present.forEach((j, k) => {
        expect(Math.abs(plainDot(columns[j], sum) - b[k])).toBeLessThan(1e-4);
      });
    }
  });

  test("rows that depend on others have a pivot of 0 or next to it, and NaN is not lost", () => {
    const pivotOf = (rows: number[][]): number =>
      runOn(backend, (heap, kernels) => {
        const size = rows.length;
        const L = heap.float32([...rows.flat(), ...new Array(3 * size).fill(0)]);
        return kernels.choleskyExtend(0, size, ...L, size);
      });
    expect(
      Math.abs(
        pivotOf([
          [1, 7, 7],
          [0.5, 1, 7],
          [1, 0.5, 1],
        ]),
      ),
    ).toBeLessThan(4 * UNIT);
    expect(
      pivotOf([
        [1, 7],
        [2, 1],
      ]),
    ).toBe(-3);
    expect(
      pivotOf([
        [1, 7, 7],
        [Number.NaN, 1, 7],
        [0, 0, 1],
      ]),
    ).toBe(Number.NaN);
  });
});
