import { checkBoolean, checkInteger, checkOptions, describe, typeError } from "../errors.js";
import { executorOf, inlineExecutor } from "../index.js";
import { Board } from "./Board.js";
import { checkQueue, connectTo, type QueueOptions } from "./connect.js";
import { QueueEngine } from "./QueueEngine.js";
import type { QueueExecutor } from "./QueueExecutor.js";
import { isReferring, sessionCall } from "./sessionCall.js";
import { checkFolder } from "./startWorker.js";

export type { Executor, ExecutorStats, Progress, RunOptions, Signal } from "../index.js";
export {
  connectionOf,
  type PoolLike,
  type QueueConnection,
  type QueueOptions,
  type RedisAddress,
  type RedisLike,
} from "./connect.js";
export type { QueueExecutor, ReferenceCalls } from "./QueueExecutor.js";
export { Reference, type ReferenceParts, reference } from "./Reference.js";
export { type QueueWorker, startWorker, type WorkerOptions } from "./startWorker.js";

/** The options of {@link createQueueExecutor}. */
export interface QueueExecutorOptions extends QueueOptions {
  /** The folder, shared with workers, for results of more than 256 kB. */
  resultRoot?: string | undefined;
  /** How many jobs are in the queue at the most. Default 1000. */
  window?: number | undefined;
  /**
   * A name for what is done: another executor of this name, as after a crash, goes on from there, within a day. Default: what is done is
   * removed as soon as its call has ended.
   */
  run?: string | undefined;
  /** Whether the tables of BullMQ are made, or brought up to date, in PostgreSQL. Default false. */
  migrate?: boolean | undefined;
}

/**
 * An executor whose work is done by {@link startWorker} on any number of machines, by jobs of a BullMQ queue. Results are those of the synchronous
 * calls, bit for bit. It connects with the first call.
 *
 * Data of up to 256 kB goes along with jobs; larger data workers read from files, by {@link reference} in place of X, y, weights or an offset.
 * A job whose worker dies is taken up by another; one that fails three times is in the queue's failed set, and its call rejects with an error
 * that has `job` and `cause`. An abort removes jobs that wait, and ends those in hand wherever they are. Sums of chunks, by `gramOf`, are taken
 * on this thread: sending rows takes longer than summing them.
 *
 * @param options - `connection`, `queue`, `prefix`, `resultRoot`, `window`, `run`, `migrate`.
 * @throws RangeError and TypeError for options that cannot be met. Calls reject with a RangeError for larger data, with TypeError `ERR_PEER` where
 *   BullMQ or ioredis is not installed, and with what the server answers.
 * @example
 * import { createQueueExecutor } from "regulus/bullmq";
 * const executor = createQueueExecutor({ connection: { host: "127.0.0.1", port: 6379 }, queue: "fits", window: 500 });
 * const cv = await executor.crossValidate(X, y, { folds: 5 });
 * await executor.close();
 */
export function createQueueExecutor(options: QueueExecutorOptions): QueueExecutor {
  const known = ["connection", "queue", "prefix", "resultRoot", "window", "run", "migrate"];
  checkOptions("createQueueExecutor", options, known);
  const { resultRoot, window = 1000, run, migrate = false } = options;
  checkQueue(options);
  if (resultRoot !== undefined) checkFolder("resultRoot", resultRoot);
  checkInteger("window", window, 1, 1_000_000);
  checkBoolean("migrate", migrate);
  if (run !== undefined && typeof run !== "string") {
    throw typeError("ERR_TYPE", `"run" must be a string, got ${describe(run)}`);
  }
  const board = new Board(() => connectTo(options, migrate), window, resultRoot);
  const executor = executorOf(new QueueEngine(board, run), (kind, args) =>
    args.some(isReferring) ? sessionCall(kind, args) : undefined,
  );
  const here = inlineExecutor();
  const close = async (): Promise<void> => {
    await Promise.all([here.close(), executor.close()]);
  };
  const { asyncDispose } = Symbol as { asyncDispose?: symbol };
  return {
    ...executor,
    gramOf: here.gramOf,
    close,
    ...(asyncDispose !== undefined && { [asyncDispose]: close }),
  } as QueueExecutor;
}
