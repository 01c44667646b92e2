import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { parse } from "csv-parse/sync";
import { afterAll, describe, expect, test, vi } from "vitest";
import { readCsv } from "../../src/readers/index.js";
import { csv } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "regulus-readers-"));
const path = join(folder, "some file.csv");
const rows = 70_000;
const lines = Array.from({ length: rows }, (_, i) => `${i},${(i * 0.37).toFixed(4)},"t ""${i % 7}"""`);
const text = `i,x,t\n${lines.join("\n")}\n`;
writeFileSync(path, text);
afterAll(() => rmSync(folder, { recursive: true }));

describe("files", () => {
  test.each<[string, () => Parameters<typeof readCsv>[0]]>([
    ["a path", () => path],
    ["a URL", () => pathToFileURL(path)],
    ["a URL as text", () => pathToFileURL(path).href],
    ["a stream of Node", () => createReadStream(path)],
    ["a stream of text", () => createReadStream(path, "utf8")],
    ["a stream of pieces", () => Readable.from([text.slice(0, 1000), text.slice(1000)])],
    ["a Buffer", () => Buffer.from(text)],
  ])("by %s", async (_, source) => {
    const { i, x, t } = await csv(source());
    const expected = parse(text, { columns: true }) as { i: string; x: string; t: string }[];
    expect(i).toEqual(expected.map((row) => Number(row.i)));
    expect(x).toEqual(expected.map((row) => Number(row.x)));
    expect(t).toEqual(expected.map((row) => row.t));
  });

  test("errors name the file, or say that there is none", async () => {
    const bad = join(folder, "bad.csv");
    writeFileSync(bad, "a,b\n1,2\n3\n");
    await expect(csv(bad)).rejects.toThrow(`"${bad}" must have 2 values in each row, got 1 in line 3`);
    await expect(csv(createReadStream(bad))).rejects.toThrow(
      `"${bad}" must have 2 values in each row, got 1 in line 3`,
    );
    const error = await csv(join(folder, "none.csv")).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/none\.csv" must be there to be read, got ENOENT/);
    expect(error.cause.code).toBe("ENOENT");
    await expect(csv(folder)).rejects.toThrow("must be there to be read, got EISDIR");
  });

  test("are closed where the loop is left", async () => {
    const stream = createReadStream(path);
    for await (const _ of readCsv(stream, { chunkRows: 10 })) break;
    expect(stream.destroyed).toBe(true);
    const opened = vi.spyOn(process.getBuiltinModule("node:fs/promises"), "open");
    for await (const _ of readCsv(path, { chunkRows: 10 })) break;
    const file = await opened.mock.results[0].value;
    opened.mockRestore();
    expect(file.fd).toBe(-1);
  });
});
