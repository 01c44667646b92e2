import { afterEach, describe, expect, test } from "vitest";
import {
  adagrad,
  adam,
  adamw,
  createArena,
  ftrl,
  type Optimizer,
  type Parameter,
  rmsprop,
  setBackend,
  sgd,
  unpenalized,
} from "../../src/index.js";
import { infinity, nan, type Refusal, testRefusals, wrong } from "../models/refusals.js";
import { makers } from "./table.js";

afterEach(() => setBackend("auto"));

const w = new Float64Array(4);
const g = new Float64Array(4);
const whole = new Float64Array(8);
const bytes = new Float32Array(whole.buffer);

describe.each(Object.entries(makers))("%s", (name, make) => {
  const option = (value: object) => () => make([w], wrong({ learningRate: 0.1, ...value }));
  const overlap = (...parameters: Parameter[]) => make(parameters);
  testRefusals([
    ["no parameters", () => make(wrong(undefined)), "ERR_TYPE", '"parameters" must be an array, got undefined'],
    ["an array of weights for the parameters", () => make(wrong(w)), "ERR_TYPE", '"parameters" must be an array'],
    ["nothing to train", () => make([]), "ERR_LENGTH", '"parameters"'],
    ["weights in an ordinary array", () => make([wrong([1, 2])]), "ERR_TYPE", '"parameters[0]" must be a Float64Array'],
    [
      "weights of another type",
      () => make([w, wrong(new Int32Array(2))]),
      "ERR_TYPE",
      '"parameters[1]" must be a Float64Array',
    ],
    [
      "a proxy of weights",
      () => make([new Proxy(w, {})]),
      "ERR_TYPE",
      '"parameters[0]" must be a Float64Array or a Float32Array, got a proxy of an array',
    ],
    ["no weights", () => make([wrong(null)]), "ERR_TYPE", '"parameters[0]"'],
    ["a group without weights", () => make([wrong({ l1: 1 })]), "ERR_TYPE", '"parameters[0].values"'],
    ["a group with an unknown name", () => make([wrong({ values: w, lr: 1 })]), "ERR_OPTION", 'no option "lr"'],
    [
      "a bad setting in a group",
      () => make([{ values: w, l2: -1 }]),
      "ERR_VALUE",
      '"parameters[0].l2" must be at least 0, got -1',
    ],
    ["the same weights twice", () => overlap(w, w), "ERR_OVERLAP", '"parameters[1]" must not overlap "parameters[0]"'],
    ["the same weights twice, once as a group", () => overlap(unpenalized(w), w), "ERR_OVERLAP", '"parameters[1]"'],
    ["two views of the same weights", () => overlap(w, w.subarray(0)), "ERR_OVERLAP", '"parameters[1]"'],
    [
      "overlapping weights",
      () => overlap(whole.subarray(4), w, whole.subarray(0, 5)),
      "ERR_OVERLAP",
      '"parameters[2]" must not overlap "parameters[0]"',
    ],
    [
      "overlap across dtypes",
      () => overlap(whole.subarray(0, 2), bytes.subarray(3, 9)),
      "ERR_OVERLAP",
      '"parameters[1]"',
    ],
    ["options that are none", () => make([w], wrong(3)), "ERR_TYPE", `the options of ${name} must be an object`],
    ["an unknown option", option({ learningrate: 1 }), "ERR_OPTION", 'did you mean "learningRate"'],
    [
      "a negative learning rate",
      option({ learningRate: -1 }),
      "ERR_VALUE",
      '"learningRate" must be at least 0, got -1',
    ],
    ["a learning rate that is none", option({ learningRate: nan }), "ERR_VALUE", '"learningRate"'],
    ["an infinite learning rate", option({ learningRate: infinity }), "ERR_NOT_FINITE", '"learningRate"'],
    ["a learning rate in words", option({ learningRate: "0.1" }), "ERR_TYPE", '"learningRate" must be a number'],
    [
      "null for a learning rate",
      option({ learningRate: null }),
      "ERR_TYPE",
      '"learningRate" must be a number, got null',
    ],
    ["a negative l1", option({ l1: -1 }), "ERR_VALUE", '"l1"'],
    ["a negative weight decay", option({ weightDecay: -1 }), "ERR_VALUE", '"weightDecay"'],
    ["an unknown mode", option({ l1Mode: "prox" }), "ERR_VALUE", '"l1Mode" must be "proximal"'],
    ["maximize in words", option({ maximize: "yes" }), "ERR_TYPE", '"maximize"'],
    ["a negative norm", option({ clipNorm: -1 }), "ERR_VALUE", '"clipNorm"'],
    ["a value that is none", option({ clipValue: nan }), "ERR_VALUE", '"clipValue"'],
    ["an unknown way out", option({ onNonFinite: "ignore" }), "ERR_VALUE", '"onNonFinite"'],
  ] satisfies Refusal[]);

  const step =
    (gradients: unknown, parameters: Parameter[] = [w]) =>
    () =>
      make(parameters).step(wrong(gradients));
  testRefusals([
    ["no gradients", step(undefined), "ERR_TYPE", '"gradients" must be an array'],
    ["a gradient that is not in an array", step(g), "ERR_TYPE", '"gradients" must be an array'],
    ["too few gradients", step([]), "ERR_LENGTH", '"gradients" must have 1 values, got 0'],
    ["a gradient that is missing", step([null]), "ERR_TYPE", '"gradients[0]"'],
    ["a gradient in an ordinary array", step([[1, 2, 3, 4]]), "ERR_TYPE", '"gradients[0]"'],
    ["a proxy of a gradient", step([new Proxy(g, {})]), "ERR_TYPE", '"gradients[0]" must be a Float64Array'],
    ["a gradient too short", step([g.subarray(1)]), "ERR_LENGTH", '"gradients[0]" must have 4 values, got 3'],
    [
      "a gradient of another dtype",
      step([new Float32Array(4)]),
      "ERR_DTYPE",
      '"gradients[0]" must be a Float64Array like "parameters[0]"',
    ],
    ["the weights as their gradient", step([w]), "ERR_OVERLAP", '"gradients[0]" must not overlap "parameters[0]"'],
    [
      "other weights as a gradient",
      step([g, w], [w, new Float64Array(4)]),
      "ERR_OVERLAP",
      '"gradients[1]" must not overlap "parameters[0]"',
    ],
    [
      "a gradient that overlaps weights",
      step([whole.subarray(3, 7)], [whole.subarray(0, 4)]),
      "ERR_OVERLAP",
      '"gradients[0]"',
    ],
    [
      "a gradient that is not finite",
      step([g.map((_, i) => 1 / (i - 2))]),
      "ERR_NOT_FINITE",
      '"gradients[0]" must be finite, got Infinity in element 2',
    ],
  ] satisfies Refusal[]);

  test("weights side by side in one buffer are no overlap", () => {
    const parts = [whole.subarray(0, 3), whole.subarray(3, 3), bytes.subarray(6, 9)];
    const optimizer = make(parts);
    optimizer.step([new Float64Array(3).fill(1), new Float64Array(0), new Float32Array(3).fill(1)]);
    expect(optimizer.steps).toBe(1);
    // Gradients may lie beside them, and be the same array for several.
    const both = make([whole.subarray(0, 2), whole.subarray(2, 4)]);
    both.step([whole.subarray(4, 6), whole.subarray(4, 6)]);
    expect(both.steps).toBe(1);
  });

  test("a setting that fails on the way changes nothing", () => {
    const values = new Float64Array([1, 2]);
    const optimizer = make([values, { values: new Float64Array(1), l1: (t) => (t === 2 ? nan : 0) }], {
      learningRate: 0.1,
    });
    const gradients = [new Float64Array([1, -1]), new Float64Array([1])];
    optimizer.step(gradients);
    const before = [values.slice(), JSON.stringify(optimizer)];
    expect(() => optimizer.step(gradients)).toThrow('"parameters[1].l1(2)" must be at least 0, got NaN');
    expect([values, JSON.stringify(optimizer)]).toEqual(before);
    expect(optimizer.steps).toBe(1);
  });
});

