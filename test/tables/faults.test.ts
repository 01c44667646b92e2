import { describe, expect, test } from "vitest";
import { designMatrix, type TableOptions } from "../../src/index.js";
import { infinity, nan, type Refusal, testRefusals, wrong } from "../models/refusals.js";

const design =
  (table: unknown, options: unknown = {}) =>
  () =>
    designMatrix(wrong(table), wrong(options));

const people = [
  { id: "p1", age: 31, region: "north", charges: 12 },
  { id: "p2", age: 45, region: "south", charges: 30 },
  { id: "p3", age: 28, region: "north", charges: 21 },
];

describe("what is no table", () => {
  const message = '"table" must be a table: records, an object of columns, or a table of Arrow or arquero, got';
  testRefusals([
    ["nothing", design(undefined), "ERR_TYPE", `${message} undefined`],
    ["null", design(null), "ERR_TYPE", `${message} null`],
    ["a string", design("a,b"), "ERR_TYPE", `${message} "a,b"`],
    ["rows", design([[1, 2]]), "ERR_TYPE", `${message} Array(1)`],
    ["an object without columns", design({}), "ERR_TYPE", `${message} an Object`],
    ["a column that is a number", design({ a: [1], b: 2 }), "ERR_TYPE", `${message} an Object`],
    ["a Map", design(new Map([["a", [1]]])), "ERR_TYPE", `${message} a Map`],
    ["a number among records", design([{ a: 1 }, 2]), "ERR_TYPE", '"table" must hold records, got 2 in row 1'],
    ["a hole among records", design(Array.of({ a: 1 }).concat(Array(1))), "ERR_TYPE", "got undefined in row 1"],
    ["an array among records", design([{ a: 1 }, [1]]), "ERR_TYPE", "got Array(1) in row 1"],
    ["no records", design([]), "ERR_LENGTH", '"table" must have at least one row, got 0'],
    ["no rows", design({ a: [] }), "ERR_LENGTH", '"table" must have at least one row, got 0'],
    ["no columns", design([{}, {}]), "ERR_LENGTH", '"table" must have a column for X, got none'],
    [
      "columns of two lengths",
      design({ a: [1, 2], b: [1] }),
      "ERR_LENGTH",
      '"table" must have 2 values in each column, got 1 in column "b"',
    ],
    [
      "a chunk with a name too few",
      design({ names: ["a"], columns: { a: [1], b: [2] }, rows: 1 }),
      "ERR_LENGTH",
      '"table.names" must have 2 values, got 1',
    ],
    [
      "a chunk with a name twice",
      design({ names: ["a", "a"], columns: { a: [1], b: [2] }, rows: 1 }),
      "ERR_VALUE",
      '"table.names" must hold each name once, got "a" again for column 1',
    ],
    [
      "a chunk without a column that it names",
      design({ names: ["b"], columns: { a: [1] }, rows: 1 }),
      "ERR_TYPE",
      '"table" must hold arrays, got undefined as column "b"',
    ],
    [
      "a chunk with a column that is none",
      design({ names: ["a"], columns: { a: 3 }, rows: 1 }),
      "ERR_TYPE",
      '"table" must hold arrays, got 3 as column "a"',
    ],
    [
      "a chunk with other rows than it says",
      design({ names: ["a"], columns: { a: [1, 2] }, rows: 3 }),
      "ERR_LENGTH",
      '"table" must have 3 values in each column, got 2 in column "a"',
    ],
    ["only what is left out", design(people, { include: ["id"], exclude: ["id"] }), "ERR_LENGTH", "a column for X"],
    [
      "only a single level, which is the reference",
      design({ a: ["x", "x"] }, { reference: "first" }),
      "ERR_LENGTH",
      "for X",
    ],
  ]);
});

