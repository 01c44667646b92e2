import type { SortedPenalty } from "../../penalties/Penalty.js";
import { modelOracle } from "./oracles.js";
import { proximalGradient } from "./proximalGradient.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** Accelerated proximal gradient on the quadratic model of a working set, where the penalty is one of all coordinates at once. */
export class SortedDescent {
  readonly #problem: GramableProblem;
  readonly #working: WorkingBlocks;
  readonly #penalty: SortedPenalty;
  /** That of the last run, and the largest one of a coordinate then, by the metric: curvatures of losses fall by orders of magnitude on the way. */
  #curvature = 1;
  #largest = 1;

  constructor(problem: GramableProblem, working: WorkingBlocks, penalty: SortedPenalty) {
    this.#problem = problem;
    this.#working = working;
    this.#penalty = penalty;
  }

  /** Until a step changes the model by no more than about `accuracy`. Returns the steps done. */
  run(accuracy: number, budget: number): number {
    const working = this.#working;
    const { b, l2 } = this.#problem;
    const { columns, count, G, q, stride, scale, u } = working;
    const start = Float64Array.from({ length: count }, (_, i) => b[columns[i]]);
    const slopes = q.slice(0, count);
    const oracle = modelOracle(this.#problem, working, this.#penalty);
    const { metric } = oracle;
    let largest = 0;
    for (let i = 0; i < count; ++i)
      largest = Math.max(largest, (scale * G[i * stride + i] + l2[columns[i]]) / metric[i]);
    const before =
      largest === this.#largest ? this.#curvature : largest * Math.min(count, this.#curvature / this.#largest || 1);
    const { steps, curvature } = proximalGradient(oracle, u, before, accuracy, budget, true);
    this.#curvature = curvature;
    this.#largest = largest;
    q.set(slopes);
    working.moveBy((i) => b[columns[i]] - start[i]);
    return steps;
  }
}
