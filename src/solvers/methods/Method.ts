import type { Problem } from "../problems/Problem.js";
import { Workspace } from "./Workspace.js";

/** A way to minimise over a working set. Most start from gradients, leave none, move nothing beforehand, and work on the problem's own arrays. */
export abstract class Method {
  /** The largest working set that it takes. */
  abstract readonly capacity: number;
  /** Whether the residual is all that it starts from, not the gradients. */
  readonly startsFromResidual: boolean = false;
  /** Whether it leaves z of the working set as it has it, near enough to start from. */
  readonly leavesGradients: boolean = false;
  readonly #own: Workspace;

  constructor(problem: Problem) {
    this.#own = new Workspace(problem);
  }

  /** Where it works at present. */
  get workspace(): Workspace {
    return this.#own;
  }

  /** Forgets the working set: the next one shares nothing with it. */
  reset(): void {}

  /**
   * The penalty has changed. May move b, and the residual with it, to where the solution is expected.
   *
   * @param isNext - Whether b is the solution of the last penalty.
   * @returns Whether b has moved.
   */
  begin(_count: number, _columns: Int32Array, _isNext: boolean): boolean {
    return false;
  }

  /**
   * Lowers the objective over the first `count` listed columns until an epoch lowers it by no more than `accuracy`, or `budget`
   * epochs are done. The residual and the gradients of these columns are those at b when it starts, the latter unless it can do
   * without; b is what it leaves behind in its {@link workspace}. Columns only ever join the list, at its end, unless it is reset; their order is the
   * method's to change. Returns the epochs done.
   *
   * @param isPlain - Whether to do without Newton's method, because rounding errors have led it astray.
   */
  abstract minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number;
}

/** Rounding errors of an objective, relative to its size. */
export const NOISE = 64 * Number.EPSILON;
