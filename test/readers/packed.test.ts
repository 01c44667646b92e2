import { describe, expect, test } from "vitest";
import { readCsv, type Source } from "../../src/readers/index.js";
import { randomStream } from "../support/arbitraries.js";
import { csv, packed, streamOf } from "./support.js";

type Data = Uint8Array<ArrayBuffer>;

const joined = async (...parts: Data[]): Promise<Data> => new Uint8Array(await new Blob(parts).arrayBuffer());

/** A table of about so many bytes. */
function tableOf(rows: number): string {
  const next = randomStream(11);
  const lines = Array.from({ length: rows }, (_, i) => `${i},${(next() / 2 ** 32).toFixed(6)}\n`);
  return `i,x\n${lines.join("")}`;
}

const text = tableOf(30_000);
const expected = await csv(text);

test.each<[string, (data: Data) => Source]>([
  ["bytes", (data) => data],
  ["a Blob", (data) => new Blob([data])],
  ["a File of any name", (data) => new File([data], "some.csv")],
  ["a Response", (data) => new Response(data)],
  ["a stream", (data) => new Blob([data]).stream()],
  ["pieces of a byte", (data) => streamOf(data, 1).stream],
  ["pieces of 1000 bytes", (data) => streamOf(data, 1000).stream],
])("gzip is read from %s", async (_, source) => {
  expect(await csv(source(await packed(text)))).toEqual(expected);
});

describe("members", () => {
  const parts = (at: readonly number[]): string[] =>
    [0, ...at].map((from, k) => text.slice(from, [...at, text.length][k]));

  test.each([
    ["two", [1000]],
    ["many", Array.from({ length: 20 }, (_, k) => 3 + 17_001 * k)],
    ["with nothing in them", [0, 5, 5, 5, 400, text.length]],
  ])("%s, one after the other", async (_, at) => {
    const data = await joined(...(await Promise.all(parts(at).map(packed))));
    for (const size of [data.length, 1, 777]) expect(await csv(streamOf(data, size).stream)).toEqual(expected);
  });

  test("what only looks like another one is none", async () => {
    const [first, second] = await Promise.all([packed(text.slice(0, 999)), packed(text.slice(999))]);
    // A field of the header, which readers pass over
    const extra = [1, 2, 3, 4, 0x1f, 0x8b, 8, 0, 5, 5, 0x1f, 0x8b, 8, 31, 0x1f, 0x8b];
    const head = Uint8Array.from([...first.slice(0, 10), extra.length, 0, ...extra]);
    head[3] = 4;
    const data = await joined(head, first.slice(10), second);
    for (const size of [data.length, 1]) expect(await csv(streamOf(data, size).stream)).toEqual(expected);
  });
});

describe("what is broken", () => {
  const ends = async (change: (data: Data) => Data): Promise<Error & { code?: string }> =>
    csv(new File([change(await packed(text))], "some.csv.gz")).then(
      () => new Error("none"),
      (error) => error,
    );
  test.each<[string, (data: Data) => Data]>([
    ["cut off", (data) => data.slice(0, 40_000)],
    ["cut off in its trailer", (data) => data.slice(0, -1)],
    ["cut off in its header", (data) => data.slice(0, 5)],
    [
      "with a wrong checksum",
      (data) => {
        data[data.length - 8] ^= 1;
        return data;
      },
    ],
    ["compressed in a way that nobody knows", (data) => data.fill(9, 2, 3)],
  ])("%s: an error names the file", async (_, change) => {
    const error = await ends(change);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.code).toBe("ERR_VALUE");
    expect(error.message).toMatch(/^"some\.csv\.gz" must be whole gzip, got .{5}/);
  });

  test("changed: what comes of it is refused, or that it is broken", async () => {
    const { code, message } = await ends((data) => data.fill(0, 20_000, 20_100));
    expect(code).toMatch(/^ERR_/);
    expect(message).toMatch(/^"some\.csv\.gz" must /);
  });

  test("what a stream throws is thrown as it is", async () => {
    const data = await packed(text);
    const source = async function* () {
      yield data.subarray(0, 30_000);
      throw new Error("no more");
    };
    await expect(csv(source())).rejects.toThrow(/^no more$/);
    const start = async function* () {
      yield data.subarray(0, 1);
      throw new Error("no more");
    };
    await expect(csv(start())).rejects.toThrow(/^no more$/);
  });
});

test("is let go of where the loop is left, and read as it is asked for", async () => {
  const data = await packed(tableOf(400_000));
  const { stream, asked } = streamOf(data, 1000);
  for await (const _ of readCsv(stream, { chunkRows: 10 })) break;
  expect(asked.isCancelled).toBe(true);
  expect(asked.pulls).toBeLessThan(data.length / 1000 / 2);
  expect(stream.locked).toBe(false);
});

test("lines are counted as in what was compressed", async () => {
  await expect(csv(await packed("a,b\n1,2\n3\n"))).rejects.toThrow(
    '"bytes" must have 2 values in each row, got 1 in line 3',
  );
});
