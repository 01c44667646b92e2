import { expect, test } from "vitest";
import { bytesOf } from "../../src/kernels/arena.js";
import { withMemory } from "../../src/kernels/pool.js";
import { SparseGram } from "../../src/solvers/designs/sparse/SparseGram.js";
import type { SparseColumns } from "../../src/solvers/designs/sparse/sparseColumns.js";
import { randomStream } from "../support/arbitraries.js";

const n = 60;
const p = 24;

/** Columns in blocks of four, the first half nearly empty, the others nearly full. */
function makeColumns(): SparseColumns & { full: Float64Array } {
  const next = randomStream(3);
  const values: number[] = [];
  const rowIndices: number[] = [];
  const columnPointers = [0];
  const full = new Float64Array(n * p);
  for (let j = 0; j < p; ++j) {
    for (let i = 0; i < n; ++i) {
      if (next() > (j < p / 2 ? -0.95 : 0.9)) continue;
      full[j * n + i] = next();
      values.push(full[j * n + i]);
      rowIndices.push(i);
    }
    while (values.length % 4 > 0) {
      values.push(0);
      rowIndices.push(rowIndices.at(-1) as number);
    }
    columnPointers.push(values.length);
  }
  return {
    values: Float64Array.from(values),
    rowIndices: Int32Array.from(rowIndices),
    columnPointers: Int32Array.from(columnPointers),
    implicitMeans: new Float64Array(p),
    full,
  };
}

test("rows are those of the product, the first time and when the values lie by row, whatever is listed", () => {
  const { full, ...columns } = makeColumns();
  const next = randomStream(4);
  const h = Float64Array.from({ length: n }, () => 1 + next());
  const bytes = bytesOf([SparseGram.layout(n, p, columns.values.length)]);
  withMemory(bytes + 16 * columns.values.length + 8192, "the test", (heap) => {
    const copy = {
      values: heap.float64(columns.values.length),
      rowIndices: heap.int32(columns.values.length),
      columnPointers: heap.int32(p + 1),
      implicitMeans: heap.float64(p),
    };
    copy.values.set(columns.values);
    copy.rowIndices.set(columns.rowIndices);
    copy.columnPointers.set(columns.columnPointers);
    const gram = new SparseGram(heap, n, copy);
    const weights = heap.float64(n);
    weights.set(h);
    const out = heap.float64(p);
    const lists = [Int32Array.from({ length: p }, (_, k) => k), Int32Array.of(3, 20, 1, 0)];
    for (let round = 0; round < 12; ++round) {
      for (const list of lists) {
        const listed = heap.int32(list.length);
        listed.set(list);
        for (let j = 0; j < p; ++j) {
          gram.row(j, weights, list.length, listed, gram.entriesOf(list.length, listed), out);
          for (const k of list) {
            let expected = 0;
            for (let i = 0; i < n; ++i) expected += h[i] * full[j * n + i] * full[k * n + i];
            expect(Math.abs(out[k] - expected)).toBeLessThanOrEqual(1e-13);
          }
        }
      }
    }
  });
});

test("up to 2²⁶ values have a place by row, more of them would take memory that they may need elsewhere", () => {
  const bytes = (entries: number) => bytesOf([SparseGram.layout(1, 1, entries)]);
  expect(bytes(67108864) - bytes(0)).toBe(12 * 67108864);
  expect(bytes(67108865)).toBe(bytes(0));
});
