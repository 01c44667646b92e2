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
});
