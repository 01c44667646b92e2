/** In Node alone: pages have no SharedArrayBuffer unless their server asks for isolation, and no such faults. */
import { expect, test } from "vitest";
import { dense, fitMany } from "../../src/index.js";
import { assertSame } from "./calls.js";
import { faultyWorker, plainWorker } from "./nodeWorkers.js";
import { blocks, numbers, ownWorker, poolByPiece } from "./parts.js";

const expected = fitMany(blocks);

test.each(["exit", "throw", "silent", "busy"] as const)(
  "a worker that fails at a piece that came with its rows is replaced: %s",
  async (fault) => {
    const { executor, made } = poolByPiece(1, [() => faultyWorker(fault, 1), plainWorker]);
    assertSame(await executor.fitMany(blocks), expected);
    expect(executor.stats().repeated).toBe(1);
    expect(made.length).toBe(2);
    await executor.close();
  },
);

test("a piece that fails twice is named", async () => {
  const ways = [() => faultyWorker("exit", 1), () => faultyWorker("exit"), plainWorker];
  const { executor } = poolByPiece(1, ways);
  const error = await executor.fitMany(blocks).catch((reason) => reason);
  expect(error).toMatchObject({ code: "ERR_WORKER", piece: { call: "fitMany", do: "models", index: 1 } });
  assertSame(await executor.fitMany(blocks), expected);
  await executor.close();
});

const [batch, rows, columns] = [5000, 100, 20];
const few = numbers(100 * rows * columns);

/** 80 MB in this kind of memory. */
function large(Memory: { new (bytes: number): ArrayBufferLike }) {
  const X = new Float64Array(new Memory(8 * batch * rows * columns) as ArrayBuffer);
  for (let at = 0; at < X.length; at += few.length) X.set(few, at);
  const y = Float64Array.from({ length: batch * rows }, (_, i) => X[i * columns] + Math.sin(i));
  return { X: dense(X, batch * rows, columns), y, batch, lambda: 0.1 };
}

/** All the memory that was sent. */
function memoriesIn(value: unknown, found = new Set<ArrayBufferLike>()): Set<ArrayBufferLike> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (typeof value === "object") for (const one of Object.values(value ?? {})) memoriesIn(one, found);
  return found;
}

test("rows in ordinary memory come with their piece, those in shared memory are read where they lie", async () => {
  const { executor, parts } = poolByPiece(1, [ownWorker], {});
  const ordinary = large(ArrayBuffer);
  const result = fitMany(ordinary);
  assertSame(await executor.fitMany(large(SharedArrayBuffer)), result);
  expect(parts.length).toBe(0);
  // Of 40 ms, where those that copy rows end at 16 MiB.
  expect(executor.stats().pieces).toBeLessThan(batch / 1049 - 1);
  assertSame(await executor.fitMany(ordinary), result);
  // Of 16 MiB of X and a twentieth of that for y.
  expect(parts.length).toBe(Math.ceil(batch / 1049));
  for (const part of parts) {
    const [memory, ...others] = memoriesIn(part);
    expect(others).toEqual([]);
    expect(memory).toBeInstanceOf(SharedArrayBuffer);
    expect(memory.byteLength).toBeLessThan(17.7 * 1048576);
  }
  await executor.close();
});
