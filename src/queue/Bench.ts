import { Pool } from "../executors/Pool.js";
import type { WorkerLike } from "../executors/Thread.js";
import type { Job } from "../index.js";
import type { Piece } from "../models/calls/Call.js";

/** What a piece needs that others of its call may have brought already. */
export interface Task {
  /** Of the call. */
  key: string;
  kind: string;
  piece: Piece;
  /** How many shares it has to know. */
  shares: number;
  /** What the call reads. */
  open(): Promise<unknown>;
  /** The shares from one on. */
  sharesFrom(first: number): Promise<readonly unknown[]>;
  /** Told of units that are done. */
  count(units: number): void;
}

/** A call that a thread has open. */
interface Session {
  key: string;
  job: Job;
  abort: AbortController;
  shares: number;
  count(units: number): void;
}

/** A thread, and the calls that it has open, the last one used last. */
interface Place {
  pool: Pool;
  isBusy: boolean;
  sessions: Session[];
}

/** Calls that a thread keeps open. */
const SESSIONS = 4;
/** Milliseconds for which a thread may be silent. */
const SILENCE = 60_000;

/** Threads that work on pieces, each on one at a time. What a call reads is read once for each thread, not for each piece. */
export class Bench {
  readonly #places: Place[];

  constructor(threads: number, make: () => WorkerLike) {
    this.#places = Array.from({ length: threads }, () => ({
      pool: new Pool(1, SILENCE, make),
      isBusy: false,
      sessions: [],
    }));
  }

  /** @throws what the piece throws, with a `code` unless the thread died; or the signal's reason. */
  async work(task: Task, signal: AbortSignal): Promise<unknown> {
    const isFree = ({ isBusy }: Place): boolean => !isBusy;
    const isOpen = ({ sessions }: Place): boolean => sessions.some(({ key }) => key === task.key);
    const free = this.#places.filter(isFree);
    const place = free.find(isOpen) ?? free.find(({ sessions }) => sessions.length === 0) ?? free[0];
    if (place === undefined) throw new Error("there is no idle thread");
    place.isBusy = true;
    let session: Session | undefined;
    const abort = (): void => session?.abort.abort(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      session = await this.#session(place, task);
      signal.throwIfAborted();
      session.count = task.count;
      for (const share of await task.sharesFrom(session.shares)) {
        session.shares += 1;
        await session.job.work({ pieces: [], share });
      }
      signal.throwIfAborted();
      const [result] = await session.job.work({ pieces: [task.piece] });
      return result;
    } catch (error) {
      // It may not have opened, and be half told.
      if (session !== undefined) drop(place, session);
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
      place.isBusy = false;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#places.map(({ pool }) => pool.close()));
  }

  async #session(place: Place, task: Task): Promise<Session> {
    const { sessions } = place;
    const known = sessions.find(({ key }) => key === task.key);
    if (known !== undefined) {
      sessions.splice(sessions.indexOf(known), 1);
      // One that knows more than is to be known is of no use.
      if (known.shares <= task.shares) {
        sessions.push(known);
        return known;
      }
      known.job.close();
    }
    const data = await task.open();
    const abort = new AbortController();
    const session: Session = { key: task.key, job: undefined as never, abort, shares: 0, count: task.count };
    const open = (): never => {
      throw new Error("what came through a queue is not worked on by the thread that it came to");
    };
    const call = { kind: task.kind as never, data: () => data, open, plan: open, unit: "models", total: 0 } as const;
    session.job = place.pool.open(call, {
      signal: abort.signal,
      transfer: false,
      count: (units) => session.count(units),
    });
    sessions.push(session);
    if (sessions.length > SESSIONS) drop(place, sessions[0]);
    return session;
  }
}

function drop({ sessions }: Place, session: Session): void {
  const at = sessions.indexOf(session);
  if (at >= 0) sessions.splice(at, 1);
  session.job.close();
}
