import { describe, expect, test } from "vitest";
import { designMatrix, Encoding, type EncodingJSON, encodingFromJSON, lasso, modelFromJSON } from "../../src/index.js";
import { nan, type Refusal, testRefusals, wrong } from "../models/refusals.js";

const { X, encoding } = designMatrix(
  { age: [31, null, 28], region: ["n", "s", "n"], sex: ["f", "m", "f"] },
  {
    missing: "indicator",
    reference: { sex: "f" },
    interactions: [["age", "region"]],
    polynomial: { age: 2 },
  },
);
const json: EncodingJSON = JSON.parse(JSON.stringify(encoding));
const [age, region] = json.columns;

test("JSON is this", () => {
  expect(json).toEqual({
    format: "regulus-encoding",
    version: 1,
    columns: [
      { name: "age", kind: "numeric", type: "number", mean: 29.5, indicator: true },
      { name: "region", kind: "categorical", type: "text", levels: ["n", "s"], missingLevel: false },
      { name: "sex", kind: "categorical", type: "text", levels: ["f", "m"], missingLevel: false, reference: "f" },
    ],
    names: ["age", "age (missing)", "region=n", "region=s", "sex=m", "age:region=n", "age:region=s", "age^2"],
    missing: "indicator",
    unknown: "error",
    naValues: ["", "NA", "NaN", "null"],
    interactions: [["age", "region"]],
    polynomial: [["age", 2]],
    sparse: "auto",
  });
});

test("An encoding cannot be changed", () => {
  expect(() => (encoding.names as string[]).push("x")).toThrow(TypeError);
  expect(() => (encoding.columns[1] as unknown as { levels: string[] }).levels.push("x")).toThrow(TypeError);
});

test("What is read is another encoding, and takes nothing of what it was read from", () => {
  const source = structuredClone(json);
  const again = encodingFromJSON(source);
  expect(again).toBeInstanceOf(Encoding);
  expect(again).toEqual(encoding);
  (source.columns as unknown[]).length = 0;
  (source.naValues as string[]).push("x");
  expect(again.toJSON()).toEqual(encoding.toJSON());
});

test("Places of columns are those of X", () => {
  expect(["age", "region", "sex", "age:region", "age^2"].map((name) => encoding.placesOf(name))).toEqual([
    [0],
    [2, 3],
    [4],
    [],
    [],
  ]);
});

describe("refusals", () => {
  const read = (more: object) => () => encodingFromJSON(wrong({ ...json, ...more }));
  const column = (more: object, of: object = region) => read({ columns: [age, { ...of, ...more }, json.columns[2]] });
  const numbers = (more: object) => read({ columns: [{ ...age, ...more }, ...json.columns.slice(1)] });
  const must = '"encoding" must be what an encoding\'s toJSON gives, got';
  const proxy = new Proxy(json, {
    ownKeys: () => {
      throw new Error("no");
    },
  });
  const rows: [string, () => unknown, string][] = [
    ["nothing", () => encodingFromJSON(wrong(undefined)), "undefined"],
    ["text", () => encodingFromJSON(wrong(JSON.stringify(json))), '"{'],
    ["a list", () => encodingFromJSON(wrong([json])), "Array(1)"],
    ["another format", read({ format: "regulus-model" }), '"regulus-model" among its "format"'],
    ["an inherited format", () => encodingFromJSON(Object.create(json)), 'undefined among its "format"'],
    ["a field that is none of its own", read({ extra: 1 }), '"extra" among its "fields"'],
    ["such a field of a column", column({ extra: 1 }), '"extra" among its "fields"'],
    ["columns that are none", read({ columns: {} }), 'an Object among its "columns"'],
    ["a column that is none", read({ columns: [3] }), '3 among its "columns"'],
    ["a column twice", read({ columns: [age, age] }), 'Array(2) among its "columns"'],
    ["no name", column({ name: 3 }), '3 among its "name"'],
    ["another kind", column({ kind: "ordinal" }), '"ordinal" among its "kind"'],
    ["another type", column({ type: "string" }), '"string" among its "type"'],
    ["a type that only reads as one", column({ type: ["text"] }), 'Array(1) among its "type"'],
    ["an inherited type", column({ type: "constructor" }), '"constructor" among its "type"'],
    ["levels that fall", column({ levels: ["s", "n"] }), 'Array(2) among its "levels"'],
    ["a level twice", column({ levels: ["n", "n"] }), 'Array(2) among its "levels"'],
    ["levels of numbers", column({ levels: [1, 2] }), '1 among its "levels"'],
    ["a hole among levels", column({ levels: Array(1) }), 'undefined among its "levels"'],
    ["a reference that is no level", column({ reference: "x" }), '"x" among its "reference"'],
    ["a missing level that is none", column({ missingLevel: 1 }), '1 among its "missingLevel"'],
    ["a mean that is none", numbers({ mean: null }), 'null among its "mean"'],
    ["NaN", numbers({ mean: nan }), 'NaN among its "mean"'],
    ["an indicator that is none", numbers({ indicator: undefined }), 'undefined among its "indicator"'],
    ["another way with gaps", read({ missing: "zero" }), '"zero" among its "missing"'],
    ["another way with levels", read({ unknown: null }), 'null among its "unknown"'],
    ["a sparse that is none", read({ sparse: "yes" }), '"yes" among its "sparse"'],
    ["gaps that are no strings", read({ naValues: [null] }), 'null among its "naValues"'],
    [
      "an interaction of three",
      read({ interactions: [["age", "region", "sex"]] }),
      'Array(3) among its "interactions"',
    ],
    ["an interaction with itself", read({ interactions: [["age", "age"]] }), 'Array(2) among its "interactions"'],
    ["one of what there is not", read({ interactions: [["age", "__proto__"]] }), 'Array(2) among its "interactions"'],
    ["powers of a category", read({ polynomial: [["region", 2]] }), 'Array(2) among its "polynomial"'],
    ["a power of 1", read({ polynomial: [["age", 1]] }), 'Array(2) among its "polynomial"'],
    ["names of others", read({ names: [...json.names].reverse() }), 'Array(8) among its "names"'],
  ];
  testRefusals([
    ...rows.map(([what, call, got]): Refusal => [what, call, "ERR_TYPE", `${must} ${got}`]),
    ["a newer version", read({ version: 2 }), "ERR_VALUE", '"encoding" must be of version 1, got 2'],
    [
      "more columns than there can be",
      read({ polynomial: [["age", 2 ** 50]] }),
      "ERR_MEMORY",
      "X must have at most 12 columns",
    ],
    ["what cannot be read", () => encodingFromJSON(wrong(proxy)), "ERR_TYPE", '"encoding" must be readable, got no'],
  ]);
});

describe("a model's encoding in JSON", () => {
  const model = JSON.parse(JSON.stringify(lasso(X, [1, 2, 3], { lambda: 0.1 })));
  testRefusals([
    [
      "of other columns",
      () => modelFromJSON({ ...model, encoding: designMatrix({ a: [1, 2] }).encoding.toJSON() }),
      "ERR_VALUE",
      '"encoding" must have the names of the model, got others',
    ],
    [
      "without names",
      () => modelFromJSON({ ...model, names: undefined }),
      "ERR_TYPE",
      '"names" must be an array of names, got undefined',
    ],
    [
      "that is none",
      () => modelFromJSON({ ...model, encoding: {} }),
      "ERR_TYPE",
      "must be what an encoding's toJSON gives",
    ],
  ]);
});
