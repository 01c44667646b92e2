import type { Coordinates, Projection } from "../designs/coordinates.js";

/** Rounding errors of standardised data, and of a product of them, relative to their norms. */
export const UNITS = 4 * Number.EPSILON;

/**
 * What rounding may hide from a gap whose dual point s·r is made of a residual r that was computed from X in standard form. With ε the
 * rounding errors of a column relative to its norm, S = ‖y‖ + Σ|b_j|·‖x_j‖, and r' what a projection has left of r,
 *
 * - the exact residual is off by ε·S at most,
 * - z_j by δ_j = (ε·‖r'‖ + d)·‖x_j‖, where the projection still owes r' a part of norm d.
 */
export class Rounding {
  readonly #problem: Coordinates;
  /** Σ ‖x_j‖²/f_j of the eligible columns with a penalty. */
  readonly #steepness: number;
  /** Σ |b_j|·‖x_j‖ as of the latest residual, of all columns and of those with a penalty. */
  #all = 0;
  #penalised = 0;

  constructor(problem: Coordinates) {
    const { eligible, curvatures, penaltyFactor } = problem;
    this.#problem = problem;
    let steepness = 0;
    for (const j of eligible) if (penaltyFactor[j] > 0) steepness += curvatures[j] / penaltyFactor[j];
    this.#steepness = steepness;
  }

  /** Σ |b_j|·‖x_j‖ as of the latest residual. */
  get size(): number {
    return this.#all;
  }

  /** Takes in the coefficients of the listed columns alone. */
  measure(
    { b, l1, l2, curvatures }: Pick<Coordinates, "b" | "l1" | "l2" | "curvatures">,
    count: number,
    columns: Int32Array,
  ): void {
    this.#all = 0;
    this.#penalised = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] === 0) continue;
      const size = Math.abs(b[j]) * Math.sqrt(curvatures[j]);
      this.#all += size;
      if (l1[j] > 0 || l2[j] > 0) this.#penalised += size;
    }
  }

  /** {@link Coordinates.shrinkageGap} of the exact problem: half the squared distance of the dual point from the residual. */
  shrinkageGap(scale: number, squares: number, projection?: Projection): number {
    const taken = projection ? Math.sqrt(projection.taken) + Math.sqrt(projection.doubt) : 0;
    const shrunk = (1 - scale) * Math.sqrt(squares);
    const off = UNITS * (this.#problem.responseNorm + this.#all);
    const distance = (projection?.isOblique ? taken + shrunk : Math.sqrt(taken * taken + shrunk * shrunk)) + off;
    return 0.5 * distance * distance;
  }

  /**
   * What the errors of z may add to the Fenchel gaps, whose sum is `fenchel`. They move s·z_j·b_j by δ_j·|b_j|, and let the dual point
   * violate its constraints, which is worth δ_j times the |b_j| of the minimum: about as much again. Or, where an l2 makes h_j* smooth,
   * half of (√(2·fenchel) + √(Σ δ_j²/l2_j))² − 2·fenchel.
   */
  slack(scale: number, squares: number, fenchel: number, projection?: Projection): number {
    const { l2, penaltyFactor, eligible } = this.#problem;
    const owed = projection ? Math.sqrt(projection.doubt) : 0;
    const error = scale * (UNITS * Math.sqrt(squares) + owed);
    const linear = 2 * error * this.#penalised;
    const j = eligible.find((k) => penaltyFactor[k] > 0);
    if (j === undefined || !(l2[j] > 0)) return linear;
    const smooth = error * Math.sqrt((this.#steepness * penaltyFactor[j]) / l2[j]);
    return Math.min(linear, smooth * (Math.sqrt(2 * fenchel) + 0.5 * smooth));
  }
}
