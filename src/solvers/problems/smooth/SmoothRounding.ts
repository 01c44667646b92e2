import type { RowSums } from "../../../losses/RowsLoss.js";
import type { Coordinates, Projection } from "../../designs/coordinates.js";
import { Rounding, UNITS } from "../Rounding.js";

/** Errors of η beyond which curvatures tell nothing of where η is. */
const FARTHEST = 0.5;

/**
 * What rounding may hide from a gap of a loss whose curvature changes. With ε the rounding errors of a column relative to its norm, an η
 * is off by ε·(1 + |o| + Σ|b_j|·|x_j|) at most. That moves the Fenchel gap of its row by |θ − s·θ'| times as much, and by half its
 * square times the curvature, which is less than twice as large there. What a projection owes to θ' adds to the root of both.
 */
export class SmoothRounding {
  readonly #rounding: Rounding;
  /** 1/√v of the lightest row that counts, and the largest 1 + |o|. */
  readonly #reach: number;
  readonly #farthest: number;
  readonly #most: number;
  #sums: RowSums | undefined;

  /** @param isPiecewise - Whether curvatures are the largest anywhere, not those about η alone. */
  constructor(problem: Coordinates, v: Float64Array, offset: Float64Array, isPiecewise = false) {
    this.#most = isPiecewise ? Number.POSITIVE_INFINITY : FARTHEST;
    this.#rounding = new Rounding(problem);
    let lightest = 1;
    let farthest = 0;
    for (let i = 0; i < v.length; ++i) if (v[i] > 0 && v[i] < lightest) lightest = v[i];
    for (let i = 0; i < offset.length; ++i) farthest = Math.max(farthest, Math.abs(offset[i]));
    this.#reach = 1 / Math.sqrt(Math.max(lightest, Number.EPSILON));
    this.#farthest = farthest;
  }

  measure(...latest: Parameters<Rounding["measure"]>): void {
    this.#rounding.measure(...latest);
  }

  /** {@link Coordinates.shrinkageGap} of the exact problem; Infinity where η is unknown. */
  shrinkageGap(sums: RowSums, projection?: Projection): number {
    this.#sums = sums;
    const { size } = this.#rounding;
    if (!(UNITS * (this.#farthest + this.#reach * size) <= this.#most)) return Number.POSITIVE_INFINITY;
    const owed = Math.sqrt(projection?.doubt ?? 0);
    const root = Math.sqrt(sums.gaps) + owed;
    const linear = UNITS * (sums.lever + size * Math.sqrt(sums.shiftSquares));
    const move = UNITS * (Math.sqrt(sums.offsetSquares) + size * Math.sqrt(sums.steepest));
    return root * root + linear + move * (move + Math.SQRT2 * owed) + (projection?.slack ?? 0);
  }

  /** {@link Rounding.slack} for the sums of the latest {@link shrinkageGap}. */
  slack(scale: number, fenchel: number, projection?: Projection): number {
    if (this.#sums === undefined) return 0;
    const { dualSquares, steepest } = this.#sums;
    const owed = projection && { ...projection, doubt: 2 * projection.doubt * steepest };
    return this.#rounding.slack(scale, dualSquares, fenchel, owed);
  }
}
