import { afterAll, describe, expect, test } from "vitest";
import { createExecutor } from "../../src/executors/createExecutor.js";
import { crossValidate, dense, type Progress } from "../../src/index.js";
import { assertSame, cases, X, y } from "./calls.js";

const script = new URL("../../dist/worker.js", import.meta.url);
const pageWorker = (): Worker => new Worker(script, { type: "module" });

/** A worker that closes itself at its first piece, of which no event tells. */
function closingWorker(): Worker {
  const code = `
    import(${JSON.stringify(script.href)}).then(() => {
      const receive = onmessage;
      onmessage = (event) => (event.data.piece === undefined ? receive(event) : close());
    });`;
  return new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), { type: "module" });
}

/** A tenth of the size at which a page would stand still for seconds. */
const n = 500;
const rows = dense(
  Float64Array.from({ length: n * 60 }, (_, i) => Math.sin(i * i)),
  n,
  60,
);
const labels = Array.from({ length: n }, (_, i) => (rows.data[60 * i] + Math.cos(i * i) > 0 ? "up" : "down"));
const options = { family: "binomial", folds: 5, tolerance: 1e-10 } as const;

// Node has workers of another kind: pool.node.test.ts.
describe("workers of a page", () => {
  const executor = createExecutor({ workers: 2, worker: pageWorker });
  afterAll(() => executor.close());

  test.each(cases)("$name: the synchronous result, bit for bit", async ({ now, later }) => {
    assertSame(await later(executor), now());
  });

  test("the page goes on while they work, and is told how far they are", async () => {
    const seen: Progress[] = [];
    let frames = 0;
    let isRunning = true;
    const frame = (): void => {
      frames += 1;
      if (isRunning) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const found = await executor.crossValidate(rows, labels, options, { onProgress: (one) => seen.push(one) });
    isRunning = false;
    assertSame(found, crossValidate(rows, labels, options));
    expect(frames).toBeGreaterThan(1);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual({ done: 600, total: 600, unit: "lambdas" });
  });

  test("a call that is aborted ends, and the next one has workers", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (): void => controller.abort(reason);
    const running = executor.crossValidate(rows, labels, options, { signal: controller.signal, onProgress });
    await expect(running).rejects.toBe(reason);
    assertSame(await executor.crossValidate(X, y, { folds: 5 }), crossValidate(X, y, { folds: 5 }));
  });

  test("a worker that closes itself is replaced", async () => {
    let made = 0;
    const worker = (): Worker => {
      made += 1;
      return made === 1 ? closingWorker() : pageWorker();
    };
    const own = createExecutor({ workers: 1, worker });
    assertSame(await own.crossValidate(X, y, { folds: 5 }), crossValidate(X, y, { folds: 5 }));
    expect([made, own.stats().repeated]).toEqual([2, 1]);
    await own.close();
  });

  test("a script that is not there ends the call", async () => {
    const own = createExecutor({ workers: 1, worker: () => new Worker("/no/such/script.js", { type: "module" }) });
    await expect(own.crossValidate(X, y)).rejects.toMatchObject({ code: "ERR_WORKER" });
    await own.close();
  });

  test("the build finds its own worker", async () => {
    const path = "../../dist/workers.js";
    const { createExecutor: create } = (await import(/* @vite-ignore */ new URL(path, import.meta.url).href)) as {
      createExecutor: typeof createExecutor;
    };
    const own = create({ workers: 1 });
    const found = await own.crossValidate(X, y, { folds: 5 });
    expect(JSON.stringify(found)).toBe(JSON.stringify(crossValidate(X, y, { folds: 5 })));
    expect(own.stats().workers[0].backend).toEqual({ name: "wasm" });
    await own.close();
  });
});
