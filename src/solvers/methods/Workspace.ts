import { assess, type Certificate, settle } from "../problems/certificate.js";
import type { Problem } from "../problems/Problem.js";

/** Where the coefficients of a working set are, and what follows from them: in the problem's own arrays, unless a subclass has copies. */
export class Workspace {
  /** Whether certificates cost little beside an epoch. */
  readonly isCheap: boolean = false;
  readonly #problem: Problem;

  constructor(problem: Problem) {
    this.#problem = problem;
  }

  /** The problem's b has changed. */
  load(): void {}

  /** Sees to it that b is the problem's. */
  store(): void {}

  /** out ← the coefficients of the first `count` listed columns, one after the other. */
  keep(count: number, columns: Int32Array, out: Float64Array): void {
    const { b } = this.#problem;
    for (let k = 0; k < count; ++k) out[k] = b[columns[k]];
  }

  /** Settles these coefficients after {@link Method.minimise}, recomputes the residual there, and returns its sum of squares. */
  residual(count: number, columns: Int32Array): number {
    settle(this.#problem, count, columns);
    return this.#problem.residual(count, columns);
  }

  /** Recomputes the gradients of these columns; where b_j = 0 and |z_j| is surely below l1_j, they may stay rough. */
  screen(count: number, columns: Int32Array): void {
    this.#problem.screen(count, columns);
  }

  /**
   * The certificate of the problem of these columns and of `others` listed behind them, which have no coefficient, from the residual and the gradients as
   * they are; `isFine` as {@link assess} has it.
   */
  certificate(squares: number, count: number, others: number, columns: Int32Array, isFine: boolean): Certificate {
    return assess(this.#problem, squares, count + others, columns, isFine);
  }
}
