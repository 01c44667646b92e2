import { createArena, decay, dot, gradientStep, softThreshold } from "../../index.js";
import type { Case } from "./measure.js";

const N = 100_000;

/** Functions on 100,000 doubles in an arena, beside the loops that one would write. */
export function kernelCases(): Case[] {
  const arena = createArena(4 * 8 * N);
  const [x, y, out, w] = [arena.float64(N), arena.float64(N), arena.float64(N), arena.float64(N)];
  for (let i = 0; i < N; ++i) {
    x[i] = ((i * 7919) % 2001) / 1000 - 1;
    y[i] = ((i * 104_729) % 2001) / 1000 - 1;
    w[i] = x[i];
  }
  const of = { group: "kernels", unit: "double", count: N } as const;
  return [
    {
      ...of,
      name: "softThreshold",
      run: () => softThreshold(x, 0.3, out),
      plain() {
        for (let i = 0; i < N; ++i) out[i] = x[i] > 0.3 ? x[i] - 0.3 : x[i] < -0.3 ? x[i] + 0.3 : 0;
      },
    },
    {
      ...of,
      name: "gradientStep",
      run: () => gradientStep(w, y, { learningRate: 1e-6, l1: 0.01, l2: 0.001 }),
      plain() {
        const [rate, t] = [1e-6, 1e-8];
        const factor = 1 - 2 * rate * 0.001;
        for (let i = 0; i < N; ++i) {
          const v = w[i] * factor - rate * y[i];
          w[i] = v > t ? v - t : v < -t ? v + t : 0;
        }
      },
    },
    {
      ...of,
      name: "decay",
      run: () => decay(x, 0.999, out),
      plain() {
        for (let i = 0; i < N; ++i) out[i] = x[i] * 0.999;
      },
    },
    {
      ...of,
      name: "dot",
      run: () => dot(x, y),
      plain() {
        let sum = 0;
        for (let i = 0; i < N; ++i) sum += x[i] * y[i];
        out[0] = sum;
      },
    },
  ];
}
