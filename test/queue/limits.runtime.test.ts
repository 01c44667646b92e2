import { createHash } from "node:crypto";
import { symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crossValidate, dense, fitMany, regularizationPath } from "../../src/index.js";
import {
  connectionOf,
  createQueueExecutor,
  type QueueExecutorOptions,
  reference,
  startWorker,
} from "../../src/queue/createQueueExecutor.js";
import { assertSame, X, y } from "../executors/calls.js";
import { folders } from "./files.js";
import { speak, startProcess } from "./processes.js";
import { eventually, type QueueServer, servers, startRedis } from "./servers.js";

const { root, dataRoot, resultRoot, put, remove } = folders();
const values = X.data as Float64Array;
const numbers = (count: number) => Float64Array.from({ length: count }, (_, i) => Math.sin(i * i));
let server: QueueServer;
let worker: Awaited<ReturnType<typeof startProcess>>;
let queue: Queue;
const site = createServer((request, response) => {
  if (request.url === "/moved/x.f64") response.writeHead(302, { location: "/open/x.f64" }).end();
  else response.end(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
});
let origin = "";
const ends: (() => Promise<unknown>)[] = [];
const executorOf = (options: Partial<QueueExecutorOptions> = {}) => {
  const executor = createQueueExecutor({ connection: server.connection(), queue: "fits", resultRoot, ...options });
  ends.push(() => executor.close());
  return executor;
};
const counts = () => queue.getJobCounts("completed", "failed", "active", "waiting", "delayed");

beforeAll(async () => {
  server = await startRedis();
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(site.address() as { port: number }).port}`;
  worker = await startProcess(server, {
    queue: "fits",
    dataRoot,
    resultRoot,
    allow: [`${origin}/open`, `${origin}/moved/`],
  });
  queue = new Queue("fits", { connection: server.connection() as { host: string; port: number } });
}, 60_000);
afterAll(async () => {
  await Promise.all(ends.map((end) => end()));
  await worker.close();
  await queue.close();
  await server.close();
  site.close();
  remove();
}, 60_000);

describe("data by value", () => {
  test("goes along up to 256 kB; what is larger is refused, and told of references", async () => {
    const executor = executorOf();
    // 262,144 bytes.
    const most = dense(numbers(2048 * 15), 2048, 15);
    const target = numbers(2048);
    const options = { lambdaCount: 5 };
    assertSame(await executor.regularizationPath(most, target, options), regularizationPath(most, target, options));
    const more = dense(numbers(2048 * 16), 2048, 16);
    const refused = executor.regularizationPath(more, target);
    await expect(refused).rejects.toBeInstanceOf(RangeError);
    await expect(refused).rejects.toThrow("reference(");
    await expect(executor.gram(more, target)).rejects.toThrow("reference(");
    await expect(executor.fitMany({ X: more, y: target, batch: 8, lambda: 0.1 })).rejects.toThrow("reference(");
    await executor.close();
  });

  test("what a fit refuses is refused with the error of the synchronous call, here and by workers", async () => {
    const executor = executorOf();
    const thrown = (act: () => unknown): unknown => {
      try {
        act();
      } catch (error) {
        return error;
      }
      throw new Error("it did not throw");
    };
    await expect(executor.crossValidate(X, y.subarray(1))).rejects.toEqual(
      thrown(() => crossValidate(X, y.subarray(1))),
    );
    const broken = values.slice();
    broken[17] = Number.NaN;
    await expect(executor.crossValidate(put("broken.f64", broken, 12), put("y.f64", y, 1))).rejects.toEqual(
      thrown(() => crossValidate(dense(broken, 120, 12), y)),
    );
    await executor.close();
  });

  test("results that are larger need a folder", async () => {
    const executor = executorOf({ resultRoot: undefined, queue: "bare" });
    const bare = await startProcess(server, { queue: "bare", dataRoot });
    const lambda = Array.from({ length: 400 }, (_, k) => 1 / (k + 1));
    const refX = put("wide.f64", values.slice(0, 1400), 140);
    const call = executor.crossValidate(refX, put("ten.f64", y.slice(0, 10), 1), { lambdas: lambda, folds: 3 });
    await expect(call).rejects.toThrow("resultRoot");
    await executor.close();
    await bare.close();
  });
});

describe("references", () => {
  const executor = () => executorOf();
  const sha256 = "0".repeat(64);
  const rows: [number, number] = [0, 4];

  test.each([
    [{ url: "../x.f64", columns: 1, rows, sha256 }, "dataRoot"],
    [{ url: "a/%2e%2e/%2E%2e/x.f64", columns: 1, rows, sha256 }, "dataRoot"],
    [{ url: "a\\..\\..\\x.f64", columns: 1, rows, sha256 }, "dataRoot"],
    [{ url: "/etc/passwd", columns: 1, rows, sha256 }, "dataRoot"],
    [{ url: "//host/x.f64", columns: 1, rows, sha256 }, "dataRoot"],
    [{ url: "", columns: 1, rows, sha256 }, "name a file"],
    [{ url: "ftp://host/x.f64", columns: 1, rows, sha256 }, "http:"],
    [{ url: "data:,x", columns: 1, rows, sha256 }, "http:"],
    [{ url: "x.f64", columns: 0, rows, sha256 }, '"columns"'],
    [{ url: "x.f64", columns: 1, rows: [3, 3], sha256 }, '"rows[1]"'],
    [{ url: "x.f64", columns: 1, rows: [-1, 3], sha256 }, '"rows[0]"'],
    [{ url: "x.f64", columns: 1, rows: 3, sha256 }, '"rows"'],
    [{ url: "x.f64", columns: 1, rows, sha256: "abc" }, '"sha256"'],
    [{ url: "x.f64", columns: 1, rows, sha: sha256 }, '"sha"'],
  ])("%j is refused", (parts, why) => {
    expect(() => reference(parts as never)).toThrow(why);
  });

  test("do not lead out of the worker's folder, nor to what is no file of numbers, nor to other data", {
    timeout: 120_000,
  }, async () => {
    const own = executor();
    const secret = join(root, "secret.f64");
    const bytes = Buffer.from(values.buffer, 0, 960);
    writeFileSync(secret, bytes);
    symlinkSync(secret, join(dataRoot, "link.f64"));
    symlinkSync(root, join(dataRoot, "folder"));
    const known = createHash("sha256").update(bytes).digest("hex");
    const good = put("good.f64", values.slice(0, 120), 1);
    const to = (url: string, more: object = {}) =>
      reference({ url, columns: 1, rows: [0, 120], sha256: known, ...more });
    const cases: [ReturnType<typeof reference>, string][] = [
      [to("link.f64"), "dataRoot"],
      [to("folder/secret.f64"), "dataRoot"],
      [to(`file://${secret}`), "dataRoot"],
      [to(`file://${dataRoot}/../secret.f64`), "dataRoot"],
      [to("file:///dev/zero"), "dataRoot"],
      [to("file://elsewhere/x.f64"), "this machine"],
      [to("good.f64?x"), "?"],
      [to("."), "dataRoot"],
      [to("none.f64"), "ENOENT"],
      [to("good.f64", { sha256 }), "SHA-256"],
      [to("good.f64", { rows: [0, 121] }), "121 rows"],
      [to("good.f64", { columns: 7, rows: [0, 1] }), "whole rows"],
      [to(`${origin}/closed/x.f64`), "allows"],
      [to(`${origin}/opened/x.f64`), "allows"],
      [to(`${origin.replace("//", "//user@")}/open/x.f64`), "allows"],
      [to(`${origin}/moved/x.f64`), "fetch failed"],
      [to("http://127.0.0.1:1/open/x.f64"), "allows"],
    ];
    await Promise.all(
      cases.map(async ([bad, why]) => {
        const refused = own.regularizationPath(put("ten.f64", values.slice(0, 1200), 10), bad, { lambdaCount: 2 });
        const error = await refused.catch((reason) => reason);
        expect(error, bad.url).toMatchObject({ code: "ERR_JOB", job: { queue: "fits", attempts: 3 } });
        expect(error.message, bad.url).toContain(why);
        expect(error.message).toContain(error.job.id);
        expect(await queue.getJobState(error.job.id)).toBe("failed");
      }),
    );
    // All is well with the worker.
    const path = await own.regularizationPath(put("ten.f64", values.slice(0, 1200), 10), good, { lambdaCount: 2 });
    expect(path.lambdas.length).toBe(2);
    await own.close();
  });

  test("are followed to where the worker allows it, and to files by URL", async () => {
    const own = executor();
    const hash = put("x.f64", values, 12).sha256;
    const refY = put("y.f64", y, 1);
    const expected = crossValidate(X, y, { folds: 3 });
    for (const url of [`${origin}/open/x.f64`, `file://${dataRoot}/x.f64`, "x.f64"]) {
      const refX = reference({ url, columns: 12, rows: [0, 120], sha256: hash.toUpperCase() });
      assertSame(await own.crossValidate(refX, refY, { folds: 3 }), expected);
    }
    await own.close();
  });

  test("a file that changes is not taken for what it was, and a job that had failed is done again", async () => {
    const own = executor();
    const refX = put("change.f64", values, 12);
    const refY = put("y.f64", y, 1);
    assertSame(await own.crossValidate(refX, refY, { folds: 3 }), crossValidate(X, y, { folds: 3 }));
    put(
      "change.f64",
      values.map((value) => -value),
      12,
    );
    const again = { folds: 3, seed: 5 };
    await expect(own.crossValidate(refX, refY, again)).rejects.toThrow("SHA-256");
    put("change.f64", values, 12);
    assertSame(await own.crossValidate(refX, refY, again), crossValidate(X, y, again));
    await own.close();
  });
});

