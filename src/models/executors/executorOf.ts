import { checkBoolean, checkOptions, describe, stateError, typeError } from "../../errors.js";
import type { Batch, Call } from "../calls/Call.js";
import { readCrossValidation } from "../crossValidate.js";
import { readMany } from "../many/fitMany.js";
import { manyCall } from "../many/manyCall.js";
import { readPath } from "../regularizationPath.js";
import type { Executor, ExecutorStats, RunOptions, Signal } from "./Executor.js";

/** A call that is being run. */
export interface Job {
  /** What comes of the pieces, in their order. Rejects with the signal's reason as soon as that is aborted. */
  work(batch: Batch): Promise<readonly unknown[]>;
  close(): void;
}

/** Where calls are run. */
export interface Engine {
  /** @param count - To be told the units that are done. */
  open(call: Call, run: { signal: Signal | undefined; transfer: boolean; count(units: number): void }): Job;
  stats(): ExecutorStats;
  close(): Promise<void>;
}

/** The executor of an engine. */
export function executorOf(engine: Engine): Executor {
  let isClosed = false;
  const run = async <R>(read: () => Call<R>, options: RunOptions = {}): Promise<R> => {
    checkOptions("run", options, ["signal", "onProgress", "transfer"]);
    const { signal, onProgress, transfer = false } = options;
    checkBoolean("transfer", transfer);
    if (signal !== undefined && typeof (signal as { aborted?: unknown } | null)?.aborted !== "boolean") {
      throw typeError("ERR_TYPE", `"signal" must be an AbortSignal, got ${describe(signal)}`);
    }
    if (onProgress !== undefined && typeof onProgress !== "function") {
      throw typeError("ERR_TYPE", `"onProgress" must be a function, got ${describe(onProgress)}`);
    }
    if (isClosed) throw closed();
    if (signal?.aborted) throw signal.reason;
    const call = read();
    const { total, unit } = call;
    let done = 0;
    const count = (units: number): void => {
      const before = done;
      done = Math.min(done + units, total);
      if (done > before) onProgress?.({ done, total, unit });
    };
    const job = engine.open(call, { signal, transfer, count });
    try {
      const plan = call.plan();
      let results: readonly unknown[] = [];
      for (;;) {
        const { done: isDone, value } = plan.next(results);
        if (isDone) {
          count(total);
          return value;
        }
        results = await job.work(value);
        if (isClosed) throw closed();
      }
    } finally {
      job.close();
    }
  };
  const executor = {
    fitMany: (options: never, more?: RunOptions) => run(() => manyCall(readMany(options)), more),
    regularizationPath: (X: never, y: never, options: never, more?: RunOptions) =>
      run(() => readPath(X, y, options), more),
    crossValidate: (X: never, y: never, options: never, more?: RunOptions) =>
      run(() => readCrossValidation(X, y, options), more),
    stats: () => engine.stats(),
    close: async () => {
      isClosed = true;
      await engine.close();
    },
  };
  const { asyncDispose } = Symbol as { asyncDispose?: symbol };
  return (asyncDispose === undefined
    ? executor
    : Object.assign(executor, { [asyncDispose]: executor.close })) as unknown as Executor;
}

/** What calls of a closed executor reject with. */
export const closed = (): Error => stateError("ERR_CLOSED", "this executor was closed");
