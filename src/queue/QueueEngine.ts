import { rangeError, stateError } from "../errors.js";
import { dataOf } from "../executors/callData.js";
import { PendingBatch } from "../executors/PendingBatch.js";
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

/** What an engine knows of its jobs: how many there were, and of calls that have not ended yet what has failed and what waits. */
interface JobRecord {
  pieces: number;
  repeated: number;
  readonly failed: Set<string>;
  /** What rejects the batches that are waited for. */
  readonly rejects: Set<(reason: unknown) => void>;
}

/** What the jobs of a call have in common. */
type JobCommon = Omit<JobData, "shares" | "done" | "piece">;
type JobRun = Parameters<Engine["open"]>[1];

/** So often a piece may miss what came of others. */
const RENEWALS = 20;

/** Hands out pieces as jobs of a queue. */
export class QueueEngine implements Engine {
  readonly #board: Board;
  readonly #run: string | undefined;
  readonly #inline = inlineEngine();
  readonly #record: JobRecord = { pieces: 0, repeated: 0, failed: new Set(), rejects: new Set() };

  constructor(board: Board, run: string | undefined) {
    this.#board = board;
    this.#run = run;
  }

  open(call: Call, run: JobRun): Job {
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
    const common: JobCommon = { format: 1, run: this.#run ?? "", kind: call.kind as string, data: text.text };
    return new QueueJob(this.#board, this.#record, common, run, this.#run !== undefined);
  }

  stats(): ExecutorStats {
    const { pieces, repeated } = this.#record;
    return { pieces, repeated, workers: [] };
  }

  async close(): Promise<void> {
    for (const reject of [...this.#record.rejects]) reject(stateError("ERR_CLOSED", "this executor was closed"));
    await this.#board.close();
  }
}

/** A call as jobs: those of a batch are made where it is asked for, and hold what was shared by then. */
class QueueJob implements Job {
  readonly #board: Board;
  readonly #record: JobRecord;
  readonly #common: JobCommon;
  readonly #run: JobRun;
  readonly #isKept: boolean;
  readonly #key: string;
  readonly #shares: string[] = [];
  /** All jobs so far, those of the last batch last. */
  readonly #orders: Order[] = [];

  /** @param isKept - Whether its jobs are kept for the one who takes it up. */
  constructor(board: Board, record: JobRecord, common: JobCommon, run: JobRun, isKept: boolean) {
    this.#board = board;
    this.#record = record;
    this.#common = common;
    this.#run = run;
    this.#isKept = isKept;
    this.#key = keyOf(common);
  }

  work(batch: Batch): Promise<readonly unknown[]> {
    const { signal, count } = this.#run;
    const { rejects } = this.#record;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (batch.share !== undefined) this.#shares.push(toText(batch.share).text);
      const orders = batch.pieces.map((piece) => this.#orderOf(piece, (batch as Partial<SessionBatch>).done));
      const past = [...this.#orders];
      this.#orders.push(...orders);
      const settle = (act: () => void): void => {
        signal?.removeEventListener("abort", abort);
        rejects.delete(fail);
        jobs.drop();
        act();
      };
      const fail = (reason: unknown): void => settle(() => reject(reason));
      const abort = (): void => fail(signal?.reason);
      signal?.addEventListener("abort", abort);
      rejects.add(fail);
      const done = (results: readonly unknown[]): void => settle(() => resolve(results));
      const jobs = new JobBatch(this.#board, this.#record, batch, orders, past, count, done, fail);
      jobs.begin();
    });
  }

  close(): void {
    const { failed } = this.#record;
    const ids = this.#orders.map(({ id }) => id);
    // Those that failed stay in the failed set, for whoever looks into it.
    if (!this.#isKept) this.#board.remove(ids.filter((id) => !failed.has(id)));
    for (const id of ids) failed.delete(id);
  }

  #orderOf(piece: Piece, done: readonly number[] | undefined): Order {
    const { kind } = this.#common;
    const { units: _, ...what } = piece;
    const shares = [...this.#shares];
    const data: JobData = { ...this.#common, shares, done: done ?? [], piece: toText(piece).text };
    if (done === undefined) return { id: pieceId(this.#key, kind, shares, toText(what).text), name: kind, data };
    const index = "index" in piece ? (piece.index as number) : "next";
    return { id: sessionId(this.#key, done.length, index), name: kind, data };
  }
}

/** The jobs of a batch, which are waited for up to the one that is the end. */
class JobBatch {
  readonly #board: Board;
  readonly #record: JobRecord;
  readonly #pieces: readonly Piece[];
  readonly #orders: readonly Order[];
  readonly #past: readonly Order[];
  readonly #count: (units: number) => void;
  readonly #fail: (reason: unknown) => void;
  readonly #pending: PendingBatch;
  /** What each job has done so far, and how often it has failed; and what to call when it is not waited for any more. */
  readonly #units: Float64Array;
  readonly #failures: Uint8Array;
  readonly #drops: (() => void)[] = [];

  /** @param past - The jobs of the batches before. */
  constructor(
    board: Board,
    record: JobRecord,
    batch: Batch,
    orders: readonly Order[],
    past: readonly Order[],
    count: (units: number) => void,
    resolve: (results: readonly unknown[]) => void,
    fail: (reason: unknown) => void,
  ) {
    const { length } = orders;
    this.#board = board;
    this.#record = record;
    this.#pieces = batch.pieces;
    this.#orders = orders;
    this.#past = past;
    this.#count = count;
    this.#fail = fail;
    this.#pending = new PendingBatch(batch, resolve, fail);
    this.#units = new Float64Array(length);
    this.#failures = new Uint8Array(length);
  }

  begin(): void {
    this.#pending.settle();
    for (const index of this.#orders.keys()) if (this.#pending.awaits(index)) this.#take(index);
  }

  drop(from = 0): void {
    for (let k = from; k < this.#drops.length; ++k) this.#drops[k]?.();
  }

  #take(index: number): void {
    this.#drops[index] = this.#board.take(this.#orders[index], {
      progress: (units) => this.#guard(() => this.#tell(index, units)),
      done: (outcome) => this.#guard(() => this.#receive(index, outcome)),
      failed: (error) => this.#retry(index, error),
    });
  }

  /** What onProgress throws ends the call. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }

  #tell(index: number, units: number): void {
    const now = Math.min(units, this.#pieces[index].units);
    const before = this.#units[index];
    if (now <= before) return;
    this.#count(now - before);
    this.#units[index] = now;
  }

  #receive(index: number, outcome: Outcome): void {
    if (!("error" in outcome)) this.#tell(index, Number.POSITIVE_INFINITY);
    if (!this.#pending.awaits(index)) return;
    this.#record.pieces += 1;
    const isEnd =
      "error" in outcome
        ? this.#pending.receive(index, undefined, outcome.error)
        : this.#pending.receive(index, outcome.result);
    if (isEnd) this.drop(index + 1);
    this.#pending.settle();
  }

  /** A server that has lost its data: what the job takes is made again, and then the job. All else ends the call. */
  #retry(index: number, error: unknown): void {
    const { cause } = Object(error) as { cause?: unknown };
    this.#failures[index] += 1;
    if (isGone(cause) && this.#failures[index] <= RENEWALS) {
      this.#record.repeated += 1;
      this.#drops[index] = this.#renew(() => this.#take(index));
      return;
    }
    this.#record.failed.add(this.#orders[index].id);
    this.#fail(error);
  }

  /** Has jobs of earlier batches done that may be done already. Returns what to call when that is not waited for any more. */
  #renew(then: () => void): () => void {
    let left = this.#past.length;
    const done = (): void => {
      left -= 1;
      if (left === 0) then();
    };
    const drops = this.#past.map((order) => this.#board.take(order, { progress: () => {}, done, failed: this.#fail }));
    return () => {
      for (const drop of drops) drop();
    };
  }
}
