import {
  adagrad,
  adam,
  adamw,
  ftrl,
  type Optimizer,
  type OptimizerOptions,
  type Parameter,
  rmsprop,
  sgd,
} from "../../src/index.js";

/** An optimiser with options that reach every branch of its kernel; `common` are options that all take. */
export interface Training {
  name: string;
  make: (parameters: readonly Parameter[], common?: OptimizerOptions) => Optimizer;
}

/** All of them, by name. */
export const makers: Record<string, (parameters: readonly Parameter[], options?: OptimizerOptions) => Optimizer> = {
  sgd,
  adam,
  adamw,
  rmsprop,
  adagrad,
  ftrl: ftrl as typeof sgd,
};

type Maker = (parameters: readonly Parameter[], options: object) => Optimizer;

const row = (name: string, maker: Maker, options: object): Training => ({
  name: `${maker.name}${name && `, ${name}`}`,
  make: (parameters, common) => maker(parameters, { learningRate: 0.05, ...options, ...common }),
});

export const trainings: readonly Training[] = [
  row("", sgd, {}),
  row("proximal", sgd, { l1: 0.1, l2: 0.2 }),
  row("by subgradient", sgd, { l1: 0.1, l1Mode: "subgradient" }),
  row("momentum", sgd, { momentum: 0.9, dampening: 0.2, weightDecay: 0.1, l1: 0.05 }),
  row("Nesterov", sgd, { momentum: 0.9, nesterov: true, l1: 0.05, l1Mode: "subgradient" }),
  row("", adam, { l1: 0.1, l2: 0.01 }),
  row("amsgrad", adam, { amsgrad: true, weightDecay: 0.1, betas: [0.5, 0.8] }),
  row("", adamw, { l1: 0.01, weightDecay: 0.3 }),
  row("", rmsprop, { l1: 0.1 }),
  row("centered", rmsprop, { centered: true, l1: 0.1, l1Mode: "subgradient" }),
  row("momentum", rmsprop, { momentum: 0.8, l1: 0.05, smoothing: 0.9 }),
  row("centered with momentum", rmsprop, { centered: true, momentum: 0.8, l2: 0.1 }),
  row("", adagrad, { l1: 0.2, learningRateDecay: 0.1, initialAccumulator: 0.3 }),
  row("", ftrl, { l1: 0.1 }),
  row("cumulative", ftrl, { l1: 0.1, l1Mode: "cumulative", beta: 0 }),
];
