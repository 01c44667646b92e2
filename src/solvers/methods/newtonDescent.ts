import { alignedBytes, byFour } from "../../kernels/arena.js";
import { NEWTON_BLOCK, newtonCapacity } from "../designs/Design.js";
import type { DataProblem, ScreenedProblem } from "../problems/Problem.js";
import { ActiveNewton, type GramSystem } from "./activeNewton.js";
import { type Method, methodOn } from "./Method.js";

/** Newton steps that promise to gain more than this, relative to the null loss, are led astray by rounding errors. */
export const MOST_GAIN = 4;

/** Double precision is for accuracies below this share of what can be gained, and for attempts at less than this share of the first's. */
const FINE = 1e-11;
const LAST = 5e-3;
/** Epochs in a row that may each change more than the one that changed least: more than that, and rounding errors are what changes. */
export const PATIENCE = 16;
/** The share of the accuracy that moves which an epoch leaves out may add up to. */
export const LEFT_OUT = 0.1;

export interface NewtonMethod extends Method {
  /** What the Gram of the objective is taken for: this many times that of the columns, until it is set anew. */
  scale: number;
}

/** How many columns of a dense X are kept in single precision: a quarter of its memory at most. */
function singleCapacity(n: number, p: number): number {
  return Math.min(newtonCapacity(n, p), Math.ceil(p / 2));
}

/** Columns behind the last ones that a kernel reads. */
const BEHIND = 4;

/** The bytes that {@link newtonDescent} takes from the problem's arena. */
export function newtonDescentBytes(n: number, p: number, isDense = false): number {
  const capacity = newtonCapacity(n, p);
  return (
    (isDense ? alignedBytes(4 * byFour(n) * (singleCapacity(n, p) + BEHIND)) + alignedBytes(8 * capacity) : 0) +
    alignedBytes(8 * (capacity + 1) * byFour(capacity + 1)) +
    6 * alignedBytes(8 * capacity) +
    alignedBytes(4 * capacity) +
    ActiveNewton.bytes(capacity, capacity, isDense)
  );
}

/**
 * Newton's method on the active set and coordinate descent in turn, on the Gram of the working set, which grows with it.
 * What they do costs nothing that grows with n.
 *
 * The Gram of a dense X and its factor are computed in single precision, at half the price: as every attempt starts from exact
 * gradients, the next one makes up for what that leaves of the error.
 */
export function newtonDescent(
  problem: ScreenedProblem & Pick<DataProblem, "crossGram"> & { X?: Float64Array },
  mostGain = MOST_GAIN * problem.convergenceScale,
): NewtonMethod {
  const { arena, kernels, n, p, curvatures, convergenceScale, X } = problem;
  const capacity = newtonCapacity(n, p);
  const vector = () => arena.float64(capacity);
  const stride = byFour(capacity + 1);
  const G = arena.raw64((capacity + 1) * stride);
  const system: GramSystem = {
    G,
    isComplete: true,
    stride,
    q: vector(),
    b: vector(),
    l1: vector(),
    l2: vector(),
    lower: vector(),
    upper: vector(),
  };
  const all = arena.int32(capacity);
  for (let i = 0; i < capacity; ++i) all[i] = i;
  const newton = new ActiveNewton(arena, system, capacity, capacity, mostGain, X !== undefined);
  /** The columns that have their place in the Gram. */
  let known = 0;
  /** Rows in single precision, rounded up to whole vectors by zeros. */
  const height = byFour(n);
  const narrow = X && {
    X,
    columns: arena.float32(height * (singleCapacity(n, p) + BEHIND)),
    norms: arena.raw64(capacity),
  };
  let isNarrow = narrow !== undefined;
  /** The accuracy of the first attempt at this penalty. */
  let first = 0;

  const enter = (count: number, columns: Int32Array): void => {
    if (narrow !== undefined && isNarrow && count <= singleCapacity(n, p)) {
      const { norms } = narrow;
      for (let i = known; i < count; ++i) {
        norms[i] = Math.sqrt(curvatures[columns[i]]);
        const x = columns[i] * n;
        const at = i * height;
        const scale = 1 / norms[i];
        for (let row = 0; row < n; ++row) narrow.columns[at + row] = narrow.X[x + row] * scale;
      }
      kernels.gramRows(height, narrow.columns, 0, known, count, norms, 0, G, 0, stride);
      known = count;
    }
    for (; known < count; known = Math.min(known + NEWTON_BLOCK, count)) {
      const to = Math.min(known + NEWTON_BLOCK, count);
      problem.crossGram(to - known, columns.subarray(known, to), all.subarray(known), to, columns, G, stride);
      for (let i = 0; i < known; ++i) {
        for (let k = known; k < to; ++k) G[i * stride + k] = G[k * stride + i];
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
    kernels.gramEpoch(count, all, 0, count, G, 0, stride, q, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0, least);

  const reset = (): void => {
    known = 0;
    newton.reset();
  };

  /** From now on in double precision. */
  const widen = (): void => {
    isNarrow = false;
    known = 0;
    newton.widen();
  };

  const method: NewtonMethod = {
    ...methodOn(problem),
    capacity,
    scale: 1,
    leavesGradients: narrow !== undefined,
    reset,
    begin: () => {
      first = 0;
      return false;
    },
    minimise: (count, columns, least, budget, isPlain) => {
      const accuracy = least / method.scale;
      first = Math.max(first, least);
      if (isNarrow && (isPlain || least < Math.max(LAST * first, FINE * convergenceScale))) widen();
      enter(count, columns);
      load(count, columns, method.scale);
      let epochs = 0;
      let best = Number.POSITIVE_INFINITY;
      let stalls = 0;
      for (let change = best; change > accuracy && epochs < budget && stalls < PATIENCE; ++epochs) {
        if (!isPlain) newton.run(count, count, all, accuracy);
        if (isNarrow && newton.isDependent) {
          widen();
          enter(count, columns);
          load(count, columns, method.scale);
        } else change = epoch(count, (LEFT_OUT * accuracy) / count);
        stalls = change < best ? 0 : stalls + 1;
        best = Math.min(best, change);
      }
      for (let i = 0; i < count; ++i) {
        problem.b[columns[i]] = b[i];
        if (method.leavesGradients) problem.z[columns[i]] = q[i];
      }
      return epochs;
    },
  };
  return method;
}
