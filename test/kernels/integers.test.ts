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

/** Columns of integers that no lane of a run can overflow with, the largest among them. */
const integerColumns = (n: number, p: number, next: () => number): number[] => {
  const X = integers(n * p, 4000, next);
  return X.map((v, k) => (k < n ? 5792 : k < 2 * n ? -5792 : k % 97 === 0 ? 20_000 : v));
};

describe("twins", () => {
  test("condense and remainder over runs of every kind, halves and what is cut off included", () => {
    const next = randomStream(4);
    for (const n of [0, 8, 16, 248, 256, 264, 520]) {
      for (const scale of [1, 64, 2 ** -3]) {
        const x = randomArray(n, next).map((v, i) => (i % 7 === 0 ? i / 2 : i % 31 === 0 ? 40_000 * v : v));
        const y = randomArray(n, next);
        for (const shift of SHIFTS) {
          expectTwins((heap, kernels) => {
            const [out, at] = int16(heap, new Array(n).fill(7), 4 * shift);
            const [rest, restAt] = int16(heap, new Array(n).fill(7), 3 - shift);
            const columns = [...heap.float64(x, shift), ...heap.float64(y, 3 - shift)] as const;
            kernels.condense(n, ...columns, scale, out, at, ...heap.float64([1, 2, 3, 4, 5], shift));
            kernels.remainder(n, columns[0], columns[1], scale, rest, restAt);
          });
        }
      }
    }
  });

  test("products of listed columns in integers over runs of every kind", () => {
    const next = randomStream(5);
    for (const n of [0, 8, 248, 256, 264, 776]) {
      for (const [rowCount, columnCount] of [
        [0, 4],
        [2, 0],
        [2, 4],
        [6, 8],
      ]) {
        const p = 7;
        const X = integerColumns(n, p, next);
        const steps = (count: number): number[] => Array.from({ length: count }, (_, k) => 2 ** ((k % 5) - 9));
        const rows = randomList(rowCount, p, next);
        const columns = randomList(columnCount, p, next);
        const before = randomArray(rowCount * columnCount, next);
        expectTwins((heap, kernels) => {
          kernels.integerCrossGram(
            n,
            ...int16(heap, X, 1),
            rowCount,
            ...heap.int32(rows, 1),
            ...heap.float64(steps(rowCount), 1),
            columnCount,
            ...heap.int32(columns, 2),
            ...heap.float64(steps(columnCount), 1),
            ...heap.float64(before, 1),
          );
        });
      }
    }
  });
});

/** Columns of every kind, some at the limits; what the kernels that sort them are called with. */
function columns(p: number, next: () => number) {
  const some = (): number[] => randomArray(p, next);
  const norms = some().map(Math.abs);
  const [z0, z1] = [some(), some().map((v) => (v > 0.9 ? Number.NaN : v))];
  const b = some().map((v) => (v > 0.5 ? v : v > 0 ? -0 : 0));
  const l1 = some().map((v) => (v > 0.8 ? Number.POSITIVE_INFINITY : v > 0.6 ? 0 : Math.abs(2 * v)));
  return { norms, z0, z1, b, l1, z: some(), list: randomList(p, p, next) };
}

describe("twins that sort columns", () => {
  test("passOver", () => {
    const next = randomStream(4);
    for (let p = 0; p <= 40; ++p) {
      const { norms, z0, z1, b, l1, z, list } = columns(p, next);
      for (const shift of SHIFTS) {
        expectTwins((heap, kernels) => {
          const [indices, at] = heap.int32(list, shift);
          const known = [0.8, ...heap.float64(z0, shift), -0.3, ...heap.float64(z1, 1)] as const;
          const limits = [...heap.float64(norms), ...heap.float64(b, 3 - shift), ...heap.float64(l1, 2), 0.9] as const;
          return kernels.passOver(p, indices, at, ...known, 0.4, ...limits, ...heap.float64(z, 1), indices, at);
        });
      }
    }
  });
});

