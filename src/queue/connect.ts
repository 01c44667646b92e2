import { randomUUID } from "node:crypto";
import type * as BullMQ from "bullmq";
import type { PostgresConnection, QueueEvents } from "bullmq";
import { describe, rangeError, typeError } from "../errors.js";
import { missingPeer } from "../readers/peers.js";

/** Where Redis is: as much of the options of ioredis as is used here, and all others of them. */
export interface RedisAddress {
  host: string;
  port: number;
  username?: string | undefined;
  password?: string | undefined;
  db?: number | undefined;
  [option: string]: unknown;
}

/** A connection of ioredis, by its shape. It stays the caller's: it is duplicated, never closed. */
export interface RedisLike {
  readonly options: object;
  duplicate(override?: object): unknown;
  defineCommand(name: string, definition: never): unknown;
}

/** A pool of `pg`, by its shape. It stays the caller's, who ends it after all that uses it is closed. */
export interface PoolLike {
  readonly options?: object;
  connect(): Promise<unknown>;
  query(text: string): Promise<{ rows: unknown[] }>;
  end(): Promise<void>;
}

/** Where the queue is: on Redis, or on PostgreSQL, in the schema that is the pool's `current_schema()`. */
export type QueueConnection = RedisAddress | RedisLike | PoolLike;

/** What queues have in common. */
export interface QueueOptions {
  connection: QueueConnection;
  /** The name of the queue. */
  queue: string;
  /** Before the names of all that is the queue's, so that several may have one name. Default: BullMQ's. */
  prefix?: string | undefined;
}

/** BullMQ on some server: its classes, and what they are to be made with. */
export interface Server {
  classes: Pick<typeof BullMQ, "Queue" | "QueueEvents" | "QueueEventsProducer" | "Worker">;
  UnrecoverableError: typeof BullMQ.UnrecoverableError;
  /** The names of the queue, and of the one whose events are orders to workers. */
  name: string;
  orders: string;
  options: { connection: never; prefix?: string };
  end(): Promise<void>;
}

/** Clients that a worker or executor needs at the same time: one that listens for each of two, and two for queries. */
const CLIENTS = 4;

export function checkQueue({ connection, queue, prefix }: QueueOptions): void {
  if (
    typeof connection !== "object" ||
    connection === null ||
    !(isRedis(connection) || isPool(connection) || isAddress(connection))
  ) {
    throw typeError(
      "ERR_TYPE",
      `"connection" must be { host, port }, an ioredis instance or a pg.Pool, got ${describe(connection)}`,
    );
  }
  if (isPool(connection)) {
    const { max = 10 } = (connection.options ?? {}) as { max?: number };
    if (max < CLIENTS)
      throw rangeError("ERR_VALUE", `"connection" must be a pool of at least ${CLIENTS} clients, got ${max}`);
  }
  for (const [name, value] of Object.entries({ queue, prefix })) {
    if (name === "prefix" && value === undefined) continue;
    if (typeof value !== "string") throw typeError("ERR_TYPE", `"${name}" must be a string, got ${describe(value)}`);
    if (value === "" || value.includes(":")) {
      throw rangeError("ERR_VALUE", `"${name}" must be a name without ":", got ${describe(value)}`);
    }
  }
}

const isRedis = (value: object): value is RedisLike =>
  typeof (value as Partial<RedisLike>).duplicate === "function" &&
  typeof (value as Partial<RedisLike>).defineCommand === "function";
const isPool = (value: object): value is PoolLike =>
  (["connect", "query", "end"] as const).every((name) => typeof (value as Partial<PoolLike>)[name] === "function");
const isAddress = (value: object): value is RedisAddress =>
  typeof (value as Partial<RedisAddress>).host === "string" &&
  typeof (value as Partial<RedisAddress>).port === "number";

const OWNER = "regulus/bullmq";

async function loadBullMQ(needed: string) {
  try {
    return await import("bullmq");
  } catch (error) {
    throw missingPeer(OWNER, needed, error);
  }
}

async function loadRedis() {
  try {
    return await import("ioredis");
  } catch (error) {
    throw missingPeer(OWNER, "bullmq ioredis", error);
  }
}

async function loadPostgres() {
  try {
    return await import("pg");
  } catch (error) {
    throw missingPeer(OWNER, "bullmq pg", error);
  }
}

/**
 * @param migrate - Whether the tables of BullMQ are to be made, or brought up to date, where the server is PostgreSQL.
 * @throws TypeError `ERR_PEER` without BullMQ or ioredis, and what the server answers.
 */
