import { alignedBytes } from "../kernels/arena.js";
import type { Coordinates } from "./problem.js";

/** The norm of columns and residual in integers: no element is beyond 16 bits, no sum beyond 32. */
const SIZE = 32766;
/** Rounding errors of norms and of what is multiplied with them. */
const ROUNDINGS = 1e-8;
/** A gradient that cannot have passed l1 since it was last computed, rounding errors included, is not computed again. */
const AHEAD = 1 - 1e-9;
/** Below this share of columns that are passed over, the reference is moved up to the present. */
const WORTHWHILE = 0.5;

/** From this many values of X on, a copy of them in integers pays. */
const MANY = 100_000;

/** Whether gradients of a dense X, n × p, are better screened. */
export function isWorthScreening(n: number, p: number): boolean {
  return n * p >= MANY;
}

/**
 * Gradients of a dense X in two steps. First in integers of 16 bits, the columns of X and the residual scaled to norm 32,766: a
 * quarter of the memory traffic, no rounding but that of the elements, and an error of at most `bound·‖x_j‖·‖r‖`. Then in float64 where that leaves it open whether |z_j| exceeds
 * l1_j. So rounding decides which columns are looked at twice, and never a result.
 *
 * A column is not touched at all while, by the Cauchy–Schwarz inequality, |z_j| at an earlier residual r0 + ‖x_j‖·‖r − r0‖ stays
 * below l1_j. Larsson, Look-ahead screening rules for the lasso (2021).
 */
export class Screening {
  readonly #problem: Coordinates;
  readonly #r: Float64Array;
  readonly #X: Int16Array;
  readonly #residual: Int16Array;
  readonly #estimates: Int32Array;
  readonly #norms: Float64Array;
  readonly #list: Int32Array;
  /** The residual r0, and what |z_j| is at most there. */
  readonly #reference: Float64Array;
  readonly #atReference: Float64Array;
  /** The residual, counted, at which z_j was computed. */
  readonly #computedAt: Int32Array;
  #now = 0;
  readonly #bound: number;

  static bytes(n: number, p: number): number {
    const rows = alignedBytes(2 * n) + alignedBytes(8 * n);
    return alignedBytes(2 * n * p) + rows + 3 * alignedBytes(4 * p) + 2 * alignedBytes(8 * p);
  }

  constructor(problem: Coordinates, X: Float64Array, r: Float64Array) {
    const { arena, kernels, n, p, curvatures } = problem;
    this.#problem = problem;
    this.#r = r;
    this.#X = arena.raw16(n * p);
    this.#residual = arena.raw16(n);
    this.#estimates = arena.int32(p);
    this.#list = arena.int32(p);
    this.#computedAt = arena.int32(p);
    this.#reference = arena.float64(n);
    this.#norms = arena.raw64(p);
    this.#atReference = arena.raw64(p).fill(Number.POSITIVE_INFINITY);
    // Both factors are off by up to ½ in each element: ‖e‖ <= √n/2.
    const off = (0.5 * Math.sqrt(n)) / SIZE;
    this.#bound = (2 + off) * off + ROUNDINGS;
    for (let j = 0; j < p; ++j) {
      this.#norms[j] = Math.sqrt(curvatures[j]);
      if (curvatures[j] > 0) kernels.quantize(n, X, j * n, SIZE / this.#norms[j], this.#X, j * n);
    }
  }

  /** out[k] = x_j·v for the listed columns j = columns[k], about: off by up to {@link #bound}·‖x_j‖·‖v‖, and seldom by a hundredth of that. */
  estimate(v: Float64Array, count: number, columns: Int32Array, out: Float64Array, at: number): void {
    const { kernels, n } = this.#problem;
    const norm = Math.sqrt(kernels.float64.sumSquares(n, v, 0));
    kernels.quantize(n, v, 0, norm > 0 ? SIZE / norm : 0, this.#residual, 0);
    kernels.listIntegerProduct(n, count, columns, 0, this.#X, 0, this.#residual, 0, this.#estimates, 0);
    const scale = norm / (SIZE * SIZE);
    for (let k = 0; k < count; ++k) out[at + k] = this.#estimates[k] * (scale * this.#norms[columns[k]]);
  }

  /** The residual has changed. */
  advance(): void {
    this.#now += 1;
  }

  /** z has been computed for the listed columns. */
  computed(count: number, columns: Int32Array): void {
    for (let k = 0; k < count; ++k) this.#computedAt[columns[k]] = this.#now;
  }

  /**
   * Estimates z for the listed columns, but for those that are surely below l1. Returns how many of them, now listed in `open`, may
   * exceed l1 or have a coefficient, so that they need an exact z.
   */
  run(count: number, columns: Int32Array, open: Int32Array): number {
    const { kernels, n, b, z, l1, eligible } = this.#problem;
    const r = this.#r;
    const norms = this.#norms;
    const atReference = this.#atReference;
    const list = this.#list;
    const distance = this.#distance();
    let left = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      const most = atReference[j] + distance * norms[j];
      if (b[j] !== 0 || !(most <= AHEAD * l1[j])) list[left++] = j;
      else if (Math.abs(z[j]) > most) z[j] = z[j] > 0 ? most : -most;
    }

    const norm = Math.sqrt(kernels.float64.sumSquares(n, r, 0));
    kernels.quantize(n, r, 0, norm > 0 ? SIZE / norm : 0, this.#residual, 0);
    kernels.listIntegerProduct(n, left, list, 0, this.#X, 0, this.#residual, 0, this.#estimates, 0);
    this.computed(left, list);
    let opened = 0;
    for (let k = 0; k < left; ++k) {
      const j = list[k];
      const size = norms[j] * norm;
      z[j] = this.#estimates[k] * (size / (SIZE * SIZE));
      if (b[j] !== 0 || !(Math.abs(z[j]) + this.#bound * size <= l1[j])) open[opened++] = j;
    }
    if (left > WORTHWHILE * eligible.length) this.#moveReference(distance, norm);
    return opened;
  }

  /** ‖r − r0‖ */
  #distance(): number {
    const r = this.#r;
    const reference = this.#reference;
    let squares = 0;
    for (let i = 0; i < r.length; ++i) {
      const d = r[i] - reference[i];
      squares += d * d;
    }
    return Math.sqrt(squares);
  }

  #moveReference(distance: number, norm: number): void {
    const { z, eligible } = this.#problem;
    const norms = this.#norms;
    const atReference = this.#atReference;
    this.#reference.set(this.#r);
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      atReference[j] =
        this.#computedAt[j] === this.#now
          ? Math.abs(z[j]) + this.#bound * norms[j] * norm
          : atReference[j] + distance * norms[j];
    }
  }
}
