import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import type { QueueConnection } from "../../src/queue/createQueueExecutor.js";
import { binary, unprivileged } from "../runtimes/startPostgres.js";

/** A server of queues on a free port of this machine, with its data in a new folder. */
export interface QueueServer {
  name: "Redis" | "PostgreSQL";
  /** As `connectionOf` takes it. */
  url: string;
  /** Of the process, or of the one that the others are children of. */
  pid(): number;
  /** One for this process, ended with the server. */
  connection(): QueueConnection;
  /** Kills it as it stands, keeps its data unless it is to be empty, and starts it again. */
  restart(how?: { isEmpty?: boolean }): Promise<void>;
  close(): Promise<void>;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Tries until it does not throw any more. */
export async function eventually<T>(act: () => Promise<T>, attempts = 300): Promise<T> {
  for (let attempt = 1; ; ++attempt) {
    try {
      return await act();
    } catch (error) {
      if (attempt === attempts) throw error;
      await pause(100);
    }
  }
}

async function end(server: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill(signal);
  await ended;
}

/** Every change is on the disk before it is answered, so that nothing is lost with the server. */
export async function startRedis(): Promise<QueueServer> {
  const folder = mkdtempSync(join(tmpdir(), "regulus-redis-"));
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const settings = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
    server = spawn("redis-server", [...settings, "--appendonly", "yes", "--appendfsync", "always"], {
      stdio: "ignore",
    });
    const client = new Redis({ port, host: "127.0.0.1", lazyConnect: true, retryStrategy: () => null });
    client.on("error", () => {});
    await eventually(async () => {
      await client.connect();
      await client.ping();
    });
    client.disconnect();
  };
  await start();
  return {
    name: "Redis",
    url: `redis://127.0.0.1:${port}`,
    pid: () => server?.pid as number,
    connection: () => ({ host: "127.0.0.1", port }),
    restart: async ({ isEmpty = false } = {}) => {
      await end(server, "SIGKILL");
      if (isEmpty) rmSync(join(folder, "appendonlydir"), { recursive: true, force: true });
      await start();
    },
    close: async () => {
      await end(server, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The schema that queues are in. */
const SCHEMA = "fits";

async function startPostgresQueue(): Promise<QueueServer> {
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), "regulus-postgres-"));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.uid);
  const port = await freePort();
  const data = join(folder, "data");
  const run = { ...user, cwd: folder, stdio: "ignore" as const };
  const settings = ["-D", data, "-U", "regulus", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
  execFileSync(binary("initdb"), settings, run);
  const url = `postgres://regulus@127.0.0.1:${port}/postgres?options=-c%20search_path%3D${SCHEMA}`;
  const pools: pg.Pool[] = [];
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const own = ["-p", `${port}`, "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"];
    server = spawn(binary("postgres"), ["-D", data, ...own], run);
    await eventually(async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
      await client.end();
    });
  };
  await start();
  return {
    name: "PostgreSQL",
    url,
    pid: () => server?.pid as number,
    connection: () => {
      const pool = new pg.Pool({ connectionString: url });
      pool.on("error", () => {});
      pools.push(pool);
      return pool;
    },
    restart: async () => {
      await end(server, "SIGQUIT");
      await start();
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await end(server, "SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const servers = [
  { name: "Redis", start: startRedis },
  { name: "PostgreSQL", start: startPostgresQueue },
] as const;
