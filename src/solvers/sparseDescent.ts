import { alignedBytes } from "../kernels/arena.js";
import type { SparseProblem } from "./sparseProblem.js";
import type { Method } from "./workingSet.js";

/** Below this share of the null loss, what descent leaves is left to the other method too: its steps are too short to tell. */
const FINE = 1e-13;
/** Epochs after which slow progress is left to another method, where there is one. */
const SLOW = 50;

/** The bytes that {@link sparseDescent} takes from the problem's arena. */
export function sparseDescentBytes(p: number): number {
  return alignedBytes(4 * p);
}

/**
 * Coordinate descent on the residual of a sparse X: a few operations for each stored value of a column, however many rows there are.
 *
 * @param rescue - Takes over where columns are so correlated that descent is slow.
 */
export function sparseDescent(problem: SparseProblem, rescue: Method): Method {
  const { arena, p, convergenceScale, epoch } = problem;
  /** The columns in the order in which the rescue has come to know them. */
  const order = arena.int32(p);
  const isKnown = new Uint8Array(p);
  let known = 0;
  const reset = (): void => {
    isKnown.fill(0);
    known = 0;
    rescue.reset();
  };
  const runRescue = (count: number, columns: Int32Array, accuracy: number, budget: number): number => {
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (isKnown[j] === 1) continue;
      isKnown[j] = 1;
      order[known++] = j;
    }
    problem.residual(count, order);
    problem.gradient(count, order);
    return rescue.minimise(count, order, accuracy, budget, false);
  };
  return {
    capacity: p,
    isSorted: true,
    startsFromResidual: true,
    reset,
    minimise: (count, columns, accuracy, budget, isPlain) => {
      const hasRescue = !isPlain && count <= rescue.capacity;
      const limit = hasRescue ? Math.min(SLOW, budget) : budget;
      let epochs = 0;
      let change = Number.POSITIVE_INFINITY;
      for (; epochs < limit && change > accuracy; ++epochs) change = epoch(count, columns);
      const isFine = change <= accuracy && accuracy > FINE * convergenceScale;
      if (!hasRescue || isFine || epochs === budget) return epochs;
      return epochs + runRescue(count, columns, accuracy, budget - epochs);
    },
  };
}
