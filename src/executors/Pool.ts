import { describe, messageOf, stateError } from "../errors.js";
import { type Engine, type ExecutorStats, inlineEngine, type Job, Path } from "../index.js";
import type { Backend } from "../kernels/select.js";
import type { Batch, Call, CutData, Piece } from "../models/calls/Call.js";
import { cutOf, dataOf } from "./callData.js";
import { Memories } from "./Memories.js";
import type { Reply } from "./messages.js";
import { Thread, type WorkerLike } from "./Thread.js";
import { detach, errorOf, owned, type Packed, packAway, packOnce, survey, Untold, unpack } from "./wire.js";

/** So often a piece is tried, and so many workers may die one after the other that have not done one. */
const TRIES = 2;
const STARTS = 3;
/** Workers that had to do with more bytes than these are replaced: they would keep memory that they may not need again. */
const HEAVY = 268435456;
/** Of data that calls would copy more of than these bytes, pieces have their parts with them, if they read rows of their own. */
const LARGE = 67108864;
/** Bytes of such parts that wait for workers, and are copied while these are at others. */
const AHEAD = 67108864;
/** Milliseconds after which a worker is told that a call has ended. */
const SOON = 20;

const kinds = { path: (fields: Path) => new Path(fields), error: errorOf };

/** What a batch waits for. */
interface Pending {
  results: unknown[];
  left: number;
  /** The first piece, in the order of the batch, after which none is needed; and the error it ended with, if it did. */
  end: number;
  error: unknown;
  isOver: (result: unknown) => boolean;
  take: Batch["take"];
  resolve(results: readonly unknown[]): void;
  reject(reason: unknown): void;
}

/** A call that is being run. */
interface PoolCall {
  number: number;
  kind: string;
  data: unknown;
  isHeavy: boolean;
  shares: unknown[];
  /** What a piece reads besides, and how many bytes all of them do. */
  partOf: CutData["part"] | undefined;
  partBytes: number;
  /** How many of these may wait. */
  ahead: number;
  /** What all of it lies in. */
  memories: Set<SharedArrayBuffer>;
  pending: Pending | undefined;
  count(units: number): void;
}

interface Task {
  call: PoolCall;
  pending: Pending;
  piece: Piece;
  index: number;
  failures: number;
  /** The units of it that were counted. */
  units: number;
  /** What it reads besides the data of the call, once that is copied. */
  part: Packed | undefined;
}

/** A place for a worker, and for the one after it. */
interface Slot {
  thread: Thread | undefined;
  backend: Backend | undefined;
  isReady: boolean;
  hasDone: boolean;
  busy: number;
  task: Task | undefined;
  since: number;
  /** How many shares of each call the worker has. */
  known: Map<number, number>;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Calls that have ended, of which the worker is to be told, and when it is at the latest. */
  closed: number[];
  reminder: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Workers, each with one piece in hand. One that dies, throws what no call throws, or is silent for too long is replaced and its piece done once
 * again.
 */
export class Pool implements Engine {
  readonly readsFiles = true;
  readonly #slots: Slot[];
  readonly #make: () => WorkerLike;
  readonly #timeout: number;
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
    this.#make = make;
    this.#timeout = timeout;
    this.#large = large;
    this.#slots = Array.from({ length: workers }, () => ({ ...newcomer(), backend: undefined, busy: 0 }));
  }

