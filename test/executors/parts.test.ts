import { afterAll, describe, expect, test } from "vitest";
import { dense, type Executor, fitMany, type Progress, sparse } from "../../src/index.js";
import { assertSame, cases } from "./calls.js";
import { blocks, choice, count, data, n, numbers, p, poolByPiece, y } from "./parts.js";

describe.each([1, 2])("%i workers to whom rows come with their piece", (workers) => {
  const { executor, parts } = poolByPiece(workers);
  afterAll(() => executor.close());

  test.each(cases)("$name: the synchronous result, bit for bit", async ({ now, later }) => {
    const before = parts.length;
    const result = now();
    assertSame(await later(executor), result);
    // One path and one cross-validation have no rows of their own for any piece.
    expect(parts.length > before).toBe("starts" in result);
  });
});

/** Enough of them for several pieces where each is fitted alone. */
const few = 450;
const each = <T>(of: (index: number) => T) => Array.from({ length: count }, (_, i) => of(i));
const rowsOf = (values: Float64Array, i: number, width: number) => values.subarray(i * n * width, (i + 1) * n * width);
const fewX = dense(data.subarray(0, few * n * p), few * n, p);
const fewY = y.slice(0, few * n);
fewY[(few - 3) * n + 7] = Number.NaN;

const batches: Record<string, object> = {
  blocks,
  "blocks column by column of single precision, with a start for each": {
    X: dense(Float32Array.from(fewX.data), few * n, p, { order: "column" }),
    ...{ y: fewY, batch: few, lambda: numbers(few).map(Math.abs), warmStart: numbers(few * p), strategy: "residual" },
  },
  "sparse blocks with weights of each": {
    X: sparseOf(
      data.subarray(0, few * n * p).map((value) => (value > 0.7 ? value : 0)),
      few * n,
    ),
    ...{ y: fewY, batch: few, lambda: 0.1, weights: numbers(few * n).map(Math.abs), strategy: "sparse" },
  },
  "groups with folds of rows that stay together": {
    ...{ X: blocks.X, y, groups: Float64Array.from(y, (_, i) => (i * 7919) % count), ...choice },
    foldGroups: Array.from(y, (_, i) => i % 17),
  },
  "a list, with an offset and weights of each": {
    X: each((i) => (i === count - 5 ? "none" : dense(rowsOf(data, i, p), n, p))),
    ...{
      y: each((i) => rowsOf(y, i, 1)),
      offset: each(() => numbers(n)),
      weights: each(() => numbers(n).map(Math.abs)),
    },
    ...choice,
  },
  "labels in blocks, one offset for all": {
    ...{ X: fewX, y: Array.from(fewY, (value) => (value > 0 ? "up" : "down")), batch: few, offset: numbers(n) },
    ...{ family: "binomial", lambda: 0.05 },
  },
  "targets that share X": {
    ...{ X: dense(data.subarray(0, n * p), n, p), y: dense(fewY, n, few), offset: dense(numbers(n * few), n, few) },
    ...{ lambda: 0.1, strategy: "residual" },
  },
};

function sparseOf(values: Float64Array, rows: number) {
  const columnPointers = [0];
  const rowIndices: number[] = [];
  const kept: number[] = [];
  for (let j = 0; j < p; ++j) {
    for (let i = 0; i < rows; ++i) {
      if (values[i * p + j] === 0) continue;
      kept.push(values[i * p + j]);
      rowIndices.push(i);
    }
    columnPointers.push(kept.length);
  }
  return sparse({ rows, columns: p, values: kept, rowIndices, columnPointers });
}

describe("batches of several pieces", () => {
  const { executor, parts } = poolByPiece(2);
  afterAll(() => executor.close());

  test.each(Object.entries(batches))("%s: the synchronous result, bit for bit", async (_, options) => {
    const before = parts.length;
    const given = options as Parameters<typeof fitMany>[0];
    const seen: Progress[] = [];
    assertSame(await executor.fitMany(given, { onProgress: (progress) => seen.push(progress) }), fitMany(given));
    expect(parts.length - before).toBeGreaterThan(1);
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
  });
});

const expected = fitMany(blocks);

/** What happens at the first progress, when pieces are in hand and parts wait. */
const running = (executor: Executor, act: () => unknown, run = {}, options: object = blocks) => {
  let isDone = false;
  const onProgress = (): void => {
    if (!isDone) act();
    isDone = true;
  };
  return executor.fitMany(options as typeof blocks, { onProgress, ...run });
};

describe("a batch by pieces", () => {
  test("whose worker is killed is done again, with the rows of its piece", async () => {
    const { executor, made, parts } = poolByPiece(2);
    const pieces = parts.length;
    assertSame(await running(executor, () => made.map((worker) => worker.terminate())), expected);
    expect(executor.stats().repeated).toBeGreaterThan(0);
    expect(parts.length - pieces).toBe(executor.stats().pieces + executor.stats().repeated);
    await executor.close();
  });

  test("that is aborted rejects with the reason, and the next one has the memory", async () => {
    const { executor } = poolByPiece(2);
    const controller = new AbortController();
    const reason = { why: "enough" };
    const aborted = running(executor, () => controller.abort(reason), { signal: controller.signal });
    await expect(aborted).rejects.toBe(reason);
    assertSame(await executor.fitMany(blocks), expected);
    await executor.close();
  });

  test("that is closed rejects", async () => {
    const { executor } = poolByPiece(1);
    await expect(running(executor, () => executor.close())).rejects.toMatchObject({ code: "ERR_CLOSED" });
  });

  test("whose X is taken away while it runs rejects with what is wrong, and leaves the executor usable", async () => {
    const { executor } = poolByPiece(1);
    const own = data.slice();
    const options = { ...blocks, X: dense(own, count * n, p) };
    const take = () => structuredClone(own.buffer, { transfer: [own.buffer] });
    await expect(running(executor, take, {}, options)).rejects.toMatchObject({ code: "ERR_LENGTH" });
    assertSame(await executor.fitMany(blocks), expected);
    await executor.close();
  });

  test("whose X may be taken is detached once it is done", async () => {
    const { executor } = poolByPiece(2);
    const own = data.slice();
    const options = { ...blocks, X: dense(own, count * n, p) };
    assertSame(await executor.fitMany(options, { transfer: true }), expected);
    expect([own.length, y.length]).toEqual([0, count * n]);
    await executor.close();
  });
});
