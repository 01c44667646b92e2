import type { BlockPenalty, Penalised } from "./Penalty.js";
import { type Pieces, PiecewiseQuadratic } from "./PiecewiseQuadratic.js";

/**
 * h_j(b) = a_j²·H(|b|/a_j) + l2_j/2·b_j² on [lower_j, upper_j] with a_j = strength·f_j, H made of pieces; each coordinate is a block:
 *
 * ```text
 * minimum: argmin_c v/2·c² − u·c + h_j(c), of several minima the least
 * kink:    a_j·min(1, √(2·(v + l2_j)·H(∞))), beyond which that is not 0
 * ```
 */
export class ConcavePenalty implements BlockPenalty {
  readonly kind = "blocks";
  readonly isConvex = false;
  readonly starts: Int32Array;
  readonly members: Int32Array;
  readonly kinks: Float64Array;
  readonly #curve: PiecewiseQuadratic;
  readonly #problem: Penalised;
  #strength = 0;

  constructor(pieces: Pieces, problem: Penalised) {
    const { eligible, p } = problem;
    this.starts = Int32Array.from({ length: eligible.length + 1 }, (_, g) => g);
    this.members = eligible;
    this.kinks = new Float64Array(p);
    this.#curve = new PiecewiseQuadratic(pieces);
    this.#problem = problem;
  }

  set(strength: number): void {
    const { l2, curvatures } = this.#problem;
    this.#strength = strength;
    const rise = 2 * this.#curve.most;
    for (const j of this.members) {
      const v = curvatures?.[j] ?? Number.POSITIVE_INFINITY;
      this.kinks[j] = this.#strengthOf(j) * Math.min(1, Math.sqrt((v + l2[j]) * rise));
    }
  }

  value(g: number, b: Float64Array): number {
    const j = this.members[g];
    return this.#curve.value(Math.abs(b[j]), this.#strengthOf(j)) + 0.5 * this.#problem.l2[j] * b[j] * b[j];
  }

  minimum(g: number, u: Float64Array, v: number, b: Float64Array): void {
    const j = this.members[g];
    const t = this.#least(j, Math.abs(u[j]), v, this.#limit(j, u[j]));
    b[j] = u[j] < 0 ? -t : t;
  }

  slopes(g: number, b: Float64Array, out: Float64Array): void {
    const j = this.members[g];
    out[j] = Math.sign(b[j]) * this.#curve.slope(Math.abs(b[j]), this.#strengthOf(j)) + this.#problem.l2[j] * b[j];
  }

  bend(g: number, b: Float64Array, d: Float64Array, out: Float64Array): void {
    const j = this.members[g];
    out[j] = (this.#curve.curvature(Math.abs(b[j]), this.#strengthOf(j)) + this.#problem.l2[j]) * d[j];
  }

  violation(g: number, b: Float64Array, z: Float64Array): number {
    const { l2, lower, upper } = this.#problem;
    const j = this.members[g];
    const a = this.#strengthOf(j);
    if (b[j] === 0) return Math.max(0, this.#limit(j, z[j]) > 0 ? Math.abs(z[j]) - a : 0);
    const left = z[j] - l2[j] * b[j] - Math.sign(b[j]) * this.#curve.slope(Math.abs(b[j]), a);
    const isAtBound = b[j] >= upper[j] || b[j] <= lower[j];
    return isAtBound ? Math.max(0, -Math.sign(b[j]) * left) : Math.abs(left);
  }

  excess(g: number, z: Float64Array, scale: number): number {
    const j = this.members[g];
    const limit = this.#limit(j, z[j]);
    const size = scale * Math.abs(z[j]);
    if (!(limit > 0 && size > this.kinks[j])) return 0;
    const v = this.#problem.curvatures?.[j];
    // Between the kink and a_j, 0 may still be the best there is within the bounds.
    const leaves = v === undefined || size > this.#strengthOf(j) || this.#least(j, size, v, limit) > 0;
    return leaves ? size - this.kinks[j] : 0;
  }

  strength(g: number, z: Float64Array): number {
    const { penaltyFactor } = this.#problem;
    const j = this.members[g];
    return this.#limit(j, z[j]) > 0 && penaltyFactor[j] > 0 ? Math.abs(z[j]) / penaltyFactor[j] : 0;
  }

  feasibleScale(): number {
    return Number.NaN;
  }

  /** a_j */
  #strengthOf(j: number): number {
    return this.#strength * this.#problem.penaltyFactor[j];
  }

  /** How far b_j may go to the side that z_j pulls it to. */
  #limit(j: number, z: number): number {
    const { lower, upper } = this.#problem;
    return z > 0 ? upper[j] : -lower[j];
  }

  /** argmin over 0 <= t <= limit of v/2·t² − u·t + h_j(t) */
  #least(j: number, u: number, v: number, limit: number): number {
    return this.#curve.minimum(u, v + this.#problem.l2[j], this.#strengthOf(j), limit);
  }
}
