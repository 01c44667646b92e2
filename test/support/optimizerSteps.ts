import type { FloatArray } from "../../src/data/FloatArray.js";
import type { VectorKernels } from "../../src/kernels/contract.js";
import type { Operand } from "./heap.js";

/** A kernel of an optimiser with all scalars that belong to it, and how many state arrays it keeps. */
export interface StepCase {
  name: string;
  kernel: "sgdStep" | "adamStep" | "rmspropStep" | "ftrlStep";
  arrays: number;
  scalars: readonly number[];
}

type AnyStep = (
  n: number,
  ...operands: [...Operand<FloatArray>, ...Operand<FloatArray>, ...Operand<FloatArray>, ...number[]]
) => void;

/** One call. `state` holds the arrays, `stride` elements apart. */
export function runStep(
  { kernel, scalars }: StepCase,
  kernels: VectorKernels<FloatArray>,
  n: number,
  w: Operand<FloatArray>,
  g: Operand<FloatArray>,
  state: Operand<FloatArray>,
  stride: number,
): void {
  (kernels[kernel] as AnyStep)(n, ...w, ...g, ...state, stride, ...scalars);
}

const PLAIN = { scale: 1, limit: Number.POSITIVE_INFINITY, decay: 0, push: 0 };
const gradient = (changes: Partial<typeof PLAIN> = {}) => Object.values({ ...PLAIN, ...changes });
/** Clipped, uphill, and with both penalties in the gradient. */
const ALL = { scale: -0.7, limit: 0.6, decay: 0.3, push: 0.1 };

export const stepCases: readonly StepCase[] = [
  { name: "plain descent", kernel: "sgdStep", arrays: 0, scalars: [...gradient(), 0, 1, 0, 0.1, 0] },
  {
    name: "proximal descent",
    kernel: "sgdStep",
    arrays: 0,
    scalars: [...gradient({ decay: 0.2 }), 0, 1, 0, 0.1, 0.05],
  },
  {
    name: "momentum, neither clipped nor pushed",
    kernel: "sgdStep",
    arrays: 1,
    scalars: [...gradient({ scale: -0.7, decay: 0.3 }), 0.9, 0.7, 0, 0.1, 0.05],
  },
  {
    name: "Nesterov, neither clipped nor pushed",
    kernel: "sgdStep",
    arrays: 1,
    scalars: [...gradient(), 0.9, 1, 1, 0.1, 0],
  },
  {
    name: "clipped descent",
    kernel: "sgdStep",
    arrays: 0,
    scalars: [...gradient(ALL), 0, 1, 0, 0.1, 0.05],
  },
  { name: "momentum", kernel: "sgdStep", arrays: 1, scalars: [...gradient(ALL), 0.9, 0.7, 0, 0.1, 0.05] },
  { name: "Nesterov", kernel: "sgdStep", arrays: 1, scalars: [...gradient({ push: 0.1 }), 0.9, 1, 1, 0.1, 0] },
  {
    name: "Adam",
    kernel: "adamStep",
    arrays: 2,
    scalars: [...gradient(), 0.9, 0.1, 10, 0.999, 1e-3, 31, 1e-8, 0, 1, 0.01, 0],
  },
  {
    name: "AdamW, proximal",
    kernel: "adamStep",
    arrays: 2,
    scalars: [...gradient(ALL), 0.9, 0.1, 1.2, 0.99, 1e-2, 1.5, 1e-8, 0, 0.98, 0.03, 0.1],
  },
  {
    name: "AMSGrad",
    kernel: "adamStep",
    arrays: 3,
    scalars: [...gradient({ limit: 0.5 }), 0.8, 0.2, 1.3, 0.9, 0.1, 1.5, 0, 1, 1, 0.03, 0.1],
  },
  { name: "RMSprop", kernel: "rmspropStep", arrays: 1, scalars: [...gradient(), 0.99, 0.01, 1e-8, 0, 0, 0.01, 0] },
  {
    name: "RMSprop, proximal with momentum",
    kernel: "rmspropStep",
    arrays: 2,
    scalars: [...gradient(ALL), 0.9, 0.1, 1e-8, 0, 0.9, 0.01, 0.02],
  },
  {
    name: "RMSprop, centered with momentum",
    kernel: "rmspropStep",
    arrays: 3,
    scalars: [...gradient({ decay: 0.1 }), 0.9, 0.1, 1e-8, 1, 0.9, 0.01, 0],
  },
  {
    name: "RMSprop, centered",
    kernel: "rmspropStep",
    arrays: 2,
    scalars: [...gradient(), 0.9, 0.1, 0.1, 1, 0, 0.01, 0.01],
  },
  { name: "Adagrad", kernel: "rmspropStep", arrays: 1, scalars: [...gradient(), 1, 1, 1e-10, 0, 0, 0.1, 0.02] },
  { name: "FTRL", kernel: "ftrlStep", arrays: 2, scalars: [...gradient(), 1, 10, 10, 0.1, 0.2] },
  { name: "FTRL, first step", kernel: "ftrlStep", arrays: 2, scalars: [...gradient(ALL), 0.5, 0, 3, 1 / 3, 0] },
];
