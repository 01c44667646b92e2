import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Postgres } from "../exports/postgres.js";

/** Debian's place for it. */
const DEBIAN = "/usr/lib/postgresql";

/** As much of the package `pg` as is used. */
interface Client {
  connect(): Promise<void>;
  query(options: { text: string; rowMode: "array" }): Promise<{ rows: unknown[][] }>;
  end(): Promise<void>;
}

/** A server of PostgreSQL on a socket in a new folder, which goes with it. @throws Error where PostgreSQL is not installed. */
export async function startPostgres(): Promise<Postgres> {
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), "regulus-postgres-"));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.uid);
  const data = join(folder, "data");
  const run = { ...user, cwd: folder, stdio: "ignore" as const };
  let server: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (server?.exitCode === null) {
      const ended = new Promise((resolve) => server?.once("exit", resolve));
      // A fast shutdown
      server.kill("SIGINT");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const settings = ["-D", data, "-U", "regulus", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    execFileSync(binary("initdb"), settings, run);
    server = spawn(binary("postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"], run);
    const client = await connect(folder);
    return {
      name: "PostgreSQL",
      query: async (text) => (await client.query({ text, rowMode: "array" })).rows,
      close: async () => {
        await client.end();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Root may not run a server, so that another user has to. */
export function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string): number => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export function binary(name: string): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const found = versions.map((version) => join(DEBIAN, version, "bin", name)).find((path) => existsSync(path));
  return found ?? name;
}

/** A connection, once the server takes one. */
async function connect(folder: string): Promise<Client> {
  // Not among the packages that the repository installs.
  const name = "pg";
  const { default: pg } = await import(/* @vite-ignore */ name);
  for (let attempt = 0; ; ++attempt) {
    const client: Client = new pg.Client({ host: folder, user: "regulus", database: "postgres" });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
