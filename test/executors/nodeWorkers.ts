import { Worker } from "node:worker_threads";
import { createExecutor, type PoolOptions } from "../../src/executors/createExecutor.js";

const script = new URL("../../dist/worker.js", import.meta.url);

/** The worker of the build, and what it was started as. */
export const plainWorker = (): Worker => new Worker(script);

/** One that fails at a piece. */
export const faultyWorker = (fault: "exit" | "throw" | "silent" | "busy", at = 0): Worker =>
  new Worker(new URL("faultyWorker.mjs", import.meta.url), { workerData: { fault, at } });

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
