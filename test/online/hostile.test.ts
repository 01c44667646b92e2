/** States, schedules and rows that mean no good: refused with a code and nothing changed, or right; and never without end. */

import { describe, expect, test } from "vitest";
import { OnlineClassifier, type OnlineOptions, OnlineRegressor, type OnlineState } from "../../src/index.js";

const anyCode = expect.objectContaining({ code: expect.stringMatching(/^ERR_/) });
const text = (model: { toJSON(): OnlineState }): OnlineState => JSON.parse(JSON.stringify(model));

const settings: [name: string, options: OnlineOptions][] = [
  ["ftrl", { l1: 0.01 }],
  ["ftrl with l2, which is caught up with step by step", { l1: 0.01, l2: 0.1 }],
  ["ftrl, cumulative", { l1: 0.001, l1Mode: "cumulative" }],
  ["ftrl, cumulative by schedule", { l1: (step) => 0.001 / step, l1Mode: "cumulative", learningRate: (t) => 1 / t }],
  ["sgd", { method: "sgd", l1: 0.01, l2: 0.1, learningRate: 0.05 }],
  ["without an intercept", { intercept: false }],
];

const trained = (options: OnlineOptions) => {
  const model = new OnlineRegressor(4, options);
  for (let t = 0; t < 7; ++t) model.update({ indices: [t % 3, 3], values: [1, -1] }, (t % 4) - 1);
  return model;
};

function expectNothing(model: { toJSON(): OnlineState }, call: () => unknown): void {
  const before = text(model);
  expect(call).toThrow(anyCode);
  expect(text(model)).toEqual(before);
}

const at = (list: ArrayLike<number>, k: number, value: unknown) =>
  Array.from(list, (old, i) => (i === k ? value : old));

describe.each(settings)("%s", (_name, options) => {
  const state = text(trained(options));
  const proxy = Proxy.revocable({}, {});
  proxy.revoke();
  const changes: Record<string, unknown> = {
    "1e300 steps": { ...state, steps: 1e300 },
    "1e300 steps that the clock knows": { ...state, steps: 1e300, clock: at(state.clock, 5, 1e300) },
    "half a step": { ...state, steps: 6.5 },
    "fewer steps than the clock has, or too many": { ...state, steps: 6, clock: at(state.clock, 5, 1e300) },
    "no steps": { ...state, steps: 0 },
    "a clock of 1e300": { ...state, clock: new Array(8).fill(1e300) },
    "a negative rate, or P": { ...state, clock: at(state.clock, 0, -1) },
    "a rate or P of 0": { ...state, clock: at(state.clock, 0, 0) },
    "another beta, or 1/P": { ...state, clock: at(state.clock, 1, 3) },
    "a negative threshold": { ...state, clock: at(state.clock, 2, -1) },
    "a low part that is not low": { ...state, clock: at(state.clock, 6, 1), steps: state.steps },
    "something where nothing is": { ...state, clock: at(state.clock, 7, 1) },
    "an intercept that does not go with the rest": { ...state, intercept: [state.intercept[0] + 1, 0, -1] },
    "indices that do not ascend": { ...state, indices: Array.from(state.indices).reverse() },
    "an index twice": { ...state, indices: at(state.indices, 1, state.indices[0]) },
    "half an index": { ...state, indices: at(state.indices, 0, 0.5) },
    "more indices than columns": { ...state, indices: new Array(2 ** 32 - 1) },
    "a record of 1e300": { ...state, records: at(state.records, 0, 1e308) },
    "a negative n, or a low part that is not low": { ...state, records: at(state.records, 1, -1) },
    "a record that is null": { ...state, records: at(state.records, 0, null) },
    "records of BigInt": { ...state, records: new BigInt64Array(state.records.length) },
    "classes in a regressor": { ...state, classes: ["a", "b"] },
    "a revoked proxy": proxy.proxy,
    "a getter that throws": {
      ...state,
      get records() {
        throw new Error("mine");
      },
    },
  };
  test.each(Object.entries(changes))("%s", (_what, change) => {
    const model = trained(options);
    expectNothing(model, () => model.load(change as OnlineState));
  });

  test("a fresh one goes on from an untouched one, and at 2^52 steps there is an end", () => {
    const fresh = new OnlineRegressor(4, options);
    fresh.load(text(new OnlineRegressor(4, options)));
    expect(fresh.steps).toBe(0);
    const late = {
      ...state,
      steps: 2 ** 52,
      clock: options.method === "sgd" ? state.clock : at(state.clock, 5, 2 ** 52),
    };
    const model = new OnlineRegressor(4, options).load(late as OnlineState);
    model.coefficients.fill(0);
    expectNothing(model, () => model.update([1, 2, 3, 4], 5));
  });

  test("arrays of a state are copied", () => {
    const model = trained(options);
    const given = trained(options).state();
    model.load(given);
    for (const array of [given.clock, given.records, given.intercept]) (array as Float64Array).fill(Number.NaN);
    expect(text(model)).toEqual(state);
  });

  test("a first update that fails leaves nothing", () => {
    const model = new OnlineRegressor(4, options);
    expectNothing(model, () => model.update({ indices: [0], values: [1e200] }, 1e200));
  });
});

