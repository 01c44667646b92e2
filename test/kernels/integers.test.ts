import { describe, expect, test } from "vitest";
import { randomArray, randomStream, SHIFTS } from "../support/arbitraries.js";
import { backends, expectTwins, runOn } from "../support/backends.js";
import type { Heap } from "../support/heap.js";
import { randomList } from "../support/matrices.js";

/** 16-bit integers between words that show whether they were overwritten. */
function int16(heap: Heap, values: ArrayLike<number>, shift = 0): readonly [array: Int16Array, offset: number] {
  const words = new Array(Math.ceil((values.length + shift) / 2) + 1).fill(0x5afe5afe);
  const [array, offset] = heap.int32(words);
  const halves = new Int16Array(array.buffer, array.byteOffset + 4 * offset, 2 * words.length);
  halves.set(values, shift);
  return [halves, shift];
}

const integers = (n: number, largest: number, next: () => number): number[] =>
  randomArray(n, next).map((v) => Math.round(Math.max(-1, Math.min(1, v / 3)) * largest));

describe("twins", () => {
  test("quantize at every length and alignment, halves and the ends of the range included", () => {
    const next = randomStream(1);
    for (let n = 0; n <= 70; ++n) {
      const x = randomArray(n, next).map((v, i) => (i % 5 === 0 ? Math.round(v * 8) / 2 : i % 7 === 0 ? -32767 : v));
      for (const shift of SHIFTS) {
        expectTwins((heap, kernels) => {
          kernels.quantize(n, ...heap.float64(x, shift), 1, ...int16(heap, new Array(n).fill(7), 3 - shift));
        });
      }
    }
  });

  test("products at every shape and alignment", () => {
    const next = randomStream(2);
    for (let n = 0; n <= 35; ++n) {
      for (let p = 1; p <= 9; ++p) {
        const X = integers(n * p, 5000, next);
        const r = integers(n, 5000, next);
        const list = randomList(p + (n % 3), p, next);
        const shift = (n + p) % 4;
        expectTwins((heap, kernels) => {
          const operands = [
            ...heap.int32(list, shift),
            ...int16(heap, X, shift),
            ...int16(heap, r, 3 - shift),
          ] as const;
          kernels.listIntegerProduct(n, list.length, ...operands, ...heap.int32(new Array(list.length).fill(7), 1));
        });
      }
    }
  });
});

describe.each(backends)("$name", (backend) => {
  const quantized = (x: readonly number[], factor: number): number[] =>
    runOn(backend, (heap, kernels) => {
      const [out, offset] = int16(heap, new Array(x.length).fill(7), 1);
      kernels.quantize(x.length, ...heap.float64(x, 1), factor, out, offset);
      return [...out.slice(offset, offset + x.length)];
    });

  test("quantize rounds the product to the nearest integer, halves to even", () => {
    const x = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999999999999994, 0.75, -0.75, 3, -3];
    const nearest = [0, 2, 2, 0, -2, -2, 0, 1, -1, 3, -3];
    expect(quantized(x, 1)).toEqual(nearest);
    expect(
      quantized(
        x.map((v) => v / 4),
        4,
      ),
    ).toEqual(nearest);
    expect(quantized([1, -1, 0.5], 32767)).toEqual([32767, -32767, 16384]);
  });

  test("products are exact up to the largest sums that fit", () => {
    const next = randomStream(3);
    for (const n of [1, 7, 8, 9, 16, 23, 64]) {
      const X = integers(n * 6, 4000, next);
      const r = integers(n, 4000, next);
      // Parallel vectors of the greatest norm.
      X.splice(0, n, ...new Array(n).fill(Math.floor(32766 / Math.sqrt(n))));
      const largest = new Array(n).fill(-Math.floor(32766 / Math.sqrt(n)));
      for (const v of [r, largest]) {
        const list = [5, 0, 3, 3, 1, 2];
        const products = runOn(backend, (heap, kernels) => {
          const [out, offset] = heap.int32(new Array(6).fill(7));
          const operands = [...heap.int32(list), ...int16(heap, X, 1), ...int16(heap, v)] as const;
          kernels.listIntegerProduct(n, list.length, ...operands, out, offset);
          return [...out.slice(offset)];
        });
        expect(products).toEqual(list.map((j) => v.reduce((sum, value, i) => sum + value * X[j * n + i], 0)));
      }
    }
  });
});
