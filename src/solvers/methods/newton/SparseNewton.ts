import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";
import { Method } from "../Method.js";
import type { ProximalNewton } from "./ProximalNewton.js";
import type { TruncatedNewton } from "./TruncatedNewton.js";

/** Runs in a row that end without the accuracy that is asked for, after which a Gram and its factor are cheaper whatever their size. */
const PATIENCE = 3;

/** Newton's method for sparse columns: truncated for working sets that are not worth a Gram, unless it has been slow. */
export class SparseNewton extends Method {
  readonly capacity: number;
  readonly #newton: ProximalNewton;
  readonly #truncated: TruncatedNewton;
  readonly #most: number;
  #unfinished = 0;

  /** @param most - The largest working set that is worth a Gram. */
  constructor(problem: SmoothProblem, newton: ProximalNewton, truncated: TruncatedNewton, most: number) {
    super(problem);
    this.capacity = newton.capacity;
    this.#newton = newton;
    this.#truncated = truncated;
    this.#most = most;
  }

  override reset(): void {
    this.#newton.reset();
  }

  minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number {
    if (this.#unfinished === PATIENCE || count <= this.#most)
      return this.#newton.minimise(count, columns, accuracy, budget, isPlain);
    const spent = this.#truncated.minimise(count, columns, accuracy, budget);
    this.#unfinished = spent < budget ? 0 : this.#unfinished + 1;
    // The curvatures are not those of its Gram any more.
    this.#newton.reset();
    return spent;
  }
}
