import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { designMatrix, encodingOf, setBackend } from "../../src/index.js";
import { type CsvOptions, readCsv, type Source } from "../../src/readers/index.js";
import { wrong } from "../models/refusals.js";
import { randomStream } from "../support/arbitraries.js";
import { drawNumber } from "../support/decimals.js";
import { csv, gather, streamOf } from "./support.js";

const { NaN: GAP } = Number;

afterEach(() => setBackend("auto"));

describe("tables", () => {
  test.each<[string, string, CsvOptions, Record<string, (string | number | null)[]>]>([
    ["numbers and texts", "a,b\n1,x\n-2.5,y\n", {}, { a: [1, -2.5], b: ["x", "y"] }],
    ["CRLF and no last line's end", "a,b\r\n1,x\r\n2,y", {}, { a: [1, 2], b: ["x", "y"] }],
    ["a byte order mark", "\ufeffa,b\n1,x\n", {}, { a: [1], b: ["x"] }],
    ["semicolons", "a;b\n1,5;x\n2,5;y\n", {}, { a: ["1,5", "2,5"], b: ["x", "y"] }],
    ["tabs", "a\tb c\n1\t2\n", {}, { a: [1], "b c": [2] }],
    ["bars", "a|b\n1|2\n", {}, { a: [1], b: [2] }],
    ["commas that are quoted do not count", 'a;b\n"1,2,3";4\n"5,6,7";8\n', {}, { a: ["1,2,3", "5,6,7"], b: [4, 8] }],
    ["a delimiter of one's own", "a b\n1 2\n", { delimiter: " " }, { a: [1], b: [2] }],
    ["one column", "a\n1\n\n3\n", {}, { a: [1, GAP, 3] }],
    [
      "decimal commas",
      'a;b;c\n1,5;x,y;"2,25"\n-0,5;z;+1,e2\n ,5 ;;\n7;w;1,5E-3\n',
      { decimal: "," },
      { a: [1.5, -0.5, 0.5, 7], b: ["x,y", "z", null, "w"], c: [2.25, 100, GAP, 0.0015] },
    ],
    [
      "points and spaces between thousands",
      "a;b;c;d\n1.234,5;1.234.567;1 234,5;12\n1.234;1.234;1\u00a0234\u00a0567;1\n12.345.678,25;999;7;-1.234,0\n",
      { decimal: "," },
      { a: [1234.5, 1234, 12345678.25], b: [1234567, 1234, 999], c: [1234.5, 1234567, 7], d: [12, 1, -1234] },
    ],
    [
      "points that may be decimal ones, or are none of thousands",
      "a;b;c;d;e\n1.234;1.5;1.234,5;1,5;1234,5\n2;2;1.2345,5;1,2,3;1.234.5\n",
      { decimal: "," },
      { a: ["1.234", "2"], b: ["1.5", "2"], c: ["1.234,5", "1.2345,5"], d: ["1,5", "1,2,3"], e: ["1234,5", "1.234.5"] },
    ],
    [
      "points between thousands where columns are told to be numbers",
      "a;b\n1.234;x\n2;y\n",
      { decimal: ",", types: { a: "number" } },
      { a: [1234, 2], b: ["x", "y"] },
    ],
    [
      "decimal commas in quotes, with commas for delimiters",
      'a,b\n"1,5","2,25"\n3,"4,5"\n',
      { decimal: "," },
      { a: [1.5, 3], b: [2.25, 4.5] },
    ],
    [
      "more commas than semicolons",
      "a, x;b, y\n1,5;2,5\n3,5;4,5\n",
      { decimal: "," },
      { "a, x": [1.5, 3.5], "b, y": [2.5, 4.5] },
    ],
    ["one column with decimal commas", "a\n1,5\n2,5\n", { decimal: "," }, { a: [1.5, 2.5] }],
    [
      "gaps that are numbers with decimal commas",
      "a;b\n-999,0;1\n1,5;2\n",
      { decimal: ",", naValues: ["-999"] },
      { a: [GAP, 1.5], b: [1, 2] },
    ],
    ["lines with nothing in them", "\na,b\n\n1,2\r\n\r\n3,4\n\n\n", {}, { a: [1, 3], b: [2, 4] }],
    ["no header", "1,x\n2,y\n", { header: false }, { column1: [1, 2], column2: ["x", "y"] }],
    ["a header with a name that is empty", 'a,,"c",\n1,2,3,4\n', {}, { a: [1], column2: [2], c: [3], column4: [4] }],
    ["quotes", '"a ""b""",c\n"x, ""y""\nz",1\n"","2"\n', {}, { 'a "b"': ['x, "y"\nz', null], c: [1, 2] }],
    ["a quote inside of a field", 'a,b\n5" pipe,1\n', {}, { a: ['5" pipe'], b: [1] }],
    ["carriage returns inside of fields", 'a,b\n"x\r\ny",1\nu\rv,2\n', {}, { a: ["x\r\ny", "u\rv"], b: [1, 2] }],
    [
      "other spellings of numbers",
      "a\n1e5\n 1 \n+1\n.5\n5.\n0x1F\n-Infinity\n-0\n",
      {},
      { a: [1e5, 1, 1, 0.5, 5, 31, -Infinity, -0] },
    ],
    [
      "what Number does not take",
      "a,b,c\nInf,1_000,1 2\n1,1,1\n",
      {},
      { a: ["Inf", "1"], b: ["1_000", "1"], c: ["1 2", "1"] },
    ],
    [
      "gaps",
      "a,b\n1,x\n,\n NA ,NA\nNaN,  \nnull,null\n",
      {},
      { a: [1, GAP, GAP, GAP, GAP], b: ["x", null, null, null, null] },
    ],
    [
      "gaps that are told, and blank fields",
      "a,b\n?,?\n,\n1,NA\n",
      { naValues: ["?"] },
      { a: [GAP, GAP, 1], b: [null, null, "NA"] },
    ],
    [
      "gaps that are numbers, however they are written",
      "a,b\n-999,-999\n-999.0,x\n-9.99e2,y\n1,z\n",
      { naValues: ["-999"] },
      { a: [GAP, GAP, GAP, 1], b: [null, "x", "y", "z"] },
    ],
    ["nothing but gaps", "a,b\n,1\nNA,2\n", {}, { a: [GAP, GAP], b: [1, 2] }],
    [
      "columns that are asked for, in that order",
      'a,b,c\n1,"x",3\n4,5,6\n',
      { columns: ["c", "a"] },
      { c: [3, 6], a: [1, 4] },
    ],
    ["types that are told", "a,b\n007,1\n8,2\n", { types: { a: "string" } }, { a: ["007", "8"], b: [1, 2] }],
    ["texts beyond ASCII", "größe,名\n1,é\n2,😀\n", {}, { größe: [1, 2], 名: ["é", "😀"] }],
    [
      "names that objects have",
      "__proto__,constructor,2,1\n1,2,3,4\n",
      {},
      { ["__proto__"]: [1], constructor: [2], 2: [3], 1: [4] },
    ],
    ["a header alone", "a,b\n", {}, {}],
    ["an empty text without a header", "\n", { header: false }, {}],
  ])("%s", async (_, text, options, expected) => {
    for (const backend of ["js", "auto"] as const) {
      setBackend(backend);
      const found = await csv(text, options);
      expect(Object.entries(found)).toEqual(Object.entries(expected));
      // Cut anywhere
      for (const size of [1, 2, 5]) expect(await csv(streamOf(text, size).stream, options)).toEqual(found);
    }
  });

  test("names are in the order of the file, whatever their columns' is", async () => {
    for await (const { names } of readCsv("b,2,1\n1,2,3\n")) expect(names).toEqual(["b", "2", "1"]);
  });

  test("chunks have the rows that are asked for, and belong to their reader", async () => {
    const text = `a,b\n${Array.from({ length: 10 }, (_, i) => `${i},t${i}`).join("\n")}\n`;
    const chunks = [];
    for await (const chunk of readCsv(text, { chunkRows: 4 })) chunks.push(chunk);
    expect(chunks.map(({ rows }) => rows)).toEqual([4, 4, 2]);
    expect(chunks.flatMap(({ columns }) => [...(columns.a as Float64Array)])).toEqual([...Array(10).keys()]);
    expect(chunks.flatMap(({ columns }) => columns.b as string[])).toEqual(
      Array.from({ length: 10 }, (_, i) => `t${i}`),
    );
  });

  test("chunks have 65,536 rows, or 2^21 values", async () => {
    const sizes = async (columns: number, rows: number) => {
      const line = `${new Array(columns).fill(1).join(",")}\n`;
      const found = [];
      for await (const chunk of readCsv(line.repeat(rows), { header: false })) found.push(chunk.rows);
      return found;
    };
    expect(await sizes(1, 70_000)).toEqual([65_536, 4464]);
    expect(await sizes(1000, 2100)).toEqual([2097, 3]);
  });

  test("records longer than any window, and those that lie across two", async () => {
    const long = `${"x".repeat(700_000)}"\n`.replace('"', '""');
    const text = `a,b\n1,"${long}"\n2,y\n${"3,z\n".repeat(100_000)}4,"${long}"\n`;
    for (const backend of ["js", "auto"] as const) {
      setBackend(backend);
      const { a, b } = await csv(text);
      expect([a.length, b.length, a[0], a[1], a[100_001], a[100_002]]).toEqual([100_003, 100_003, 1, 2, 3, 4]);
      expect([b[0], b[1], b[100_002]]).toEqual([long.replace('""', '"'), "y", long.replace('""', '"')]);
    }
  });

  test("numbers have the bits of Number, in quotes or not", async () => {
    const next = randomStream(5);
    const fields = Array.from({ length: 20_000 }, () => drawNumber(next));
    const { a, b } = await csv(`a,b\n${fields.map((field) => `${field},"${field}"`).join("\r\n")}`);
    fields.forEach((field, i) => {
      if (!Object.is(a[i], Number(field)) || !Object.is(b[i], Number(field))) throw new Error(`${field}: ${a[i]}`);
    });
  });

  test("any table comes back as it was written, cut anywhere, in rows of any number", async () => {
    const part = fc.constantFrom("a", "b c", ",", ";", '"', "\n", "\r\n", "\r", "é", "😀", "1", "", " ", "-");
    const field = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 4 })
          .chain((p) => fc.array(fc.array(field, { minLength: p, maxLength: p }), { minLength: 1, maxLength: 8 })),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (rows, quotesAll, size, chunkRows, isWasm) => {
          const mustQuote = (text: string) => quotesAll || /[,"\n\r]/.test(text) || rows[0].length === 1;
          const write = (text: string) => (mustQuote(text) ? `"${text.replaceAll('"', '""')}"` : text);
          const names = rows[0].map((_, j) => `n${j}`);
          const text = [names, ...rows].map((fields) => fields.map(write).join(",")).join("\n");
          const types = Object.fromEntries(names.map((name) => [name, "string" as const]));
          setBackend(isWasm ? "auto" : "js");
          const options = { delimiter: ",", types, chunkRows, naValues: ["zz"] };
          const found = await csv(streamOf(text, size).stream, options);
          const expected = names.map((_, j) => rows.map((fields) => (fields[j].trim() === "" ? null : fields[j])));
          expect(Object.values(found)).toEqual(expected);
        },
      ),
    );
  });
});

