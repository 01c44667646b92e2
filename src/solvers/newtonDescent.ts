import { alignedBytes } from "../kernels/arena.js";
import { ActiveNewton, type GramSystem } from "./activeNewton.js";
import type { Coordinates } from "./problem.js";
import type { DataProblem, Method } from "./workingSet.js";

/** Working sets larger than this are left to descent on the residual. */
const LARGEST = 1536;

/** Newton steps that promise to gain more than this, relative to the null loss, are led astray by rounding errors. */
export const MOST_GAIN = 4;
/** Columns that enter the Gram at a time: by the symmetry of the others, half the work. */
export const NEWTON_BLOCK = 64;
/** The share of the accuracy that moves which an epoch leaves out may add up to. */
export const LEFT_OUT = 0.1;

/** The largest working set that has a Gram of its own. */
export function newtonCapacity(n: number, p: number): number {
  return Math.min(p, LARGEST, 2 * n + 64);
}

export interface NewtonMethod extends Method {
  /** What the Gram of the objective is taken for: this many times that of the columns, until it is set anew. */
  scale: number;
}

/** The bytes that {@link newtonDescent} takes from the problem's arena. */
export function newtonDescentBytes(n: number, p: number): number {
  const capacity = newtonCapacity(n, p);
  return (
    alignedBytes(8 * capacity * capacity) +
    6 * alignedBytes(8 * capacity) +
    alignedBytes(4 * capacity) +
    ActiveNewton.bytes(capacity, capacity)
  );
}

/**
 * Newton's method on the active set and coordinate descent in turn, on the Gram of the working set, which grows with it.
 * What they do costs nothing that grows with n.
 */
export function newtonDescent(
  problem: Coordinates & Pick<DataProblem, "crossGram">,
  mostGain = MOST_GAIN * problem.convergenceScale,
): NewtonMethod {
  const { arena, kernels, n, p } = problem;
  const capacity = newtonCapacity(n, p);
  const vector = () => arena.float64(capacity);
  const G = arena.raw64(capacity * capacity);
  const system: GramSystem = {
    G,
    isComplete: true,
    stride: capacity,
    q: vector(),
    b: vector(),
    l1: vector(),
    l2: vector(),
    lower: vector(),
    upper: vector(),
  };
  const all = arena.int32(capacity);
  for (let i = 0; i < capacity; ++i) all[i] = i;
  const newton = new ActiveNewton(arena, system, capacity, capacity, mostGain);
  /** The columns that have their place in the Gram. */
  let known = 0;

  const enter = (count: number, columns: Int32Array): void => {
    for (; known < count; known = Math.min(known + NEWTON_BLOCK, count)) {
      const to = Math.min(known + NEWTON_BLOCK, count);
      problem.crossGram(to - known, columns.subarray(known, to), all.subarray(known), to, columns, G, capacity);
      for (let i = 0; i < known; ++i) {
        for (let k = known; k < to; ++k) G[i * capacity + k] = G[k * capacity + i];
      }
    }
  };
  /** The objective over the scale of its Gram. */
  const load = (count: number, columns: Int32Array, scale: number): void => {
    for (let i = 0; i < count; ++i) {
      const j = columns[i];
      system.q[i] = problem.z[j] / scale;
      system.b[i] = problem.b[j];
      system.l1[i] = problem.l1[j] / scale;
      system.l2[i] = problem.l2[j] / scale;
      system.lower[i] = problem.lower[j];
      system.upper[i] = problem.upper[j];
    }
  };
  const { q, b, l1, l2, lower, upper } = system;
  const epoch = (count: number, least: number): number =>
    kernels.gramEpoch(count, all, 0, count, G, 0, capacity, q, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0, least);

  const method: NewtonMethod = {
    capacity,
    scale: 1,
    reset: () => {
      known = 0;
      newton.reset();
    },
    minimise: (count, columns, least, budget, isPlain) => {
      const accuracy = least / method.scale;
      if (count > known) enter(count, columns);
      load(count, columns, method.scale);
      let epochs = 0;
      for (let change = Number.POSITIVE_INFINITY; change > accuracy && epochs < budget; ++epochs) {
        if (!isPlain) newton.run(count, count, all, accuracy);
        change = epoch(count, (LEFT_OUT * accuracy) / count);
      }
      for (let i = 0; i < count; ++i) problem.b[columns[i]] = b[i];
      return epochs;
    },
  };
  return method;
}