test("jobs that are none of ours fail, and those after them are done", async () => {
  const bad = { format: 1, run: "", kind: "fitMany", data: '{"$":"constructor"}', shares: [], done: [], piece: "{}" };
  await queue.add("bad", { anything: 1 });
  await queue.add("bad", bad);
  await queue.add("bad", { ...bad, kind: "session", data: '{"call":"__proto__","args":[]}', piece: '{"do":"next"}' });
  await queue.add("bad", {
    ...bad,
    kind: "session",
    data: '{"call":"gram","args":[1,2]}',
    done: [1e9],
    piece: '{"do":"next"}',
  });
  const own = executorOf();
  assertSame(await own.crossValidate(X, y, { folds: 4 }), crossValidate(X, y, { folds: 4 }));
  await own.close();
});

test("the same at the same time, and once more: the same results, and in a run nothing is done twice", async () => {
  const calls = { X, y, batch: 4, lambda: 0.1 } as const;
  const expected = fitMany(calls);
  const [one, other] = [executorOf(), executorOf()];
  const all = await Promise.all([one, other, one, other].map((executor) => executor.fitMany(calls)));
  for (const many of all) assertSame(many, expected);
  const first = executorOf({ run: "night" });
  assertSame(await first.fitMany(calls), expected);
  await first.close();
  const before = await counts();
  const second = executorOf({ run: "night" });
  assertSame(await second.fitMany(calls), expected);
  expect(await counts()).toEqual(before);
  // What was evicted is done again.
  const [kept] = await queue.getCompleted();
  await kept.remove();
  assertSame(await second.fitMany(calls), expected);
  expect(await counts()).toEqual(before);
});

