import { describe, expect, test } from "vitest";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import type { Heap } from "../support/heap.js";
import {
  columnOf,
  densify,
  layRows,
  plainDot,
  randomList,
  randomSparse,
  type Sparse,
  upTo,
  workOfGram,
} from "../support/matrices.js";

const SHAPES = [
  [1, 1],
  [9, 4],
  [40, 6],
  [131, 9],
] as const;

const columns = (heap: Heap, { values, rowIndices, columnPointers }: Sparse) =>
  [...heap.float64(values, 1), ...heap.int32(rowIndices, 1), ...heap.int32(columnPointers, 3)] as const;

/** The same numbers up to rounding. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-13): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; ++i) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number));
    expect(error).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected[i] as number)));
  }
}

describe.each(backends)("$name", (backend) => {
  test.each(SHAPES)("products of a sparse %i × %i matrix agree with the dense kernels", (n, p) => {
    const next = randomStream(40 + n);
    const sparse = randomSparse(n, p, 0.3, next);
    const [b, r] = [randomArray(p, next), randomArray(n, next)];
    b[0] = 0;
    runOn(backend, (heap, kernels) => {
      const X = heap.float64(densify(sparse));
      const compressed = columns(heap, sparse);
      const outs = [r, r, new Array(p).fill(7), new Array(p).fill(7)].map((v, k) => heap.float64(v, k));
      const [dense, packed, denseT, packedT] = outs as [
        ...[(typeof outs)[0], (typeof outs)[0], (typeof outs)[0], (typeof outs)[0]],
      ];
      const operand = heap.float64(b, 1);
      kernels.product(n, p, ...X, -2, ...operand, ...dense);
      const all = heap.int32(upTo(p), 1);
      kernels.sparseListProduct(p, ...all, ...compressed, -2, ...operand, ...packed);
      expectClose(packed[0].subarray(packed[1]), dense[0].subarray(dense[1]));
      const rows = heap.float64(r, 1);
      kernels.transposedProduct(n, p, ...X, ...rows, ...denseT);
      kernels.sparseListTransposedProduct(p, ...all, ...compressed, ...rows, ...packedT);
      expectClose(packedT[0].subarray(packedT[1]), denseT[0].subarray(denseT[1]));
    });
  });

  test.each(SHAPES)("products with listed columns of a sparse %i × %i matrix leave the others out", (n, p) => {
    const next = randomStream(45 + n);
    const sparse = randomSparse(n, p, 0.3, next);
    const column = (j: number) => [sparse.columnPointers[j], sparse.columnPointers[j + 1]] as const;
    for (const count of [0, 1, p, p + 5]) {
      const list = randomList(count, p, next);
      const b = randomArray(p, next);
      runOn(backend, (heap, kernels) => {
        const [stored, rows] = [heap.float64(sparse.values, 1), heap.int32(sparse.rowIndices, 1)];
        const operands = [...stored, ...rows, ...heap.int32(sparse.columnPointers, 3)] as const;
        const r = heap.float64(randomArray(n, next), 1);
        const [z, y, sum] = [heap.float64(new Array(p).fill(7), 1), heap.float64(b, 3), heap.float64(b, 2)];
        kernels.sparseListTransposedProduct(count, ...heap.int32(list, 3), ...operands, ...r, ...z);
        const expected = upTo(p).map((j) =>
          list.includes(j) ? kernels.sparseDot(...column(j), ...stored, ...rows, ...r) : 7,
        );
        expect([...z[0].slice(z[1])]).toEqual(expected);

        const [listed, summed] = [heap.float64(new Array(n).fill(1), 1), heap.float64(new Array(n).fill(1), 2)];
        kernels.sparseListProduct(count, ...heap.int32(list, 3), ...operands, -2, ...sum, ...listed);
        for (const j of list) kernels.sparseAxpy(...column(j), -2 * y[0][y[1] + j], ...stored, ...rows, ...summed);
        expect([...listed[0].slice(listed[1])]).toEqual([...summed[0].slice(summed[1])]);
      });
    }
  });

  test("a sparse dot product is over its range, exact for small integers; axpy adds a multiple", () => {
    const next = randomStream(41);
    for (let n = 0; n <= 40; ++n) {
      const values = randomArray(n, next, (v) => Math.round(9 * v));
      const rows = upTo(n).reverse();
      const r = randomArray(n, next, (v) => Math.round(9 * v));
      for (const start of [0, 1, 2, 5].filter((k) => k <= n)) {
        runOn(backend, (heap, kernels) => {
          const entries = [...heap.float64(values, 1), ...heap.int32(rows, 1)] as const;
          const vector = heap.float64(r, 2);
          const expected = plainDot(
            values.slice(start),
            rows.slice(start).map((i) => r[i] as number),
          );
          expect(kernels.sparseDot(start, n, ...entries, ...vector)).toBe(expected + 0);
          kernels.sparseAxpy(start, n, 3, ...entries, ...vector);
          const after = r.map((v, i) => (rows.indexOf(i) < start ? v : v + 3 * (values[rows.indexOf(i)] as number)));
          expect([...vector[0].subarray(vector[1])]).toEqual(after);
        });
      }
    }
  });

  test("columns with coefficient 0 are passed over, whatever they hold", () => {
    const sparse: Sparse = {
      n: 2,
      p: 2,
      values: [Number.POSITIVE_INFINITY, 3],
      rowIndices: [0, 1],
      columnPointers: [0, 1, 2],
    };
    const out = runOn(backend, (heap, kernels) => {
      const [array, offset] = heap.float64([1, 1]);
      kernels.sparseListProduct(
        2,
        ...heap.int32([0, 1]),
        ...columns(heap, sparse),
        1,
        ...heap.float64([0, 2]),
        array,
        offset,
      );
      return [...array.subarray(offset)];
    });
    expect(out).toEqual([1, 7]);
  });

  test.each(SHAPES)("moments and Gram of a sparse %i × %i matrix agree with the dense kernels", (n, p) => {
    const next = randomStream(42 + n);
    const sparse = randomSparse(n, p, 0.4, next);
    const X = densify(sparse);
    const weights = randomArray(n, next).map((w) => w + 1.01);
    const total = weights.reduce((sum, w) => sum + w, 0);
    runOn(backend, (heap, kernels) => {
      const [x, s, compressed] = [heap.float64(X), heap.float64(weights, 1), columns(heap, sparse)];
      const [zeros, means, variances, packedMeans, packedVariances] = upTo(5).map(() =>
        heap.float64(new Array(p).fill(0)),
      ) as [...[typeof s, typeof s, typeof s, typeof s, typeof s]];
      kernels.moments(n, p, ...x, ...s, total, ...zeros, ...means, ...variances);
      kernels.sparseMoments(n, p, ...compressed, ...s, total, ...zeros, ...packedMeans, ...packedVariances);
      expectClose(packedMeans[0], means[0]);
      expectClose(packedVariances[0], variances[0]);

      const [G, whole, upper, some] = [0, 1, 2, 3].map(() => heap.float64(new Array(p * p).fill(0), 1)) as [
        ...[typeof s, typeof s, typeof s, typeof s],
      ];
      const byRow = layRows(heap, sparse);
      const rows = [...byRow, ...s] as const;
      kernels.sparseGramRows(n, p, 0, ...rows, ...heap.int32(upTo(p)), ...whole);
      kernels.sparseGramRows(n, p, 1, ...rows, ...heap.int32(upTo(p)), ...upper);
      // Of every other column, last before first, and nothing anywhere else; half of the rows, then the others.
      const places = upTo(p).map((j) => (j % 2 === 0 ? (p - 1 - j) >> 1 : -1));
      const half = n >> 1;
      for (const [from, to] of [
        [0, half],
        [half, n],
      ] as const) {
        const [starts, at, ...stored] = byRow;
        const part = [starts, at + from, ...stored, s[0], s[1] + from, ...heap.int32(places)] as const;
        kernels.sparseGramRows(to - from, p, 0, ...part, ...some);
      }
      const scaled = X.map((v, i) => v * Math.sqrt(weights[i % n] as number));
      kernels.gram(n, p, ...heap.float64(scaled), ...G, ...heap.float64(workOfGram(n, p)));
      expectClose(whole[0].subarray(whole[1]), G[0].subarray(G[1]));
      const [values, valuesOffset, rowIndices, rowsOffset] = compressed;
      for (let j = 0; j < p; ++j) {
        const [from, to] = sparse.columnPointers.slice(j, j + 2) as [number, number];
        const row = heap.float64(new Array(p).fill(0));
        kernels.sparseGramRow(from, to, values, valuesOffset, rowIndices, rowsOffset, ...s, ...byRow, ...row);
        const at = whole[1] + j * p;
        expect([...row[0].subarray(row[1])]).toEqual([...whole[0].subarray(at, at + p)]);
      }
      const above = G[0].subarray(G[1]).map((value, k) => (k % p >= Math.floor(k / p) ? value : 0));
      expectClose(upper[0].subarray(upper[1]), above);
      const expected = new Array<number>(p * p).fill(0);
      places.forEach((place, j) => {
        if (place >= 0) for (let k = 0; k < p; ++k) expected[place * p + k] = whole[0][whole[1] + j * p + k] as number;
      });
      expect([...some[0].subarray(some[1])]).toEqual(expected);
    });
  });

  test("a full constant column about its value has mean and variance 0, at any value and weight", () => {
    const next = randomStream(43);
    for (const value of [0.1, -3, 1e8 + 0.1, 1e-200]) {
      for (const n of [1, 4, 7, 50]) {
        const sparse: Sparse = {
          n,
          p: 1,
          values: new Array(n).fill(value),
          rowIndices: upTo(n),
          columnPointers: [0, n],
        };
        const weights = new Array(n).fill(1 + Math.abs(next()));
        runOn(backend, (heap, kernels) => {
          const [pivot, m, v] = [heap.float64([value]), heap.float64([7]), heap.float64([7])];
          const total = weights.reduce((sum, w) => sum + w, 0);
          kernels.sparseMoments(n, 1, ...columns(heap, sparse), ...heap.float64(weights), total, ...pivot, ...m, ...v);
          expect([m[0][m[1]], v[0][v[1]]]).toEqual([0, 0]);
        });
      }
    }
  });

  test("a full column far from 0 has its moments to full precision about a pivot near by", () => {
    const values = [1e8 + 1, 1e8 + 2, 1e8 + 6];
    const sparse: Sparse = { n: 3, p: 1, values, rowIndices: upTo(3), columnPointers: [0, 3] };
    runOn(backend, (heap, kernels) => {
      const [pivot, m, v] = [heap.float64([1e8 + 1]), heap.float64([7]), heap.float64([7])];
      kernels.sparseMoments(3, 1, ...columns(heap, sparse), ...heap.float64([1, 1, 1]), 3, ...pivot, ...m, ...v);
      expectClose([m[0][m[1]], v[0][v[1]]], [2, 14 / 3], 1e-15);
    });
  });

  test("estimates and bounds that are not below their limits are listed, NaN and the limit itself among them", () => {
    const base = [0.5, -2, 0, Number.NaN, 1, -1, 0.25, 0, 3];
    const slope = [1, 0, -1, 0, 0, 0.5, 0, Number.POSITIVE_INFINITY, -4];
    const radii = [0, 0, 4, 0, 0, 0, 3, 0, 0];
    runOn(backend, (heap, kernels) => {
      const operands = [...heap.float32(base, 1), ...heap.float32(slope, 2), 0.5, ...heap.float32(radii, 3)] as const;
      const [out, offset] = heap.int32(new Array(base.length).fill(7), 1);
      const found = kernels.listBeyond(base.length, ...operands, 0.125, 0.75, 1, out, offset);
      const estimates = base.map((u, k) => Math.abs(u + 0.5 * (slope[k] as number)));
      const bounds = estimates.map((estimate, k) => estimate + 0.125 * (radii[k] as number));
      const expected = upTo(base.length).filter((k) => !((estimates[k] as number) < 0.75 && (bounds[k] as number) < 1));
      expect([...out.slice(offset, offset + found)]).toEqual(expected);
      expect(expected).toEqual([0, 1, 2, 3, 4, 5, 7, 8]);
    });
  });

  describe.each([true, false])("the sparse epoch, centred: %s", (centred) => {
    test.each(SHAPES)("%i × %i follows the dense epoch on the matrix that is centred and filled in", (n, p) => {
      const next = randomStream(44 + n);
      const sparse = randomSparse(n, p, 0.5, next);
      const X = densify(sparse);
      const raw = randomArray(n, next).map((w) => w + 1.01);
      const norm = Math.sqrt(plainDot(raw, raw));
      const e = raw.map((w) => w / norm);
      const y = randomArray(n, next);
      const means = upTo(p).map((j) => (centred ? plainDot(columnOf(X, n, j), e) : 0));
      const shift = centred ? -plainDot(y, e) : 0;
      const dense = X.map((x, k) => x - (means[Math.floor(k / n)] as number) * (e[k % n] as number));
      const curvatures = upTo(p).map((j) => plainDot(columnOf(dense, n, j), columnOf(dense, n, j)) || 1);
      runOn(backend, (heap, kernels) => {
        const [b, packedB] = [heap.float64(new Array(p).fill(0)), heap.float64(new Array(p).fill(0), 1)];
        const common = [
          ...heap.float64(curvatures),
          ...heap.float64(upTo(p).map(() => 0.02 * (1 + next()))),
          ...heap.float64(upTo(p).map(() => 0.1 * (1 + next()))),
          ...heap.float64(upTo(p).map((j) => (j % 3 === 1 ? -0.1 : Number.NEGATIVE_INFINITY))),
          ...heap.float64(upTo(p).map((j) => (j % 3 === 2 ? 0.1 : Number.POSITIVE_INFINITY))),
        ] as const;
        const indices = heap.int32(upTo(p).reverse());
        const x = heap.float64(dense);
        const whole = heap.float64(y.map((value, i) => value + shift * (e[i] as number)));
        const r = heap.float64(y, 1);
        const state = heap.float64([shift], 3);
        const operands = [...indices, ...columns(heap, sparse), ...r, ...state, ...heap.float64(means)] as const;
        for (let epoch = 0; epoch < 5; ++epoch) {
          const change = kernels.residualEpoch(p, ...indices, n, ...x, ...whole, ...b, ...common);
          const packedChange = kernels.sparseEpoch(p, ...operands, ...packedB, ...common, 7);
          expectClose([packedChange], [change], 1e-12);
          expectClose(packedB[0].subarray(packedB[1]), b[0].subarray(b[1]), 1e-12);
          const last = state[0][state[1]] as number;
          const rebuilt = upTo(n).map((i) => (r[0][r[1] + i] as number) + last * (e[i] as number));
          expectClose(rebuilt, whole[0].subarray(whole[1]), 1e-12);
        }
      });
    });
  });
});
