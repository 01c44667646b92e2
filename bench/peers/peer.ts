import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** One thread for every library that a peer may call. */
const ONE_THREAD = Object.fromEntries(
  ["OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR", "VECLIB_MAXIMUM"].map((name) => [`${name}_NUM_THREADS`, "1"]),
);

/** The languages of the peers: what serves requests, and the commands to try in turn. */
const INTERPRETERS = {
  python: { server: "./serve.py", commands: ["python3", "/usr/bin/python3"], options: ["-u"] },
  R: { server: "./serve.R", commands: ["Rscript"], options: ["--vanilla"] },
};

export type Language = keyof typeof INTERPRETERS;

/** Files of raw little-endian numbers, through which data goes to peers and solutions come back. */
export class Exchange {
  readonly folder = mkdtempSync(join(tmpdir(), "regulus-bench-"));

  write(name: string, values: Float64Array | Int32Array): void {
    writeFileSync(join(this.folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  read(name: string): Float64Array {
    const bytes = readFileSync(join(this.folder, name));
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A process in another language that holds data and runs one timed fit per request. */
export class Peer {
  /** Names and versions of its libraries. */
  readonly description: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    answers: AsyncIterator<string>,
    description: string,
  ) {
    this.#child = child;
    this.#answers = answers;
    this.description = description;
  }

  /**
   * Starts the language on a file of solvers.
   *
   * @throws Error saying why, if the language or its libraries are not installed.
   */
  static async start(language: Language, solvers: URL): Promise<Peer> {
    const { server, commands, options } = INTERPRETERS[language];
    const files = [new URL(server, import.meta.url), solvers].map((url) => fileURLToPath(url));
    const failures: string[] = [];
    for (const command of commands) {
      const child = spawn(command, [...options, ...files], {
        stdio: ["pipe", "pipe", "inherit"],
        env: { ...process.env, ...ONE_THREAD },
      });
      const spawned = await new Promise<Error | undefined>((resolve) => {
        child.once("spawn", () => resolve(undefined));
        child.once("error", resolve);
      });
      if (spawned !== undefined) {
        failures.push(spawned.message);
        continue;
      }
      const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const { value, done } = await answers.next();
      if (!done && value.startsWith("ready ")) return new Peer(child, answers, value.slice("ready ".length));
      child.stdin.end();
      failures.push(`${command}: ${done ? "ended at once" : value}`);
    }
    throw new Error(failures.join("; "));
  }

  /** Sends a request: a verb and `key=value` pairs, no space in a value. Returns the words after "ok". @throws Error with what the peer said instead. */
  async request(verb: string, values: Record<string, string | number>): Promise<string> {
    const pairs = Object.entries(values).map(([key, value]) => `${key}=${value}`);
    this.#child.stdin.write(`${[verb, ...pairs].join(" ")}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the process ended at ${verb}`);
    if (value !== "ok" && !value.startsWith("ok ")) throw new Error(value);
    return value.slice("ok ".length);
  }

  close(): void {
    this.#child.stdin.end();
  }
}

/** The peers that can be had, and what is missing. */
export async function startPeers(
  solvers: Record<Language, URL>,
): Promise<{ peers: Map<Language, Peer>; absent: string[] }> {
  const peers = new Map<Language, Peer>();
  const absent: string[] = [];
  for (const language of ["python", "R"] as const) {
    try {
      peers.set(language, await Peer.start(language, solvers[language]));
    } catch (error) {
      absent.push(`${language} (${error instanceof Error ? error.message : error})`);
    }
  }
  return { peers, absent };
}
