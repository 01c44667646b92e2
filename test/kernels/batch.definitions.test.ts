import { describe, expect, test } from "vitest";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { isDot } from "../support/exact.js";
import { plainDot, upTo } from "../support/matrices.js";

const SHAPES = [
  [1, 1],
  [2, 4],
  [7, 5],
  [16, 8],
  [33, 3],
  [130, 6],
  [259, 7],
] as const;

describe.each(backends)("$name", (backend) => {
  test("the transpose is one, whatever the strides", () => {
    const next = randomStream(60);
    for (const [n, p] of SHAPES) {
      const X = randomArray((n + 3) * p, next);
      const out = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(new Array(n * (p + 2)).fill(7), 1);
        kernels.transpose(n, p, ...heap.float64(X, 3), n + 3, array, offset, p + 2);
        return array.slice(offset);
      });
      for (let i = 0; i < n; ++i) {
        for (let j = 0; j < p + 2; ++j) expect(out[i * (p + 2) + j]).toBe(j < p ? X[j * (n + 3) + i] : 7);
      }
    }
  });

  test("means of rows are weighted, about the pivots", () => {
    const next = randomStream(61);
    for (const [n, p] of SHAPES) {
      const X = randomArray(n * (p + 1), next).map((v) => 1e6 + v);
      const weights = randomArray(n, next).map((w, i) => (i === 1 ? 0 : w + 1.5));
      const total = weights.reduce((sum, w) => sum + w, 0);
      const pivots = X.slice(0, p);
      const means = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(new Array(p).fill(7), 1);
        const operands = [p + 1, ...heap.float64(weights, 1), total, ...heap.float64(pivots, 2)] as const;
        kernels.rowMeans(n, p, ...heap.float64(X, 2), ...operands, array, offset);
        return array.slice(offset);
      });
      for (let j = 0; j < p; ++j) {
        const deviations = weights.map((_, i) => (X[i * (p + 1) + j] as number) - (pivots[j] as number));
        expect(Math.abs((means[j] as number) - plainDot(weights, deviations) / total)).toBeLessThan(1e-13);
      }
    }
  });

  test("centred rows are their formula", () => {
    const next = randomStream(62);
    for (const [n, p] of SHAPES) {
      const X = randomArray(n * (p + 1), next);
      const [pivots, means, rowScales] = [randomArray(p, next), randomArray(p, next), randomArray(n, next)];
      const out = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(new Array(n * (p + 2)).fill(7), 1);
        const operands = [...heap.float64(pivots), ...heap.float64(means, 1), ...heap.float64(rowScales, 2)] as const;
        kernels.centreRows(n, p, ...heap.float64(X, 3), p + 1, ...operands, array, offset, p + 2);
        return array.slice(offset);
      });
      for (let i = 0; i < n; ++i) {
        for (let j = 0; j < p; ++j) {
          const centred = (X[i * (p + 1) + j] as number) - (pivots[j] as number) - (means[j] as number);
          expect(out[i * (p + 2) + j]).toBe(centred * (rowScales[i] as number));
        }
        expect(out[i * (p + 2) + p]).toBe(7);
      }
    }
  });

  test("scaled rows are their formula, and their means what that gives times the scales", () => {
    const next = randomStream(64);
    for (const [n, p] of SHAPES) {
      const X = randomArray(n * (p + 1), next);
      const rowScales = randomArray(n, next);
      const { out, means } = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(new Array(n * (p + 2)).fill(7), 1);
        const [sums, at] = heap.float64(new Array(p + 1).fill(7), 2);
        const scales = heap.float64(rowScales, 2);
        kernels.scaleRows(n, p, ...heap.float64(X, 3), p + 1, ...scales, array, offset, p + 2, sums, at);
        return { out: array.slice(offset), means: sums.slice(at) };
      });
      for (let j = 0; j < p; ++j) {
        const scaled = rowScales.map((scale, i) => (X[i * (p + 1) + j] as number) * scale);
        expect(isDot(means[j] as number, scaled, rowScales, 2 ** -53)).toBe(true);
        for (let i = 0; i < n; ++i) expect(out[i * (p + 2) + j]).toBe(scaled[i]);
      }
      for (let i = 0; i < n; ++i) expect(out[i * (p + 2) + p]).toBe(7);
      expect(means[p]).toBe(7);
    }
  });

  test("the Gram by rows agrees with exact arithmetic and is symmetric", () => {
    const next = randomStream(63);
    for (const [n, columns] of SHAPES) {
      const p = Math.ceil(columns / 4) * 4;
      const A = randomArray(n * p, next);
      const G = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(new Array(p * p).fill(7), 1);
        kernels.rowGram(n, p, ...heap.float64(A, 3), array, offset);
        return array.slice(offset);
      });
      const column = (j: number): number[] => upTo(n).map((i) => A[i * p + j] as number);
      for (let j = 0; j < p; ++j) {
        for (let k = 0; k <= j; ++k) {
          expect(isDot(G[j * p + k] as number, column(j), column(k), 2 ** -53)).toBe(true);
          expect(G[k * p + j]).toBe(G[j * p + k]);
        }
      }
    }
  });

  /** G = XᵀX with rows `ld` apart, c = Xᵀy. */
  const problem = (n: number, p: number, seed: number) => {
    const next = randomStream(seed);
    const ld = Math.ceil(p / 4) * 4;
    const X = upTo(p).map(() => randomArray(n, next));
    const y = randomArray(n, next);
    const G = new Array<number>(p * ld).fill(0);
    for (let j = 0; j < p; ++j) for (let k = 0; k < p; ++k) G[j * ld + k] = plainDot(X[j] ?? [], X[k] ?? []);
    const c = upTo(ld).map((j) => (j < p ? plainDot(X[j] ?? [], y) : 0));
    return { ld, G, c, row: (j: number) => G.slice(j * ld, j * ld + p) };
  };

  test.each([0, 0.3])("epochs end at a minimum, l2 = %s", (l2) => {
    for (const [n, p] of [
      [12, 3],
      [40, 7],
      [60, 16],
    ] as const) {
      const { ld, G, c, row } = problem(n, p, 64 + p);
      const l1 = upTo(p).map((j) => (j === 1 ? Number.POSITIVE_INFINITY : j === 2 ? 0 : n / 40));
      const inverses = upTo(p).map((j) => 1 / ((G[j * ld + j] as number) + l2));
      const descend = (threshold: number, limit: number) =>
        runOn(backend, (heap, kernels) => {
          const z = heap.float64(c, 1);
          const b = heap.float64(new Array(p).fill(0), 2);
          const strengths = [...heap.float64(inverses, 3), ...heap.float64(l1)] as const;
          const epochs = kernels.gramEpochs(p, ld, ...heap.float64(G), ...z, ...b, ...strengths, threshold, limit);
          return { epochs, z: [...z[0].subarray(z[1])], b: [...b[0].subarray(b[1])] };
        });
      const { b, z, epochs } = descend(1e-28, 1000);
      expect(epochs).toBeLessThan(1000);
      for (let j = 0; j < p; ++j) {
        const gradient = (c[j] as number) - plainDot(row(j), b);
        expect(Math.abs((z[j] as number) - gradient)).toBeLessThan(1e-12);
        const [v, t] = [b[j] as number, l1[j] as number];
        if (v === 0) expect(Math.abs(gradient)).toBeLessThanOrEqual(t + 1e-12);
        else expect(Math.abs(gradient - Math.sign(v) * t - l2 * v)).toBeLessThan(1e-12);
      }
      expect(b[1]).toBe(0);
      expect(descend(Number.POSITIVE_INFINITY, 9).epochs).toBe(1);
      expect(descend(0, 2).epochs).toBe(2);
      expect(descend(1e-3, 1000).epochs).toBeLessThan(epochs);
    }
  });

  test("the gradient is c − G·b", () => {
    for (const [n, p] of SHAPES) {
      const { ld, G, c, row } = problem(n, p, 70 + p);
      const b = randomArray(p, randomStream(p)).map((v) => (v < -0.3 ? 0 : v));
      const z = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(new Array(ld).fill(7), 1);
        kernels.gramGradient(p, ld, ...heap.float64(G), ...heap.float64(c, 2), ...heap.float64(b, 3), array, offset);
        return array.slice(offset);
      });
      for (let j = 0; j < ld; ++j) {
        const expected = j < p ? (c[j] as number) - plainDot(row(j), b) : 0;
        expect(Math.abs((z[j] as number) - expected)).toBeLessThan(1e-12);
      }
    }
  });

  test("factor and substitution solve the listed rows and columns of G + diag(l2)", () => {
    for (const [n, p] of [[2, 4], ...SHAPES, [60, 16]] as const) {
      const { ld, G, c } = problem(n, p, 80 + p);
      const l2 = upTo(p).map((j) => 0.1 + j / p);
      const indices = upTo(p).filter((j) => j % 3 !== 1);
      const count = indices.length;
      const right = indices.map((j) => c[j] as number);
      const x = runOn(backend, (heap, kernels) => {
        const U = heap.float64(new Array(ld * ld).fill(Number.NaN), 1);
        const matrix = [...heap.float64(G, 2), ...heap.float64(l2, 3)] as const;
        expect(kernels.gramFactor(count, ...heap.int32(indices, 1), ld, ...matrix, ...U)).toBe(count);
        const [array, offset] = heap.float64([...right, ...new Array(ld - count).fill(7)], 3);
        kernels.gramSubstitute(count, ld, ...U, array, offset);
        return array.slice(offset, offset + count);
      });
      indices.forEach((j, k) => {
        const row = indices.map((i) => (G[j * ld + i] as number) + (i === j ? (l2[j] as number) : 0));
        expect(Math.abs(plainDot(row, x) - (right[k] as number))).toBeLessThan(1e-12 * n);
      });
    }
  });

  test("a factor ends at the first row that depends on those before it", () => {
    const { ld, G } = problem(3, 6, 90);
    const rank = (indices: number[], l2: number) =>
      runOn(backend, (heap, kernels) => {
        const U = heap.float64(new Array(ld * ld).fill(7));
        const ridge = heap.float64(new Array(6).fill(l2));
        return kernels.gramFactor(indices.length, ...heap.int32(indices), ld, ...heap.float64(G), ...ridge, ...U);
      });
    expect(rank(upTo(6), 0)).toBe(3);
    expect(rank([1, 4, 1], 0)).toBe(2);
    expect(rank(upTo(6), 1e-3)).toBe(6);
    expect(rank([], 0)).toBe(0);
  });
});
