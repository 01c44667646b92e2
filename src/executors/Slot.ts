import type { Backend } from "../kernels/select.js";
import type { Reply } from "./messages.js";
import type { PoolCall, Task } from "./PoolCall.js";
import { Thread, type WorkerLike } from "./Thread.js";
import { packAway } from "./wire.js";

/** After a piece that took fewer milliseconds, a worker has the next but one before it has done the next one. */
const QUICK = 100;
/** Milliseconds after which a worker is told that a call has ended. */
const SOON = 20;

type Timer = ReturnType<typeof setTimeout>;

/** What a slot has to know, and whom it tells of its worker. */
export interface SlotHost {
  make(): WorkerLike;
  /** Milliseconds for which a worker may be silent while something is expected of it. */
  timeout: number;
  hear(slot: Slot, reply: Reply): void;
  /** The worker is dead, or was silent for too long: the slot is to be emptied. */
  lose(slot: Slot, cause: Error): void;
}

/** A place for a worker with one piece in hand, and at most one waiting, and for the worker after it. */
export class Slot {
  readonly #host: SlotHost;
  /** Milliseconds of all its workers, and what the last one that has started runs on. */
  #busy = 0;
  #backend: Backend | undefined;
  #thread: Thread | undefined;
  #isReady = false;
  #since = 0;
  #isQuick = false;
  /** How many shares of each call the worker has. */
  readonly #known = new Map<number, number>();
  #silence: Timer | undefined;
  /** Calls that have ended, of which the worker is to be told, and when it is at the latest. */
  #closed: number[] = [];
  #reminder: Timer | undefined;
  /** How many pieces the worker has done, and what it has in hand. */
  turn = 0;
  task: Task | undefined;
  /** What it has been sent to be done after that, of the same call. */
  next: Task | undefined;

  constructor(host: SlotHost) {
    this.#host = host;
  }

  get isEmpty(): boolean {
    return this.#thread === undefined;
  }

  get isStarting(): boolean {
    return !this.isEmpty && !this.#isReady;
  }

  get isIdle(): boolean {
    return this.#isReady && !this.task;
  }

  /** Whether its worker would soon wait for this piece. */
  needs({ call }: Task): boolean {
    return this.#isQuick && !this.next && this.task?.call === call;
  }

  get stats(): { busySeconds: number; backend: Backend | undefined } {
    return { busySeconds: this.#busy / 1000, backend: this.#backend };
  }

  start(): void {
    const { make, hear } = this.#host;
    const lose = (cause: Error): void => this.#host.lose(this, cause);
    try {
      this.#thread = new Thread(make, (reply) => hear(this, reply), lose);
      this.watch();
    } catch (cause) {
      // Not before the caller has its promise.
      queueMicrotask(() => lose(cause as Error));
    }
  }

  /** The worker has started. */
  ready(backend: Backend): void {
    this.#isReady = true;
    this.#backend = backend;
  }

  /** Waits for the next sign of life. */
  watch(): void {
    const { timeout, lose } = this.#host;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => lose(this, new Error(`the worker was silent for ${timeout} ms`)), timeout);
  }

  /** Waits for none unless there is a piece in hand, and lets the process end if there is nothing more to do. */
  rest(isLast: boolean): void {
    clearTimeout(this.#silence);
    if (this.task) this.watch();
    else if (isLast) this.#thread?.hold(false);
  }

  /** Sends a piece, and what its worker does not have yet of its call. Throws for what cannot be sent. */
  hand(task: Task): void {
    const { call, piece } = task;
    const known = this.#known.get(call.number);
    this.#known.set(call.number, call.shares.length);
    if (this.task) this.next = task;
    else {
      this.task = task;
      this.#since = performance.now();
      this.#thread?.hold(true);
      this.watch();
    }
    const part = call.takePart(task);
    const closed = this.#takeClosed();
    const transfer = part?.memory instanceof ArrayBuffer ? [part.memory] : [];
    this.#thread?.send(
      {
        ...(closed.length > 0 && { closed }),
        call: call.number,
        ...(known === undefined && { open: { kind: call.kind, data: call.data } }),
        shares: call.shares.slice(known ?? 0),
        piece: packAway(piece).packed,
        turn: this.turn + (this.next ? 1 : 0),
        ...(part && { part: part.packed }),
      },
      transfer,
    );
    // It is copied again if the piece is to be done again.
    if (transfer.length > 0) task.part = undefined;
  }

  /** The piece in hand is done. */
  done(): void {
    const took = performance.now() - this.#since;
    this.task?.call.leavePart(this.task);
    this.task = this.next;
    this.next = undefined;
    this.turn += 1;
    this.#isQuick = took < QUICK;
    this.#busy += took;
    this.#since += took;
  }

  /** Takes a call that has ended from the worker. Returns whether that has to go too: it is at it, or would keep too much memory. */
  leave(call: PoolCall): boolean {
    if (!this.#known.delete(call.number)) return false;
    if (this.task?.call === call || (call.isHeavy && !this.task)) return true;
    this.#closed.push(call.number);
    this.#reminder ??= setTimeout(() => this.#thread?.send({ closed: this.#takeClosed() }), SOON);
    return false;
  }

  /** Ends the worker, if there is one, and makes room for the next. */
  end(): Promise<unknown> | undefined {
    const thread = this.#thread;
    if (this.task) this.#busy += performance.now() - this.#since;
    clearTimeout(this.#silence);
    this.#takeClosed();
    this.#thread = undefined;
    this.#isReady = false;
    this.turn = 0;
    this.task = undefined;
    this.next = undefined;
    this.#known.clear();
    return thread?.end();
  }

  /** The calls that the worker is to be told have ended, which it then is. */
  #takeClosed(): number[] {
    const closed = this.#closed;
    clearTimeout(this.#reminder);
    this.#reminder = undefined;
    this.#closed = [];
    return closed;
  }
}
