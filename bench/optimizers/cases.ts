import { adagrad, adam, adamw, ftrl, type Optimizer, type Parameter, rmsprop, sgd } from "regulus";
import { ACCUMULATOR, L1, L2, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY } from "./naive.js";

export type Dtype = "float64" | "float32";

/** One optimiser with its options. naive.ts, optimizers.c and tensorflow.ts have the same by name. */
export interface Case {
  name: string;
  make(parameters: readonly Parameter[]): Optimizer;
}

const learningRate = LEARNING_RATE;

export const cases: readonly Case[] = [
  { name: "sgd with l2", make: (w) => sgd(w, { learningRate, l2: L2 }) },
  { name: "proximal sgd", make: (w) => sgd(w, { learningRate, l1: L1, l2: L2 }) },
  { name: "sgd with momentum", make: (w) => sgd(w, { learningRate, l2: L2, momentum: MOMENTUM }) },
  { name: "adam", make: (w) => adam(w, { learningRate }) },
  { name: "adamw", make: (w) => adamw(w, { learningRate, weightDecay: WEIGHT_DECAY }) },
  { name: "rmsprop", make: (w) => rmsprop(w, { learningRate }) },
  { name: "adagrad", make: (w) => adagrad(w, { learningRate, initialAccumulator: ACCUMULATOR }) },
  { name: "ftrl", make: (w) => ftrl(w, { learningRate, l1: L1 }) },
];