describe.each(backends)("$name", (backend) => {
  test("condense rounds to multiples of a step, and remainder says by how much, to 1/8192 of it", () => {
    const n = 264;
    const scale = 512;
    const next = randomStream(6);
    const x = randomArray(n, next).map((v) => 10 * v);
    const y = randomArray(n, next);
    const { rounded, rests, sums } = runOn(backend, (heap, kernels) => {
      const operands = [...heap.float64(x), ...heap.float64(y)] as const;
      const [out, at] = int16(heap, new Array(n).fill(7));
      const [rest, restAt] = int16(heap, new Array(n).fill(7));
      const [into, sumsAt] = heap.float64([10, 20, 30, 40, 50]);
      kernels.condense(n, ...operands, scale, out, at, into, sumsAt);
      kernels.remainder(n, operands[0], operands[1], scale, rest, restAt);
      const part = (array: Int16Array, offset: number) => [...array.slice(offset, offset + n)];
      return { rounded: part(out, at), rests: part(rest, restAt), sums: [...into.slice(sumsAt, sumsAt + 5)] };
    });
    x.forEach((value, i) => {
      expect(Math.abs(value - rounded[i] / scale)).toBeLessThanOrEqual(0.5 / scale);
      expect(Math.abs(value - rounded[i] / scale - rests[i] / scale / 8192)).toBeLessThanOrEqual(0.5 / scale / 8192);
    });
    const lane = (run: number, k: number): number =>
      x.reduce((sum, v, i) => (Math.floor(i / 256) === run && (i % 8) >> 1 === k ? sum + v * v : sum), 0);
    const lanes = [0, 1].flatMap((run) => [0, 1, 2, 3].map((k) => lane(run, k)));
    expect(sums[0]).toBeCloseTo(10 + x.reduce((sum, v, i) => sum + v * y[i], 0), 9);
    expect(sums[1]).toBeCloseTo(20 + x.reduce((sum, v) => sum + v * v, 0), 9);
    expect(sums[2]).toBeCloseTo(Math.max(...lanes), 9);
    expect(sums[3]).toBe(Math.max(...rounded.map(Math.abs)));
    expect(sums[4]).toBeCloseTo(50 + x.reduce((sum, v) => sum + v), 9);
  });

  test("condense cuts off at 16 bits, and says so", () => {
    const x = [40_000, -40_000, 1, -1, 0, 0, 0, 0];
    const most = (values: number[]): [number[], number] =>
      runOn(backend, (heap, kernels) => {
        const [out, at] = int16(heap, new Array(8).fill(7));
        const [sums, sumsAt] = heap.float64([0, 0, 0, 0, 0]);
        kernels.condense(8, ...heap.float64(values), ...heap.float64(values), 1, out, at, sums, sumsAt);
        return [[...out.slice(at, at + 8)], sums[sumsAt + 3]];
      });
    expect(most(x)).toEqual([[32_767, -32_768, 1, -1, 0, 0, 0, 0], 32_768]);
    expect(most(x.map((v) => Math.max(v, -1)))).toEqual([[32_767, -1, 1, -1, 0, 0, 0, 0], 32_767]);
  });

  test("products in integers are exact up to the largest sums that fit, added to what is there", () => {
    const n = 264;
    const p = 5;
    const X = integerColumns(n, p, randomStream(7));
    const rows = [1, 0, 4, 4];
    const columns = [0, 1, 2, 3];
    const steps = [1, 2, 0.5, 0.25];
    const G = runOn(backend, (heap, kernels) => {
      const [out, offset] = heap.float64(new Array(16).fill(3));
      const lists = [
        ...heap.int32(rows),
        ...heap.float64(steps),
        4,
        ...heap.int32(columns),
        ...heap.float64(steps),
      ] as const;
      kernels.integerCrossGram(n, ...int16(heap, X), 4, ...lists, out, offset);
      return [...out.slice(offset, offset + 16)];
    });
    const dot = (j: number, k: number): number => {
      let sum = 0;
      for (let i = 0; i < n; ++i) sum += X[j * n + i] * X[k * n + i];
      return sum;
    };
    expect(G).toEqual(rows.flatMap((j, a) => columns.map((k, c) => 3 + steps[a] * steps[c] * dot(j, k))));
  });

  test("passOver passes over what is surely below its l1 without a coefficient, and lists the others in order", () => {
    const next = randomStream(6);
    const { norms, z0, z1, b, l1, z, list } = columns(200, next);
    const [a0, a1, rest, share] = [0.8, -0.3, 0.4, 0.9];
    const { after, left } = runOn(backend, (heap, kernels) => {
      const known = [a0, ...heap.float64(z0), a1, ...heap.float64(z1)] as const;
      const limits = [...heap.float64(norms), ...heap.float64(b), ...heap.float64(l1), share] as const;
      const [values, at] = heap.float64(z);
      const [out, start] = heap.int32(new Array(200).fill(7));
      const count = kernels.passOver(200, ...heap.int32(list), ...known, rest, ...limits, values, at, out, start);
      return { after: [...values.slice(at, at + 200)], left: [...out.slice(start, start + count)] };
    });
    const estimate = (j: number): number => a0 * z0[j] + a1 * z1[j];
    const passes = (j: number): boolean => b[j] === 0 && Math.abs(estimate(j)) + rest * norms[j] <= share * l1[j];
    expect(left).toEqual(list.filter((j) => !passes(j)));
    expect(left.length).toBeGreaterThan(20);
    expect(left.length).toBeLessThan(180);
    expect(after).toEqual(z.map((v, j) => (list.includes(j) && passes(j) ? estimate(j) : v)));
  });

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
