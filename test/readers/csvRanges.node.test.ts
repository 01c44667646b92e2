import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { createExecutor } from "../../src/executors/createExecutor.js";
import { encodingOf, inlineExecutor } from "../../src/index.js";
import { type CsvFile, openCsv, rowsOfRanges } from "../../src/readers/csv/csvRanges.js";
import { type Chunk, type CsvOptions, readCsv } from "../../src/readers/index.js";
import { faultyWorker, plainWorker, poolOf } from "../executors/nodeWorkers.js";

const folder = mkdtempSync(join(tmpdir(), "regulus-ranges-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Ranges are of 8 MiB, and files of fewer than two are read by one thread. */
const RANGE = 8_388_608;

/** A file of so many lines below its header. */
function put(name: string, header: string, count: number, line: (k: number) => string): string {
  const path = join(folder, name);
  writeFileSync(path, `${header}\n${Array.from({ length: count }, (_, k) => line(k)).join("\n")}`);
  return path;
}

const decimal = (k: number): string => (Math.sin(k) * 1000).toFixed(k % 17);
const numbers = put("numbers.csv", "a,b,c,t", 450_000, (k) =>
  [decimal(k), k % 11 === 0 ? "" : `${k}`, k % 1000 === 0 ? '"1e3"' : decimal(3 * k), `level ${k % 5}`].join(","),
);
/** Quoted fields of many lines, which nearly all borders of ranges fall into; every other row is short. */
const quoted = put("quoted.csv", "k,text,x", 60_000, (k) => {
  const text = k % 2 === 0 ? "short" : `"${'a line, of ""many""\r\n'.repeat(20 + (k % 50))}"`;
  return `${k},${text},${decimal(k)}`;
});
/** One field that the second range starts in. */
const once = put("once.csv", "k,text", 3_000_000, (k) =>
  k === 524_287 ? `${k},"${"x\n".repeat(200)}"` : `${k},`.padEnd(15, "y"),
);
/** As long as several ranges, after rows that are not. */
const endless = put("endless.csv", "k,text", 900_000, (k) =>
  k === 300_000 ? `${k},"${"x\n".repeat(2.5 * RANGE)}"` : `${k},${"y".repeat(k % 20)}`,
);

const pools = [1, 2, 3].map((workers) => createExecutor({ workers, worker: plainWorker }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const NONE: CsvOptions = {};

async function all(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const list: Chunk[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}

/** One chunk of all. */
function joined(chunks: readonly Chunk[]): Chunk["columns"] {
  const join = (name: string) => {
    const parts = chunks.map(({ columns }) => columns[name]);
    return parts[0] instanceof Float64Array ? Float64Array.from(parts.flatMap((part) => [...part])) : parts.flat();
  };
  return Object.fromEntries(chunks[0].names.map((name) => [name, join(name)])) as Chunk["columns"];
}

/** Fails with the first difference alone: of a million rows, no more can be printed. */
function assertSameRows(chunks: readonly Chunk[], expected: readonly Chunk[]): void {
  for (const { names, columns, rows } of chunks) {
    expect(Object.keys(columns)).toEqual([...names]);
    for (const name of names) expect(columns[name].length).toBe(rows);
  }
  const [all, others] = [joined(chunks), joined(expected)];
  expect(Object.keys(all)).toEqual(Object.keys(others));
  for (const [name, own] of Object.entries(all)) {
    const other = others[name];
    expect([own.length, own.constructor]).toEqual([other.length, other.constructor]);
    let place = 0;
    while (place < own.length && Object.is(own[place], other[place])) place += 1;
    expect([name, place, own[place]]).toEqual([name, other.length, undefined]);
  }
}

const rowsOf = (chunks: readonly Chunk[]): number[] => chunks.map(({ rows }) => rows);

describe("ranges of a file, read by workers, are the rows that one thread reads", () => {
  test.each<[string, string, CsvOptions, number?]>([
    ["numbers, gaps and levels", numbers, NONE],
    ["in chunks of another height", numbers, { chunkRows: 1234 }],
    ["in chunks of more rows than there are", numbers, { chunkRows: 16_777_216 }],
    ["some columns, in another order", numbers, { columns: ["t", "a"], types: { a: "string" } }],
    ["gaps that read as numbers", numbers, { naValues: ["7", "level 3"] }],
    ["without a header", numbers, { header: false }],
    ["fields of many lines", quoted, { types: { k: "string" } }, 0],
    ["one of them at a border", once, {}, 4],
    ["a field longer than ranges", endless, {}, 1],
  ])("%s", async (_, path, options, least = 2) => {
    const expected = await all(readCsv(path, options));
    // How many there are matters to none but the first.
    for (const executor of path === numbers && options === NONE ? pools : [pools[1]]) {
      const before = executor.stats().pieces;
      const chunks = await all(readCsv(path, { ...options, executor }));
      assertSameRows(chunks, expected);
      if (options.chunkRows !== undefined) expect(rowsOf(chunks)).toEqual(rowsOf(expected));
      expect(executor.stats().pieces - before).toBeGreaterThan(least);
    }
  });

  test("blank lines, CRLF, and a mark of the byte order", async () => {
    const path = put("crlf.csv", "\uFEFFa;b\r", 900_000, (k) => (k % 13 === 0 ? "\r" : `${k};${decimal(k)}\r`));
    assertSameRows(await all(readCsv(path, { executor: pools[1] })), await all(readCsv(path)));
  });

  test("decimal commas", async () => {
    const path = put("commas.csv", "a;b;t", 900_000, (k) =>
      [decimal(k).replace(".", ","), k % 11 === 0 ? "" : `${k}`, `"level, ${k % 5}"`].join(";"),
    );
    const chunks = await all(readCsv(path, { decimal: ",", executor: pools[1] }));
    assertSameRows(chunks, await all(readCsv(path, { decimal: "," })));
    expect(joined(chunks).a[70]).toBe(Number(decimal(70)));
  });

  test("a file in gzip is read by one thread", async () => {
    const path = join(folder, "numbers.csv.gz");
    // So long that it would be cut into ranges
    writeFileSync(path, gzipSync(readFileSync(numbers), { level: 0 }));
    const before = pools[1].stats().pieces;
    assertSameRows(await all(readCsv(path, { executor: pools[1] })), await all(readCsv(numbers)));
    expect(pools[1].stats().pieces).toBe(before);
  });

  test("what is short, is no file, or has no workers is read by one thread", async () => {
    const before = pools[1].stats().pieces;
    const short = put("short.csv", "a", 10, String);
    expect(await all(readCsv(short, { executor: pools[1] }))).toHaveLength(1);
    expect(await all(readCsv("a\n1\n", { executor: pools[1] }))).toHaveLength(1);
    expect(await all(readCsv(numbers, { executor: inlineExecutor() }))).toHaveLength(7);
    expect(pools[1].stats().pieces).toBe(before);
  });
});

/** An engine on this thread, where what is read is what matters. */
const here = {
  open: (call: object) => ({
    async work(batch: object) {
      const steps = openCsv((call as { data(): CsvFile }).data()).work((batch as { pieces: [never] }).pieces[0]);
      for (;;) {
        const { done, value } = await steps.next();
        if (done) return [value];
      }
    },
    close() {},
  }),
  stats: () => ({ workers: [1, 2] }),
};

test("any table, cut anywhere, in rows of any number", async () => {
  const path = join(folder, "any.csv");
  const field = fc.oneof(
    fc.constantFrom("", "NA", "a", "é", '"a\nb"', '"\n"', '"\r\n,"', '""', '"x"""', '"\n""\n"', "1"),
    fc.string({ unit: fc.constantFrom("a", "\n", ",", '"') }).map((text) => `"${text.replaceAll('"', '""')}"`),
  );
  const row = fc.tuple(fc.double().map(String), field, fc.constantFrom("\n", "\r\n", "\n\n"));
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 300 }),
      fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }),
      async (table, range, chunkRows) => {
        const header = "x,t\n";
        const bytes = Buffer.from(header + table.map(([x, t, end]) => `${x},${t}${end}`).join(""));
        writeFileSync(path, bytes);
        const types = { x: "string", t: "string" } as const;
        const expected = await all(readCsv(path, { types, chunkRows }));
        const columns = ["x", "t"].map((name, index) => ({ name, index, type: "string" as const }));
        const file = { name: path, path, first: 4, line: 2, size: bytes.length, delimiter: 44, width: 2, columns };
        const data: CsvFile = { ...file, naValues: ["", "NA", "NaN", "null"], naNumbers: [], hasCommas: false };
        const chunks = await all(rowsOfRanges(here, data, chunkRows, range));
        assertSameRows(chunks, expected);
        if (chunkRows !== undefined) expect(rowsOf(chunks)).toEqual(rowsOf(expected));
      },
    ),
    { numRuns: 300 },
  );
});