/** 40 pieces and more, of some hundredths of a second each. */
const slow = numbers(400 * 150);
const slowY = Float64Array.from({ length: 400 }, (_, i) => Math.sign(slow[i * 150] + Math.cos(i)) / 2 + 0.5);

test("an abort rejects with its reason, removes jobs that wait and ends those in hand", {
  timeout: 300_000,
}, async () => {
  const own = executorOf({ window: 5 });
  const [refX, refY] = [put("slow.f64", slow, 150), put("slowY.f64", slowY, 1)];
  const controller = new AbortController();
  const reason = { why: "enough" };
  const options = { family: "binomial", folds: 40, tolerance: 1e-12 } as const;
  let most = 0;
  const running = own.crossValidate(refX, refY, options, {
    signal: controller.signal,
    onProgress: async ({ done, total }) => {
      const { waiting, active, delayed } = await counts();
      most = Math.max(most, waiting + active + delayed);
      if (done > total / 41 + 100) controller.abort(reason);
    },
  });
  await expect(running).rejects.toBe(reason);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(5);
  await eventually(async () => expect(await counts()).toMatchObject({ waiting: 0, active: 0, delayed: 0 }));
  await expect(own.crossValidate(X, y, {}, { signal: controller.signal })).rejects.toBe(reason);
  // What was cancelled is done when it is asked for again.
  const few = { ...options, folds: 3, lambdaCount: 5, tolerance: 1e-6 };
  assertSame(await own.crossValidate(refX, refY, few), crossValidate(dense(slow, 400, 150), slowY, few));
  const closing = own.crossValidate(refX, refY, options);
  const rejected = expect(closing).rejects.toMatchObject({ code: "ERR_CLOSED" });
  await own.close();
  await rejected;
  await expect(own.crossValidate(X, y)).rejects.toMatchObject({ code: "ERR_CLOSED" });
});

