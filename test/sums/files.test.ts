/** Sums as bytes and JSON: what comes back is what was there, and nothing that is read goes unchecked. */

import { describe, expect, test } from "vitest";
import { GramAccumulator, GroupedAccumulator, manyFromBytes, type SumsJSON } from "../../src/index.js";
import { nan, testRefusals, wrong } from "../models/refusals.js";
import { draw, sumsOf, upTo } from "./data.js";

const n = 1300;
const rows = { ...draw(90, n, 3, 2, 1e8), weights: upTo(n).map((i) => i % 3), fold: upTo(n).map((i) => i % 2) };
const sums = sumsOf(rows);
const keys = upTo(n).map((i) => (i % 5 === 0 ? 7 : `g${i % 3}`));
const grouped = new GroupedAccumulator(3, { names: ["a", "b", "c"] }).add(
  rows.X,
  rows.y.map(([value]) => value),
  keys,
);
const json = (): SumsJSON => JSON.parse(JSON.stringify(sums));
const many = (): SumsJSON => JSON.parse(JSON.stringify(grouped));

test("round trips, which go on as they were merged", () => {
  for (const read of [GramAccumulator.fromBytes(sums.toBytes()), GramAccumulator.fromJSON(json())]) {
    expect(read.toBytes()).toEqual(sums.toBytes());
    expect(read.toJSON()).toEqual(sums.toJSON());
    expect(read.fit({ lambda: 0.1 }).toJSON()).toEqual(sums.fit({ lambda: 0.1 }).toJSON());
    expect(read.crossValidate({ lambdaCount: 5 }).toJSON()).toEqual(sums.crossValidate({ lambdaCount: 5 }).toJSON());
    const [one, other] = [read.merge(sums), new GramAccumulator(3, { targets: 2 }).merge(sums).merge(sums)];
    expect(one.toBytes()).toEqual(other.toBytes());
  }
  for (const read of [GroupedAccumulator.fromBytes(grouped.toBytes()), GroupedAccumulator.fromJSON(many())]) {
    expect(read.keys).toEqual(grouped.keys);
    expect(read.toBytes()).toEqual(grouped.toBytes());
    expect(read.fitMany({ lambda: 0.1 }).toBytes()).toEqual(grouped.fitMany({ lambda: 0.1 }).toBytes());
  }
  const none = GramAccumulator.fromBytes(new GramAccumulator(2).toBytes());
  expect([none.rows, none.columns]).toEqual([0, 2]);
  expect(GroupedAccumulator.fromJSON(new GroupedAccumulator(2).toJSON()).keys).toEqual([]);
  const weightless = new GramAccumulator(1).add([[1]], [1], { weights: [0] });
  expect(GramAccumulator.fromJSON(weightless.toJSON()).rows).toBe(1);
});

test("no rows leave: bytes are as many for 2 rows as for 2,000, and hold none of them", () => {
  const of = (count: number): GramAccumulator => sumsOf({ ...draw(91, count, 3) });
  expect(of(2).toBytes().length).toBe(of(1999).toBytes().length);
  const { X } = draw(91, 2, 3);
  const bytes = of(2).toBytes();
  const numbers = new Float64Array(bytes.buffer);
  for (const value of X.flat()) if (value !== 0) expect(numbers.includes(value)).toBe(false);
});

test("every change of a byte is found", () => {
  const bytes = sums.toBytes();
  for (let k = 0; k < bytes.length; k += 7) {
    const changed = bytes.slice();
    changed[k] ^= 1 << (k % 8);
    expect(() => GramAccumulator.fromBytes(changed)).toThrow(RangeError);
  }
  for (const end of [0, 8, 64, bytes.length - 8, bytes.length - 1]) {
    expect(() => GramAccumulator.fromBytes(bytes.slice(0, end))).toThrow(RangeError);
  }
});

/** JSON with one number of a list changed. */
const changed = (name: keyof SumsJSON, at: number, value: unknown, of = json()): SumsJSON => {
  (of[name] as unknown[])[at] = value;
  return of;
};
const read = (value: unknown) => () => GramAccumulator.fromJSON(wrong(value));
const readMany = (value: unknown) => () => GroupedAccumulator.fromJSON(wrong(value));