describe("what is refused", () => {
  test.each<[string, string, CsvOptions]>([
    [
      "a row that is short",
      put("ragged.csv", "k,text", 1_500_000, (k) => (k === 1_100_000 ? `${k}` : `${k},"a\nb"`)),
      {},
    ],
    ["text among numbers", put("text.csv", "a,b", 1_200_000, (k) => `${k},${k === 1_199_999 ? "x" : k}`), {}],
    [
      "a quote that is never closed",
      put("open.csv", "k,t", 1_200_000, (k) => `${k},${k === 700_000 ? '"' : "abcdefg"}`),
      {},
    ],
    [
      "more behind a quote",
      put("more.csv", "k,t", 1_200_000, (k) => `${k},${k === 700_000 ? '"a" b' : "abcdefg"}`),
      {},
    ],
    ["a text that is told to be a number", numbers, { types: { t: "number" } }],
  ])("%s: with the words and the line of one thread", async (_, path, options) => {
    const read = async (more: CsvOptions): Promise<object> => {
      const { name, message, code } = await all(readCsv(path, { ...options, ...more })).catch((error) => error);
      return { name, message, code };
    };
    const expected = await read({});
    expect(expected).toMatchObject({ code: expect.stringMatching("ERR_") });
    expect(await read({ executor: pools[1] })).toEqual(expected);
  });

  test("what is no executor", () => {
    expect(() => readCsv(numbers, { executor: 2 as never })).toThrow('"executor" must be an executor, got 2');
    expect(() => readCsv(numbers, { executor: {} as never })).toThrow(TypeError);
  });
});

