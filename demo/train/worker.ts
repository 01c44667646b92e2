/** Three networks that learn the same data at the same pace, off the main thread. */

import { backend } from "regulus";
import { breastCancer } from "../../examples/breastCancer.js";
import breastCancerCsv from "../../examples/data/breast-cancer.csv?raw";
import {
  accuracy,
  connections,
  createNetwork,
  createOptimizer,
  type Method,
  type Network,
  train,
} from "../../examples/network.js";
import { answer } from "../parts/call.js";

export const WAYS = ["plain", "decay", "l1"] as const;
export type Way = (typeof WAYS)[number];

export interface Settings {
  learningRate: number;
  weightDecay: number;
  l1: number;
  seed: number;
}

/** Bins of a histogram of weights, and how far from 0 it reaches to either side. */
export const BINS = 49;
export const REACH = 0.75;

/** A network as it is drawn. */
export interface Snapshot {
  loss: number;
  heldOut: number;
  zeros: number;
  total: number;
  inputsUsed: number;
  /** How many weights that are not 0 are in each bin; those beyond are in the outermost. */
  bins: Int32Array;
}

export interface Epoch {
  epoch: number;
  snapshots: Record<Way, Snapshot>;
}

const HIDDEN = 16;
const { names, training, heldOut } = breastCancer(breastCancerCsv);

interface Learner {
  network: Network;
  progress: Generator<{ loss: number }, void>;
  loss: number;
}

let learners: Record<Way, Learner> | undefined;
let epoch = 0;

const methods = ({ learningRate, weightDecay, l1 }: Settings): Record<Way, Method> => ({
  plain: { name: "adam", learningRate },
  decay: { name: "adamw", learningRate, weightDecay },
  l1: { name: "adam", learningRate, l1 },
});

function histogram({ weights: [W1, , W2] }: Network): Int32Array {
  const bins = new Int32Array(BINS);
  for (const weights of [W1, W2]) {
    for (const w of weights) {
      if (w === 0) continue;
      const place = Math.floor(((w + REACH) / (2 * REACH)) * BINS);
      bins[Math.max(0, Math.min(BINS - 1, place))] += 1;
    }
  }
  return bins;
}

const snapshot = ({ network, loss }: Learner): Snapshot => ({
  loss,
  heldOut: accuracy(network, heldOut),
  ...connections(network),
  bins: histogram(network),
});

function look(): Epoch {
  const all = learners as Record<Way, Learner>;
  return { epoch, snapshots: { plain: snapshot(all.plain), decay: snapshot(all.decay), l1: snapshot(all.l1) } };
}

/** Starts anew, all three from the same weights. */
function begin(settings: Settings): Epoch {
  const way = methods(settings);
  const make = (name: Way): Learner => {
    const network = createNetwork(training.inputs, HIDDEN, settings.seed);
    const options = { epochs: Number.MAX_SAFE_INTEGER, seed: settings.seed };
    return {
      network,
      progress: train(network, training, createOptimizer(network, way[name]), options),
      loss: Number.NaN,
    };
  };
  learners = { plain: make("plain"), decay: make("decay"), l1: make("l1") };
  epoch = 0;
  return look();
}

/** Some epochs more. @throws where training diverges, as the optimiser refuses steps that are not finite. */
function advance(epochs: number): Epoch {
  for (let k = 0; k < epochs; ++k) {
    for (const learner of Object.values(learners as Record<Way, Learner>)) {
      learner.loss = learner.progress.next().value?.loss ?? learner.loss;
    }
    epoch += 1;
  }
  return look();
}

const about = () => ({ inputs: names.length, hidden: HIDDEN, training: training.y.length, heldOut: heldOut.y.length });

const functions = { backend, begin, advance, about };
export type Trainer = typeof functions;

answer(functions);
