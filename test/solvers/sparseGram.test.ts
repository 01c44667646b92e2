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
    const lists = [Int32Array.from({ length: p }, (_, k) => k), Int32Array.of(3, 20, 1, 0)];
    for (let round = 0; round < 12; ++round) {
      for (const list of lists) {
        const listed = heap.int32(list.length);
        listed.set(list);
        for (const rows of [Int32Array.of(round), Int32Array.from({ length: p }, (_, j) => p - 1 - j)]) {
          let count = 0;
          gram.rows(rows.length, rows, weights, list.length, listed, (a, sums) => {
            const j = rows[a];
            expect(a).toBe(count++);
            for (const k of list) {
              let expected = 0;
              for (let i = 0; i < n; ++i) expected += h[i] * full[j * n + i] * full[k * n + i];
              expect(Math.abs(sums[k] - expected)).toBeLessThanOrEqual(1e-13);
            }
          });
          expect(count).toBe(rows.length);
        }
      }
    }
  });
});

test("many rows at once, of an X that has too many values to be looked up in, are each of them alone", () => {
  const [rows, columns, perColumn] = [9000, 300, 300];
  const next = randomStream(5);
  const values = Float64Array.from({ length: columns * perColumn }, next);
  const rowIndices = Int32Array.from(values, (_, k) => (k % perColumn) * 30 + Math.floor(15 * (1 + next())));
  const columnPointers = Int32Array.from({ length: columns + 1 }, (_, j) => j * perColumn);
  const bytes = bytesOf([SparseGram.layout(rows, columns, values.length)]);
  withMemory(2 * bytes + 40 * values.length + 65536, "the test", (heap) => {
    const copy = {
      values: heap.float64(values.length),
      rowIndices: heap.int32(values.length),
      columnPointers: heap.int32(columns + 1),
      implicitMeans: heap.float64(columns),
    };
    copy.values.set(values);
    copy.rowIndices.set(rowIndices);
    copy.columnPointers.set(columnPointers);
    const h = heap.float64(rows).map(() => 1 + next());
    const weights = heap.float64(rows);
    weights.set(h);
    const all = heap.int32(columns);
    for (let j = 0; j < columns; ++j) all[j] = columns - 1 - j;
    const [together, alone] = [new SparseGram(heap, rows, copy), new SparseGram(heap, rows, copy)];
    const found = new Map<number, Float64Array>();
    together.rows(columns, all, weights, columns, all, (a, sums) => found.set(a, sums.slice()));
    for (let a = 0; a < columns; a += 37)
      alone.rows(1, all.subarray(a, a + 1), weights, columns, all, (_, sums) => {
        const expected = found.get(a) as Float64Array;
        for (let k = 0; k < columns; ++k) expect(Math.abs(sums[k] - expected[k])).toBeLessThanOrEqual(1e-12);
      });
    expect(found.size).toBe(columns);
  });
});

test("up to 2²⁶ values have a place by row, more of them would take memory that they may need elsewhere", () => {
  const bytes = (entries: number) => bytesOf([SparseGram.layout(1, 1, entries)]);
  // And the sums of 64 rows that are added up at once, where those of one take up 64 bytes.
  expect(bytes(67108864) - bytes(0)).toBe(12 * 67108864 + 64 * 8 - 64);
  expect(bytes(67108865)).toBe(bytes(0));
});
