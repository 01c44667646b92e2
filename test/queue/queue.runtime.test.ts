import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { crossValidate, dense, fitMany, GramAccumulator, type Progress, regularizationPath } from "../../src/index.js";
import { createQueueExecutor, type QueueExecutorOptions, startWorker } from "../../src/queue/createQueueExecutor.js";
import { assertSame, labels, smallCases, X, y } from "../executors/calls.js";
import { tall, target } from "../executors/sums.js";
import { folders } from "./files.js";
import { startProcess } from "./processes.js";
import { type QueueServer, servers } from "./servers.js";

const values = X.data as Float64Array;

describe.each(servers)("$name", { timeout: 300_000 }, ({ name: kind, start }) => {
  const { dataRoot, resultRoot, put, remove } = folders();
  let server: QueueServer;
  let workers: Awaited<ReturnType<typeof startProcess>>[] = [];
  const ends: (() => Promise<void>)[] = [];
  const executorOf = (options: Partial<QueueExecutorOptions> = {}) => {
    const executor = createQueueExecutor({ connection: server.connection(), queue: "fits", resultRoot, ...options });
    ends.push(() => executor.close());
    return executor;
  };
  beforeAll(async () => {
    server = await start();
    const options = { queue: "fits", dataRoot, resultRoot, migrate: true };
    workers = [await startProcess(server, options), await startProcess(server, { ...options, concurrency: 2 })];
  }, 120_000);
  afterAll(async () => {
    await Promise.all(ends.map((end) => end()));
    await Promise.all(workers.map((worker) => worker.close()));
    await server.close();
    remove();
  }, 120_000);

  test("all calls: the synchronous results, bit for bit, with progress up to the end", async () => {
    const executor = executorOf();
    await Promise.all(
      smallCases.map(async ({ now, later, name }) => {
        const seen: Progress[] = [];
        assertSame(await later(executor, { onProgress: (progress) => seen.push(progress) }), now(), name);
        expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
      }),
    );
    expect(executor.stats().pieces).toBeGreaterThan(smallCases.length);
    await executor.close();
    // Nothing of calls that have ended is left.
    expect(readdirSync(resultRoot)).toEqual([]);
  });

  test("executors that are closed leave nothing on a connection that is shared", async () => {
    const connection = server.connection() as { listenerCount?(event: string): number };
    const listeners: (number | undefined)[] = [];
    for (let k = 0; k < 3; ++k) {
      const executor = executorOf({ connection: connection as QueueExecutorOptions["connection"] });
      await executor.fitMany({ X, y, batch: 2, lambda: 1 });
      await executor.close();
      listeners.push(connection.listenerCount?.("error"));
    }
    expect(new Set(listeners).size).toBe(1);
  });

  test("a worker an hour ahead is refused where its locks would be held for that hour", async () => {
    const { now } = Date;
    vi.spyOn(Date, "now").mockImplementation(() => now() + 3_600_000);
    const starting = startWorker({ connection: server.connection(), queue: "ahead", dataRoot });
    if (kind === "PostgreSQL") await expect(starting).rejects.toThrow("clocks");
    else await (await starting).close();
    vi.restoreAllMocks();
  });

  test("data by reference: the synchronous results", async () => {
    const executor = executorOf();
    const rows: [number, number] = [20, 110];
    const own = dense(values.subarray(20 * 12, 110 * 12), 90, 12);
    const [refX, refY] = [put("X.f64", values, 12, rows), put("y.f64", y, 1, rows)];
    const [ownY, codes] = [y.subarray(20, 110), labels.map((label) => (label === "up" ? 1 : 0))];
    const refCodes = put("codes.f64", Float64Array.from(codes), 1, rows);
    const ownCodes = codes.slice(20, 110);
    const weights = Float64Array.from(ownY, (_, i) => 1 + (i % 3));
    const names = Array.from({ length: 12 }, (_, j) => `column ${j}`);
    assertSame(
      await executor.crossValidate(refX, refY, { folds: 5, names, weights }),
      crossValidate(own, ownY, { folds: 5, names, weights }),
    );
    assertSame(
      await executor.crossValidate(refX, refCodes, { family: "binomial", folds: 4, lambdaCount: 20 }),
      crossValidate(own, ownCodes, { family: "binomial", folds: 4, lambdaCount: 20 }),
    );
    assertSame(
      await executor.regularizationPath(refX, refY, { weights: put("w.f64", weights, 1), lambdaCount: 30 }),
      regularizationPath(own, ownY, { weights, lambdaCount: 30 }),
    );
    assertSame(
      await executor.fitMany({ X: refX, y: refY, batch: 9, lambda: 0.1 }),
      fitMany({ X: own, y: ownY, batch: 9, lambda: 0.1 }),
    );
    assertSame(
      await executor.fitMany({ X: [refX, refX], y: [refY, refCodes], lambda: "cv", folds: 3 }),
      fitMany({ X: [own, own], y: [ownY, ownCodes], lambda: "cv", folds: 3 }),
    );
    const many = put(
      "Y.f64",
      y.slice(0, 90).map((value, i) => (i % 2 ? value : -value)),
      3,
      [0, 30],
    );
    assertSame(
      await executor.fitMany({ X: put("tops.f64", values.slice(0, 360), 12), y: many, lambda: 0.1 }),
      fitMany({
        X: dense(values.subarray(0, 360), 30, 12),
        y: dense(
          y.slice(0, 90).map((value, i) => (i % 2 ? value : -value)),
          30,
          3,
        ),
        lambda: 0.1,
      }),
    );
    await executor.close();
  });

  test("pieces of much data on all workers, and sums: the bytes of one accumulator", async () => {
    const executor = executorOf();
    const seen: Progress[] = [];
    const onProgress = (progress: Progress): void => {
      seen.push(progress);
    };
    const refX = put("tall.f64", tall.data as Float64Array, 15);
    const refY = put("target.f64", target, 1);
    const batch = 15_000;
    const many = await executor.fitMany({ X: refX, y: refY, batch, lambda: 0.1 }, { onProgress });
    expect(Buffer.compare(many.toBytes(), fitMany({ X: tall, y: target, batch, lambda: 0.1 }).toBytes())).toBe(0);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toEqual({ done: batch, total: batch, unit: "models" });
    const bytes = (await executor.gram(refX, refY)).toBytes();
    expect(Buffer.compare(bytes, new GramAccumulator(15).add(tall, target).toBytes())).toBe(0);
    await executor.close();
    expect(readdirSync(resultRoot)).toEqual([]);
  });
});
