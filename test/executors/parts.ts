import type { WorkerLike } from "../../src/executors/createExecutor.js";
import { Pool } from "../../src/executors/Pool.js";
import { builtin } from "../../src/host.js";
import { dense, executorOf } from "../../src/index.js";
import { seededRandom } from "../../src/models/dealing/random.js";

const script = new URL("../../dist/worker.js", import.meta.url);

/** A worker of Node or of a page. */
export function ownWorker(): WorkerLike {
  const threads = builtin<{ Worker: new (url: URL) => WorkerLike }>("node:worker_threads");
  return threads ? new threads.Worker(script) : new Worker(script, { type: "module" });
}

/**
 * A pool of workers that are made one after the other, the last way from then on; they, and what each piece was sent with.
 *
 * @param large - Bytes above which rows come with their piece; the pool's own if it is not there.
 */
export function poolByPiece(
  workers: number,
  ways: (() => WorkerLike)[] = [ownWorker],
  { large }: { large?: number } = { large: 0 },
) {
  const made: WorkerLike[] = [];
  const parts: object[] = [];
  const make = (): WorkerLike => {
    const worker = ways[Math.min(made.length, ways.length - 1)]();
    const { postMessage } = worker;
    worker.postMessage = (...args: [{ part?: object }, unknown?]) => {
      if (args[0].part !== undefined) parts.push(structuredClone(args[0].part));
      postMessage.apply(worker, args as never);
    };
    made.push(worker);
    return worker;
  };
  return { executor: executorOf(new Pool(workers, 3000, make, large)), made, parts };
}

const random = seededRandom(16);
export const numbers = (length: number): Float64Array => Float64Array.from({ length }, () => 2 * random() - 1);

/** Models enough for several pieces, as each chooses its lambda. */
export const [count, n, p] = [1500, 60, 12];
export const data = numbers(count * n * p);
export const y = Float64Array.from({ length: count * n }, (_, i) => data[i * p] - data[i * p + 3] + random());
// In the last piece, and at a row whose number has to be that of its own model.
y[(count - 3) * n + 7] = Number.NaN;
export const choice = { lambda: "cv", folds: 3, lambdaCount: 6 } as const;
export const blocks = { X: dense(data, count * n, p), y, batch: count, ...choice };
