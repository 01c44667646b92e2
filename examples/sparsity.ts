/** A two-layer network on real data, in float32: how accurate it stays as L1 makes it sparser. Run it with `npm run network`. */

import { readFileSync } from "node:fs";
import { breastCancer } from "./breastCancer.js";
import { isMain } from "./isMain.js";
import { accuracy, connections, createNetwork, createOptimizer, type Method, train } from "./network.js";
import { table } from "./table.js";

const HIDDEN = 16;
const EPOCHS = 100;
const LEARNING_RATE = 3e-3;
const DECAYS = [0.01, 1];
const L1 = [1e-6, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1];

/** What a method made of the network. */
export interface Outcome {
  method: Method;
  loss: number;
  zeros: number;
  total: number;
  inputsUsed: number;
  trainingAccuracy: number;
  heldOutAccuracy: number;
}

/** Trains the same network on the same data by each method. */
export function outcomes(csv: string, methods: readonly Method[], epochs = EPOCHS): Outcome[] {
  const { training, heldOut } = breastCancer(csv);
  return methods.map((method) => {
    const network = createNetwork(training.inputs, HIDDEN, 1);
    let loss = Number.NaN;
    for (const progress of train(network, training, createOptimizer(network, method), { epochs })) loss = progress.loss;
    return {
      method,
      loss,
      ...connections(network),
      trainingAccuracy: accuracy(network, training),
      heldOutAccuracy: accuracy(network, heldOut),
    };
  });
}

/** AdamW with two decays, then proximal L1 from too little to too much. */
export const METHODS: readonly Method[] = [
  ...DECAYS.map((weightDecay) => ({ name: "adamw", learningRate: LEARNING_RATE, weightDecay }) as const),
  ...L1.map((l1) => ({ name: "adam", learningRate: LEARNING_RATE, l1 }) as const),
];

/** All that `npm run network` prints. */
export function report(csv: string): string {
  const { names, training, heldOut } = breastCancer(csv);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = outcomes(csv, METHODS).map(({ method, ...outcome }) => [
    method.name === "adamw" ? `AdamW, weightDecay ${method.weightDecay}` : `Adam, proximal l1 ${method.l1}`,
    `${outcome.zeros} of ${outcome.total}`,
    `${outcome.inputsUsed} of ${names.length}`,
    outcome.loss.toFixed(4),
    percent(outcome.trainingAccuracy),
    percent(outcome.heldOutAccuracy),
  ]);
  return [
    `${names.length} → ${HIDDEN} → 1, ReLU, float32, ${EPOCHS} epochs on ${training.y.length} biopsies; ${heldOut.y.length} are held out.`,
    table([["", "weights exactly 0", "inputs used", "loss", "right, training", "right, held out"], ...rows]),
    "Decay shrinks, but leaves no weight at exactly 0. Too small an l1 has no effect; too large a one removes every connection,\n" +
      "and the biases, which are not penalised, can only tell the more frequent class.",
  ].join("\n\n");
}

if (isMain(import.meta.url)) {
  console.log(report(readFileSync(new URL("./data/breast-cancer.csv", import.meta.url), "utf8")));
}
