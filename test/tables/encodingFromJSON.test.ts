import { describe, expect, test } from "vitest";
import { designMatrix, Encoding, type EncodingJSON, encodingFromJSON, lasso, modelFromJSON } from "../../src/index.js";
import { nan, testRefusals, wrong } from "../models/refusals.js";

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
  testRefusals([
    [
      "nothing",
      () => encodingFromJSON(wrong(undefined)),
      "ERR_TYPE",
      "must be what an encoding's toJSON gives, got undefined",
    ],
    [
      "text",
      () => encodingFromJSON(wrong(JSON.stringify(json))),
      "ERR_TYPE",
      "must be what an encoding's toJSON gives",
    ],
    [
      "a list",
      () => encodingFromJSON(wrong([json])),
      "ERR_TYPE",
      "must be what an encoding's toJSON gives, got Array(1)",
    ],
    ["another format", read({ format: "regulus-model" }), "ERR_TYPE", "must be what an encoding's toJSON gives"],
    [
      "an inherited format",
      () => encodingFromJSON(Object.create(json)),
      "ERR_TYPE",
      "must be what an encoding's toJSON gives",
    ],
    ["a newer version", read({ version: 2 }), "ERR_VALUE", '"encoding" must be of version 1, got 2'],
    ["columns that are none", read({ columns: {} }), "ERR_VALUE", '"encoding.columns" must be an array, got an Object'],
    ["a column that is none", read({ columns: [3] }), "ERR_TYPE", "got 3"],
    ["a column twice", read({ columns: [age, age] }), "ERR_VALUE", '"encoding.columns" must hold each column once'],
    ["no name", column({ name: 3 }), "ERR_VALUE", '"encoding.columns" must have names, got 3'],
    [
      "another kind",
      column({ kind: "ordinal" }),
      "ERR_VALUE",
      '"encoding.kind" must be "numeric" or "categorical", got "ordinal"',
    ],
    ["another type", column({ type: "string" }), "ERR_VALUE", '"encoding.type" must be'],
    ["levels that fall", column({ levels: ["s", "n"] }), "ERR_VALUE", '"encoding.levels" must ascend'],
    ["a level twice", column({ levels: ["n", "n"] }), "ERR_VALUE", '"encoding.levels" must ascend'],
    ["levels of numbers", column({ levels: [1, 2] }), "ERR_VALUE", '"encoding.levels" must hold strings'],
    [
      "a reference that is no level",
      column({ reference: "x" }),
      "ERR_VALUE",
      '"encoding.reference" must be a level, got "x"',
    ],
    [
      "a missing level that is none",
      column({ missingLevel: 1 }),
      "ERR_TYPE",
      '"encoding.missingLevel" must be true or false',
    ],
    [
      "a mean that is none",
      read({ columns: [{ ...age, mean: null }, ...json.columns.slice(1)] }),
      "ERR_TYPE",
      '"encoding.mean" must be a number, got null',
    ],
    [
      "NaN",
      read({ columns: [{ ...age, mean: nan }, ...json.columns.slice(1)] }),
      "ERR_NOT_FINITE",
      '"encoding.mean" must be finite',
    ],
    ["another way with gaps", read({ missing: "zero" }), "ERR_VALUE", '"encoding.missing" must be'],
    ["another way with levels", read({ unknown: null }), "ERR_TYPE", '"encoding.unknown" must be'],
    ["a sparse that is none", read({ sparse: "yes" }), "ERR_TYPE", '"encoding.sparse" must be true or false'],
    ["gaps that are no strings", read({ naValues: [null] }), "ERR_VALUE", '"encoding.naValues" must hold strings'],
    [
      "an interaction of three",
      read({ interactions: [["age", "region", "sex"]] }),
      "ERR_VALUE",
      '"encoding.interactions" must hold pairs of columns',
    ],
    [
      "an interaction of what there is not",
      read({ interactions: [["age", "__proto__"]] }),
      "ERR_VALUE",
      '"encoding.interactions" must hold pairs of columns',
    ],
    [
      "powers of a category",
      read({ polynomial: [["region", 2]] }),
      "ERR_VALUE",
      '"encoding.polynomial" must hold columns of numbers, got "region"',
    ],
    [
      "a power of 1",
      read({ polynomial: [["age", 1]] }),
      "ERR_VALUE",
      '"encoding.polynomial" must be a whole number at least 2, got 1',
    ],
    [
      "names of others",
      read({ names: json.names.toReversed() }),
      "ERR_VALUE",
      '"encoding.names" must be those that its columns make',
    ],
    [
      "more columns than there can be",
      read({ polynomial: [["age", 2 ** 50]] }),
      "ERR_MEMORY",
      "X must have at most 16777216 columns",
    ],
    [
      "what cannot be read",
      () =>
        encodingFromJSON(
          wrong(
            new Proxy(json, {
              ownKeys: () => {
                throw new Error("no");
              },
            }),
          ),
        ),
      "ERR_TYPE",
      '"encoding" must be readable, got no',
    ],
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
