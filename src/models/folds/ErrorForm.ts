import { float64, type Heap, int32, raw64, take } from "../../kernels/arena.js";
import type { Problem } from "../../solvers/problems/Problem.js";
import type { GramSums } from "../../solvers/sums/GramSums.js";

/** Rounding errors that a quadratic form may have relative to its value, from those of its terms. */
const ACCURACY = 1e-9;

/** Coefficients b_j/scales_j of the eligible columns. */
type Point = Pick<Problem, "b" | "scales" | "eligible">;

/**
 * Mean squared errors of fits from sums of other rows: with v = (−w, 1), v'·products·v/weight + (v'·(centre of the rows − centre of
 * the fit))².
 */
export class ErrorForm {
  readonly #arena: Heap;
  readonly #accuracy: number;
  readonly #pivots: Float64Array;
  readonly #list: Int32Array;
  /** v, 0 outside of the list. */
  readonly #spread: Float64Array;
  readonly #work: Float64Array;
  /** How far the centre of the rows is from that of the fit, and the root of the diagonal of the products. */
  readonly #shifts: Float64Array;
  readonly #roots: Float64Array;

  static layout(p: number) {
    return [int32(p + 1), float64(p + 1), raw64(p + 1), raw64(p + 1), raw64(4)] as const;
  }

  /** @param accuracy - Errors that may be off by more than this share of themselves are NaN. */
  constructor(arena: Heap, pivots: Float64Array, accuracy = ACCURACY) {
    this.#arena = arena;
    this.#accuracy = accuracy;
    this.#pivots = pivots;
    const arrays = take(arena, ErrorForm.layout(pivots.length - 1));
    [this.#list, this.#spread, this.#shifts, this.#roots, this.#work] = arrays;
  }

  /**
   * The weighted mean of (y − x·w − b)² over the rows of `sums`, for fits with an intercept on yet other rows, or without one; NaN where
   * cancellation leaves too little of it. Until the next call.
   */
  of(sums: GramSums, fittedOn: GramSums | undefined): (problem: Point) => number {
    const { means, products } = sums;
    const size = means.length;
    for (let j = 0; j < size; ++j) {
      this.#shifts[j] = means[j] - (fittedOn === undefined ? -this.#pivots[j] : fittedOn.means[j]);
      this.#roots[j] = Math.sqrt(products[j * size + j]);
    }
    return (problem) => this.#error(sums, problem);
  }

  #error({ weight, products }: GramSums, { b, scales, eligible }: Point): number {
    const list = this.#list;
    const spread = this.#spread;
    const shifts = this.#shifts;
    const roots = this.#roots;
    const last = spread.length - 1;
    let count = 0;
    let shift = shifts[last];
    let terms = roots[last];
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (b[j] === 0) continue;
      const v = -b[j] / scales[j];
      list[count++] = j;
      spread[j] = v;
      shift += v * shifts[j];
      terms += Math.abs(v) * roots[j];
    }
    list[count++] = last;
    spread[last] = 1;
    const { kernels } = this.#arena;
    const form = kernels.quadraticForm(count, list, 0, products, 0, spread.length, spread, 0, this.#work, 0);
    for (let k = 0; k < count; ++k) spread[list[k]] = 0;
    const error = form / weight + shift * shift;
    return (terms * terms * Number.EPSILON) / weight <= this.#accuracy * error ? error : Number.NaN;
  }
}
