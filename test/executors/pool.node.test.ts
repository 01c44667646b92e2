import { execFileSync } from "node:child_process";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createExecutor } from "../../src/executors/createExecutor.js";
import { crossValidate, dense, fitMany, type Progress, regularizationPath } from "../../src/index.js";
import { assertSame, cases, labels, shortPieces, X, y } from "./calls.js";
import { delayedWorker, faultyWorker, plainWorker, poolOf, script } from "./nodeWorkers.js";

describe.each([1, 2, 3])("%i workers", (workers) => {
  const executor = createExecutor({ workers, worker: plainWorker });
  afterAll(() => executor.close());

  test.each(cases)(
    "$name: the synchronous result, bit for bit, with progress up to the end",
    async ({ now, later }) => {
      const seen: Progress[] = [];
      assertSame(await later(executor, { onProgress: (progress) => seen.push(progress) }), now());
      expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
    },
  );

  test("all calls at once", async () => {
    const results = await Promise.all(cases.map(({ later }) => later(executor)));
    cases.forEach(({ now, name }, k) => {
      assertSame(results[k], now(), name);
    });
    const { pieces, repeated, workers: all } = executor.stats();
    expect([repeated, all.length]).toEqual([0, workers]);
    expect(pieces).toBeGreaterThan(cases.length);
    expect(all[0].busySeconds).toBeGreaterThan(0);
    expect(all[0].backend).toEqual({ name: "wasm" });
  });
});

const wide = dense(X.data, 24, 60);
const call = (executor = createExecutor({ workers: 2, worker: plainWorker }), run = {}) =>
  executor.crossValidate(wide, y.subarray(0, 24), { folds: 24, lambdaCount: 60 }, run);
const expected = crossValidate(wide, y.subarray(0, 24), { folds: 24, lambdaCount: 60 });
/** Pieces that take long: most of a second each. */
const slow = dense(
  Float64Array.from({ length: 600 * 400 }, (_, i) => Math.sin(i * i)),
  600,
  400,
);
const slowLabels = Array.from({ length: 600 }, (_, i) => labels[i % 120]);
const slowCall = (executor: ReturnType<typeof createExecutor>, run = {}) =>
  executor.crossValidate(slow, slowLabels, { family: "binomial", folds: 10, tolerance: 1e-12 }, run);

describe("a worker that fails is replaced, and its piece done again", () => {
  test.each(["exit", "throw", "silent", "busy"] as const)("%s", async (fault) => {
    const { executor, made } = poolOf([() => faultyWorker(fault), plainWorker], { pieceTimeout: 3000 });
    assertSame(await call(executor), expected);
    expect(executor.stats().repeated).toBe(1);
    expect(made.length).toBeGreaterThan(1);
    await executor.close();
  });

  test("killed at some moment", async () => {
    const { executor, made } = poolOf([plainWorker]);
    const running = call(executor, { onProgress: once(() => made[0].terminate()) });
    assertSame(await running, expected);
    expect(made.length).toBeGreaterThan(1);
    await executor.close();
  });

  test("a piece that fails twice is named, and the executor goes on", async () => {
    const { executor } = poolOf([() => faultyWorker("exit"), () => faultyWorker("exit"), plainWorker], { workers: 1 });
    const error = await call(executor).catch((reason) => reason);
    expect(error).toMatchObject({ code: "ERR_WORKER", piece: { call: "crossValidate", do: "path", l1Ratio: 1 } });
    expect(error.cause).toBeInstanceOf(Error);
    assertSame(await call(executor), expected);
    await executor.close();
  });

  test("workers that never start end the call after three, and the next call starts anew", async () => {
    const none = (): never => {
      throw new Error("no workers here");
    };
    const { executor, made } = poolOf([none]);
    const error = await call(executor).catch((reason) => reason);
    expect(error).toMatchObject({ code: "ERR_WORKER", cause: { message: "no workers here" } });
    expect(made.length).toBe(0);
    await expect(call(executor)).rejects.toMatchObject({ code: "ERR_WORKER" });
    await executor.close();
  });

  test.each<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["a promise of a worker", async () => ({ postMessage() {}, terminate() {} })],
  ])("what is made for a worker and is none ends the call after three: %s", async (_, make) => {
    const executor = createExecutor({ workers: 1, worker: make as () => Worker });
    await expect(call(executor)).rejects.toMatchObject({ code: "ERR_WORKER", cause: expect.any(TypeError) });
    await executor.close();
  });

  test("what other scripts of a worker say is not heard", async () => {
    const source = `require("node:worker_threads").parentPort.postMessage(null); import(${JSON.stringify(script.href)})`;
    const executor = createExecutor({ workers: 1, worker: () => new Worker(source, { eval: true }) });
    assertSame(await call(executor), expected);
    await executor.close();
  });

  test("what a fit refuses is no failure of a worker: the error is that of the synchronous call", async () => {
    const executor = createExecutor({ workers: 2, worker: plainWorker });
    const X = dense(Float64Array.of(1e308, -1e308, 1e308, -1e308), 4, 1);
    const y = [1e308, -1e308, 1e308, -1e308];
    let thrown: unknown;
    try {
      regularizationPath(X, y, { standardize: false });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "ERR_VALUE" });
    await expect(executor.regularizationPath(X, y, { standardize: false })).rejects.toEqual(thrown);
    expect(executor.stats().repeated).toBe(0);
    await executor.close();
  });
});