describe("refusals", () =>
  testRefusals([
    ["no object", read(3), "ERR_TYPE", '"json" must be a regulus-sums, as its toJSON gives, got 3'],
    [
      "sums of groups",
      read(many()),
      "ERR_TYPE",
      '"json" must be a regulus-sums, as its toJSON gives, got "regulus-grouped-sums"',
    ],
    ["a newer version", read({ ...json(), version: 2 }), "ERR_VALUE", '"json" must be of version 1, got 2'],
    [
      "another field",
      read({ ...json(), more: 1 }),
      "ERR_OPTION",
      '"json" must hold the fields of a regulus-sums and no others, got "more"',
    ],
    ["bytes that are none", () => GramAccumulator.fromBytes(wrong("x")), "ERR_TYPE", '"bytes" must be a Uint8Array'],
    [
      "bytes of groups",
      () => GramAccumulator.fromBytes(grouped.toBytes()),
      "ERR_TYPE",
      '"bytes" must be a regulus-sums, as its toBytes gives, got "regulus-grouped-sums"',
    ],
    [
      "bytes of sums",
      () => manyFromBytes(sums.toBytes()),
      "ERR_TYPE",
      '"bytes" must be a regulus-many, as its toBytes gives, got "regulus-sums"',
    ],
    ["no columns", read({ ...json(), columns: 0 }), "ERR_VALUE", '"columns" must be'],
    ["very many columns", read({ ...json(), columns: 1e9 }), "ERR_VALUE", '"columns" must be'],
    ["more columns than numbers", read({ ...json(), columns: 4 }), "ERR_LENGTH", '"high" must have 12 values, got 10'],
    [
      "products for all",
      read({ ...json(), columns: 16000, products: 0, high: 0, low: 0, level: 0 }),
      "ERR_MEMORY",
      '"products" must be at most',
    ],
    ["a fold twice", read(changed("folds", 1, 0)), "ERR_VALUE", '"folds" must ascend'],
    [
      "a fold beyond all",
      read(changed("folds", 1, 256)),
      "ERR_VALUE",
      '"folds" must be a whole number between 0 and 255',
    ],
    ["a group beyond all", readMany(changed("groups", 3, 4, many())), "ERR_VALUE", '"groups" must be'],
    ["fewer rows than have weight", read(changed("rows", 0, 1)), "ERR_VALUE", '"rows" must be as many as have weight'],
    ["half a row", read(changed("counts", 0, 0.5)), "ERR_VALUE", '"counts" must be a whole number'],
    ["no count", read(changed("counts", 0, 0)), "ERR_LENGTH", "must have"],
    ["a weight of 0", read(changed("weights", 0, 0)), "ERR_VALUE", '"weights" must be the sum'],
    ["a weight of NaN", read(changed("weights", 0, "NaN")), "ERR_VALUE", '"weights" must be the sum'],
    ["a mean of infinity", read(changed("high", 0, "Infinity")), "ERR_VALUE", '"high" must be finite means'],
    ["a remainder that is more", read(changed("low", 0, 1)), "ERR_VALUE", '"low" must be finite means'],
    ["a text as mean", read(changed("high", 2, "x")), "ERR_TYPE", '"high" must hold numbers, got "x" at 2'],
    [
      "a square below 0",
      read(changed("products", 0, -1)),
      "ERR_VALUE",
      '"products" must be finite, squares at least 0',
    ],
    [
      "a product above its norms",
      read(changed("products", 1, 1e9)),
      "ERR_VALUE",
      '"products" must be at most those of the norms',
    ],
    ["a product of NaN", read(changed("products", 1, "NaN")), "ERR_VALUE", '"products" must be at most'],
    ["squares below 0", read(changed("squares", 0, -1)), "ERR_VALUE", '"squares" must be finite'],
    [
      "a level column that varies",
      read(changed("level", 0, 1)),
      "ERR_VALUE",
      '"level" must be 1 for columns of one value',
    ],
    ["a depth below 0", read(changed("depths", 0, -1)), "ERR_VALUE", '"depths" must be'],
    ["a key twice", readMany({ ...many(), keys: [7, "g0", 7, "g2"] }), "ERR_VALUE", '"keys" must differ'],
    [
      "a key of null",
      readMany({ ...many(), keys: [7, null, "g1", "g2"] }),
      "ERR_TYPE",
      '"keys" must hold numbers or strings',
    ],
    [
      "a getter that throws",
      read({
        ...json(),
        get products() {
          throw new Error("no");
        },
      }),
      "ERR_TYPE",
      '"json" must be readable, got no',
    ],
  ]));

test("any value in place of any field is refused or read, never more", () => {
  const values: unknown[] = [null, "x", -1, nan, 1e300, [], {}, [1], true, { length: 1e9, indices: [], values: [] }];
  for (const [of, make] of [
    [json, (value: unknown) => GramAccumulator.fromJSON(wrong(value))],
    [many, (value: unknown) => GroupedAccumulator.fromJSON(wrong(value))],
  ] as const) {
    for (const name of Object.keys(of())) {
      for (const value of values) {
        try {
          make({ ...of(), [name]: value }).toBytes();
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^ERR_/);
        }
      }
    }
  }
});
