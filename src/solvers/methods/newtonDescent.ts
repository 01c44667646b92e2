import { byFour, float32, float64, int32, type Layout, raw64, take } from "../../kernels/arena.js";
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

function ownLayout(capacity: number) {
  const vector = float64(capacity);
  const vectors = [vector, vector, vector, vector, vector, vector] as const;
  return [raw64((capacity + 1) * byFour(capacity + 1)), ...vectors, int32(capacity)] as const;
}

/** Columns in single precision, and their norms. */
const narrowLayout = (n: number, p: number) =>
  [float32(byFour(n) * (singleCapacity(n, p) + BEHIND)), raw64(newtonCapacity(n, p))] as const;

export function newtonDescentLayout(n: number, p: number, isDense = false): Layout {
  const capacity = newtonCapacity(n, p);
  return [ownLayout(capacity), ActiveNewton.layout(capacity, capacity, isDense), isDense ? narrowLayout(n, p) : []];
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
  const stride = byFour(capacity + 1);
  const [G, q, b, l1, l2, lower, upper, all] = take(arena, ownLayout(capacity));
  const system: GramSystem = { G, isComplete: true, stride, q, b, l1, l2, lower, upper };
  for (let i = 0; i < capacity; ++i) all[i] = i;
  const newton = new ActiveNewton(arena, system, capacity, capacity, mostGain, X !== undefined);
  /** The columns that have their place in the Gram. */
  let known = 0;
  /** Rows in single precision, rounded up to whole vectors by zeros. */
  const height = byFour(n);
  const narrow = X && take(arena, narrowLayout(n, p));
  let isNarrow = narrow !== undefined;
  /** The accuracy of the first attempt at this penalty. */
  let first = 0;

  const enter = (count: number, columns: Int32Array): void => {
    if (X !== undefined && narrow !== undefined && isNarrow && count <= singleCapacity(n, p)) {
      const [single, norms] = narrow;
      for (let i = known; i < count; ++i) {
        norms[i] = Math.sqrt(curvatures[columns[i]]);
        const x = columns[i] * n;
        const at = i * height;
        const scale = 1 / norms[i];
        for (let row = 0; row < n; ++row) single[at + row] = X[x + row] * scale;
      }
      kernels.gramRows(height, single, 0, known, count, norms, 0, G, 0, stride);
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
      q[i] = problem.z[j] / scale;
      b[i] = problem.b[j];
      l1[i] = problem.l1[j] / scale;
      l2[i] = problem.l2[j] / scale;
      lower[i] = problem.lower[j];
      upper[i] = problem.upper[j];
    }
  };
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
