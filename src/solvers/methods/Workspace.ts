import { assess, type Certificate, settle } from "../problems/certificate.js";
import type { Problem } from "../problems/Problem.js";

/** Where the coefficients of a working set are, and what follows from them. */
export interface Workspace {
  /** Whether certificates cost little beside an epoch. */
  readonly isCheap: boolean;
  /** The problem's b has changed. */
  load(): void;
  /** Sees to it that b is the problem's. */
  store(): void;
  /** out ← the coefficients of the first `count` listed columns, one after the other. */
  keep(count: number, columns: Int32Array, out: Float64Array): void;
  /** Settles these coefficients after {@link Method.minimise}, recomputes the residual there, and returns its sum of squares. */
  residual(count: number, columns: Int32Array): number;
  /** Recomputes the gradients of these columns; where b_j = 0 and |z_j| is surely below l1_j, they may stay rough. */
  screen(count: number, columns: Int32Array): void;
  /**
   * The certificate of the problem of these columns and of `others` listed behind them, which have no coefficient, from the residual and the gradients as
   * they are; `isFine` as {@link assess} has it.
   */
  certificate(squares: number, count: number, others: number, columns: Int32Array, isFine: boolean): Certificate;
}

/** The problem's own arrays. */
export class ProblemArrays implements Workspace {
  readonly isCheap = false;
  readonly #problem: Problem;

  constructor(problem: Problem) {
    this.#problem = problem;
  }

  load(): void {}

  store(): void {}

  keep(count: number, columns: Int32Array, out: Float64Array): void {
    const { b } = this.#problem;
    for (let k = 0; k < count; ++k) out[k] = b[columns[k]];
  }

  residual(count: number, columns: Int32Array): number {
    settle(this.#problem, count, columns);
    return this.#problem.residual(count, columns);
  }

  screen(count: number, columns: Int32Array): void {
    this.#problem.screen(count, columns);
  }

  certificate(squares: number, count: number, others: number, columns: Int32Array, isFine: boolean): Certificate {
    return assess(this.#problem, squares, count + others, columns, isFine);
  }
}
