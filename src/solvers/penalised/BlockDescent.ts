import type { Layout } from "../../kernels/arena.js";
import type { BlockPenalty, Penalty } from "../../penalties/Penalty.js";
import { Extrapolation } from "../algebra/extrapolation.js";
import { clip } from "../designs/coordinates.js";
import { ConjugateStep } from "./ConjugateStep.js";
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
 * with Anderson's extrapolation where that lowers the model, and steps of Newton's method.
 * Tseng & Yun, A coordinate gradient descent method for nonsmooth separable minimization (2009).
 */
export class BlockDescent {
  readonly #problem: GramableProblem;
  readonly #working: WorkingBlocks;
  readonly #penalty: BlockPenalty;
  readonly #isNear: boolean;
  readonly #extrapolation: Extrapolation;
  readonly #newton: ConjugateStep;

  static layout(p: number): Layout {
    return Extrapolation.layout(p);
  }

  /**
   * @param isNear - Whether to stop where no block alone changes the model by more, whatever all of them would together.
   */
  constructor(problem: GramableProblem, working: WorkingBlocks, penalty: BlockPenalty, isNear: boolean) {
    this.#problem = problem;
    this.#working = working;
    this.#penalty = penalty;
    this.#isNear = isNear;
    this.#extrapolation = new Extrapolation(problem.arena, problem.p);
    this.#newton = new ConjugateStep(problem, working);
  }

  /** Until an epoch changes the model by no more than `accuracy`. Returns the epochs done. */
  run(accuracy: number, budget: number): number {
    const working = this.#working;
    this.#extrapolation.reset();
    let epochs = 0;
    for (let change = Number.POSITIVE_INFINITY; change > accuracy && epochs < budget; ) {
      change = this.#epoch();
      epochs += 1;
      if (working.isDirect) {
        working.pass();
        if (change > accuracy) this.#extrapolate();
        continue;
      }
      // Where a model is flat, epochs change next to nothing far from its minimum.
      const isDue = epochs % EVERY === 0 || (!this.#isNear && !(change > accuracy));
      const gain = isDue ? this.#newton.take(this.#penalty) : 0;
      if (gain > accuracy) change = gain;
      else if (change > accuracy && gain === 0) this.#extrapolate();
    }
    return epochs;
  }

  #epoch(): number {
    const working = this.#working;
    const penalty = this.#penalty;
    const { b } = this.#problem;
    const { starts, members } = penalty;
    const { blocks, places, curvatures, q, scale, steps, u } = working;
    let change = 0;
    for (let k = 0; k < blocks.length; ++k) {
      const g = blocks[k];
      const from = starts[g];
      const at = places[k];
      const size = starts[g + 1] - from;
      const v = scale * curvatures[k];
      working.look(at, size);
      for (let i = 0; i < size; ++i) {
        const j = members[from + i];
        steps[i] = b[j];
        u[j] = q[at + i] + v * b[j];
      }
      penalty.minimum(g, u, v, b);
      let squares = 0;
      for (let i = 0; i < size; ++i) {
        steps[i] = b[members[from + i]] - steps[i];
        squares += steps[i] * steps[i];
      }
      if (squares === 0) continue;
      change = this.#isNear ? Math.max(change, v * squares) : change + v * squares;
      working.move(at, size);
    }
    return change;
  }

  /** To the extrapolated point, unless the model is no lower there. */
  #extrapolate(): void {
    const working = this.#working;
    const penalty = this.#penalty;
    const { b } = this.#problem;
    const { columns, count } = working;
    if (!this.#extrapolation.next(count, columns, b)) return;
    const { last } = this.#extrapolation;
    const { state } = working;
    const before = state.slice();
    clip(this.#problem, count, columns);
    working.moveBy((i) => b[columns[i]] - last[columns[i]]);
    const height = penaltyOn(working, penalty, b) - penaltyOn(working, penalty, last);
    if (working.rise(height, before, last) < 0) return;
    state.set(before);
    for (let i = 0; i < count; ++i) b[columns[i]] = last[columns[i]];
  }
}
