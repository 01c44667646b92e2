import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";
import { Method } from "../Method.js";
import type { ProximalNewton } from "./ProximalNewton.js";
import type { TruncatedNewton } from "./TruncatedNewton.js";

/** The accuracy, relative to the scale of the objective, from which on hardly any coefficient is left to enter or to leave. */
const FINE = 1e-12;
/** The epochs that take as long as a Gram of the largest working set that is worth one, and its factor: of others, in proportion to the square of their size. */
const WORTH = 100;

/**
 * Newton's method for columns of few values: of working sets that are not worth a Gram by coordinate descent, until that has become slow or comes to
 * its end. Near the solution, Newton's with a Gram ends it in a few steps; far from it, it would take a Gram and a factor for each of many.
 */
export class DescendingNewton extends Method {
  readonly capacity: number;
  readonly #problem: SmoothProblem;
  readonly #newton: ProximalNewton;
  readonly #truncated: TruncatedNewton;
  readonly #most: number;
  /** The epochs of descent at this penalty. */
  #spent = 0;

  /** @param most - The largest working set that is worth a Gram. */
  constructor(problem: SmoothProblem, newton: ProximalNewton, truncated: TruncatedNewton, most: number) {
    super(problem);
    this.capacity = newton.capacity;
    this.#problem = problem;
    this.#newton = newton;
    this.#truncated = truncated;
    this.#most = most;
  }

  override reset(): void {
    this.#newton.reset();
  }

  override begin(): boolean {
    this.#spent = 0;
    return false;
  }

  minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number {
    const least = FINE * this.#problem.convergenceScale;
    const left = (WORTH * count * count) / (this.#most * this.#most) - this.#spent;
    if (count <= this.#most || left < 1 || (this.#spent > 0 && accuracy < least))
      return this.#newton.minimise(count, columns, accuracy, budget, isPlain);
    const most = Math.min(budget, Math.floor(left));
    const spent = this.#truncated.minimise(count, columns, Math.max(accuracy, least), most);
    this.#spent += spent;
    // The curvatures are not those of its Gram any more.
    this.#newton.reset();
    return spent;
  }
}
