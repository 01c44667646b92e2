/** What is measured: each task by each contender, on the same numbers. */

import {
  adam,
  createArena,
  crossValidate,
  dense,
  elasticNetProx,
  folds,
  gradientStep,
  regularizationPath,
  softThreshold,
} from "regulus";
import {
  elasticNetProx as plainProx,
  softThreshold as plainSoftThreshold,
  proximalStep,
} from "../../bench/kernels/naive.js";
import { LEARNING_RATE, loops } from "../../bench/optimizers/naive.js";
import { plainCrossValidation, plainDescent } from "../../bench/solvers/plainDescent.js";
import { dataOf, normalNumbers } from "../learn/dataSets.js";
import type { TensorFlow } from "./tensorflow.js";

/** A task; its title stands at the same place of TITLES. */
export interface Task {
  /** One unit of work of Regulus: which kernels it runs on is set from outside. */
  ours(): () => void;
  /** The loops that a user would write. */
  plain(): () => void;
  /** TensorFlow.js, where it has such a thing. */
  tensorflow?(tf: TensorFlow): () => void;
}

const [LONG, WEIGHTS] = [1_000_000, 100_000];
const [L1, L2, STEP] = [0.6, 0.5, 0.01];

const random = (length: number, seed: number): Float64Array => Float64Array.from({ length }, normalNumbers(seed));

/** Arrays of float64 in an arena, filled. */
function inArena(length: number, count: number): Float64Array[] {
  const arena = createArena(count * (8 * length + 64));
  return Array.from({ length: count }, (_, k) => {
    const array = arena.float64(length);
    array.set(random(length, k + 1));
    return array;
  });
}

/** The diabetes data, with 10 columns, or with squares and products 64. */
function problem(name: "diabetes" | "products") {
  const { columns, names, y } = dataOf(name);
  const [n, p] = [y.length, names.length];
  const X = dense(columns, n, p, { order: "column" });
  const lambdas = regularizationPath(X, y).lambdas;
  const foldOf = new Int32Array(n);
  folds(n, { folds: 10, seed: 1 }).forEach((rows, k) => {
    for (const row of rows) foldOf[row] = k;
  });
  return { X, y, n, p, columns, lambdas, foldOf };
}

export const TASKS: readonly Task[] = [
  {
    ours() {
      const [x, out] = inArena(LONG, 2);
      return () => softThreshold(x, L1, out);
    },
    plain() {
      const [x, out] = [random(LONG, 1), new Float64Array(LONG)];
      return () => plainSoftThreshold(x, L1, out);
    },
    tensorflow(tf) {
      const x = tf.tensor1d(Float32Array.from(random(LONG, 1)));
      return () => tf.tidy(() => void x.sign().mul(x.abs().sub(L1).relu()).dataSync());
    },
  },
  {
    ours() {
      const [x, out] = inArena(LONG, 2);
      return () => elasticNetProx(x, { l1: L1, l2: L2, stepSize: STEP }, out);
    },
    plain() {
      const [x, out] = [random(LONG, 1), new Float64Array(LONG)];
      return () => plainProx(x, L1, L2, STEP, out);
    },
    tensorflow(tf) {
      const x = tf.tensor1d(Float32Array.from(random(LONG, 1)));
      const scale = 1 / (1 + 2 * STEP * L2);
      return () =>
        tf.tidy(
          () =>
            void x
              .sign()
              .mul(
                x
                  .abs()
                  .sub(STEP * L1)
                  .relu(),
              )
              .mul(scale)
              .dataSync(),
        );
    },
  },
  {
    ours() {
      const [w, g] = inArena(LONG, 2);
      return () => gradientStep(w, g, { learningRate: STEP, l1: L1, l2: L2 });
    },
    plain() {
      const [w, g] = [random(LONG, 1), random(LONG, 2)];
      return () => proximalStep(w, g, STEP, L1, L2);
    },
    tensorflow(tf) {
      const w = tf.variable(tf.tensor1d(Float32Array.from(random(LONG, 1))));
      const g = tf.tensor1d(Float32Array.from(random(LONG, 2)));
      return () =>
        tf.tidy(() => {
          const moved = w.mul(1 - 2 * STEP * L2).sub(g.mul(STEP));
          w.assign(
            moved.sign().mul(
              moved
                .abs()
                .sub(STEP * L1)
                .relu(),
            ),
          );
        });
    },
  },
  {
    ours() {
      const arena = createArena(4 * (4 * WEIGHTS + 64));
      const [w, g] = [1, 2].map((seed) => {
        const array = arena.float32(WEIGHTS);
        array.set(random(WEIGHTS, seed));
        return array;
      });
      const optimizer = adam([w], { learningRate: LEARNING_RATE });
      return () => optimizer.step([g]);
    },
    plain() {
      const [w, g] = [Float32Array.from(random(WEIGHTS, 1)), Float32Array.from(random(WEIGHTS, 2))];
      const state = [new Float32Array(WEIGHTS), new Float32Array(WEIGHTS)];
      let step = 0;
      return () => {
        step += 1;
        loops.adam(w, g, state, step);
      };
    },
    tensorflow(tf) {
      const w = tf.variable(tf.tensor1d(Float32Array.from(random(WEIGHTS, 1))));
      const tensor = tf.tensor1d(Float32Array.from(random(WEIGHTS, 2)));
      const optimizer = tf.train.adam(LEARNING_RATE, 0.9, 0.999, 1e-8);
      return () => tf.tidy(() => optimizer.applyGradients([{ name: w.name, tensor }]));
    },
  },
  {
    ours() {
      const { X, y, lambdas } = problem("products");
      return () => void regularizationPath(X, y, { lambdas });
    },
    plain() {
      const { plain } = plainProblem("products");
      return () => void plainDescent(plain, 1e-7);
    },
  },
  {
    ours() {
      const { X, y, lambdas } = problem("diabetes");
      return () => void crossValidate(X, y, { folds: 10, seed: 1, lambdas });
    },
    plain() {
      const { plain, foldOf } = plainProblem("diabetes");
      return () => void plainCrossValidation({ ...plain, folds: foldOf }, 1e-7);
    },
  },
];

/** The same, in standard form: the plain loops do not standardise. */
function plainProblem(name: "diabetes" | "products") {
  const { columns, y, n, p, lambdas, foldOf } = problem(name);
  const values = columns.slice();
  for (let j = 0; j < p; ++j) {
    const column = values.subarray(j * n, (j + 1) * n);
    const mean = column.reduce((sum, x) => sum + x, 0) / n;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / n);
    for (let i = 0; i < n; ++i) column[i] = (column[i] - mean) / deviation;
  }
  const plain = {
    family: "gaussian",
    outputs: 1,
    n,
    p,
    X: { values },
    y,
    lambdas,
    l1Ratio: 1,
    intercept: true,
  } as const;
  return { plain, foldOf };
}
