import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { RecordBatchStreamWriter, Table, tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chunk, readArrow, readParquet, readQuery, type Source } from "../../src/readers/index.js";
import { wrong } from "../models/refusals.js";
import { gather } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "regulus-files-"));
const path = (name: string) => join(folder, name);
const N = 5000;
const rows = Array.from({ length: N }, (_, i) => i);

/** What the query below is, by hand. */
const expected = {
  x: rows.map((i) => i / 7),
  f: rows.map((i) => Math.fround(i / 3)),
  k: rows,
  big: rows.map((i) => i * 1_000_000_007),
  gap: rows.map((i) => (i % 3 === 0 ? Number.NaN : i)),
  flag: rows.map((i) => i % 2),
  price: rows.map((i) => i / 100),
  day: rows.map((i) => 18262 + i),
  at: rows.map((i) => 18262 + i / 24),
  text: rows.map((i) => (i % 5 === 0 ? null : `é${i % 11}`)),
};
const QUERY = `SELECT i / 7.0::DOUBLE AS x, (i / 3.0::DOUBLE)::FLOAT AS f, i::INTEGER AS k, i * 1000000007::BIGINT AS big,
  CASE WHEN i % 3 = 0 THEN NULL ELSE i::DOUBLE END AS gap, i % 2 = 1 AS flag, (i / 100.0)::DECIMAL(12, 2) AS price,
  DATE '2020-01-01' + i::INTEGER AS day, TIMESTAMP '2020-01-01' + INTERVAL (i) HOUR AS at,
  CASE WHEN i % 5 = 0 THEN NULL ELSE 'é' || (i % 11) END AS text FROM range(${N}) t(i)`;