describe("types", () => {
  const column = (rows: number, last: string) => `a\n${"1\n".repeat(rows - 1)}${last}\n`;

  test("are what the first 10,000 rows say", async () => {
    const { a } = await csv(column(10_000, "x"));
    expect([a.length, a[0], a[9999]]).toEqual([10_000, "1", "x"]);
  });

  test("with decimal commas: a point between thousands is one in a column of whole numbers, and any other is refused", async () => {
    const rows = "1;1,5\n".repeat(10_000);
    const { a } = await csv(`a;b\n${rows}1.234;2\n`, { decimal: "," });
    expect(a[10_000]).toBe(1234);
    await expect(csv(`a;b\n${rows}1;1.5\n`, { decimal: "," })).rejects.toThrow(
      '"text" must hold numbers in a column of numbers, got "1.5" in line 10002, column "b"',
    );
  });

  test("are kept to in later rows", async () => {
    await expect(csv(column(10_001, "x"))).rejects.toThrow(
      '"text" must hold numbers in a column of numbers, got "x" in line 10002, column "a"',
    );
    const { a } = await csv(column(10_001, "x"), { naValues: ["x"] });
    expect(a.slice(9999)).toEqual([1, GAP]);
  });
});

describe("sources", () => {
  const text = "a,b\n1,x\n2,y\n";
  const bytes = new TextEncoder().encode(text);
  async function* pieces(): AsyncGenerator<unknown> {
    yield bytes.slice(0, 5);
    yield text.slice(5);
  }
  test.each<[string, () => Source]>([
    ["text", () => text],
    ["text with carriage returns", () => text.replaceAll("\n", "\r\n")],
    ["bytes", () => bytes],
    ["a part of other bytes", () => new TextEncoder().encode(`,,${text}`).subarray(2)],
    ["a buffer", () => bytes.slice().buffer],
    ["a DataView", () => new DataView(bytes.slice().buffer)],
    ["a Blob", () => new Blob([text])],
    ["a File", () => new File([text], "some.csv")],
    ["a Response", () => new Response(text)],
    ["a ReadableStream", () => streamOf(text, 3).stream],
    ["bytes and strings one after the other", () => pieces()],
    ["an address", () => `data:text/csv,${encodeURIComponent(text)}`],
    ["a URL", () => new URL(`data:text/csv,${encodeURIComponent(text)}`)],
  ])("%s", async (_, source) => {
    expect(await csv(source())).toEqual({ a: [1, 2], b: ["x", "y"] });
  });

  test("strings that are cut anywhere, and bytes that come in the same memory", async () => {
    const wide = "a,b\n1,\u{1f600}\n2,\u00e9\n";
    const expected = { a: [1, 2], b: ["\u{1f600}", "\u00e9"] };
    const units = async function* () {
      for (let i = 0; i < wide.length; ++i) yield wide[i];
    };
    expect(await csv(units())).toEqual(expected);
    const bytes = async function* () {
      const one = new Uint8Array(1);
      for (const byte of new TextEncoder().encode(wide)) {
        one[0] = byte;
        yield one;
      }
    };
    expect(await csv(bytes())).toEqual(expected);
  });

  test.each<[string, () => unknown, string]>([
    [
      "no source",
      () => 5,
      '"source" must be a path, a URL, text with a line break, bytes, a Blob, a Response or a stream, got 5',
    ],
    ["nothing", () => undefined, "got undefined"],
    ["a list", () => [1], "got Array(1)"],
    [
      "what cannot be read",
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
      '"source" must be readable',
    ],
    [
      "a stream of others",
      async function* () {
        yield 5;
      },
      '"source" must give bytes or strings, got 5',
    ],
    [
      "a response that failed",
      () => new Response("no", { status: 404, statusText: "Not Found" }),
      '"Response" must be there to be read, got 404 Not Found',
    ],
    ["a response without a body", () => new Response(null), '"Response" must begin with a header, got nothing'],
    [
      "a stream in use",
      () => {
        const { stream } = streamOf(text, 1);
        stream.getReader();
        return stream;
      },
      '"stream" must be there to be read',
    ],
    [
      "what a stream throws, as it is",
      async function* () {
        yield text;
        throw new Error("no more");
      },
      "no more",
    ],
  ])("refuses %s", async (_, source, message) => {
    await expect(csv(wrong(source()))).rejects.toThrow(message);
  });

  test.each([
    ["columns", null],
    ["columns", Number.NaN],
    ["naValues", null],
    ["types", new Map([["a", "string"]])],
    ["types", new Date(0)],
  ])("options of another kind are refused: %s", (name, value) => {
    const read = () => readCsv("a\n1\n", { [name]: wrong(value) });
    expect(read).toThrow(TypeError);
    expect(read).toThrow(`"${name}" must be an`);
  });

  test("are let go of where the loop is left, and where it fails", async () => {
    const long = `a\n${"1\n".repeat(300_000)}`;
    const left = streamOf(long, 1000);
    for await (const _ of readCsv(left.stream, { chunkRows: 10 })) break;
    expect(left.asked.isCancelled).toBe(true);
    expect(left.asked.pulls).toBeLessThan(300);
    expect(left.stream.locked).toBe(false);
    const failing = streamOf(long, 1000);
    await expect(csv(failing.stream, { columns: ["b"] })).rejects.toThrow(
      '"columns" must name columns of "stream", got "b"',
    );
    expect(failing.asked.isCancelled).toBe(true);
    let isReturned = false;
    async function* endless() {
      try {
        yield "a\n";
        for (;;) yield "1\n".repeat(1000);
      } finally {
        isReturned = true;
      }
    }
    for await (const _ of readCsv(endless())) break;
    expect(isReturned).toBe(true);
  });

  test("are read as chunks are asked for", async () => {
    const { stream, asked } = streamOf(`a\n${"1\n".repeat(1_000_000)}`, 10_000);
    const chunks = readCsv(stream, { chunkRows: 1000 });
    expect(asked.pulls).toBe(0);
    const counts: number[] = [];
    for (let k = 0; k < 3; ++k) {
      await chunks.next();
      counts.push(asked.pulls);
    }
    // One window of 256 KiB
    expect(counts).toEqual([27, 27, 27]);
    await chunks.return();
    expect(asked.isCancelled).toBe(true);
  });
});