describe("values that no column holds", () => {
  const kinds = '"table" must hold numbers, booleans, strings or dates, got';
  const one = "must hold values of one kind in a column that begins with";
  testRefusals([
    ["an object", design({ a: [1, {}] }), "ERR_TYPE", `${kinds} an Object in row 1, column "a"`],
    ["an array", design([{ a: [1] }]), "ERR_TYPE", `${kinds} Array(1) in row 0, column "a"`],
    ["a symbol", design([{ a: Symbol("x") }]), "ERR_TYPE", `${kinds} Symbol(x) in row 0, column "a"`],
    ["a function", design([{ a: () => 1 }]), "ERR_TYPE", `${kinds} a function in row 0, column "a"`],
    [
      "a string among numbers",
      design({ age: [31, 45, "x"] }),
      "ERR_TYPE",
      `${one} numbers, got "x" in row 2, column "age"`,
    ],
    ["a number among strings", design({ a: ["x", 3] }), "ERR_TYPE", `${one} strings, got 3 in row 1, column "a"`],
    ["a number among booleans", design({ a: [true, 1] }), "ERR_TYPE", `${one} booleans, got 1 in row 1, column "a"`],
    ["a boolean among numbers", design({ a: [0, true] }), "ERR_TYPE", `${one} numbers, got true in row 1, column "a"`],
    [
      "a date among numbers",
      design({ a: [0, new Date(0)] }),
      "ERR_TYPE",
      `${one} numbers, got a Date in row 1, column "a"`,
    ],
    [
      "a string after a gap",
      design({ a: [null, 1, "x"] }, { missing: "mean" }),
      "ERR_TYPE",
      'got "x" in row 2, column "a"',
    ],
    [
      "an infinity",
      design({ a: [1, infinity] }),
      "ERR_NOT_FINITE",
      '"table" must be finite, got Infinity in row 1, column "a"',
    ],
    [
      "a bigint beyond 2^53",
      design({ a: [1n, 2n ** 53n + 1n] }),
      "ERR_VALUE",
      '"table" must hold bigints within 2^53, got 9007199254740993n in row 1, column "a"',
    ],
    ["one far below", design({ a: [-(2n ** 60n)] }), "ERR_VALUE", "got -1152921504606846976n in row 0"],
    [
      "one in a typed array",
      design({ a: BigInt64Array.of(1n, 2n ** 62n) }),
      "ERR_VALUE",
      'got 4611686018427387904n in row 1, column "a"',
    ],
    [
      "a string that is no number in a column of numbers as strings",
      design({ a: ["1", "x"] }, { numeric: ["a"] }),
      "ERR_TYPE",
      '"table" must hold numbers, got "x" in row 1, column "a"',
    ],
    ["a blank there", design({ a: ["1", " "] }, { numeric: ["a"] }), "ERR_TYPE", 'got " " in row 1, column "a"'],
    ["an infinity there", design({ a: ["Infinity"] }, { numeric: ["a"] }), "ERR_TYPE", 'got "Infinity" in row 0'],
    [
      "strings that all read as numbers",
      design({ zip: ["", "10115", "01067"] }, { missing: "mean" }),
      "ERR_TYPE",
      '"table" must have its strings that read as numbers listed in "numeric" or "categorical", got "10115" in row 1, column "zip"',
    ],
    [
      "the same as target",
      design({ a: [1, 2], y: ["1", "2"] }, { target: "y" }),
      "ERR_TYPE",
      'got "1" in row 0, column "y"',
    ],
    [
      "a mean that overflows",
      design({ a: [1.5e308, 1.5e308] }),
      "ERR_VALUE",
      '"table" must have columns whose sum does not overflow',
    ],
  ]);
});

describe("gaps", () => {
  const holes = { age: [31, null, nan, undefined], region: ["x", "", "NA", "y"], y: [1, 2, 3, 4] };
  testRefusals([
    [
      "counted by column, unless they are filled",
      design(holes, { target: "y" }),
      "ERR_VALUE",
      '"table" must have no gaps unless "missing" says what to do about them, got 3 in column "age" (first in row 1), 2 in column "region" (first in row 1)',
    ],
    [
      "in the target, which is never filled",
      design({ a: [1, 2, 3], y: [1, null, null] }, { target: "y", missing: "mean" }),
      "ERR_VALUE",
      '"table" must have no gaps in what is not in X, got 2 in column "y" (first in row 1)',
    ],
    [
      "in weights",
      design({ a: [1, 2], w: [1, null] }, { weights: "w", missing: "indicator" }),
      "ERR_VALUE",
      'got 1 in column "w" (first in row 1)',
    ],
    [
      "in all rows that are left out",
      design({ a: [1, null], b: [null, 2] }, { missing: "drop" }),
      "ERR_LENGTH",
      '"table" must have at least one row without gaps, got gaps in all 2: 1 in column "a", 1 in column "b"',
    ],
    [
      "in a whole column",
      design({ a: [1, 2], b: [null, ""] }, { missing: "mean" }),
      "ERR_VALUE",
      '"table" must have a value in column "b", got 2 gaps',
    ],
    [
      "in more columns than anyone reads",
      design([Object.fromEntries(Array.from({ length: 30 }, (_, j) => [`c${j}`, null]))]),
      "ERR_VALUE",
      '1 in column "c9" (first in row 0), and some in 20 other columns',
    ],
  ]);
});

