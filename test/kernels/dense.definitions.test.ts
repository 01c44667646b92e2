import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ordinary, randomArray, randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { absolute, exactDot, isDot, ratio, toUnits, UNIT_BITS } from "../support/exact.js";
import { columnOf, permutation, randomList, spread, upTo, workOfGram } from "../support/matrices.js";

const SHAPES = [
  [1, 1],
  [2, 4],
  [7, 5],
  [16, 8],
  [33, 3],
  [130, 6],
  [259, 7],
  [513, 6],
] as const;

/** v'·P·v */
const plainForm = (P: number[], v: number[]): number =>
  v.reduce((sum, vj, j) => sum + vj * v.reduce((inner, vk, k) => inner + P[j * v.length + k] * vk, 0), 0);

describe.each(backends)("$name", (backend) => {
  const moments = (n: number, p: number, X: number[], weights: number[], pivots?: number[]) =>
    runOn(backend, (heap, kernels) => {
      const means = heap.float64(new Array(p).fill(7), 1);
      const variances = heap.float64(new Array(p).fill(7), 2);
      const pivot = pivots ?? upTo(p).map((j) => X[j * n] as number);
      const total = weights.reduce((sum, w) => sum + w, 0);
      kernels.moments(
        n,
        p,
        ...heap.float64(X, 1),
        ...heap.float64(weights),
        total,
        ...heap.float64(pivot),
        ...means,
        ...variances,
      );
      return {
        total,
        pivots: pivot,
        means: [...means[0].subarray(means[1])],
        variances: [...variances[0].subarray(variances[1])],
      };
    });

  test("X·b and out agree with exact arithmetic", () => {
    const next = randomStream(30);
    for (const [n, p] of SHAPES) {
      const X = randomArray(n * p, next);
      const b = randomArray(p, next);
      const before = randomArray(n, next);
      const out = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(before, 1);
        kernels.product(n, p, ...heap.float64(X), 2, ...heap.float64(b, 3), array, offset);
        return array.slice(offset);
      });
      for (let i = 0; i < n; ++i) {
        const row = upTo(p).map((j) => X[j * n + i] as number);
        expect(isDot(out[i] as number, [...row, before[i] as number], [...b.map((v) => 2 * v), 1], 2 ** -53)).toBe(
          true,
        );
      }
    }
  });

  test("Xᵀ·r agrees with exact arithmetic", () => {
    const next = randomStream(31);
    for (const [n, p] of SHAPES) {
      const X = randomArray(n * p, next);
      const r = randomArray(n, next);
      const out = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(new Array(p).fill(7), 1);
        kernels.transposedProduct(n, p, ...heap.float64(X), ...heap.float64(r, 3), array, offset);
        return array.slice(offset);
      });
      for (let j = 0; j < p; ++j) expect(isDot(out[j] as number, columnOf(X, n, j), r, 2 ** -53)).toBe(true);
    }
  });

  test("the Gram matrix agrees with exact arithmetic, is symmetric, and exact for small integers", () => {
    const next = randomStream(32);
    for (const [n, p] of SHAPES) {
      for (const whole of [false, true]) {
        const X = randomArray(n * p, next, whole ? (x) => Math.round(8 * x) : undefined);
        const G = runOn(backend, (heap, kernels) => {
          const [array, offset] = heap.float64(new Array(p * p).fill(7), 1);
          kernels.gram(n, p, ...heap.float64(X, 3), array, offset, ...heap.float64(workOfGram(n, p), 1));
          return array.slice(offset);
        });
        for (let j = 0; j < p; ++j) {
          for (let k = 0; k < p; ++k) {
            const [x, y] = [columnOf(X, n, j), columnOf(X, n, k)];
            const g = G[j * p + k] as number;
            if (whole) expect(toUnits(g) << UNIT_BITS).toBe(exactDot(x, y));
            else expect(isDot(g, x, y, 2 ** -53)).toBe(true);
            expect(g).toBe(G[k * p + j]);
          }
        }
      }
    }
  });

  test("a quadratic form agrees with its definition, and has no regard for what lies outside of its list", () => {
    const next = randomStream(39);
    for (let size = 0; size <= 23; ++size) {
      for (const gap of [0, 3]) {
        const list = upTo(size).filter(() => next() > -0.4);
        const P = new Array(size * size).fill(0);
        upTo(size).forEach((j) => {
          for (let k = 0; k <= j; ++k) P[j * size + k] = P[k * size + j] = next();
        });
        const v = upTo(size).map((j) => (list.includes(j) ? next() : 0));
        const seen = P.map((value, at) => (list.includes(Math.floor(at / size)) ? value : Number.NaN));
        const form = runOn(backend, (heap, kernels) =>
          kernels.quadraticForm(
            list.length,
            ...heap.int32(list, 1),
            ...heap.float64(spread(seen, size, size + gap), 3),
            size + gap,
            ...heap.float64(v, 1),
            ...heap.float64([7, 7, 7, 7]),
          ),
        );
        const exact = plainForm(P, v);
        const terms = plainForm(P.map(Math.abs), v.map(Math.abs));
        expect(Math.abs(form - exact)).toBeLessThanOrEqual((size + 8) * 2 ** -53 * terms);
      }
    }
  });

  test("Σ b_k·x_k over listed columns agrees with exact arithmetic, wherever they lie", () => {
    const next = randomStream(36);
    for (const [n, p] of SHAPES) {
      for (const count of [0, 1, 3, 4, 9]) {
        const stride = n + (count % 3);
        const X = randomArray(n * p, next);
        const list = randomList(count, p, next);
        const b = randomArray(count, next);
        const before = randomArray(n, next);
        const out = runOn(backend, (heap, kernels) => {
          const [array, offset] = heap.float64(before, 1);
          const operands = [...heap.int32(list, 1), ...heap.float64(spread(X, n, stride), 3), stride, 2] as const;
          kernels.listProduct(n, count, ...operands, ...heap.float64(b), array, offset);
          return array.slice(offset);
        });
        for (let i = 0; i < n; ++i) {
          const row = list.map((j) => X[j * n + i]);
          expect(isDot(out[i], [...row, before[i]], [...b.map((v) => 2 * v), 1], 2 ** -53)).toBe(true);
        }
      }
    }
  });

  test("over all columns in order, the listed product is that of the matrix, bit for bit", () => {
    const next = randomStream(37);
    for (const [n, p] of SHAPES) {
      const [X, b, before] = [randomArray(n * p, next), randomArray(p, next), randomArray(n, next)];
      const [listed, whole] = runOn(backend, (heap, kernels) => {
        const [x, factors] = [heap.float64(X, 1), heap.float64(b)];
        const [first, second] = [heap.float64(before), heap.float64(before, 1)];
        kernels.listProduct(n, p, ...heap.int32(upTo(p)), ...x, n, -0.3, ...factors, ...first);
        kernels.product(n, p, ...x, -0.3, ...factors, ...second);
        return [first, second].map(([array, offset]) => array.slice(offset));
      });
      expect(listed).toEqual(whole);
    }
  });

  test("x_k·r for listed columns are those for all columns, bit for bit", () => {
    const next = randomStream(38);
    for (const [n, p] of SHAPES) {
      for (const count of [0, 1, 3, 4, 9]) {
        const X = randomArray(n * p, next);
        const r = randomArray(n, next);
        const list = randomList(count, p, next);
        const [listed, whole] = runOn(backend, (heap, kernels) => {
          const operands = [...heap.float64(X, 1), ...heap.float64(r, 3)] as const;
          const outs = [count, p].map((size) => heap.float64(new Array(size).fill(7), 1));
          const { listTransposedProduct, transposedProduct } = kernels;
          listTransposedProduct(n, count, ...heap.int32(list, 1), ...operands, ...outs[0]);
          transposedProduct(n, p, ...operands, ...outs[1]);
          return outs.map(([array, offset]) => [...array.slice(offset)]);
        });
        expect(listed).toEqual(list.map((j) => whole[j]));
      }
    }
  });

  test("a cross Gram has the products of its lists at its places, and leaves what lies between", () => {
    const next = randomStream(39);
    for (const [n, p] of SHAPES) {
      for (const [rowCount, columnCount] of [
        [0, 3],
        [3, 0],
        [1, 1],
        [2, 4],
        [3, 6],
        [5, 9],
      ] as const) {
        const stride = columnCount + 2;
        const size = rowCount + 3;
        const X = randomArray(n * p, next);
        const rows = randomList(rowCount, p, next);
        const columns = randomList(columnCount, p, next);
        const places = permutation(size, next).slice(0, rowCount);
        const G = runOn(backend, (heap, kernels) => {
          const [array, offset] = heap.float64(new Array(size * stride).fill(7), 1);
          const operands = [...heap.float64(X, 3), rowCount, ...heap.int32(rows, 1)] as const;
          const lists = [...heap.int32(places), columnCount, ...heap.int32(columns, 3)] as const;
          kernels.crossGram(n, ...operands, ...lists, array, offset, stride);
          return array.slice(offset);
        });
        G.forEach((g, at) => {
          const [a, c] = [places.indexOf(Math.floor(at / stride)), at % stride];
          if (a < 0 || c >= columnCount) expect(g).toBe(7);
          else expect(isDot(g, columnOf(X, n, rows[a]), columnOf(X, n, columns[c]), 2 ** -53)).toBe(true);
        });
      }
    }
  });

  test("the cross Gram of all columns is the Gram, bit for bit", () => {
    const next = randomStream(40);
    for (const [n, p] of SHAPES) {
      const X = randomArray(n * p, next);
      const [cross, gram] = runOn(backend, (heap, kernels) => {
        const [x, all] = [heap.float64(X, 1), heap.int32(upTo(p))];
        const outs = [heap.float64(new Array(p * p).fill(7)), heap.float64(new Array(p * p).fill(7), 1)] as const;
        kernels.crossGram(n, ...x, p, ...all, ...all, p, ...all, ...outs[0], p);
        kernels.gram(n, p, ...x, ...outs[1], ...heap.float64(workOfGram(n, p)));
        return outs.map(([array, offset]) => array.slice(offset));
      });
      expect(cross).toEqual(gram);
    }
  });

  test("a constant column has variance exactly 0 and its own value as mean, whatever the weights", () => {
    const positive = ordinary.map((w) => Math.abs(w) + 0.01);
    const column = fc.record({
      value: fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
      weights: fc.array(positive, { minLength: 1, maxLength: 40 }),
    });
    fc.assert(
      fc.property(column, ({ value, weights }) => {
        const { means, variances } = moments(weights.length, 1, new Array(weights.length).fill(value), weights);
        expect(means[0]).toBe(0);
        expect(variances[0]).toBe(0);
      }),
    );
  });

  /** Relative errors of mean and variance of one column against exact arithmetic. */
  const errors = (x: number[], weights: number[], pivot: number): [mean: number, variance: number] => {
    const { means, variances } = moments(x.length, 1, x, weights, [pivot]);
    const s = weights.map(toUnits);
    const W = s.reduce((sum, w) => sum + w, 0n);
    const values = x.map(toUnits);
    const sum = values.reduce((total, v, i) => total + v * (s[i] as bigint), 0n);
    const squares = values.reduce((total, v, i) => total + v * v * (s[i] as bigint), 0n);
    // mean = sum/W in units; variance = (W·squares − sum²)/W² in square units
    const mean = toUnits(pivot) + toUnits(means[0] as number);
    const variance = W * squares - sum * sum;
    const off = absolute((toUnits(variances[0] as number) << UNIT_BITS) * W * W - variance);
    return [ratio(absolute(mean * W - sum), absolute(sum)), variance === 0n ? Number(off) : ratio(off, variance)];
  };

  test("means and variances are accurate to 1e-12 at any offset, weighted, at every length", () => {
    const next = randomStream(33);
    for (const offset of [0, 3, -1e4, 1e8]) {
      for (let n = 2; n <= 130; n += n < 20 ? 1 : 11) {
        const x = randomArray(n, next).map((v) => offset + v);
        const weights = randomArray(n, next).map((w) => w + 1.01);
        const [mean, variance] = errors(x, weights, x[0] as number);
        expect(mean).toBeLessThan(1e-12);
        expect(variance).toBeLessThan(1e-12);
      }
    }
  });

  test("sums are compensated: no rounding piles up over 20,000 rows", () => {
    const next = randomStream(35);
    const weights = randomArray(20000, next, (w) => 2 + Math.round(w * 1024) / 1024);
    const x = randomArray(20000, next).map((v) => 1 + v);
    const [mean, variance] = errors(x, weights, -1);
    expect(mean).toBeLessThan(5e-16);
    expect(variance).toBeLessThan(5e-16);
  });

  test("the transform is its formula", () => {
    const next = randomStream(34);
    for (const [n, p] of SHAPES.slice(0, 5)) {
      const [X, pivots, means, scales] = [n * p, p, p, p].map((size) => randomArray(size, next)) as [
        number[],
        number[],
        number[],
        number[],
      ];
      const rowScales = randomArray(n, next);
      const result = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(X, 1);
        const vectors = [
          ...heap.float64(pivots),
          ...heap.float64(means, 1),
          ...heap.float64(scales, 2),
          ...heap.float64(rowScales, 3),
        ] as const;
        kernels.transform(n, p, array, offset, ...vectors);
        return array.slice(offset);
      });
      X.forEach((x, index) => {
        const [i, j] = [index % n, Math.floor(index / n)];
        const centred = x - (pivots[j] as number) - (means[j] as number);
        expect(result[index]).toBe(centred * (scales[j] as number) * (rowScales[i] as number));
      });
    }
  });

  test("columns are centred about their weighted means, and their rows scaled", () => {
    const next = randomStream(36);
    for (const [n, p] of SHAPES.slice(0, 5)) {
      const [X, pivots] = [randomArray(n * p, next), randomArray(p, next)];
      const weights = randomArray(n, next).map((value) => 0.1 + Math.abs(value));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const { x, means, rests } = runOn(backend, (heap, kernels) => {
        const [array, at] = heap.float64(X, 1);
        const [ours, left] = [heap.float64(new Array(p).fill(7)), heap.float64(new Array(p).fill(7), 1)];
        const rows = [...heap.float64(weights), ...heap.float64(weights.map(Math.sqrt), 3), total] as const;
        kernels.centreColumns(n, p, array, at, ...rows, ...heap.float64(pivots, 2), ...ours, ...left);
        return { x: array.slice(at), means: ours[0].slice(ours[1]), rests: left[0].slice(left[1]) };
      });
      for (let j = 0; j < p; ++j) {
        const column = X.slice(j * n, j * n + n).map((value) => value - (pivots[j] as number));
        const mean = column.reduce((sum, value, i) => sum + (weights[i] as number) * value, 0) / total;
        expect(means[j]).toBeCloseTo(mean, 13);
        const scaled = column.map((value, i) => (value - mean) * Math.sqrt(weights[i] as number));
        scaled.forEach((value, i) => {
          expect(x[j * n + i]).toBeCloseTo(value, 13);
        });
        // Nothing is left but rounding.
        expect(Math.abs(rests[j] as number)).toBeLessThan(1e-13 * total);
      }
    }
  });

  test("products of two vectors are those of their numbers, in place too", () => {
    const next = randomStream(35);
    for (const n of [0, 1, 2, 7, 64]) {
      const [x, y] = [randomArray(n, next), randomArray(n, next)];
      const expected = x.map((value, i) => value * (y[i] as number));
      for (const isInPlace of [false, true]) {
        const out = runOn(backend, (heap, kernels) => {
          const [left, right, room] = [heap.float64(x, 1), heap.float64(y), heap.float64(new Array(n).fill(7), 2)];
          const [array, offset] = isInPlace ? right : room;
          kernels.multiply(n, ...left, ...right, array, offset);
          return [...array.subarray(offset, offset + n)];
        });
        expect(out).toEqual(expected);
      }
    }
  });
});
