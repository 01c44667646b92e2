import { fileURLToPath } from "node:url";
import { dense, type ManyModels, type Path } from "regulus";
import { createQueueExecutor, type QueueExecutor, type Reference } from "regulus/bullmq";
import { type Spoken, speak } from "../../test/queue/processes.js";
import type { QueueServer } from "../../test/queue/servers.js";

/** Worker processes and an executor on one queue, warm: threads have started, files are read and hashed. */
export interface Session {
  executor: QueueExecutor;
  workers: readonly Spoken[];
  /** The jobs of one call of {@link many}. */
  pieces: number;
  /** A job of next to no work, no two of them alike. */
  small(): Promise<Path>;
  many(): Promise<ManyModels>;
  close(): Promise<void>;
}

/**
 * @param files - The problems of `many`, `batch` of them.
 */
export async function startSession(
  server: QueueServer,
  count: number,
  files: { X: Reference; y: Reference },
  batch: number,
  roots: { dataRoot: string; resultRoot: string },
): Promise<Session> {
  const options = JSON.stringify({ queue: "bench", ...roots, migrate: true });
  const script = fileURLToPath(new URL("worker.mjs", import.meta.url));
  const workers: Spoken[] = [];
  for (let k = 0; k < count; ++k) {
    workers.push(speak(process.execPath, [script, server.url, options]));
    await workers[k].said("ready");
  }
  const executor = createQueueExecutor({
    connection: server.connection(),
    queue: "bench",
    resultRoot: roots.resultRoot,
  });
  const X = dense(Float64Array.of(1, 2, 3, 5), 4, 1);
  let calls = 0;
  const small = (): Promise<Path> => {
    calls += 1;
    return executor.regularizationPath(X, [1, 2, 2, calls], { lambdaCount: 2 });
  };
  const many = (): Promise<ManyModels> => executor.fitMany({ ...files, batch, lambda: 0.1 });
  const before = executor.stats().pieces;
  await many();
  const pieces = executor.stats().pieces - before;
  await small();
  const close = async (): Promise<void> => {
    await executor.close();
    for (const { process, ended } of workers) {
      process.kill("SIGTERM");
      await ended;
    }
  };
  return { executor, workers, pieces, small, many, close };
}
