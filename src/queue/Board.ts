import type { Job, Queue, QueueEvents } from "bullmq";
import { stateError } from "../errors.js";
import { listening, type Server, within } from "./connect.js";
import { ATTEMPTS, CANCELLED, type JobData } from "./jobs.js";
import { discard, Gone, load, type Outcome } from "./results.js";

/** A job to be done, by the hash of what it is. */
export interface Order {
  id: string;
  name: string;
  data: JobData;
}

/** Who waits for a job. */
interface Waiter {
  /** All units of it that are done. */
  progress(units: number): void;
  done(outcome: Outcome): void;
  failed(error: unknown): void;
}

interface Entry {
  order: Order;
  waiters: Set<Waiter>;
  /** Whether it is in the queue, as far as is known. */
  isOut: boolean;
  /** Whether it is looked at just now; and whether, if it has failed, that was not before it was asked for. */
  isRead: boolean;
  isRenewed: boolean;
  /** When something was last heard of it. */
  heard: number;
}

/** What a board needs of a server. */
interface Link {
  server: Server;
  queue: Queue;
  events: QueueEvents;
  orders: Queue;
}

/** Jobs that are added, or looked at, at once. */
const BULK = 200;
/** Milliseconds after which jobs are looked at of which nothing was heard: events may be lost. */
const SWEEP = 2000;
/** Seconds for which what came of jobs is kept, unless it is removed. */
const KEEP = 86400;
/** Events that are kept. */
const EVENTS = 5000;

/** The jobs of a coordinator: at most so many of them are in the queue. */
export class Board {
  readonly #open: () => Promise<Server>;
  readonly #window: number;
  readonly #resultRoot: string | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Set<Entry>();
  /** Those that nobody waits for any more, until they are gone. */
  readonly #leaving = new Set<string>();
  /** Where what came of jobs lies. */
  readonly #files = new Map<string, string>();
  readonly #chores = new Set<Promise<unknown>>();
  #out = 0;
  #link: Promise<Link> | undefined;
  #isAdding = false;
  #isClosed = false;
  #sweep: ReturnType<typeof setTimeout> | undefined;

  constructor(open: () => Promise<Server>, window: number, resultRoot: string | undefined) {
    this.#open = open;
    this.#window = window;
    this.#resultRoot = resultRoot;
  }

