import { bisect } from "../arithmetic/bisect.js";
import type { BlockPenalty, Penalised } from "./Penalty.js";

/** More steps than Newton's method takes for any radius. */
const STEPS = 100;
/** What rounding errors of a norm may take a point out of its ball by. */
const ROUNDED = 1 - 16 * Number.EPSILON;

/** The number of each column's group, by their first columns, and the weight k_g of each. */
export interface Groups {
  readonly of: Int32Array;
  readonly factors: Float64Array;
}

/**
 * The norm of the sparse group lasso, and the ridge part:
 *
 * ```text
 * h_g(b) = κ_g·‖b‖₂ + Σ_j a_j·|b_j| + l2_j/2·b_j²,   κ_g = strength·(1 − l1Share)·k_g,  a_j = strength·l1Share·f_j
 * ```
 *
 * With S_j the soft-thresholded u_j, its minimum is b_j = S_j/(v + l2_j + κ_g/r) for the radius r = ‖b‖₂ > 0 at which
 * Σ_j (S_j/((v + l2_j)·r + κ_g))² = 1, and 0 where ‖S‖ <= κ_g.
 */
export class GroupNorm implements BlockPenalty {
  readonly kind = "blocks";
  readonly isConvex = true;
  readonly starts: Int32Array;
  readonly members: Int32Array;
  readonly kinks: Float64Array;
  /** (1 − l1Share)·k_g */
  readonly #weights: readonly number[];
  readonly #l1Share: number;
  readonly #columns: number;
  readonly #penaltyFactor: Float64Array;
  readonly #l2: Float64Array;
  #strength = 0;

  constructor(groups: Groups, l1Share: number, problem: Penalised) {
    const { lists, weights } = blocksOf(groups, l1Share, problem);
    this.starts = new Int32Array(lists.length + 1);
    lists.forEach((list, g) => {
      this.starts[g + 1] = this.starts[g] + list.length;
    });
    this.members = Int32Array.from(lists.flat());
    this.kinks = new Float64Array(problem.p);
    this.#weights = weights;
    this.#l1Share = l1Share;
    this.#columns = problem.columns;
    this.#penaltyFactor = problem.penaltyFactor;
    this.#l2 = problem.l2;
  }

  set(strength: number): void {
    const { starts, members, kinks } = this;
    this.#strength = strength;
    for (let g = 0; g < this.#weights.length; ++g) {
      const each = this.#kappa(g) / Math.sqrt(starts[g + 1] - starts[g]);
      for (let k = starts[g]; k < starts[g + 1]; ++k) kinks[members[k]] = each + this.#l1(members[k]);
    }
  }

