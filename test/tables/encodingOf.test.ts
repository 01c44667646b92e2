import { describe, expect, test } from "vitest";
import { designMatrix, type Encoding, encodingOf, type TableLike, type TableOptions } from "../../src/index.js";
import { wrong } from "../models/refusals.js";
import { rowsOf } from "./support.js";

const table = {
  age: [31, null, 28, 52, 39.5],
  region: ["south", "north", "", "east", "north"],
  flag: [true, false, false, true, true],
  y: [1, 2, 3, 4, 5],
};
type Name = keyof typeof table;
const names = Object.keys(table) as Name[];

/** Rows from one up to another, as a reader gives them. */
const chunk = (from: number, to: number) => ({
  names,
  columns: Object.fromEntries(names.map((name) => [name, table[name].slice(from, to)])),
  rows: to - from,
});
const chunks = [chunk(0, 2), chunk(2, 2), chunk(2, 5)];
async function* stream(): AsyncGenerator<TableLike> {
  yield* chunks;
}

describe("the encoding of a stream", () => {
  const all: TableOptions[] = [
    { missing: "mean" },
    { missing: "indicator", interactions: [["age", "region"]], polynomial: { age: 2 } },
    { missing: "drop", reference: "first" },
    { missing: "mean", categorical: ["flag"], unknown: "zero" },
  ];
  test.each(all)("is that of the whole table: %o", async (more) => {
    const options = { target: "y", ...more };
    const expected = JSON.stringify(designMatrix(table, options).encoding);
    for (const source of [stream(), chunks, new Set(chunks), [table]]) {
      expect(JSON.stringify(await encodingOf(source, options))).toBe(expected);
    }
  });

  test("makes X of each chunk, with the columns of the whole", async () => {
    const options = { target: "y", missing: "mean" } as const;
    const encoding = await encodingOf(stream(), options);
    expect(chunks.flatMap((one) => rowsOf(encoding.apply(one)))).toEqual(rowsOf(designMatrix(table, options).X));
  });

  test("reads each chunk once", async () => {
    let reads = 0;
    const record = Object.defineProperty({}, "a", { get: () => ++reads, enumerable: true });
    await encodingOf([[record], [{ a: 3 }]]);
    expect(reads).toBe(1);
  });

  test("a column that a chunk lacks has gaps there", async () => {
    const parts: TableLike[] = [[{ a: 1 }], [{ a: 2, b: "x" }, { b: "y" }]];
    const whole = [{ a: 1 }, { a: 2, b: "x" }, { b: "y" }];
    const missing = "indicator";
    expect(JSON.stringify(await encodingOf(parts, { missing }))).toBe(
      JSON.stringify(designMatrix(whole, { missing }).encoding),
    );
    await expect(encodingOf(parts)).rejects.toThrow(
      'got 1 in column "a" (first in row 2), 1 in column "b" (first in row 0)',
    );
  });

  test("has levels of all chunks", async () => {
    const encoding: Encoding = await encodingOf([{ a: ["b", "c"] }, { a: ["a"] }]);
    expect(encoding.names).toEqual(["a=a", "a=b", "a=c"]);
  });
});

describe("refusals", () => {
  const failing = async function* (): AsyncGenerator<TableLike> {
    yield { a: [1] };
    throw new Error("no more");
  };
  test.each<[string, unknown, TableOptions, string]>([
    ["no stream", 3, {}, '"chunks" must be a list or a stream of tables, got 3'],
    [
      "one table that is no list of tables",
      { a: [1] },
      {},
      '"chunks" must be a list or a stream of tables, got an Object',
    ],
    ["records that are not in chunks", [{ a: 1 }], {}, '"chunks" must be a table'],
    ["none", [], {}, '"chunks" must have at least one row, got 0'],
    [
      "another kind in a later chunk",
      [{ a: [1, 2] }, { a: [3, "x"] }],
      {},
      'begins with numbers, got "x" in row 3, column "a"',
    ],
    ["a gap", [{ a: [1, 2] }, { a: [3, null] }], {}, 'got 1 in column "a" (first in row 3)'],
    ["an option that is none", chunks, wrong({ lambda: 1 }), 'encodingOf has no option "lambda"'],
    ["a column that is not there", chunks, { target: "z" }, '"target" must name columns of the table, got "z"'],
    ["what the stream throws, as it is", failing(), {}, "no more"],
    ["a stream that cannot begin", new Proxy(Float64Array.of(1), {}), {}, '"chunks" must be readable, got'],
  ])("%s", async (_, source, options, message) => {
    await expect(encodingOf(wrong(source), options)).rejects.toThrow(message);
  });
});
