import type { SortedPenalty } from "../../penalties/Penalty.js";
import { modelOracle } from "./oracles.js";
import { proximalGradient } from "./proximalGradient.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** Accelerated proximal gradient on the quadratic model of a working set, where the penalty is one of all coordinates at once. */
export class SortedDescent {
  readonly #problem: GramableProblem;
  readonly #working: WorkingBlocks;
  readonly #penalty: SortedPenalty;
  /** That of the last run. */
  #curvature = 0;

  constructor(problem: GramableProblem, working: WorkingBlocks, penalty: SortedPenalty) {
    this.#problem = problem;
    this.#working = working;
    this.#penalty = penalty;
  }

  /** Until a step changes the model by no more than about `accuracy`. Returns the steps done. */
  run(accuracy: number, budget: number): number {
    const working = this.#working;
    const { b } = this.#problem;
    const { columns, count, G, q, stride, scale, u } = working;
    const start = Float64Array.from({ length: count }, (_, i) => b[columns[i]]);
    const slopes = q.slice(0, count);
    let trace = 0;
    for (let i = 0; i < count; ++i) trace = Math.max(trace, scale * G[i * stride + i]);
    const oracle = modelOracle(this.#problem, working, this.#penalty);
    const { steps, curvature } = proximalGradient(oracle, u, Math.max(this.#curvature, trace), accuracy, budget, true);
    this.#curvature = curvature;
    q.set(slopes);
    working.moveBy((i) => b[columns[i]] - start[i]);
    return steps;
  }
}