  value(g: number, b: Float64Array): number {
    const { starts, members } = this;
    const l2 = this.#l2;
    let sum = this.#kappa(g) * this.#norm(g, b);
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      const j = members[k];
      sum += this.#l1(j) * Math.abs(b[j]) + 0.5 * l2[j] * b[j] * b[j];
    }
    return sum;
  }

  minimum(g: number, u: Float64Array, v: number, b: Float64Array): void {
    const { starts, members } = this;
    const l2 = this.#l2;
    const kappa = this.#kappa(g);
    const length = this.#softNorm(g, u);
    if (!(length > kappa)) {
      for (let k = starts[g]; k < starts[g + 1]; ++k) b[members[k]] = 0;
      return;
    }
    const pull = kappa > 0 ? kappa / this.#radius(g, u, v, length) : 0;
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      const j = members[k];
      b[j] = soft(u[j], this.#l1(j)) / (v + l2[j] + pull);
    }
  }

  slopes(g: number, b: Float64Array, out: Float64Array): void {
    const { starts, members } = this;
    const l2 = this.#l2;
    const kappa = this.#kappa(g);
    const pull = kappa === 0 ? 0 : kappa / this.#norm(g, b);
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      const j = members[k];
      out[j] = (pull + l2[j]) * b[j] + Math.sign(b[j]) * this.#l1(j);
    }
  }

  bend(g: number, b: Float64Array, d: Float64Array, out: Float64Array): void {
    const { starts, members } = this;
    const l2 = this.#l2;
    const kappa = this.#kappa(g);
    const length = this.#norm(g, b);
    const pull = kappa === 0 ? 0 : kappa / length;
    let along = 0;
    for (let k = starts[g]; k < starts[g + 1]; ++k) along += (b[members[k]] / length) * d[members[k]];
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      const j = members[k];
      out[j] = pull * (d[j] - along * (b[j] / length)) + l2[j] * d[j];
    }
  }

  violation(g: number, b: Float64Array, z: Float64Array): number {
    const { starts, members } = this;
    const l2 = this.#l2;
    const length = this.#norm(g, b);
    if (length === 0) return this.excess(g, z, 1);
    const pull = this.#kappa(g) / length;
    let squares = 0;
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      const j = members[k];
      const left = z[j] - (l2[j] + pull) * b[j];
      const off = b[j] === 0 ? soft(left, this.#l1(j)) : left - Math.sign(b[j]) * this.#l1(j);
      squares += off * off;
    }
    return Math.sqrt(squares);
  }

  excess(g: number, z: Float64Array, scale: number): number {
    return Math.max(0, this.#softNorm(g, z, scale) - this.#kappa(g));
  }

  strength(g: number, z: Float64Array): number {
    const { starts, members } = this;
    const weight = this.#weights[g];
    if (weight === 0 && (this.#l1Share === 0 || members[starts[g]] >= this.#columns)) return 0;
    let enough = 0;
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      const j = members[k];
      const most = Math.max(weight, this.#l1(j, 1));
      if (most > 0 && z[j] !== 0) enough += Math.abs(z[j]) / most;
    }
    return bisect(0, enough, (strength) => this.#softNorm(g, z, 1, strength) > strength * weight)[1];
  }

  feasibleScale(g: number, u: Float64Array): number {
    const kappa = this.#kappa(g);
    const isFree = kappa === 0 && this.#l1(this.members[this.starts[g]]) === 0;
    if (isFree || this.#softNorm(g, u) <= kappa) return 1;
    return bisect(0, 1, (scale) => this.#softNorm(g, u, scale) <= kappa)[0] * ROUNDED;
  }

  /** κ_g */
  #kappa(g: number): number {
    return this.#strength * this.#weights[g];
  }

  /** a_j */
  #l1(j: number, strength = this.#strength): number {
    return j < this.#columns && this.#l1Share > 0 ? strength * this.#l1Share * this.#penaltyFactor[j] : 0;
  }

  /** ‖b_g‖ */
  #norm(g: number, b: Float64Array): number {
    const { starts, members } = this;
    let squares = 0;
    for (let k = starts[g]; k < starts[g + 1]; ++k) squares += b[members[k]] * b[members[k]];
    return Math.sqrt(squares);
  }

  /** ‖S(scale·z_g)‖ */
  #softNorm(g: number, z: Float64Array, scale = 1, strength = this.#strength): number {
    const { starts, members } = this;
    let squares = 0;
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      const S = soft(scale * z[members[k]], this.#l1(members[k], strength));
      squares += S * S;
    }
    return Math.sqrt(squares);
  }

  /** r of the minimum, `length` being ‖S‖ > κ_g > 0: from below, where Newton's method for a convex function that falls only ever goes up. */
  #radius(g: number, u: Float64Array, v: number, length: number): number {
    const { starts, members } = this;
    const l2 = this.#l2;
    const kappa = this.#kappa(g);
    let [most, least] = [0, Number.POSITIVE_INFINITY];
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      most = Math.max(most, v + l2[members[k]]);
      least = Math.min(least, v + l2[members[k]]);
    }
    let r = (length - kappa) / most;
    for (let step = 0; step < STEPS && most > least; ++step) {
      let [value, slope] = [-1, 0];
      for (let k = starts[g]; k < starts[g + 1]; ++k) {
        const w = v + l2[members[k]];
        const share = soft(u[members[k]], this.#l1(members[k])) / (w * r + kappa);
        value += share * share;
        slope += (2 * w * share * share) / (w * r + kappa);
      }
      const next = r + value / slope;
      if (!(next > r)) break;
      r = next;
    }
    return r;
  }
}

/** The coordinates of each block and (1 − l1Share)·k_g of its norm, without which coordinates have nothing in common. */
function blocksOf(
  { of, factors }: Groups,
  l1Share: number,
  { eligible, columns }: Penalised,
): { lists: number[][]; weights: number[] } {
  const lists: number[][] = [];
  const weights: number[] = [];
  const places = new Map<number, number>();
  for (const j of eligible) {
    const group = j < columns ? of[j] : -1;
    const weight = group < 0 ? 0 : (1 - l1Share) * factors[group];
    const at = weight > 0 ? places.get(group) : undefined;
    if (at !== undefined) lists[at].push(j);
    else {
      if (weight > 0) places.set(group, lists.length);
      lists.push([j]);
      weights.push(weight);
    }
  }
  return { lists, weights };
}

/** sign(u)·max(|u| − a, 0) */
function soft(u: number, a: number): number {
  return u > a ? u - a : u < -a ? u + a : 0;
}
