import { afterAll, describe, expect, test } from "vitest";
import { createExecutor } from "../../src/executors/createExecutor.js";
import { dense, encodingOf, inlineExecutor, type Progress } from "../../src/index.js";
import { plainWorker } from "./nodeWorkers.js";
import { sums, tall, target } from "./sums.js";

describe.each([
  ["inline", inlineExecutor()],
  ["two workers", createExecutor({ workers: 2, worker: plainWorker })],
])("%s", (_, executor) => {
  afterAll(() => executor.close());

  test.each(sums)("$name: the bytes of one accumulator", async ({ later, now }) => {
    expect(Buffer.compare(await later(executor), await now())).toBe(0);
  });

  test("says how far it is, and names what it refuses", async () => {
    const seen: Progress[] = [];
    await executor.gram(tall, target, { onProgress: (one) => seen.push(one) });
    expect(seen.at(-1)).toEqual({ done: 300_000, total: 300_000, unit: "rows" });
    const broken = tall.data.slice();
    broken[15 * 17 + 2] = Number.NaN;
    await expect(executor.gram(dense(broken, 300_000, 15), target)).rejects.toThrow("row 17, column 2");
    await expect(executor.gram(tall, target.subarray(1))).rejects.toMatchObject({ code: "ERR_LENGTH" });
  });

  test("chunks end where they are aborted, and their source is told", async () => {
    let isTold = false;
    const reason = new Error("enough");
    const controller = new AbortController();
    async function* endless() {
      try {
        for (;;) {
          yield { names: ["a", "y"], columns: { a: [1, 2, 4], y: [1, 2, 3] }, rows: 3 };
          controller.abort(reason);
        }
      } finally {
        isTold = true;
      }
    }
    const encoding = await encodingOf([{ names: ["a"], columns: { a: [1, 2, 4] }, rows: 3 }]);
    const running = executor.gramOf(endless(), { encoding, target: "y" }, { signal: controller.signal });
    await expect(running).rejects.toBe(reason);
    await new Promise((resolve) => setTimeout(resolve));
    expect(isTold).toBe(true);
    await expect(executor.gramOf(endless(), { encoding, target: "z" })).rejects.toThrow('"z"');
  });

  test.each([
    ["y that is no number", "y", Number.NaN, "in row 2717"],
    ["X that is no number", "x3", Number.NaN, 'in row 2717, column "x3"'],
    ["a number whose square overflows", "x3", 1e300, "in row 2717, column 3"],
  ])("a row is counted in the stream: %s", async (_, column, value, place) => {
    const names = [...Array.from({ length: 70 }, (_, j) => `x${j}`), "y"];
    const chunk = (k: number, at: string | undefined) => {
      const columns = Object.fromEntries(names.map((name, j) => [name, target.slice(k + j, k + j + 300)]));
      if (at !== undefined) columns[at][17] = value;
      return { names, columns, rows: 300 };
    };
    const encoding = await encodingOf([chunk(0, undefined)], { target: "y" });
    const chunks = (async function* () {
      for (let k = 0; k < 20; ++k) yield chunk(k, k === 9 ? column : undefined);
    })();
    await expect(executor.gramOf(chunks, { encoding, target: "y" })).rejects.toThrow(place);
  });
});

test.each([
  ["inline", inlineExecutor],
  ["a worker", () => createExecutor({ workers: 1, worker: plainWorker })],
])("closing ends a call that waits for its chunks: %s", async (_, make) => {
  const executor = make();
  const chunk = { names: ["a", "y"], columns: { a: [1, 2, 4], y: [1, 2, 3] }, rows: 3 };
  const encoding = await encodingOf([chunk], { target: "y" });
  let isWaiting = (_: unknown): void => {};
  const waiting = new Promise((resolve) => {
    isWaiting = resolve;
  });
  const stalled = (async function* () {
    yield chunk;
    isWaiting(undefined);
    await new Promise(() => {});
  })();
  const sums = executor.gramOf(stalled, { encoding, target: "y" });
  const rejected = expect(sums).rejects.toMatchObject({ code: "ERR_CLOSED" });
  await waiting;
  await executor.close();
  await rejected;
});
