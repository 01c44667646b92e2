import { describe, expect, test } from "vitest";
import { crossValidate, encodingOf, fitMany, inlineExecutor, type Progress } from "../../src/index.js";
import { assertSame, cases, X, y } from "./calls.js";

test.each(cases)("$name: the synchronous result, bit for bit, with progress up to the end", async ({ now, later }) => {
  const seen: Progress[] = [];
  const executor = inlineExecutor();
  assertSame(await later(executor, { onProgress: (progress) => seen.push(progress) }), now());
  const { done, total } = seen.at(-1) as Progress;
  expect(done).toBe(total);
  expect(seen.map((one) => one.done)).toEqual([...new Set(seen.map((one) => one.done))].sort((a, b) => a - b));
  expect(executor.stats().repeated).toBe(0);
  expect(executor.stats().pieces).toBeGreaterThan(0);
});

test("what the synchronous call throws, the promise rejects with", async () => {
  const executor = inlineExecutor();
  const thrown = (call: () => unknown): unknown => {
    try {
      return call();
    } catch (error) {
      return error;
    }
  };
  await expect(executor.crossValidate(X, y, { folds: 1 })).rejects.toEqual(
    thrown(() => crossValidate(X, y, { folds: 1 })),
  );
  await expect(executor.fitMany({ X, y, batch: 7, lambda: 1 })).rejects.toEqual(
    thrown(() => fitMany({ X, y, batch: 7, lambda: 1 })),
  );
  const bad = { transfer: 1 } as never;
  await expect(executor.fitMany({ X, y, batch: 4, lambda: 1 }, bad)).rejects.toMatchObject({ code: "ERR_TYPE" });
  await expect(executor.fitMany({ X, y, batch: 4, lambda: 1 }, { signals: 1 } as never)).rejects.toMatchObject({
    code: "ERR_OPTION",
  });
});

test("a signal that cannot be read is refused", async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  await expect(inlineExecutor().crossValidate(X, y, {}, { signal: proxy as AbortSignal })).rejects.toMatchObject({
    name: "TypeError",
    code: "ERR_TYPE",
    message: expect.stringMatching(/^"signal" must be readable/),
  });
});

describe("refusals of sums, by the promise", () => {
  const executor = inlineExecutor();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const wrong = (value: unknown): never => value as never;
  const rows = [{ a: 1, y: 2 }];
  const encoding = encodingOf([rows], { target: "y" });
  const stream = async function* (...things: unknown[]) {
    yield* things;
  };
  test.each<[what: string, options: unknown, message: string]>([
    ["null", null, "the options of gram must be an object, got null"],
    ["a number", 5, "the options of gram must be an object, got 5"],
    ["a Map", new Map(), "the options of gram must be an object, got a Map"],
    ["what cannot be read", proxy, "the options of gram must be"],
    ["an option that does not exist", { folds: 1 }, 'gram has no option "folds": did you mean "fold"?'],
  ])("options that are %s", async (_, options, message) => {
    const sums = executor.gram([[1]], [1], wrong(options));
    await expect(sums).rejects.toThrow(TypeError);
    await expect(sums).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_(TYPE|OPTION)$/),
      message: expect.stringContaining(message),
    });
  });
  test.each<[what: string, chunks: unknown, options: object, message: string]>([
    ...[null, undefined, 5, "a", [rows], {}, new Map()].map((chunks): [string, unknown, object, string] => [
      "chunks that are no stream",
      chunks,
      {},
      '"chunks" must be a stream of tables, got',
    ]),
    ["chunks that cannot be read", proxy, {}, '"chunks" must be readable'],
    ["chunks of records", stream(rows), {}, '"chunks" must hold chunks of readers, got Array(1)'],
    [
      "a function for the encoding",
      stream(),
      { encoding: () => 1 },
      '"encoding" must be of encodingOf or designMatrix',
    ],
    ["no target", stream(), { target: undefined }, '"target" must be the name of a column, got undefined'],
    ["a target of another kind", stream(), { target: 1 }, '"target" must be the name of a column, got 1'],
    ["weights of another kind", stream(), { weights: [1] }, '"weights" must be the name of a column, got Array(1)'],
    ["groups of another kind", stream(), { groups: null }, '"groups" must be the name of a column, got null'],
  ])("%s", async (_, chunks, options, message) => {
    const sums = executor.gramOf(wrong(chunks), { encoding: await encoding, target: "y", ...options });
    await expect(sums).rejects.toThrow(TypeError);
    await expect(sums).rejects.toMatchObject({ code: "ERR_TYPE", message: expect.stringContaining(message) });
  });
});

/** More than a slice of work. */
const long = (executor = inlineExecutor(), run = {}) =>
  executor.crossValidate(X, y, { folds: 60, l1Ratio: [0.2, 0.9, 1] }, run);

describe("in between", () => {
  test("other things have their turn", async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await long();
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  test("a call ends at the next lambda when it is aborted, and what onProgress throws ends it", async () => {
    const executor = inlineExecutor();
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 1);
    await expect(long(executor, { signal: controller.signal })).rejects.toBe(reason);
    await expect(long(executor, { signal: controller.signal })).rejects.toBe(reason);
    const onProgress = (): void => {
      throw reason;
    };
    await expect(long(executor, { onProgress })).rejects.toBe(reason);
    assertSame(await long(executor), crossValidate(X, y, { folds: 60, l1Ratio: [0.2, 0.9, 1] }));
  });

  test("an abort while progress is told ends a call of one slice at its next lambda", async () => {
    const executor = inlineExecutor();
    const reason = new Error("enough");
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: Progress): void => {
      seen.push(done);
      controller.abort(reason);
    };
    const path = executor.regularizationPath([[1], [2], [4]], [1, 2, 3], {}, { signal: controller.signal, onProgress });
    await expect(path).rejects.toBe(reason);
    expect(seen).toEqual([1]);
  });

  test.each<[string, (run: object) => Promise<unknown>]>([
    ["a path", (run) => inlineExecutor().regularizationPath([[1], [2], [4]], [1, 2, 3], {}, run)],
    ["sums", (run) => inlineExecutor().gram([[1], [2], [4]], [1, 2, 3], run)],
  ])("an abort behind the call ends it, however small: %s", async (_, call) => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const running = call({ signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  test("closing ends calls, and there are no more", async () => {
    const executor = inlineExecutor();
    const running = long(executor);
    await executor.close();
    await expect(running).rejects.toMatchObject({ code: "ERR_CLOSED" });
    await expect(long(executor)).rejects.toMatchObject({ code: "ERR_CLOSED" });
    const { asyncDispose } = Symbol as { asyncDispose?: symbol };
    if (asyncDispose) await (executor as unknown as Record<symbol, () => Promise<void>>)[asyncDispose]();
  });
});