const one = (make: (...operands: never[]) => Optimizer, options: object) => () => make(...([[w], options] as never[]));
testRefusals([
  ["negative momentum", one(sgd, { momentum: -1 }), "ERR_VALUE", '"momentum"'],
  ["dampening above 1", one(sgd, { momentum: 0.9, dampening: 2 }), "ERR_VALUE", '"dampening"'],
  ["Nesterov without momentum", one(sgd, { nesterov: true }), "ERR_VALUE", '"nesterov" needs "momentum"'],
  ["Nesterov with dampening", one(sgd, { nesterov: true, momentum: 0.9, dampening: 0.1 }), "ERR_VALUE", '"nesterov"'],
  ["nesterov in words", one(sgd, { nesterov: "yes" }), "ERR_TYPE", '"nesterov"'],
  ["a beta of 1", one(adam, { betas: [0.9, 1] }), "ERR_VALUE", '"betas" must be below 1, got 1'],
  ["a negative beta", one(adamw, { betas: [-0.1, 0.9] }), "ERR_VALUE", '"betas"'],
  ["one beta", one(adam, { betas: [0.9] }), "ERR_LENGTH", '"betas" must have 2 values, got 1'],
  ["three betas", one(adam, { betas: [0.9, 0.99, 0.999] }), "ERR_LENGTH", '"betas" must have 2 values, got 3'],
  ["betas as a number", one(adam, { betas: 0.9 }), "ERR_TYPE", '"betas" must be two numbers'],
  ["negative eps", one(adam, { eps: -1 }), "ERR_VALUE", '"eps"'],
  ["smoothing above 1", one(rmsprop, { smoothing: 1.5 }), "ERR_VALUE", '"smoothing"'],
  ["PyTorch's name for smoothing", one(rmsprop, { alpha: 0.9 }), "ERR_OPTION", 'here it is "smoothing" (PyTorch\'s)'],
  ["a negative accumulator", one(adagrad, { initialAccumulator: -1 }), "ERR_VALUE", '"initialAccumulator"'],
  ["negative beta", one(ftrl, { beta: -1 }), "ERR_VALUE", '"beta"'],
  [
    "FTRL with a learning rate of 0",
    one(ftrl, { learningRate: 0 }),
    "ERR_VALUE",
    '"learningRate" must be above 0, got 0',
  ],
  ["cumulative l1 without FTRL", one(adam, { l1Mode: "cumulative" }), "ERR_VALUE", '"l1Mode"'],
] satisfies Refusal[]);