describe("options", () => {
  const wish = (options: object) => design(people, options);
  testRefusals([
    ["none that is an object", design(people, 3), "ERR_TYPE", "the options of designMatrix must be an object, got 3"],
    [
      "a slip",
      wish({ targets: "charges" }),
      "ERR_OPTION",
      'designMatrix has no option "targets": did you mean "target"?',
    ],
    [
      "a target that is not there",
      wish({ target: "charge" }),
      "ERR_VALUE",
      '"target" must name columns of the table, got "charge": did you mean "charges"?',
    ],
    ["a target that is a number", wish({ target: 3 }), "ERR_TYPE", '"target" must be the name of a column, got 3'],
    [
      "columns to leave out that are not there",
      wish({ exclude: ["idd"] }),
      "ERR_VALUE",
      'got "idd": did you mean "id"?',
    ],
    [
      "columns that nothing is like",
      wish({ include: ["income"] }),
      "ERR_VALUE",
      '"include" must name columns of the table, got "income"',
    ],
    ["a category that is not there", wish({ categorical: ["regoin"] }), "ERR_VALUE", 'did you mean "region"?'],
    ["numbers that are not there", wish({ numeric: ["agee"] }), "ERR_VALUE", 'did you mean "age"?'],
    ["names that are no list", wish({ exclude: "id" }), "ERR_TYPE", '"exclude" must be an array, got "id"'],
    ["a name that is none", wish({ exclude: [0] }), "ERR_TYPE", '"exclude" must hold strings, got 0'],
    [
      "a column of both kinds",
      wish({ categorical: ["id"], numeric: ["id"] }),
      "ERR_VALUE",
      '"numeric" must have no column of "categorical", got "id" in both',
    ],
    [
      "another way with gaps",
      wish({ missing: "zero" }),
      "ERR_VALUE",
      '"missing" must be "error" or "mean" or "indicator" or "drop", got "zero"',
    ],
    [
      "another way with levels",
      wish({ unknown: "ignore" }),
      "ERR_VALUE",
      '"unknown" must be "error" or "zero", got "ignore"',
    ],
    ["a sparse that is none", wish({ sparse: "yes" }), "ERR_TYPE", '"sparse" must be true, false or "auto", got "yes"'],
    ["a reference that is none", wish({ reference: "last" }), "ERR_VALUE", '"reference" must be "none", "first" or'],
    [
      "a reference of no column",
      wish({ reference: { regio: "north" } }),
      "ERR_VALUE",
      '"reference" must name categories in X, got "regio": did you mean "region"?',
    ],
    [
      "a reference of numbers",
      wish({ reference: { age: 31 } }),
      "ERR_VALUE",
      '"reference" must name categories in X, got "age"',
    ],
    [
      "a reference that is no level",
      wish({ reference: { region: "nort" } }),
      "ERR_VALUE",
      '"reference of region" must name levels, got "nort": did you mean "north"?',
    ],
    [
      "an interaction of one",
      wish({ interactions: [["age"]] }),
      "ERR_VALUE",
      '"interactions" must hold pairs of two columns, got Array(1)',
    ],
    [
      "an interaction with itself",
      wish({ interactions: [["age", "age"]] }),
      "ERR_VALUE",
      '"interactions" must hold pairs of two columns, got Array(2)',
    ],
    [
      "an interaction with what is not in X",
      wish({ target: "charges", interactions: [["age", "charges"]] }),
      "ERR_VALUE",
      '"interactions" must name columns in X, got "charges"',
    ],
    [
      "powers of a category",
      wish({ polynomial: { region: 2 } }),
      "ERR_VALUE",
      '"polynomial" must name columns of numbers in X, got "region"',
    ],
    [
      "a power below 2",
      wish({ polynomial: { age: 1 } }),
      "ERR_VALUE",
      '"polynomial of age" must be a whole number at least 2, got 1',
    ],
    [
      "powers that are a list",
      wish({ polynomial: [["age", 2]] }),
      "ERR_TYPE",
      '"polynomial" must be an object with a value for each column, got Array(1)',
    ],
    [
      "more powers than anyone wants",
      wish({ polynomial: { age: 1e9 } }),
      "ERR_MEMORY",
      "X must have at most 16777216 columns",
    ],
    [
      "weights of text",
      wish({ weights: "region" }),
      "ERR_TYPE",
      '"weights" must be a column of numbers, got "region" of strings',
    ],
    [
      "strings for gaps that are none",
      wish({ naValues: [-999] }),
      "ERR_TYPE",
      '"naValues" must hold strings, got -999',
    ],
  ]);
});

