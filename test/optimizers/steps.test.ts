/** What single steps do: definitions of prox, clipping, schedules, groups, and gradients that are not finite. */

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  adagrad,
  adam,
  adamw,
  type FloatArray,
  ftrl,
  type OptimizerOptions,
  type Parameter,
  rmsprop,
  setBackend,
  sgd,
  unpenalized,
} from "../../src/index.js";
import { ordinary, randomArray, randomStream } from "../support/arbitraries.js";
import { assertSameBits } from "../support/bits.js";
import { distance } from "../support/golden.js";
import { trainings } from "./table.js";

afterEach(() => setBackend("auto"));

const N = 40;
const random = (seed: number, n = N) => Float64Array.from(randomArray(n, randomStream(seed)));

describe.each(["wasm", "js"] as const)("%s", (backend) => {
  /** p = prox(v) of t·|·| iff v − p ∈ t·∂|p| */
  const isProx = (v: number, p: number, t: number) =>
    p === 0
      ? Math.abs(v) <= t * (1 + 1e-12)
      : Math.abs(v - p - t * Math.sign(p)) <= 1e-12 * Math.max(1, Math.abs(v), t);

  /** Each optimiser's own step size for every weight in its third step, from the state after it and the papers. */
  const kinds = {
    sgd: { make: sgd, options: {}, size: () => 0.05 },
    momentum: { make: sgd, options: { momentum: 0.9 }, size: () => 0.05 * (1 + 0.9 + 0.81) },
    dampened: { make: sgd, options: { momentum: 0.9, dampening: 0.5 }, size: () => 0.05 * (0.81 + 0.9 * 0.5 + 0.5) },
    nesterov: {
      make: sgd,
      options: { momentum: 0.9, nesterov: true },
      size: () => 0.05 * (1 + 0.9 * (1 + 0.9 + 0.81)),
    },
    adam: {
      make: adam,
      options: {},
      size: ({ square }: Arrays, i: number) => 0.05 / (Math.sqrt(square[i] / (1 - 0.999 ** 3)) + 1e-8),
    },
    adamw: {
      make: adamw,
      options: {},
      size: ({ square }: Arrays, i: number) => 0.05 / (Math.sqrt(square[i] / (1 - 0.999 ** 3)) + 1e-8),
    },
    rmsprop: {
      make: rmsprop,
      options: {},
      size: ({ square }: Arrays, i: number) => 0.05 / (Math.sqrt(square[i]) + 1e-8),
    },
    "rmsprop, momentum": {
      make: rmsprop,
      options: { momentum: 0.5 },
      size: ({ square }: Arrays, i: number) => (0.05 * 1.75) / (Math.sqrt(square[i]) + 1e-8),
    },
    adagrad: {
      make: adagrad,
      options: { learningRateDecay: 0.5 },
      size: ({ sum }: Arrays, i: number) => 0.05 / 2 / (Math.sqrt(sum[i]) + 1e-10),
    },
  };
  type Arrays = Record<string, Float64Array>;

  test.each(Object.entries(kinds))(
    "%s: the weights are the prox of what they would be without l1",
    (_name, { make, options, size }) => {
      setBackend(backend);
      fc.assert(
        fc.property(
          fc.array(fc.tuple(ordinary, ordinary), { minLength: 1, maxLength: 40 }),
          fc.double({ min: 0, max: 4, noNaN: true }),
          (rows, l1) => {
            const start = Float64Array.from(rows, ([w]) => w);
            const gradient = Float64Array.from(rows, ([, g]) => g + 0.01);
            const common = { ...options, learningRate: 0.05 };
            const weights = [start.slice(), start.slice()];
            const [without, withL1] = [make([weights[0]], common), make([weights[1]], { ...common, l1 })];
            for (let step = 1; step <= 3; ++step) {
              weights[1].set(weights[0]);
              without.step([gradient]);
              withL1.step([gradient]);
            }
            const state = withL1.state().parameters[0] as Arrays;
            return weights[1].every((p, i) => isProx(weights[0][i], p, l1 * size(state, i)));
          },
        ),
        { numRuns: 50 },
      );
    },
  );

  test.each([sgd, adam, adamw, rmsprop, adagrad])(
    "%o leaves weights where they are at a learning rate of 0",
    (make) => {
      setBackend(backend);
      // 1e300 is infinite as a float32.
      for (const l1 of [1, 1e30, 1e300]) {
        for (const start of [Float32Array.from(random(1)), random(1)]) {
          const w = start.slice();
          make([w], { learningRate: 0, l1 }).step([start.map((x) => 1 - x)]);
          assertSameBits(w, start);
        }
      }
    },
  );

  test("FTRL minimises what it is defined by", () => {
    setBackend(backend);
    const { learningRate, beta, l1 } = { learningRate: 0.3, beta: 0.7, l1: 0.4 };
    for (const l1Mode of ["proximal", "cumulative"] as const) {
      const w = random(1);
      const past = [w.slice()];
      const optimizer = ftrl([w], { learningRate, beta, l1, l1Mode });
      const gradients = [2, 3, 4, 5].map((seed) => random(seed));
      for (const gradient of gradients) {
        optimizer.step([gradient]);
        past.push(w.slice());
      }
      const strength = l1Mode === "cumulative" ? 4 * l1 : l1;
      for (let i = 0; i < N; ++i) {
        // 0 ∈ Σ g_s + Σ sigma_s·(w − w_s) + strength·∂|w|, where beta/learningRate belongs to the first sigma
        let slope = 0;
        let total = 0;
        let squares = 0;
        gradients.forEach((gradient, s) => {
          const before = s === 0 ? 0 : (beta + Math.sqrt(squares)) / learningRate;
          squares += gradient[i] ** 2;
          const sigma = (beta + Math.sqrt(squares)) / learningRate - before;
          slope += gradient[i] + sigma * (w[i] - past[s][i]);
          total += sigma;
        });
        if (w[i] === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(strength + 1e-12);
        else expect(Math.abs(slope + strength * Math.sign(w[i]))).toBeLessThan(1e-12 * total);
      }
    }
  });

  test.each(trainings)("$name: maximize turns the gradients' signs and nothing else", ({ make }) => {
    setBackend(backend);
    const [up, down] = [random(1), random(1)];
    const [climbs, descends] = [make([up], { maximize: true }), make([down])];
    for (let step = 0; step < 3; ++step) {
      climbs.step([random(step).map((g) => -g)]);
      descends.step([random(step)]);
    }
    assertSameBits(up, down);
  });

  test.each(trainings)(
    "$name: clipping is what clip_grad_norm_ and clip_grad_value_ do to the gradients before",
    ({ make }) => {
      setBackend(backend);
      for (const clip of [{ clipNorm: 0.5 }, { clipNorm: 100 }, { clipValue: 0.3 }, { clipNorm: 2, clipValue: 0.2 }]) {
        const { clipNorm = Number.POSITIVE_INFINITY, clipValue = Number.POSITIVE_INFINITY } = clip as OptimizerOptions;
        const weights = [random(1), random(2, 300)];
        const expected = weights.map((w) => w.slice());
        const [clipped, plain] = [make(weights, clip), make(expected)];
        for (let step = 0; step < 3; ++step) {
          const gradients = [random(step), random(step + 10, 300)];
          const norm = Math.hypot(...gradients.flatMap((g) => [...g]));
          const factor = Math.min(1, clipNorm / (norm + 1e-6));
          clipped.step(gradients);
          plain.step(gradients.map((g) => g.map((v) => Math.min(Math.max(v * factor, -clipValue), clipValue))));
        }
        weights.forEach((w, k) => {
          expect(distance(w, expected[k])).toBeLessThan(1e-11);
        });
      }
    },
  );

  test("norms that overflow or vanish are clipped as well", () => {
    setBackend(backend);
    for (const [dtype, size] of [
      ["Float64Array", 1e200],
      ["Float32Array", 1e25],
      ["Float64Array", 1e-200],
    ] as const) {
      const w = new { Float64Array, Float32Array }[dtype](200);
      const g = w.slice().fill(size) as FloatArray;
      sgd([w], { learningRate: 1, clipNorm: 1 }).step([g]);
      const expected = size > 1 ? -1 / Math.sqrt(200) : -size;
      for (const v of w) expect(Math.abs(v / expected - 1)).toBeLessThan(1e-6);
    }
  });

  test("settings may be functions of the step, for all and for one parameter", () => {
    setBackend(backend);
    const rate = (step: number) => 0.5 / step;
    const l1 = (step: number) => (step === 2 ? 0.3 : 0);
    const seen: number[] = [];
    const [a, b, c] = [random(1), random(2), random(3)];
    const optimizer = sgd(
      [
        a,
        { values: b, learningRate: (step) => 2 * rate(step), l2: 0.1 },
        unpenalized({ values: c, learningRate: 0.2 }),
      ],
      {
        learningRate: (step) => {
          seen.push(step);
          return rate(step);
        },
        l1,
        weightDecay: 0.4,
      },
    );
    const [expectedA, expectedB, expectedC] = [a, b, c].map((w) => w.slice());
    const soft = (v: number, t: number) => Math.sign(v) * Math.max(Math.abs(v) - t, 0);
    for (let step = 1; step <= 3; ++step) {
      const gradients = [4, 5, 6].map((seed) => random(seed * step));
      optimizer.step(gradients);
      for (let i = 0; i < N; ++i) {
        const r = rate(step);
        expectedA[i] = soft(expectedA[i] - r * (gradients[0][i] + 0.4 * expectedA[i]), r * l1(step));
        expectedB[i] = soft(expectedB[i] - 2 * r * (gradients[1][i] + 0.6 * expectedB[i]), 2 * r * l1(step));
        expectedC[i] -= 0.2 * gradients[2][i];
      }
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(distance(a, expectedA)).toBeLessThan(1e-14);
    expect(distance(b, expectedB)).toBeLessThan(1e-14);
    expect(distance(c, expectedC)).toBeLessThan(1e-14);
  });

  test("what is unpenalized is trained as without penalties", () => {
    setBackend(backend);
    for (const { make } of trainings) {
      const [alone, beside] = [random(1), random(1)];
      const plain = make([alone], { l1: 0, l2: 0, weightDecay: 0 });
      const mixed = make([random(2), unpenalized(beside)], {});
      for (let step = 0; step < 3; ++step) {
        plain.step([random(step)]);
        mixed.step([random(step + 7), random(step)]);
      }
      assertSameBits(beside, alone);
    }
  });

  test("dtypes may differ from parameter to parameter", () => {
    setBackend(backend);
    for (const { make } of trainings) {
      const separate: FloatArray[] = [random(1), Float32Array.from(random(2))];
      const together = separate.map((w) => w.slice() as FloatArray);
      const gradients = [random(3), Float32Array.from(random(4))];
      separate.forEach((w, k) => {
        make([w]).step([gradients[k]]);
      });
      make(together).step(gradients);
      together.forEach((w, k) => {
        assertSameBits(w, separate[k]);
      });
    }
  });

  test.each(trainings)("$name: gradients that are not finite change nothing", ({ make }) => {
    setBackend(backend);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const [length, element] of [
        [5, 4],
        [300, 0],
        [300, 299],
        [5000, 4097],
      ]) {
        const weights = () => [random(1, 30), Float32Array.from(random(2, length))];
        const [throwing, skipping, plain] = [weights(), weights(), weights()];
        const gradients = [random(3, 30), Float32Array.from(random(4, length))];
        const wrong = gradients.map((g) => g.slice()) as FloatArray[];
        wrong[1][element] = bad;
        const optimizers = [make(throwing), make(skipping, { onNonFinite: "skip" }), make(plain)];
        for (const optimizer of optimizers) optimizer.step(gradients);
        expect(() => optimizers[0].step(wrong)).toThrow(
          expect.objectContaining({
            name: "RangeError",
            code: "ERR_NOT_FINITE",
            message: `"gradients[1]" must be finite, got ${bad} in element ${element}`,
          }),
        );
        optimizers[1].step(wrong);
        expect(optimizers.map(({ steps, skipped }) => [steps, skipped])).toEqual([
          [1, 0],
          [1, 1],
          [1, 0],
        ]);
        for (const optimizer of optimizers) optimizer.step(gradients);
        for (const k of [0, 1]) {
          assertSameBits(throwing[k], plain[k]);
          assertSameBits(skipping[k], plain[k]);
        }
        expect(JSON.stringify(optimizers[0])).toBe(JSON.stringify(optimizers[2]));
      }
    }
  });

  test("infinite weights without penalties stay as they are where the gradient is 0", () => {
    setBackend(backend);
    for (const maker of [sgd, adam, adagrad, rmsprop]) {
      const w = new Float64Array(20).fill(Number.NEGATIVE_INFINITY);
      (maker as (parameters: Parameter[]) => ReturnType<typeof sgd>)([w]).step([new Float64Array(20)]);
      expect([...w]).toEqual(new Array(20).fill(Number.NEGATIVE_INFINITY));
    }
  });

  test("zeros counts exact zeros", () => {
    setBackend(backend);
    const optimizer = sgd([new Float64Array([0, 1, -0]), new Float32Array([1e-30])], { l1: 1 });
    expect(optimizer.zeros()).toEqual([2, 0]);
  });
});

test("Adam's corrections stay those of PyTorch where betas are close to 1", () => {
  // 1 − beta2^t to 1 part in 1e12, from whole numbers: beta2 = 1 − 2^-20
  const beta2 = 1 - 2 ** -20;
  for (const steps of [1, 2, 3, 10, 1000]) {
    const w = new Float64Array(1);
    const optimizer = adam([w], { learningRate: 1, betas: [0, beta2], eps: 0 });
    for (let step = 1; step < steps; ++step) optimizer.step([new Float64Array(1).fill(1)]);
    const before = w[0];
    optimizer.step([new Float64Array(1).fill(1)]);
    // A constant gradient has v = 1 − beta2^t, so that every step is 1.
    expect(Math.abs(before - w[0] - 1)).toBeLessThan(1e-9);
  }
});