/** Does something when it is called for the first time. */
function once(act: () => unknown): () => void {
  let isDone = false;
  return () => {
    if (!isDone) void act();
    isDone = true;
  };
}

describe("ends", () => {
  test("an abort rejects with its reason and leaves the executor usable", async () => {
    const { executor, made } = poolOf([plainWorker]);
    const reason = { why: "enough" };
    const controller = new AbortController();
    const running = slowCall(executor, { signal: controller.signal, onProgress: once(() => controller.abort(reason)) });
    await expect(running).rejects.toBe(reason);
    assertSame(await call(executor), expected);
    expect(made.length).toBeGreaterThan(1);
    await expect(call(executor, { signal: controller.signal })).rejects.toBe(reason);
    await executor.close();
  });

  test("what onProgress throws ends the call", async () => {
    const { executor } = poolOf([plainWorker]);
    const reason = new Error("no");
    const onProgress = (): void => {
      throw reason;
    };
    await expect(call(executor, { onProgress })).rejects.toBe(reason);
    assertSame(await call(executor), expected);
    await executor.close();
  });

  test("closing ends calls, and there are no more", async () => {
    const { executor, made } = poolOf([plainWorker]);
    let isClosed = Promise.resolve();
    const running = slowCall(executor, {
      onProgress: once(() => {
        isClosed = executor.close();
      }),
    });
    await expect(running).rejects.toMatchObject({ code: "ERR_CLOSED" });
    await isClosed;
    // Ended workers have no thread.
    expect(made.map(({ threadId }) => threadId)).toEqual(made.map(() => -1));
    await expect(call(executor)).rejects.toMatchObject({ code: "ERR_CLOSED" });
  });

  test("the package's own worker keeps no process alive, closed or not", () => {
    const script = `
      import { createExecutor } from "./dist/workers.node.js";
      import { dense } from "./dist/index.node.js";
      const executor = createExecutor({ workers: 2 });
      const X = dense(Float64Array.from({ length: 400 }, (_, i) => Math.sin(i * i)), 100, 4);
      const cv = await executor.crossValidate(X, X.data.subarray(0, 100), { folds: 5 });
      console.log(cv.folds.length);`;
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })).toBe("100\n");
  });
});

describe("a worker with a piece in hand and one waiting", () => {
  const { now, later } = shortPieces;
  const expected = now();
  // No piece takes long by the clock of this thread, however busy the machine is.
  beforeEach(() => void vi.spyOn(performance, "now").mockReturnValue(0));
  afterEach(() => void vi.restoreAllMocks());

  /** Counts the units that are told. */
  const counting = () => {
    const seen: Progress[] = [];
    return { seen, onProgress: (progress: Progress) => void seen.push(progress) };
  };

  test.each([1, 2])("has no more than these, and all come once: %i workers", async (workers) => {
    const waiting: number[] = [];
    const { executor } = poolOf([() => watched((sent) => waiting.push(sent))], { workers });
    assertSame(await later(executor), expected);
    expect(Math.max(...waiting)).toBe(2);
    expect(executor.stats()).toMatchObject({ pieces: 8, repeated: 0 });
    await executor.close();
  });

  test("dies: both are done elsewhere, only the one that was begun being done again", async () => {
    const dying = () => {
      const worker = watched((sent) => sent === 2 && void worker.terminate());
      return worker;
    };
    const { executor, made } = poolOf([dying, plainWorker], { workers: 1 });
    const { seen, onProgress } = counting();
    assertSame(await later(executor, { onProgress }), expected);
    expect(made.length).toBe(2);
    expect(executor.stats()).toMatchObject({ pieces: 8, repeated: 1 });
    // Each piece has been counted once.
    expect(seen.every(({ done }, k) => k === 0 || done > seen[k - 1].done)).toBe(true);
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
    await executor.close();
  });

  test("dies twice: the piece in hand is named, not the one that waited", async () => {
    const { executor } = poolOf([() => faultyWorker("late", 4), () => faultyWorker("late"), plainWorker], {
      workers: 1,
    });
    await expect(later(executor)).rejects.toMatchObject({ code: "ERR_WORKER", piece: { index: 4 } });
    assertSame(await later(executor), expected);
    await executor.close();
  });

  test("is ended by an abort, and neither is done again", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let at = 0;
    const watchedOnce = () =>
      watched((sent) => {
        if (sent < 2 || controller.signal.aborted) return;
        at = Date.now();
        controller.abort(reason);
      });
    const { executor, made } = poolOf([watchedOnce, plainWorker], { workers: 1 });
    await expect(later(executor, { signal: controller.signal })).rejects.toBe(reason);
    expect(Date.now() - at).toBeLessThan(150);
    const { pieces } = executor.stats();
    assertSame(await later(executor), expected);
    expect(executor.stats()).toMatchObject({ pieces: pieces + 8, repeated: 0 });
    expect(made.length).toBe(2);
    await executor.close();
  });

  test("has as long for the second as for the first", async () => {
    // The fifth piece is sent when the third has been done: its result comes 2.8 s after that.
    const { executor, made } = poolOf([() => delayedWorker([0, 0, 0, 1400, 1400])], { workers: 1, pieceTimeout: 2000 });
    assertSame(await later(executor), expected);
    expect([made.length, executor.stats().repeated]).toEqual([1, 0]);
    await executor.close();
  });

  test("leaves the first out: no result is taken for another's", async () => {
    const { executor, made } = poolOf([() => faultyWorker("silent", 4), plainWorker], {
      workers: 1,
      pieceTimeout: 3000,
    });
    assertSame(await later(executor), expected);
    expect([made.length, executor.stats().repeated]).toEqual([2, 1]);
    await executor.close();
  });
});

