import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { crossValidate, dense, fitMany } from "../../src/index.js";
import { seededRandom } from "../../src/models/dealing/random.js";
import { createQueueExecutor } from "../../src/queue/createQueueExecutor.js";
import { assertSame, smallCases } from "../executors/calls.js";
import { folders } from "./files.js";
import { speak, startProcess } from "./processes.js";
import { servers } from "./servers.js";

/** `FAULTS=500 FAULTS_SEED=8 npm run test:runtimes -- faults`. */
const FAULTS = Number(process.env.FAULTS ?? 4);
/** Of what happens when. */
const SEED = Number(process.env.FAULTS_SEED ?? 7);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Numbers that have no pattern. */
const numbers = (count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 * 78.233) * 3);
const [n, p] = [600, 60];
const X = numbers(n * p);
const y = Float64Array.from({ length: n }, (_, i) => (X[i * p] + Math.cos(i * i) > 0 ? 1 : 0));
const settings = { family: "binomial", folds: 12, lambdaCount: 40 } as const;

/**
 * Two workers, of which one is killed now and then, as is the server, while calls are made: each of them resolves, to what the synchronous
 * one returns.
 */
test.each(servers)(`$name: ${FAULTS} faults`, { timeout: 3_600_000 }, async ({ start }) => {
  const random = seededRandom(SEED);
  const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const { dataRoot, resultRoot, put, remove } = folders();
  const server = await start();
  const options = { queue: "fits", dataRoot, resultRoot, migrate: true };
  const workers = [await startProcess(server, options), await startProcess(server, options)];
  const executor = createQueueExecutor({ connection: server.connection(), queue: "fits", resultRoot });
  const [refX, refY] = [put("X.f64", X, p), put("y.f64", y, 1)];
  const references = [
    {
      name: "cross-validation by reference",
      now: () => crossValidate(dense(X, n, p), y, settings),
      later: () => executor.crossValidate(refX, refY, settings),
    },
    {
      name: "models by reference",
      now: () => fitMany({ X: dense(X, n, p), y, batch: 3, lambda: 0.01 }),
      later: () => executor.fitMany({ X: refX, y: refY, batch: 3, lambda: 0.01 }),
    },
  ];
  const all = [...references, ...smallCases].map(({ name, now, later }) => ({ name, expected: now(), later }));
  // A server that is away at the first call is one that is not there: that call would reject.
  await smallCases[0].later(executor);
  const done = { worker: 0, server: 0 };
  let isOver = false;
  let resolved = 0;
  const calling = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const { name, expected, later } = among(all);
      assertSame(await later(executor), expected, name);
      resolved += 1;
    }
  });
  const failing = Promise.all(calling);
  const faulting = async (): Promise<void> => {
    for (let fault = 0; fault < FAULTS; ++fault) {
      await pause(300 + 1500 * random());
      // The first one is the server's, so that there is one.
      if (fault % 5 === 0) {
        done.server += 1;
        await server.restart();
        continue;
      }
      const place = Math.floor(random() * workers.length);
      done.worker += 1;
      await workers[place].kill();
      workers[place] = await startProcess(server, options);
    }
    isOver = true;
  };
  try {
    await Promise.race([failing, faulting()]);
    await failing;
  } finally {
    isOver = true;
    await executor.close();
    await Promise.all(workers.map((worker) => worker.close()));
    await server.close();
    remove();
  }
  console.log(`${JSON.stringify(done)}: ${resolved} calls resolved to the same bits`);
  expect(resolved).toBeGreaterThanOrEqual(4);
});

test("a coordinator that is killed is taken up by another one, which does what is left", {
  timeout: 300_000,
}, async () => {
  const { dataRoot, resultRoot, put, remove } = folders();
  const server = await servers[0].start();
  const worker = await startProcess(server, { queue: "fits", dataRoot, resultRoot });
  const references = JSON.stringify([put("X.f64", X, p), put("y.f64", y, 1)]);
  const options = JSON.stringify({ queue: "fits", resultRoot, run: "night" });
  const script = fileURLToPath(new URL("coordinator.mjs", import.meta.url));
  const coordinate = () => speak(process.execPath, [script, server.url, options, references]);
  const first = coordinate();
  await first.said("at ");
  first.process.kill("SIGKILL");
  await first.ended;
  const second = coordinate();
  await second.said("end");
  expect(await second.ended).toEqual([0, null]);
  const expected = JSON.stringify(crossValidate(dense(X, n, p), y, settings));
  expect(second.text()).toContain(`result ${expected}\n`);
  await worker.close();
  // Nobody works any more: a third one knows all of it.
  const third = coordinate();
  await third.said("end");
  expect(third.text()).toContain(`result ${expected}\n`);
  await third.ended;
  await server.close();
  remove();
});

test("a server that comes back without its data is told everything again", { timeout: 300_000 }, async () => {
  const { dataRoot, resultRoot, put, remove } = folders();
  const server = await servers[0].start();
  const worker = await startProcess(server, { queue: "fits", dataRoot, resultRoot });
  const executor = createQueueExecutor({ connection: server.connection(), queue: "fits", resultRoot });
  let restarts = 0;
  let restarting: Promise<void> | undefined;
  const onProgress = (): void => {
    if (restarting !== undefined || restarts === 3) return;
    restarts += 1;
    restarting = server.restart({ isEmpty: true }).then(() => {
      restarting = undefined;
    });
  };
  const cv = await executor.crossValidate(put("X.f64", X, p), put("y.f64", y, 1), settings, { onProgress });
  assertSame(cv, crossValidate(dense(X, n, p), y, settings));
  expect(restarts).toBeGreaterThan(0);
  await restarting;
  await executor.close();
  await worker.close();
  await server.close();
  remove();
});
