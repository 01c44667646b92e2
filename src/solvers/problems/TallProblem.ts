import { float64, int32, type Layout, take } from "../../kernels/arena.js";
import { coordinates, coordinatesLayout, ROUNDINGS } from "../designs/coordinates.js";
import { FINER } from "../sums/tall/TallBlocks.js";
import { GramProblem } from "./GramProblem.js";
import { TallGram } from "./TallGram.js";

/** Columns whose gradients may come this near to the last l1, or this near to the present one, get their exact rows along with those that need them now. */
const NEAR = 0.9;
const FAR = 0.25;
/** Rounding errors of norms and of sums of rough products, relative to what these may be off by. */
const INEXACT = 1 + 1e-6;

const ownLayout = (p: number) => [float64(p), int32(p), float64(4)] as const;

/**
 * A problem with many more rows than columns by rows of its Gram, those of columns with a coefficient. Products of two such columns
 * are exact. Those with other columns, which serve only to show that these need no coefficient, are rough: with x_j = q_j + e_j,
 *
 * ```text
 * z_j is off by Σ_k b_k·(x_k·x_j − q_k·q_j) = (X·b)·e_j + (Σ_k b_k·e_k)·q_j
 * ```
 *
 * of which the norms are known. A certificate takes the largest |z_j| that this allows, and where that is not good enough, the column
 * gets its exact products too.
 */
export class TallProblem extends GramProblem {
  override readonly isComplete = false;
  override isSmall = false;
  readonly #gram: TallGram;
  readonly #lastL1: number;
  /** z as it is known, while it is widened. */
  readonly #exactly: Float64Array;
  readonly #nonzero: Int32Array;
  readonly #work: Float64Array;
  #isWide = false;
  #fetches = 0;

  /** That of its Gram included, at the most. */
  static override layout(p: number): Layout {
    return [TallGram.layout(p, true), coordinatesLayout(p), GramProblem.layout(p), ownLayout(p)];
  }

  /**
   * @param gram - With the rows of the columns that are likely to have a coefficient.
   * @param lastL1 - The last l1 of a column with penalty factor 1.
   */
  constructor(gram: TallGram, lastL1: number) {
    const { arena, sums, columns, G, c } = gram;
    const { response, settings } = sums;
    const { n, y } = response;
    super(coordinates(arena, columns, response, settings), G, c, arena.kernels.float64.sumSquares(n, y, 0));
    this.#gram = gram;
    this.#lastL1 = lastL1;
    [this.#exactly, this.#nonzero, this.#work] = take(arena, ownLayout(this.p));
  }

  override complete(count: number, listed: Int32Array): void {
    const { kernels, p, G, b, z, l1, eligible, penaltyFactor } = this;
    const gram = this.#gram;
    const missing: number[] = [];
    for (let k = 0; k < count; ++k) if (gram.isThere[listed[k]] === 0) missing.push(listed[k]);
    if (missing.length === 0) return;
    // A rough doubt is not worth many columns, unless it comes back.
    const isDoubted = !this.#isWide && (this.#gram.isFine || this.#fetches > 0);
    this.#fetches += 1;
    const doubtOf = this.#doubts();
    const isMissing = new Set(missing);
    for (const j of eligible) {
      const reach = Math.abs(z[j]) + (isDoubted && gram.mayBeRough(j) ? doubtOf(j) : 0);
      const limit = Math.max(NEAR * this.#lastL1 * penaltyFactor[j], FAR * l1[j]);
      if (reach > limit && gram.isThere[j] === 0 && !isMissing.has(j)) missing.push(j);
    }
    gram.fetch(missing);
    for (const j of missing) z[j] = gram.c[j] - kernels.float64.dot(p, G, j * p, b, 0);
  }

  override refresh(): number {
    this.narrow();
    return super.refresh();
  }

  override widen(): void {
    const { z, lower, upper, eligible } = this;
    const gram = this.#gram;
    this.narrow();
    this.#exactly.set(z);
    this.#isWide = true;
    const doubtOf = this.#doubts();
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (gram.isThere[j] === 1 || !gram.mayBeRough(j)) continue;
      const isUp = lower[j] === 0 || (upper[j] !== 0 && z[j] > 0);
      z[j] += isUp ? doubtOf(j) : -doubtOf(j);
    }
  }

  override narrow(): void {
    if (this.#isWide) this.z.set(this.#exactly);
    this.#isWide = false;
  }

  /** What |z_j| is off by at most, for a column whose products are rough: fit·‖e_j‖ + off·‖q_j‖. */
  #doubts(): (j: number) => number {
    const { kernels, p, b, z, means, scales, eligible } = this;
    const { c, norms, errors, rests } = this.#gram;
    const { dot } = kernels.float64;
    const nonzero = this.#nonzero;
    let count = 0;
    let off = 0;
    let size = 0;
    let mean = 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (b[j] === 0) continue;
      nonzero[count++] = j;
      off += Math.abs(b[j]) * errors[j];
      size += Math.abs(b[j]) * norms[j];
      mean += (b[j] * means[j]) / scales[j];
    }
    if (this.#gram.isFine) {
      const squares = kernels.quadraticForm(count, nonzero, 0, rests, 0, p, b, 0, this.#work, 0);
      off = Math.sqrt(Math.max(0, squares)) + off / FINER;
    }
    const explained = Math.max(0, dot(p, b, 0, c, 0) - dot(p, b, 0, z, 0)) + mean * mean;
    const fit = INEXACT * Math.sqrt(explained + ROUNDINGS * size * (size + this.responseNorm));
    off *= INEXACT;
    return (j) => fit * errors[j] + off * (norms[j] + errors[j]);
  }
}