describe("faults", () => {
  test.each(["exit", "throw"] as const)("a worker that ends, %s: its range is read again", async (fault) => {
    const { executor } = poolOf([() => faultyWorker(fault, 1), plainWorker], { workers: 1 });
    assertSameRows(await all(readCsv(numbers, { executor })), await all(readCsv(numbers)));
    expect(executor.stats().repeated).toBe(1);
    await executor.close();
  });

  test("workers that keep on ending end the loop", async () => {
    const { executor } = poolOf([() => faultyWorker("exit")]);
    await expect(all(readCsv(numbers, { executor }))).rejects.toMatchObject({ code: "ERR_WORKER" });
    await executor.close();
  });

  test("a file that becomes shorter ends the loop", async () => {
    const path = join(folder, "cut.csv");
    writeFileSync(path, `a,b\n${"1,2\n".repeat(10_000_000)}`);
    const reading = (async () => {
      for await (const _ of readCsv(path, { executor: pools[0] })) truncateSync(path, 20_000_000);
    })();
    await expect(reading).rejects.toThrow(`"${path}" must be there to be read, got a file that has become shorter`);
  });

  test("a loop that is left leaves the workers alone", async () => {
    const { executor, made } = poolOf([plainWorker]);
    for await (const { rows } of readCsv(numbers, { executor, chunkRows: 5 })) {
      expect(rows).toBe(5);
      break;
    }
    assertSameRows(await all(readCsv(numbers, { executor })), await all(readCsv(numbers)));
    expect([made.length, executor.stats().repeated]).toEqual([2, 0]);
    await executor.close();
  });

  test("an executor that is closed ends the loop", async () => {
    // By one worker, so that a range is left to read when the first has come.
    const executor = createExecutor({ workers: 1, worker: plainWorker });
    const reading = (async () => {
      for await (const _ of readCsv(numbers, { executor, chunkRows: 100 })) await executor.close();
    })();
    await expect(reading).rejects.toMatchObject({ code: "ERR_CLOSED" });
    await expect(all(readCsv(numbers, { executor }))).rejects.toMatchObject({ code: "ERR_CLOSED" });
  });

  test("a script that finds no readers leaves them to this thread", async () => {
    for (const name of ["worker.js", "index.js", "kernels.wasm"]) {
      copyFileSync(new URL(`../../dist/${name}`, import.meta.url), join(folder, name));
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const executor = createExecutor({ workers: 2, worker: () => new Worker(join(folder, "worker.js")) });
    assertSameRows(await all(readCsv(numbers, { executor })), await all(readCsv(numbers)));
    await executor.close();
  });
});

describe("sums", () => {
  const options = { target: "a", missing: "mean" } as const;
  const own = { types: { t: "string" } } as const;

  test("gramOf has its workers read, and the sums are those of one thread", async () => {
    const encoding = await encodingOf(readCsv(numbers, { ...own, executor: pools[1] }), options);
    expect(encoding.toJSON()).toEqual((await encodingOf(readCsv(numbers, own), options)).toJSON());
    const source = () => readCsv(numbers, { ...own, columns: ["a", "c", "t"] });
    const settings = { encoding: await encodingOf(source(), { exclude: ["a"] }), target: "a", folds: 3 };
    const expected = (await inlineExecutor().gramOf(source(), settings)).toBytes();
    const before = pools[1].stats().pieces;
    expect(Buffer.compare((await pools[1].gramOf(source(), settings)).toBytes(), expected)).toBe(0);
    expect(pools[1].stats().pieces - before).toBeGreaterThan(1);
  });

  test("an abort ends both at once, and the executor goes on", async () => {
    const settings = { encoding: await encodingOf(readCsv(numbers), { exclude: ["a", "b"] }), target: "a" };
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (): void => controller.abort(reason);
    const { signal } = controller;
    await expect(pools[1].gramOf(readCsv(numbers), settings, { signal, onProgress })).rejects.toBe(reason);
    expect((await pools[1].gramOf(readCsv(numbers), settings)).rows).toBe(450_000);
  });
});
