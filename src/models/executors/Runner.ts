import type { TableChunk } from "../../data/tables/readTable.js";
import { checkBoolean, checkOptions, describe, reading, stateError, typeError } from "../../errors.js";
import type { Batch, Call } from "../calls/Call.js";
import { readCrossValidation } from "../crossValidate.js";
import { readMany } from "../many/fitMany.js";
import { manyCall } from "../many/manyCall.js";
import { readPath } from "../regularizationPath.js";
import { type GramOfOptions, SumsStream } from "../sums/SumsStream.js";
import { sumsCall } from "../sums/sumsCall.js";
import type { ExecutorStats, RunOptions, Signal } from "./Executor.js";
import { SLICE, turn } from "./turn.js";

/** A call that is being run. */
export interface Job {
  /** What comes of the pieces, in their order. Rejects with the signal's reason as soon as that is aborted. */
  work(batch: Batch): Promise<readonly unknown[]>;
  close(): void;
}

/** Where calls are run. */
export interface Engine {
  /** `count` is told the units that are done. */
  open(call: Call, run: { signal: Signal | undefined; transfer: boolean; count(units: number): void }): Job;
  stats(): ExecutorStats;
  close(): Promise<void>;
  /** Whether it also reads files, for those that make chunks of them. */
  readonly readsFiles?: boolean;
}

/** Makes a call of arguments that only others can read, and nothing of all others. */
export type Elsewhere = (kind: Call["kind"], args: readonly unknown[]) => Call | undefined;

/** What each call is once its arguments are read. */
export const readers: Record<Call["kind"], (...args: never[]) => Call> = {
  fitMany: (options) => manyCall(readMany(options)),
  regularizationPath: readPath,
  crossValidate: readCrossValidation,
  gram: sumsCall,
};

/** Runs calls on an engine until it is closed. */
export class Runner {
  readonly #engine: Engine;
  readonly #elsewhere: Elsewhere;
  /** What rejects the calls that wait for chunks. */
  readonly #stops = new Set<(reason: unknown) => void>();
  #isClosed = false;

  constructor(engine: Engine, elsewhere: Elsewhere) {
    this.#engine = engine;
    this.#elsewhere = elsewhere;
  }

  async run(kind: Call["kind"], args: readonly unknown[], options: RunOptions = {}): Promise<unknown> {
    const { signal, onProgress, transfer } = this.#read(options);
    const call = this.#elsewhere(kind, args) ?? readers[kind](...(args as never[]));
    const { unit } = call;
    let done = 0;
    const count = (units: number): void => {
      const { total } = call;
      const before = done;
      done = Math.min(done + units, total);
      if (done > before) onProgress?.({ done, total, unit });
    };
    const result = await this.#drive(call, { signal, transfer, count });
    count(call.total);
    this.#checkOpen(signal);
    return result;
  }

  /** The sums of rows that come in chunks. */
  async sum(chunks: AsyncIterable<TableChunk>, given: GramOfOptions, options: RunOptions = {}): Promise<unknown> {
    const { signal, onProgress } = this.#read(options);
    const stream = new SumsStream(given);
    const iterator = reading('"chunks"', () => {
      const begin = (chunks as Partial<typeof chunks> | null | undefined)?.[Symbol.asyncIterator];
      if (typeof begin === "function") return begin.call(chunks);
      throw typeError("ERR_TYPE", `"chunks" must be a stream of tables, got ${describe(chunks)}`);
    });
    let done = 0;
    let since = Date.now();
    await this.#each(iterator, signal, async (chunk) => {
      const call = stream.add(chunk);
      if (call !== undefined) await this.#drive(call, { signal, transfer: false, count: () => {} });
      done += chunk.rows;
      onProgress?.({ done, total: Number.POSITIVE_INFINITY, unit: "rows" });
      // Chunks that are there already come without a rest.
      if (Date.now() - since < SLICE) return;
      await turn();
      since = Date.now();
    });
    this.#checkOpen(signal);
    const sums = stream.sums();
    onProgress?.({ done, total: done, unit: "rows" });
    return sums;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stops) stop(closed());
    await this.#engine.close();
  }

  /** Works on one batch after the other. */
  async #drive<R>(call: Call<R>, run: Parameters<Engine["open"]>[1]): Promise<R> {
    const job = this.#engine.open(call, run);
    try {
      const plan = call.plan();
      let results: readonly unknown[] = [];
      for (;;) {
        const { done, value } = plan.next(results);
        if (done) return value;
        results = await job.work(value);
        this.#checkOpen(run.signal);
      }
    } finally {
      job.close();
    }
  }

  #read(options: RunOptions): RunOptions & { transfer: boolean } {
    checkOptions("run", options, ["signal", "onProgress", "transfer"]);
    const { signal, onProgress, transfer = false } = options;
    checkBoolean("transfer", transfer);
    const aborted = reading('"signal"', () => (signal as { aborted?: unknown } | null | undefined)?.aborted);
    if (signal !== undefined && typeof aborted !== "boolean") {
      throw typeError("ERR_TYPE", `"signal" must be an AbortSignal, got ${describe(signal)}`);
    }
    if (onProgress !== undefined && typeof onProgress !== "function") {
      throw typeError("ERR_TYPE", `"onProgress" must be a function, got ${describe(onProgress)}`);
    }
    this.#checkOpen(signal);
    return { ...options, transfer };
  }

  #checkOpen(signal: Signal | undefined): void {
    if (this.#isClosed) throw closed();
    if (signal?.aborted) throw signal.reason;
  }

  /** Works on one thing after the other, and waits for none once the call is aborted or closed; then, or if the work fails, there are to be no more. */
  async #each<T>(
    iterator: AsyncIterator<T>,
    signal: Signal | undefined,
    work: (thing: T) => Promise<void>,
  ): Promise<void> {
    let reject = (_reason: unknown): void => {};
    const stop = (reason: unknown): void => reject(reason);
    const abort = (): void => stop(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#stops.add(stop);
    try {
      for (;;) {
        this.#checkOpen(signal);
        // Promises of their own: a race with one that lasts would keep every chunk alive.
        const { done, value } = await new Promise<IteratorResult<T>>((resolve, refuse) => {
          reject = refuse;
          Promise.resolve(iterator.next()).then(resolve, refuse);
        });
        if (done) return;
        await work(value);
      }
    } catch (error) {
      // Not waited for: it may be as slow as what was aborted.
      void Promise.resolve(iterator.return?.()).catch(() => {});
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#stops.delete(stop);
    }
  }
}

/** What calls of a closed executor reject with. */
export const closed = (): Error => stateError("ERR_CLOSED", "this executor was closed");
