import { afterEach, describe, expect, test } from "vitest";
import {
  adam,
  createArena,
  type FloatArray,
  ftrl,
  type Optimizer,
  type OptimizerState,
  type Parameter,
  setBackend,
  sgd,
} from "../../src/index.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { dtypes } from "../support/backends.js";
import { assertSameBits } from "../support/bits.js";
import { trainings } from "./table.js";

afterEach(() => setBackend("auto"));

const LENGTHS = [5, 200];

/** Every form in which a state can be kept. */
const forms: Record<string, (optimizer: Optimizer) => Parameters<Optimizer["load"]>[0]> = {
  "an object": (optimizer) => optimizer.state(),
  "a clone": (optimizer) => structuredClone(optimizer.state()),
  "JSON of the optimiser": (optimizer) => JSON.stringify(optimizer),
  "JSON of the state": (optimizer) => JSON.stringify(optimizer.state()),
  "parsed JSON": (optimizer) => JSON.parse(JSON.stringify(optimizer.toJSON())),
  bytes: (optimizer) => optimizer.toBytes(),
  "bytes at an odd place": (optimizer) => {
    const bytes = optimizer.toBytes();
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    return larger.subarray(3);
  },
  // Node's Buffer: a Uint8Array whose slice shares its memory.
  "bytes of a class of their own": (optimizer) => {
    const bytes = optimizer.toBytes();
    class Shared extends Uint8Array {
      override slice(): Uint8Array<ArrayBuffer> {
        return this.subarray() as Uint8Array<ArrayBuffer>;
      }
    }
    const shared = new Shared(new ArrayBuffer(bytes.length + 5), 5);
    shared.set(bytes);
    return shared;
  },
  "a buffer": (optimizer) => optimizer.toBytes().buffer as ArrayBuffer,
};

describe.each(["wasm", "js"] as const)("%s", (backend) => {
  describe.each(dtypes)("$name", (dtype) => {
    test.each(trainings)("$name continues bit for bit from every form, in an arena and outside", ({ make }) => {
      setBackend(backend);
      const schedule = { learningRate: (step: number) => 0.1 / step, l1: (step: number) => 0.01 * (step % 3) };
      const gradients = (step: number) => {
        const next = randomStream(step);
        return LENGTHS.map((n) => dtype.array(randomArray(n, next)));
      };
      const weights = () => LENGTHS.map((n) => dtype.array(randomArray(n, randomStream(99))));
      for (const common of [{}, schedule]) {
        const through = weights();
        const straight = make(through, common);
        const halfway = weights();
        const first = make(halfway, common);
        for (let step = 1; step <= 5; ++step) for (const run of [straight, first]) run.step(gradients(step));
        for (let step = 6; step <= 9; ++step) straight.step(gradients(step));

        for (const [name, form] of Object.entries(forms)) {
          for (const inArena of [false, true]) {
            const arena = createArena(8 * 4 * 210);
            const resumed = halfway.map((values) => {
              if (!inArena) return values.slice() as FloatArray;
              const placed = dtype.name === "float64" ? arena.float64(values.length) : arena.float32(values.length);
              placed.set(values);
              return placed;
            });
            const second = make(resumed, common);
            second.load(form(first));
            expect(second.steps).toBe(5);
            for (let step = 6; step <= 9; ++step) second.step(gradients(step));
            resumed.forEach((values, k) => {
              assertSameBits(values.slice(), through[k], `${name}: weight`);
            });
          }
        }
      }
    });
  });
});

test("a state is a plain object of copies", () => {
  const w = new Float64Array([1, 2, 3]);
  const optimizer = adam([w]);
  optimizer.step([new Float64Array([1, -1, 0])]);
  const state = optimizer.state();
  expect(Object.keys(state)).toEqual(["version", "kind", "step", "parameters"]);
  expect(state).toMatchObject({ kind: "adam", step: 1 });
  const before = (state.parameters[0].mean as Float64Array).slice();
  optimizer.step([new Float64Array([1, 1, 1])]);
  expect(state.parameters[0].mean).toEqual(before);
  (state.parameters[0].mean as Float64Array).fill(7);
  expect(optimizer.state().parameters[0].mean).not.toEqual(state.parameters[0].mean);
});

