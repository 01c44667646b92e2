import { afterEach, describe, expect, test } from "vitest";
import { dense, OnlineRegressor, type OnlineRow } from "../../src/index.js";
import { assertSameBits } from "../support/bits.js";
import { forget, freshRegulus, meteredMemory, refusing } from "../support/fresh.js";

afterEach(forget);

type Refusal = [what: string, call: () => unknown, kind: "TypeError" | "RangeError", code: string, message: string];

const make = (options: unknown, p: unknown = 3) => new OnlineRegressor(p as number, options as object);

const refusals: Refusal[] = [
  ["no number of columns", () => make({}, "3"), "TypeError", "ERR_TYPE", '"p" must be a number'],
  ["no columns", () => make({}, 0), "RangeError", "ERR_VALUE", '"p" must be a whole number at least 1, got 0'],
  ["too many columns", () => make({}, 1e9), "RangeError", "ERR_MEMORY", "OnlineRegressor needs"],
  ["options that are none", () => make(null), "TypeError", "ERR_TYPE", "the options of OnlineRegressor"],
  ["an unknown option", () => make({ leaningRate: 1 }), "TypeError", "ERR_OPTION", 'did you mean "learningRate"'],
  ["beta with sgd", () => make({ method: "sgd", beta: 1 }), "TypeError", "ERR_OPTION", 'no option "beta"'],
  ["an unknown method", () => make({ method: "adam" }), "RangeError", "ERR_VALUE", '"method" must be "ftrl" or "sgd"'],
  ["an intercept of 1", () => make({ intercept: 1 }), "TypeError", "ERR_TYPE", '"intercept" must be true or false'],
  ["an l1 below 0", () => make({ l1: -1 }), "RangeError", "ERR_VALUE", '"l1" must be at least 0, got -1'],
  ["an l2 of NaN", () => make({ l2: Number.NaN }), "RangeError", "ERR_VALUE", '"l2" must be at least 0, got NaN'],
  [
    "a rate that is text",
    () => make({ learningRate: "1" }),
    "TypeError",
    "ERR_TYPE",
    '"learningRate" must be a number',
  ],
  [
    "a cumulative sgd",
    () => make({ method: "sgd", l1Mode: "cumulative" }),
    "RangeError",
    "ERR_VALUE",
    '"l1Mode" must be',
  ],
  ["beta below 0", () => make({ beta: -1 }), "RangeError", "ERR_VALUE", '"beta" must be at least 0'],
  ["an unknown l1Mode", () => make({ l1Mode: "subgradient" }), "RangeError", "ERR_VALUE", '"l1Mode" must be'],
];

test.each(refusals)("constructor: %s", (_what, call, name, code, message) => {
  expect(call).toThrow(expect.objectContaining({ name, code, message: expect.stringContaining(message) }));
});

const row = (...values: number[]): OnlineRow => ({ indices: [0, 2], values });

const updates: [
  what: string,
  X: unknown,
  y: unknown,
  kind: "TypeError" | "RangeError",
  code: string,
  message: string,
][] = [
  [
    "X of NaN",
    [
      [1, 2, 3],
      [4, Number.NaN, 6],
    ],
    [1, 2],
    "RangeError",
    "ERR_NOT_FINITE",
    '"X" must be finite, got NaN in row 1, column 1',
  ],
  [
    "a row of infinities",
    [1, 2, Number.POSITIVE_INFINITY],
    1,
    "RangeError",
    "ERR_NOT_FINITE",
    "got Infinity in row 0, column 2",
  ],
  ["sparse values of NaN", row(1, Number.NaN), 1, "RangeError", "ERR_NOT_FINITE", "got NaN in row 0, column 2"],
  ["a row of text", ["1", "2", "3"], 1, "TypeError", "ERR_TYPE", '"X" must hold numbers, got "1" in row 0, column 0'],
  ["rows of text", [["1", 2, 3]], [1], "TypeError", "ERR_TYPE", '"X" must hold numbers'],
  ["y of NaN", [[1, 2, 3]], [Number.NaN], "RangeError", "ERR_NOT_FINITE", '"y" must be finite, got NaN in row 0'],
  ["one y of NaN", [1, 2, 3], Number.NaN, "RangeError", "ERR_NOT_FINITE", '"y" must be finite'],
  ["a list of y for a row", [1, 2, 3], [1], "TypeError", "ERR_TYPE", '"y" must be a number, got Array(1)'],
  ["one y for rows", [[1, 2, 3]], 1, "TypeError", "ERR_TYPE", '"y" must be an array of numbers, got 1'],
  ["too few y", [[1, 2, 3]], [], "RangeError", "ERR_LENGTH", '"y" must have 1 values, got 0'],
  ["too few columns", [[1, 2]], [1], "RangeError", "ERR_LENGTH", '"X" must have 3 columns, got 2'],
  ["a short row", [1, 2], 1, "RangeError", "ERR_LENGTH", '"X" must have 3 values, got 2'],
  ["no rows", [], [], "RangeError", "ERR_LENGTH", '"X" must have at least one row'],
  ["no dense rows", dense(new Float64Array(0), 0, 3), [], "RangeError", "ERR_LENGTH", '"X" must have at least one row'],
  [
    "a column beyond",
    { indices: [3], values: [1] },
    1,
    "RangeError",
    "ERR_VALUE",
    '"indices" must be whole numbers from 0 to 2, got 3 in row 0',
  ],
  ["a column below 0", { indices: [-1], values: [1] }, 1, "RangeError", "ERR_VALUE", "got -1 in row 0"],
  ["half a column", { indices: [0.5], values: [1] }, 1, "RangeError", "ERR_VALUE", "got 0.5 in row 0"],
  ["a column of text", { indices: ["1"], values: [1] }, 1, "RangeError", "ERR_VALUE", 'got "1" in row 0'],
  [
    "lists of two lengths",
    { indices: [1, 2], values: [1] },
    1,
    "RangeError",
    "ERR_LENGTH",
    '"indices" must have 1 values, got 2',
  ],
  ["no values", { indices: [1] }, 1, "TypeError", "ERR_TYPE", '"values" must be an array of numbers, got undefined'],
  ["a part too many", { indices: [1], values: [1], rows: 1 }, 1, "TypeError", "ERR_OPTION", 'X has no option "rows"'],
  [
    "pointers that fall",
    { rowPointers: [0, 2, 1, 2], indices: [0, 1], values: [1, 1] },
    [1, 2, 3],
    "RangeError",
    "ERR_VALUE",
    "got 2 before 1",
  ],
  [
    "pointers that end early",
    { rowPointers: [0, 1], indices: [0, 1], values: [1, 1] },
    [1],
    "RangeError",
    "ERR_VALUE",
    '"rowPointers" must run from 0 to 2, got 0 to 1',
  ],
  ["no pointers", { rowPointers: [], indices: [], values: [] }, [], "RangeError", "ERR_LENGTH", "at least one row"],
  ["nothing", undefined, 1, "TypeError", "ERR_TYPE", '"X" must be'],
  ["null", null, 1, "TypeError", "ERR_TYPE", '"X" must be'],
  [
    "a gradient that overflows",
    [1e200, 0, 0],
    1e200,
    "RangeError",
    "ERR_NOT_FINITE",
    "the gradient of step 2 must be finite",
  ],
  [
    "a prediction that overflows",
    [[1e308, 1e308, 1e308]],
    [0],
    "RangeError",
    "ERR_NOT_FINITE",
    "the gradient of step 2",
  ],
];

