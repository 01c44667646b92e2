import { alignedBytes } from "../kernels/arena.js";
import { Extrapolation } from "./extrapolation.js";
import { rescuedDescent } from "./rescuedDescent.js";
import type { SparseProblem } from "./sparseProblem.js";
import type { Method } from "./workingSet.js";

/** The bytes that {@link sparseDescent} takes from the problem's arena. */
export function sparseDescentBytes(n: number, p: number): number {
  return alignedBytes(4 * p) + alignedBytes(8 * n) + Extrapolation.bytes(p);
}

/**
 * Coordinate descent on the residual of a sparse X: a few operations for each stored value of a column, however many rows there are.
 * Every few epochs it extrapolates to where they lead.
 *
 * @param rescue - Takes over where columns are so correlated that descent is slow.
 */
export function sparseDescent(problem: SparseProblem, rescue: Method): Method {
  const { arena, kernels, n, p, b, r, l1, l2, lower, upper, convergenceScale, epoch } = problem;
  const { axpy, dot } = kernels.float64;
  const before = arena.raw64(n);
  const extrapolation = new Extrapolation(arena, p);
  /** The columns in the order in which the rescue has come to know them. */
  const order = arena.int32(p);
  const isKnown = new Uint8Array(p);
  let known = 0;
  const reset = (): void => {
    isKnown.fill(0);
    known = 0;
    extrapolation.reset();
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
  /** From the last b to the extrapolated one no sign changes, so that the objective is quadratic, and its least point known. */
  const leap = (count: number, columns: Int32Array): void => {
    if (!extrapolation.next(count, columns, b)) return;
    const { last } = extrapolation;
    problem.flatten();
    before.set(r);
    for (let k = 0; k < count; ++k)
      b[columns[k]] = Math.min(Math.max(b[columns[k]], lower[columns[k]]), upper[columns[k]]);
    problem.residual(count, columns);
    axpy(n, -1, before, 0, r, 0);
    let slope = dot(n, before, 0, r, 0);
    let curvature = dot(n, r, 0, r, 0);
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      const d = b[j] - last[j];
      slope += d * ((last[j] < 0 ? -l1[j] : l1[j]) + l2[j] * last[j]);
      curvature += l2[j] * d * d;
    }
    const step = slope < 0 ? Math.min(1, -slope / curvature) : 0;
    for (let k = 0; k < count; ++k) b[columns[k]] = last[columns[k]] + step * (b[columns[k]] - last[columns[k]]);
    axpy(n, step, r, 0, before, 0);
    r.set(before);
  };
  const descend = (count: number, columns: Int32Array, accuracy: number): number => {
    const change = epoch(count, columns);
    if (change > accuracy) leap(count, columns);
    return change;
  };
  return {
    capacity: p,
    isSorted: true,
    startsFromResidual: true,
    reset,
    begin: () => extrapolation.restart(),
    minimise: rescuedDescent(convergenceScale, rescue.capacity, descend, runRescue),
  };
}
