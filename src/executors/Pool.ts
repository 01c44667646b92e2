import { describe, messageOf, stateError } from "../errors.js";
import { type Engine, type ExecutorStats, inlineEngine, type Job, Path } from "../index.js";
import type { Batch, Call } from "../models/calls/Call.js";
import { dataOf } from "./callData.js";
import { Memories } from "./Memories.js";
import type { Reply } from "./messages.js";
import { PendingBatch } from "./PendingBatch.js";
import { PoolCall, type Task } from "./PoolCall.js";
import { Slot, type SlotHost } from "./Slot.js";
import type { WorkerLike } from "./Thread.js";
import { detach, errorOf, owned, type Survey, survey, Untold, unpack } from "./wire.js";

/** So often a piece is tried, and so many workers may die one after the other that have not done one. */
const TRIES = 2;
const STARTS = 3;
/** Of data that calls would copy more of than these bytes, pieces have their parts with them, if they read rows of their own. */
const LARGE = 67108864;

const kinds = { path: (fields: Path) => new Path(fields), error: errorOf };

/**
 * Workers, each with one piece in hand, and the next one where that will be done soon: it would wait for this thread between them. One that dies,
 * throws what no call throws, or is silent for too long is replaced and its piece done once again.
 */
export class Pool implements Engine {
  readonly readsFiles = true;
  readonly #slots: readonly Slot[];
  readonly #large: number;
  readonly #tasks: Task[] = [];
  readonly #calls = new Set<PoolCall>();
  readonly #inline = inlineEngine();
  readonly #endings = new Set<Promise<unknown>>();
  readonly #memories = new Memories();
  #numbers = 0;
  #pieces = 0;
  #repeated = 0;
  /** Workers that have died since a piece was done, without having done one. */
  #barren = 0;
  #isClosed = false;

  /** @param large - Bytes above which data is sent by the piece. */
  constructor(workers: number, timeout: number, make: () => WorkerLike, large = LARGE) {
    const host: SlotHost = {
      make,
      timeout,
      hear: (slot, reply) => this.#hear(slot, reply),
      lose: (slot, cause) => this.#lose(slot, cause),
    };
    this.#slots = Array.from({ length: workers }, () => new Slot(host));
    this.#large = large;
  }

