import type { BlockPenalty, Penalty } from "../../penalties/Penalty.js";
import type { Extrapolation } from "../algebra/extrapolation.js";
import type { ConjugateStep } from "./conjugateStep.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** Epochs after which a step of Newton's method is worth its price. */
const EVERY = 10;

/** h(b) over the working set. */
export function penaltyOn({ blocks, count, columns }: WorkingBlocks, penalty: Penalty, b: Float64Array): number {
  if (penalty.kind === "sorted") return penalty.value(count, columns, b);
  let sum = 0;
  for (const g of blocks) sum += penalty.value(g, b);
  return sum;
}

/**
 * Block coordinate descent on the quadratic model of a working set: each block in turn goes to the minimum of what majorises the model there,
 *
 * ```text
 * b_g ← argmin_c v_g/2·‖c − b_g − q_g/v_g‖² + h_g(c),   v_g at least the largest eigenvalue of its block
 * ```
 *
 * until an epoch changes it by no more than `accuracy`, with Anderson's extrapolation where that lowers the model. Returns the epochs done.
 * Tseng & Yun, A coordinate gradient descent method for nonsmooth separable minimization (2009).
 */
export function blockDescent(
  problem: GramableProblem,
  working: WorkingBlocks,
  penalty: BlockPenalty,
  extrapolation: Extrapolation,
  u: Float64Array,
  accuracy: number,
  budget: number,
  newton: ConjugateStep,
): number {
  const { b, lower, upper } = problem;
  const { starts, members } = penalty;
  const { blocks, places, curvatures, columns, count, q, scale } = working;
  const before = new Float64Array(count);
  const epoch = (): number => {
    let change = 0;
    for (let k = 0; k < blocks.length; ++k) {
      const g = blocks[k];
      const from = starts[g];
      const at = places[k];
      const size = starts[g + 1] - from;
      const v = scale * curvatures[k];
      if (size === 1) {
        const j = members[from];
        const old = b[j];
        u[j] = q[at] + v * old;
        penalty.minimum(g, u, v, b);
        const d = b[j] - old;
        if (d === 0) continue;
        change += v * d * d;
        working.move(at, d);
        continue;
      }
      for (let i = 0; i < size; ++i) {
        const j = members[from + i];
        before[i] = b[j];
        u[j] = q[at + i] + v * b[j];
      }
      penalty.minimum(g, u, v, b);
      for (let i = 0; i < size; ++i) {
        const d = b[members[from + i]] - before[i];
        if (d === 0) continue;
        change += v * d * d;
        working.move(at + i, d);
      }
    }
    return change;
  };
  /** To the extrapolated point, unless the model is no lower there. */
  const extrapolate = (): void => {
    if (!extrapolation.next(count, columns, b)) return;
    const { last } = extrapolation;
    const here = q.slice(0, count);
    for (let i = 0; i < count; ++i)
      b[columns[i]] = Math.min(Math.max(b[columns[i]], lower[columns[i]]), upper[columns[i]]);
    let rise = penaltyOn(working, penalty, b) - penaltyOn(working, penalty, last);
    for (let i = 0; i < count; ++i) {
      const d = b[columns[i]] - last[columns[i]];
      if (d !== 0) working.move(i, d);
    }
    for (let i = 0; i < count; ++i) rise -= 0.5 * (here[i] + q[i]) * (b[columns[i]] - last[columns[i]]);
    if (rise < 0) return;
    q.set(here);
    for (let i = 0; i < count; ++i) b[columns[i]] = last[columns[i]];
  };
  extrapolation.reset();
  let epochs = 0;
  for (let change = Number.POSITIVE_INFINITY; change > accuracy && epochs < budget; ) {
    change = epoch();
    epochs += 1;
    // Where a model is flat, epochs change next to nothing far from its minimum.
    const gain = epochs % EVERY === 0 || !(change > accuracy) ? newton.take(penalty) : 0;
    if (gain > accuracy) change = gain;
    else if (change > accuracy && gain === 0) extrapolate();
  }
  return epochs;
}
