import { describe, expect, test } from "vitest";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, dtypes, runOn } from "../support/backends.js";
import { runStep, type StepCase, stepCases } from "../support/optimizerSteps.js";

/** One weight and its state: the papers' formulas, in their order of operations, however slow. */
interface Weight {
  w: number;
  state: number[];
}

const soft = (v: number, t: number): number => Math.sign(v) * Math.max(Math.abs(v) - t, 0);

/** The gradient as the optimiser sees it. */
function penalised({ scalars: [scale, limit, decay, push] }: StepCase, w: number, g: number): number {
  const clipped = Math.min(Math.max(scale * g, -limit), limit);
  return clipped + decay * w + push * Math.sign(w);
}

const oracles: Record<StepCase["kernel"], (step: StepCase, before: Weight, u: number) => Weight> = {
  sgdStep({ scalars }, { w, state: [b = 0, ...rest] }, u) {
    const [momentum, gain, nesterov, rate, threshold] = scalars.slice(4);
    const sum = momentum * b + gain * u;
    const direction = momentum === 0 ? u : nesterov ? u + momentum * sum : sum;
    return { w: soft(w - rate * direction, threshold), state: [sum, ...rest] };
  },
  adamStep({ scalars }, { w, state: [m, v, largest] }, u) {
    const [beta1, gain1, scale1, beta2, gain2, scale2, eps, amsgrad, factor, rate, l1] = scalars.slice(4);
    const mean = beta1 * m + gain1 * u;
    const square = beta2 * v + gain2 * u ** 2;
    const most = Math.max(largest, square);
    const size = Math.sqrt(amsgrad ? most : square) * scale2 + eps;
    return { w: soft(w * factor - (rate * (mean * scale1)) / size, (rate * l1) / size), state: [mean, square, most] };
  },
  rmspropStep({ scalars }, { w, state }, u) {
    const [smoothing, gain, eps, centered, momentum, rate, threshold] = scalars.slice(4);
    const square = smoothing * state[0] + gain * u ** 2;
    const mean = smoothing * state[1] + gain * u;
    const size = Math.sqrt(centered ? Math.max(square - mean ** 2, 0) : square) + eps;
    const b = momentum * state[centered ? 2 : 1] + u / size;
    const after = momentum === 0 ? [] : [b];
    return {
      w: soft(w - rate * (momentum === 0 ? u / size : b), threshold / size),
      state: [square, ...(centered ? [mean] : []), ...after],
    };
  },
  ftrlStep({ scalars }, { w, state: [z, s] }, u) {
    const [beta, before, inverse, rate, threshold] = scalars.slice(4);
    const next = s + u ** 2;
    const sigma = (beta + Math.sqrt(next)) * inverse - (beta + Math.sqrt(s)) * before;
    const dual = z + u - sigma * w;
    return { w: -soft(dual, threshold) / ((beta + Math.sqrt(next)) / rate), state: [dual, next] };
  },
};

/** Which of a kernel's state arrays are sums or means of squares. */
const SQUARES: Record<StepCase["kernel"], number[]> = {
  sgdStep: [],
  adamStep: [1, 2],
  rmspropStep: [0],
  ftrlStep: [1],
};

describe.each(backends)("$name", (backend) => {
  describe.each(dtypes)("$name", (dtype) => {
    test.each(stepCases)("$name is its definition, and touches nothing else", (step) => {
      const next = randomStream(3);
      for (const n of [1, 2, 5, 8, 21]) {
        const stride = n + 2;
        const [w, g] = [randomArray(n, next, dtype.round), randomArray(n, next, dtype.round)];
        w[0] = 0;
        const cells = randomArray(step.arrays * stride, next).map((value, k) => {
          const square = SQUARES[step.kernel].includes(Math.floor(k / stride));
          return dtype.round(square ? 0.75 + 0.25 * value : 0.5 * value);
        });
        // The mean's square above the mean square, as rounding may leave it.
        if (step.kernel === "rmspropStep" && step.arrays > 1) [cells[0], cells[stride]] = [0.25, 0.75];
        const [weights, kept] = runOn(backend, (heap, kernels) => {
          const operands = [dtype.put(heap, w), dtype.put(heap, g), dtype.put(heap, cells)] as const;
          runStep(step, dtype.kernels(kernels), n, ...operands, stride);
          return [operands[0], operands[2]].map(([array, offset]) => array.slice(offset));
        });
        for (let i = 0; i < n; ++i) {
          const state = Array.from({ length: step.arrays }, (_, a) => cells[a * stride + i]);
          const expected = oracles[step.kernel](step, { w: w[i], state }, penalised(step, w[i], g[i]));
          const close = (actual: number, value: number) =>
            expect(Math.abs(actual - value)).toBeLessThan(64 * dtype.unit * Math.max(1, Math.abs(value)));
          close(weights[i], expected.w);
          for (let a = 0; a < step.arrays; ++a) close(kept[a * stride + i], expected.state[a]);
        }
        for (let k = 0; k < cells.length; ++k) if (k % stride >= n) expect(kept[k]).toBe(cells[k]);
      }
    });
  });
});
