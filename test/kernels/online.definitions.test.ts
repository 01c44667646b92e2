import { describe, expect, test } from "vitest";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { DD } from "../support/doubleDouble.js";
import { upTo } from "../support/matrices.js";

const soft = (x: number, t: number): number => Math.sign(x) * Math.max(Math.abs(x) - t, 0);

/** The clock of sgd after steps w ← soft(a·w, c), from its definition. */
function sgdClock(steps: readonly (readonly [a: number, c: number])[]): number[] {
  let P = new DD(1);
  let S = new DD(0);
  for (const [a, c] of steps) {
    P = P.times(a);
    S = S.plus(new DD(c).over(P));
  }
  return [P.value, 1 / P.value, S.high, S.low, 0, 0, 0, 0];
}

const FTRL = { rate: 0.3, beta: 0.7, k: 0.04 };
const ftrlClock = (base: number, slope: number, step: number): number[] => [
  FTRL.rate,
  FTRL.beta,
  base,
  slope,
  FTRL.k,
  step,
  0,
  0,
];

/** The minimum over w of z·w + t·|w| + (beta + √n)/(2·rate)·w², by its optimality condition. */
function expectMinimum(w: number, z: number, n: number, t: number): void {
  const slope = ((FTRL.beta + Math.sqrt(n)) / FTRL.rate) * w + z;
  if (w === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(t);
  else expect(slope + t * Math.sign(w)).toBeCloseTo(0, 13);
}

describe.each(backends)("online kernels on $name", (backend) => {
  test("a weight of sgd is what the steps since its record have made of it", () => {
    const next = randomStream(1);
    for (let trial = 0; trial < 200; ++trial) {
      const steps = upTo(trial % 40).map(() => [0.9 + 0.1 * next(), 0.02 * (next() + 1)] as const);
      const behind = Math.floor(steps.length / 2);
      const w = 2 * next();
      const records = runOn(backend, (heap, kernels) => {
        const state = heap.float64([0, 0, 0, 1]);
        // w = 0 − (0 − w): a step from nothing with gradient −w
        state[0][state[1] + 2] = -w;
        const clock = heap.float64(sgdClock(steps.slice(0, behind)));
        kernels.sgdUpdate(1, ...heap.int32([0]), ...state, ...clock, ...clock, 0.5, 1, 0);
        const out = heap.float64([7]);
        kernels.onlineWeights(0, 1, ...state, ...heap.float64(sgdClock(steps)), ...out);
        return out[0][out[1]];
      });
      const expected = steps.slice(behind).reduce((value, [a, c]) => soft(a * value, c), w);
      expect(records).toBeCloseTo(expected, 14);
      if (Math.abs(expected) < 1e-300) expect(records).toBe(0);
    }
  });

  test("a step of sgd is soft(w − (decay·w + rate·g), threshold), for the touched columns only", () => {
    const p = 50;
    const next = randomStream(2);
    const [w, g] = [randomArray(p, next), randomArray(p, next)];
    const touched = upTo(p).filter((j) => j % 3 !== 1);
    const weights = runOn(backend, (heap, kernels) => {
      const state = heap.float64(w.flatMap((value, j) => [value, 0, g[j], 4]));
      const start = heap.float64([1, 1, 0, 0, 0, 0, 0, 0]);
      const end = heap.float64(sgdClock([[0.75, 0.01]]));
      kernels.sgdUpdate(touched.length, ...heap.int32(touched), ...state, ...start, ...end, 0.25, 0.5, 0.1);
      const out = heap.float64(new Array(p).fill(7));
      kernels.onlineWeights(0, p, ...state, ...end, ...out);
      return Array.from(out[0].subarray(out[1], out[1] + p));
    });
    upTo(p).forEach((j) => {
      const value = j % 3 !== 1 ? soft(w[j] - (0.25 * w[j] + 0.5 * g[j]), 0.1) : soft(0.75 * w[j], 0.01);
      expect(weights[j]).toBeCloseTo(value, 14);
      if (value === 0) expect(weights[j]).toBe(0);
    });
  });

  test("a weight of ftrl minimises its model, after the steps that it is behind", () => {
    const next = randomStream(3);
    for (let trial = 0; trial < 200; ++trial) {
      const [base, slope] = [0.1 * (next() + 1), trial % 2 === 0 ? 0 : 0.02];
      const [last, step] = [trial % 5, (trial % 5) + (trial % 9)];
      let [z, n] = [2 * next(), next() + 1];
      const [w, stored] = runOn(backend, (heap, kernels) => {
        const state = heap.float64([z, n, 0, last]);
        const out = heap.float64([7]);
        kernels.onlineWeights(1, 1, ...state, ...heap.float64(ftrlClock(base, slope, step)), ...out);
        return [out[0][out[1]], Array.from(state[0].subarray(state[1], state[1] + 4))];
      });
      for (let s = last; s < step; ++s) {
        const t = base + slope * s;
        const weight = (soft(-z, t) * FTRL.rate) / (FTRL.beta + Math.sqrt(n));
        const gradient = FTRL.k * weight;
        z += gradient - ((Math.sqrt(n + gradient ** 2) - Math.sqrt(n)) / FTRL.rate) * weight;
        n += gradient ** 2;
      }
      expectMinimum(w, z, n, base + slope * step);
      expect(stored[0]).toBeCloseTo(z, 13);
      expect(stored[1]).toBeCloseTo(n, 13);
      expect(stored[3]).toBe(step);
    }
  });

  test("a step of ftrl adds g + k·w, at a rate of its own", () => {
    const p = 40;
    const next = randomStream(4);
    const z = randomArray(p, next).map((value) => 2 * value);
    const n = randomArray(p, next).map((value, j) => (j % 5 === 0 ? 0 : value + 1));
    const g = randomArray(p, next).map((value, j) => (j % 4 === 0 ? 0 : value));
    const [before, after] = [ftrlClock(0.3, 0.1, 2), ftrlClock(0.5, 0.1, 3)];
    after[0] = 0.2;
    const state = runOn(backend, (heap, kernels) => {
      const operand = heap.float64(z.flatMap((value, j) => [value, n[j], g[j], 3]));
      const touched = heap.int32(upTo(p));
      kernels.ftrlUpdate(p, ...touched, ...operand, ...heap.float64(before), ...heap.float64(after));
      return Array.from(operand[0].subarray(operand[1], operand[1] + 4 * p));
    });
    upTo(p).forEach((j) => {
      const w = (soft(-z[j], 0.3 + 0.1 * 2) * FTRL.rate) / (FTRL.beta + Math.sqrt(n[j]));
      const total = g[j] + FTRL.k * w;
      expect(state[4 * j + 1]).toBeCloseTo(n[j] + total ** 2, 14);
      const root = (sum: number): number => FTRL.beta + Math.sqrt(sum);
      const growth = root(n[j] + total ** 2) / 0.2 - root(n[j]) / FTRL.rate;
      expect(state[4 * j]).toBeCloseTo(z[j] + total - growth * w, 13);
    });
  });

  test("decisions are products, gradients sums, in order, of columns that may come twice", () => {
    const X = { pointers: [0, 2, 2, 5, 6], indices: [4, 0, 4, 2, 4, 2], values: [2, -1, 0.5, 3, 1, 8] };
    const w = [1, -2, 3, 0, 5];
    const r = [1, 100, -2, 0.25];
    const [eta, gradient, touched, largest] = runOn(backend, (heap, kernels) => {
      const state = heap.float64(w.flatMap((value, j) => [value, 0, j === 2 ? 10 : 1e9, j === 2 ? 7 : 6]));
      const rows = [...heap.int32(X.pointers), ...heap.int32(X.indices), ...heap.float64(X.values)] as const;
      const out = heap.float64([0, 10, 20, 30]);
      kernels.onlineDecision(0, 4, ...rows, ...state, ...heap.float64([1, 1, 0, 0, 0, 0, 0, 0]), ...out);
      const list = heap.int32([2, -1, -1, -1]);
      const count = kernels.onlineGradient(4, ...rows, ...heap.float64(r), ...state, 7, 1, ...list);
      const all = Array.from(state[0].subarray(state[1], state[1] + 20));
      return [
        Array.from(out[0].subarray(out[1], out[1] + 4)),
        w.map((_, j) => (all[4 * j + 3] === 7 ? all[4 * j + 2] : undefined)),
        Array.from(list[0].subarray(list[1], list[1] + count)),
        kernels.onlineLargest(count, ...list, ...state),
      ] as const;
    });
    expect(eta).toEqual([2 * 5 - 1, 10, 20 + 0.5 * 5 + 3 * 3 + 5, 30 + 8 * 3]);
    expect(gradient).toEqual([-1, undefined, 10 - 2 * 3 + 0.25 * 8, undefined, 2 - 2 * 0.5 - 2]);
    expect(touched).toEqual([2, 4, 0]);
    expect(largest).toBe(6);
  });

  test("the largest of nothing is 0, of NaN is NaN; what is discarded counts as not touched", () => {
    runOn(backend, (heap, kernels) => {
      const state = heap.float64([1, 0, 3, 5, 1, 0, Number.NaN, 5, 1, 0, -4, 5]);
      const touched = heap.int32([2, 0, 1]);
      expect(kernels.onlineLargest(0, ...touched, ...state)).toBe(0);
      expect(kernels.onlineLargest(2, ...touched, ...state)).toBe(4);
      expect(kernels.onlineLargest(3, ...touched, ...state)).toBeNaN();
      kernels.onlineDiscard(2, ...touched, ...state, 4);
      expect([3, 7, 11].map((k) => state[0][state[1] + k])).toEqual([4, 5, 4]);
    });
  });
});
