import type { Certificate } from "../problems/certificate.js";

/** A way to minimise over a working set. */
export interface Method {
  /** The largest working set that it takes. */
  readonly capacity: number;
  /** Whether the residual is all that it starts from, not the gradients. */
  readonly startsFromResidual?: boolean;
  /** Whether it leaves z of the working set as it has it, near enough to start from. */
  readonly leavesGradients?: boolean;
  /** Forgets the working set: the next one shares nothing with it. */
  reset(): void;
  /**
   * The penalty has changed. May move b, and the residual with it, to where the solution is expected.
   *
   * @param isNext - Whether b is the solution of the last penalty.
   * @returns Whether b has moved.
   */
  begin?(count: number, columns: Int32Array, isNext: boolean): boolean;
  /**
   * Lowers the objective over the first `count` listed columns until an epoch lowers it by no more than `accuracy`, or `budget`
   * epochs are done. The residual and the gradients of these columns are those at b when it starts, the latter unless it can do
   * without; b is what it leaves behind, unless it keeps that to itself until `give`. Columns only ever join the list, at its end, unless it is reset; their order is the
   * method's to change. Returns the epochs done.
   *
   * @param isPlain - Whether to do without Newton's method, because rounding errors have led it astray.
   */
  minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number;
  /** Sees to it that b is the problem's. */
  give?(): void;
  /** The coefficients that it keeps to itself, in the order of the list, if any. */
  coefficients?(): Float64Array | undefined;
  /** The problem's b has changed. */
  reload?(): void;
  /**
   * Settles the first `count` listed coefficients after {@link minimise}, recomputes the residual there, and returns its sum of
   * squares; undefined where the problem has to.
   */
  residual?(count: number): number | undefined;
  /**
   * The certificate of the problem of the first `count` listed columns after {@link residual}, their gradients recomputed, or, with
   * those as they are, of these columns and of others that have no coefficient; undefined where the problem has to give it.
   */
  assess?(squares: number, count: number, others: number, listed: Int32Array): Certificate | undefined;
}

/** Rounding errors of an objective, relative to its size. */
export const NOISE = 64 * Number.EPSILON;
