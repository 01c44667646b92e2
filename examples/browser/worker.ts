/** Trains the network of `../network.ts` off the main thread, tells how far it is, and stops when asked to. */

import { breastCancer } from "../breastCancer.js";
import {
  accuracy,
  connections,
  createNetwork,
  createOptimizer,
  type Method,
  type Progress,
  train,
} from "../network.js";

/** What the worker is told. */
export type Order =
  | { type: "train"; csv: string; method: Method; hidden: number; epochs: number; seed: number }
  | { type: "cancel" };

/** What it tells. */
export type Report =
  | ({ type: "progress" } & Progress)
  | { type: "done"; weights: Float32Array[]; heldOut: number; zeros: number; total: number }
  | { type: "cancelled" }
  | { type: "failed"; message: string };

let cancelled = false;
const tell = (report: Report): void => postMessage(report);

async function run({ csv, method, hidden, epochs, seed }: Extract<Order, { type: "train" }>): Promise<void> {
  cancelled = false;
  const { training, heldOut } = breastCancer(csv);
  const network = createNetwork(training.inputs, hidden, seed);
  for (const progress of train(network, training, createOptimizer(network, method), { epochs, seed })) {
    tell({ type: "progress", ...progress });
    // Orders are heard only between tasks.
    await new Promise((resolve) => setTimeout(resolve));
    if (cancelled) return tell({ type: "cancelled" });
  }
  // Copies: a message with views of the arena would carry all of it.
  const weights = network.weights.map((values) => values.slice());
  const { zeros, total } = connections(network);
  tell({ type: "done", weights, heldOut: accuracy(network, heldOut), zeros, total });
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  if (data.type === "cancel") cancelled = true;
  else run(data).catch((error) => tell({ type: "failed", message: String(error) }));
});
