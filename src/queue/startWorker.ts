import { realpath, stat } from "node:fs/promises";
import type { Job, Queue, QueueEvents, Worker } from "bullmq";
import {
  checkBoolean,
  checkInteger,
  checkOptions,
  describe,
  isArray,
  messageOf,
  rangeError,
  typeError,
} from "../errors.js";
import { ownWorker } from "../executors/Thread.js";
import type { Piece } from "../models/calls/Call.js";
import { Bench } from "./Bench.js";
import { checkClock, checkQueue, connectTo, listening, type QueueOptions, type Server, within } from "./connect.js";
import { CANCELLED, keyOf, readJob, sessionId } from "./jobs.js";
import { Reference } from "./Reference.js";
import { FileReader } from "./readReference.js";
import { Gone, load, type Outcome, store } from "./results.js";
import { fromText } from "./text.js";

/** The options of {@link startWorker}. */
export interface WorkerOptions extends QueueOptions {
  /** The folder below which the files of references are. */
  dataRoot: string;
  /** The folder, shared with coordinators, for results of more than 256 kB. */
  resultRoot?: string | undefined;
  /** How many jobs are worked on at the same time, each by a thread of its own. Default 1. */
  concurrency?: number | undefined;
  /** The beginnings of URLs of http: and https: that references may have. Default none. */
  allow?: readonly string[] | undefined;
  /** Whether the tables of BullMQ are made, or brought up to date, in PostgreSQL. Default false. */
  migrate?: boolean | undefined;
}

/** A worker that takes jobs. */
export interface QueueWorker {
  /** Takes no more jobs, waits for those in hand, and leaves nothing alive. */
  close(): Promise<void>;
}

/** Milliseconds for which a job is this worker's, unless it says that it goes on; and how often others look for jobs that are nobody's. */
const LOCK = 6000;
const STALLED = 3000;
/** So often a job may have lost its worker. */
const LOST = 5;
/** Results that are read at the same time. */
const AT_ONCE = 100;
/** Milliseconds between two words of progress. */
const WORDS = 250;

/**
 * A worker for the queue of `createQueueExecutor`, until it is closed. It reads what references name below its `dataRoot`, works on jobs in
 * threads, and never on the one that tells the server that it goes on.
 *
 * @param options - `connection`, `queue`, `prefix` as the executor has them; `dataRoot`, `resultRoot`, `concurrency`, `allow`, `migrate`.
 * @returns The worker, once it takes jobs.
 * @throws RangeError and TypeError for options that cannot be met, RangeError where this machine's clock is not PostgreSQL's, TypeError `ERR_PEER` where
 *   BullMQ or ioredis is not installed, and what the server answers.
 * @example
 * import { startWorker } from "regulus/bullmq";
 * const worker = await startWorker({
 *   connection: { host: "127.0.0.1", port: 6379 },
 *   queue: "fits",
 *   dataRoot: "data",
 *   resultRoot: "results",
 *   concurrency: 2,
 * });
 * await worker.close();
 */
export async function startWorker(options: WorkerOptions): Promise<QueueWorker> {
  const known = ["connection", "queue", "prefix", "dataRoot", "resultRoot", "concurrency", "allow", "migrate"];
  checkOptions("startWorker", options, known);
  const { dataRoot, resultRoot, concurrency = 1, allow = [], migrate = false } = options;
  checkQueue(options);
  checkFolder("dataRoot", dataRoot);
  if (resultRoot !== undefined) checkFolder("resultRoot", resultRoot);
  checkInteger("concurrency", concurrency, 1, 1024);
  checkBoolean("migrate", migrate);
  const allowed = readAllowed(allow);
  const root = await folderAt("dataRoot", dataRoot);
  const server = await connectTo(options, migrate);
  await checkClock(options);
  const hand = new Hand(server, new FileReader({ dataRoot: root, allow: allowed }), resultRoot, concurrency);
  try {
    await hand.start();
  } catch (error) {
    await hand.close();
    throw error;
  }
  return { close: () => hand.close() };
}

/** Where a folder is, links followed. */
async function folderAt(name: string, path: string): Promise<string> {
  const place = await realpath(path).catch(() => undefined);
  if (place !== undefined && (await stat(place)).isDirectory()) return place;
  throw rangeError("ERR_VALUE", `"${name}" must be a folder that there is, got ${describe(path)}`);
}

export function checkFolder(name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw typeError("ERR_TYPE", `"${name}" must be a path, got ${describe(value)}`);
  if (value === "") throw rangeError("ERR_VALUE", `"${name}" must be a path, got ""`);
}

function readAllowed(allow: unknown): URL[] {
  if (!isArray(allow)) throw typeError("ERR_TYPE", `"allow" must be a list of URLs, got ${describe(allow)}`);
  return allow.map((one) => {
    const url = typeof one === "string" && URL.canParse(one) ? new URL(one) : undefined;
    if (url !== undefined && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "") return url;
    throw rangeError("ERR_VALUE", `"allow" must hold beginnings of http: or https: URLs, got ${describe(one)}`);
  });
}

/** What keeps a process alive of a BullMQ worker whose server is away. */
interface Timers {
  lockManager?: { close(): Promise<void> };
  stalledCheckStopper?: () => void;
}

/** Takes jobs, and works on them. */
class Hand {
  readonly #server: Server;
  readonly #files: FileReader;
  readonly #resultRoot: string | undefined;
  readonly #bench: Bench;
  readonly #queue: Queue;
  readonly #orders: QueueEvents;
  readonly #worker: Worker;
  readonly #loads = new Map<string, Promise<Float64Array>>();
  readonly #inHand = new Set<Promise<object>>();
  #closing: Promise<void> | undefined;