export async function connectTo(given: QueueOptions, migrate: boolean): Promise<Server> {
  const { connection, queue, prefix } = given;
  const needed = isPool(connection) ? "bullmq pg" : "bullmq ioredis";
  const bullmq = await loadBullMQ(needed);
  const { withBackend, createRedisBackend, UnrecoverableError } = bullmq;
  if (isPool(connection)) {
    const schema = await schemaOf(bullmq, connection, migrate);
    // Schemas are what a prefix is elsewhere; within one it is a part of the name.
    const name = prefix === undefined ? queue : `${prefix}.${queue}`;
    const pool = connection as PoolLike & Partial<Emitter>;
    const heard: Listener[] = [];
    // A server that goes away ends idle clients, which ends a process that does not hear of it.
    if (!pool.listeners?.("error").includes(ignore)) pool.on?.("error", ignore);
    return {
      classes: withBackend(backendIn(bullmq, schema, () => keepLast(pool, heard)) as never) as never,
      UnrecoverableError,
      ...{ name, orders: `${name}.orders` },
      options: { connection: connection as never },
      // BullMQ leaves them where they are.
      end: async () => {
        for (const listener of heard) pool.off?.("error", listener);
      },
    };
  }
  const redis = await openRedis(connection);
  // BullMQ's own copies too would try to connect for as long as the server is away.
  const copies = [redis];
  const { duplicate } = redis;
  redis.duplicate = (override) => {
    const copy = duplicate.call(redis, override);
    copies.push(copy);
    return copy;
  };
  return {
    classes: withBackend(createRedisBackend) as never,
    UnrecoverableError,
    ...{ name: queue, orders: `${queue}.orders` },
    options: { connection: redis as never, ...(prefix !== undefined && { prefix }) },
    end: async () => {
      for (const one of copies) one.disconnect();
    },
  };
}

type Listener = (error: unknown) => void;

/** What is used of a pool's events. */
interface Emitter {
  listeners(event: "error"): Listener[];
  on(event: "error", listener: Listener): unknown;
  off(event: "error", listener: Listener): unknown;
}

const ignore = (): void => {};

/** Keeps the listener that a pool was given last. */
function keepLast(pool: Partial<Emitter>, heard: Listener[]): void {
  const last = pool.listeners?.("error").at(-1);
  if (last !== undefined && last !== ignore) heard.push(last);
}

/** Waits, but not for longer than so many milliseconds. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}

/** What is used of a connection of ioredis. */
interface Redis {
  status: string;
  connect(): Promise<void>;
  disconnect(): void;
  duplicate(override?: object): Redis;
  on(event: "error", listener: (error: unknown) => void): void;
}

/** One of our own, whose commands wait for as long as the server is away. @throws what the first attempt to connect ends with. */
async function openRedis(connection: RedisAddress | RedisLike): Promise<Redis> {
  const own = { lazyConnect: true, maxRetriesPerRequest: null };
  let redis: Redis;
  if (isRedis(connection)) redis = connection.duplicate(own) as Redis;
  else {
    const { Redis: Client } = await loadRedis();
    const retryStrategy = (times: number): number => Math.min(100 * times, 1000);
    redis = new Client({ retryStrategy, ...connection, ...own } as never) as unknown as Redis;
  }
  // Those of the first attempt are thrown, all others end by themselves.
  let cause: unknown;
  redis.on("error", (error) => {
    cause ??= error;
  });
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw cause ?? error;
  }
  return redis;
}

/** Milliseconds by which the clock of a worker may be wrong: in PostgreSQL its locks end by it. */
const MOST_SKEW = 2000;

/** @throws RangeError if this machine's clock is not that of the server, where that matters: Redis ends locks by its own. */
export async function checkClock({ connection }: QueueOptions): Promise<void> {
  if (!isPool(connection)) return;
  const before = Date.now();
  const { rows } = await connection.query("SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now");
  const now = Number((rows[0] as { now: unknown }).now);
  const skew = Math.round(Math.max(before - now, now - Date.now()));
  if (skew <= MOST_SKEW) return;
  throw rangeError(
    "ERR_VALUE",
    `the clocks of a worker and of PostgreSQL must be within ${MOST_SKEW} ms, as jobs of a worker that dies are held by its own, got ${skew}: set both by NTP`,
  );
}

