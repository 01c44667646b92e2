import { createQueueExecutor } from "regulus/bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crossValidate } from "../../src/index.js";
import { labels, X, y } from "../executors/calls.js";
import { folders } from "../queue/files.js";
import { speak } from "../queue/processes.js";
import { type QueueServer, servers } from "../queue/servers.js";
import { COMMAND } from "./command.js";

describe.each(servers)("a worker of the command line on $name", ({ name, start }) => {
  const { dataRoot, resultRoot, remove } = folders();
  let server: QueueServer;
  beforeAll(async () => {
    server = await start();
  }, 120_000);
  afterAll(async () => {
    await server.close();
    remove();
  }, 120_000);
  const args = () => [
    COMMAND,
    "worker",
    name === "Redis" ? "--redis" : "--postgres",
    server.url,
    "--queue",
    "fits",
    "--data-root",
    dataRoot,
  ];

  test("takes jobs, to the same bits, until Ctrl-C ends it at once", async () => {
    const worker = speak(process.execPath, [...args(), "--result-root", resultRoot, "--migrate"]);
    await worker.said(`Taking jobs of queue "fits" on ${name}.`);
    const executor = createQueueExecutor({ connection: server.connection(), queue: "fits", resultRoot });
    const options = { family: "binomial", folds: 5 } as const;
    const [numbers, classes] = [await executor.crossValidate(X, y), await executor.crossValidate(X, labels, options)];
    expect(JSON.stringify(numbers)).toBe(JSON.stringify(crossValidate(X, y)));
    expect(JSON.stringify(classes)).toBe(JSON.stringify(crossValidate(X, labels, options)));
    await executor.close();
    worker.process.kill("SIGINT");
    expect(await worker.ended).toEqual([130, null]);
  });
});

test.each(["nowhere", "package.json"])("a data root that is no folder, %s, is no fault of the server", async (root) => {
  const args = ["worker", "--redis", "redis://127.0.0.1:1", "--queue", "q", "--data-root", root];
  const worker = speak(process.execPath, [COMMAND, ...args]);
  expect([(await worker.ended)[0], worker.text()]).toEqual([
    1,
    `regulus: --data-root must be a folder that there is, got "${root}"\n`,
  ]);
});

test("a server that is not there, and a URL of something else", async () => {
  const run = async (flag: string, url: string) => {
    const worker = speak(process.execPath, [COMMAND, "worker", flag, url, "--queue", "q", "--data-root", "."]);
    return [(await worker.ended)[0], worker.text()];
  };
  expect(await run("--postgres", "postgres://nobody@127.0.0.1:1/none")).toEqual([
    1,
    expect.stringMatching(/^regulus: PostgreSQL cannot be reached: .*127\.0\.0\.1:1\n$/),
  ]);
  expect(await run("--redis", "redis://127.0.0.1:1")).toEqual([
    1,
    expect.stringMatching(/^regulus: Redis cannot be reached: .*127\.0\.0\.1:1\n$/),
  ]);
  expect(await run("--redis", "http://127.0.0.1")).toEqual([
    1,
    'regulus: --redis must begin with redis:// or postgres://, got "http"\n',
  ]);
});
