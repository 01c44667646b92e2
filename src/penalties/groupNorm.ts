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
export function groupNorm({ of, factors }: Groups, l1Share: number, problem: Penalised): BlockPenalty {
  const { eligible, p, columns, penaltyFactor, l2 } = problem;
  const lists: number[][] = [];
  const weights: number[] = [];
  const places = new Map<number, number>();
  for (const j of eligible) {
    const group = j < columns ? of[j] : -1;
    const weight = group < 0 ? 0 : (1 - l1Share) * factors[group];
    // Without the norm, coordinates have nothing in common.
    const at = weight > 0 ? places.get(group) : undefined;
    if (at !== undefined) lists[at].push(j);
    else {
      if (weight > 0) places.set(group, lists.length);
      lists.push([j]);
      weights.push(weight);
    }
  }
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, g) => {
    starts[g + 1] = starts[g] + list.length;
  });
  const members = Int32Array.from(lists.flat());
  const kinks = new Float64Array(p);
  let strength = 0;
  const l1Of = (j: number): number => (j < columns && l1Share > 0 ? strength * l1Share * penaltyFactor[j] : 0);
  const soft = (u: number, a: number): number => (u > a ? u - a : u < -a ? u + a : 0);
  /** ‖S(scale·z_g)‖ */
  const size = (g: number, z: Float64Array, scale: number): number => {
    let squares = 0;
    for (let k = starts[g]; k < starts[g + 1]; ++k) {
      const S = soft(scale * z[members[k]], l1Of(members[k]));
      squares += S * S;
    }
    return Math.sqrt(squares);
  };
  const kappa = (g: number): number => strength * weights[g];
  const norm = (g: number, b: Float64Array): number => {
    let squares = 0;
    for (let k = starts[g]; k < starts[g + 1]; ++k) squares += b[members[k]] * b[members[k]];
    return Math.sqrt(squares);
  };
  const set = (value: number): void => {
    strength = value;
    for (let g = 0; g < lists.length; ++g) {
      const each = kappa(g) / Math.sqrt(starts[g + 1] - starts[g]);
      for (let k = starts[g]; k < starts[g + 1]; ++k) kinks[members[k]] = each + l1Of(members[k]);
    }
  };
  return {
    kind: "blocks",
    isConvex: true,
    starts,
    members,
    kinks,
    set,
    value: (g, b) => {
      let sum = kappa(g) * norm(g, b);
      for (let k = starts[g]; k < starts[g + 1]; ++k) {
        const j = members[k];
        sum += l1Of(j) * Math.abs(b[j]) + 0.5 * l2[j] * b[j] * b[j];
      }
      return sum;
    },
    minimum: (g, u, v, b) => {
      const from = starts[g];
      const to = starts[g + 1];
      const weight = kappa(g);
      const length = size(g, u, 1);
      if (!(length > weight)) {
        for (let k = from; k < to; ++k) b[members[k]] = 0;
        return;
      }
      let [most, least] = [0, Number.POSITIVE_INFINITY];
      for (let k = from; k < to; ++k) {
        most = Math.max(most, v + l2[members[k]]);
        least = Math.min(least, v + l2[members[k]]);
      }
      // From below, where Newton's method for a convex function that falls only ever goes up.
      let r = (length - weight) / most;
      for (let step = 0; step < STEPS && most > least && weight > 0; ++step) {
        let [value, slope] = [-1, 0];
        for (let k = from; k < to; ++k) {
          const w = v + l2[members[k]];
          const share = soft(u[members[k]], l1Of(members[k])) / (w * r + weight);
          value += share * share;
          slope += (2 * w * share * share) / (w * r + weight);
        }
        const next = r + value / slope;
        if (!(next > r)) break;
        r = next;
      }
      for (let k = from; k < to; ++k) {
        const j = members[k];
        b[j] = soft(u[j], l1Of(j)) / (v + l2[j] + (weight > 0 ? weight / r : 0));
      }
    },
    slopes: (g, b, out) => {
      const pull = kappa(g) === 0 ? 0 : kappa(g) / norm(g, b);
      for (let k = starts[g]; k < starts[g + 1]; ++k) {
        const j = members[k];
        out[j] = (pull + l2[j]) * b[j] + Math.sign(b[j]) * l1Of(j);
      }
    },
    bend: (g, b, d, out) => {
      const length = norm(g, b);
      const pull = kappa(g) === 0 ? 0 : kappa(g) / length;
      let along = 0;
      for (let k = starts[g]; k < starts[g + 1]; ++k) along += (b[members[k]] / length) * d[members[k]];
      for (let k = starts[g]; k < starts[g + 1]; ++k) {
        const j = members[k];
        out[j] = pull * (d[j] - along * (b[j] / length)) + l2[j] * d[j];
      }
    },
    violation: (g, b, z) => {
      const length = norm(g, b);
      if (length === 0) return Math.max(0, size(g, z, 1) - kappa(g));
      let squares = 0;
      for (let k = starts[g]; k < starts[g + 1]; ++k) {
        const j = members[k];
        const left = z[j] - (l2[j] + kappa(g) / length) * b[j];
        const off = b[j] === 0 ? soft(left, l1Of(j)) : left - Math.sign(b[j]) * l1Of(j);
        squares += off * off;
      }
      return Math.sqrt(squares);
    },
    excess: (g, z, scale) => Math.max(0, size(g, z, scale) - kappa(g)),
    strength: (g, z) => {
      const before = strength;
      let high = 0;
      for (let k = starts[g]; k < starts[g + 1]; ++k) {
        const j = members[k];
        const most = Math.max(weights[g], j < columns ? l1Share * penaltyFactor[j] : 0);
        if (most > 0 && z[j] !== 0) high += Math.abs(z[j]) / most;
      }
      const isFree = weights[g] === 0 && (l1Share === 0 || members[starts[g]] >= columns);
      if (isFree) return 0;
      const [, least] = bisect(0, high, (middle) => {
        strength = middle;
        return size(g, z, 1) > kappa(g);
      });
      strength = before;
      return least;
    },
    feasibleScale: (g, u) => {
      const weight = kappa(g);
      const isFree = weight === 0 && l1Of(members[starts[g]]) === 0;
      if (isFree || size(g, u, 1) <= weight) return 1;
      return bisect(0, 1, (middle) => size(g, u, middle) <= weight)[0] * ROUNDED;
    },
  };
}