test("a classifier checks its labels before anything is changed", () => {
  const make = (options = {}) => new OnlineClassifier(2, options).update([1, 2], "a").update([2, 1], "b");
  const model = make();
  const state = { ...text(make().update([3, 3], "a")) };
  for (const classes of [
    undefined,
    null,
    "ab",
    ["b", "a"],
    ["a", "a"],
    ["a", "b", "c"],
    ["a", 1],
    [],
    [{}],
    new Array(2),
  ]) {
    expectNothing(model, () => model.load({ ...state, classes } as OnlineState));
  }
  const fixed = make({ classes: ["a", "b"] });
  expectNothing(fixed, () => fixed.load({ ...state, classes: ["a", "c"] }));
  expect(text(fixed.load(state))).toEqual(state);
  const regressor = new OnlineRegressor(2).update([1, 2], 3);
  const { classes: _, ...rest } = state;
  expectNothing(model, () => model.load(rest as OnlineState));
  expectNothing(regressor, () => regressor.load(state));
});

describe.each(["ftrl", "sgd"] as const)("%s", (method) => {
  test("an update within a schedule counts as one, and comes first", () => {
    let inner = true;
    const rate = (step: number) => 0.1 / step;
    const outer: OnlineRegressor = new OnlineRegressor(2, {
      method,
      learningRate: (step) => {
        if (inner) {
          inner = false;
          outer.update([1, 0], 3);
        }
        return rate(step);
      },
    });
    outer.update([[0, 1]], [-1]);
    const plain = new OnlineRegressor(2, { method, learningRate: rate }).update([1, 0], 3).update([[0, 1]], [-1]);
    expect(text(outer)).toEqual(text(plain));
  });

  test("rows, numbers and weights that call back into the model", () => {
    const calls: ((model: OnlineRegressor) => unknown)[] = [
      (model) => model.update([5, 5], 5),
      (model) => model.coefficients,
      (model) => model.predict([1, 1]),
      (model) => model.load(text(new OnlineRegressor(2, { method }).update([2, 2], 2))),
    ];
    for (const call of calls) {
      for (const place of ["indices", "values", "rowPointers", "y", "weights", "row"]) {
        const [model, plain] = [0, 1].map(() => new OnlineRegressor(2, { method, l1: 0.01 }).update([1, 2], 3));
        let done = false;
        const calling = (list: number[]) =>
          new Proxy(list, {
            get: (target, name, receiver) => {
              if (name === "0" && !done) {
                done = true;
                call(model);
              }
              return Reflect.get(target, name, receiver);
            },
          });
        const give = (name: string, list: number[]) => (name === place ? calling(list) : list);
        const run = (of: OnlineRegressor, wrap: typeof give) =>
          place === "row"
            ? of.update(wrap("row", [4, 6]), 1)
            : of.update(
                {
                  indices: wrap("indices", [0, 1, 1]),
                  values: wrap("values", [1, 2, 3]),
                  rowPointers: wrap("rowPointers", [0, 2, 3]),
                },
                wrap("y", [1, 2]),
                { weights: wrap("weights", [1, 0.5]) },
              );
        run(model, give);
        call(plain);
        run(plain, (_, list) => list);
        expect(done).toBe(true);
        expect(text(model)).toEqual(text(plain));
      }
    }
  });

  test("rows that change while they are read", () => {
    const model = new OnlineRegressor(2, { method });
    const rowPointers = new Int32Array([0, 1, 2]);
    const y = [1, 2];
    Object.defineProperty(y, 1, {
      get: () => {
        rowPointers[1] = 1e9;
        return 2;
      },
    });
    model.update({ indices: [0, 1], values: [1, 1], rowPointers }, y);
    expect(model.coefficients.every(Number.isFinite)).toBe(true);
  });

  test("no weight becomes NaN or infinite", () => {
    const extremes = [0, 5e-324, 1e-200, 1e-60, 1, 1e60, 1e139, 1e200, Number.MAX_VALUE];
    for (const learningRate of extremes) {
      for (const l2 of extremes) {
        for (const x of [1, 1e60]) {
          const options = { method, learningRate, l2, l1: 1e-3 };
          let model: OnlineRegressor;
          try {
            model = new OnlineRegressor(3, options);
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
            continue;
          }
          for (let t = 1; t <= 40; ++t) {
            try {
              model.update({ indices: [t % 2], values: [x] }, t % 3);
            } catch {
              expectNothing(model, () => model.update({ indices: [t % 2], values: [x] }, t % 3));
            }
          }
          expect([...model.coefficients, model.intercept].every(Number.isFinite)).toBe(true);
          const again = new OnlineRegressor(3, options).load(text(model));
          expect(text(again)).toEqual(text(model));
        }
      }
    }
  });
});
