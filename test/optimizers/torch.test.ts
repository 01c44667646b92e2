/** Trajectories of PyTorch, on both backends, in arenas and in arrays of their own. `test/fixtures/golden` says where they come from. */

import { afterEach, describe, expect, test } from "vitest";
import { adamw, createArena, type FloatArray, setBackend, unpenalized } from "../../src/index.js";
import mlp from "../fixtures/golden/torch-mlp.json" with { type: "json" };
import optim from "../fixtures/golden/torch-optim.json" with { type: "json" };
import training from "../fixtures/golden/torch-training.json" with { type: "json" };
import { type Dtype, dtypes } from "../support/backends.js";
import { makers } from "./table.js";

afterEach(() => setBackend("auto"));

interface TorchOptions {
  lr: number;
  momentum?: number;
  dampening?: number;
  nesterov?: boolean;
  weight_decay?: number;
  betas?: number[];
  eps?: number;
  amsgrad?: boolean;
  centered?: boolean;
}

const ours = ({ lr, weight_decay = 0, ...rest }: TorchOptions) => ({
  learningRate: lr,
  weightDecay: weight_decay,
  ...rest,
});

/** Relative to the largest that the number has been: floats near 0 are what is left of larger ones. */
const tolerance = ({ name }: Dtype) => (name === "float64" ? 1e-12 : 2e-5);

/** Compares one step after the other. For float32, `size` is a size that the numbers are known to have had. */
function follower(dtype: Dtype, size = 0): (actual: FloatArray, expected: readonly number[]) => void {
  const largest: number[] = [];
  return (actual, expected) => {
    expect(actual.length).toBe(expected.length);
    expected.forEach((value, i) => {
      largest[i] = Math.max(largest[i] ?? size, Math.abs(value));
      const bound = tolerance(dtype) * (dtype.name === "float64" ? Math.abs(value) : largest[i]);
      if (!(Math.abs(actual[i] - value) <= bound)) throw new Error(`element ${i}: ${actual[i]} instead of ${value}`);
    });
  };
}

const places = {
  "arrays of their own": (dtype: Dtype, values: readonly number[][]) => values.map((array) => dtype.array(array)),
  "an arena": (dtype: Dtype, values: readonly number[][]) => {
    const arena = createArena(values.reduce((sum, { length }) => sum + 8 * 5 * (length + 1), 0));
    return values.map((array) => {
      const placed = dtype.name === "float64" ? arena.float64(array.length) : arena.float32(array.length);
      placed.set(array);
      return placed as FloatArray;
    });
  },
};

describe.each(["wasm", "js"] as const)("%s", (backend) => {
  describe.each(dtypes)("$name", (dtype) => {
    describe.each(Object.entries(places))("in %s", (_place, place) => {
      test.each(optim.cases as { optimizer: string; options: TorchOptions; trajectory: number[][] }[])(
        "$optimizer $options",
        ({ optimizer, options, trajectory }) => {
          setBackend(backend);
          // Copies of the weights, so that there are enough of them for every path.
          const times = 40;
          const repeat = (values: number[]) => Array.from({ length: times }, () => values).flat();
          const [w, g] = place(dtype, [repeat(optim.initial), repeat(optim.initial)]);
          const trained = makers[optimizer.toLowerCase()]([w], ours(options));
          const follow = follower(dtype);
          trajectory.forEach((expected, step) => {
            g.set(repeat(optim.gradients[step]));
            trained.step([g]);
            follow(w, repeat(expected));
          });
        },
      );

      test.each(training.runs)(
        "linear layer: $optimizer, decay $weightDecay, l1 $l1, without bias $excludeBias",
        (run) => {
          setBackend(backend);
          const { n, d, X, y } = training;
          const [w, b, gw, gb] = place(dtype, [run.initial.weight, run.initial.bias, run.initial.weight, [0]]);
          const options = { learningRate: run.lr, weightDecay: run.weightDecay, l1: run.l1, l1Mode: "subgradient" };
          const trained = makers[run.optimizer]([w, run.excludeBias ? unpenalized(b) : b], options as object);
          const follow = follower(dtype);
          run.losses.forEach((expected) => {
            // mean (X·w + b − y)² and its gradient; PyTorch's loss includes l1·Σ|w|
            const residuals = y.map(
              (yi, i) => Array.from(w).reduce((sum, wj, j) => sum + X[i * d + j] * wj, b[0]) - yi,
            );
            for (let j = 0; j < d; ++j) gw[j] = (2 / n) * residuals.reduce((sum, r, i) => sum + r * X[i * d + j], 0);
            gb[0] = (2 / n) * residuals.reduce((sum, r) => sum + r, 0);
            const norm = [...w, ...(run.excludeBias ? [] : b)].reduce((sum, v) => sum + Math.abs(v), 0);
            follow([residuals.reduce((sum, r) => sum + r * r, 0) / n + run.l1 * norm] as unknown as FloatArray, [
              expected,
            ]);
            trained.step([gw, gb]);
          });
          follower(dtype)(w, run.weight);
          follower(dtype)(b, run.bias);
        },
      );

      test("a network of two layers by AdamW, decay on the weights only", () => {
        setBackend(backend);
        const { n, X, y, initial, final, losses } = mlp;
        const arrays = place(dtype, [...initial, ...initial]);
        const [W1, b1, W2, b2] = arrays;
        const gradients = arrays.slice(4);
        const trained = adamw([W1, unpenalized(b1), W2, unpenalized(b2)], { learningRate: 1e-2, weightDecay: 0.05 });
        const [gW1, gb1, gW2, gb2] = gradients;
        const follow = follower(dtype);
        for (const expected of losses) {
          let loss = 0;
          for (const gradient of gradients) gradient.fill(0);
          for (let i = 0; i < n; ++i) {
            const x = X.slice(4 * i, 4 * i + 4);
            const hidden = Array.from(b1, (b, k) => Math.tanh(x.reduce((sum, xj, j) => sum + W1[4 * k + j] * xj, b)));
            const r = hidden.reduce((sum, h, k) => sum + W2[k] * h, b2[0]) - y[i];
            loss += (r * r) / n;
            const slope = (2 / n) * r;
            gb2[0] += slope;
            hidden.forEach((h, k) => {
              gW2[k] += slope * h;
              const inner = slope * W2[k] * (1 - h * h);
              gb1[k] += inner;
              for (let j = 0; j < 4; ++j) gW1[4 * k + j] += inner * x[j];
            });
          }
          follow([loss] as unknown as FloatArray, [expected]);
          trained.step(gradients);
        }
        final.forEach((expected, k) => {
          follower(dtype, Math.max(...expected.map(Math.abs)))(arrays[k], expected);
        });
      });
    });
  });
});