describe("refusals", () => {
  test.each<[string, string, CsvOptions, string, string]>([
    [
      "lines that end with CR",
      "a,b\r1,2\r",
      {},
      "ERR_VALUE",
      '"text" must have lines that end with LF or CRLF, got CR alone',
    ],
    ["what only spreadsheets take", "sep=;\na;b\n1;2\n", {}, "ERR_VALUE", 'must begin with a header, got "sep="'],
    [
      "a row that is too short",
      "a,b\n1,2\n\n3\n",
      {},
      "ERR_LENGTH",
      '"text" must have 2 values in each row, got 1 in line 4',
    ],
    [
      "a row that is too long",
      'a,b\n"x\ny",2\n3,4,5\n',
      {},
      "ERR_LENGTH",
      '"text" must have 2 values in each row, got more than 2 in line 4',
    ],
    [
      "a row too long in a column that is passed over",
      "a,b\n1,2\n3,4,5\n",
      { columns: ["a"] },
      "ERR_LENGTH",
      "got more than 2 in line 3",
    ],
    [
      "a quote that is not closed",
      'a,b\n1,2\n3,"x\n4,5\n',
      {},
      "ERR_VALUE",
      '"text" must close each quote, got one in line 3 that is not',
    ],
    [
      "a quote in the header that is not closed",
      'a,"b\n1,2\n',
      {},
      "ERR_VALUE",
      "must close each quote, got one in line 1",
    ],
    ["text behind a quote", 'a,b\n1,2\n3,"x"y\n', {}, "ERR_VALUE", "behind a closing quote, got more in line 3"],
    [
      "a name twice",
      "a,b,a\n1,2,3\n",
      {},
      "ERR_VALUE",
      '"text" must name each column once, got "a" again in its header',
    ],
    ["a name that is another's place", "column2,\n1,2\n", {}, "ERR_VALUE", 'got "column2" again'],
    ["nothing", "\n\n", {}, "ERR_VALUE", '"text" must begin with a header, got nothing'],
    [
      "text in a column of numbers",
      'a,b\n1,"x\ny"\n2,z\nw,u\n',
      { types: { a: "number" } },
      "ERR_TYPE",
      'got "w" in line 5, column "a"',
    ],
    [
      "a column that is not there",
      "alpha,b\n1,2\n",
      { columns: ["alpah"] },
      "ERR_VALUE",
      '"columns" must name columns of "text", got "alpah": did you mean "alpha"?',
    ],
    [
      "a column twice",
      "a,b\n1,2\n",
      { columns: ["a", "a"] },
      "ERR_VALUE",
      '"columns" must name each column once, got "a" again',
    ],
    [
      "a type of a column that is not there",
      "a,b\n1,2\n",
      { types: { c: "number" } },
      "ERR_VALUE",
      '"types" must name columns of "text", got "c"',
    ],
  ])("%s", async (_, text, options, code, message) => {
    for (const size of [1, 7, 1000]) {
      const error = await csv(new File([text], "text"), options).catch((thrown) => thrown);
      expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
      const same = await csv(streamOf(text, size).stream, options).catch((thrown) => thrown);
      expect(same.message).toBe(error.message.replace('"text"', '"stream"'));
    }
  });

  test("what is no UTF-8", async () => {
    const latin = Uint8Array.of(97, 44, 98, 10, 49, 44, 120, 10, 50, 44, 0xe9, 10);
    await expect(csv(latin)).rejects.toThrow('"bytes" must be UTF-8, got bytes that are not in line 3');
    const utf16 = Uint8Array.of(0xff, 0xfe, 97, 0, 10, 0);
    await expect(csv(utf16)).rejects.toThrow('"bytes" must be UTF-8, got UTF-16');
  });

  test.each<[string, unknown, string, string]>([
    ["an option of others", { sep: ";" }, "ERR_OPTION", 'readCsv has no option "sep": here it is "delimiter"'],
    ["no options", null, "ERR_TYPE", "the options of readCsv must be an object, got null"],
    ["a delimiter of several characters", { delimiter: ", " }, "ERR_VALUE", '"delimiter" must be one ASCII character'],
    ["a delimiter that numbers have", { delimiter: "." }, "ERR_VALUE", 'got "."'],
    ["a delimiter that is none", { delimiter: 5 }, "ERR_TYPE", '"delimiter" must be a character, got 5'],
    [
      "a delimiter that is the decimal sign",
      { delimiter: ",", decimal: "," },
      "ERR_VALUE",
      '"decimal" must be another',
    ],
    ["a decimal sign that is none", { decimal: "'" }, "ERR_VALUE", '"decimal" must be "." or ","'],
    ["a decimal sign of others", { dec: "," }, "ERR_OPTION", 'readCsv has no option "dec": here it is "decimal"'],
    ["a header of names", { header: ["a"] }, "ERR_TYPE", '"header" must be true or false'],
    ["no rows in a chunk", { chunkRows: 0 }, "ERR_VALUE", '"chunkRows" must be'],
    [
      "a type that is none",
      { types: { a: "date" } },
      "ERR_VALUE",
      '"types of a" must be "number" or "string", got "date"',
    ],
    ["types that are none", { types: ["number"] }, "ERR_TYPE", '"types" must be an object with a type for each column'],
    ["columns that are none", { columns: [1] }, "ERR_TYPE", '"columns" must hold strings, got 1'],
    ["gaps that are none", { naValues: [1] }, "ERR_TYPE", '"naValues" must hold strings, got 1'],
  ])("%s, at once", (_, options, code, message) => {
    expect(() => readCsv("a\n1\n", wrong(options))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

describe("models", () => {
  const text = "age,region,y\n31,south,1\n,north,2\n28,,3\n52,east,4\n39.5,north,5\n";
  const options = { target: "y", missing: "mean" } as const;

  test("take chunks as tables", async () => {
    for await (const chunk of readCsv(text)) {
      const { X, y } = designMatrix(chunk, options);
      expect(X.names).toEqual(["age", "region=east", "region=north", "region=south", "region=(missing)"]);
      expect([...y]).toEqual([1, 2, 3, 4, 5]);
    }
  });

  test("have their encoding from a stream of chunks, which makes X of each", async () => {
    const encoding = await encodingOf(readCsv(text, { chunkRows: 2 }), options);
    const whole = await gather(readCsv(text));
    expect(JSON.stringify(encoding)).toBe(JSON.stringify(designMatrix(whole, options).encoding));
    let rows = 0;
    for await (const chunk of readCsv(text, { chunkRows: 2 })) rows += encoding.apply(chunk).rows;
    expect(rows).toBe(5);
  });
});