/** A worker that tells, whenever it is sent a piece, how many it has been sent that it has not done. */
function watched(tell: (sent: number) => unknown) {
  const worker = plainWorker();
  const { postMessage } = worker;
  let sent = 0;
  worker.on("message", ({ turn }) => {
    if (turn !== undefined) sent -= 1;
  });
  worker.postMessage = (request, transfer) => {
    postMessage.call(worker, request, transfer);
    if ((request as { piece?: unknown }).piece !== undefined) tell(++sent);
  };
  return worker;
}

describe("data", () => {
  test("is neither changed nor taken, and may change as soon as the call has begun", async () => {
    const executor = createExecutor({ workers: 2, worker: plainWorker });
    const own = X.data.slice();
    const options = { X: dense(own, 120, 12), y: y.slice(), batch: 4, lambda: 0.1 };
    const running = executor.fitMany(options);
    own.fill(7);
    options.y.fill(7);
    assertSame(await running, fitMany({ X: dense(X.data, 120, 12), y, batch: 4, lambda: 0.1 }));
    expect(own.length).toBe(1440);
    await executor.close();
  });

  test("of one call leaves nothing behind in the memory that the next one takes", async () => {
    const executor = createExecutor({ workers: 2, worker: plainWorker });
    for (const rows of [300, 280, 120, 300]) {
      const data = Float64Array.from({ length: rows * 60 }, (_, i) => Math.sin(i * i + rows));
      const args = [dense(data, rows, 60), data.slice(0, rows), { folds: 4, l1Ratio: 0.5, lambdaCount: 15 }] as const;
      assertSame(await executor.crossValidate(...args), crossValidate(...args));
    }
    await executor.close();
  });

  test("is detached where it may be taken, and read where it lies where that is shared", async () => {
    const executor = createExecutor({ workers: 2, worker: plainWorker });
    const own = X.data.slice();
    const shared = new Float64Array(new SharedArrayBuffer(own.byteLength));
    shared.set(own);
    const now = fitMany({ X: dense(X.data, 120, 12), y, batch: 4, lambda: 0.1 });
    assertSame(
      await executor.fitMany({ X: dense(shared, 120, 12), y, batch: 4, lambda: 0.1 }, { transfer: true }),
      now,
    );
    expect(shared.length).toBe(1440);
    assertSame(await executor.fitMany({ X: dense(own, 120, 12), y, batch: 4, lambda: 0.1 }, { transfer: true }), now);
    expect(own.length).toBe(0);
    await executor.close();
  });
});

test("a worker may be silent for longer than timers take", async () => {
  const executor = createExecutor({ workers: 1, pieceTimeout: 1e12, worker: plainWorker });
  assertSame(await call(executor), expected);
  expect(executor.stats().repeated).toBe(0);
  await executor.close();
});

test("options are checked", () => {
  expect(() => createExecutor({ workers: 0 })).toThrow(RangeError);
  expect(() => createExecutor({ pieceTimeout: -1 })).toThrow(RangeError);
  expect(() => createExecutor({ worker: 3 } as never)).toThrow(TypeError);
  expect(() => createExecutor({ threads: 3 } as never)).toThrow('createExecutor has no option "threads"');
});
