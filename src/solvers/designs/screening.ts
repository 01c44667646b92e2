import { float64, int32, raw16, raw64, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";
import type { Coordinates } from "./coordinates.js";

/** The norm of columns and residual in integers: no element is beyond 16 bits, no sum beyond 32. */
const SIZE = 32766;
/** Rounding errors of norms and of what is multiplied with them. */
const ROUNDINGS = 1e-8;
/** A gradient that cannot have passed l1, rounding errors included, is not computed. */
const AHEAD = 1 - 1e-9;
/** Above this share of columns that cannot be passed over, the present becomes a reference. */
const WORTHWHILE = 0.35;

/** From this many values of X on, a copy of them in integers pays. */
const MANY = 100_000;

/** Whether gradients of a dense X, n × p, are better screened. */
export function isWorthScreening(n: number, p: number): boolean {
  return n * p >= MANY;
}

/** The columns `from` to `to` of X, n rows, scaled to norm 32,766 and rounded to integers; `squares` are their squared norms. */
export function quantizeColumns(
  kernels: Kernels,
  n: number,
  X: Float64Array,
  squares: Float64Array,
  from: number,
  to: number,
  out: Int16Array,
): void {
  for (let j = from; j < to; ++j) {
    if (squares[j] > 0) kernels.quantize(n, X, j * n, SIZE / Math.sqrt(squares[j]), out, j * n);
  }
}

/** A residual, and about what Xᵀr was there; NaN for the columns that were not looked at. */
interface Reference {
  r: Float64Array;
  norm: number;
  z: Float64Array;
}

/**
 * Gradients of a dense X in two steps. First in integers of 16 bits, the columns of X and the residual scaled to norm 32,766: a
 * quarter of the memory traffic, no rounding but that of the elements, and an error of at most `bound·‖x_j‖·‖r‖`. Then in float64 where that leaves it open whether |z_j| exceeds
 * l1_j. So rounding decides which columns are looked at twice, and never a result.
 *
 * A column is not touched at all while what is known of it at two earlier residuals r0 and r1, the references, keeps it below l1_j.
 * By the Cauchy–Schwarz inequality, whatever a0 and a1 are,
 *
 * ```text
 * |x_j·r| <= |a0·x_j·r0 + a1·x_j·r1| + ‖x_j‖·‖r − a0·r0 − a1·r1‖
 * ```
 *
 * Little is left with the best of them, as the residuals of a path lie on a line while its active set stays the same. Larsson,
 * Look-ahead screening rules for the lasso (2021), has r0 alone, and a0 = 1.
 */
export class Screening {
  readonly #problem: Coordinates;
  readonly #r: Float64Array;
  readonly #X: Int16Array;
  readonly #residual: Int16Array;
  readonly #estimates: Int32Array;
  readonly #norms: Float64Array;
  readonly #list: Int32Array;
  #latest: Reference;
  #earlier: Reference;
  /** What the references leave of the residual. */
  readonly #rest: Float64Array;
  readonly #bound: number;

  static layout(n: number, p: number) {
    const reference = [float64(n), float64(p)] as const;
    return [raw16(n), int32(p), int32(p), raw64(n), raw64(p), ...reference, ...reference] as const;
  }

  /**
   * @param X - As {@link quantizeColumns} has it.
   * @param squares - ‖x_j‖²
   */
  constructor(problem: Coordinates, X: Int16Array, r: Float64Array, squares = problem.curvatures) {
    const { arena, n, p } = problem;
    this.#problem = problem;
    this.#r = r;
    this.#X = X;
    const [residual, estimates, list, rest, norms, r0, z0, r1, z1] = take(arena, Screening.layout(n, p));
    this.#residual = residual;
    this.#estimates = estimates;
    this.#list = list;
    this.#rest = rest;
    this.#norms = norms;
    this.#latest = { r: r0, norm: 0, z: z0 };
    this.#earlier = { r: r1, norm: 0, z: z1 };
    // Both factors are off by up to ½ in each element: ‖e‖ <= √n/2.
    const off = (0.5 * Math.sqrt(n)) / SIZE;
    this.#bound = (2 + off) * off + ROUNDINGS;
    for (let j = 0; j < p; ++j) this.#norms[j] = Math.sqrt(squares[j]);
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

  /**
   * Estimates z for the listed columns. Returns how many of them, now listed in `open`, may exceed l1 or have a coefficient, so that
   * they need an exact z.
   */
  run(count: number, columns: Int32Array, open: Int32Array): number {
    const { kernels, n, b, z, l1, eligible } = this.#problem;
    const r = this.#r;
    const norms = this.#norms;
    const list = this.#list;
    const norm = Math.sqrt(kernels.float64.sumSquares(n, r, 0));
    const [a0, a1, rest] = this.#combine();
    let left = kernels.passOver(
      count,
      columns,
      0,
      a0,
      this.#latest.z,
      0,
      a1,
      this.#earlier.z,
      0,
      rest,
      norms,
      0,
      b,
      0,
      l1,
      0,
      AHEAD,
      z,
      0,
      list,
      0,
    );
    const isReference = left > WORTHWHILE * count && 2 * count > eligible.length && norm < Number.POSITIVE_INFINITY;
    if (isReference) {
      left = count;
      list.set(columns.subarray(0, count));
    }

    kernels.quantize(n, r, 0, norm > 0 ? SIZE / norm : 0, this.#residual, 0);
    kernels.listIntegerProduct(n, left, list, 0, this.#X, 0, this.#residual, 0, this.#estimates, 0);
    let opened = 0;
    for (let k = 0; k < left; ++k) {
      const j = list[k];
      const size = norms[j] * norm;
      z[j] = this.#estimates[k] * (size / (SIZE * SIZE));
      if (b[j] !== 0 || !(Math.abs(z[j]) + this.#bound * size <= l1[j])) open[opened++] = j;
    }
    if (isReference) this.#refer(left, norm);
    return opened;
  }

  /** The factors of the references and the norm of what they leave of the residual, the errors of their estimates included. */
  #combine(): [a0: number, a1: number, rest: number] {
    const { kernels, n } = this.#problem;
    const { dot } = kernels.float64;
    const latest = this.#latest;
    const earlier = this.#earlier;
    const u0 = dot(n, this.#r, 0, latest.r, 0);
    const u1 = dot(n, this.#r, 0, earlier.r, 0);
    const g00 = latest.norm * latest.norm;
    const g01 = dot(n, latest.r, 0, earlier.r, 0);
    const g11 = earlier.norm * earlier.norm;
    const alone = g00 > 0 ? u0 / g00 : 0;
    const determinant = g00 * g11 - g01 * g01;
    const a0 = (u0 * g11 - u1 * g01) / determinant;
    const a1 = (u1 * g00 - u0 * g01) / determinant;
    const single = this.#left(alone, 0);
    const double = this.#left(a0, a1);
    return double < single ? [a0, a1, double] : [alone, 0, single];
  }

  #left(a0: number, a1: number): number {
    const { kernels, n } = this.#problem;
    const { axpy, sumSquares } = kernels.float64;
    const rest = this.#rest;
    rest.set(this.#r);
    axpy(n, -a0, this.#latest.r, 0, rest, 0);
    axpy(n, -a1, this.#earlier.r, 0, rest, 0);
    const errors = this.#bound * (Math.abs(a0) * this.#latest.norm + Math.abs(a1) * this.#earlier.norm);
    return Math.sqrt(sumSquares(n, rest, 0)) * (1 + ROUNDINGS) + errors;
  }

  /** Makes the present the latest reference, its estimates those of the first `count` columns of the list. */
  #refer(count: number, norm: number): void {
    const { z } = this.#problem;
    const reference = this.#earlier;
    this.#earlier = this.#latest;
    this.#latest = reference;
    reference.norm = norm;
    reference.r.set(this.#r);
    reference.z.fill(Number.NaN);
    for (let k = 0; k < count; ++k) {
      const j = this.#list[k];
      reference.z[j] = z[j];
    }
  }
}
