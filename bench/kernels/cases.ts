import {
  absMax,
  asum,
  axpy,
  decay,
  dot,
  elasticNetProx,
  gradientStep,
  penalty,
  softThreshold,
  sumSquares,
} from "regulus";
import * as naive from "./naive.js";

/** What a kernel works on: inputs x and y in [−1, 1), and `out`, zeroed at first, which is where it writes. */
export interface Operands {
  x: Float64Array;
  y: Float64Array;
  out: Float64Array;
}

/** `times` calls of one function. A reduction returns the sum of its values, so that none can be left out. */
export type Loop = (operands: Operands, times: number) => number;

export interface Case {
  name: string;
  reduction: boolean;
  naive: Loop;
  ours: Loop;
}

// The same as in kernels.c. A third of x is within the threshold and the rest of either sign, so branches are not foreseen.
const THRESHOLD = 1 / 3;
const FACTOR = 0.98;
const PROX = { l1: 0.5, l2: 0.25, stepSize: 0.5 };
const SCALE = 1e-3;
const PENALTY = { l1: 0.5, l2: 0.25 };
/**
 * From w = 0 these steps contract to the minimiser of g·w + l1·|w| + l2·w², half of it exact zeros: any number of them in
 * place meets the same branches, and neither subnormals nor infinities.
 */
const STEP = { learningRate: 0.1, l1: 0.5, l2: 0.5 };
const SUBGRADIENT_STEP = { ...STEP, l1Mode: "subgradient" } as const;

/** Every loop is written out, so that no two contenders share one and the types seen in it. */
export const cases: readonly Case[] = [
  {
    name: "softThreshold",
    reduction: false,
    naive({ x, out }, times) {
      for (let k = 0; k < times; ++k) naive.softThreshold(x, THRESHOLD, out);
      return 0;
    },
    ours({ x, out }, times) {
      for (let k = 0; k < times; ++k) softThreshold(x, THRESHOLD, out);
      return 0;
    },
  },
  {
    name: "gradientStep",
    reduction: false,
    naive({ x, out }, times) {
      for (let k = 0; k < times; ++k) naive.proximalStep(out, x, STEP.learningRate, STEP.l1, STEP.l2);
      return 0;
    },
    ours({ x, out }, times) {
      for (let k = 0; k < times; ++k) gradientStep(out, x, STEP);
      return 0;
    },
  },
  {
    name: "subgradientStep",
    reduction: false,
    naive({ x, out }, times) {
      for (let k = 0; k < times; ++k) naive.subgradientStep(out, x, STEP.learningRate, STEP.l1, STEP.l2);
      return 0;
    },
    ours({ x, out }, times) {
      for (let k = 0; k < times; ++k) gradientStep(out, x, SUBGRADIENT_STEP);
      return 0;
    },
  },
  {
    name: "elasticNetProx",
    reduction: false,
    naive({ x, out }, times) {
      for (let k = 0; k < times; ++k) naive.elasticNetProx(x, PROX.l1, PROX.l2, PROX.stepSize, out);
      return 0;
    },
    ours({ x, out }, times) {
      for (let k = 0; k < times; ++k) elasticNetProx(x, PROX, out);
      return 0;
    },
  },
  {
    name: "decay",
    reduction: false,
    naive({ x, out }, times) {
      for (let k = 0; k < times; ++k) naive.decay(x, FACTOR, out);
      return 0;
    },
    ours({ x, out }, times) {
      for (let k = 0; k < times; ++k) decay(x, FACTOR, out);
      return 0;
    },
  },
  {
    name: "axpy",
    reduction: false,
    naive({ x, out }, times) {
      for (let k = 0; k < times; ++k) naive.axpy(SCALE, x, out);
      return 0;
    },
    ours({ x, out }, times) {
      for (let k = 0; k < times; ++k) axpy(SCALE, x, out);
      return 0;
    },
  },
  {
    name: "dot",
    reduction: true,
    naive({ x, y }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += naive.dot(x, y);
      return sum;
    },
    ours({ x, y }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += dot(x, y);
      return sum;
    },
  },
  {
    name: "asum",
    reduction: true,
    naive({ x }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += naive.asum(x);
      return sum;
    },
    ours({ x }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += asum(x);
      return sum;
    },
  },
  {
    name: "sumSquares",
    reduction: true,
    naive({ x }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += naive.sumSquares(x);
      return sum;
    },
    ours({ x }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += sumSquares(x);
      return sum;
    },
  },
  {
    name: "absMax",
    reduction: true,
    naive({ x }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += naive.absMax(x);
      return sum;
    },
    ours({ x }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += absMax(x);
      return sum;
    },
  },
  {
    name: "penalty",
    reduction: true,
    naive({ x }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += naive.penalty(x, PENALTY.l1, PENALTY.l2);
      return sum;
    },
    ours({ x }, times) {
      let sum = 0;
      for (let k = 0; k < times; ++k) sum += penalty(x, PENALTY);
      return sum;
    },
  },
];