  open(given: Call, run: Parameters<Engine["open"]>[1]): Job {
    if (this.#isClosed) throw closed();
    const { signal, transfer, count } = run;
    const plain = dataOf(given);
    const found = surveyOf(plain);
    // What cannot be sent is refused where it is fitted: here.
    if (found === undefined) return this.#inline.open(given, run);
    const call = new PoolCall(this.#numbers++, given, plain, found, this.#large, this.#memories, count);
    const buffers = transfer ? found.buffers : [];
    if (!call.isCut) detach(buffers);
    const abort = (): void => this.#fail(call, signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#calls.add(call);
    return {
      work: (batch) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) reject(signal.reason);
          else this.#begin(call, batch, new PendingBatch(batch, resolve, reject));
        }),
      close: () => {
        signal?.removeEventListener("abort", abort);
        this.#forget(call);
        if (call.isCut) detach(buffers);
      },
    };
  }

  stats(): ExecutorStats {
    return { pieces: this.#pieces, repeated: this.#repeated, workers: this.#slots.map(({ stats }) => stats) };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const call of [...this.#calls]) this.#fail(call, closed());
    for (const slot of this.#slots) this.#end(slot);
    this.#memories.drop();
    await Promise.all(this.#endings);
  }

  #begin(call: PoolCall, { pieces, share }: Batch, pending: PendingBatch): void {
    if (share !== undefined) call.share(share);
    if (pending.settle()) return;
    for (const task of call.begin(pieces, pending)) this.#tasks.push(task);
    this.#assign();
  }

  /** Hands pieces to idle workers, and starts as many more as there is work for. */
  #assign(): void {
    const slots = this.#slots;
    for (const slot of slots) if (this.#tasks.length > 0 && slot.isIdle) this.#hand(slot);
    // Not what others could soon be at.
    for (const slot of slots) if (this.#tasks.length >= slots.length && slot.needs(this.#tasks[0])) this.#hand(slot);
    let starting = slots.filter(({ isStarting }) => isStarting).length;
    for (const slot of slots) {
      if (starting >= this.#tasks.length) break;
      if (!slot.isEmpty) continue;
      slot.start();
      starting += 1;
    }
  }

  #hand(slot: Slot): void {
    const task = this.#tasks.shift() as Task;
    this.#try(task.call, () => slot.hand(task));
  }

  /** Does what may fail, which fails the call. */
  #try(call: PoolCall, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(call, error);
    }
  }

  #hear(slot: Slot, { ready, units, turn, ...reply }: Reply): void {
    const { task } = slot;
    if (ready !== undefined) {
      slot.ready(ready);
      this.#rest(slot);
      this.#assign();
      return;
    }
    if (task === undefined) return;
    if (units !== undefined) {
      slot.watch();
      this.#count(task, units);
      return;
    }
    if (turn !== slot.turn) this.#lose(slot, new Error("the worker has not done a piece"));
    else if ("error" in reply) {
      const error = unpack(reply.error, kinds) as Error & { code?: string };
      if (error.code === undefined) this.#lose(slot, error);
      else {
        this.#done(slot);
        this.#settle(task, undefined, error);
      }
    } else {
      this.#done(slot);
      // The worker goes on while this thread takes what it has done.
      this.#assign();
      this.#count(task, task.piece.units - task.units);
      // What is taken at once may lie in one memory with more.
      this.#settle(task, unpack(reply.result, kinds, task.pending.takes ? undefined : owned));
    }
    this.#assign();
  }

  #count(task: Task, units: number): void {
    const { call } = task;
    task.units += units;
    if (this.#calls.has(call)) this.#try(call, () => call.count(Math.max(0, units)));
  }

  /** The piece in hand is done. */
  #done(slot: Slot): void {
    slot.done();
    this.#pieces += 1;
    this.#barren = 0;
    this.#rest(slot);
  }

  #rest(slot: Slot): void {
    slot.rest(this.#tasks.length === 0);
  }

  /** Takes what came of a piece. */
  #settle(task: Task, result: unknown, error?: Error): void {
    if (!isAwaited(task)) return;
    const { call, pending, index } = task;
    if (pending.receive(index, result, error)) this.#drop((other) => other.pending === pending && other.index > index);
    if (pending.settle()) call.pending = undefined;
  }

  /** A worker is dead, or as good as that. */
  #lose(slot: Slot, cause: Error): void {
    const { task, next, turn } = slot;
    this.#end(slot);
    if (turn === 0) this.#barren += 1;
    // That has not been begun.
    if (isAwaited(next)) this.#tasks.unshift(next);
    if (isAwaited(task)) {
      task.failures += 1;
      if (task.failures === TRIES) this.#fail(task.call, failure(task, cause));
      else {
        this.#repeated += 1;
        this.#tasks.unshift(task);
      }
    }
    if (this.#barren >= STARTS) {
      this.#barren = 0;
      const text = `${STARTS} workers in a row ended before one had done a piece, the last as ${messageOf(cause)}`;
      for (const call of [...this.#calls]) this.#fail(call, stateError("ERR_WORKER", text, cause));
    }
    this.#assign();
  }

  #end(slot: Slot): void {
    const ending: Promise<unknown> | undefined = slot
      .end()
      ?.catch(() => {})
      .finally(() => this.#endings.delete(ending as Promise<unknown>));
    if (ending !== undefined) this.#endings.add(ending);
  }

  /** Rejects a call, and ends the workers that are at it. */
  #fail(call: PoolCall, reason: unknown): void {
    const { pending } = call;
    call.pending = undefined;
    this.#forget(call);
    pending?.reject(reason);
  }

  #forget(call: PoolCall): void {
    if (!this.#calls.delete(call)) return;
    this.#drop((task) => task.call === call);
    for (const slot of this.#slots) if (slot.leave(call)) this.#end(slot);
    call.close();
    this.#assign();
  }

  #drop(isDropped: (task: Task) => boolean): void {
    for (let k = this.#tasks.length - 1; k >= 0; --k) if (isDropped(this.#tasks[k])) this.#tasks.splice(k, 1);
  }
}

/** undefined for what cannot be sent. */
function surveyOf(plain: unknown): Survey | undefined {
  try {
    return survey(plain);
  } catch (error) {
    if (!(error instanceof Untold)) throw error;
    return undefined;
  }
}

/** Whether its call still waits for it. */
const isAwaited = (task: Task | undefined): task is Task =>
  task !== undefined && task.call.pending === task.pending && task.pending.awaits(task.index);

/** What a call is rejected with, a piece of which has failed too often. */
function failure({ call, index, piece: { do: what, units: _, ...place } }: Task, cause: Error): Error {
  const piece: object = { call: call.kind, index, do: what, ...scalars(place) };
  const text = `a piece of ${call.kind} failed twice, at last as ${messageOf(cause)}: ${describe(JSON.stringify(piece))}`;
  return Object.assign(stateError("ERR_WORKER", text, cause), { piece });
}

const closed = (): Error => stateError("ERR_CLOSED", "this executor was closed");

/** The fields that are no lists. */
const scalars = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value !== "object"));