describe.each(["sgd", "ftrl"] as const)("%s", (method) => {
  test.each(updates)("update: %s", (_what, X, y, name, code, message) => {
    const model = new OnlineRegressor(3, { method, l1: 0.001, l2: 0.01 }).update([1, 2, 3], 4);
    const before = JSON.stringify(model);
    const call = () => model.update(X as number[], y as number);
    expect(call).toThrow(expect.objectContaining({ name, code, message: expect.stringContaining(message) }));
    expect(JSON.stringify(model)).toBe(before);
    expect(model.steps).toBe(1);
  });

  test("weights that are not allowed", () => {
    const model = new OnlineRegressor(1, { method });
    expect(() => model.update([[1]], [1], { weights: [-1] })).toThrow('"weights" must be at least 0, got -1 in row 0');
    expect(() => model.update([1], 1, { weights: Number.NaN })).toThrow(RangeError);
    expect(() => model.update([1], 1, { weights: [1] as never })).toThrow(TypeError);
    expect(() => model.update([1], 1, { weight: 1 } as never)).toThrow(/did you mean "weights"/);
    expect(model.steps).toBe(0);
  });

  test("schedules that throw or give nonsense", () => {
    const values: unknown[] = [0.1, Number.NaN, -1, "1", Number.POSITIVE_INFINITY, undefined];
    let at = 0;
    const model = new OnlineRegressor(1, { method, learningRate: () => values[at] as number }).update([1], 1);
    const before = model.coefficients;
    for (at = 1; at < values.length; ++at) {
      expect(() => model.update([1], 2)).toThrow(/"learningRate\(2\)" must be/);
      assertSameBits(model.coefficients, before);
    }
    at = 0;
    expect(model.update([1], 2).steps).toBe(2);
  });
});

test("rates that cannot be", () => {
  expect(() => new OnlineRegressor(1, { learningRate: 0 })).toThrow('"learningRate" must be above 0, got 0');
  const still = new OnlineRegressor(1, { learningRate: () => 0 });
  expect(() => still.update([1], 1)).toThrow('"learningRate(1)" must be above 0, got 0');
  const wild = new OnlineRegressor(1, { method: "sgd", learningRate: 1e200, l2: 1e200 });
  expect(() => wild.update([1], 1)).toThrow('"learningRate" times "l2" must not overflow, got Infinity in step 1');
});

test("a row with more entries than there is room for", () => {
  const values = new Float64Array(5000).fill(1);
  expect(() => new OnlineRegressor(10).update({ indices: new Int32Array(5000), values }, 1)).toThrow(
    '"X" must have at most 4096 values in a row, got 5000 in row 0',
  );
});

test("one memory for each model, whatever it sees", async () => {
  const { Memory, count } = meteredMemory();
  const { OnlineRegressor } = await freshRegulus({ Memory });
  const model = new OnlineRegressor(100);
  const made = count();
  expect(made).toBe(1);
  for (let t = 0; t < 2000; ++t) model.update([[...new Array(100).keys()], new Array(100).fill(t % 3)], [1, 2]);
  model.predict(new Array(5000).fill(new Array(100).fill(1)));
  JSON.stringify(model);
  expect(count()).toBe(made);
});

test("without WebAssembly the twins run, with the same bits", async () => {
  const fresh = await freshRegulus({ Memory: refusing("out of memory") });
  const options = { method: "sgd", learningRate: 0.1, l1: 0.01 } as const;
  const [there, here] = [new fresh.OnlineRegressor(2, options), new OnlineRegressor(2, options)];
  for (const model of [there, here]) model.update([1, 2], 3).update([0.5, 0], -1);
  expect(fresh.backend().name).toBe("js");
  assertSameBits(there.coefficients, here.coefficients);
});
