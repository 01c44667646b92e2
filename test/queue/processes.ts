import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { WorkerOptions } from "../../src/queue/createQueueExecutor.js";
import type { QueueServer } from "./servers.js";

const script = fileURLToPath(new URL("workerProcess.mjs", import.meta.url));

/** A process, and what it has said. */
export interface Spoken {
  process: ChildProcess;
  /** Resolves once it has said this. */
  said(word: string): Promise<void>;
  /** Resolves to its code and signal, once it has ended. */
  ended: Promise<[code: number | null, signal: string | null]>;
  text(): string;
}

export function speak(command: string, args: readonly string[]): Spoken {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<[number | null, string | null]>((resolve) => {
    child.once("exit", (code, signal) => resolve([code, signal]));
  });
  const said = (word: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!text.includes(word)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      void ended.then(() => reject(new Error(`it ended before it said ${word}: ${text}`)));
      look();
    });
  return { process: child, said, ended, text: () => text };
}

/** A worker in a process of its own, once it takes jobs. */
export async function startProcess(
  { url }: QueueServer,
  options: Omit<WorkerOptions, "connection">,
): Promise<Spoken & { kill(): Promise<void>; close(): Promise<void> }> {
  const spoken = speak(process.execPath, [script, url, JSON.stringify(options)]);
  await spoken.said("ready");
  return {
    ...spoken,
    kill: async () => {
      spoken.process.kill("SIGKILL");
      await spoken.ended;
    },
    close: async () => {
      spoken.process.kill("SIGTERM");
      await spoken.ended;
    },
  };
}