  open(given: Call, run: Parameters<Engine["open"]>[1]): Job {
    if (this.#isClosed) throw closed();
    const { signal, transfer, count } = run;
    const { kind } = given;
    const plain = dataOf(given);
    let found: ReturnType<typeof survey>;
    try {
      found = survey(plain);
    } catch (error) {
      // What cannot be sent is refused where it is fitted: here.
      if (!(error instanceof Untold)) throw error;
      return this.#inline.open(given, run);
    }
    const copied = found.room.bytes;
    const cut = copied > this.#large ? cutOf(given, plain) : undefined;
    const call: PoolCall = {
      number: this.#numbers++,
      kind,
      data: undefined,
      // Of many models no worker holds more than a few.
      isHeavy: kind !== "fitMany" && found.bytes > HEAVY,
      shares: [],
      partOf: cut?.part,
      partBytes: copied,
      ahead: 0,
      memories: new Set(),
      pending: undefined,
      count,
    };
    call.data = this.#pack(call, cut ? survey(cut.common) : found).packed;
    const buffers = transfer ? found.buffers : [];
    // Parts are copied until the last piece is done.
    if (cut === undefined) detach(buffers);
    const abort = (): void => this.#fail(call, signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#calls.add(call);
    return {
      work: ({ pieces, share, isOver = () => false, take }: Batch) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) {
            reject(signal.reason);
            return;
          }
          if (share !== undefined) call.shares.push(this.#pack(call, survey(share)).packed);
          const { length } = pieces;
          if (length === 0) {
            resolve([]);
            return;
          }
          call.ahead = Math.floor((AHEAD * length) / call.partBytes);
          const pending = { results: [], left: length, end: length, error: undefined, isOver, take, resolve, reject };
          call.pending = pending;
          pieces.forEach((piece, index) => {
            this.#tasks.push({ call, pending, piece, index, failures: 0, units: 0, part: undefined });
          });
          this.#assign();
        }),
      close: () => {
        signal?.removeEventListener("abort", abort);
        this.#forget(call);
        if (cut !== undefined) detach(buffers);
      },
    };
  }

  stats(): ExecutorStats {
    return {
      pieces: this.#pieces,
      repeated: this.#repeated,
      workers: this.#slots.map(({ busy, backend }) => ({ busySeconds: busy / 1000, backend })),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const call of [...this.#calls]) this.#fail(call, closed());
    for (const slot of this.#slots) this.#end(slot);
    this.#memories.drop();
    await Promise.all(this.#endings);
  }

  /** Hands pieces to idle workers, and starts as many more as there is work for. */
  #assign(): void {
    for (const slot of this.#slots) {
      if (this.#tasks.length === 0) break;
      if (slot.isReady && slot.task === undefined) this.#hand(slot, this.#tasks.shift() as Task);
    }
    let starting = this.#slots.filter(({ thread, isReady }) => thread !== undefined && !isReady).length;
    for (const slot of this.#slots) {
      if (starting >= this.#tasks.length) break;
      if (slot.thread !== undefined) continue;
      this.#start(slot);
      starting += 1;
    }
    this.#copyAhead();
  }

  /** Copies what the next pieces read, while workers are at others or start. */
  #copyAhead(): void {
    for (const [k, task] of this.#tasks.slice(0, this.#slots.length).entries()) {
      if (k >= task.call.ahead) return;
      try {
        this.#takePart(task);
      } catch (error) {
        this.#fail(task.call, error);
        return;
      }
    }
  }

  /** What a piece reads besides the data of its call. */
  #takePart(task: Task): Packed | undefined {
    const { call, piece } = task;
    if (call.partOf !== undefined) task.part ??= this.#pack(call, survey(call.partOf(piece)));
    return task.part;
  }

  #pack(call: PoolCall, found: ReturnType<typeof survey>): Packed {
    return packOnce(found, (bytes) => {
      const memory = this.#memories.take(bytes);
      call.memories.add(memory);
      return memory;
    });
  }

  /** Gives the memory of a part to the next one. */
  #leavePart(task: Task): void {
    const memory = task.part?.memory as SharedArrayBuffer;
    if (task.call.memories.delete(memory)) this.#memories.give([memory]);
    task.part = undefined;
  }

  #start(slot: Slot): void {
    Object.assign(slot, newcomer());
    try {
      const thread = new Thread(
        this.#make,
        (reply) => this.#hear(slot, reply),
        (cause) => this.#lose(slot, cause),
      );
      slot.thread = thread;
      this.#watch(slot);
    } catch (cause) {
      slot.thread = undefined;
      // Not before the caller has its promise.
      queueMicrotask(() => this.#lose(slot, cause as Error));
    }
  }

  /** Waits for the next sign of life. */
  #watch(slot: Slot): void {
    clearTimeout(slot.timer);
    slot.timer = setTimeout(() => {
      this.#lose(slot, new Error(`the worker was silent for ${this.#timeout} ms`));
    }, this.#timeout);
  }

  #hand(slot: Slot, task: Task): void {
    const { call, piece } = task;
    const known = slot.known.get(call.number);
    slot.task = task;
    slot.since = performance.now();
    slot.known.set(call.number, call.shares.length);
    slot.thread?.hold(true);
    this.#watch(slot);
    try {
      const part = this.#takePart(task);
      const closed = closedOf(slot);
      const transfer = part?.memory instanceof ArrayBuffer ? [part.memory] : [];
      slot.thread?.send(
        {
          ...(closed.length > 0 && { closed }),
          call: call.number,
          ...(known === undefined && { open: { kind: call.kind, data: call.data } }),
          shares: call.shares.slice(known ?? 0),
          piece: packAway(piece).packed,
          ...(part && { part: part.packed }),
        },
        transfer,
      );
      // It is copied again if the piece is to be done again.
      if (transfer.length > 0) task.part = undefined;
    } catch (error) {
      this.#fail(call, error);
    }
  }

  #hear(slot: Slot, { ready, units, ...reply }: Reply): void {
    const { task } = slot;
    if (ready !== undefined) {
      slot.isReady = true;
      slot.backend = ready;
      this.#rest(slot);
      this.#assign();
      return;
    }
    if (task === undefined) return;
    if (units !== undefined) {
      this.#watch(slot);
      this.#count(task, units);
      return;
    }
    if ("error" in reply) {
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
      const keep = task.pending.take === undefined ? owned : undefined;
      this.#settle(task, unpack(reply.result, kinds, keep), undefined);
    }
    this.#assign();
  }

  #count(task: Task, units: number): void {
    task.units += units;
    try {
      if (this.#calls.has(task.call)) task.call.count(Math.max(0, units));
    } catch (error) {
      this.#fail(task.call, error);
    }
  }

  /** The piece in hand is done. */
  #done(slot: Slot): void {
    if (slot.task !== undefined) this.#leavePart(slot.task);
    slot.task = undefined;
    slot.hasDone = true;
    slot.busy += performance.now() - slot.since;
    this.#pieces += 1;
    this.#barren = 0;
    this.#rest(slot);
  }

  #rest(slot: Slot): void {
    clearTimeout(slot.timer);
    if (this.#tasks.length === 0) slot.thread?.hold(false);
  }

  /** Takes what came of a piece. Those before one that is the end are still waited for, as one of them may have ended the call already. */
  #settle({ call, pending, index }: Task, result: unknown, error: unknown): void {
    if (call.pending !== pending || index >= pending.end) return;
    if (pending.take === undefined || error !== undefined) pending.results[index] = result;
    else pending.take(result, index);
    pending.left -= 1;
    if (error !== undefined || pending.isOver(result)) {
      pending.end = index + 1;
      pending.error = error;
      this.#drop((task) => task.pending === pending && task.index > index);
      pending.left = this.#open(pending);
    }
    if (pending.left > 0) return;
    call.pending = undefined;
    if (pending.error === undefined) pending.resolve(pending.results.slice(0, pending.end));
    else pending.reject(pending.error);
  }

  /** Pieces of a batch, up to its end, that are waiting or in hand. */
  #open(pending: Pending): number {
    const isOpen = (task: Task | undefined): boolean => task?.pending === pending && task.index < pending.end;
    return this.#tasks.filter(isOpen).length + this.#slots.filter(({ task }) => isOpen(task)).length;
  }

  /** A worker is dead, or as good as that. */
  #lose(slot: Slot, cause: Error): void {
    const { task, hasDone } = slot;
    this.#end(slot);
    if (!hasDone) this.#barren += 1;
    if (task !== undefined && task.call.pending === task.pending && task.index < task.pending.end) {
      task.failures += 1;
      if (task.failures < TRIES) {
        this.#repeated += 1;
        this.#tasks.unshift(task);
      } else {
        const { call, index } = task;
        const { do: what, units: _, ...place } = task.piece as Piece & { from?: number; to?: number; l1Ratio?: number };
        const piece = { call: call.kind, index, do: what, ...scalars(place) };
        const text = `a piece of ${call.kind} failed twice, at last as ${messageOf(cause)}: ${describe(JSON.stringify(piece))}`;
        this.#fail(call, Object.assign(stateError("ERR_WORKER", text, cause), { piece }));
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
    const { thread } = slot;
    if (slot.task !== undefined) slot.busy += performance.now() - slot.since;
    clearTimeout(slot.timer);
    clearTimeout(slot.reminder);
    Object.assign(slot, newcomer());
    if (thread === undefined) return;
    const ending: Promise<unknown> = thread
      .end()
      .catch(() => {})
      .finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
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
    for (const slot of this.#slots) {
      if (!slot.known.delete(call.number)) continue;
      if (slot.task?.call === call || (call.isHeavy && slot.task === undefined)) this.#end(slot);
      else {
        slot.closed.push(call.number);
        slot.reminder ??= setTimeout(() => slot.thread?.send({ closed: closedOf(slot) }), SOON);
      }
    }
    // No worker is at it any more.
    this.#memories.give([...call.memories]);
    call.memories.clear();
    this.#assign();
  }

  #drop(isDropped: (task: Task) => boolean): void {
    for (let k = this.#tasks.length - 1; k >= 0; --k) if (isDropped(this.#tasks[k])) this.#tasks.splice(k, 1);
  }
}

const newcomer = (): Omit<Slot, "busy" | "backend"> => ({
  thread: undefined,
  isReady: false,
  hasDone: false,
  task: undefined,
  since: 0,
  known: new Map(),
  timer: undefined,
  closed: [],
  reminder: undefined,
});

const closed = (): Error => stateError("ERR_CLOSED", "this executor was closed");

/** The calls that a worker is to be told have ended, which it then is. */
function closedOf(slot: Slot): number[] {
  const { closed } = slot;
  clearTimeout(slot.reminder);
  slot.reminder = undefined;
  slot.closed = [];
  return closed;
}

/** The fields that are no lists. */
const scalars = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value !== "object"));
