import { Worker } from "node:worker_threads";
import { createExecutor, type PoolOptions } from "../../src/executors/createExecutor.js";

export const script = new URL("../../dist/worker.js", import.meta.url);

/** The worker of the build, and what it was started as. */
export const plainWorker = (): Worker => new Worker(script);

/** One that fails at a piece. */
export const faultyWorker = (fault: "exit" | "throw" | "silent" | "busy" | "late", at = 0): Worker =>
  new Worker(new URL("faultyWorker.mjs", import.meta.url), { workerData: { fault, at } });

/** One whose results, in their order, come so many milliseconds after the one before at the earliest, and all others as they come. */
export function delayedWorker(delays: number[]): Worker {
  const worker = plainWorker();
  const on = worker.on.bind(worker);
  let last = 0;
  let results = 0;
  let before = Promise.resolve();
  worker.on = ((event: string, listener: (value: never) => void) =>
    on(event, (value: { turn?: number }) => {
      if (event !== "message" || value.turn === undefined) {
        listener(value as never);
        return;
      }
      const delay = delays[results++] ?? 0;
      before = before.then(async () => {
        const left = last + delay - Date.now();
        if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
        last = Date.now();
        listener(value as never);
      });
    })) as typeof worker.on;
  return worker;
}

/** A pool whose workers are made one after the other, the last way from then on. */
export function poolOf(ways: (() => Worker)[], options: PoolOptions = {}) {
  const made: Worker[] = [];
  const worker = (): Worker => {
    const one = ways[Math.min(made.length, ways.length - 1)]();
    made.push(one);
    return one;
  };
  return { executor: createExecutor({ workers: 2, ...options, worker }), made };
}
