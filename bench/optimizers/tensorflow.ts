/**
 * The optimisers of TensorFlow.js, which has float32 only, as a process of its own: to load it detaches a buffer, after which the
 * engine checks every access of a typed array, and plain loops beside it take twice as long. Every line `step backend: size times`
 * is answered as optimizers.c answers.
 */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { processorTime } from "../harness.js";
import { checksum, fill } from "./data.js";
import { ACCUMULATOR, L1, L2, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY } from "./naive.js";

type Make = (w: tf.Variable, g: tf.Tensor) => { optimizer: tf.Optimizer; run: () => void };

/** The gradient with that of l2·Σw². */
const withL2 = (w: tf.Tensor, g: tf.Tensor) => g.add(w.mul(2 * L2));

const makers: Record<string, Make> = {
  "sgd with l2": (w, g) => {
    const optimizer = tf.train.sgd(LEARNING_RATE);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: withL2(w, g) }]) };
  },
  "proximal sgd": (w, g) => {
    const optimizer = tf.train.sgd(LEARNING_RATE);
    return {
      optimizer,
      run: () => {
        optimizer.applyGradients([{ name: w.name, tensor: withL2(w, g) }]);
        w.assign(
          w.sign().mul(
            w
              .abs()
              .sub(LEARNING_RATE * L1)
              .relu(),
          ),
        );
      },
    };
  },
  "sgd with momentum": (w, g) => {
    const optimizer = tf.train.momentum(LEARNING_RATE, MOMENTUM);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: withL2(w, g) }]) };
  },
  adam: (w, g) => {
    const optimizer = tf.train.adam(LEARNING_RATE, 0.9, 0.999, 1e-8);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: g }]) };
  },
  adamw: (w, g) => {
    const optimizer = tf.train.adam(LEARNING_RATE, 0.9, 0.999, 1e-8);
    return {
      optimizer,
      run: () => {
        w.assign(w.mul(1 - LEARNING_RATE * WEIGHT_DECAY));
        optimizer.applyGradients([{ name: w.name, tensor: g }]);
      },
    };
  },
  // Its eps is within the root; the gradients are so far from 0 that this makes no difference.
  rmsprop: (w, g) => {
    const optimizer = tf.train.rmsprop(LEARNING_RATE, 0.99, 0, 1e-12);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: g }]) };
  },
  adagrad: (w, g) => {
    const optimizer = tf.train.adagrad(LEARNING_RATE, ACCUMULATOR);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: g }]) };
  },
};

/** Steps of one optimiser on n weights. */
function start(name: string, n: number) {
  const [weights, slope] = [new Float32Array(n), new Float32Array(n)];
  fill(weights, slope);
  const w = tf.variable(tf.tensor1d(weights));
  const g = tf.tensor1d(slope);
  const { optimizer, run } = makers[name](w, g);
  return {
    step: () => tf.tidy(run),
    checksum: () => checksum(w.dataSync() as Float32Array),
    dispose() {
      optimizer.dispose();
      w.dispose();
      g.dispose();
    },
  };
}

setWasmPaths(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")) + sep);
setThreadsCount(1);
// Answers alone go to stdout.
console.log = console.info = console.warn = () => {};

let current: { key: string; steps: ReturnType<typeof start> } | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const [, name, backend, n, times] = /^(.+) (cpu|wasm): (\d+) (\d+)$/.exec(line) ?? [];
  const key = `${name} ${backend} ${n}`;
  if (current?.key !== key) {
    current?.steps.dispose();
    await tf.setBackend(backend);
    current = { key, steps: start(name, Number(n)) };
  }
  const { steps } = current;
  const nanoseconds = processorTime(() => {
    for (let k = 0; k < Number(times); ++k) steps.step();
  });
  process.stdout.write(`${nanoseconds} ${steps.checksum()}\n`);
}
