import { adamw, createArena, type Optimizer, sgd } from "../../index.js";
import type { Case } from "./measure.js";

const N = 100_000;

/** Steps on 100,000 weights in float32 in an arena, beside the loops that one would write. */
export function optimizerCases(): Case[] {
  const of = { group: "optimizers", unit: "weight", count: N } as const;
  const rate = 1e-6;
  const stepOf = (make: (w: Float32Array) => Optimizer, states: number): (() => void) => {
    const arena = createArena((2 + states) * 4 * N + 4096);
    const [w, g] = [arena.float32(N), arena.float32(N)];
    fill(w, g);
    const optimizer = make(w);
    return () => optimizer.step([g]);
  };
  const [w, g, b] = [new Float32Array(N), new Float32Array(N), new Float32Array(N)];
  const v = new Float32Array(N);
  fill(w, g);
  let [p1, p2] = [1, 1];
  return [
    {
      ...of,
      name: "sgd with L1 and L2",
      run: stepOf((own) => sgd([own], { learningRate: rate, l1: 1e-3, l2: 1e-3 }), 0),
      plain() {
        for (let i = 0; i < N; ++i) {
          const next = w[i] - rate * (g[i] + 2e-3 * w[i]);
          w[i] = next > rate * 1e-3 ? next - rate * 1e-3 : next < -rate * 1e-3 ? next + rate * 1e-3 : 0;
        }
      },
    },
    {
      ...of,
      name: "sgd with momentum",
      run: stepOf((own) => sgd([own], { learningRate: rate, momentum: 0.9 }), 2),
      plain() {
        for (let i = 0; i < N; ++i) {
          b[i] = 0.9 * b[i] + g[i];
          w[i] -= rate * b[i];
        }
      },
    },
    {
      ...of,
      name: "adamw",
      run: stepOf((own) => adamw([own], { learningRate: rate }), 3),
      plain() {
        [p1, p2] = [0.9 * p1, 0.999 * p2];
        const [c1, c2] = [1 - p1, 1 - p2];
        for (let i = 0; i < N; ++i) {
          b[i] = 0.9 * b[i] + 0.1 * g[i];
          v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
          w[i] -= rate * (0.01 * w[i] + b[i] / c1 / (Math.sqrt(v[i] / c2) + 1e-8));
        }
      },
    },
  ];
}

function fill(w: Float32Array, g: Float32Array): void {
  for (let i = 0; i < N; ++i) {
    w[i] = ((i * 7919) % 2001) / 1000 - 1;
    g[i] = ((i * 104_729) % 2001) / 1000 - 1;
  }
}