  constructor(server: Server, files: FileReader, resultRoot: string | undefined, concurrency: number) {
    this.#server = server;
    this.#files = files;
    this.#resultRoot = resultRoot;
    this.#bench = new Bench(concurrency, ownWorker);
    const { classes, name, orders, options } = server;
    this.#queue = new classes.Queue(name, { ...options, skipMetasUpdate: true });
    this.#orders = new classes.QueueEvents(orders, options);
    this.#worker = new classes.Worker(
      name,
      (job: Job, _token?: string, signal?: AbortSignal) => {
        const work: Promise<object> = this.#work(job, signal as AbortSignal).finally(() => this.#inHand.delete(work));
        this.#inHand.add(work);
        return work;
      },
      {
        ...options,
        autorun: false,
        concurrency,
        lockDuration: LOCK,
        stalledInterval: STALLED,
        maxStalledCount: LOST,
        runRetryDelay: 1000,
      },
    );
    // A server that is away is waited for.
    for (const one of [this.#queue, this.#orders, this.#worker]) (one as Queue).on("error", () => {});
    this.#orders.on("cancel" as never, (({ id }: { id: string }) => this.#worker.cancelJob(id)) as never);
  }

  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
    await listening(this.#server, this.#orders, this.#server.orders);
    void this.#worker.run().catch(() => {});
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      const closing = this.#worker.close();
      await Promise.allSettled([...this.#inHand]);
      // A server that is away would be waited for.
      await within(2000, closing);
      await this.#bench.close();
      await within(2000, Promise.allSettled([this.#orders.close(), this.#queue.close()]));
      await this.#server.end();
      // BullMQ stops these once it has heard of the server, which it may never do.
      const { lockManager, stalledCheckStopper } = this.#worker as unknown as Timers;
      stalledCheckStopper?.();
      await lockManager?.close();
    })();
    return this.#closing;
  }

  async #work(job: Job, signal: AbortSignal): Promise<object> {
    try {
      const outcome = await this.#outcome(job, signal);
      signal.throwIfAborted();
      return await store(outcome, this.#resultRoot);
    } catch (error) {
      if (signal.aborted) throw new this.#server.UnrecoverableError(CANCELLED);
      throw error;
    }
  }

  async #outcome(job: Job, signal: AbortSignal): Promise<Outcome> {
    const data = readJob(job.data);
    const { kind, shares, done } = data;
    const key = keyOf(data);
    const isSession = kind === "session";
    const piece = fromText(data.piece) as Piece;
    let units = 0;
    let last = Date.now();
    const count = (more: number): void => {
      units += more;
      const now = Date.now();
      if (now - last < WORDS || signal.aborted) return;
      last = now;
      job.updateProgress({ units }).catch(() => {});
    };
    const task = {
      ...{ key, kind, piece, count },
      shares: isSession ? done.length : shares.length,
      // What cannot be read here may be read elsewhere, or later: it is no refusal of the data.
      open: () =>
        this.#filled(fromText(data.data), signal).catch((error) => Promise.reject(new Error(messageOf(error)))),
      sharesFrom: async (first: number) =>
        isSession
          ? Promise.all(done.slice(first).map(async (pieces, k) => [await this.#batch(key, first + k, pieces)]))
          : shares.slice(first).map(fromText),
    };
    try {
      return { result: await this.#bench.work(task, signal) };
    } catch (error) {
      if (signal.aborted || !isOfFit(error)) throw error;
      return { error };
    }
  }

  /** What came of all pieces of a batch of a session. */
  async #batch(key: string, batch: number, pieces: number): Promise<unknown[]> {
    const results: unknown[] = [];
    for (let from = 0; from < pieces; from += AT_ONCE) {
      const places = Array.from({ length: Math.min(AT_ONCE, pieces - from) }, (_, k) => from + k);
      const some = places.map(async (index) => {
        const id = sessionId(key, batch, index);
        const job = await this.#queue.getJob(id);
        if (job?.returnvalue == null) throw new Gone(`what came of ${id}`);
        const outcome = await load(job.returnvalue, this.#resultRoot);
        if ("error" in outcome) throw outcome.error;
        return outcome.result;
      });
      results.push(...(await Promise.all(some)));
    }
    return results;
  }

  /** The same with numbers in place of references. */
  async #filled(value: unknown, signal: AbortSignal, isMatrix = false): Promise<unknown> {
    if (value instanceof Reference) {
      const { columns, rows } = value;
      const data = await this.#load(value, signal);
      if (columns === 1 && !isMatrix) return data;
      return { data, rows: rows[1] - rows[0], columns, order: "row" };
    }
    if (Array.isArray(value)) return Promise.all(value.map((one) => this.#filled(one, signal, isMatrix)));
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const { call, args } = value as { call?: unknown; args?: unknown[] };
    if (typeof call === "string" && Array.isArray(args)) {
      const filled = args.map((one, at) => this.#filled(one, signal, at === 0 && call !== "fitMany"));
      return { call, args: await Promise.all(filled) };
    }
    const entries = Object.entries(value).map(async ([name, one]) => [
      name,
      await this.#filled(one, signal, name === "X"),
    ]);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Threads that need the same at the same time read it once. */
  #load(reference: Reference, signal: AbortSignal): Promise<Float64Array> {
    const key = JSON.stringify(reference);
    const known = this.#loads.get(key);
    if (known !== undefined) return known;
    const loading = this.#files.read(reference, signal).finally(() => this.#loads.delete(key));
    this.#loads.set(key, loading);
    return loading;
  }
}

/** Whether a piece has refused its data, as it would everywhere: what ends without a code is a fault. */
function isOfFit(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "string" && code.startsWith("ERR_") && !["ERR_WORKER", "ERR_CLOSED"].includes(code);
}
