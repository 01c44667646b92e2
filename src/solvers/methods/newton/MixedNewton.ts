import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";
import { Method } from "../Method.js";
import type { ProximalNewton } from "./ProximalNewton.js";
import type { TruncatedNewton } from "./TruncatedNewton.js";

/** Newton's method for sparse columns: by models with a Gram, or without one where working sets are not worth it. */
export abstract class MixedNewton extends Method {
  readonly capacity: number;
  protected readonly newton: ProximalNewton;
  /** The largest working set that is worth a Gram. */
  protected readonly most: number;
  /** Of the objective. */
  protected readonly scale: number;
  readonly #truncated: TruncatedNewton;

  /** @param most - The largest working set that is worth a Gram. */
  constructor(problem: SmoothProblem, newton: ProximalNewton, truncated: TruncatedNewton, most: number) {
    super(problem);
    this.capacity = newton.capacity;
    this.newton = newton;
    this.most = most;
    this.scale = problem.convergenceScale;
    this.#truncated = truncated;
  }

  override reset(): void {
    this.newton.reset();
  }

  /** Minimises without a Gram. */
  protected truncate(count: number, columns: Int32Array, accuracy: number, budget: number): number {
    const spent = this.#truncated.minimise(count, columns, accuracy, budget);
    // The curvatures are not those of the Gram any more.
    this.newton.reset();
    return spent;
  }
}