describe("names of X that collide", () => {
  const once = '"table" must not make two columns of X with the same name, got';
  testRefusals([
    [
      "a column and a level",
      design({ "a=b": [1, 2], a: ["b", "c"] }),
      "ERR_VALUE",
      `${once} "a=b" of "a=b" and of "a"`,
    ],
    [
      "levels of two columns",
      design({ a: ["b=c", "x"], "a=b": ["c", "y"] }),
      "ERR_VALUE",
      `${once} "a=b=c" of "a" and of "a=b"`,
    ],
    [
      "a level and gaps",
      design({ a: ["(missing)", null, "x"] }, { missing: "mean" }),
      "ERR_VALUE",
      `${once} "a=(missing)" of "a" and of "a"`,
    ],
    [
      "a column and the gaps of another",
      design({ a: [1, null], "a (missing)": [1, 2] }, { missing: "indicator" }),
      "ERR_VALUE",
      `${once} "a (missing)" of gaps in "a" and of "a (missing)"`,
    ],
    [
      "a column and an interaction",
      design({ a: [1, 2], b: [1, 2], "a:b": [1, 2] }, { interactions: [["a", "b"]] }),
      "ERR_VALUE",
      `${once} "a:b" of "a:b" and of "a" by "b"`,
    ],
    [
      "a column and a power",
      design({ a: [1, 2], "a^2": [1, 2] }, { polynomial: { a: 2 } }),
      "ERR_VALUE",
      `${once} "a^2" of "a^2" and of powers of "a"`,
    ],
  ]);
});

/** Everything that looking at throws. */
const revoked = (target: object): never => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy as never;
};
const thrower = (): never => {
  throw new Error("no");
};

test("a category of more levels than a call has arguments is one", () => {
  const id = Array.from({ length: 300_000 }, (_, i) => `p${i}`);
  const { X } = designMatrix({ id });
  expect([X.rows, X.columns, "columnPointers" in X]).toEqual([300_000, 300_000, true]);
});

