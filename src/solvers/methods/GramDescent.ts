import type { Layout } from "../../kernels/arena.js";
import type { GramProblem } from "../problems/GramProblem.js";
import { ActiveNewton } from "./ActiveNewton.js";
import { Method } from "./Method.js";
import { LEFT_OUT, MOST_GAIN } from "./NewtonDescent.js";

/** The largest active set on which Newton's method runs: no Gram that a fit chooses has more columns. */
const LARGEST = 1024;

/**
 * Coordinate descent, and Newton's method on the active set, on the Gram of all columns and the gradient z:
 * p operations for each coordinate that moves, whatever n is.
 */
export class GramDescent extends Method {
  readonly capacity: number;
  readonly #problem: GramProblem;
  readonly #newton: ActiveNewton;

  static layout(p: number): Layout {
    return ActiveNewton.layout(Math.min(p, LARGEST), p);
  }

  constructor(problem: GramProblem) {
    super(problem);
    const { arena, p, G, isComplete, b, z, l1, l2, lower, upper } = problem;
    const system = { G, isComplete, stride: p, q: z, b, l1, l2, lower, upper };
    this.capacity = p;
    this.#problem = problem;
    this.#newton = new ActiveNewton(arena, system, Math.min(p, LARGEST), p, MOST_GAIN * problem.convergenceScale);
  }

  override reset(): void {
    this.#newton.reset();
  }

  minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number {
    const { kernels, p, G, b, z, l1, l2, lower, upper } = this.#problem;
    this.#problem.complete(count, columns);
    let epochs = 0;
    for (let change = Number.POSITIVE_INFINITY; change > accuracy && epochs < budget; ++epochs) {
      if (!isPlain) this.#newton.run(p, count, columns, accuracy);
      const least = (LEFT_OUT * accuracy) / count;
      change = kernels.gramEpoch(count, columns, 0, p, G, 0, p, z, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0, least);
    }
    return epochs;
  }
}
