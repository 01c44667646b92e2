import { rangeError, stateError } from "../errors.js";
import { dataOf } from "../executors/callData.js";
import { Untold } from "../executors/wire.js";
import { type Engine, type ExecutorStats, inlineEngine, type Job } from "../index.js";
import type { Batch, Call, Piece } from "../models/calls/Call.js";
import type { Board, Order } from "./Board.js";
import { type JobData, keyOf, MOST_BYTES, pieceId, sessionId } from "./jobs.js";
import { isGone, type Outcome } from "./results.js";
import { toText } from "./text.js";

/** A batch of a session knows its place: how many pieces each batch before had; its own pieces tell their index, or ask what is next. */
export interface SessionBatch extends Batch {
  readonly done: readonly number[];
}

interface Pending {
  results: unknown[];
  /** The first piece, in the order of the batch, after which none is needed; and the error it ended with, if it did. */
  end: number;
  error: unknown;
  isDone: Uint8Array;
}

/** So often a piece may miss what came of others. */
const RENEWALS = 20;

/** Hands out pieces as jobs of a queue. */
export class QueueEngine implements Engine {
  readonly #board: Board;
  readonly #run: string | undefined;
  readonly #inline = inlineEngine();
  /** What rejects the batches that are waited for. */
  readonly #rejects = new Set<(reason: unknown) => void>();
  /** Jobs of calls that have not ended yet. */
  readonly #failed = new Set<string>();
  #pieces = 0;
  #repeated = 0;

  constructor(board: Board, run: string | undefined) {
    this.#board = board;
    this.#run = run;
  }

  open(call: Call, run: Parameters<Engine["open"]>[1]): Job {
    const { signal, count } = run;
    let text: ReturnType<typeof toText>;
    try {
      text = toText(dataOf(call));
    } catch (error) {
      // What cannot be sent is refused where it is fitted: here.
      if (!(error instanceof Untold)) throw error;
      return this.#inline.open(call, run);
    }
    if (text.bytes > MOST_BYTES) {
      throw rangeError(
        "ERR_VALUE",
        `the data of ${call.kind} must have at most ${MOST_BYTES} bytes to be sent to workers, got ${text.bytes}: what is larger they read from files, by reference({ url, columns, rows, sha256 })`,
      );
    }
    const common = { format: 1, run: this.#run ?? "", kind: call.kind as string, data: text.text } as const;
    const key = keyOf(common);
    const shares: string[] = [];
    /** All jobs so far, those of this batch last. */
    const all: Order[] = [];
    const orderOf = (piece: Piece, done: readonly number[] | undefined): Order => {
      const { units: _, ...what } = piece;
      const data: JobData = { ...common, shares: [...shares], done: done ?? [], piece: toText(piece).text };
      if (done === undefined) return { id: pieceId(key, call.kind, shares, toText(what).text), name: call.kind, data };
      const index = "index" in piece ? (piece.index as number) : "next";
      return { id: sessionId(key, done.length, index), name: call.kind, data };
    };
    return {
      work: (batch) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) {
            reject(signal.reason);
            return;
          }
          if (batch.share !== undefined) shares.push(toText(batch.share).text);
          const orders = batch.pieces.map((piece) => orderOf(piece, (batch as Partial<SessionBatch>).done));
          const past = [...all];
          all.push(...orders);
          const drops: (() => void)[] = [];
          const settle = (act: () => void): void => {
            signal?.removeEventListener("abort", abort);
            this.#rejects.delete(fail);
            for (const drop of drops) drop();
            act();
          };
          const fail = (reason: unknown): void => settle(() => reject(reason));
          const abort = (): void => fail(signal?.reason);
          signal?.addEventListener("abort", abort);
          this.#rejects.add(fail);
          this.#collect(batch, orders, past, drops, count, (results) => settle(() => resolve(results)), fail);
        }),
      close: () => {
        // Those of a run are kept for the one who takes it up.
        const ids = all.map(({ id }) => id);
        // Those that failed stay in the failed set, for whoever looks into it.
        if (this.#run === undefined) this.#board.remove(ids.filter((id) => !this.#failed.has(id)));
        for (const id of ids) this.#failed.delete(id);
      },
    };
  }

  stats(): ExecutorStats {
    return { pieces: this.#pieces, repeated: this.#repeated, workers: [] };
  }

  async close(): Promise<void> {
    for (const reject of [...this.#rejects]) reject(stateError("ERR_CLOSED", "this executor was closed"));
    await this.#board.close();
  }

  /** Has jobs done that may be done already. @returns What to call when that is not waited for any more. */
  #renew(orders: readonly Order[], then: () => void, fail: (error: unknown) => void): () => void {
    let left = orders.length;
    const done = (): void => {
      left -= 1;
      if (left === 0) then();
    };
    const drops = orders.map((order) => this.#board.take(order, { progress: () => {}, done, failed: fail }));
    return () => {
      for (const drop of drops) drop();
    };
  }

  /** Waits for all pieces up to the one that is the end. */
  #collect(
    { pieces, isOver = () => false, take }: Batch,
    orders: readonly Order[],
    past: readonly Order[],
    drops: (() => void)[],
    count: (units: number) => void,
    resolve: (results: readonly unknown[]) => void,
    fail: (reason: unknown) => void,
  ): void {
    const { length } = pieces;
    const pending: Pending = { results: [], end: length, error: undefined, isDone: new Uint8Array(length) };
    let left = length;
    const end = (index: number, error: unknown): void => {
      pending.end = index + 1;
      pending.error = error;
      for (let k = index + 1; k < length; ++k) drops[k]?.();
      left = pending.isDone.subarray(0, index).filter((done) => done === 0).length;
    };
    const finish = (): void => {
      if (left > 0) return;
      if (pending.error === undefined) resolve(pending.results.slice(0, pending.end));
      else fail(pending.error);
    };
    const receive = (index: number, outcome: Outcome): void => {
      if (index >= pending.end || pending.isDone[index]) return;
      pending.isDone[index] = 1;
      left -= 1;
      this.#pieces += 1;
      if ("error" in outcome) end(index, outcome.error);
      else {
        if (take === undefined) pending.results[index] = outcome.result;
        else take(outcome.result, index);
        if (isOver(outcome.result)) end(index, undefined);
      }
      finish();
    };
    finish();
    orders.forEach((order, index) => {
      let seen = 0;
      const tell = (units: number): void => {
        if (units <= seen) return;
        count(units - seen);
        seen = units;
      };
      const guarded = (act: () => void): void => {
        // What onProgress throws ends the call.
        try {
          act();
        } catch (error) {
          fail(error);
        }
      };
      if (index >= pending.end) return;
      let failures = 0;
      const take = (): void => {
        drops[index] = this.#board.take(order, {
          progress: (units) => guarded(() => tell(Math.min(units, pieces[index].units))),
          done: (outcome) =>
            guarded(() => {
              if (!("error" in outcome)) tell(pieces[index].units);
              receive(index, outcome);
            }),
          failed: (error) => {
            failures += 1;
            const { cause } = Object(error) as { cause?: unknown };
            if (!isGone(cause) || failures > RENEWALS) {
              this.#failed.add(order.id);
              fail(error);
              return;
            }
            // A server that has lost its data: what it takes is made again, and then this.
            this.#repeated += 1;
            drops[index] = this.#renew(past, take, fail);
          },
        });
      };
      take();
    });
  }
}