describe("hostile tables", () => {
  const unreadable = '"table" must be readable, got ';
  const getter = (name: string) => Object.defineProperty({ b: 1 }, name, { get: thrower, enumerable: true });
  const list = Object.defineProperty([1, 2], 1, { get: thrower });
  const gone = new Float64Array(2);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  const rows: Refusal[] = [
    ["a revoked proxy", design(revoked([])), "ERR_TYPE", unreadable],
    ["a revoked proxy of columns", design({ a: revoked([]) }), "ERR_TYPE", '"table" must be a table'],
    ["a revoked proxy of a record", design([{ a: 1 }, revoked({})]), "ERR_TYPE", unreadable],
    ["a getter that throws", design([getter("a")]), "ERR_TYPE", `${unreadable}no`],
    ["a cell that throws", design({ a: list }), "ERR_TYPE", `${unreadable}no`],
    ["a proxy that throws", design(new Proxy([{ a: 1 }], { get: thrower })), "ERR_TYPE", `${unreadable}no`],
    ["keys that throw", design([new Proxy({ a: 1 }, { ownKeys: thrower })]), "ERR_TYPE", `${unreadable}no`],
    ["a detached column", design({ a: [1, 2], b: gone }), "ERR_LENGTH", 'got 0 in column "b"'],
    [
      "a name that throws",
      design({ names: new Proxy(["a"], { get: thrower }), columns: { a: [1] }, rows: 1 }),
      "ERR_TYPE",
      '"table.names" must be readable, got no',
    ],
    [
      "an option that throws",
      design(people, Object.defineProperty({}, "target", { get: thrower, enumerable: true })),
      "ERR_TYPE",
      "the options of designMatrix must be readable, got no",
    ],
    [
      "a list of options that throws",
      design(people, { exclude: new Proxy([], { get: thrower }) }),
      "ERR_TYPE",
      "must be readable",
    ],
    ["a date that only says so", design([{ a: { [Symbol.toStringTag]: "Date" } }]), "ERR_TYPE", unreadable],
    [
      "a list that says it is endless",
      design({ a: new Proxy([], { get: (_, key) => (key === "length" ? 1e15 : undefined) }) }, { missing: "drop" }),
      "ERR_LENGTH",
      '"table" must have at most',
    ],
    [
      "a chunk that says so",
      design({ names: ["a"], columns: { a: [1] }, rows: 1e15 }),
      "ERR_LENGTH",
      "got 1 in column",
    ],
  ];
  testRefusals(rows);

  test("names of what objects inherit are columns like all others", () => {
    const json =
      '[{"__proto__":1,"constructor":2,"toString":3},{"constructor":5,"hasOwnProperty":6},{"__proto__":7,"valueOf":8}]';
    const { X, names, notes } = designMatrix(JSON.parse(json), { missing: "mean" });
    expect(names).toEqual(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]);
    expect(Array.from((X as { data: Float64Array }).data)).toEqual([1, 4, 7, 2, 5, 3.5, 3, 3, 3, 6, 6, 6, 8, 8, 8]);
    expect(notes).toHaveLength(5);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).constructor).toBe(Object);
  });

  test("such names are levels like all others", () => {
    const { names } = designMatrix({ a: ["__proto__", "constructor", "toString"] }, { interactions: [] });
    expect(names).toEqual(["a=__proto__", "a=constructor", "a=toString"]);
  });

  test("what a record inherits is no column", () => {
    const record = Object.assign(Object.create({ inherited: 1 }), { own: 2 });
    expect(designMatrix([record, { own: 3 }]).names).toEqual(["own"]);
  });

  test("a table that changes while it is read is refused, or read as it then is", () => {
    for (const sparse of [true, false]) {
      for (let turns = 0; turns < 6; ++turns) {
        let count = 0;
        const cell = { get: () => (count++ < turns ? 1 : "x"), enumerable: true };
        try {
          designMatrix([Object.defineProperty({ b: 0 }, "a", cell), { a: 0, b: 3 }], { sparse });
        } catch (error) {
          expect(error).toHaveProperty("code");
        }
        count = 0;
        const zero = { get: () => (count++ < turns ? 0 : 1), enumerable: true };
        try {
          const { X } = designMatrix([Object.defineProperty({ b: 0 }, "a", zero), { a: 0, b: 3 }], { sparse });
          X.verify();
        } catch (error) {
          expect(error).toHaveProperty("code");
        }
      }
    }
  });

  test("100,000 columns are no more than 100,000 columns", () => {
    const names = Array.from({ length: 100_000 }, (_, j) => `c${j}`);
    const table = Object.fromEntries(names.map((name, j) => [name, [j, 0]]));
    const options: TableOptions = { exclude: names.slice(0, 50_000), categorical: names.slice(60_000, 60_010) };
    const { X } = designMatrix(table, options);
    expect(X.columns).toBe(50_010);
  });

  test("a wide table of records too", () => {
    const record = Object.fromEntries(Array.from({ length: 20_000 }, (_, j) => [`c${j}`, j]));
    expect(designMatrix([record, { ...record }]).X.columns).toBe(20_000);
  });
});
