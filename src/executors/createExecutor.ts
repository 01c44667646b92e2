import { checkInteger, checkOptions, checkPositive, describe, typeError } from "../errors.js";
import { type Executor, executorOf } from "../index.js";
import { availableCores } from "./availableCores.js";
import { Pool } from "./Pool.js";
import { ownWorker, type WorkerLike } from "./Thread.js";

export type { Executor, ExecutorStats, Progress, RunOptions, Signal } from "../index.js";
export type { WorkerLike } from "./Thread.js";

/** Timers of more milliseconds end at once. */
const LONGEST = 2147483647;

/** The options of {@link createExecutor}. */
export interface PoolOptions {
  /** How many workers there are at the most. Default: as many as cores are available. */
  workers?: number | undefined;
  /** Milliseconds for which a worker may be silent while it has work in hand. Default 60,000. */
  pieceTimeout?: number | undefined;
  /**
   * Makes a worker whose script is `regulus/worker`: where a bundler does not find the package's own, or the page has rules of its own
   * for workers. Default: that of the package.
   */
  worker?: (() => WorkerLike) | undefined;
}

/**
 * An executor on workers, of Node or of a page. Results are those of the synchronous calls, bit for bit, whatever the number of workers: how work is
 * cut into pieces depends on the problem alone. Workers start when there is work for them, and an idle one does not keep a process alive.
 *
 * A worker that dies, throws, or is silent for `pieceTimeout` is replaced, and its piece is done once again; if that fails too, the call
 * rejects with an error that has `piece` and `cause`. Three workers in a row that end before one has done a piece end all calls.
 *
 * In Node, and in pages that are cross-origin isolated, X and y are copied into a SharedArrayBuffer once, unless they lie in one: then they are
 * read where they lie and must not change until the call has settled. In other pages each worker gets a copy. Of a `fitMany` that would copy
 * more than 64 MiB in this way, each piece gets the rows of its models when its turn comes, in memory that the next ones take: these data must
 * not change until the call has settled either.
 *
 * @throws RangeError and TypeError for options that cannot be met.
 * @example
 * import { createExecutor } from "regulus/workers";
 * const executor = createExecutor({ workers: 2 });
 * const cv = await executor.crossValidate(X, y, { folds: 5 });
 * await executor.close();
 */
export function createExecutor(options: PoolOptions = {}): Executor {
  checkOptions("createExecutor", options, ["workers", "pieceTimeout", "worker"]);
  const { workers = availableCores(), pieceTimeout = 60_000, worker = ownWorker } = options;
  checkInteger("workers", workers, 1, 1024);
  checkPositive("pieceTimeout", pieceTimeout);
  if (typeof worker !== "function") {
    throw typeError("ERR_TYPE", `"worker" must be a function that makes a worker, got ${describe(worker)}`);
  }
  return executorOf(new Pool(workers, Math.min(pieceTimeout, LONGEST), worker));
}
