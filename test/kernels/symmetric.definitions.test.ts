import { describe, expect, test } from "vitest";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { columnOf, plainDot, upTo } from "../support/matrices.js";

const SIZES = [1, 2, 3, 4, 7, 8, 9, 16, 21, 33] as const;
const near = (actual: number, expected: number): void => expect(Math.abs(actual - expected)).toBeLessThan(1e-13);

describe.each(backends)("$name", (backend) => {
  test("symmetricUpdate: the lower triangle moves by v·wᵀ + w·vᵀ, the upper stays, and q is the whole product", () => {
    const next = randomStream(62);
    for (const m of SIZES) {
      const stride = m + 2;
      const before = randomArray(m * stride, next);
      const [v, w, u] = [randomArray(m, next), randomArray(m, next), randomArray(m, next)] as const;
      const { A, q } = runOn(backend, (heap, kernels) => {
        const matrix = heap.float64(before, 1);
        const out = heap.float64(new Array(m).fill(7), 3);
        const vectors = [...heap.float64(v), ...heap.float64(w, 1), ...heap.float64(u, 2)] as const;
        kernels.symmetricUpdate(m, ...matrix, stride, ...vectors, ...out);
        return { A: matrix[0].slice(matrix[1]), q: out[0].slice(out[1]) };
      });
      const lower = (i: number, j: number): number => {
        const at = Math.min(i, j) * stride + Math.max(i, j);
        return before[at] - v[i] * w[j] - w[i] * v[j];
      };
      for (const j of upTo(m)) {
        for (const i of upTo(stride)) {
          if (i < j || i >= m) expect(A[j * stride + i]).toBe(before[j * stride + i]);
          else near(A[j * stride + i], lower(i, j));
        }
        near(
          q[j],
          plainDot(
            upTo(m).map((i) => lower(i, j)),
            u,
          ),
        );
      }
    }
  });

  test("reflect: columns are mirrored at the hyperplane of v", () => {
    const next = randomStream(63);
    for (const m of SIZES) {
      for (const count of [0, 1, 3, 4, 5, 9]) {
        const stride = m + 1;
        const before = randomArray(stride * count, next);
        const v = randomArray(m, next);
        const factor = 2 / plainDot(v, v);
        const A = runOn(backend, (heap, kernels) => {
          const matrix = heap.float64(before, 2);
          kernels.reflect(m, count, factor, ...heap.float64(v, 1), ...matrix, stride);
          return matrix[0].slice(matrix[1]);
        });
        for (const j of upTo(count)) {
          const from = columnOf(before, stride, j);
          const to = columnOf(A, stride, j);
          const along = factor * plainDot(from.slice(0, m), v);
          for (const i of upTo(m)) near(to[i], from[i] - along * v[i]);
          expect(to[m]).toBe(from[m]);
        }
      }
    }
  });

  test("rotate: the sweeps are the plane rotations, one after the other, in every row", () => {
    const next = randomStream(64);
    for (const [rows, columns] of [
      [8, 2],
      [8, 5],
      [16, 9],
      [24, 12],
    ] as const) {
      const place = (i: number, j: number): number => (i - (i % 8)) * columns + 8 * j + (i % 8);
      const before = randomArray(rows * columns, next);
      const sweeps = [
        [columns - 1, columns - 1],
        [1, 1],
        [columns - 1, 0],
        [columns >> 1, columns >> 2],
      ] as const;
      const angles = sweeps.flatMap(([, count]) => randomArray(count, next));
      const rotations = angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]);
      const Z = runOn(backend, (heap, kernels) => {
        const matrix = heap.float64(before, 1);
        const lists = [...heap.int32(sweeps.flat(), 1), ...heap.float64(rotations, 3)] as const;
        kernels.rotate(rows / 8, columns, ...matrix, sweeps.length, ...lists);
        return matrix[0].slice(matrix[1]);
      });
      const expected = before.slice();
      let used = 0;
      for (const [start, count] of sweeps) {
        for (const k of upTo(count)) {
          const [c, s] = [rotations[2 * used], rotations[2 * used + 1]] as const;
          used += 1;
          for (const i of upTo(rows)) {
            const [low, high] = [place(i, start - k - 1), place(i, start - k)] as const;
            const [x, y] = [expected[low], expected[high]] as const;
            expected[low] = c * x - s * y;
            expected[high] = s * x + c * y;
          }
        }
      }
      expected.forEach((value, at) => {
        near(Z[at], value);
      });
    }
  });
});
