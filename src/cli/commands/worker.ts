import { connectionOf, startWorker } from "../../queue/createQueueExecutor.js";
import { Failure, quote, STATUS } from "../failures.js";
import type { Job } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";

/** Takes jobs of a queue until the process is ended: what it had in hand then is another worker's. */
export async function worker(job: Job, desk: Desk): Promise<number> {
  const { redis, postgres, queue = "", dataRoot = "", resultRoot, workers, allow, migrate } = job.options;
  const kind = redis === undefined ? "PostgreSQL" : "Redis";
  try {
    const { connection } = await connectionOf(redis ?? postgres ?? "");
    await startWorker({ connection, queue, dataRoot, resultRoot, concurrency: workers, allow, migrate });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === undefined) throw error;
    if (code === "ERR_PEER") throw new Failure(message.replace(/: npm install .*/, ""), message.replace(/^.*: /, ""));
    throw new Failure(
      code.startsWith("ERR_")
        ? message
            .replace(/^"url"/, redis === undefined ? "--postgres" : "--redis")
            .replace(/^"dataRoot"/, "--data-root")
        : `${kind} cannot be reached: ${message || code}`,
    );
  }
  desk.say(`Taking jobs of queue ${quote(queue)} on ${kind}. Ctrl-C ends it.`);
  await new Promise(() => {});
  return STATUS.done;
}