test.each(dtypes)("JSON and bytes keep every $name", (dtype) => {
  const special = [0, -0, dtype.round(-0.1), dtype.round(1 / 3), dtype.round(1e-42), dtype.round(-1e38)];
  const parameters: Parameter[] = [dtype.array(special.length)];
  const optimizer = adam(parameters);
  const state = optimizer.state();
  (state.parameters[0].mean as FloatArray).set(special);
  // Squares are not negative, but −0 is not below 0.
  (state.parameters[0].square as FloatArray).set(special.map((value) => (value < 0 ? -value : value)));
  optimizer.load(state);
  const texts = [JSON.stringify(optimizer), JSON.stringify(optimizer.state())];
  for (const form of [...texts, optimizer.toBytes(), optimizer.toJSON()]) {
    const other = adam([dtype.array(special.length)]);
    other.load(form);
    const { mean, square } = other.state().parameters[0];
    assertSameBits(mean as FloatArray, dtype.array(special));
    assertSameBits(square as FloatArray, state.parameters[0].square as FloatArray);
  }
});

describe("what is refused changes nothing", () => {
  const make = () => {
    const optimizer = sgd([new Float64Array(3), new Float32Array(2)], { momentum: 0.9 });
    optimizer.step([new Float64Array([1, 2, 3]), new Float32Array([4, 5])]);
    return optimizer;
  };
  const good = make().state();
  const [first, second] = good.parameters;
  const bytes = make().toBytes();
  const cases: Record<string, [state: unknown, error: unknown]> = {
    "no object": [7, TypeError],
    nothing: [undefined, TypeError],
    "another kind": [adam([new Float64Array(3), new Float32Array(2)]).state(), RangeError],
    "another version": [{ ...good, version: 2 }, RangeError],
    "a step that is none": [{ ...good, step: -1 }, RangeError],
    "a step of another type": [{ ...good, step: "1" }, TypeError],
    "too few parameters": [{ ...good, parameters: [first] }, RangeError],
    "no parameters": [{ ...good, parameters: undefined }, RangeError],
    "an array too short": [{ ...good, parameters: [{ momentum: new Float64Array(2) }, second] }, RangeError],
    "an array of another dtype": [{ ...good, parameters: [{ momentum: new Float32Array(3) }, second] }, RangeError],
    "no array": [{ ...good, parameters: [first, {}] }, RangeError],
    "null for a parameter": [{ ...good, parameters: [first, null] }, RangeError],
    "an array of other options": [
      { ...good, parameters: [{ ...first, more: new Float64Array(3) }, second] },
      RangeError,
    ],
    "a number that is none": [
      { ...good, parameters: [{ momentum: { dtype: "float64", values: [1, "two", 3] } }, second] },
      RangeError,
    ],
    "no JSON": ["{", RangeError],
    "JSON of something else": ["3", RangeError],
    "no bytes": [new Uint8Array(0), RangeError],
    "other bytes": [new Uint8Array(64), RangeError],
    "bytes cut short": [bytes.subarray(0, bytes.length - 8), RangeError],
    "a header cut short": [bytes.subarray(0, 20), RangeError],
    "a header that is no JSON": [bytes.map((byte, i) => (i === 9 ? 0 : byte)), RangeError],
  };
  test.each(Object.entries(cases))("%s", (_name, [state, error]) => {
    const optimizer = make();
    const before = JSON.stringify(optimizer);
    expect(() => optimizer.load(state as OptimizerState)).toThrow(error as ErrorConstructor);
    expect(() => optimizer.load(state as OptimizerState)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }),
    );
    expect(JSON.stringify(optimizer)).toBe(before);
  });

  test("of FTRL, a number", () => {
    const optimizer = ftrl([new Float64Array(1)]);
    const state = optimizer.state();
    expect(() => optimizer.load({ ...state, parameters: [{ ...state.parameters[0], l1Sum: "x" as never }] })).toThrow(
      RangeError,
    );
  });
});
