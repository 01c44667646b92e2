import { float32, float64, take } from "../../kernels/arena.js";
import type { SparseProblem } from "../problems/SparseProblem.js";

/** What single precision adds to gradients and their differences, with some to spare, relative to what they can be at most. */
const SINGLE = 1e-6;
/** The farthest from the present reference, in units of its distance from the one before it. */
const FARTHEST = 8;
/** Above this share of columns that bounds leave, all gradients are better computed. */
const WORTHWHILE = 0.5;
/** Limits for which numbers in single precision neither overflow nor lose digits. */
const SMALLEST = 1e-30;
const LARGEST = 1e30;
/** More than single precision makes 0. */
const TINY = 1e-37;

/**
 * Bounds on the gradients of a sparse X far cheaper than the gradients. Along a path the residual goes on about as it went before: it
 * is near to ρ + θ·δ, where ρ is the residual of the last time that all gradients were computed, and δ its difference from the time before.
 * By Hölder's inequality
 *
 * ```text
 * |x_j·r| <= |x_j·ρ + θ·x_j·δ| + ‖x_j‖₁·‖r − ρ − θ·δ‖∞
 * ```
 *
 * where columns of few values leave little between the two sides. A column is not touched while that is below the limit. After
 * Larsson, Look-ahead screening rules for the lasso (2021).
 */
export class LookAhead {
  readonly #problem: SparseProblem;
  /** x_j·ρ/f_j, x_j·δ/f_j and ‖x_j‖₁/f_j for the penalty factors f_j; 0 for columns that cannot have a coefficient. */
  readonly #base: Float32Array;
  readonly #slope: Float32Array;
  readonly #radii: Float32Array;
  /** ρ and δ */
  readonly #reference: Float64Array;
  readonly #direction: Float64Array;
  readonly #work: Float64Array;
  readonly #rounding: number;
  #references = 0;
  /** ‖ρ‖∞ and that of the reference before it. */
  #size = 0;
  #sizeBefore = 0;
  /** The columns touched since all were. */
  #touched = 0;

  static layout(n: number, p: number) {
    const [row, column] = [float64(n), float32(p)];
    return [column, column, column, row, row, row] as const;
  }

  constructor(problem: SparseProblem) {
    const { arena, n, p, eligible, penaltyFactor } = problem;
    const { values, columnPointers } = problem.columns;
    this.#problem = problem;
    const arrays = take(arena, LookAhead.layout(n, p));
    [this.#base, this.#slope, this.#radii, this.#reference, this.#direction, this.#work] = arrays;
    let longest = 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      const start = columnPointers[j];
      const count = columnPointers[j + 1] - start;
      const size = arena.kernels.float64.asum(count, values, start);
      this.#radii[j] = Math.max(TINY, (size / penaltyFactor[j]) * (1 + SINGLE));
      longest = Math.max(longest, count);
    }
    this.#rounding = SINGLE + (longest + 16) * Number.EPSILON;
  }

  /** As {@link Problem.look} has it. */
  look(share: number, isWorking: Uint8Array, out: Int32Array): number {
    const problem = this.#problem;
    const { eligible, l1, penaltyFactor, mostPenalised } = problem;
    const limit = l1[mostPenalised] / penaltyFactor[mostPenalised];
    const leaveOut = (found: number): number => {
      let left = 0;
      // Without a branch, as there is no rhyme or reason to which ones these are.
      for (let k = 0; k < found; ++k) {
        const j = out[k];
        out[left] = j;
        left += 1 - isWorking[j];
      }
      return left;
    };
    const found = this.#list(share, limit, out);
    if (found >= 0 && found <= WORTHWHILE * eligible.length) {
      const left = leaveOut(found);
      problem.gradient(left, out);
      this.#touched += left;
      return left;
    }
    problem.gradient(eligible.length, eligible);
    return leaveOut(this.#record(share, limit, out));
  }

  /**
   * Lists the columns with |z_j| >= limit·f_j, others that may be among them, and about those with |z_j| >= share·limit·f_j; −1
   * where all gradients had better be computed first, and recorded.
   */
  #list(share: number, limit: number, out: Int32Array): number {
    const { eligible, kernels, n } = this.#problem;
    const { axpy, dot, absMax } = kernels.float64;
    if (this.#references === 0 || this.#touched > eligible.length) return -1;
    const work = this.#work;
    const direction = this.#direction;
    work.set(this.#problem.r);
    axpy(n, -1, this.#reference, 0, work, 0);
    const squares = dot(n, direction, 0, direction, 0);
    const best = squares > 0 ? dot(n, direction, 0, work, 0) / squares : 0;
    const factor = Math.min(Math.max(best, -FARTHEST), FARTHEST);
    axpy(n, -factor, direction, 0, work, 0);
    return this.#beyond(factor, absMax(n, work, 0), share, limit, out);
  }

  /** All gradients have been computed at the residual as it is; lists as {@link #list} does. */
  #record(share: number, limit: number, out: Int32Array): number {
    const { eligible, kernels, n, z, penaltyFactor, hasFactors } = this.#problem;
    const base = this.#base;
    const slope = this.#slope;
    const isFirst = this.#references === 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      const value = hasFactors ? z[j] / penaltyFactor[j] : z[j];
      slope[j] = isFirst ? 0 : value - base[j];
      base[j] = value;
    }
    if (!isFirst) {
      this.#direction.set(this.#problem.r);
      kernels.float64.axpy(n, -1, this.#reference, 0, this.#direction, 0);
    }
    this.#reference.set(this.#problem.r);
    this.#sizeBefore = this.#size;
    this.#size = kernels.float64.absMax(n, this.#problem.r, 0);
    this.#references += 1;
    this.#touched = 0;
    return this.#beyond(0, 0, share, limit, out);
  }

  #beyond(factor: number, distance: number, share: number, limit: number, out: Int32Array): number {
    const { eligible, kernels, p } = this.#problem;
    if (!(share * limit >= SMALLEST && limit >= SMALLEST && limit <= LARGEST)) {
      out.set(eligible);
      return eligible.length;
    }
    const doubt = this.#rounding * (1 + Math.abs(factor)) * (this.#size + this.#sizeBefore);
    return kernels.listBeyond(
      p,
      this.#base,
      0,
      this.#slope,
      0,
      factor,
      this.#radii,
      0,
      Math.max(TINY, (distance + doubt) * (1 + SINGLE)),
      share * limit * (1 - SINGLE),
      limit * (1 - SINGLE),
      out,
      0,
    );
  }
}