async function run(sql: string, database = ":memory:"): Promise<void> {
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

beforeAll(async () => {
  for (const codec of ["snappy", "zstd", "gzip", "uncompressed"]) {
    await run(
      `COPY (${QUERY}) TO '${path(`${codec}.parquet`)}' (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE 2048)`,
    );
  }
  await run(`COPY (SELECT [1, 2] AS list, {'a': 1} AS part, 3 AS k) TO '${path("nested.parquet")}' (FORMAT parquet)`);
  await run(`COPY (SELECT 9007199254740993 AS k) TO '${path("huge.parquet")}' (FORMAT parquet)`);
  await run(`CREATE TABLE numbers AS ${QUERY}`, path("some.duckdb"));
  writeFileSync(path("text.parquet"), "PAR1 is no file of Parquet, though it begins as one PAR1");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function heights(chunks: AsyncIterable<Chunk>): Promise<number[]> {
  const found: number[] = [];
  for await (const { rows: count } of chunks) found.push(count);
  return found;
}

describe("readParquet", () => {
  test.each(["snappy", "zstd", "gzip", "uncompressed"])("%s: numbers, dates, texts and gaps", async (codec) => {
    const { at, ...found } = await gather(readParquet(path(`${codec}.parquet`)));
    const { at: times, ...others } = expected;
    expect(found).toEqual(others);
    for (const [i, value] of at.entries()) expect(value).toBeCloseTo(times[i], 9);
  });

  test.each<[string, () => Source]>([
    ["a URL", () => pathToFileURL(path("snappy.parquet"))],
    ["bytes", () => readFileSync(path("snappy.parquet"))],
    ["a Blob", () => new Blob([readFileSync(path("snappy.parquet"))])],
    ["a stream", () => new Blob([readFileSync(path("snappy.parquet"))]).stream()],
    ["a Response", () => new Response(readFileSync(path("snappy.parquet")))],
  ])("by %s", async (_, source) => {
    const { x, text } = await gather(readParquet(source(), { columns: ["text", "x"] }));
    expect([x, text]).toEqual([expected.x, expected.text]);
  });

  test("chunks are of a row group, and columns as asked for", async () => {
    expect(await heights(readParquet(path("snappy.parquet"), { columns: ["k"] }))).toEqual([2048, 2048, 904]);
    for await (const { names } of readParquet(path("snappy.parquet"), { columns: ["k", "x"] })) {
      expect(names).toEqual(["k", "x"]);
    }
  });

  test("columns of lists and parts are refused, or left out", async () => {
    await expect(gather(readParquet(path("nested.parquet")))).rejects.toThrow(
      /got .* in column "list": "columns" leaves it out/,
    );
    expect(await gather(readParquet(path("nested.parquet"), { columns: ["k"] }))).toEqual({ k: [3] });
  });

  test.each<[string, string, object, string, string]>([
    [
      "a whole number that is none in double precision",
      "huge.parquet",
      {},
      "ERR_VALUE",
      'must hold whole numbers below 2^53, got 9007199254740993n in row 0, column "k"',
    ],
    ["what is no Parquet", "text.parquet", {}, "ERR_VALUE", 'text.parquet" must be Parquet that can be read, got '],
    ["no file", "none.parquet", {}, "ERR_VALUE", "ENOENT"],
    [
      "a column that is not there",
      "snappy.parquet",
      { columns: ["prize"] },
      "ERR_VALUE",
      'got "prize": did you mean "price"?',
    ],
  ])("refuses %s", async (_, file, options, code, message) => {
    await expect(gather(readParquet(path(file), options))).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

describe("readArrow", () => {
  const table = tableFromArrays({
    x: Float64Array.from(expected.x),
    k: Int32Array.from(rows),
    big: BigInt64Array.from(rows, (i) => BigInt(i) * 1_000_000_007n),
    gap: expected.gap.map((value) => (Number.isNaN(value) ? null : value)),
    flag: rows.map((i) => i % 2 === 1),
    day: rows.map((i) => new Date((18262 + i) * 86_400_000)),
    text: expected.text,
  });
  const { f: _f, price: _price, at: _at, ...wanted } = expected;
  /** Two batches of half the rows each. */
  const halves = new Table(table.schema, [...table.slice(0, N / 2).batches, ...table.slice(N / 2).batches]);

  test.each(["file", "stream"] as const)("the format of a %s, from disk, bytes and streams", async (format) => {
    const bytes = tableToIPC(halves, format);
    writeFileSync(path(`${format}.arrow`), bytes);
    const sources: Source[] = [
      path(`${format}.arrow`),
      bytes,
      new Blob([bytes as BlobPart]),
      new Blob([bytes as BlobPart]).stream(),
    ];
    for (const source of sources) {
      expect(await gather(readArrow(source))).toEqual(wanted);
      expect(await heights(readArrow(source instanceof ReadableStream ? bytes : source))).toEqual([2500, 2500]);
    }
    expect(await gather(readArrow(bytes, { columns: ["text", "k"] }))).toEqual({ text: expected.text, k: expected.k });
  });

  test("chunks belong to their reader", async () => {
    const bytes = tableToIPC(table, "file");
    const before = bytes.slice();
    for await (const { columns } of readArrow(bytes)) (columns.x as Float64Array).fill(7);
    expect(bytes).toEqual(before);
  });

  test("what is no Arrow, what is nothing, and columns of lists, are refused", async () => {
    await expect(gather(readArrow(path("none.arrow")))).rejects.toThrow("ENOENT");
    await expect(gather(readArrow(new TextEncoder().encode("no Arrow at all")))).rejects.toThrow(
      '"bytes" must be Arrow that can be read, got ',
    );
    await expect(gather(readArrow(new TextEncoder().encode("ARROW1")))).rejects.toThrow(
      '"bytes" must be Arrow that can be read, got ',
    );
    const lists = tableFromArrays({ a: [[1], [2]], k: Int32Array.of(1, 2) } as never);
    const bytes = RecordBatchStreamWriter.writeAll(lists).toUint8Array(true);
    await expect(gather(readArrow(bytes))).rejects.toThrow('in column "a": "columns" leaves it out');
    expect(await gather(readArrow(bytes, { columns: ["k"] }))).toEqual({ k: [1, 2] });
  });
});

describe("readQuery", () => {
  test("numbers, dates, texts and gaps", async () => {
    const { at, ...found } = await gather(readQuery(QUERY));
    const { at: times, ...others } = expected;
    expect(found).toEqual(others);
    for (const [i, value] of at.entries()) expect(value).toBeCloseTo(times[i], 9);
  });

  test("of files, databases and joins", async () => {
    const files = `SELECT k, max(x) AS x FROM '${path("*y.parquet")}' GROUP BY k ORDER BY k`;
    expect(await gather(readQuery(files))).toEqual({ k: expected.k, x: expected.x });
    const joined = `SELECT a.k, count(*) AS pairs, sum(b.k) AS total FROM numbers a JOIN numbers b ON a.k % 10 = b.k % 10 WHERE a.k < 3 GROUP BY a.k ORDER BY a.k`;
    expect(await gather(readQuery(joined, { database: path("some.duckdb") }))).toEqual({
      k: [0, 1, 2],
      pairs: [500, 500, 500],
      total: [0, 1, 2].map((k) => 10 * (499 * 250) + 500 * k),
    });
  });

  test("timestamps of every unit are days", async () => {
    const units = ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ"];
    const sql = `SELECT ${units.map((unit, k) => `'2020-01-01 12:00:00+00'::${unit} AS t${k}`).join(", ")}`;
    const found = await gather(readQuery(`SET TimeZone = 'UTC'; ${sql}`));
    expect(Object.values(found)).toEqual(units.map(() => [18262.5]));
  });

  test("sorting beyond the memory that it may take", async () => {
    let last = -1;
    let count = 0;
    const sql =
      "SELECT i FROM (SELECT (i * 7919) % 3000017 AS i, repeat('x', 40) AS t FROM range(3000017) r(i)) ORDER BY i, t";
    for await (const { columns, rows: height } of readQuery(sql, { memoryLimit: "100MB" })) {
      for (const value of columns.i as Float64Array) if (value !== ++last) throw new Error(`${value} is not ${last}`);
      count += height;
    }
    expect(count).toBe(3_000_017);
  });

  test("ends where the loop is left", async () => {
    for await (const { rows: height } of readQuery("SELECT * FROM range(1000000000000)")) {
      expect(height).toBeLessThanOrEqual(65_536);
      break;
    }
  });

  test.each<[string, unknown, object, string, string]>([
    ["what is no SQL", "SELEC 1", {}, "ERR_VALUE", '"sql" must be a query that DuckDB runs, got '],
    ["two columns of one name", "SELECT 1 AS a, 2 AS a", {}, "ERR_VALUE", 'got "a" again: AS gives it another name'],
    ["columns of lists", "SELECT [1] AS a", {}, "ERR_TYPE", 'got INTEGER[] in column "a"'],
    ["whole numbers beyond doubles", "SELECT 9007199254740993 AS a", {}, "ERR_VALUE", "below 2^53"],
    [
      "a database that is not there",
      "SELECT 1",
      { database: path("none/at.all") },
      "ERR_VALUE",
      '"database" must be one that DuckDB opens, got ',
    ],
    [
      "writing to a database",
      "CREATE TABLE a AS SELECT 1",
      { database: path("some.duckdb") },
      "ERR_VALUE",
      "read-only",
    ],
    [
      "a limit that is none",
      "SELECT 1",
      { memoryLimit: "much" },
      "ERR_VALUE",
      '"memoryLimit" must be one that DuckDB opens, got ',
    ],
  ])("refuses %s", async (_, sql, options, code, message) => {
    await expect(gather(readQuery(wrong(sql), options))).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test("what is no text is refused at once", () => {
    expect(() => readQuery(wrong(5))).toThrow('"sql" must be a string, got 5');
    expect(() => readQuery("SELECT 1", wrong({ database: 5 }))).toThrow('"database" must be a string, got 5');
    expect(() => readQuery("SELECT 1", wrong({ path: "a" }))).toThrow('readQuery has no option "path"');
    expect(() => readParquet("a", wrong({ usecols: ["a"] }))).toThrow(
      'readParquet has no option "usecols": here it is "columns"',
    );
    expect(() => readArrow("a", wrong({ columns: "a" }))).toThrow('"columns" must be an array');
  });
});
