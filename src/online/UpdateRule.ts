import type { Kernels } from "../kernels/contract.js";

/** What updates a weight, and what it would have become had it been visited in every step. Formulas: `assembly/online.ts`. */
export interface UpdateRule {
  /** The number of the method in the kernels. */
  readonly method: 0 | 1;
  /** Writes the clock of `step` from that of the step before. Returns whether no weight may be left behind in this step. */
  advance(step: number, before: Float64Array, after: Float64Array): boolean;
  /** Updates the touched weights. */
  update(
    kernels: Kernels,
    count: number,
    touched: Int32Array,
    records: Float64Array,
    before: Float64Array,
    after: Float64Array,
  ): void;
  /** Updates `state`, which starts with the intercept, by the gradient `g`, without a penalty. */
  updateIntercept(state: Float64Array, g: number, before: Float64Array, after: Float64Array): void;
}

/** The numbers of a clock. */
export const CLOCK_LENGTH = 8;
