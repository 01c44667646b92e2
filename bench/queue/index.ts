import { dense, fitMany } from "regulus";
import { type Reference, reference } from "regulus/bullmq";
import { folders } from "../../test/queue/files.js";
import { type QueueServer, servers } from "../../test/queue/servers.js";
import { makeBatch } from "../batch/data.js";
import { digits, median, table } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { seconds } from "../timing.js";
import { startSession } from "./session.js";

const [COUNT, ROWS, COLUMNS] = [40_000, 100, 20];
const CALLS = 500;
const ROUNDS = 3;

export const suite: Suite = {
  title: `queue: ${CALLS} jobs of next to no work, and ${COUNT} fits of ${ROWS}×${COLUMNS} in files, by one worker process and by two, on Redis and PostgreSQL`,
  names: servers.map(({ name }) => name),
  flags: ["rounds"],
  run,
};

interface Measured {
  server: string;
  workers: number;
  jobsASecond: number;
  /** Of one job after the other, from call to result. */
  millisecondsAJob: number;
  modelsASecond: number;
  /** Milliseconds for which the event loop of a worker was held up at the most. */
  lag: number;
}

async function run({ names, rounds = ROUNDS }: Options): Promise<Record<string, unknown>> {
  const { dataRoot, resultRoot, put, remove } = folders();
  const { X, y } = makeBatch(COUNT, ROWS, COLUMNS, 905);
  // References of the package's own copy.
  const files = { X: reference({ ...put("X.f64", X, COLUMNS) }), y: reference({ ...put("y.f64", y, 1) }) };
  const own = await seconds(() => fitMany({ X: dense(X, COUNT * ROWS, COLUMNS), y, batch: COUNT, lambda: 0.1 }));
  const results: Measured[] = [];
  try {
    for (const { name, start } of servers) {
      if (names.length > 0 && !names.includes(name)) continue;
      const server = await start();
      for (const workers of [1, 2])
        results.push(await measure(server, workers, files, { dataRoot, resultRoot }, rounds));
      await server.close();
    }
  } finally {
    remove();
  }
  console.log(
    table(
      ["", "worker processes", "jobs a second", "ms a job alone", "models a second", "of one thread's", "lag, ms"],
      results.map(({ server, workers, jobsASecond, millisecondsAJob, modelsASecond, lag }) => [
        server,
        String(workers),
        ...[jobsASecond, millisecondsAJob, modelsASecond, (modelsASecond * own) / COUNT, lag].map(digits),
      ]),
    ),
  );
  return { rounds, count: COUNT, shape: [ROWS, COLUMNS], modelsASecondAtOnce: COUNT / own, results };
}

async function measure(
  server: QueueServer,
  count: number,
  files: { X: Reference; y: Reference },
  roots: { dataRoot: string; resultRoot: string },
  rounds: number,
): Promise<Measured> {
  const { small, many, workers, close } = await startSession(server, count, files, COUNT, roots);
  const samples: { jobs: number; alone: number; models: number }[] = [];
  for (let round = 0; round < rounds; ++round) {
    samples.push({
      jobs: CALLS / (await seconds(() => Promise.all(Array.from({ length: CALLS }, small)))),
      alone: await seconds(async () => {
        for (let k = 0; k < 50; ++k) await small();
      }),
      models: COUNT / (await seconds(many)),
    });
  }
  await close();
  return {
    server: server.name,
    workers: count,
    jobsASecond: median(samples.map(({ jobs }) => jobs)),
    millisecondsAJob: (median(samples.map(({ alone }) => alone)) / 50) * 1e3,
    modelsASecond: median(samples.map(({ models }) => models)),
    lag: Math.max(...workers.map(({ text }) => Number(/lag ([\d.]+)/.exec(text())?.[1]))),
  };
}
