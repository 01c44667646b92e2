import type { online } from "../kernels/generated/vectors.js";

/** What the schedules say of one step. */
export interface StepRates {
  learningRate: number;
  l1: number;
  l2: number;
}

/** A gradient beyond this counts as overflowed, and so do weights: nothing that is made of one overflows. */
export const OVERFLOW = 1e140;

/** What does not fit in a state: the field, what it must be, and what it is. */
export type Fault = readonly [name: string, expected: string, got: unknown];

/** What updates a weight, and what it would have become had it been visited in every step. Formulas: `assembly/vectors/online.ts`. */
export interface UpdateRule {
  /** The number of the method in the kernels. */
  readonly method: 0 | 1;
  /** @throws RangeError for rates, all of them finite and not negative, by which something would overflow. */
  check(rates: StepRates, step: number): void;
  /** Writes the clock of `step` from that of the step before. Returns whether no weight may be left behind in this step. */
  advance(rates: StepRates, step: number, before: Float64Array, after: Float64Array): boolean;
  /**
   * A bound of the magnitudes after the step under way, for gradients up to `gradient`.
   *
   * @param weight - A bound of those of the weights; takes time proportional to p.
   */
  reach(gradient: number, weight: () => number): number;
  /** Updates the touched weights. */
  update(
    kernels: typeof online,
    count: number,
    touched: Int32Array,
    records: Float64Array,
    before: Float64Array,
    after: Float64Array,
  ): void;
  /** Updates `state`, which starts with the intercept, by the gradient `g`, without a penalty. */
  updateIntercept(state: Float64Array, g: number, before: Float64Array, after: Float64Array): void;
  /** What in a state cannot have come from `steps` steps, if anything. */
  faultOf(steps: number, intercept: Float64Array, clock: Float64Array, records: Float64Array): Fault | undefined;
}

/** The numbers of a clock. */
export const CLOCK_LENGTH = 8;