describe.each(["wasm", "js"] as const)("arenas on %s", (backend) => {
  test("state comes from the arena of the weights, exactly as many bytes as there are weights", () => {
    setBackend(backend);
    const arena = createArena(4 * 7 + 8 * 5 + 2 * (4 * 7 + 8 * 5));
    const parameters = [arena.float32(7), arena.float64(5)];
    expect(adam(parameters).state().parameters).toHaveLength(2);
    expect(arena.bytesLeft).toBe(0);
    // Without momentum there is nothing to keep.
    sgd(parameters).step([new Float32Array(7), new Float64Array(5)]);
  });

  test("where it does not fit, the error says how many bytes are missing, and nothing is taken", () => {
    setBackend(backend);
    const [full, roomy] = [createArena(800), createArena(8000)];
    const parameters = [roomy.float64(100), full.float64(60)];
    const left = roomy.bytesLeft;
    expect(() => adam(parameters)).toThrow(
      expect.objectContaining({
        name: "RangeError",
        code: "ERR_MEMORY",
        message: expect.stringContaining("640 are missing"),
      }),
    );
    expect([roomy.bytesLeft, full.bytesLeft]).toEqual([left, 320]);
  });

  test("a wrong option takes nothing", () => {
    setBackend(backend);
    const arena = createArena(800);
    const values = arena.float64(10);
    expect(() => adam([{ values, l1: -1 }])).toThrow(RangeError);
    expect(() => adam([values], { learningRate: -1 })).toThrow(RangeError);
    expect(arena.bytesLeft).toBe(720);
  });
});