/** The schema that the pool's queries are about, its tables made if they are to be. */
async function schemaOf(bullmq: typeof BullMQ, pool: PoolLike, migrate: boolean): Promise<string> {
  const { rows } = await pool.query("SELECT current_schema() AS schema, current_setting('search_path') AS path");
  const { schema: current, path } = rows[0] as { schema: string | null; path: string };
  // The first one of the path, which is not there yet.
  const schema = current ?? (migrate ? /^\s*"?([A-Za-z_][\w$]*)"?\s*(,|$)/.exec(path)?.[1] : undefined);
  if (schema === undefined) {
    throw rangeError(
      "ERR_VALUE",
      `"connection" must have a search_path with a schema that exists, got ${describe(path)}`,
    );
  }
  if (!migrate) return schema;
  const client = (await pool.connect()) as { release(): void };
  try {
    await bullmq.runMigrations(client as never, schema);
  } finally {
    client.release();
  }
  return schema;
}

/**
 * As BullMQ's own for PostgreSQL, in this schema: with a pool that one looks for its tables in `bullmq`, while its queries go by the
 * search_path.
 *
 * @param made - Called when the pool has been given a listener for its errors.
 */
const backendIn =
  (
    { PostgresConnection: Connection, PostgresQueueBackend }: typeof BullMQ,
    schema: string,
    made: () => void,
  ): BullMQ.BackendFactory =>
  (name, opts, { blocking = false, withBlockingConnection = false } = {}) => {
    const connection = new Connection(opts.connection as never);
    made();
    (connection as { -readonly [K in keyof PostgresConnection]: PostgresConnection[K] }).schema = schema;
    const listener = withBlockingConnection ? name : blocking ? `${name}:qe` : undefined;
    return new PostgresQueueBackend(connection, name, opts as never, true, listener) as never;
  };

/**
 * The connection of a URL: `redis:` and `rediss:`, or `postgres:` and `postgresql:`, whose pool is ended by `end`.
 *
 * @param url - With user, password and database. A schema of PostgreSQL is set as `?options=-c%20search_path=fits`.
 * @throws RangeError for another URL; TypeError `ERR_PEER` where ioredis or pg is not installed.
 * @example
 * import { connectionOf, startWorker } from "regulus/bullmq";
 * const { connection, end } = await connectionOf("redis://127.0.0.1:6379");
 * const worker = await startWorker({ connection, queue: "fits", dataRoot: "data" });
 * await worker.close();
 * await end();
 */
export async function connectionOf(url: string): Promise<{ connection: RedisLike | PoolLike; end(): Promise<void> }> {
  if (typeof url !== "string") throw typeError("ERR_TYPE", `"url" must be a string, got ${describe(url)}`);
  if (/^rediss?:\/\//.test(url) && URL.canParse(url)) {
    const { Redis: Client } = await loadRedis();
    const retryStrategy = (times: number): number => Math.min(100 * times, 1000);
    // Opened where it is used.
    const redis = new Client(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy });
    return { connection: redis as never, end: async () => redis.disconnect() };
  }
  if (/^postgres(ql)?:\/\//.test(url)) {
    const { default: pg } = await loadPostgres();
    const pool = new pg.Pool({ connectionString: url, keepAlive: true });
    // A server that goes away ends idle clients, and the pool makes others.
    pool.on("error", () => {});
    return { connection: pool as never, end: () => pool.end() };
  }
  // Without what may be a password.
  const scheme = /^[a-z+.-]*/i.exec(url)?.[0];
  throw rangeError("ERR_VALUE", `"url" must begin with redis:// or postgres://, got ${describe(scheme)}`);
}

/** Milliseconds after which a word that was not heard is said again. */
const AGAIN = 200;

/** Waits until events of a queue are heard: those before are not. */
export async function listening({ classes, options }: Server, events: QueueEvents, queue: string): Promise<void> {
  const hello = randomUUID();
  const producer = new classes.QueueEventsProducer(queue, options);
  producer.on("error", () => {});
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    await events.waitUntilReady();
    await new Promise<void>((resolve, reject) => {
      const say = () => producer.publishEvent({ eventName: "hello", hello }).catch(reject);
      events.on("hello" as never, (({ hello: heard }: { hello: string }) => heard === hello && resolve()) as never);
      timer = setInterval(say, AGAIN);
      void say();
    });
  } finally {
    clearInterval(timer);
    events.removeAllListeners("hello");
    await producer.close();
  }
}
