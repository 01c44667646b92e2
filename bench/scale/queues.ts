import { Redis } from "ioredis";
import { type Reference, reference } from "regulus/bullmq";
import { folders } from "../../test/queue/files.js";
import { type QueueServer, servers } from "../../test/queue/servers.js";
import { median } from "../harness.js";
import { startSession } from "../queue/session.js";
import { randomSigned } from "../random.js";
import { often, seconds } from "../timing.js";
import type { Problems } from "./data.js";
import { CALLS, COUNT, JOBS_A_WORKER, LONG, SHAPE, WINDOW, WORKERS } from "./gates.js";
import { processorSeconds } from "./processes.js";
import type { JobCosts, QueueResult, Simulation } from "./results.js";
import { bounds, type Service, simulate } from "./simulate.js";

const [, P] = SHAPE;

/** Worker processes on each server: what they do in a second, what a job costs, and what many would do. */
export async function measureQueues({ X, y }: Problems, rounds: number): Promise<QueueResult[]> {
  const { dataRoot, resultRoot, put, remove } = folders();
  const files = { X: reference({ ...put("X.f64", X, P) }), y: reference({ ...put("y.f64", y, 1) }) };
  const results: QueueResult[] = [];
  try {
    for (const { name, start } of servers) {
      const server = await start();
      const measured: Awaited<ReturnType<typeof measureQueue>>[] = [];
      for (const workers of [1, 2]) {
        measured.push(await measureQueue(server, workers, files, { dataRoot, resultRoot }, rounds));
      }
      await server.close();
      const [{ job, work, pieces }] = measured;
      results.push({
        server: name,
        job,
        jobsASecond: measured.map(({ jobsASecond }) => jobsASecond),
        jobsSimulated: extrapolate(job, job.worker / 1e3, [1, 2]).map(({ jobsASecond }) => jobsASecond),
        pieces,
        work,
        rates: measured.map(({ models }, k) => ({
          way: `${name}, ${k === 0 ? "one process" : "two processes"}`,
          models,
          rows: undefined,
          csvRows: undefined,
        })),
        ofModels: extrapolate(job, work, WORKERS),
        ofLong: extrapolate(job, LONG, WORKERS),
      });
    }
  } finally {
    remove();
  }
  return results;
}

/** What more workers would do with jobs that take them so many seconds. */
function extrapolate({ coordinator, server }: JobCosts, work: number, all: readonly number[]): Simulation[] {
  const random = randomSigned(11);
  // Half of what the coordinator does is before a job, half after it.
  const service: Service = { add: coordinator / 2e3, take: coordinator / 2e3, server: server / 1e3, work: [work] };
  return all.map((workers) => {
    const jobs = Math.max(2000, JOBS_A_WORKER * workers);
    const window = Math.max(WINDOW, 2 * workers);
    const { jobsASecond, busy } = simulate(service, workers, jobs, window, () => (random() + 1) / 2);
    const [[limit]] = Object.entries(bounds(service, workers)).sort(([, a], [, b]) => a - b);
    return { workers, jobsASecond, busy, limit };
  });
}

async function measureQueue(
  server: QueueServer,
  count: number,
  files: { X: Reference; y: Reference },
  roots: { dataRoot: string; resultRoot: string },
  rounds: number,
) {
  const { small, many, pieces, workers, close } = await startSession(server, count, files, COUNT, roots);
  const processes = [process.pid, server.pid(), ...workers.map(({ process }) => process.pid as number)];
  // Workers and servers are children of this process.
  const usage = (): [number, number, number] => {
    const [own, store, ...others] = processes.map(processorSeconds);
    const working = others.reduce((sum, value) => sum + value, 0);
    return [own - store - working, store, working];
  };
  const moved = await bytesMoved(server);
  const bytesBefore = await moved.count();
  const [own, store, working] = usage();
  const jobsASecond: number[] = [];
  for (let round = 0; round < rounds; ++round) {
    jobsASecond.push(CALLS / (await seconds(() => Promise.all(Array.from({ length: CALLS }, small)))));
  }
  const after = usage();
  const jobs = CALLS * rounds;
  const bytesAfter = await moved.count();
  await moved.end();
  const costs = [own, store, working].map((value, k) => ((after[k] - value) * 1e3) / jobs);
  const [, , idle] = usage();
  const models = COUNT / (await often(rounds, () => seconds(many)));
  // Of one round more, which warms up.
  const work = (usage()[2] - idle) / pieces / (rounds + 1);
  await close();
  const job: JobCosts = {
    coordinator: costs[0],
    server: costs[1],
    worker: costs[2],
    bytes: bytesBefore === undefined || bytesAfter === undefined ? undefined : (bytesAfter - bytesBefore) / jobs,
  };
  return { job, jobsASecond: median(jobsASecond), models, pieces, work };
}

/** Bytes that have gone through Redis. */
async function bytesMoved({ name, url }: QueueServer) {
  if (name !== "Redis") return { count: async () => undefined, end: async () => {} };
  const client = new Redis(url);
  return {
    count: async () => {
      const text = await client.info("stats");
      const of = (what: string): number => Number(new RegExp(`${what}:(\\d+)`).exec(text)?.[1]);
      return of("total_net_input_bytes") + of("total_net_output_bytes");
    },
    end: async () => client.disconnect(),
  };
}
