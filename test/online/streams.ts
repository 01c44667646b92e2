import { type OnlineOptions, setBackend } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { upTo } from "../support/matrices.js";
import type { Batch } from "./eager.js";

const BACKENDS = ["js", "wasm"] as const;

/** Runs `make` on each backend: models keep the one that they were made on. */
export function onEach<T>(make: () => T): T[] {
  try {
    return BACKENDS.map((name) => {
      setBackend(name);
      return make();
    });
  } finally {
    setBackend("auto");
  }
}

/** Every method, penalty and schedule: what is caught up with differs in each. */
export const SETTINGS: readonly (OnlineOptions & { name: string })[] = [
  { name: "sgd", method: "sgd", learningRate: 0.05 },
  { name: "sgd with l1", method: "sgd", learningRate: 0.05, l1: 0.01 },
  { name: "sgd with l2", method: "sgd", learningRate: 0.05, l2: 0.02 },
  { name: "sgd with both", method: "sgd", learningRate: 0.05, l1: 0.004, l2: 0.02 },
  { name: "sgd that forgets almost all in a step", method: "sgd", learningRate: 0.5, l1: 1e-4, l2: 0.99 },
  { name: "sgd that forgets all in a step", method: "sgd", learningRate: 0.5, l1: 1e-4, l2: 1 },
  { name: "sgd whose l2 turns the sign", method: "sgd", learningRate: 0.5, l1: 1e-4, l2: 1.5 },
  { name: "sgd with a schedule", method: "sgd", learningRate: (t) => 0.1 / Math.sqrt(t), l1: 0.003, l2: 0.01 },
  {
    name: "sgd with three",
    method: "sgd",
    learningRate: (t) => 1 / (9 + t),
    l1: (t) => 0.1 / t,
    l2: (t) => (t % 7) / 50,
  },
  {
    name: "sgd with a rate of 0 at times",
    method: "sgd",
    learningRate: (t) => (t % 3 === 0 ? 0 : 0.05),
    l1: 0.01,
    l2: 0.1,
  },
  { name: "sgd with an enormous l1 once", method: "sgd", learningRate: 0.05, l1: (t) => (t === 200 ? 1e300 : 0.001) },
  { name: "ftrl" },
  { name: "ftrl with l1", l1: 0.2 },
  { name: "ftrl with l2", l2: 0.02, learningRate: 0.5 },
  { name: "ftrl with both", l1: 0.1, l2: 0.02, beta: 0.5 },
  { name: "cumulative ftrl", l1: 0.01, l1Mode: "cumulative" },
  { name: "cumulative ftrl with both", l1: 0.01, l2: 0.05, l1Mode: "cumulative", beta: 0.1 },
  { name: "ftrl with a schedule", learningRate: (t) => 0.3 / Math.sqrt(t), l1: (t) => 0.1 + 0.1 / t },
  {
    name: "ftrl with three",
    learningRate: (t) => 0.3 / Math.sqrt(t),
    l1: (t) => 0.01 / t,
    l2: (t) => 1 / t,
    l1Mode: "cumulative",
  },
  { name: "ftrl with a scheduled l2", l1: 0.1, l2: (t) => (t % 4) / 100 },
];

/** The settings of a model, and those of the oracle. */
export function settingsOf({ name: _, ...options }: OnlineOptions & { name: string }) {
  const { method = "ftrl", learningRate = 0.1, l1 = 0, l2 = 0, intercept = true } = options;
  return { options, eager: { ...options, method, learningRate, l1, l2, intercept } };
}

/** A stream of mini-batches of one to three rows, columns from frequent to rare. The targets are noisy; labels are 0 and 1. */
export function stream(p: number, steps: number, seed: number, labels = false): Batch[] {
  const next = randomStream(seed);
  return upTo(steps).map((t) => {
    const X = upTo(t % 4 === 3 ? 3 : 1).map(() =>
      upTo(p).map((j) => (Math.abs(next()) < 1.2 / (1 + j) ** 1.5 ? 1.5 * next() : 0)),
    );
    const y = X.map((row) => {
      const eta = 0.5 + 2 * row[0] - row[1] + (row[p - 2] ?? 0) + 0.2 * next();
      return labels ? Number(eta > 0.5) : eta;
    });
    return { X, y };
  });
}
