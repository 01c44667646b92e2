/**
 * A network of two layers and its training, in float32: inputs → hidden ReLUs → one score, whose sign is the class. Only sums,
 * products, maxima and square roots, which are the same on every engine: so are the weights, to the bit, in Node and in browsers.
 */

import { type AdamOptions, adam, adamw, createArena, type Optimizer, unpenalized } from "regulus";
import { randomNumbers } from "./random.js";

/** Rows of inputs, one after the other, and a class of −1 or 1 for each. */
export interface Samples {
  inputs: number;
  X: Float32Array;
  y: Float32Array;
}

/** Weights and their gradients: W1 (hidden × inputs), b1, W2 (hidden), b2 (1). */
export interface Network {
  inputs: number;
  hidden: number;
  weights: Float32Array[];
  gradients: Float32Array[];
}

/** A network with random weights, all in one arena, where the optimisers work in place. */
export function createNetwork(inputs: number, hidden: number, seed: number): Network {
  const lengths = [hidden * inputs, hidden, hidden, 1];
  const bytes = lengths.reduce((sum, length) => sum + 4 * length + 64, 0);
  // Weights, gradients, and two moments for each weight.
  const arena = createArena(4 * bytes);
  const weights = lengths.map((length) => arena.float32(length));
  const gradients = lengths.map((length) => arena.float32(length));
  const random = randomNumbers(seed);
  const fill = (values: Float32Array, fanIn: number): void => {
    const bound = Math.sqrt(6 / fanIn);
    for (let i = 0; i < values.length; ++i) values[i] = bound * (2 * random() - 1);
  };
  fill(weights[0], inputs);
  fill(weights[2], hidden);
  return { inputs, hidden, weights, gradients };
}

/** An optimiser by name, with its options: what can be sent to a worker. */
export interface Method extends Pick<AdamOptions, "learningRate" | "l1" | "l2" | "weightDecay"> {
  name: "adam" | "adamw";
}

/** The optimiser of a network. The penalties are for the weights of its connections: biases only shift, and shrinking them gains nothing. */
export function createOptimizer({ weights: [W1, b1, W2, b2] }: Network, { name, ...options }: Method): Optimizer {
  const optimizer = name === "adam" ? adam : adamw;
  return optimizer([W1, unpenalized(b1), W2, unpenalized(b2)], options);
}

/** The score of one row of X; `activations` takes the outputs of the hidden layer. */
function forward(
  { inputs, hidden, weights }: Network,
  X: Float32Array,
  row: number,
  activations: Float32Array,
): number {
  const [W1, b1, W2, b2] = weights;
  let score = b2[0];
  for (let h = 0; h < hidden; ++h) {
    let sum = b1[h];
    for (let j = 0; j < inputs; ++j) sum += W1[h * inputs + j] * X[row * inputs + j];
    activations[h] = Math.max(0, sum);
    score += W2[h] * activations[h];
  }
  return score;
}

/**
 * The mean squared hinge loss max(0, 1 − y·score)² of some rows; its gradients replace those that the network holds.
 *
 * @param activations - Room for the outputs of the hidden layer.
 */
function backward(network: Network, { X, y }: Samples, rows: Int32Array, activations: Float32Array): number {
  const { inputs, hidden, weights, gradients } = network;
  const W2 = weights[2];
  const [gW1, gb1, gW2, gb2] = gradients;
  for (const gradient of gradients) gradient.fill(0);
  let loss = 0;
  for (const row of rows) {
    const short = Math.max(0, 1 - y[row] * forward(network, X, row, activations));
    if (short === 0) continue;
    loss += short * short;
    const slope = (-2 * y[row] * short) / rows.length;
    gb2[0] += slope;
    for (let h = 0; h < hidden; ++h) {
      gW2[h] += slope * activations[h];
      if (activations[h] === 0) continue;
      const back = slope * W2[h];
      gb1[h] += back;
      for (let j = 0; j < inputs; ++j) gW1[h * inputs + j] += back * X[row * inputs + j];
    }
  }
  return loss / rows.length;
}

/** What training tells after an epoch. */
export interface Progress {
  epoch: number;
  epochs: number;
  /** Mean loss over the epoch, without the penalty. */
  loss: number;
}

/** Trains in mini-batches, in an order that the seed decides. A generator, so that its user may report, pause or stop after each epoch. */
export function* train(
  network: Network,
  samples: Samples,
  optimizer: Optimizer,
  { epochs, batch = 32, seed = 1 }: { epochs: number; batch?: number; seed?: number },
): Generator<Progress, void> {
  const n = samples.y.length;
  const random = randomNumbers(seed);
  const order = Int32Array.from({ length: n }, (_, row) => row);
  const activations = new Float32Array(network.hidden);
  for (let epoch = 1; epoch <= epochs; ++epoch) {
    shuffle(order, random);
    let loss = 0;
    for (let start = 0; start < n; start += batch) {
      const rows = order.subarray(start, start + batch);
      loss += rows.length * backward(network, samples, rows, activations);
      optimizer.step(network.gradients);
    }
    yield { epoch, epochs, loss: loss / n };
  }
}

function shuffle(order: Int32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; --i) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
}

/** The share of rows whose class the network gets right. */
export function accuracy(network: Network, { X, y }: Samples): number {
  const activations = new Float32Array(network.hidden);
  const right = y.filter((label, row) => label * forward(network, X, row, activations) > 0);
  return right.length / y.length;
}

/** How many connections there are, how many are exactly 0, and how many inputs still have one that is not. */
export function connections({ inputs, weights: [W1, , W2] }: Network) {
  const used = new Set<number>();
  W1.forEach((w, i) => {
    if (w !== 0) used.add(i % inputs);
  });
  const zeros = [...W1, ...W2].filter((w) => w === 0).length;
  return { total: W1.length + W2.length, zeros, inputsUsed: used.size };
}
