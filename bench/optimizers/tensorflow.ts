import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { fill } from "./cases.js";
import { ACCUMULATOR, L1, L2, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY } from "./naive.js";

type Tf = typeof TensorFlow;

/** One optimiser of TensorFlow.js on n float32 weights. */
export interface TensorFlowStep {
  step(): void;
  weights(): Float32Array;
  dispose(): void;
}

/** TensorFlow.js with its CPU and WebAssembly backends, the latter on one thread. @throws Error where it is not installed. */
export async function loadTensorFlow(): Promise<{ tf: Tf; description: string }> {
  const tf = await import("@tensorflow/tfjs");
  const { setWasmPaths, setThreadsCount } = await import("@tensorflow/tfjs-backend-wasm");
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(entry) + sep);
  setThreadsCount(1);
  return { tf, description: `TensorFlow.js ${tf.version_core}` };
}

/** The optimiser of a name, composed of TensorFlow.js's own where it lacks decay or a proximal step; undefined if it has none. */
export function tensorFlowStep(tf: Tf, name: string, n: number): TensorFlowStep | undefined {
  const make = makers[name];
  if (make === undefined) return undefined;
  const [start, slope] = [new Float32Array(n), new Float32Array(n)];
  fill(start, slope);
  const w = tf.variable(tf.tensor1d(start), true, `w of ${name} ${tf.getBackend()} ${n}`);
  const g = tf.tensor1d(slope);
  const { optimizer, run } = make(tf, w, g);
  return {
    step: () => tf.tidy(run),
    weights: () => w.dataSync() as Float32Array,
    dispose() {
      optimizer.dispose();
      w.dispose();
      g.dispose();
    },
  };
}

type Make = (
  tf: Tf,
  w: TensorFlow.Variable,
  g: TensorFlow.Tensor,
) => { optimizer: TensorFlow.Optimizer; run: () => void };

/** The gradient with that of l2·Σw². */
const withL2 = (w: TensorFlow.Tensor, g: TensorFlow.Tensor) => g.add(w.mul(2 * L2));

const makers: Record<string, Make> = {
  "sgd with l2": (tf, w, g) => {
    const optimizer = tf.train.sgd(LEARNING_RATE);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: withL2(w, g) }]) };
  },
  "proximal sgd": (tf, w, g) => {
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
  "sgd with momentum": (tf, w, g) => {
    const optimizer = tf.train.momentum(LEARNING_RATE, MOMENTUM);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: withL2(w, g) }]) };
  },
  adam: (tf, w, g) => {
    const optimizer = tf.train.adam(LEARNING_RATE, 0.9, 0.999, 1e-8);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: g }]) };
  },
  adamw: (tf, w, g) => {
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
  rmsprop: (tf, w, g) => {
    const optimizer = tf.train.rmsprop(LEARNING_RATE, 0.99, 0, 1e-12);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: g }]) };
  },
  adagrad: (tf, w, g) => {
    const optimizer = tf.train.adagrad(LEARNING_RATE, ACCUMULATOR);
    return { optimizer, run: () => optimizer.applyGradients([{ name: w.name, tensor: g }]) };
  },
};