test("what onProgress throws ends the call", async () => {
  const own = executorOf();
  const reason = new Error("no");
  const onProgress = (): void => {
    throw reason;
  };
  await expect(own.crossValidate(X, y, { folds: 3 }, { onProgress })).rejects.toBe(reason);
  await own.close();
});

test("connections of ioredis stay their owner's, and nothing keeps a process that has closed all", async () => {
  const redis = new Redis(server.url, { maxRetriesPerRequest: 3 });
  const own = executorOf({ connection: redis });
  assertSame(await own.crossValidate(X, y, { folds: 4 }), crossValidate(X, y, { folds: 4 }));
  await own.close();
  expect(await redis.ping()).toBe("PONG");
  redis.disconnect();
  const script = `
    import { connectionOf, createQueueExecutor, startWorker } from "./dist/bullmq.node.js";
    import { dense } from "./dist/index.node.js";
    const { connection, end } = await connectionOf(${JSON.stringify(server.url)});
    const worker = await startWorker({ connection, queue: "own", prefix: "mine", dataRoot: "." });
    const executor = createQueueExecutor({ connection, queue: "own", prefix: "mine" });
    const X = dense(Float64Array.from({ length: 400 }, (_, i) => Math.sin(i * i)), 100, 4);
    const cv = await executor.crossValidate(X, X.data.subarray(0, 100), { folds: 5 });
    await executor.close();
    await worker.close();
    await end();
    console.log("folds", cv.folds.length);`;
  const spoken = speak(process.execPath, ["--input-type=module", "-e", script]);
  expect([await spoken.ended, spoken.text()]).toEqual([[0, null], "folds 100\n"]);
});

test("options are checked, and servers that are not there are errors", async () => {
  const connection = { host: "127.0.0.1", port: 1 };
  const make = (options: object) => () => createQueueExecutor({ connection, queue: "q", ...options } as never);
  expect(make({ queue: "a:b" })).toThrow(RangeError);
  expect(make({ queue: 3 })).toThrow(TypeError);
  expect(make({ connection: "redis://x" })).toThrow("{ host, port }");
  expect(make({ window: 0 })).toThrow(RangeError);
  expect(make({ run: 3 })).toThrow(TypeError);
  expect(make({ retries: 3 })).toThrow('createQueueExecutor has no option "retries"');
  await expect(startWorker({ connection, queue: "q", dataRoot, allow: ["ftp://x"] })).rejects.toThrow('"allow"');
  await expect(startWorker({ connection, queue: "q", dataRoot: join(root, "none") })).rejects.toThrow(
    '"dataRoot" must be a folder that there is',
  );
  await expect(startWorker({ connection, queue: "q", dataRoot })).rejects.toThrow("ECONNREFUSED");
  const executor = createQueueExecutor({ connection, queue: "q" });
  await expect(executor.crossValidate(X, y)).rejects.toThrow("ECONNREFUSED");
  await executor.close();
  await expect(connectionOf("http://x")).rejects.toThrow("redis://");
});

test.each(servers)(
  "a worker whose $name never comes back closes, and its process ends",
  { timeout: 120_000 },
  async ({ start }) => {
    const own = await start();
    const left = await startProcess(own, { queue: "fits", dataRoot, resultRoot, migrate: true });
    await own.close();
    left.process.kill("SIGTERM");
    expect(await left.ended).toEqual([0, null]);
  },
);
