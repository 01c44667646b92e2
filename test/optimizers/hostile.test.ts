/** States, schedules and options that mean no good: refused with a code and nothing changed, or right; and never without end. */

import { describe, expect, test } from "vitest";
import {
  adagrad,
  adam,
  type FloatArray,
  ftrl,
  type Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  rmsprop,
  type SgdOptions,
  sgd,
} from "../../src/index.js";
import { momentumSum } from "../../src/optimizers/momentumSum.js";
import { assertSameBits } from "../support/bits.js";
import { makers, trainings } from "./table.js";

const coded = (code: string) => expect.objectContaining({ code });
const anyCode = expect.objectContaining({ code: expect.stringMatching(/^ERR_/) });

/** Expects a call to be refused, and weights, state and counts to stay as they were. */
function expectNothing(optimizer: Optimizer, weights: readonly FloatArray[], call: () => void, error = anyCode): void {
  const before = [JSON.stringify(optimizer), optimizer.steps, optimizer.skipped];
  const values = weights.map((w) => w.slice());
  expect(call).toThrow(error);
  expect([JSON.stringify(optimizer), optimizer.steps, optimizer.skipped]).toEqual(before);
  weights.forEach((w, k) => {
    assertSameBits(w, values[k]);
  });
}

describe("momentum that adds up", () => {
  /** c_t by its definition, in whole numbers over 2^52. */
  test.each([
    [1, 1],
    [1, 0.5],
    [0.5, 1],
    [0, 1],
    [1, 0],
  ])("momentum %f and gain %f: c_t = momentum·c_(t−1) + gain, whatever was asked before", (momentum, gain) => {
    const sum = momentumSum(momentum, gain);
    for (const step of [3, 1_048_576, 1_048_577, 2_000_000, 1e14, 5, 2 ** 52]) {
      const limit = momentum < 1 ? gain / (1 - momentum) : 1 + (step - 1) * gain;
      const early =
        step < 100 && momentum < 1 ? [0, 1, momentum + gain, momentum * (momentum + gain) + gain][step] : limit;
      if (step <= 3 || step > 100 || momentum === 1) expect(sum(step)).toBeCloseTo(early, 8);
      expect(momentumSum(momentum, gain)(step)).toBe(sum(step));
    }
  });

  test("the closed form goes on where counting ends", () => {
    const momentum = 1 - 2 ** -30;
    const sum = momentumSum(momentum, 0.7);
    const counted = sum(1_048_576);
    expect(sum(1_048_577) / (momentum * counted + 0.7)).toBeCloseTo(1, 9);
  });

  test.each<[Partial<SgdOptions>]>([
    [{ momentum: 1 }],
    [{ momentum: 1, dampening: 0.3 }],
    [{ momentum: 1 - 2 ** -53 }],
    [{ momentum: 1, nesterov: true }],
  ])("sgd with %o goes on from step 1e14 at once, and bit for bit as one that was there", (options) => {
    const make = () => sgd([new Float64Array([1, 2])], { l1: 1e-20, ...options });
    const first = make();
    first.step([new Float64Array([1, -1])]);
    first.load({ ...first.state(), step: 1e14 });
    first.step([new Float64Array([1, -1])]);
    expect(first.steps).toBe(1e14 + 1);
    const second = make();
    second.load(JSON.stringify(first));
    for (const each of [first, second]) each.step([new Float64Array([0.5, 1])]);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test("rmsprop with momentum 1 and adam go on from step 1e14 too", () => {
    for (const make of [
      () => rmsprop([new Float64Array(1)], { momentum: 1, l1: 1e-20 }),
      () => adam([new Float64Array(1)], { betas: [1 - 2 ** -53, 1 - 2 ** -53] }),
      () => adagrad([new Float64Array(1)], { learningRateDecay: 1e300 }),
    ]) {
      const optimizer = make();
      optimizer.load({ ...optimizer.state(), step: 1e14 });
      optimizer.step([new Float64Array([1])]);
      expect(optimizer.steps).toBe(1e14 + 1);
    }
  });
});

describe("hostile states", () => {
  const weights = () => [new Float64Array([1, 2, 3]), new Float32Array([4, 5])];
  const gradients = [new Float64Array([1, -2, 3]), new Float32Array([-4, 5])];

  /** What may be wrong with a state, of every optimiser that keeps anything. */
  const changes: Record<string, (state: OptimizerState, name: string) => unknown> = {
    "a step of 1e300": (state) => ({ ...state, step: 1e300 }),
    "a step of 2^53": (state) => ({ ...state, step: 2 ** 53 }),
    "half a step": (state) => ({ ...state, step: 0.5 }),
    "a step of NaN": (state) => ({ ...state, step: Number.NaN }),
    "NaN in the last array": (state, name) => withFirst(state, name, Number.NaN),
    "an infinity in the last array": (state, name) => withFirst(state, name, Number.POSITIVE_INFINITY),
    "a hole": (state, name) => withEntry(state, name, { dtype: "float32", values: new Array(2) }),
    "a boolean": (state, name) => withEntry(state, name, { dtype: "float32", values: [true, 1] }),
    "more values than fit an array": (state, name) =>
      withEntry(state, name, { dtype: "float32", values: new Array(2 ** 32 - 1) }),
    "what only bears the name of an array": (state, name) =>
      withEntry(state, name, { [Symbol.toStringTag]: "Float32Array", length: 2, 0: 1, 1: 2 }),
    "a proxy of an array": (state, name) => withEntry(state, name, new Proxy(new Float32Array(2), {})),
    "an array of a buffer given away": (state, name) => {
      const array = new Float32Array(2);
      structuredClone(array.buffer, { transfer: [array.buffer] });
      return withEntry(state, name, array);
    },
    "a getter that throws": (state) => ({
      ...state,
      get parameters() {
        throw new Error("mine");
      },
    }),
    "a revoked proxy": () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
    "a buffer given away": () => {
      const buffer = new ArrayBuffer(64);
      structuredClone(buffer, { transfer: [buffer] });
      return buffer;
    },
    "a view of a buffer given away": () => {
      const bytes = new Uint8Array(64);
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      return bytes;
    },
    "a text nested without end": () => "[".repeat(1e6),
  };

  const withEntry = (state: OptimizerState, name: string, entry: unknown) => ({
    ...state,
    parameters: [state.parameters[0], { ...state.parameters[1], [name]: entry }],
  });
  const withFirst = (state: OptimizerState, name: string, value: number) => {
    const array = (state.parameters[1][name] as FloatArray).slice();
    array[0] = value;
    return withEntry(state, name, array);
  };

  const keeping = trainings.filter(({ make }) => Object.keys(make(weights()).state().parameters[0]).length > 0);
  describe.each(keeping)("$name", ({ make }) => {
    test.each(Object.entries(changes))("%s", (_what, change) => {
      const values = weights();
      const optimizer = make(values);
      optimizer.step(gradients);
      const state = optimizer.state();
      const names = Object.keys(state.parameters[1]).filter((name) => typeof state.parameters[1][name] !== "number");
      for (const name of names) {
        expectNothing(optimizer, values, () => optimizer.load(change(state, name) as OptimizerState));
      }
    });

    test("squares and rates below 0", () => {
      const values = weights();
      const optimizer = make(values);
      optimizer.step(gradients);
      const state = optimizer.state();
      for (const name of ["square", "largestSquare", "sum"].filter((each) => each in state.parameters[1])) {
        const error = coded("ERR_VALUE");
        expectNothing(optimizer, values, () => optimizer.load(withFirst(state, name, -1) as OptimizerState), error);
      }
      for (const name of ["inverseRate", "l1Sum"].filter((each) => each in state.parameters[1])) {
        for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
          expectNothing(optimizer, values, () => optimizer.load(withEntry(state, name, value) as OptimizerState));
        }
      }
    });
  });

  test("fields that contradict one another", () => {
    const values = [new Float64Array(2)];
    const greatest = adam(values, { amsgrad: true });
    const first = greatest.state();
    const square = new Float64Array([1, 1]);
    expectNothing(greatest, values, () =>
      greatest.load({ ...first, parameters: [{ ...first.parameters[0], square }] }),
    );
    const leader = ftrl(values);
    leader.step([new Float64Array([1, 2])]);
    const state = leader.state();
    expectNothing(leader, values, () => leader.load({ ...state, step: 0 }));
    const [entries] = state.parameters;
    expectNothing(leader, values, () => leader.load({ ...state, parameters: [{ ...entries, inverseRate: 0 }] }));
  });

  test("what a state answers at first is what counts", () => {
    const optimizer = sgd([new Float64Array(1)], { momentum: 0.5 });
    const state = optimizer.state();
    let asked = 0;
    const changing = {
      ...state,
      get step() {
        asked += 1;
        return asked > 1 ? Number.NaN : 3;
      },
    };
    optimizer.load(changing);
    expect([optimizer.steps, asked]).toEqual([3, 1]);
  });
});

describe("schedules", () => {
  const w = () => new Float64Array([1, -2]);

  test.each(Object.entries(makers))("%s: a step within a step counts as one, and comes first", (_name, make) => {
    const [through, straight] = [w(), w()];
    let inner = true;
    const outer: Optimizer = make([through], {
      learningRate: (step) => {
        if (inner) {
          inner = false;
          outer.step([new Float64Array([3, 1])]);
        }
        return 0.1 / step;
      },
    });
    outer.step([new Float64Array([1, 1])]);
    expect(outer.steps).toBe(2);
    const plain = make([straight], { learningRate: (step) => 0.1 / step });
    plain.step([new Float64Array([3, 1])]);
    plain.step([new Float64Array([1, 1])]);
    assertSameBits(through, straight);
    expect(JSON.stringify(outer)).toBe(JSON.stringify(plain));
  });

  test.each(Object.entries(makers))("%s: without end they are refused, caught or not", (_name, make) => {
    const values = w();
    for (const caught of [false, true]) {
      const optimizer: Optimizer = make([values], {
        learningRate: () => {
          try {
            optimizer.step([new Float64Array([1, 1])]);
          } catch (error) {
            if (!caught) throw error;
          }
          return 0.1;
        },
      });
      const go = () => optimizer.step([new Float64Array([1, 1])]);
      if (caught) go();
      else expectNothing(optimizer, [values], go, coded("ERR_VALUE"));
      expect(optimizer.steps).toBe(caught ? 101 : 0);
    }
  });

  const spoils: Record<string, (g: Float64Array<ArrayBuffer>, gradients: FloatArray[]) => void> = {
    "make a gradient infinite": (g) => g.fill(Number.POSITIVE_INFINITY),
    "give its buffer away": (g) => structuredClone(g.buffer, { transfer: [g.buffer] }),
    "put another in its place": (_g, gradients) => {
      gradients[0] = new Float64Array(3);
    },
    "take it away": (_g, gradients) => {
      gradients.length = 0;
    },
    throw: () => {
      throw Object.assign(new Error("mine"), { code: "ERR_MINE" });
    },
  };
  test.each(Object.entries(spoils))("that %s are found out before anything is changed", (_what, spoil) => {
    for (const make of Object.values(makers)) {
      const values = w();
      const g = new Float64Array([1, 1]);
      const gradients: FloatArray[] = [g];
      const optimizer = make([values], {
        l1: () => {
          spoil(g, gradients);
          return 0.1;
        },
      });
      expectNothing(optimizer, [values], () => optimizer.step(gradients));
    }
  });

  test("weights whose buffer was given away, and loads within a step", () => {
    const values = w();
    const optimizer = adam([values]);
    structuredClone(values.buffer, { transfer: [values.buffer] });
    expect(() => optimizer.step([new Float64Array(0)])).toThrow(coded("ERR_LENGTH"));
    expect(() => optimizer.step([new Float64Array(2)])).toThrow(coded("ERR_LENGTH"));
    expect(() => optimizer.load(optimizer.state())).toThrow(coded("ERR_LENGTH"));

    const asked: number[] = [];
    const state = { ...adam([w()]).state(), step: 7 };
    const loading: Optimizer = adam([w()], {
      learningRate: (step) => {
        if (asked.push(step) === 1) loading.load(state);
        return 0.1;
      },
    });
    loading.step([w()]);
    expect([loading.steps, asked]).toEqual([8, [1, 8]]);
  });
});

describe("no weight becomes NaN or infinite", () => {
  const make = (maker: (...operands: never[]) => Optimizer, options: object, w: FloatArray) =>
    maker(...([[w], options] as never[]));
  test.each<[string, (...operands: never[]) => Optimizer, object]>([
    ["momentum", sgd, { momentum: Number.POSITIVE_INFINITY }],
    ["momentum above 1", sgd, { momentum: 1.5 }],
    ["momentum", rmsprop, { momentum: Number.POSITIVE_INFINITY }],
    ["dampening", sgd, { momentum: 0.5, dampening: Number.POSITIVE_INFINITY }],
    ["betas", adam, { betas: [Number.POSITIVE_INFINITY, 0.9] }],
    ["eps", adam, { eps: Number.POSITIVE_INFINITY }],
    ["eps", rmsprop, { eps: Number.POSITIVE_INFINITY }],
    ["smoothing", rmsprop, { smoothing: Number.POSITIVE_INFINITY }],
    ["eps", adagrad, { eps: Number.POSITIVE_INFINITY }],
    ["learningRateDecay", adagrad, { learningRateDecay: Number.POSITIVE_INFINITY }],
    ["initialAccumulator", adagrad, { initialAccumulator: Number.POSITIVE_INFINITY }],
    ["beta", ftrl, { beta: Number.POSITIVE_INFINITY }],
    ["l1", sgd, { l1: Number.POSITIVE_INFINITY }],
    ["weightDecay", adam, { weightDecay: Number.POSITIVE_INFINITY }],
  ])("%s of infinity", (_what, maker, options) => {
    expect(() => make(maker, options, new Float64Array(1))).toThrow(anyCode);
  });

  test.each<[string, (...operands: never[]) => Optimizer]>([
    ["adam", adam],
    ["rmsprop", rmsprop],
    ["adagrad", adagrad],
  ])("%s with eps 0: a gradient of 0 moves nothing", (_name, maker) => {
    for (const w of [new Float64Array([1, 2]), new Float32Array([1, 2])]) {
      const optimizer = make(maker, { eps: 0 }, w);
      const g = w.slice().fill(0);
      optimizer.step([g]);
      expect(Array.from(w)).toEqual([1, 2]);
      g[0] = 1e-3;
      optimizer.step([g]);
      expect(w[0]).toBeLessThan(1);
      expect(w[1]).toBe(2);
    }
  });

  const extremes: [name: string, options: OptimizerOptions, gradient: number, w: number][] = [
    ["a huge gradient", {}, 3e38, 1],
    ["a huge rate", { learningRate: 1e308 }, 1e10, 1],
    ["a huge rate without a gradient", { learningRate: 1e308 }, 0, 1],
    ["weights that decay too fast", { learningRate: 1, l2: 1e30 }, 1, 1],
    ["an l2 that overflows", { l2: 1e308 }, 0, 0],
    ["a huge subgradient", { l1: 1e300, l1Mode: "subgradient" }, 1, 1],
    ["huge weights", { weightDecay: 0.1 }, 1, 3e38],
    ["a tiny rate", { learningRate: 5e-324 }, 1, 1],
  ];
  describe.each(Object.entries(makers))("%s", (_name, maker) => {
    test.each(extremes)("%s: refused, or finite", (_what, options, gradient, start) => {
      for (const w of [new Float64Array(20).fill(start), new Float32Array(20).fill(start)]) {
        const optimizer = maker([w], { learningRate: 0.1, ...options });
        const g = w.slice();
        for (let step = 1; step <= 60; ++step) {
          g.forEach((_, i) => {
            g[i] = (i + step) % 3 === 0 ? -gradient : gradient;
          });
          try {
            optimizer.step([g]);
          } catch {
            expectNothing(optimizer, [w], () => optimizer.step([g]), coded("ERR_NOT_FINITE"));
          }
          expect(w.every(Number.isFinite)).toBe(true);
          expect(JSON.stringify(optimizer)).not.toMatch(/NaN|Infinity/);
        }
      }
    });
  });

  test("a step that overflows is left out, where that is asked for, of all parameters", () => {
    const values = [new Float64Array([1]), new Float64Array([1])];
    const optimizer = sgd(values, { learningRate: 1e300, onNonFinite: "skip" });
    optimizer.step([new Float64Array([1e-300]), new Float64Array([1e100])]);
    expect([optimizer.steps, optimizer.skipped, values[0][0], values[1][0]]).toEqual([0, 1, 1, 1]);
  });
});
