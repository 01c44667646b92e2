import {
  Bool,
  DateDay,
  DateMillisecond,
  Dictionary,
  Field,
  Float16,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimeSecond,
  TimestampMicrosecond,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  Uint32,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { table as arquero } from "arquero";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { dense, designMatrix, lasso, type TableLike } from "../../src/index.js";
import { testRefusals, wrong } from "../models/refusals.js";
import { expectSameMatrix, rowsOf } from "./support.js";

const columns = {
  age: [31, 45, null, 28],
  region: ["north", "south", "north", null],
  smoker: [true, false, false, true],
  visits: [1n, 2n, 3n, 4n],
};
const options = { missing: "indicator" } as const;
const expected = designMatrix(columns, options);

const arrow = new Table({
  age: vectorFromArray(columns.age, new Float64()),
  region: vectorFromArray(columns.region, new Dictionary(new Utf8(), new Int32())),
  smoker: vectorFromArray(columns.smoker, new Bool()),
  visits: vectorFromArray(columns.visits, new Int64()),
});

describe.each<[string, TableLike]>([
  ["an Arrow table", arrow],
  ["an Arrow table of a file", tableFromIPC(tableToIPC(arrow))],
  ["an Arrow table of several batches", arrow.slice(0, 1).concat(arrow.slice(1))],
  ["an Arrow table of plain strings", arrow.assign(new Table({ region: vectorFromArray(columns.region, new Utf8()) }))],
  ["records of an Arrow table", arrow.toArray()],
  ["an arquero table", arquero(columns)],
  ["records of an arquero table", arquero(columns).objects()],
  [
    "an arquero table in another order of rows and back",
    arquero({ ...columns, i: [0, 1, 2, 3] })
      .orderby("age")
      .orderby("i")
      .select("age", "region", "smoker", "visits"),
  ],
])("%s", (_, table) => {
  test("makes the X of an object of columns", () => {
    const { X, names } = designMatrix(table, options);
    expect(names).toEqual([
      "age",
      "age (missing)",
      "region=north",
      "region=south",
      "region=(missing)",
      "smoker",
      "visits",
    ]);
    expectSameMatrix(X, expected.X);
    expectSameMatrix(expected.encoding.apply(table), expected.X);
  });

  test("is predicted by name", () => {
    const model = lasso(expected.X, [1, 2, 3, 5], { lambda: 0.1 });
    expect(model.predict(table)).toEqual(model.predict(columns));
  });
});

test("Arrow's numbers are what its own iteration gives, of every type, sliced and in several pieces", () => {
  const values = [0, 1, 3, 100, 5, 7];
  const numbers = {
    half: vectorFromArray(values, new Float16()),
    single: vectorFromArray(values, new Float32()),
    double: vectorFromArray(values, new Float64()),
    tiny: vectorFromArray(values, new Int8()),
    unsigned: vectorFromArray(values, new Uint32()),
    long: vectorFromArray(values.map(BigInt), new Int64()),
    gaps: vectorFromArray([1, null, 2, 3, null, 5], new Float64()),
  };
  const whole = new Table(numbers);
  for (const table of [whole, whole.slice(1, 4), whole.slice(0, 2).concat(whole.slice(3, 6))]) {
    const { X, names } = designMatrix(table as TableLike, { missing: "mean", sparse: false });
    names.forEach((name, j) => {
      const own = Array.from(table.getChild(name as never) as Iterable<unknown>, (value) =>
        value === null ? Number.NaN : Number(value),
      );
      const known = own.filter((value) => value === value);
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      const expected = own.map((value) => (value === value ? value : mean));
      expect(
        rowsOf(X).map((row) => row[j]),
        name,
      ).toEqual(expected);
    });
  }
});

test("Arrow's dates and times are days", () => {
  const days = [new Date(0), new Date(86_400_000 * 2)];
  const table = new Table({
    day: vectorFromArray(days, new DateDay()),
    ms: vectorFromArray([new Date(0), null], new DateMillisecond()),
    us: vectorFromArray(days, new TimestampMicrosecond()),
  });
  const { X, encoding } = designMatrix(table, { missing: "mean" });
  expect(rowsOf(X)).toEqual([
    [0, 0, 0],
    [2, 0, 2],
  ]);
  expect(encoding.columns.every((column) => column.type === "date")).toBe(true);
  expect(rowsOf(encoding.apply([{ us: days[1], ms: null, day: days[0] }]))).toEqual([[0, 0, 2]]);
});

test("A fit of an Arrow table finds its columns by name in another", () => {
  const model = lasso(tableFromArrays({ a: Float64Array.of(1, 2, 3), b: Float64Array.of(2, 1, 5) }), [1, 2, 4], {
    lambda: 0.1,
  });
  const other = tableFromArrays({ z: ["?", "?"], b: Float64Array.of(7, 8), a: Float64Array.of(5, 6) });
  const columns = dense(Float64Array.of(5, 6, 7, 8), 2, 2, { order: "column" });
  expect(model.predict(other)).toEqual(model.predict(columns));
  expect(model.predict(arquero({ b: [7, 8], a: [5, 6] }))).toEqual(model.predict(other));
});

test("What csv-parse gives is strings: numbers are listed, or it casts them", () => {
  const csv = "age,region,charges\n31,north,12\nNA,south,30\n28,,21\n";
  const strings = designMatrix(parse(csv, { columns: true }), {
    target: "charges",
    numeric: ["age", "charges"],
    missing: "mean",
  });
  const cast = designMatrix(parse(csv, { columns: true, cast: true }), {
    target: "charges",
    categorical: ["region"],
    missing: "mean",
  });
  expect(rowsOf(strings.X)).toEqual([
    [31, 1, 0, 0],
    [29.5, 0, 1, 0],
    [28, 0, 0, 1],
  ]);
  expect(rowsOf(cast.X)).toEqual(rowsOf(strings.X));
  expect(cast.y).toEqual(Float64Array.of(12, 30, 21));
});

describe("refusals", () => {
  const fields = [new Field("a", new Float64()), new Field("a", new Float64())];
  const children = [makeVector(Float64Array.of(1)), makeVector(Float64Array.of(2))].map(({ data }) => data[0]);
  const twice = new Table(new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), children })));
  testRefusals([
    [
      "a name twice in Arrow",
      () => designMatrix(twice),
      "ERR_VALUE",
      '"names of table" must hold each name once, got "a" again for column 1',
    ],
    [
      "a name twice in an Arrow table that is fitted",
      () => lasso(twice, [1], { lambda: 1 }),
      "ERR_VALUE",
      '"names of X" must hold each name once, got "a" again for column 1',
    ],
    [
      "times of a day",
      () => designMatrix(new Table({ t: vectorFromArray([1, 2], new TimeSecond()) })),
      "ERR_TYPE",
      '"table" must hold numbers, booleans, strings or dates, got Time32<SECOND> in column "t"',
    ],
    [
      "an Arrow table without names",
      () => designMatrix(wrong({ numRows: 1, numCols: 1, getChildAt: () => [1] })),
      "ERR_TYPE",
      '"table" must be a table',
    ],
    [
      "endless columns",
      () =>
        designMatrix(
          wrong({
            numRows: 2,
            numCols: 1,
            schema: { fields: [{ name: "a" }] },
            getChildAt: () => ({
              *[Symbol.iterator]() {
                for (;;) yield 1;
              },
            }),
          }),
        ),
      "ERR_LENGTH",
      'must have 2 values in each column, got more in column "a"',
    ],
    [
      "numbers that are structs",
      () => designMatrix(new Table({ s: vectorFromArray([{ a: 1 }]) })),
      "ERR_TYPE",
      '"table" must hold numbers, booleans, strings or dates',
    ],
  ]);
});