  /** @returns What to call when it is not waited for any more. */
  take(order: Order, waiter: Waiter): () => void {
    let entry = this.#entries.get(order.id);
    if (entry === undefined) {
      entry = { order, waiters: new Set(), isOut: false, isRead: false, isRenewed: false, heard: 0 };
      this.#entries.set(order.id, entry);
      this.#waiting.add(entry);
    }
    const own = entry;
    own.waiters.add(waiter);
    void this.#add();
    return () => {
      if (!own.waiters.delete(waiter) || own.waiters.size > 0 || this.#entries.get(order.id) !== own) return;
      this.#forget(own);
      if (own.isOut) this.#chore(this.#cancel(order.id));
    };
  }

  /** Removes jobs that are done, unless somebody waits for them, and what came of them. */
  remove(ids: readonly string[]): void {
    const own = ids.filter((id) => !this.#entries.has(id));
    if (own.length > 0) this.#chore(this.#remove(own));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#sweep);
    if (this.#link === undefined) return;
    const link = await this.#link.catch(() => undefined);
    if (link === undefined) return;
    // A server that is away would be waited for.
    await within(2000, Promise.allSettled([...this.#chores]));
    const { server, queue, events, orders } = link;
    await within(2000, Promise.allSettled([events.close(), queue.close(), orders.close()]));
    await server.end();
  }

  #chore(work: Promise<unknown>): void {
    const chore: Promise<unknown> = work.catch(() => {}).finally(() => this.#chores.delete(chore));
    this.#chores.add(chore);
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.order.id);
    this.#waiting.delete(entry);
    if (entry.isOut) this.#out -= 1;
    if (this.#entries.size === 0) clearTimeout(this.#sweep);
    void this.#add();
  }

  #connect(): Promise<Link> {
    this.#link ??= (async () => {
      const server = await this.#open();
      const { classes, name, options } = server;
      const streams = { events: { maxLen: EVENTS } };
      const queue = new classes.Queue(name, { ...options, streams });
      const orders = new classes.Queue(server.orders, { ...options, skipMetasUpdate: true });
      const events = new classes.QueueEvents(name, options);
      for (const one of [queue, events, orders]) (one as Queue).on("error", () => {});
      const link = { server, queue, events, orders };
      try {
        await queue.waitUntilReady();
        events.on("progress", ({ jobId, data }) => this.#progress(jobId, data));
        events.on("completed", ({ jobId, returnvalue }) => this.#chore(this.#complete(jobId, returnvalue)));
        events.on("failed", ({ jobId }) => this.#chore(this.#look(jobId, true)));
        events.on("duplicated", ({ jobId }) => this.#chore(this.#look(jobId, false)));
        events.on("removed", ({ jobId }) => this.#chore(this.#look(jobId, false)));
        await listening(server, events, name);
      } catch (error) {
        await Promise.allSettled([events.close(), queue.close(), orders.close()]);
        await server.end();
        throw error;
      }
      return link;
    })();
    this.#link.catch(() => {
      this.#link = undefined;
    });
    return this.#link;
  }

  /** Adds what there is room for, in bulk. */
  async #add(): Promise<void> {
    if (this.#isAdding || this.#isClosed || this.#waiting.size === 0) return;
    this.#isAdding = true;
    try {
      const { queue } = await this.#connect();
      while (this.#waiting.size > 0 && this.#out < this.#window && !this.#isClosed) {
        const list: Entry[] = [];
        for (const entry of this.#waiting) {
          if (list.length >= Math.min(BULK, this.#window - this.#out)) break;
          list.push(entry);
        }
        for (const entry of list) {
          this.#waiting.delete(entry);
          Object.assign(entry, { isOut: true, heard: Date.now() });
        }
        this.#out += list.length;
        await this.#bulk(queue, list);
      }
    } catch (error) {
      for (const entry of [...this.#entries.values()]) this.#settle(entry, (waiter) => waiter.failed(error));
    } finally {
      this.#isAdding = false;
    }
    this.#watch();
  }

  async #bulk(queue: Queue, list: readonly Entry[]): Promise<void> {
    const jobs = list.map(({ order: { id, name, data } }) => ({
      name,
      data,
      opts: {
        jobId: id,
        attempts: ATTEMPTS,
        backoff: { type: "fixed", delay: 250 },
        removeOnComplete: { age: KEEP },
        removeOnFail: { age: KEEP },
        stackTraceLimit: 1,
      },
    }));
    for (let attempt = 0; ; ++attempt) {
      try {
        await queue.addBulk(jobs);
        return;
      } catch (error) {
        // A server that is away comes back, or nobody waits any more.
        if (this.#isClosed || !isAway(error)) throw error;
        await pause(Math.min(100 * (attempt + 1), 1000));
      }
    }
  }

  #progress(id: string, data: unknown): void {
    const entry = this.#entries.get(id);
    const { units } = Object(data) as { units?: unknown };
    if (entry === undefined || typeof units !== "number") return;
    entry.heard = Date.now();
    for (const waiter of [...entry.waiters]) waiter.progress(units);
  }

  async #complete(id: string, stored: unknown): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      if (this.#leaving.delete(id)) await this.#remove([id]);
      return;
    }
    try {
      const own: unknown = typeof stored === "string" ? JSON.parse(stored) : stored;
      const { file } = Object(own) as { file?: unknown };
      if (typeof file === "string") this.#files.set(id, file);
      const outcome = await load(own, this.#resultRoot);
      this.#settle(entry, (waiter) => waiter.done(outcome));
    } catch (error) {
      if (error instanceof Gone) await this.#renew(entry);
      else this.#settle(entry, (waiter) => waiter.failed(error));
    }
  }

  #settle(entry: Entry, tell: (waiter: Waiter) => void): void {
    if (this.#entries.get(entry.order.id) !== entry) return;
    this.#forget(entry);
    for (const waiter of entry.waiters) tell(waiter);
  }

  /** Looks at what has become of a job. @param isFresh - Whether it has failed just now, if it has. */
  async #look(id: string, isFresh: boolean): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      if (isFresh && this.#leaving.delete(id)) await this.#remove([id]);
      return;
    }
    // What has failed since it was asked for is not done anew.
    if (isFresh) entry.isRenewed = true;
    if (!entry.isOut || entry.isRead) return;
    entry.isRead = true;
    entry.heard = Date.now();
    try {
      const { queue } = await this.#connect();
      const state = await queue.getJobState(id);
      const job = ["completed", "failed"].includes(state) ? await queue.getJob(id) : undefined;
      if (state === "unknown") this.#again(entry);
      else if (job && state === "completed") await this.#complete(id, job.returnvalue);
      else if (job && job.failedReason !== CANCELLED && entry.isRenewed) this.#fail(entry, job);
      else if (job) await this.#renew(entry, job);
    } finally {
      entry.isRead = false;
    }
  }

  #fail(entry: Entry, job: Job): void {
    const { id, name } = entry.order;
    const { failedReason: reason, attemptsMade: attempts, stacktrace } = job;
    const cause = Object.assign(new Error(reason), stacktrace?.[0] && { stack: stacktrace[0] });
    const text = `the job ${id} failed ${attempts} times, at last as ${reason}`;
    const error = Object.assign(stateError("ERR_JOB", text, cause), {
      job: { id, name, queue: job.queueName, attempts },
    });
    this.#settle(entry, (waiter) => waiter.failed(error));
  }

  /** Adds a job once more that is not there. */
  #again(entry: Entry): void {
    if (!entry.isOut || this.#entries.get(entry.order.id) !== entry) return;
    entry.isOut = false;
    this.#out -= 1;
    this.#waiting.add(entry);
    void this.#add();
  }

  /** Does a job anew that has failed once, or whose result is gone. */
  async #renew(entry: Entry, job?: Job): Promise<void> {
    entry.isRenewed = true;
    const { queue } = await this.#connect();
    const old = job ?? (await queue.getJob(entry.order.id));
    await old?.remove().catch(() => {});
    this.#again(entry);
  }

  /** A job that is waiting is removed; the worker that has one in hand is told. */
  async #cancel(id: string): Promise<void> {
    const { queue, orders } = await this.#connect();
    this.#leaving.add(id);
    if ((await queue.remove(id)) === 1) {
      this.#leaving.delete(id);
      return;
    }
    await orders.getBackend().publishEvent({ event: "cancel", id } as never, 1000);
  }

  async #remove(ids: readonly string[]): Promise<void> {
    const { queue } = await this.#connect();
    for (let from = 0; from < ids.length; from += BULK) {
      await Promise.all(
        ids.slice(from, from + BULK).map(async (id) => {
          const file = this.#files.get(id);
          this.#files.delete(id);
          await queue.remove(id);
          if (file !== undefined) await discard({ file }, this.#resultRoot);
        }),
      );
    }
  }

  /** Looks, every now and then, at jobs of which nothing was heard. */
  #watch(): void {
    clearTimeout(this.#sweep);
    if (this.#entries.size === 0 || this.#isClosed) return;
    this.#sweep = setTimeout(async () => {
      const silent = [...this.#entries.values()].filter(({ isOut, heard }) => isOut && Date.now() - heard >= SWEEP);
      for (let from = 0; from < silent.length; from += BULK) {
        await Promise.allSettled(silent.slice(from, from + BULK).map(({ order }) => this.#look(order.id, false)));
      }
      this.#watch();
    }, SWEEP);
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Whether an error says that the server is away, or is starting or stopping: by Node's codes, PostgreSQL's, and the words of the clients. */
function isAway(error: unknown): boolean {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|57P|08)/.test(String(code)) ||
    /closed|terminated|LOADING|READONLY|timeout|Connection/.test(String(message))
  );
}
